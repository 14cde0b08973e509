// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	rtnl "github.com/vishvananda/netlink"
)

// fakeLinks is a host of network devices, as rtnetlink tells of them.
type fakeLinks struct {
	all    []rtnl.Link
	fail   error         // of a limit that is set
	slow   chan struct{} // a list waits for it
	set    []int         // VF, least and most of the limit that was set
	closed chan struct{}
}

func (f *fakeLinks) LinkList() ([]rtnl.Link, error) {
	if f.slow != nil {
		<-f.slow
	}
	return f.all, nil
}

func (f *fakeLinks) find(is func(*rtnl.LinkAttrs) bool) (rtnl.Link, error) {
	for _, link := range f.all {
		if is(link.Attrs()) {
			return link, nil
		}
	}
	return nil, syscall.ENODEV
}

func (f *fakeLinks) LinkByName(name string) (rtnl.Link, error) {
	return f.find(func(a *rtnl.LinkAttrs) bool { return a.Name == name })
}

func (f *fakeLinks) LinkByIndex(index int) (rtnl.Link, error) {
	return f.find(func(a *rtnl.LinkAttrs) bool { return a.Index == index })
}

func (f *fakeLinks) LinkSetVfRate(_ rtnl.Link, vf, least, most int) error {
	f.set = []int{vf, least, most}
	return f.fail
}

func (f *fakeLinks) Close() { close(f.closed) }

// fakePF has two VFs below it, of which VF 1 is limited and has sent something.
func fakePF() *rtnl.Device {
	return &rtnl.Device{LinkAttrs: rtnl.LinkAttrs{Index: 2, Name: "eth0", RawFlags: syscall.IFF_RUNNING, Vfs: []rtnl.VfInfo{
		{ID: 0, Mac: make(net.HardwareAddr, 6)},
		{ID: 1, Mac: net.HardwareAddr{2, 0, 0, 0, 0, 1}, MaxTxRate: 300, MinTxRate: 10, TxBytes: 77},
	}}}
}

// fakeHostLinks is a host with that PF, a device that is none, and the stub of VF 1.
func fakeHostLinks() *fakeLinks {
	stub := &rtnl.GenericLink{LinkAttrs: rtnl.LinkAttrs{Index: 9, Name: "veth0.1", ParentIndex: 2}, LinkType: "vfctl"}
	return &fakeLinks{closed: make(chan struct{}), all: []rtnl.Link{
		&rtnl.Device{LinkAttrs: rtnl.LinkAttrs{Index: 1, Name: "lo"}}, stub, fakePF()}}
}

