// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"fmt"
	"math"
	"syscall"
)

func refuse(errno syscall.Errno, format string, words ...any) error {
	return &refusal{errno, fmt.Sprintf(format, words...)}
}

// explain says what is known of the card where a driver refused a limit without a word.
func (b *rtnetlinkBackend) explain(errno syscall.Errno, pf pfLink, least, most uint32) error {
	name, driver, link := pf.attr.Name, "", (*Rate)(nil)
	if pf.seen {
		driver, link = b.sysfs.driver(name), b.sysfs.linkSpeed(name)
	}
	if driver == "" {
		driver = "the driver of " + name
	}
	wanted := *Mbit(most)
	if least > most {
		wanted = *Mbit(least)
	}
	switch {
	case errno == syscall.EPERM:
		return refuse(errno, "setting a limit needs CAP_NET_ADMIN")
	case errno == syscall.EOPNOTSUPP:
		return refuse(errno, "%s has no such limit for VFs", driver)
	case link != nil && wanted > *link:
		return refuse(errno, "%s refuses it and does not say why (%v); the link speed of %s is %v", driver, errno, name, *link)
	case pf.attr.RawFlags&syscall.IFF_RUNNING == 0:
		return refuse(errno, "%s refuses it and does not say why (%v); %s has no link", driver, errno, name)
	}
	return refuse(errno, "%s refuses it and does not say why (%v)", driver, errno)
}

// toMbit is a rate as drivers take it: whole Mbit/s, in the int of ndo_set_vf_rate().
func toMbit(r Rate) (uint32, error) {
	switch {
	case r != 0 && r < mega:
		return 0, refuse(syscall.EINVAL, "%d bit/s is below 1 Mbit/s, the least; 0 is no limit", uint64(r))
	case r/mega > math.MaxInt32:
		return 0, refuse(syscall.EINVAL, "%v is more than a driver can take", r)
	}
	return uint32(r / mega), nil
}

// merge is what a VF has, in Mbit/s, with what is wanted.
func merge(least, most uint32, wanted Limits) (uint32, uint32, error) {
	var err error
	switch {
	case wanted.Soft != nil:
		return 0, 0, refuse(syscall.EOPNOTSUPP, "a soft limit needs the vfctl module, which is not in use")
	case wanted.Hard == nil && wanted.Min == nil:
		return 0, 0, refuse(syscall.EINVAL, "nothing to set, give a hard or min rate")
	}
	if wanted.Hard != nil {
		most, err = toMbit(*wanted.Hard)
	}
	if wanted.Min != nil && err == nil {
		least, err = toMbit(*wanted.Min)
	}
	// rtnl_set_vf_rate() refuses this as well, without a word.
	if err == nil && most != 0 && most < least {
		err = refuse(syscall.EINVAL, "minimum %v is above limit %v", *Mbit(least), *Mbit(most))
	}
	return least, most, err
}
