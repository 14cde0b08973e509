// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// A namespace is the network namespace of a Client: its sockets are all opened there, also when a
// new one is needed later, by another thread.
type namespace struct {
	file *os.File
}

// holdNamespace holds the namespace of a descriptor, or where that is 0 of the calling thread.
func holdNamespace(fd int) (*namespace, error) {
	path := fmt.Sprintf("/proc/self/fd/%d", fd)
	if fd == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		path = threadNamespace()
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &namespace{file}, nil
}

func threadNamespace() string {
	return fmt.Sprintf("/proc/self/task/%d/ns/net", syscall.Gettid())
}

// within calls open with the descriptor of the namespace, or with 0 where the thread is in it:
// entering a namespace takes a privilege, also one's own.
func (n *namespace) within(open func(fd int) error) error {
	var here, there syscall.Stat_t
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Stat(threadNamespace(), &here); err != nil {
		return err
	}
	if err := syscall.Fstat(int(n.file.Fd()), &there); err != nil {
		return err
	}
	if here.Dev == there.Dev && here.Ino == there.Ino {
		return open(0)
	}
	return open(int(n.file.Fd()))
}

func (n *namespace) close() {
	if n != nil {
		_ = n.file.Close()
	}
}
