// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"reflect"
	"syscall"
	"testing"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

var fakeControl = genetlink.Family{ID: 0x10, Name: "nlctrl", Groups: []genetlink.MulticastGroup{{ID: 16, Name: "notify"}}}

// fakeHost is a kernel whose family may come and go, and the events of its monitor.
type fakeHost struct {
	family genetlink.Family
	events *fakeSocket
}

func (h *fakeHost) monitor(stats bool) (*Monitor, error) {
	h.events = newFakeSocket(func(netlink.Message) [][]netlink.Message { panic("not expected") })
	asking := newFakeSocket(func(m netlink.Message) [][]netlink.Message {
		family, err := decodeFamily(m.Data[4:])
		switch {
		case err != nil:
			panic(err)
		case family.Name == "nlctrl":
			return [][]netlink.Message{{familyReply(m, fakeControl)}}
		case h.family.ID == 0:
			return [][]netlink.Message{{refused(m, syscall.ENOENT, "", 0)}}
		}
		return [][]netlink.Message{{familyReply(m, h.family)}}
	})
	return newMonitor(h.events.conn(), asking.conn(), stats)
}

// tell sends an event of a family.
func (h *fakeHost) tell(family uint16, g genetlink.Message) {
	h.events.events <- []netlink.Message{reply(netlink.Message{Header: netlink.Header{Type: netlink.HeaderType(family)}}, 0, g)}
}

// control sends what nlctrl says of the family.
func (h *fakeHost) control(command uint8, family genetlink.Family) {
	m := familyReply(netlink.Message{Header: netlink.Header{Type: 0x10}}, family)
	m.Data[0] = command
	h.events.events <- []netlink.Message{m}
}

func (h *fakeHost) want(t *testing.T, m *Monitor, kind EventType) *Event {
	t.Helper()
	c, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	e, err := m.Next(c)
	if err != nil || e.Type != kind {
		t.Fatal(e, err)
	}
	return e
}

func TestEventsAreTold(t *testing.T) {
	h := &fakeHost{family: fakeFamily}
	m, err := h.monitor(true)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if want := []uint32{16, 11, 12}; !reflect.DeepEqual(h.events.groups, want) {
		t.Error(h.events.groups)
	}
	h.tell(fakeFamily.ID, message(CmdVFChangeNtf, with(func(e *netlink.AttributeEncoder) {
		e.Uint32(AttrVFOrigin, uint32(OriginGuest))
		e.Nested(AttrVFOld, func(e *netlink.AttributeEncoder) error { e.Uint64(AttrOldLimitHardRate, 9*mega); return nil })
	})))
	e := h.want(t, m, VFChanged)
	if *e.VF.Old.HardRate != 9*mega || *e.VF.HardRate != 500*mega || *e.VF.Origin != OriginGuest || e.VF.PID != nil {
		t.Errorf("%+v", e.VF)
	}
	h.tell(fakeFamily.ID, message(99, nil)) // of a newer module
	h.tell(0x44, message(CmdVFNewNtf, vfAttributes(0)))
	h.tell(fakeFamily.ID, message(CmdStatsNtf, attributes(func(e *netlink.AttributeEncoder) {
		e.Uint32(AttrStatsPFIfindex, 2)
		e.String(AttrStatsPFIfname, "eth0")
		e.Uint32(AttrStatsVF, 1)
		e.Uint64(AttrStatsTxBytes, 1<<40)
		e.Uint64(AttrStatsTime, uint64(time.Hour))
	})))
	if s := h.want(t, m, Sampled).Stats; *s.TxBytes != 1<<40 || s.RxBytes != nil || *s.Time != time.Hour {
		t.Errorf("%+v", s)
	}
	h.tell(fakeFamily.ID, message(CmdPFNewNtf, attributes(func(e *netlink.AttributeEncoder) {
		e.Uint32(AttrPFIfindex, 2)
		e.String(AttrPFIfname, "eth0")
	})))
	if pf := h.want(t, m, PFAdded).PF; pf.Ifname != "eth0" {
		t.Errorf("%+v", pf)
	}
}

func TestAnOverrunIsTold(t *testing.T) {
	h := &fakeHost{family: fakeFamily}
	m, err := h.monitor(false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h.family.ID = 0x55 // the module came back meanwhile
	h.events.failed <- syscall.ENOBUFS
	h.want(t, m, Overrun)
	h.tell(0x55, message(CmdVFNewNtf, vfAttributes(0)))
	h.want(t, m, VFAdded)
}

func TestTheModuleGoesAndComesBack(t *testing.T) {
	h := &fakeHost{family: fakeFamily}
	m, err := h.monitor(false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h.control(controlDelFamily, fakeFamily)
	h.want(t, m, ModuleGone)
	again := fakeFamily
	again.ID = 0x66
	h.control(controlNewFamily, again)
	h.want(t, m, ModuleBack)
	h.tell(fakeFamily.ID, message(CmdVFNewNtf, vfAttributes(0))) // of the one before
	h.tell(again.ID, message(CmdVFDelNtf, vfAttributes(1)))
	if vf := h.want(t, m, VFRemoved).VF; vf.Number != 1 {
		t.Errorf("%+v", vf)
	}
}

func TestAMonitorNeedsTheModule(t *testing.T) {
	if _, err := (&fakeHost{}).monitor(false); !errors.Is(err, ErrNoModule) {
		t.Error(err)
	}
}

func TestTheContextEndsTheWaitForAnEvent(t *testing.T) {
	h := &fakeHost{family: fakeFamily}
	m, err := h.monitor(false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	c, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if e, err := m.Next(c); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(e, err)
	}
	h.tell(fakeFamily.ID, message(CmdVFNewNtf, vfAttributes(0)))
	h.want(t, m, VFAdded)
}

func TestAMalformedEventIsAnErrorAndTheNextIsTold(t *testing.T) {
	h := &fakeHost{family: fakeFamily}
	m, err := h.monitor(false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h.tell(fakeFamily.ID, message(CmdVFNewNtf, []byte{3, 0, 1, 0}))
	if e, err := m.Next(ctx); !errors.Is(err, ErrProtocol) {
		t.Error(e, err)
	}
	h.tell(fakeFamily.ID, message(CmdVFNewNtf, vfAttributes(0)))
	h.want(t, m, VFAdded)
}
