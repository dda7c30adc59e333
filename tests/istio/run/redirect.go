package run

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

const (
	// inboundPort and outboundPort are where iptables would send a pod's connections.
	inboundPort  = 15006
	outboundPort = 15001
	// fromSidecar is the source of connections from a sidecar to its own application, by which iptables knows them, too.
	fromSidecar = "127.0.0.6"
)

// redirect does for one port of a pod what iptables does there: connections of the sidecar reach the application, and all
// others the sidecar, with their destination. It returns when the listener is closed.
func redirect(listener net.Listener, pod string, application *connections) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		if connection.RemoteAddr().(*net.TCPAddr).IP.String() == fromSidecar {
			application.hand(connection)
			continue
		}
		go func() {
			sidecar, err := captured(pod, inboundPort, connection.RemoteAddr(), connection.LocalAddr())
			if err != nil {
				_ = connection.Close()
				return
			}
			join(connection.(*net.TCPConn), sidecar)
		}()
	}
}

// captured is a connection to a port of a pod's sidecar that is said to have had another destination.
func captured(pod string, port int, source, destination net.Addr) (*net.TCPConn, error) {
	connection, err := net.Dial("tcp", net.JoinHostPort(pod, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	from, to := source.(*net.TCPAddr), destination.(*net.TCPAddr)
	if _, err := fmt.Fprintf(connection, "PROXY TCP4 %s %s %d %d\r\n", from.IP, to.IP, from.Port, to.Port); err != nil {
		_ = connection.Close()
		return nil, err
	}
	return connection.(*net.TCPConn), nil
}

// join copies both ways until both sides are done.
func join(a, b *net.TCPConn) {
	var ways sync.WaitGroup
	for _, way := range [][2]*net.TCPConn{{a, b}, {b, a}} {
		ways.Add(1)
		go func() {
			defer ways.Done()
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].CloseWrite()
		}()
	}
	ways.Wait()
	_ = a.Close()
	_ = b.Close()
}
