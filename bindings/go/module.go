// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// moduleBackend asks the kernel module.
type moduleBackend struct {
	requester *requester
}

func (b *moduleBackend) which() Backend { return Module }

func (b *moduleBackend) close() error { return b.requester.close() }

// decoder is a pointer to a message.
type decoder[T any] interface {
	*T
	decode(*netlink.AttributeDecoder) error
}

// decode reads the messages of an answer.
func decode[T any, D decoder[T]](answer []genetlink.Message) ([]T, error) {
	all := make([]T, len(answer))
	for i, m := range answer {
		ad, err := netlink.NewAttributeDecoder(m.Data)
		if err != nil {
			return nil, err
		}
		if err := D(&all[i]).decode(ad); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ask sends a request and reads its answer. put adds the request's attributes.
func ask[T any, D decoder[T]](ctx context.Context, b *moduleBackend, op string, command uint8,
	flags netlink.HeaderFlags, put func(*netlink.AttributeEncoder) error) ([]T, error) {
	answer, request, err := b.send(ctx, command, flags, put)
	var all []T
	if err == nil {
		all, err = decode[T, D](answer)
	}
	return all, fail(op, command, request, err)
}

func (b *moduleBackend) send(ctx context.Context, command uint8, flags netlink.HeaderFlags,
	put func(*netlink.AttributeEncoder) error) (answer []genetlink.Message, request []byte, err error) {
	encoder := netlink.NewAttributeEncoder()
	if err := put(encoder); err != nil {
		return nil, nil, err
	}
	if request, err = encoder.Encode(); err != nil {
		return nil, nil, err
	}
	answer, err = b.requester.call(ctx, genetlink.Message{
		Header: genetlink.Header{Command: command, Version: FamilyVersion}, Data: request}, flags)
	return answer, request, err
}

// one is the only message of an answer.
func one[T any](op string, all []T, err error) (*T, error) {
	if err == nil && len(all) != 1 {
		err = &Error{Op: op, Err: ErrProtocol, Message: fmt.Sprintf("the kernel's answer has %d messages, and not 1", len(all))}
	}
	if err != nil {
		return nil, err
	}
	return &all[0], nil
}

// putName adds the name of a device. The family's policy would refuse a long one without saying why.
func putName(e *netlink.AttributeEncoder, attribute uint16, name string) error {
	if len(name) > maxName || name == "" {
		return &refusal{syscall.ENODEV, fmt.Sprintf("there is no device %q: a name has at most %d characters", name, maxName)}
	}
	e.String(attribute, name)
	return nil
}

func putPF(e *netlink.AttributeEncoder, pf PFRef, index, name uint16) error {
	if pf.index != 0 {
		e.Uint32(index, pf.index)
		return nil
	}
	return putName(e, name, pf.name)
}

// The sets "vf" and "stats" begin alike.
func putPFOfVFs(e *netlink.AttributeEncoder, pf PFRef) error {
	return putPF(e, pf, AttrVFPFIfindex, AttrVFPFIfname)
}

// located is the VF as the family knows it: by its device, or its PF and number.
func (b *moduleBackend) located(ctx context.Context, op string, vf VFRef) (VFRef, error) {
	if vf.address == "" {
		return vf, nil
	}
	all, err := b.vfs(ctx, op, selection{})
	if err != nil {
		return vf, err
	}
	for i := range all {
		if all[i].BusInfo == vf.address {
			return all[i].Ref(), nil
		}
	}
	return vf, &Error{Op: op, Err: syscall.ENODEV, Message: "there is no VF at the address " + vf.address}
}

func putVF(e *netlink.AttributeEncoder, vf VFRef) error {
	if vf.stub != "" {
		return putName(e, AttrVFIfname, vf.stub)
	}
	if err := putPFOfVFs(e, vf.pf); err != nil {
		return err
	}
	e.Uint32(AttrVFVF, vf.number)
	return nil
}

func (b *moduleBackend) pfs(ctx context.Context, op string) ([]PF, error) {
	return ask[PF](ctx, b, op, CmdPFGet, netlink.Dump, func(*netlink.AttributeEncoder) error { return nil })
}

func (b *moduleBackend) pf(ctx context.Context, op string, pf PFRef) (*PF, error) {
	all, err := ask[PF](ctx, b, op, CmdPFGet, 0, func(e *netlink.AttributeEncoder) error {
		return putPF(e, pf, AttrPFIfindex, AttrPFIfname)
	})
	return one(op, all, err)
}

func (b *moduleBackend) vfs(ctx context.Context, op string, s selection) ([]VF, error) {
	return ask[VF](ctx, b, op, CmdVFGet, netlink.Dump, func(e *netlink.AttributeEncoder) error {
		if s.absent {
			e.Flag(AttrVFAbsent, true)
		}
		return s.put(e)
	})
}

func (s selection) put(e *netlink.AttributeEncoder) error {
	if s.pf == nil {
		return nil
	}
	return putPFOfVFs(e, *s.pf)
}

func (b *moduleBackend) vf(ctx context.Context, op string, vf VFRef) (*VF, error) {
	vf, err := b.located(ctx, op, vf)
	if err != nil {
		return nil, err
	}
	all, err := ask[VF](ctx, b, op, CmdVFGet, 0, func(e *netlink.AttributeEncoder) error { return putVF(e, vf) })
	return one(op, all, err)
}

func (b *moduleBackend) stats(ctx context.Context, op string, s selection) ([]Stats, error) {
	return ask[Stats](ctx, b, op, CmdStatsGet, netlink.Dump, s.put)
}

func (b *moduleBackend) statsOf(ctx context.Context, op string, vf VFRef) (*Stats, error) {
	vf, err := b.located(ctx, op, vf)
	if err != nil {
		return nil, err
	}
	all, err := ask[Stats](ctx, b, op, CmdStatsGet, 0, func(e *netlink.AttributeEncoder) error { return putVF(e, vf) })
	return one(op, all, err)
}

// setVF sends a request that sets what put puts, of a VF.
func (b *moduleBackend) setVF(ctx context.Context, op string, vf VFRef, put func(*netlink.AttributeEncoder)) error {
	vf, err := b.located(ctx, op, vf)
	if err != nil {
		return err
	}
	_, request, err := b.send(ctx, CmdVFSet, netlink.Acknowledge, func(e *netlink.AttributeEncoder) error {
		put(e)
		return putVF(e, vf)
	})
	return fail(op, CmdVFSet, request, err)
}

// setPF sends a request that sets what put puts, of a PF.
func (b *moduleBackend) setPF(ctx context.Context, op string, pf PFRef, put func(*netlink.AttributeEncoder)) error {
	_, request, err := b.send(ctx, CmdPFSet, netlink.Acknowledge, func(e *netlink.AttributeEncoder) error {
		put(e)
		return putPF(e, pf, AttrPFIfindex, AttrPFIfname)
	})
	return fail(op, CmdPFSet, request, err)
}

func (b *moduleBackend) setRate(ctx context.Context, op string, vf VFRef, wanted Limits) error {
	return b.setVF(ctx, op, vf, func(e *netlink.AttributeEncoder) {
		for _, limit := range []struct {
			attribute uint16
			rate      *Rate
		}{{AttrVFHardRate, wanted.Hard}, {AttrVFSoftRate, wanted.Soft}, {AttrVFMinRate, wanted.Min}} {
			if limit.rate != nil {
				e.Uint64(limit.attribute, uint64(*limit.rate))
			}
		}
	})
}

func (b *moduleBackend) allowGuestSoft(ctx context.Context, op string, vf VFRef, allowed bool) error {
	return b.setVF(ctx, op, vf, func(e *netlink.AttributeEncoder) { e.Uint32(AttrVFGuestSoft, number(allowed)) })
}

func (b *moduleBackend) setInterval(ctx context.Context, op string, pf PFRef, interval time.Duration) error {
	ms := interval.Milliseconds()
	// What is out of the kernel's range is for the kernel to refuse.
	if ms < 0 {
		ms = 0
	}
	if ms > 1<<32-1 {
		ms = 1<<32 - 1
	}
	return b.setPF(ctx, op, pf, func(e *netlink.AttributeEncoder) { e.Uint32(AttrPFInterval, uint32(ms)) })
}

func (b *moduleBackend) keepLimits(ctx context.Context, op string, pf PFRef, kept bool) error {
	return b.setPF(ctx, op, pf, func(e *netlink.AttributeEncoder) { e.Uint32(AttrPFKeepLimits, number(kept)) })
}

func number(is bool) uint32 {
	if is {
		return 1
	}
	return 0
}
