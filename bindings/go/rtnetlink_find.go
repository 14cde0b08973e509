// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"errors"
	"net"
	"sort"
	"syscall"

	rtnl "github.com/vishvananda/netlink"
)

// A pfLink is a network device whose VFs rtnetlink lists.
type pfLink struct {
	link rtnl.Link
	attr *rtnl.LinkAttrs
	seen bool // sysfs is that of its namespace
	vfs  []rtnl.VfInfo
}

func (b *rtnetlinkBackend) describe(link rtnl.Link) pfLink {
	attr := link.Attrs()
	return pfLink{link, attr, b.sysfs.sees(attr.Name, attr.Index), attr.Vfs}
}

// numVFs is how many there are, also where rtnetlink cannot list them.
func (b *rtnetlinkBackend) numVFs(pf pfLink) uint32 {
	if pf.seen {
		if n, ok := b.sysfs.numVFs(pf.attr.Name); ok {
			return n
		}
	}
	return uint32(len(pf.vfs))
}

func (b *rtnetlinkBackend) isPF(pf pfLink) bool {
	if b.numVFs(pf) > 0 {
		return true
	}
	total := b.sysfs.totalVFs(pf.attr.Name)
	return pf.seen && total != nil && *total > 0
}

// checkList refuses a list that lacks VFs: the package tells a VF's number by its place in the list,
// and the length of a long list wraps in 16 bits.
func (b *rtnetlinkBackend) checkList(pf pfLink) error {
	if n := b.numVFs(pf); n != uint32(len(pf.vfs)) {
		return refuse(syscall.EOPNOTSUPP, "rtnetlink lists %d of the %d VFs of %s, that needs the vfctl module",
			len(pf.vfs), n, pf.attr.Name)
	}
	return nil
}

func (b *rtnetlinkBackend) findPF(on links, ref PFRef) (pfLink, error) {
	var link rtnl.Link
	var err error
	if ref.index != 0 {
		link, err = on.LinkByIndex(int(ref.index))
	} else {
		link, err = on.LinkByName(ref.name)
	}
	if missing(err) {
		if ref.index != 0 {
			return pfLink{}, refuse(syscall.ENODEV, "there is no device with index %d", ref.index)
		}
		return pfLink{}, refuse(syscall.ENODEV, "there is no device %q", ref.name)
	}
	if err != nil {
		return pfLink{}, err
	}
	pf := b.describe(link)
	if !b.isPF(pf) {
		return pfLink{}, refuse(syscall.ENODEV, "%s is no PF: it has no VFs", pf.attr.Name)
	}
	return pf, nil
}

func missing(err error) bool {
	var none rtnl.LinkNotFoundError
	return errors.As(err, &none) || errors.Is(err, syscall.ENODEV)
}

// findPFs is those that have VFs, in the order of their indices; or the only one that is wanted.
func (b *rtnetlinkBackend) findPFs(on links, only *PFRef) ([]pfLink, error) {
	if only != nil {
		pf, err := b.findPF(on, *only)
		return []pfLink{pf}, err
	}
	all, err := on.LinkList()
	if err != nil {
		return nil, err
	}
	var found []pfLink
	for _, link := range all {
		// A representor has the parent device of its PF, and lists no VFs.
		if pf := b.describe(link); len(pf.vfs) > 0 {
			found = append(found, pf)
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].attr.Index < found[j].attr.Index })
	return found, nil
}

// A place is a VF in the list of its PF.
type place struct {
	pf     pfLink
	number uint32
}

func (p place) vf() *rtnl.VfInfo { return &p.pf.vfs[p.number] }

func (b *rtnetlinkBackend) findBelow(pf pfLink, number uint32) (place, error) {
	switch n := b.numVFs(pf); {
	case n == 0:
		return place{}, refuse(syscall.ENOENT, "%s has no VFs now", pf.attr.Name)
	case number >= n:
		return place{}, refuse(syscall.ENOENT, "%s has VFs 0 to %d, there is no VF %d", pf.attr.Name, n-1, number)
	}
	return place{pf, number}, b.checkList(pf)
}

