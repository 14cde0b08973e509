// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import "strconv"

// Rate is a transmit rate in bit/s; 0 is none: no limit.
//
// Drivers take whole Mbit/s. The kernel refuses a rate below 1 Mbit/s and rounds others down;
// VF.EffectiveRate is what it came to.
type Rate uint64

const mega = 1_000_000

// Bit returns a rate in bit/s, for Limits.
func Bit(n uint64) *Rate {
	r := Rate(n)
	return &r
}

// Mbit returns a rate in Mbit/s (10^6 bit/s), for Limits.
func Mbit(n uint32) *Rate {
	return Bit(uint64(n) * mega)
}

// NoLimit returns the rate that removes a limit.
func NoLimit() *Rate {
	return Bit(0)
}

// String is as tc and vfctl write it: "500Mbit", "none".
func (r Rate) String() string {
	if r == 0 {
		return "none"
	}
	units := []string{"bit", "Kbit", "Mbit", "Gbit", "Tbit"}
	i := 0
	for ; r%1000 == 0 && i+1 < len(units); i++ {
		r /= 1000
	}
	return strconv.FormatUint(uint64(r), 10) + units[i]
}

// Limits are limits of a VF to be set. What is nil stays as it is.
type Limits struct {
	Hard *Rate // the host's
	Soft *Rate // the guest's, which is never above the hard one; module only
	Min  *Rate // guaranteed rate, where the PF driver has such a thing (CapMinRate)
}
