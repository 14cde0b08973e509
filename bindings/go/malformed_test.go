// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"errors"
	"testing"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// with is VF 0 with one attribute more.
func with(put func(*netlink.AttributeEncoder)) []byte {
	return append(vfAttributes(0), attributes(put)...)
}

func TestMalformedAnswersAreErrors(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":                         {},
		"half a header":                   {1, 0},
		"a length below 4":                {3, 0, 1, 0},
		"a length that goes past the end": append(vfAttributes(0), 200, 0, byte(AttrVFMinRate), 0, 1, 2, 3, 4),
		"a rate of 4 bytes":               with(func(e *netlink.AttributeEncoder) { e.Uint32(AttrVFMinRate, 1) }),
		"a state of 8 bytes":              with(func(e *netlink.AttributeEncoder) { e.Uint64(AttrVFState, 1) }),
		"an index of 2 bytes":             with(func(e *netlink.AttributeEncoder) { e.Uint16(AttrVFIfindex, 1) }),
		"a nest of garbage":               with(func(e *netlink.AttributeEncoder) { e.Bytes(AttrVFOld, []byte{9, 0, 1}) }),
		"a short rate in a nest": with(func(e *netlink.AttributeEncoder) {
			e.Nested(AttrVFOld, func(e *netlink.AttributeEncoder) error { e.Uint8(AttrOldLimitHardRate, 1); return nil })
		}),
		"no number": attributes(func(e *netlink.AttributeEncoder) {
			e.Uint32(AttrVFPFIfindex, 2)
			e.String(AttrVFPFIfname, "eth0")
		}),
		"no name": attributes(func(e *netlink.AttributeEncoder) {
			e.Uint32(AttrVFPFIfindex, 2)
			e.Uint32(AttrVFVF, 2)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
				return []genetlink.Message{message(CmdVFGet, data)}, nil
			})
			if vf, err := c.VF(ctx, MustParseVF("eth0/0")); !errors.Is(err, ErrProtocol) {
				t.Error(vf, err)
			}
			if vfs, err := c.VFs(ctx); !errors.Is(err, ErrProtocol) || vfs != nil {
				t.Error(vfs, err)
			}
		})
	}
}

func TestWhatIsNewerIsPassedOver(t *testing.T) {
	data := with(func(e *netlink.AttributeEncoder) {
		e.Bytes(uint16(len(namesAttrVF)+1), []byte{1, 2, 3})
		e.Uint32(AttrVFState, 77)
	})
	c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
		return []genetlink.Message{message(CmdVFGet, data)}, nil
	})
	if vf, err := c.VF(ctx, MustParseVF("eth0/0")); err != nil || vf.State.String() != "77" {
		t.Error(vf, err)
	}
}

func TestTwoAnswersToOneQuestion(t *testing.T) {
	c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
		return []genetlink.Message{message(CmdVFGet, vfAttributes(0)), message(CmdVFGet, vfAttributes(1))}, nil
	})
	if vf, err := c.VF(ctx, MustParseVF("eth0/0")); !errors.Is(err, ErrProtocol) {
		t.Error(vf, err)
	}
}

func TestAnswersOfOthersAreErrors(t *testing.T) {
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
		m.Header.Sequence += 7
		return dump(m, 0, 0)
	}}
	client := f.client(t)
	if vfs, err := client.VFs(ctx); !errors.Is(err, ErrProtocol) {
		t.Error(vfs, err)
	}
	if !f.sockets[0].closed {
		t.Error("the connection is used on")
	}
}

func TestShortMessagesAreErrors(t *testing.T) {
	for _, data := range [][]byte{nil, {1}, {1, 1, 0}} {
		data := data
		f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
			return [][]netlink.Message{{{Header: netlink.Header{Type: m.Header.Type, Sequence: m.Header.Sequence}, Data: data}}}
		}}
		if vf, err := f.client(t).VF(ctx, MustParseVF("eth0/0")); !errors.Is(err, ErrProtocol) {
			t.Error(vf, err)
		}
	}
	for _, bytes := range [][]byte{{1}, make([]byte, 16), {0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}} {
		if messages, err := parseMessages(bytes); err == nil && len(messages) > 0 {
			t.Error(messages)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(uint8(CmdVFChangeNtf), vfAttributes(1))
	f.Add(uint8(CmdStatsNtf), vfAttributes(1))
	f.Add(uint8(CmdPFNewNtf), []byte{8, 0, 1, 0, 2, 0, 0, 0})
	f.Add(uint8(controlNewFamily), []byte{6, 0, 7, 0, 2, 0})
	f.Fuzz(func(t *testing.T, command uint8, data []byte) {
		if event, err := decodeEvent(message(command, data)); event != nil && err != nil {
			t.Error(event, err)
		}
		_, _ = decodeFamily(data)
		_ = attributeAt(data, int(command))
		if messages, err := parseMessages(data); err == nil {
			var torn tornDump
			_ = torn.see(messages)
		}
	})
}
