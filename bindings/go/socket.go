// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// A tornDump remembers whether a dump was torn: whether one of its messages says that something
// changed since the one before (NLM_F_DUMP_INTR).
type tornDump bool

// see looks at messages as they come. At the end of a dump that was torn it fails with
// ErrDumpInterrupted; nothing of the dump is left in the socket then.
func (t *tornDump) see(messages []netlink.Message) error {
	for _, m := range messages {
		if m.Header.Flags&netlink.DumpInterrupted != 0 {
			*t = true
		}
		if m.Header.Type == netlink.Done {
			torn := *t
			*t = false
			if torn {
				return ErrDumpInterrupted
			}
		}
	}
	return nil
}

// A kernelSocket is a netlink.Conn that is read here: Conn.Receive takes away the message that ends
// a dump, and that one alone may say that the dump was torn.
type kernelSocket struct {
	*netlink.Conn
	raw    syscall.RawConn
	buffer []byte
	torn   tornDump
}

var _ netlink.Socket = &kernelSocket{}

// The kernel sends at most 32 KiB at a time (netlink_recvmsg()).
const receiveSize = 64 << 10

// dialKernel opens a generic netlink connection in a network namespace; 0 is that of the thread.
func dialKernel(namespace int) (*genetlink.Conn, error) {
	inner, err := netlink.Dial(genetlink.Protocol, &netlink.Config{NetNS: namespace})
	if err != nil {
		return nil, err
	}
	// Without it refusals have no words, but are refusals.
	_ = inner.SetOption(netlink.ExtendedAcknowledge, true)
	raw, err := inner.SyscallConn()
	if err != nil {
		_ = inner.Close()
		return nil, err
	}
	socket := &kernelSocket{Conn: inner, raw: raw, buffer: make([]byte, receiveSize)}
	return genetlink.NewConn(netlink.NewConn(socket, 0)), nil
}

func (s *kernelSocket) Send(m netlink.Message) error {
	_, err := s.Conn.Send(m)
	return err
}

func (s *kernelSocket) SendMessages(m []netlink.Message) error {
	_, err := s.Conn.SendMessages(m)
	return err
}

func (s *kernelSocket) Receive() ([]netlink.Message, error) {
	for {
		n, from, err := s.read()
		if err != nil {
			return nil, err
		}
		// Any process may send to a netlink socket.
		if kernel, ok := from.(*syscall.SockaddrNetlink); !ok || kernel.Pid != 0 {
			continue
		}
		messages, err := parseMessages(s.buffer[:n])
		if err != nil {
			return nil, err
		}
		return messages, s.torn.see(messages)
	}
}

func (s *kernelSocket) read() (n int, from syscall.Sockaddr, err error) {
	var flags int
	ready := s.raw.Read(func(fd uintptr) bool {
		for {
			n, _, flags, from, err = syscall.Recvmsg(int(fd), s.buffer, nil, syscall.MSG_DONTWAIT)
			if err != syscall.EINTR {
				return err != syscall.EAGAIN
			}
		}
	})
	switch {
	case errors.Is(ready, os.ErrDeadlineExceeded):
		return 0, nil, ready
	case ready != nil:
		// What else stops a read is a Close, by an error of internal/poll.
		return 0, nil, os.ErrClosed
	case err != nil:
		return 0, nil, os.NewSyscallError("recvmsg", err)
	case flags&syscall.MSG_TRUNC != 0:
		return 0, nil, &refusal{ErrProtocol, "the kernel's answer is longer than a message can be"}
	}
	return n, from, nil
}

// parseMessages splits what came at once. The messages do not refer to bytes.
func parseMessages(bytes []byte) ([]netlink.Message, error) {
	raw, err := syscall.ParseNetlinkMessage(append([]byte(nil), bytes...))
	if err != nil {
		return nil, &refusal{ErrProtocol, fmt.Sprintf("the kernel's answer is no netlink message: %v", err)}
	}
	messages := make([]netlink.Message, 0, len(raw))
	for _, r := range raw {
		messages = append(messages, netlink.Message{
			Header: netlink.Header{Length: r.Header.Len, Type: netlink.HeaderType(r.Header.Type),
				Flags: netlink.HeaderFlags(r.Header.Flags), Sequence: r.Header.Seq, PID: r.Header.Pid},
			Data: r.Data,
		})
	}
	return messages, nil
}
