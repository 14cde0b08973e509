// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// sysfs is where it is mounted. It is that of one network namespace, which may be another one than
// netlink speaks of: sees tells.
type sysfs string

func (s sysfs) device(netdev string) string {
	return filepath.Join(string(s), "class/net", netdev, "device")
}

func (s sysfs) pci(address string) string {
	return filepath.Join(string(s), "bus/pci/devices", address)
}

// number reads a file that holds a number.
func (s sysfs) number(file string) (uint32, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
	return uint32(n), err == nil
}

// target is the last part of what a symbolic link points to; empty where there is none.
func target(link string) string {
	to, err := os.Readlink(link)
	if err != nil {
		return ""
	}
	return filepath.Base(to)
}

// sees tells whether a network device of that name and index is in this sysfs.
func (s sysfs) sees(netdev string, index int) bool {
	n, ok := s.number(filepath.Join(string(s), "class/net", netdev, "ifindex"))
	return ok && int(n) == index
}

func (s sysfs) busInfo(netdev string) string { return target(s.device(netdev)) }

func (s sysfs) driver(netdev string) string { return target(filepath.Join(s.device(netdev), "driver")) }

func (s sysfs) numVFs(netdev string) (uint32, bool) {
	return s.number(filepath.Join(s.device(netdev), "sriov_numvfs"))
}

func (s sysfs) totalVFs(netdev string) *uint32 {
	if n, ok := s.number(filepath.Join(s.device(netdev), "sriov_totalvfs")); ok {
		return &n
	}
	return nil
}

// linkSpeed is nil while the device is down (EINVAL), and where the speed is not known (-1).
func (s sysfs) linkSpeed(netdev string) *Rate {
	mbit, ok := s.number(filepath.Join(string(s), "class/net", netdev, "speed"))
	if !ok || mbit == 0 || mbit == 1<<32-1 {
		return nil
	}
	return Mbit(mbit)
}

func (s sysfs) vfBusInfo(pf string, number uint32) string {
	return target(filepath.Join(s.device(pf), "virtfn"+strconv.FormatUint(uint64(number), 10)))
}

// portVF is the number of the VF that a stub is of, from its port name "pf0vf1".
func (s sysfs) portVF(netdev string) (uint32, bool) {
	text, err := os.ReadFile(filepath.Join(string(s), "class/net", netdev, "phys_port_name"))
	if err != nil {
		return 0, false
	}
	pf, vf, ok := strings.Cut(strings.TrimSpace(string(text)), "vf")
	n, err := strconv.ParseUint(vf, 10, 32)
	return uint32(n), ok && err == nil && strings.HasPrefix(pf, "pf")
}

func (s sysfs) hasPCI(address string) bool {
	_, err := os.Stat(s.pci(address))
	return err == nil
}

// findVF is the network devices of the PF of a VF, and the VF's number; false where the address is
// that of no VF.
func (s sysfs) findVF(address string) (netdevs []string, number uint32, ok bool) {
	pf := filepath.Join(s.pci(address), "physfn")
	links, _ := filepath.Glob(filepath.Join(pf, "virtfn*"))
	for _, link := range links {
		n, err := strconv.ParseUint(strings.TrimPrefix(filepath.Base(link), "virtfn"), 10, 32)
		if err != nil || target(link) != address {
			continue
		}
		entries, _ := os.ReadDir(filepath.Join(pf, "net"))
		for _, entry := range entries {
			netdevs = append(netdevs, entry.Name())
		}
		return netdevs, uint32(n), true
	}
	return nil, 0, false
}
