// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/mdlayher/genetlink"
)

// Backend is through what the kernel is asked.
type Backend uint8

const (
	// Automatic is the module where it is loaded when the Client is made, else rtnetlink.
	Automatic Backend = iota
	// Module is the netlink family of vfctl.ko.
	Module
	// Rtnetlink is what every kernel has: limits and counters as "ip link show" tells them.
	Rtnetlink
)

// String is "automatic", "module" or "rtnetlink".
func (b Backend) String() string {
	return enumName([]string{"automatic", "module", "rtnetlink"}, uint32(b))
}

// Options are for Dial; the zero value is Dial's default.
type Options struct {
	// Backend is the one to use.
	Backend Backend
	// NetNS is a descriptor of a network namespace (of /run/netns/NAME, /proc/PID/ns/net); 0 is
	// the namespace of the calling thread. It is duplicated, and may be closed after Dial. Another
	// namespace than the thread's takes CAP_SYS_ADMIN.
	NetNS int
}

// backend is what a Client asks. Errors are *Error, with the operation that they are given.
type backend interface {
	which() Backend
	pfs(ctx context.Context, op string) ([]PF, error)
	pf(ctx context.Context, op string, pf PFRef) (*PF, error)
	vfs(ctx context.Context, op string, s selection) ([]VF, error)
	vf(ctx context.Context, op string, vf VFRef) (*VF, error)
	stats(ctx context.Context, op string, s selection) ([]Stats, error)
	statsOf(ctx context.Context, op string, vf VFRef) (*Stats, error)
	setRate(ctx context.Context, op string, vf VFRef, wanted Limits) error
	allowGuestSoft(ctx context.Context, op string, vf VFRef, allowed bool) error
	setInterval(ctx context.Context, op string, pf PFRef, interval time.Duration) error
	keepLimits(ctx context.Context, op string, pf PFRef, kept bool) error
	close() error
}

// Client reads and sets what the kernel knows of VFs, in one network namespace.
//
// Each call returns when the kernel has answered, or when its context ends; a write whose context
// ended may have been done or be done yet. With the module, reads wait for nobody, neither for the
// card nor for a lock of others; writes wait for the card. With rtnetlink, reads ask the card's
// driver under the RTNL lock.
//
// A list that was torn by a change meanwhile is asked for again, a bounded number of times. A module
// that was unloaded and loaded again is found again.
type Client struct {
	backend   backend
	namespace *namespace
}

// Dial makes a Client. Options may be nil. It fails with ErrNoModule where the module is wanted and
// not loaded.
func Dial(options *Options) (*Client, error) {
	if options == nil {
		options = &Options{}
	}
	const op = "open a client"
	namespace, err := holdNamespace(options.NetNS)
	if err != nil {
		return nil, fail(op, 0, nil, err)
	}
	client, err := dial(options.Backend, namespace.dialGeneric, func() (backend, error) { return newRtnetlink(namespace) })
	if err != nil {
		namespace.close()
		return nil, fail(op, 0, nil, err)
	}
	client.namespace = namespace
	return client, nil
}

// dialGeneric opens a generic netlink connection in the namespace.
func (n *namespace) dialGeneric() (conn *genetlink.Conn, err error) {
	err = n.within(func(fd int) error {
		conn, err = dialKernel(fd)
		return err
	})
	return conn, err
}

// dial is Dial with the means to open connections.
func dial(wanted Backend, open func() (*genetlink.Conn, error), rtnetlink func() (backend, error)) (*Client, error) {
	if wanted != Rtnetlink {
		requester := newRequester(open)
		err := requester.resolve(context.Background())
		if err == nil {
			return &Client{backend: &moduleBackend{requester}}, nil
		}
		_ = requester.close()
		if wanted == Module || !errors.Is(err, ErrNoModule) {
			return nil, err
		}
	}
	b, err := rtnetlink()
	if err != nil {
		return nil, err
	}
	return &Client{backend: b}, nil
}

// Close frees what the Client holds, after the requests under way. Calls fail with os.ErrClosed
// then.
func (c *Client) Close() error {
	err := c.backend.close()
	if !errors.Is(err, os.ErrClosed) {
		c.namespace.close()
	}
	return err
}