func (b *rtnetlinkBackend) find(on links, ref VFRef) (place, error) {
	switch {
	case ref.address != "":
		return b.findAt(on, ref.address)
	case ref.stub != "":
		return b.findStub(on, ref.stub)
	}
	pf, err := b.findPF(on, ref.pf)
	if err != nil {
		return place{}, err
	}
	return b.findBelow(pf, ref.number)
}

func (b *rtnetlinkBackend) findAt(on links, address string) (place, error) {
	if !b.sysfs.hasPCI(address) {
		return place{}, refuse(syscall.ENODEV, "there is no PCI device %s", address)
	}
	netdevs, number, ok := b.sysfs.findVF(address)
	if !ok {
		return place{}, refuse(syscall.ENODEV, "the PCI device %s is no VF", address)
	}
	for _, netdev := range netdevs {
		if pf, err := b.findPF(on, PFName(netdev)); err == nil {
			return b.findBelow(pf, number)
		}
	}
	return place{}, refuse(syscall.ENODEV, "the PF of %s has no network device in this network namespace", address)
}

// findStub finds the VF of a stub: there are some where the module is loaded and not in use.
func (b *rtnetlinkBackend) findStub(on links, name string) (place, error) {
	stub, err := on.LinkByName(name)
	if missing(err) {
		return place{}, refuse(syscall.ENODEV, "there is no device %q; name a VF as eth0/1 where the vfctl module is not loaded", name)
	}
	if err != nil {
		return place{}, err
	}
	number, ok := b.sysfs.portVF(name)
	if stub.Type() != "vfctl" || !ok {
		return place{}, refuse(syscall.ENODEV, "%s is no device of a VF, name one as eth0/1", name)
	}
	pf, err := b.findPF(on, PFIndex(uint32(stub.Attrs().ParentIndex)))
	if err != nil {
		return place{}, err
	}
	return b.findBelow(pf, number)
}

func (b *rtnetlinkBackend) pfInfo(pf pfLink) PF {
	info := PF{Ifindex: uint32(pf.attr.Index), Ifname: pf.attr.Name, NumVFs: b.numVFs(pf)}
	if pf.seen {
		info.BusInfo, info.Driver = b.sysfs.busInfo(info.Ifname), b.sysfs.driver(info.Ifname)
		info.TotalVFs, info.LinkSpeed = b.sysfs.totalVFs(info.Ifname), b.sysfs.linkSpeed(info.Ifname)
	}
	return info
}

func (b *rtnetlinkBackend) vfInfo(at place) VF {
	from := at.vf()
	info := VF{PFIfindex: uint32(at.pf.attr.Index), PFIfname: at.pf.attr.Name, Number: at.number,
		HardRate: Mbit(from.MaxTxRate)}
	if from.MinTxRate != 0 {
		info.MinRate = Mbit(from.MinTxRate)
	}
	if isSet(from.Mac) {
		info.MAC = from.Mac
	}
	if at.pf.seen {
		info.LinkSpeed = b.sysfs.linkSpeed(info.PFIfname)
		info.BusInfo = b.sysfs.vfBusInfo(info.PFIfname, at.number)
	}
	return info
}

func isSet(mac net.HardwareAddr) bool {
	for _, b := range mac {
		if b != 0 {
			return true
		}
	}
	return false
}

// vfStats leaves out what is 0: rtnl_fill_vfinfo() does not look at what ndo_get_vf_stats() returned,
// nor whether there is one.
func vfStats(at place) Stats {
	from := at.vf()
	known := func(n uint64) *uint64 {
		if n == 0 {
			return nil
		}
		return &n
	}
	return Stats{PFIfindex: uint32(at.pf.attr.Index), PFIfname: at.pf.attr.Name, Number: at.number,
		RxPackets: known(from.RxPackets), TxPackets: known(from.TxPackets),
		RxBytes: known(from.RxBytes), TxBytes: known(from.TxBytes),
		RxMulticast: known(from.Multicast), RxBroadcast: known(from.Broadcast),
		RxDropped: known(from.RxDropped), TxDropped: known(from.TxDropped)}
}
