// SPDX-License-Identifier: LGPL-2.1-or-later

// Package vfctl reads what the host knows of SR-IOV Virtual Functions (VFs), and limits what they
// may send.
//
// It asks the kernel module vfctl by its generic netlink family. Where the module is not loaded, it
// asks rtnetlink, as "ip link show" does, and knows less: Client.Backend says which one it asks. The
// messages are the family's own, generated from kmod/vfctl.yaml; what is not known is nil or empty in
// them, never 0. Directions are the VF's: rx is what the VF received. Rates are in bit/s, and 0 is
// no limit.
//
//	client, err := vfctl.Dial(nil)
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	vf, err := vfctl.ParseVF("eth0/1")
//	if err != nil {
//		return err
//	}
//	err = client.SetRate(ctx, vf, vfctl.Limits{Hard: vfctl.Mbit(500)})
//
// # Errors
//
// Every failure of a call is an *Error: what was attempted, why it failed, and the kernel's own
// sentence where it gave one. errors.Is finds the errno in it, as in errors.Is(err, syscall.ENODEV),
// and context.DeadlineExceeded or context.Canceled where the context ended. Errnos to expect:
//
//	EPERM            a write without CAP_NET_ADMIN in the initial user namespace
//	ENODEV           there is no such network device, PF or VF
//	ENOENT           the PF has no VF of that number
//	EOPNOTSUPP       the driver, or the backend, has no such thing
//	EINVAL           a value was refused, by the kernel or before it was asked
//	EAGAIN           the PF is being set up; or a dump was torn each time (ErrDumpInterrupted)
//	EPROTO           an answer that could not be understood (ErrProtocol)
//	EPROTONOSUPPORT  the module is not loaded (ErrNoModule)
//
// # Network namespaces and goroutines
//
// A Client and a Monitor stay in the network namespace that they were made in, that of
// Options.NetNS or of the calling thread. Another namespace takes CAP_SYS_ADMIN to enter. Only the
// PFs of that namespace are seen.
//
// A Client may be used by several goroutines; their requests follow each other. A Monitor is read
// by one goroutine at a time.
package vfctl
