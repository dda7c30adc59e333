package run

import (
	"net"
	"sync"
)

// connections are a listener's, handed over one by one.
type connections struct {
	address  net.Addr
	accepted chan net.Conn
	closed   chan struct{}
	close    sync.Once
}

func newConnections(address net.Addr) *connections {
	return &connections{address: address, accepted: make(chan net.Conn), closed: make(chan struct{})}
}

// hand gives the connection to the server, or ends it with the server.
func (c *connections) hand(connection net.Conn) {
	select {
	case c.accepted <- connection:
	case <-c.closed:
		_ = connection.Close()
	}
}

// Accept is the listener's.
func (c *connections) Accept() (net.Conn, error) {
	select {
	case connection := <-c.accepted:
		return connection, nil
	case <-c.closed:
		return nil, net.ErrClosed
	}
}

// Close is the listener's.
func (c *connections) Close() error {
	c.close.Do(func() { close(c.closed) })
	return nil
}

// Addr is the listener's.
func (c *connections) Addr() net.Addr { return c.address }
