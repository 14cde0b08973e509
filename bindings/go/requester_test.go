// SPDX-License-Identifier: LGPL-2.1-or-later

package vfctl

import (
	"context"
	"errors"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// fakeModule answers questions for the family, and the others by answer. Each connection to it is a
// socket of its own.
type fakeModule struct {
	family  genetlink.Family
	answer  func(m netlink.Message) [][]netlink.Message
	sockets []*fakeSocket
}

func (f *fakeModule) open() (*genetlink.Conn, error) {
	s := newFakeSocket(func(m netlink.Message) [][]netlink.Message {
		switch {
		case m.Header.Type == 0x10 && f.family.ID == 0, m.Header.Type != 0x10 && m.Header.Type != netlink.HeaderType(f.family.ID):
			return [][]netlink.Message{{refused(m, syscall.ENOENT, "", 0)}}
		case m.Header.Type == 0x10:
			return [][]netlink.Message{{familyReply(m, f.family)}}
		}
		return f.answer(m)
	})
	f.sockets = append(f.sockets, s)
	return s.conn(), nil
}

func (f *fakeModule) client(t *testing.T) *Client {
	t.Helper()
	c, err := dial(Module, f.open, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dump answers by one VF and the end; the flags are those of both.
func dump(m netlink.Message, first, last netlink.HeaderFlags) [][]netlink.Message {
	return [][]netlink.Message{{reply(m, netlink.Multi|first, message(CmdVFGet, vfAttributes(0)))}, {done(m, last)}}
}

func TestATornDumpIsAskedForAgain(t *testing.T) {
	for name, flags := range map[string][2]netlink.HeaderFlags{
		"a message says so": {netlink.DumpInterrupted, 0},
		"the end says so":   {0, netlink.DumpInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
				asked++
				if asked < 3 {
					return dump(m, flags[0], flags[1])
				}
				return dump(m, 0, 0)
			}}
			if vfs, err := f.client(t).VFs(ctx); err != nil || len(vfs) != 1 || asked != 3 {
				t.Error(vfs, err, asked)
			}
			if len(f.sockets) != 1 {
				t.Error("a torn dump ended the connection")
			}
		})
	}
}

func TestADumpThatIsTornEachTimeIsAnError(t *testing.T) {
	asked := 0
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
		asked++
		return dump(m, 0, netlink.DumpInterrupted)
	}}
	vfs, err := f.client(t).VFs(ctx)
	if !errors.Is(err, ErrDumpInterrupted) || !errors.Is(err, syscall.EAGAIN) || vfs != nil || asked != attempts {
		t.Error(vfs, err, asked)
	}
}

func TestTheContextEndsTheWaitBetweenTornDumps(t *testing.T) {
	c, cancel := context.WithCancel(ctx)
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
		cancel()
		return dump(m, 0, netlink.DumpInterrupted)
	}}
	if _, err := f.client(t).VFs(c); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAnAnswerThatWasLostIsAskedForAgain(t *testing.T) {
	f := &fakeModule{family: fakeFamily}
	f.answer = func(m netlink.Message) [][]netlink.Message {
		if len(f.sockets) == 1 {
			f.sockets[0].failed <- syscall.ENOBUFS
			return nil
		}
		return dump(m, 0, 0)
	}
	if vfs, err := f.client(t).VFs(ctx); err != nil || len(vfs) != 1 || len(f.sockets) != 2 || !f.sockets[0].closed {
		t.Error(vfs, err, len(f.sockets))
	}
}

func TestAModuleThatWasLoadedAgainIsFoundAgain(t *testing.T) {
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message { return dump(m, 0, 0) }}
	c := f.client(t)
	f.family.ID++
	if vfs, err := c.VFs(ctx); err != nil || len(vfs) != 1 {
		t.Error(vfs, err)
	}
	f.family.ID = 0
	if _, err := c.VFs(ctx); !errors.Is(err, ErrNoModule) {
		t.Error(err)
	}
	f.family.ID = 0x33
	if vfs, err := c.VFs(ctx); err != nil || len(vfs) != 1 {
		t.Error(vfs, err)
	}
}

func TestAModuleThatIsBeingUnloadedIsNotLoaded(t *testing.T) {
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
		return [][]netlink.Message{{refused(m, syscall.EPROTONOSUPPORT, "", 0)}}
	}}
	if _, err := f.client(t).VFs(ctx); !errors.Is(err, ErrNoModule) {
		t.Error(err)
	}
	f.answer = func(m netlink.Message) [][]netlink.Message {
		return [][]netlink.Message{{refused(m, syscall.ENOENT, "eth0 has VFs 0 to 1, there is no VF 9", 0)}}
	}
	if _, err := f.client(t).VF(ctx, MustParseVF("eth0/9")); errors.Is(err, ErrNoModule) || !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
}

func TestADeadlineEndsACallThatGetsNoAnswer(t *testing.T) {
	silent := true
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message {
		if silent {
			return nil
		}
		return dump(m, 0, 0)
	}}
	client := f.client(t)
	c, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := client.VFs(c); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	// The answer may come yet: nobody is to take it for that of another request.
	silent = false
	if vfs, err := client.VFs(ctx); err != nil || len(vfs) != 1 || len(f.sockets) != 2 || !f.sockets[0].closed {
		t.Error(vfs, err, len(f.sockets))
	}
}

func TestADeadlineEndsTheWaitForAnotherCall(t *testing.T) {
	f := &fakeModule{family: fakeFamily, answer: func(netlink.Message) [][]netlink.Message { return nil }}
	client := f.client(t)
	slow, cancelSlow := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		_, err := client.VFs(slow)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	time.Sleep(10 * time.Millisecond)
	c, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if _, err := client.VFs(c); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	cancelSlow()
	wait.Wait()
}

func TestGoroutinesShareAClient(t *testing.T) {
	f := &fakeModule{family: fakeFamily, answer: func(m netlink.Message) [][]netlink.Message { return dump(m, 0, 0) }}
	client := f.client(t)
	var wait sync.WaitGroup
	for i := 0; i < 8; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			c, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			for j := 0; j < 50; j++ {
				if vfs, err := client.VFs(c); err != nil || len(vfs) != 1 {
					t.Error(vfs, err)
				}
			}
		}()
	}
	wait.Wait()
}

// The kernel of this machine, which has the family "nlctrl" in any case.
func TestTheSocketReadsFromAKernel(t *testing.T) {
	namespace, err := holdNamespace(0)
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.close()
	conn, err := namespace.dialGeneric()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	families, err := conn.ListFamilies()
	if err != nil || len(families) == 0 {
		t.Fatal(families, err)
	}
	if family, err := conn.GetFamily("nlctrl"); err != nil || family.ID != 0x10 {
		t.Error(family, err)
	}
	if _, err := conn.GetFamily("no-such-family"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	c, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	err = interruptible(c, conn, func() error { _, _, err := conn.Receive(); return err })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestAConnectionThatIsClosedEndsWhoWaitsForIt(t *testing.T) {
	conn, err := dialKernel(0)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { _, _, err := conn.Receive(); ended <- fail("read", 0, nil, err) }()
	time.Sleep(10 * time.Millisecond)
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}
