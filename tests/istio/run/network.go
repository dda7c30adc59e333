package run

import (
	"fmt"
	"net"
	"syscall"
	"testing"
)

// network is a part of the loopback network that this test program has to itself: every pod has an address there, so that
// ports are the real ones.
type network struct {
	block int
	next  int
}

// newNetwork takes a block that no other test program holds.
func newNetwork(t testing.TB) *network {
	t.Helper()
	for block := 20; block < 250; block++ {
		lock, err := net.Listen("tcp", fmt.Sprintf("127.%d.0.1:15012", block))
		if err == nil {
			t.Cleanup(func() { _ = lock.Close() })
			return &network{block: block}
		}
	}
	t.Fatal("no block of loopback addresses is free")
	return nil
}

// address is a new address.
func (n *network) address() string {
	n.next++
	return fmt.Sprintf("127.%d.%d.%d", n.block, 1+n.next/250, 1+n.next%250)
}

// listen opens a port of an address until the test ends.
func listen(t testing.TB, address string, port int) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", address, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// dying makes a child process end with the test program, however that ends.
func dying() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
