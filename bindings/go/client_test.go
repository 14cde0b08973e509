// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/genetlink/genltest"
	"github.com/mdlayher/netlink"
)

func TestVFsAreReadByADump(t *testing.T) {
	c := testClient(t, genltest.CheckRequest(fakeFamily.ID, CmdVFGet, netlink.Request|netlink.Dump,
		func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
			return []genetlink.Message{message(CmdVFGet, vfAttributes(0)), message(CmdVFGet, vfAttributes(1))}, nil
		}))
	vfs, err := c.VFs(ctx)
	if err != nil || len(vfs) != 2 {
		t.Fatal(vfs, err)
	}
	vf := vfs[1]
	if vf.Ifname != "veth0.1" || vf.Number != 1 || vf.PFIfindex != 2 || *vf.HardRate != 500*mega ||
		*vf.SoftRate != 0 || *vf.State != LimitStateInForce || vf.MAC.String() != "52:54:00:aa:bb:01" {
		t.Errorf("%+v", vf)
	}
	if vf.MinRate != nil || vf.EffectiveRate != nil || vf.GuestSoft != nil || vf.LinkSpeed != nil {
		t.Errorf("what was not told is known: %+v", vf)
	}
	if c.Backend() != Module {
		t.Error(c.Backend())
	}
}

func TestNothingToListIsNoError(t *testing.T) {
	c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) { return nil, io.EOF })
	if pfs, err := c.PFs(ctx); err != nil || len(pfs) != 0 {
		t.Error(pfs, err)
	}
	if stats, err := c.Stats(ctx); err != nil || len(stats) != 0 {
		t.Error(stats, err)
	}
}

func TestRequestsSayWhatIsWanted(t *testing.T) {
	eth0 := func(e *netlink.AttributeEncoder) {
		e.String(AttrVFPFIfname, "eth0")
		e.Uint32(AttrVFVF, 1)
	}
	for name, test := range map[string]struct {
		call    func(c *Client) error
		command uint8
		want    func(*netlink.AttributeEncoder)
	}{
		"VFs of a PF with absent ones": {
			func(c *Client) error { _, err := c.VFs(ctx, Of(PFName("eth0")), WithAbsent()); return err },
			CmdVFGet, func(e *netlink.AttributeEncoder) {
				e.Flag(AttrVFAbsent, true)
				e.String(AttrVFPFIfname, "eth0")
			}},
		"counters of a PF by its index": {
			func(c *Client) error { _, err := c.Stats(ctx, Of(PFIndex(2))); return err },
			CmdStatsGet, func(e *netlink.AttributeEncoder) { e.Uint32(AttrStatsPFIfindex, 2) }},
		"a VF by PF and number": {
			func(c *Client) error { _, err := c.VF(ctx, MustParseVF("eth0/1")); return err }, CmdVFGet, eth0},
		"a VF by its stub": {
			func(c *Client) error { _, err := c.StatsOf(ctx, MustParseVF("veth0.1")); return err },
			CmdStatsGet, func(e *netlink.AttributeEncoder) { e.String(AttrStatsIfname, "veth0.1") }},
		"all limits": {
			func(c *Client) error {
				return c.SetRate(ctx, MustParseVF("eth0/1"), Limits{Hard: Mbit(500), Soft: NoLimit(), Min: Bit(7)})
			}, CmdVFSet, func(e *netlink.AttributeEncoder) {
				e.Uint64(AttrVFHardRate, 500*mega)
				e.Uint64(AttrVFSoftRate, 0)
				e.Uint64(AttrVFMinRate, 7)
				eth0(e)
			}},
		"an interval": {
			func(c *Client) error { return c.SetInterval(ctx, PFName("eth0"), time.Second/4) },
			CmdPFSet, func(e *netlink.AttributeEncoder) {
				e.Uint32(AttrPFInterval, 250)
				e.String(AttrPFIfname, "eth0")
			}},
		"a guest that is forbidden": {
			func(c *Client) error { return c.AllowGuestSoft(ctx, MustParseVF("eth0/1"), false) },
			CmdVFSet, func(e *netlink.AttributeEncoder) {
				e.Uint32(AttrVFGuestSoft, 0)
				eth0(e)
			}},
		"limits that are kept": {
			func(c *Client) error { return c.KeepLimits(ctx, PFIndex(2), true) },
			CmdPFSet, func(e *netlink.AttributeEncoder) {
				e.Uint32(AttrPFKeepLimits, 1)
				e.Uint32(AttrPFIfindex, 2)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			asked := false
			c := testClient(t, func(g genetlink.Message, _ netlink.Message) ([]genetlink.Message, error) {
				asked = true
				if g.Header.Command != test.command || g.Header.Version != FamilyVersion {
					t.Errorf("%+v", g.Header)
				}
				if want := attributes(test.want); !bytes.Equal(g.Data, want) {
					t.Errorf("got  %x\nwant %x", g.Data, want)
				}
				return nil, io.EOF
			})
			if err := test.call(c); err != nil && !errors.Is(err, ErrProtocol) {
				t.Error(err)
			}
			if !asked {
				t.Error("the kernel was not asked")
			}
		})
	}
}

