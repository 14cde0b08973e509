// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"os"
	"syscall"

	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nlenc"
)

// Error is a failure of a call.
type Error struct {
	// Op is what was attempted, as in "set limits of eth0/1".
	Op string
	// Err is why it failed: a syscall.Errno, ErrNoModule, ErrDumpInterrupted, ErrProtocol,
	// or the error of the context.
	Err error
	// Message is the cause in words: the kernel's own where FromKernel; may be empty.
	Message string
	// Attribute is the attribute of the request that the kernel found at fault, as
	// kmod/vfctl.yaml names it ("soft-rate"); may be empty.
	Attribute string
	// FromKernel says that it was the kernel that refused.
	FromKernel bool
}

// Error is "set limits of eth0/1: 2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s".
func (e *Error) Error() string {
	if e.Message != "" {
		return e.Op + ": " + e.Message
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// A cause is an error that has an errno as well, for errors.Is.
type cause struct {
	text  string
	errno syscall.Errno
}

func (c *cause) Error() string { return c.text }

func (c *cause) Unwrap() error { return c.errno }

var (
	// ErrNoModule is that the kernel module vfctl is needed and not loaded; an EPROTONOSUPPORT.
	ErrNoModule error = &cause{"the kernel module vfctl is not loaded; \"modprobe vfctl\" loads it",
		syscall.EPROTONOSUPPORT}
	// ErrDumpInterrupted is that a list changed each time that it was read (NLM_F_DUMP_INTR); an
	// EAGAIN.
	ErrDumpInterrupted error = &cause{"there was a change each time that it was read", syscall.EAGAIN}
	// ErrProtocol is an answer of the kernel that could not be understood; an EPROTO.
	ErrProtocol error = &cause{"the kernel's answer could not be understood", syscall.EPROTO}

	errIncomplete = &refusal{ErrProtocol, "the kernel's answer lacks the name of a PF or VF"}
)

// A refusal is a cause with words, below an Error.
type refusal struct {
	err   error
	words string
}

func (r *refusal) Error() string { return r.words }

func (r *refusal) Unwrap() error { return r.err }

// kernelErrno returns the errno with which the kernel answered a request; false where the request
// failed otherwise.
func kernelErrno(err error) (syscall.Errno, *netlink.OpError, bool) {
	var op *netlink.OpError
	if !errors.As(err, &op) {
		return 0, nil, false
	}
	// That of a system call would be in an os.SyscallError.
	errno, ok := op.Err.(syscall.Errno)
	return errno, op, ok
}

// fail makes an *Error of what a call failed with.
func fail(op string, command uint8, request []byte, err error) error {
	var known *refusal
	var plain *cause
	var number syscall.Errno
	errno, answer, refused := kernelErrno(err)
	switch {
	case err == nil:
		return nil
	case refused:
		return &Error{Op: op, Err: errno, Message: answer.Message, FromKernel: true,
			Attribute: attributeName(command, attributeAt(request, answer.Offset))}
	case errors.As(err, &known):
		return &Error{Op: op, Err: known.err, Message: known.words}
	case errors.As(err, &plain):
		return &Error{Op: op, Err: plain}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Op: op, Err: err}
	case errors.Is(err, os.ErrClosed):
		return &Error{Op: op, Err: os.ErrClosed}
	case errors.As(err, &number):
		return &Error{Op: op, Err: number, Message: err.Error()}
	}
	// What is left is what the netlink packages say of an answer that they cannot read.
	return &Error{Op: op, Err: ErrProtocol, Message: err.Error()}
}

// attributeAt is the type of the attribute at an offset of a request, as the kernel counts: from the
// netlink header on. request is what follows the generic netlink header.
func attributeAt(request []byte, offset int) uint16 {
	const headers = 16 + 4
	for at := 0; at+4 <= len(request); {
		length := int(nlenc.Uint16(request[at : at+2]))
		if at+headers == offset {
			return nlenc.Uint16(request[at+2:at+4]) &^ (netlink.Nested | netlink.NetByteOrder)
		}
		if length < 4 {
			break
		}
		at += (length + 3) &^ 3
	}
	return 0
}
