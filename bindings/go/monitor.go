// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// EventType says what an Event tells of.
type EventType uint8

const (
	// PFAdded, PFRemoved, PFChanged: Event.PF came, went, or changed: its name, link, number of
	// VFs or sampling interval.
	PFAdded EventType = iota
	PFRemoved
	PFChanged
	// VFAdded, VFRemoved, VFChanged: Event.VF came, went, or one of its limits changed, or what
	// became of it: VF.Old has what was before, VF.Origin and VF.PID who changed it.
	VFAdded
	VFRemoved
	VFChanged
	// Sampled: Event.Stats is a new sample of a VF's counters.
	Sampled
	// Overrun: events were lost, since they came faster than they were read.
	Overrun
	// ModuleGone: the module was unloaded, and with it went all PFs and VFs.
	ModuleGone
	// ModuleBack: the module was loaded again.
	ModuleBack
)

var eventNames = []string{"pf-added", "pf-removed", "pf-changed", "vf-added", "vf-removed", "vf-changed",
	"sampled", "overrun", "module-gone", "module-back"}

// String is "vf-changed" of VFChanged.
func (t EventType) String() string { return enumName(eventNames, uint32(t)) }

// Event is what a Monitor tells. Of its pointers, that which its type names is not nil.
type Event struct {
	Type  EventType
	PF    *PF
	VF    *VF
	Stats *Stats
}

// MonitorOptions are for NewMonitor; the zero value is its default.
type MonitorOptions struct {
	// NetNS is as that of Options.
	NetNS int
	// Stats asks for samples of counters as well, as often as each PF is sampled.
	Stats bool
	// ReceiveBuffer is how many bytes of events may wait; 0 is 1 MiB. The kernel may grant less.
	ReceiveBuffer int
}

// Monitor tells of changes as they happen. It needs the module, and no privilege.
//
// A Monitor does not tell what there is already. A program that keeps a table makes the Monitor first
// and lists by a Client then; it lists again after Overrun and ModuleBack. An event that came while
// the program listed may tell of what the list has already.
type Monitor struct {
	conn    *genetlink.Conn
	asking  *genetlink.Conn  // for requests, whose answers are not to be looked for among events
	control genetlink.Family // which tells of families that come and go
	family  genetlink.Family // ID 0 while the module is gone
	stats   bool
	waiting []Event
}

// NewMonitor makes a Monitor. Options may be nil. It fails with ErrNoModule where the module is not
// loaded.
func NewMonitor(options *MonitorOptions) (*Monitor, error) {
	if options == nil {
		options = &MonitorOptions{}
	}
	const op = "open a monitor"
	namespace, err := holdNamespace(options.NetNS)
	if err != nil {
		return nil, fail(op, 0, nil, err)
	}
	defer namespace.close()
	conn, err := namespace.dialGeneric()
	if err != nil {
		return nil, fail(op, 0, nil, err)
	}
	asking, err := namespace.dialGeneric()
	if err != nil {
		_ = conn.Close()
		return nil, fail(op, 0, nil, err)
	}
	buffer := options.ReceiveBuffer
	if buffer == 0 {
		buffer = 1 << 20
	}
	_ = conn.SetReadBuffer(buffer)
	m, err := newMonitor(conn, asking, options.Stats)
	return m, fail(op, 0, nil, err)
}

func newMonitor(conn, asking *genetlink.Conn, stats bool) (*Monitor, error) {
	m := &Monitor{conn: conn, asking: asking, stats: stats}
	err := m.start()
	if err == nil && m.family.ID == 0 {
		err = ErrNoModule
	}
	if err != nil {
		_ = m.Close()
		return nil, err
	}
	return m, nil
}

// start joins the events of families first, so that none is missed that comes or goes from here on.
func (m *Monitor) start() (err error) {
	if m.control, err = m.asking.GetFamily("nlctrl"); err != nil {
		return err
	}
	if err = m.join(m.control, "notify"); err != nil {
		return err
	}
	return m.resolve()
}

// resolve joins the family as it is now. While there is none, the ID of m.family is 0.
func (m *Monitor) resolve() error {
	family, err := m.asking.GetFamily(FamilyName)
	switch {
	case errors.Is(err, syscall.ENOENT):
		m.family = genetlink.Family{}
		return nil
	case err != nil:
		return err
	case family.ID == m.family.ID:
		return nil
	}
	return m.joinFamily(family)
}

func (m *Monitor) join(family genetlink.Family, group string) error {
	for _, g := range family.Groups {
		if g.Name == group {
			return m.conn.JoinGroup(g.ID)
		}
	}
	return &refusal{ErrProtocol, fmt.Sprintf("the family %s has no group %s", family.Name, group)}
}

func (m *Monitor) joinFamily(family genetlink.Family) error {
	groups := []string{GroupConfig}
	if m.stats {
		groups = append(groups, GroupStats)
	}
	for _, group := range groups {
		if err := m.join(family, group); err != nil {
			return err
		}
	}
	m.family = family
	return nil
}

