// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/genetlink/genltest"
	"github.com/mdlayher/netlink"
)

var (
	ctx        = context.Background()
	fakeFamily = genetlink.Family{ID: 0x21, Name: FamilyName, Version: FamilyVersion,
		Groups: []genetlink.MulticastGroup{{ID: 11, Name: GroupConfig}, {ID: 12, Name: GroupStats}}}
)

// attributes encodes what put puts.
func attributes(put func(*netlink.AttributeEncoder)) []byte {
	e := netlink.NewAttributeEncoder()
	put(e)
	b, err := e.Encode()
	if err != nil {
		panic(err)
	}
	return b
}

// vfAttributes is VF number of eth0, as the kernel tells it.
func vfAttributes(number uint32) []byte {
	return attributes(func(e *netlink.AttributeEncoder) {
		e.Uint32(AttrVFPFIfindex, 2)
		e.String(AttrVFPFIfname, "eth0")
		e.Uint32(AttrVFVF, number)
		e.Uint32(AttrVFIfindex, 10+number)
		e.String(AttrVFIfname, "veth0."+string(rune('0'+number)))
		e.String(AttrVFBusInfo, "0000:01:10."+string(rune('0'+number)))
		e.Bytes(AttrVFMAC, net.HardwareAddr{0x52, 0x54, 0, 0xaa, 0xbb, byte(number)})
		e.Uint64(AttrVFHardRate, 500*mega)
		e.Uint64(AttrVFSoftRate, 0)
		e.Uint32(AttrVFState, uint32(LimitStateInForce))
	})
}

func message(command uint8, data []byte) genetlink.Message {
	return genetlink.Message{Header: genetlink.Header{Command: command, Version: FamilyVersion}, Data: data}
}

// testClient is a Client of the module that fn is.
func testClient(t *testing.T, fn genltest.Func) *Client {
	t.Helper()
	c, err := dial(Module, func() (*genetlink.Conn, error) {
		return genltest.Dial(genltest.ServeFamily(fakeFamily, fn)), nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// fakeSocket is a kernel that answers each message by datagrams, or not at all. What is sent to
// events comes unasked.
type fakeSocket struct {
	answer func(m netlink.Message) [][]netlink.Message
	events chan []netlink.Message
	failed chan error

	mu      sync.Mutex
	waiting [][]netlink.Message
	expired chan struct{}
	groups  []uint32
	closed  bool
	torn    tornDump
}

func newFakeSocket(answer func(netlink.Message) [][]netlink.Message) *fakeSocket {
	return &fakeSocket{answer: answer, events: make(chan []netlink.Message, 16), failed: make(chan error, 1),
		expired: make(chan struct{})}
}

func (s *fakeSocket) conn() *genetlink.Conn { return genetlink.NewConn(netlink.NewConn(s, 0)) }

func (s *fakeSocket) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

func (s *fakeSocket) Send(m netlink.Message) error {
	s.waiting = append(s.waiting, s.answer(m)...)
	return nil
}

func (s *fakeSocket) SendMessages([]netlink.Message) error { return errors.New("not expected") }

func (s *fakeSocket) Receive() ([]netlink.Message, error) {
	if len(s.waiting) > 0 {
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		return next, s.torn.see(next)
	}
	s.mu.Lock()
	expired := s.expired
	s.mu.Unlock()
	select {
	case next := <-s.events:
		return next, nil
	case err := <-s.failed:
		return nil, os.NewSyscallError("recvmsg", err)
	case <-expired:
		return nil, os.ErrDeadlineExceeded
	}
}

func (s *fakeSocket) JoinGroup(group uint32) error {
	s.groups = append(s.groups, group)
	return nil
}

func (s *fakeSocket) LeaveGroup(uint32) error            { return nil }
func (s *fakeSocket) SetDeadline(t time.Time) error      { return s.SetReadDeadline(t) }
func (s *fakeSocket) SetWriteDeadline(t time.Time) error { return nil }

// SetReadDeadline knows a time that is over, and none.
func (s *fakeSocket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.IsZero() {
		s.expired = make(chan struct{})
	} else {
		close(s.expired)
	}
	return nil
}

// reply is a message that answers m.
func reply(m netlink.Message, flags netlink.HeaderFlags, g genetlink.Message) netlink.Message {
	data, _ := g.MarshalBinary()
	return netlink.Message{Header: netlink.Header{Type: m.Header.Type, Flags: flags, Sequence: m.Header.Sequence}, Data: data}
}

// done ends a dump.
func done(m netlink.Message, flags netlink.HeaderFlags) netlink.Message {
	return netlink.Message{Header: netlink.Header{Type: netlink.Done, Flags: netlink.Multi | flags, Sequence: m.Header.Sequence},
		Data: make([]byte, 4)}
}

// familyReply answers a question for a family, as nlctrl does.
func familyReply(m netlink.Message, family genetlink.Family) netlink.Message {
	answer, err := genltest.ServeFamily(family, nil)(message(3, attributes(func(e *netlink.AttributeEncoder) {
		e.String(attrControlName, family.Name)
	})), netlink.Message{Header: netlink.Header{Type: 0x10}})
	if err != nil {
		panic(err)
	}
	return reply(m, 0, answer[0])
}

// refused answers m by an errno and, where there are any, words.
func refused(m netlink.Message, errno syscall.Errno, words string, offset uint32) netlink.Message {
	data := attributes(func(e *netlink.AttributeEncoder) {
		e.Int32(0, -int32(errno))
	})[4:8]
	header := make([]byte, 16)
	header[0] = 16
	data = append(data, header...)
	flags := netlink.HeaderFlags(0)
	if words != "" {
		flags = netlink.AcknowledgeTLVs
		data = append(data, attributes(func(e *netlink.AttributeEncoder) {
			e.String(1, words)
			e.Uint32(2, offset)
		})...)
	}
	return netlink.Message{Header: netlink.Header{Type: netlink.Error, Flags: flags, Sequence: m.Header.Sequence}, Data: data}
}
