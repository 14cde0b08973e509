// SPDX-License-Identifier: LGPL-2.1-or-later

// Exporter serves the counters of VFs to Prometheus, with the names and labels that vfctld gives them.
//
// Usage: exporter [ADDRESS], as in: exporter 127.0.0.1:9808
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"vfctl"
)

type metric struct {
	name, help string
	value      func(*vfctl.Stats) *uint64
}

var metrics = []metric{
	{"sriov_vf_rx_bytes", "Received by the VF, in bytes.", func(s *vfctl.Stats) *uint64 { return s.RxBytes }},
	{"sriov_vf_tx_bytes", "Sent by the VF, in bytes.", func(s *vfctl.Stats) *uint64 { return s.TxBytes }},
	{"sriov_vf_rx_packets", "Packets received by the VF.", func(s *vfctl.Stats) *uint64 { return s.RxPackets }},
	{"sriov_vf_tx_packets", "Packets sent by the VF.", func(s *vfctl.Stats) *uint64 { return s.TxPackets }},
	{"sriov_vf_rx_multicast", "Multicast packets received by the VF.", func(s *vfctl.Stats) *uint64 { return s.RxMulticast }},
	{"sriov_vf_rx_broadcast", "Broadcast packets received by the VF.", func(s *vfctl.Stats) *uint64 { return s.RxBroadcast }},
	{"sriov_vf_rx_dropped", "Packets for the VF that were dropped.", func(s *vfctl.Stats) *uint64 { return s.RxDropped }},
	{"sriov_vf_tx_dropped", "Packets of the VF that were dropped.", func(s *vfctl.Stats) *uint64 { return s.TxDropped }},
}

func main() {
	address := "127.0.0.1:9808"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	client, err := vfctl.Dial(nil)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/metrics", func(w http.ResponseWriter, r *http.Request) {
		vfs, err := client.VFs(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		stats, err := client.Stats(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		write(w, vfs, stats)
	})
	log.Fatal(http.ListenAndServe(address, nil))
}

// write leaves out what is not known: a counter that the card does not have has no series.
func write(w io.Writer, vfs []vfctl.VF, stats []vfctl.Stats) {
	labels := map[vfctl.VFRef]string{}
	for i := range vfs {
		vf := &vfs[i]
		node, _ := os.ReadFile("/sys/bus/pci/devices/" + vf.BusInfo + "/numa_node")
		if strings.HasPrefix(string(node), "-") {
			node = nil // the machine has no nodes
		}
		labels[vf.Ref()] = fmt.Sprintf(`pf=%q,vf="%d",pciAddr=%q,numa_node=%q`,
			vf.PFIfname, vf.Number, vf.BusInfo, strings.TrimSpace(string(node)))
	}
	for _, m := range metrics {
		begin := fmt.Sprintf("# HELP %s %s\n# TYPE %s untyped\n", m.name, m.help, m.name)
		for i := range stats {
			if n, of := m.value(&stats[i]), labels[stats[i].Ref()]; n != nil && of != "" {
				fmt.Fprintf(w, "%s%s{%s} %d\n", begin, m.name, of, *n)
				begin = ""
			}
		}
	}
}
