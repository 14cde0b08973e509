// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	rtnl "github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// links is what is used of an rtnl.Handle.
type links interface {
	LinkList() ([]rtnl.Link, error)
	LinkByName(name string) (rtnl.Link, error)
	LinkByIndex(index int) (rtnl.Link, error)
	LinkSetVfRate(link rtnl.Link, vf, minRate, maxRate int) error
	Close()
}

// rtnetlinkBackend asks rtnetlink, and sysfs for what rtnetlink does not tell.
type rtnetlinkBackend struct {
	open  func() (links, error)
	sysfs sysfs

	turn   chan struct{} // holds one token, which the call under way has
	links  links         // nil where a call was left alone
	closed bool
}

func newRtnetlink(n *namespace) (backend, error) {
	b := rtnetlinkWith(n.dialRtnetlink, "/sys")
	var err error
	b.links, err = b.open()
	return b, err
}

// dialRtnetlink opens a connection in the namespace.
func (n *namespace) dialRtnetlink() (opened links, err error) {
	err = n.within(func(fd int) error {
		at := netns.None()
		if fd != 0 {
			at = netns.NsHandle(fd)
		}
		opened, err = rtnl.NewHandleAt(at, syscall.NETLINK_ROUTE)
		return err
	})
	return opened, err
}

func rtnetlinkWith(open func() (links, error), files sysfs) *rtnetlinkBackend {
	b := &rtnetlinkBackend{open: open, sysfs: files, turn: make(chan struct{}, 1)}
	b.turn <- struct{}{}
	return b
}

func (b *rtnetlinkBackend) which() Backend { return Rtnetlink }

func (b *rtnetlinkBackend) close() error {
	<-b.turn
	defer b.give()
	if b.closed {
		return os.ErrClosed
	}
	b.closed = true
	if b.links != nil {
		b.links.Close()
	}
	return nil
}

// take waits for the calls of others, and returns the connection.
func (b *rtnetlinkBackend) take(ctx context.Context) (links, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.turn:
	}
	var err error
	switch {
	case b.closed:
		err = os.ErrClosed
	case b.links == nil:
		b.links, err = b.open()
	}
	if err != nil {
		b.give()
	}
	return b.links, err
}

func (b *rtnetlinkBackend) give() { b.turn <- struct{}{} }

// A result is what a call came to.
type result[T any] struct {
	value T
	err   error
}

// do calls fn with the connection. The package that carries rtnetlink cannot be interrupted: where the
// context ends before, fn is left alone with that connection, and the next call takes another one.
func do[T any](ctx context.Context, b *rtnetlinkBackend, op string, fn func(links) (T, error)) (T, error) {
	var none T
	used, err := b.take(ctx)
	if err != nil {
		return none, fail(op, 0, nil, err)
	}
	defer b.give()
	done := make(chan result[T], 1)
	go func() {
		value, err := fn(used)
		done <- result[T]{value, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return none, fail(op, 0, nil, r.err)
		}
		return r.value, nil
	case <-ctx.Done():
		b.links = nil
		go func() {
			<-done
			used.Close()
		}()
		return none, fail(op, 0, nil, ctx.Err())
	}
}

func (b *rtnetlinkBackend) pfs(ctx context.Context, op string) ([]PF, error) {
	return do(ctx, b, op, func(on links) (all []PF, err error) {
		found, err := b.findPFs(on, nil)
		for _, pf := range found {
			all = append(all, b.pfInfo(pf))
		}
		return all, err
	})
}

func (b *rtnetlinkBackend) pf(ctx context.Context, op string, ref PFRef) (*PF, error) {
	return do(ctx, b, op, func(on links) (*PF, error) {
		pf, err := b.findPF(on, ref)
		if err != nil {
			return nil, err
		}
		info := b.pfInfo(pf)
		return &info, nil
	})
}

// list calls fn with each VF of the PFs that are selected.
func (b *rtnetlinkBackend) list(on links, s selection, fn func(place)) error {
	found, err := b.findPFs(on, s.pf)
	if err != nil {
		return err
	}
	for _, pf := range found {
		if err := b.checkList(pf); err != nil {
			return err
		}
		for i := range pf.vfs {
			fn(place{pf, uint32(i)})
		}
	}
	return nil
}

func (b *rtnetlinkBackend) vfs(ctx context.Context, op string, s selection) ([]VF, error) {
	return do(ctx, b, op, func(on links) (all []VF, err error) {
		err = b.list(on, s, func(at place) { all = append(all, b.vfInfo(at)) })
		return all, err
	})
}

func (b *rtnetlinkBackend) vf(ctx context.Context, op string, ref VFRef) (*VF, error) {
	return do(ctx, b, op, func(on links) (*VF, error) {
		at, err := b.find(on, ref)
		if err != nil {
			return nil, err
		}
		info := b.vfInfo(at)
		return &info, nil
	})
}

func (b *rtnetlinkBackend) stats(ctx context.Context, op string, s selection) ([]Stats, error) {
	return do(ctx, b, op, func(on links) (all []Stats, err error) {
		err = b.list(on, s, func(at place) { all = append(all, vfStats(at)) })
		return all, err
	})
}

func (b *rtnetlinkBackend) statsOf(ctx context.Context, op string, ref VFRef) (*Stats, error) {
	return do(ctx, b, op, func(on links) (*Stats, error) {
		at, err := b.find(on, ref)
		if err != nil {
			return nil, err
		}
		stats := vfStats(at)
		return &stats, nil
	})
}

func (b *rtnetlinkBackend) setRate(ctx context.Context, op string, vf VFRef, wanted Limits) error {
	// What is wrong in itself is refused before the kernel is asked.
	if _, _, err := merge(0, 0, wanted); err != nil {
		return fail(op, 0, nil, err)
	}
	_, err := do(ctx, b, op, func(on links) (none struct{}, err error) {
		at, err := b.find(on, vf)
		if err != nil {
			return none, err
		}
		least, most, err := merge(at.vf().MinTxRate, at.vf().MaxTxRate, wanted)
		if err != nil {
			return none, err
		}
		err = on.LinkSetVfRate(at.pf.link, int(at.number), int(least), int(most))
		var errno syscall.Errno
		if errors.As(err, &errno) {
			err = b.explain(errno, at.pf, least, most)
		}
		return none, err
	})
	return err
}

// moduleOnly refuses what rtnetlink has no attribute for.
func moduleOnly(op, what string) error {
	return fail(op, 0, nil, refuse(syscall.EOPNOTSUPP, "%s the vfctl module, which is not in use", what))
}

func (b *rtnetlinkBackend) allowGuestSoft(_ context.Context, op string, _ VFRef, _ bool) error {
	return moduleOnly(op, "limits of guests need")
}

func (b *rtnetlinkBackend) setInterval(_ context.Context, op string, _ PFRef, _ time.Duration) error {
	return moduleOnly(op, "a sampling interval needs")
}

func (b *rtnetlinkBackend) keepLimits(_ context.Context, op string, _ PFRef, _ bool) error {
	return moduleOnly(op, "keeping limits needs")
}
