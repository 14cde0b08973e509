// SPDX-License-Identifier: LGPL-2.1-or-later

package main

import (
	"strings"
	"testing"

	"vfctl"
)

func TestWhatIsNotCountedHasNoSeries(t *testing.T) {
	n := func(n uint64) *uint64 { return &n }
	vfs := []vfctl.VF{{PFIfindex: 2, PFIfname: "eth0", Number: 0, BusInfo: "0000:01:10.0"}, {PFIfindex: 2, PFIfname: "eth0", Number: 1}}
	stats := []vfctl.Stats{{PFIfindex: 2, Number: 0, RxBytes: n(7)}, {PFIfindex: 2, Number: 1, RxBytes: n(1 << 60), TxBytes: n(0)},
		{PFIfindex: 3, Number: 0, RxBytes: n(9)}} // of a VF that has come since
	var said strings.Builder
	write(&said, vfs, stats)
	const want = `# HELP sriov_vf_rx_bytes Received by the VF, in bytes.
# TYPE sriov_vf_rx_bytes untyped
sriov_vf_rx_bytes{pf="eth0",vf="0",pciAddr="0000:01:10.0",numa_node=""} 7
sriov_vf_rx_bytes{pf="eth0",vf="1",pciAddr="",numa_node=""} 1152921504606846976
# HELP sriov_vf_tx_bytes Sent by the VF, in bytes.
# TYPE sriov_vf_tx_bytes untyped
sriov_vf_tx_bytes{pf="eth0",vf="1",pciAddr="",numa_node=""} 0
`
	if said.String() != want {
		t.Error(said.String())
	}
}