// Close ends the Monitor; a Next that waits fails with os.ErrClosed.
func (m *Monitor) Close() error {
	_ = m.asking.Close()
	return m.conn.Close()
}

// Next returns the next event, and waits for it as long as the context lets it. After an error of
// the context, and after ErrProtocol, it can be called again.
func (m *Monitor) Next(ctx context.Context) (*Event, error) {
	for len(m.waiting) == 0 {
		if err := m.read(ctx); err != nil {
			return nil, fail("read events", 0, nil, err)
		}
	}
	next := m.waiting[0]
	m.waiting = m.waiting[1:]
	return &next, nil
}

// read waits for what comes next, and adds it to waiting.
func (m *Monitor) read(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var messages []genetlink.Message
	var outer []netlink.Message
	err := interruptible(ctx, m.conn, func() (err error) {
		messages, outer, err = m.conn.Receive()
		return err
	})
	if errors.Is(err, syscall.ENOBUFS) {
		m.waiting = append(m.waiting, Event{Type: Overrun})
		// The module may have gone or come back meanwhile.
		return m.resolve()
	}
	if err != nil {
		return err
	}
	for i, message := range messages {
		if err := m.see(outer[i].Header.Type, message); err != nil {
			return err
		}
	}
	return nil
}

func (m *Monitor) see(from netlink.HeaderType, message genetlink.Message) error {
	switch {
	case from == netlink.HeaderType(m.control.ID):
		return m.seeControl(message)
	case m.family.ID == 0 || from != netlink.HeaderType(m.family.ID):
		return nil
	}
	event, err := decodeEvent(message)
	if event != nil {
		m.waiting = append(m.waiting, *event)
	}
	return err
}

var eventTypes = map[uint8]EventType{
	CmdPFNewNtf: PFAdded, CmdPFDelNtf: PFRemoved, CmdPFChangeNtf: PFChanged,
	CmdVFNewNtf: VFAdded, CmdVFDelNtf: VFRemoved, CmdVFChangeNtf: VFChanged,
	CmdStatsNtf: Sampled,
}

// decodeEvent is nil of a notification that a newer module may have.
func decodeEvent(message genetlink.Message) (*Event, error) {
	kind, ok := eventTypes[message.Header.Command]
	if !ok {
		return nil, nil
	}
	event := &Event{Type: kind}
	answer := []genetlink.Message{message}
	var err error
	switch kind {
	case PFAdded, PFRemoved, PFChanged:
		var all []PF
		all, err = decode[PF](answer)
		event.PF, err = one("", all, err)
	case VFAdded, VFRemoved, VFChanged:
		var all []VF
		all, err = decode[VF](answer)
		event.VF, err = one("", all, err)
	default:
		var all []Stats
		all, err = decode[Stats](answer)
		event.Stats, err = one("", all, err)
	}
	if err != nil {
		return nil, err
	}
	return event, nil
}

// Commands and attributes of the family "nlctrl" (linux/genetlink.h).
const (
	controlNewFamily = 1
	controlDelFamily = 2

	attrControlID         = 1
	attrControlName       = 2
	attrControlGroups     = 7
	attrControlGroupName  = 1
	attrControlGroupIdent = 2
)

// seeControl follows the family as it comes and goes.
func (m *Monitor) seeControl(message genetlink.Message) error {
	command := message.Header.Command
	if command != controlNewFamily && command != controlDelFamily {
		return nil
	}
	family, err := decodeFamily(message.Data)
	if err != nil || family.Name != FamilyName {
		return err
	}
	if command == controlDelFamily && m.family.ID == family.ID {
		// The kernel has let all sockets leave its groups (genl_unregister_mc_groups()).
		m.family = genetlink.Family{}
		m.waiting = append(m.waiting, Event{Type: ModuleGone})
	}
	if command == controlNewFamily && m.family.ID != family.ID {
		if err := m.joinFamily(family); err != nil {
			return err
		}
		m.waiting = append(m.waiting, Event{Type: ModuleBack})
	}
	return nil
}

func decodeFamily(data []byte) (family genetlink.Family, err error) {
	ad, err := netlink.NewAttributeDecoder(data)
	if err != nil {
		return family, err
	}
	for ad.Next() {
		switch ad.Type() {
		case attrControlID:
			family.ID = ad.Uint16()
		case attrControlName:
			family.Name = ad.String()
		case attrControlGroups:
			ad.Nested(func(list *netlink.AttributeDecoder) error {
				for list.Next() {
					list.Nested(func(ad *netlink.AttributeDecoder) error {
						family.Groups = append(family.Groups, decodeGroup(ad))
						return nil
					})
				}
				return nil
			})
		}
	}
	return family, ad.Err()
}

func decodeGroup(ad *netlink.AttributeDecoder) (group genetlink.MulticastGroup) {
	for ad.Next() {
		switch ad.Type() {
		case attrControlGroupName:
			group.Name = ad.String()
		case attrControlGroupIdent:
			group.ID = ad.Uint32()
		}
	}
	return group
}
