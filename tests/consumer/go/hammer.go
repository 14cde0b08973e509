// SPDX-License-Identifier: LGPL-2.1-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"vfctl"
)

// What may come of a call while the module is unloaded and loaded, and VFs come and go. The module
// answers before it has looked for PFs, and takes eth0 for none then: EOPNOTSUPP.
var expected = []error{vfctl.ErrNoModule, vfctl.ErrDumpInterrupted, syscall.EAGAIN, syscall.ENODEV, syscall.ENOENT,
	syscall.EOPNOTSUPP}

// hammer asks from eight goroutines for so long, each over and over, and says how many calls
// succeeded and how many did not. Each fourth call has no time for its answer.
func hammer(c *vfctl.Client, length string) (any, error) {
	duration, err := time.ParseDuration(length)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	said := map[string]int{"done": 0, "refused": 0, "late": 0}
	end := time.Now().Add(duration)
	for i := 0; i < 8; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			for n := i; time.Now().Before(end); n++ {
				what, failed := once(c, n)
				mu.Lock()
				said[what]++
				if failed != nil {
					err = failed
				}
				mu.Unlock()
			}
		}(i)
	}
	wait.Wait()
	return said, err
}

func once(c *vfctl.Client, n int) (string, error) {
	timeout := 30 * time.Second
	if n%4 == 3 {
		timeout = 200 * time.Microsecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var err error
	if n%2 == 0 {
		var vfs []vfctl.VF
		vfs, err = c.VFs(ctx)
		for i := range vfs {
			if vfs[i].PFIfname != "eth0" || int(vfs[i].Number) != i || vfs[i].HardRate == nil {
				return "wrong", fmt.Errorf("VF %d of the list is %+v", i, vfs[i])
			}
		}
	} else {
		var stats *vfctl.Stats
		stats, err = c.StatsOf(ctx, vfctl.MustParseVF("eth0/1"))
		if err == nil && stats.Number != 1 {
			return "wrong", fmt.Errorf("the counters of VF 1 are %+v", *stats)
		}
	}
	if n%4 == 3 && errors.Is(err, context.DeadlineExceeded) {
		return "late", nil
	}
	for _, e := range expected {
		if errors.Is(err, e) {
			return "refused", nil
		}
	}
	if err != nil {
		return "wrong", err
	}
	return "done", nil
}
