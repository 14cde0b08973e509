// SPDX-License-Identifier: LGPL-2.1-or-later

// A program that uses the Go package as others would: what it prints is judged by what vfctl -j
// prints (tests/vm/topics/bindings.sh).
//
//	vfctl-go [-backend B] [-netns FILE] [-timeout D] backend | pfs | list [PF] | show VF | stats [PF]
//	vfctl-go ... set VF hard|soft|min BIT/S | guest VF allow|forbid
//	vfctl-go ... interval PF D | keep-limits PF yes|no | watch COUNT | hammer D
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vfctl"
)

type object map[string]any

// put adds what is known, as it is called in tools/vfctl/schema.json.
func put[T any](o object, key string, value *T) {
	if value != nil {
		o[key] = *value
	}
}

func putText(o object, key, value string) {
	if value != "" {
		o[key] = value
	}
}

func ofPF(pf *vfctl.PF) object {
	o := object{"pf": pf.Ifname, "vfs": pf.NumVFs}
	putText(o, "pci_address", pf.BusInfo)
	putText(o, "driver", pf.Driver)
	putText(o, "provider", pf.Provider)
	put(o, "total_vfs", pf.TotalVFs)
	put(o, "link_bits_per_sec", pf.LinkSpeed)
	put(o, "keep_limits", pf.KeepLimits)
	if pf.Interval != nil {
		o["interval_ms"] = pf.Interval.Milliseconds()
	}
	if pf.Caps != nil {
		o["capabilities"] = strings.Split(strings.ReplaceAll(pf.Caps.String(), "-", "_"), ",")
	}
	return o
}

func ofVF(vf *vfctl.VF) object {
	o := object{"pf": vf.PFIfname, "vf": vf.Number}
	putText(o, "ifname", vf.Ifname)
	putText(o, "pci_address", vf.BusInfo)
	putText(o, "mac", vf.MAC.String())
	putText(o, "pending_reason", vf.PendingReason)
	put(o, "link_bits_per_sec", vf.LinkSpeed)
	put(o, "hard_bits_per_sec", vf.HardRate)
	put(o, "soft_bits_per_sec", vf.SoftRate)
	put(o, "min_bits_per_sec", vf.MinRate)
	put(o, "effective_bits_per_sec", vf.EffectiveRate)
	put(o, "guest_soft", vf.GuestSoft)
	if vf.State != nil {
		o["state"] = vf.State.String()
	}
	return o
}

func ofStats(s *vfctl.Stats) object {
	o := object{"pf": s.PFIfname, "vf": s.Number}
	putText(o, "ifname", s.Ifname)
	put(o, "resets", s.Resets)
	put(o, "gaps", s.Gaps)
	put(o, "rx_packets", s.RxPackets)
	put(o, "tx_packets", s.TxPackets)
	put(o, "rx_bytes", s.RxBytes)
	put(o, "tx_bytes", s.TxBytes)
	put(o, "rx_multicast", s.RxMulticast)
	put(o, "rx_broadcast", s.RxBroadcast)
	put(o, "rx_dropped", s.RxDropped)
	put(o, "tx_dropped", s.TxDropped)
	put(o, "rx_loopback_packets", s.RxLoopbackPackets)
	put(o, "tx_loopback_packets", s.TxLoopbackPackets)
	put(o, "rx_loopback_bytes", s.RxLoopbackBytes)
	put(o, "tx_loopback_bytes", s.TxLoopbackBytes)
	if s.Time != nil {
		o["time_ns"] = s.Time.Nanoseconds()
	}
	return o
}

func all[T any](from []T, err error, of func(*T) object) (any, error) {
	list := []object{}
	for i := range from {
		list = append(list, of(&from[i]))
	}
	return list, err
}

func of(args []string) []vfctl.ListOption {
	if len(args) < 2 {
		return []vfctl.ListOption{vfctl.WithAbsent()}
	}
	return []vfctl.ListOption{vfctl.WithAbsent(), vfctl.Of(vfctl.PFName(args[1]))}
}