// Backend returns the one in use: Module or Rtnetlink.
func (c *Client) Backend() Backend { return c.backend.which() }

// selection is what a list is of.
type selection struct {
	pf     *PFRef
	absent bool
}

// ListOption narrows or widens a list.
type ListOption func(*selection)

// Of narrows a list to the VFs of one PF.
func Of(pf PFRef) ListOption { return func(s *selection) { s.pf = &pf } }

// WithAbsent adds VFs that do not exist now and have a wanted limit (LimitStateAbsent) to what
// Client.VFs returns; module only.
func WithAbsent() ListOption { return func(s *selection) { s.absent = true } }

// selected applies options, and says what is read.
func selected(what string, options []ListOption) (selection, string) {
	var s selection
	for _, option := range options {
		option(&s)
	}
	op := "read " + what
	if s.pf != nil {
		op += " of " + s.pf.String()
	}
	return s, op
}

// PFs returns all PFs: with the module each device that could have VFs, with rtnetlink each that has
// some.
func (c *Client) PFs(ctx context.Context) ([]PF, error) {
	return c.backend.pfs(ctx, "read PFs")
}

// PF returns one PF.
func (c *Client) PF(ctx context.Context, pf PFRef) (*PF, error) {
	return c.backend.pf(ctx, "read "+pf.String(), pf)
}

// VFs returns the VFs of all PFs, or of one, with their limits, in the order of PF and number.
func (c *Client) VFs(ctx context.Context, options ...ListOption) ([]VF, error) {
	s, op := selected("VFs", options)
	return c.backend.vfs(ctx, op, s)
}

// VF returns one VF with its limits.
func (c *Client) VF(ctx context.Context, vf VFRef) (*VF, error) {
	return c.backend.vf(ctx, "read "+vf.String(), vf)
}

// Stats returns the last sample of each VF's counters, of all PFs or of one. By rtnetlink, counters
// are as wide as the driver's, and one that is 0 is nil: there 0 may as well be "not counted".
func (c *Client) Stats(ctx context.Context, options ...ListOption) ([]Stats, error) {
	s, op := selected("counters", options)
	return c.backend.stats(ctx, op, s)
}

// StatsOf returns the last sample of one VF's counters.
func (c *Client) StatsOf(ctx context.Context, vf VFRef) (*Stats, error) {
	return c.backend.statsOf(ctx, "read counters of "+vf.String(), vf)
}

// SetRate sets those limits that are not nil; all of them or none. Errnos to expect: EPERM without
// CAP_NET_ADMIN; EINVAL for a soft limit above the hard one, a rate below 1 Mbit/s or above the
// link's; EOPNOTSUPP where the backend or driver has no such limit. Error.Message says which.
//
// A driver may not take a limit now, as while its link is down; VF.State is LimitStatePending then,
// and the module sets it later.
func (c *Client) SetRate(ctx context.Context, vf VFRef, wanted Limits) error {
	return c.backend.setRate(ctx, "set limits of "+vf.String(), vf, wanted)
}

// AllowGuestSoft allows a guest to set the soft limit of its VF, as it may at first, or forbids it. One
// that it has set already stays. It fails as SetRate does, and with EOPNOTSUPP by rtnetlink and where
// the PF has no CapGuestSoft.
func (c *Client) AllowGuestSoft(ctx context.Context, vf VFRef, allowed bool) error {
	return c.backend.allowGuestSoft(ctx, "set who limits "+vf.String(), vf, allowed)
}

// SetInterval sets how often the counters of a PF's VFs are read: 10 ms to 10 s, in whole
// milliseconds. It fails as SetRate does, and with EOPNOTSUPP by rtnetlink.
func (c *Client) SetInterval(ctx context.Context, pf PFRef, interval time.Duration) error {
	return c.backend.setInterval(ctx, "set the sampling interval of "+pf.String(), pf, interval)
}

// KeepLimits sets whether the limits of a PF's VFs are kept when the VFs go, as they are at first, or go
// with them: for hosts where the next VF of a number is another tenant's. It fails as SetInterval does.
func (c *Client) KeepLimits(ctx context.Context, pf PFRef, kept bool) error {
	return c.backend.keepLimits(ctx, "set what becomes of limits of "+pf.String(), pf, kept)
}
