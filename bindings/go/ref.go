// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// PFRef names a PF in a call, by its network device.
type PFRef struct {
	name  string
	index uint32
}

// PFName names a PF by the name of its network device, as in "eth0".
func PFName(name string) PFRef { return PFRef{name: name} }

// PFIndex names a PF by the interface index of its network device.
func PFIndex(index uint32) PFRef { return PFRef{index: index} }

// Ref names this PF, by its index.
func (m *PF) Ref() PFRef { return PFIndex(m.Ifindex) }

// String is "eth0", or "#7" of a PF that is named by its index.
func (r PFRef) String() string {
	if r.index != 0 {
		return "#" + strconv.FormatUint(uint64(r.index), 10)
	}
	return r.name
}

// VFRef names a VF in a call: by its PF and number, by its stub device, or by its PCI address.
type VFRef struct {
	pf      PFRef
	number  uint32
	stub    string
	address string
}

// VFOf names a VF by its PF and its number below it, from 0.
func VFOf(pf PFRef, number uint32) VFRef { return VFRef{pf: pf, number: number} }

// Ref names this VF, by the index of its PF and its number. Where the VFs of the PF were made anew
// it names the next one of that number.
func (m *VF) Ref() VFRef { return VFOf(PFIndex(m.PFIfindex), m.Number) }

// Ref names the VF whose counters these are.
func (m *Stats) Ref() VFRef { return VFOf(PFIndex(m.PFIfindex), m.Number) }

// String is "eth0/1", "veth0.1" or "0000:01:10.1".
func (r VFRef) String() string {
	switch {
	case r.stub != "":
		return r.stub
	case r.address != "":
		return r.address
	}
	return fmt.Sprintf("%v/%d", r.pf, r.number)
}

const maxName = 15 // IFNAMSIZ - 1

var pciAddress = regexp.MustCompile(`^(?:([0-9a-fA-F]{1,8}):)?([0-9a-fA-F]{1,2}):([01]?[0-9a-fA-F])\.([0-7])$`)

// ParseVF reads the name of a VF: "veth0.1" (its stub device), "eth0/1" (PF and number) or
// "0000:01:10.1" (PCI address, also without the domain). It fails with EINVAL.
func ParseVF(text string) (VFRef, error) {
	refuse := func(why string) (VFRef, error) {
		return VFRef{}, &Error{Op: "name a VF", Err: syscall.EINVAL, Message: fmt.Sprintf("%.80q %s", text, why)}
	}
	if text == "" {
		return refuse("names no VF; veth0.1, eth0/1 or 0000:01:10.1 would")
	}
	if pf, number, ok := strings.Cut(text, "/"); ok {
		n, err := strconv.ParseUint(number, 10, 32)
		switch {
		case !isDeviceName(pf):
			return refuse("names no VF: before the slash comes its PF, as in eth0/1")
		case err != nil:
			return refuse("names no VF: after the slash comes its number, as in eth0/1")
		}
		return VFOf(PFName(pf), uint32(n)), nil
	}
	// No device can have a colon in its name.
	if strings.Contains(text, ":") {
		address, ok := fullAddress(text)
		if !ok {
			return refuse("names no VF: this is no PCI address, as 0000:01:10.1 is")
		}
		return VFRef{address: address}, nil
	}
	if !isDeviceName(text) {
		return refuse("names no VF: this is no name that a device can have")
	}
	return VFRef{stub: text}, nil
}

// MustParseVF is ParseVF for names that a program has in it; it panics where ParseVF fails.
func MustParseVF(text string) VFRef {
	vf, err := ParseVF(text)
	if err != nil {
		panic(err)
	}
	return vf
}

// isDeviceName is what dev_valid_name() of the kernel takes.
func isDeviceName(name string) bool {
	if name == "" || len(name) > maxName || name == "." || name == ".." {
		return false
	}
	return strings.IndexFunc(name, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '/' || c == ':' }) < 0
}

// fullAddress is a PCI address as sysfs writes it.
func fullAddress(text string) (string, bool) {
	part := pciAddress.FindStringSubmatch(text)
	if part == nil {
		return "", false
	}
	var number [5]uint64
	for i, hex := range part[1:] {
		// The domain may be empty, and is 0 then.
		number[i], _ = strconv.ParseUint(hex, 16, 32)
	}
	return fmt.Sprintf("%04x:%02x:%02x.%d", number[0], number[1], number[2], number[3]), true
}