func TestAVFIsFoundByItsAddress(t *testing.T) {
	c := testClient(t, func(g genetlink.Message, n netlink.Message) ([]genetlink.Message, error) {
		if n.Header.Flags&netlink.Dump != 0 {
			return []genetlink.Message{message(CmdVFGet, vfAttributes(0)), message(CmdVFGet, vfAttributes(1))}, nil
		}
		return []genetlink.Message{message(CmdVFGet, vfAttributes(1))}, nil
	})
	if vf, err := c.VF(ctx, MustParseVF("01:10.1")); err != nil || vf.Number != 1 {
		t.Error(vf, err)
	}
	_, err := c.VF(ctx, MustParseVF("0000:ff:10.1"))
	if !errors.Is(err, syscall.ENODEV) || err.Error() != "read 0000:ff:10.1: there is no VF at the address 0000:ff:10.1" {
		t.Error(err)
	}
}

func TestANameThatIsTooLongIsNoDevice(t *testing.T) {
	c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
		t.Error("the kernel was asked")
		return nil, io.EOF
	})
	if _, err := c.PF(ctx, PFName("a-name-of-16-byte")); !errors.Is(err, syscall.ENODEV) {
		t.Error(err)
	}
}

func TestAnErrorHasTheKernelsErrnoAndWords(t *testing.T) {
	words := "2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s"
	socket := newFakeSocket(func(m netlink.Message) [][]netlink.Message {
		if m.Header.Type == 0x10 {
			return [][]netlink.Message{{familyReply(m, fakeFamily)}}
		}
		// The first attribute of the request: behind both headers.
		return [][]netlink.Message{{refused(m, syscall.EINVAL, words, 20)}}
	})
	c, err := dial(Automatic, func() (*genetlink.Conn, error) { return socket.conn(), nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = c.SetRate(ctx, MustParseVF("eth0/1"), Limits{Soft: Mbit(2000)})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, syscall.EINVAL) {
		t.Fatal(err)
	}
	if e.Message != words || e.Op != "set limits of eth0/1" || e.Attribute != "soft-rate" || !e.FromKernel {
		t.Errorf("%+v", e)
	}
	if err.Error() != "set limits of eth0/1: "+words {
		t.Error(err)
	}
	if socket.closed {
		t.Error("a refusal ended the connection")
	}
}

func TestWithoutTheModule(t *testing.T) {
	none := func() (*genetlink.Conn, error) {
		return genltest.Dial(func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) {
			return nil, genltest.Error(int(syscall.ENOENT))
		}), nil
	}
	rtnetlink := func() (backend, error) { return rtnetlinkWith(nil, ""), nil }
	if _, err := dial(Module, none, rtnetlink); !errors.Is(err, ErrNoModule) || !errors.Is(err, syscall.EPROTONOSUPPORT) {
		t.Error(err)
	}
	c, err := dial(Automatic, none, rtnetlink)
	if err != nil || c.Backend() != Rtnetlink {
		t.Fatal(c, err)
	}
}

func TestAClosedClient(t *testing.T) {
	c := testClient(t, func(genetlink.Message, netlink.Message) ([]genetlink.Message, error) { return nil, io.EOF })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.VFs(ctx); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := c.Close(); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

func TestNamesOfVFs(t *testing.T) {
	for text, want := range map[string]string{
		"veth0.1": "veth0.1", "eth0/1": "eth0/1", "0000:01:10.1": "0000:01:10.1", "1:10.1": "0000:01:10.1",
		"12345678:ff:1f.7": "12345678:ff:1f.7", "eth0/4294967295": "eth0/4294967295",
	} {
		if vf, err := ParseVF(text); err != nil || vf.String() != want {
			t.Error(text, vf, err)
		}
	}
	for _, text := range []string{"", "/", "eth0/", "/1", "eth0/x", "eth0/-1", "eth0/4294967296", "eth0/1/2", "a b", ".", "..",
		"sixteen-letters-", "0000:01:10", "0000:01:20.1", "0000:01:10.8", "x:01:10.1", "eth0:1"} {
		if vf, err := ParseVF(text); !errors.Is(err, syscall.EINVAL) {
			t.Error(text, vf, err)
		}
	}
	if vf := (&VF{PFIfindex: 7, Number: 3}).Ref(); vf.String() != "#7/3" {
		t.Error(vf)
	}
}

func TestWordsOfValues(t *testing.T) {
	for want, got := range map[string]string{
		"500Mbit": Mbit(500).String(), "none": NoLimit().String(), "1500Mbit": Bit(1500 * mega).String(),
		"1Gbit": Mbit(1000).String(), "1234bit": Bit(1234).String(), "in-force": LimitStateInForce.String(),
		"9": LimitState(9).String(), "outside": OriginOutside.String(), "stats,guest-soft,0x30": Cap(0x39).String(),
		"module-back": ModuleBack.String(), "rtnetlink": Rtnetlink.String(),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
