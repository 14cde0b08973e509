// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// attempts is how often at most a request is sent of which the answer was torn or lost.
const attempts = 8

// A requester sends requests of the family vfctl, one after the other.
type requester struct {
	open func() (*genetlink.Conn, error)

	turn   chan struct{} // holds one token, which the request under way has
	conn   *genetlink.Conn
	family genetlink.Family // ID 0 where it is to be asked for
	closed bool
}

func newRequester(open func() (*genetlink.Conn, error)) *requester {
	r := &requester{open: open, turn: make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// take waits for the requests of others.
func (r *requester) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.turn:
		return nil
	}
}

func (r *requester) give() { r.turn <- struct{}{} }

// resolve finds the family; ErrNoModule where there is none.
func (r *requester) resolve(ctx context.Context) error {
	if err := r.take(ctx); err != nil {
		return err
	}
	defer r.give()
	return r.need(ctx)
}

// call sends a request and returns the messages of its answer.
func (r *requester) call(ctx context.Context, m genetlink.Message, flags netlink.HeaderFlags) ([]genetlink.Message, error) {
	if err := r.take(ctx); err != nil {
		return nil, err
	}
	defer r.give()
	var err error
	for i := 0; i < attempts; i++ {
		// VFs that come or go, which is what tears a dump, take their time.
		if i != 0 {
			if err := pause(ctx, time.Millisecond<<i); err != nil {
				return nil, err
			}
		}
		var answer []genetlink.Message
		answer, err = r.attempt(ctx, m, flags)
		// ENOBUFS of a system call: the answer was lost.
		if !errors.Is(err, ErrDumpInterrupted) && !errors.Is(err, syscall.ENOBUFS) {
			return answer, err
		}
	}
	return nil, err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// attempt asks once; of a family that has come back, with another id, it asks again.
func (r *requester) attempt(ctx context.Context, m genetlink.Message, flags netlink.HeaderFlags) (answer []genetlink.Message, err error) {
	for i := 0; i < 2; i++ {
		if err = r.need(ctx); err != nil {
			return nil, err
		}
		err = r.exchange(ctx, func() error {
			answer, err = r.conn.Execute(m, r.family.ID, netlink.Request|flags)
			return err
		})
		if !isGone(err) {
			return answer, err
		}
		r.family = genetlink.Family{}
	}
	return nil, ErrNoModule
}

// isGone tells that there is no family of that id (ENOENT of genl_rcv_msg()), or that its module is just
// being unloaded (EPROTONOSUPPORT of __netlink_dump_start()). The family's own errors have words.
func isGone(err error) bool {
	errno, words, refused := kernelErrno(err)
	return refused && words.Message == "" && (errno == syscall.ENOENT || errno == syscall.EPROTONOSUPPORT)
}

// need finds the family where it is not known.
func (r *requester) need(ctx context.Context) error {
	if r.family.ID != 0 {
		return nil
	}
	err := r.exchange(ctx, func() (err error) {
		r.family, err = r.conn.GetFamily(FamilyName)
		return err
	})
	if errors.Is(err, os.ErrNotExist) {
		return ErrNoModule
	}
	return err
}

// exchange calls fn, which uses the connection, as long as the context lets it. A connection on which
// an exchange broke off may have the rest of an answer still: the next request takes another one.
func (r *requester) exchange(ctx context.Context, fn func() error) (err error) {
	if r.closed {
		return os.ErrClosed
	}
	if r.conn == nil {
		if r.conn, err = r.open(); err != nil {
			return err
		}
	}
	err = interruptible(ctx, r.conn, fn)
	if _, _, refused := kernelErrno(err); err != nil && !refused && !errors.Is(err, ErrDumpInterrupted) {
		_ = r.conn.Close()
		r.conn = nil
	}
	return err
}

// interruptible calls fn, which reads from a connection, and breaks it off at the end of the
// context; it returns the context's error then. A connection on which fn succeeded can be used on.
func interruptible(ctx context.Context, conn *genetlink.Conn, fn func() error) error {
	if ctx.Done() == nil {
		return fn()
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			_ = conn.SetReadDeadline(time.Unix(1, 0))
		case <-ended:
		}
	}()
	err := fn()
	close(ended)
	<-stopped
	if ctx.Err() == nil {
		return err
	}
	_ = conn.SetReadDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return err
}

// close ends the connection, after the request under way.
func (r *requester) close() error {
	<-r.turn
	defer r.give()
	if r.closed {
		return os.ErrClosed
	}
	r.closed = true
	if r.conn == nil {
		return nil
	}
	return r.conn.Close()
}
