// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"strconv"
	"strings"
)

// enumName is the name of an enumeration's value.
func enumName(names []string, v uint32) string {
	if v < uint32(len(names)) {
		return names[v]
	}
	return strconv.FormatUint(uint64(v), 10)
}

// flagNames joins the names of those flags that are set, and the rest as a number.
func flagNames(names []string, v uint32) string {
	var set []string
	for i, name := range names {
		if v&(1<<i) != 0 {
			set = append(set, name)
			v &^= 1 << i
		}
	}
	if v != 0 {
		set = append(set, "0x"+strconv.FormatUint(uint64(v), 16))
	}
	return strings.Join(set, ",")
}

// attributeName is the name of an attribute of a request, as kmod/vfctl.yaml has it.
func attributeName(command uint8, attribute uint16) string {
	names := namesAttrVF
	switch command {
	case CmdPFGet, CmdPFSet:
		names = namesAttrPF
	case CmdStatsGet:
		names = namesAttrStats
	}
	if attribute < 1 || int(attribute) > len(names) {
		return ""
	}
	return names[attribute-1]
}