// fakeSysfs is what there is of these in sysfs: files by their path, and links as "-> TARGET".
func fakeSysfs(t *testing.T) sysfs {
	t.Helper()
	root := t.TempDir()
	for path, content := range map[string]string{
		"class/net/eth0/ifindex":                      "2\n",
		"class/net/eth0/speed":                        "1000\n",
		"class/net/eth0/device":                       "-> ../../../bus/pci/devices/0000:01:00.0",
		"class/net/veth0.1/phys_port_name":            "pf0vf1\n",
		"bus/pci/devices/0000:01:00.0/driver":         "-> ../../drivers/igb",
		"bus/pci/devices/0000:01:00.0/net/eth0":       "",
		"bus/pci/devices/0000:01:00.0/virtfn0":        "-> ../0000:01:10.0",
		"bus/pci/devices/0000:01:00.0/virtfn1":        "-> ../0000:01:10.2",
		"bus/pci/devices/0000:01:10.2/physfn":         "-> ../0000:01:00.0",
		"bus/pci/devices/0000:01:10.0/physfn":         "-> ../0000:01:00.0",
		"bus/pci/devices/0000:02:00.0/class":          "0x020000\n",
		"bus/pci/devices/0000:01:00.0/sriov_numvfs":   "2\n",
		"bus/pci/devices/0000:01:00.0/sriov_totalvfs": "7\n",
	} {
		path = filepath.Join(root, path)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil && strings.HasPrefix(content, "-> ") {
			err = os.Symlink(content[3:], path)
		} else if err == nil {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return sysfs(root)
}

func rtnetlinkClient(t *testing.T, f *fakeLinks, files sysfs) *Client {
	t.Helper()
	return &Client{backend: rtnetlinkWith(func() (links, error) { return f, nil }, files)}
}

func TestRtnetlinkTellsWhatItKnows(t *testing.T) {
	c := rtnetlinkClient(t, fakeHostLinks(), fakeSysfs(t))
	pfs, err := c.PFs(ctx)
	if err != nil || len(pfs) != 1 {
		t.Fatal(pfs, err)
	}
	if pf := pfs[0]; pf.Ifname != "eth0" || pf.NumVFs != 2 || *pf.TotalVFs != 7 || pf.Driver != "igb" ||
		pf.BusInfo != "0000:01:00.0" || *pf.LinkSpeed != 1000*mega || pf.Interval != nil || pf.Caps != nil {
		t.Errorf("%+v", pf)
	}
	vfs, err := c.VFs(ctx)
	if err != nil || len(vfs) != 2 {
		t.Fatal(vfs, err)
	}
	if vf := vfs[0]; *vf.HardRate != 0 || vf.MinRate != nil || vf.MAC != nil || vf.BusInfo != "0000:01:10.0" {
		t.Errorf("%+v", vf)
	}
	if vf := vfs[1]; *vf.HardRate != 300*mega || *vf.MinRate != 10*mega || vf.SoftRate != nil || vf.EffectiveRate != nil ||
		vf.State != nil || vf.Ifname != "" || vf.MAC.String() != "02:00:00:00:00:01" {
		t.Errorf("%+v", vf)
	}
	stats, err := c.Stats(ctx, Of(PFIndex(2)))
	if err != nil || len(stats) != 2 || *stats[1].TxBytes != 77 || stats[1].RxBytes != nil || stats[0].TxBytes != nil {
		t.Error(stats, err)
	}
}

func TestRtnetlinkFindsVFs(t *testing.T) {
	c := rtnetlinkClient(t, fakeHostLinks(), fakeSysfs(t))
	for _, name := range []string{"eth0/1", "veth0.1", "0000:01:10.2"} {
		if vf, err := c.VF(ctx, MustParseVF(name)); err != nil || vf.Number != 1 {
			t.Error(name, vf, err)
		}
		if stats, err := c.StatsOf(ctx, MustParseVF(name)); err != nil || stats.Number != 1 {
			t.Error(name, stats, err)
		}
	}
	for name, want := range map[string]error{
		"eth0/2": syscall.ENOENT, "eth9/0": syscall.ENODEV, "lo/0": syscall.ENODEV, "lo": syscall.ENODEV,
		"veth0.9": syscall.ENODEV, "0000:02:00.0": syscall.ENODEV, "0000:03:00.0": syscall.ENODEV,
	} {
		if vf, err := c.VF(ctx, MustParseVF(name)); !errors.Is(err, want) {
			t.Error(name, vf, err)
		}
	}
}

func TestRtnetlinkDoesNotGuessNumbers(t *testing.T) {
	f := fakeHostLinks()
	pf := fakePF()
	pf.Vfs = pf.Vfs[1:]
	f.all[2] = pf
	c := rtnetlinkClient(t, f, fakeSysfs(t))
	if vfs, err := c.VFs(ctx); !errors.Is(err, syscall.EOPNOTSUPP) {
		t.Error(vfs, err)
	}
	if err := c.SetRate(ctx, MustParseVF("eth0/0"), Limits{Hard: Mbit(1)}); !errors.Is(err, syscall.EOPNOTSUPP) || f.set != nil {
		t.Error(err, f.set)
	}
}

func TestRtnetlinkWithoutTheNamespacesSysfs(t *testing.T) {
	c := rtnetlinkClient(t, fakeHostLinks(), sysfs(t.TempDir()))
	if vfs, err := c.VFs(ctx); err != nil || len(vfs) != 2 || vfs[1].BusInfo != "" || vfs[1].LinkSpeed != nil {
		t.Error(vfs, err)
	}
}

func TestRtnetlinkSetsOneLimitAndKeepsTheOther(t *testing.T) {
	for _, test := range []struct {
		wanted      Limits
		least, most int
	}{
		{Limits{Hard: Mbit(500)}, 10, 500},
		{Limits{Min: Bit(20*mega + 1)}, 20, 300},
		{Limits{Hard: NoLimit()}, 10, 0},
		{Limits{Hard: Mbit(5), Min: NoLimit()}, 0, 5},
	} {
		f := fakeHostLinks()
		err := rtnetlinkClient(t, f, fakeSysfs(t)).SetRate(ctx, MustParseVF("eth0/1"), test.wanted)
		if err != nil || len(f.set) != 3 || f.set[1] != test.least || f.set[2] != test.most {
			t.Error(err, f.set)
		}
	}
}

func TestRtnetlinkRefusals(t *testing.T) {
	for words, test := range map[string]struct {
		wanted Limits
		fail   error
		errno  syscall.Errno
	}{
		"needs the vfctl module":              {Limits{Soft: Mbit(1)}, nil, syscall.EOPNOTSUPP},
		"nothing to set":                      {Limits{}, nil, syscall.EINVAL},
		"5000 bit/s is below 1 Mbit/s":        {Limits{Hard: Bit(5000)}, nil, syscall.EINVAL},
		"more than a driver can take":         {Limits{Hard: Bit(1 << 62)}, nil, syscall.EINVAL},
		"minimum 400Mbit is above":            {Limits{Min: Mbit(400)}, nil, syscall.EINVAL},
		"needs CAP_NET_ADMIN":                 {Limits{Hard: Mbit(50)}, syscall.EPERM, syscall.EPERM},
		"igb has no such limit":               {Limits{Hard: Mbit(50)}, syscall.EOPNOTSUPP, syscall.EOPNOTSUPP},
		"the link speed of eth0 is 1Gbit":     {Limits{Hard: Mbit(2000)}, syscall.EINVAL, syscall.EINVAL},
		"igb refuses it and does not say why": {Limits{Hard: Mbit(20)}, syscall.EBUSY, syscall.EBUSY},
	} {
		f := fakeHostLinks()
		f.fail = test.fail
		err := rtnetlinkClient(t, f, fakeSysfs(t)).SetRate(ctx, MustParseVF("eth0/1"), test.wanted)
		if !errors.Is(err, test.errno) || !strings.Contains(err.Error(), words) {
			t.Error(words, err)
		}
		if test.fail == nil && f.set != nil {
			t.Error(words, f.set)
		}
	}
	c := rtnetlinkClient(t, fakeHostLinks(), "")
	for _, err := range []error{c.SetInterval(ctx, PFName("eth0"), time.Second), c.KeepLimits(ctx, PFName("eth0"), true),
		c.AllowGuestSoft(ctx, MustParseVF("eth0/1"), false)} {
		if !errors.Is(err, syscall.EOPNOTSUPP) {
			t.Error(err)
		}
	}
}

func TestADeadlineLeavesASlowRtnetlinkAlone(t *testing.T) {
	slow := fakeHostLinks()
	slow.slow = make(chan struct{})
	opened := []*fakeLinks{slow, fakeHostLinks()}
	b := rtnetlinkWith(func() (links, error) {
		next := opened[0]
		opened = opened[1:]
		return next, nil
	}, "")
	c, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	client := &Client{backend: b}
	if vfs, err := client.VFs(c); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(vfs, err)
	}
	if vfs, err := client.VFs(ctx); err != nil || len(vfs) != 2 {
		t.Error(vfs, err)
	}
	close(slow.slow)
	<-slow.closed
}

// The kernel of this machine, which has the device "lo" in any case.
func TestRtnetlinkOfThisMachine(t *testing.T) {
	c, err := Dial(&Options{Backend: Rtnetlink})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.VFs(ctx); err != nil {
		t.Error(err)
	}
	if vf, err := c.VF(ctx, MustParseVF("lo/0")); !errors.Is(err, syscall.ENODEV) {
		t.Error(vf, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