func show(ctx context.Context, c *vfctl.Client, name string) (any, error) {
	ref, err := vfctl.ParseVF(name)
	if err != nil {
		return nil, err
	}
	vf, err := c.VF(ctx, ref)
	if err != nil {
		return nil, err
	}
	stats, err := c.StatsOf(ctx, ref)
	if err != nil {
		return nil, err
	}
	o := ofVF(vf)
	o["stats"] = ofStats(stats)
	return o, nil
}

func set(ctx context.Context, c *vfctl.Client, args []string) (any, error) {
	ref, err := vfctl.ParseVF(args[1])
	if err != nil {
		return nil, err
	}
	bits, err := strconv.ParseUint(args[3], 10, 64)
	if err != nil {
		return nil, err
	}
	var wanted vfctl.Limits
	switch args[2] {
	case "hard":
		wanted.Hard = vfctl.Bit(bits)
	case "soft":
		wanted.Soft = vfctl.Bit(bits)
	case "min":
		wanted.Min = vfctl.Bit(bits)
	}
	return nil, c.SetRate(ctx, ref, wanted)
}

// watch prints events, one a line, until there were as many.
func watch(ctx context.Context, options vfctl.MonitorOptions, count string) error {
	left, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	m, err := vfctl.NewMonitor(&options)
	if err != nil {
		return err
	}
	defer m.Close()
	fmt.Println("ready")
	for ; left > 0; left-- {
		e, err := m.Next(ctx)
		if err != nil {
			return err
		}
		switch {
		case e.VF != nil && e.VF.Old != nil:
			fmt.Println(e.Type, e.VF.Ifname, *e.VF.Old.HardRate, *e.VF.HardRate, *e.VF.Origin)
		case e.VF != nil:
			fmt.Println(e.Type, e.VF.Ifname)
		case e.PF != nil:
			fmt.Println(e.Type, e.PF.Ifname)
		default:
			fmt.Println(e.Type)
		}
	}
	return nil
}

func run(ctx context.Context, options vfctl.Options, args []string) (any, error) {
	if args[0] == "watch" {
		return nil, watch(ctx, vfctl.MonitorOptions{NetNS: options.NetNS}, args[1])
	}
	c, err := vfctl.Dial(&options)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	switch args[0] {
	case "backend":
		return c.Backend().String(), nil
	case "pfs":
		pfs, err := c.PFs(ctx)
		return all(pfs, err, ofPF)
	case "list":
		vfs, err := c.VFs(ctx, of(args)...)
		return all(vfs, err, ofVF)
	case "stats":
		stats, err := c.Stats(ctx, of(args)...)
		return all(stats, err, ofStats)
	case "show":
		return show(ctx, c, args[1])
	case "set":
		return set(ctx, c, args)
	case "guest":
		ref, err := vfctl.ParseVF(args[1])
		if err != nil {
			return nil, err
		}
		return nil, c.AllowGuestSoft(ctx, ref, args[2] == "allow")
	case "keep-limits":
		return nil, c.KeepLimits(ctx, vfctl.PFName(args[1]), args[2] == "yes")
	case "hammer":
		return hammer(c, args[1])
	case "interval":
		interval, err := time.ParseDuration(args[2])
		if err != nil {
			return nil, err
		}
		return nil, c.SetInterval(ctx, vfctl.PFName(args[1]), interval)
	}
	return nil, fmt.Errorf("unknown command %s", args[0])
}

func main() {
	var options vfctl.Options
	backend := flag.String("backend", "automatic", "automatic, module or rtnetlink")
	netns := flag.String("netns", "", "file of a network namespace")
	timeout := flag.Duration("timeout", 0, "for all requests")
	flag.Parse()
	for options.Backend.String() != *backend {
		options.Backend++
	}
	if *netns != "" {
		fd, err := syscall.Open(*netns, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			panic(err)
		}
		options.NetNS = fd
	}
	ctx := context.Background()
	if *timeout != 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, *timeout)
		defer cancel()
	}
	answer, err := run(ctx, options, flag.Args())
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		fmt.Fprintf(os.Stderr, "vfctl-go: %v\nerrno %d\n", err, int(number))
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "vfctl-go: %v\n", err)
		os.Exit(2)
	case answer != nil:
		_ = json.NewEncoder(os.Stdout).Encode(answer)
	}
}
