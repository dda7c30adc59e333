package run

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// failing is the request header that has a service fail, with the status that it says.
const failing = "x-echo-status"

// echo is what a service answers: who it is, and what reached it.
type echo struct {
	Cluster string
	Pod     string
	// Release is the pod's Deployment without the service's name; empty where the service has no releases.
	Release string
	Service string
	Method  string
	Host    string
	// Path has the query.
	Path    string
	Headers http.Header
	Body    string
	// Tries is how often the service has failed this request, by its id.
	Tries int
}

// peer is who called, as the sidecar knows it from the caller's certificate.
func (e echo) peer() string {
	const uri = "URI="
	for field := range strings.SplitSeq(e.Headers.Get("x-forwarded-client-cert"), ";") {
		if strings.HasPrefix(field, uri) {
			return strings.TrimPrefix(field, uri)
		}
	}
	return "nobody"
}

// serve answers on connections in HTTP/1.1 and HTTP/2 until the test ends.
func (e echo) serve(t testing.TB, listener net.Listener) {
	var lock sync.Mutex
	tries := map[string]int{}
	server := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := e
		answer.Method, answer.Host, answer.Path, answer.Headers = r.Method, r.Host, r.RequestURI, r.Header
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		answer.Body = string(body)
		w.Header().Set("content-type", "application/json")
		if status, err := strconv.Atoi(r.Header.Get(failing)); err == nil {
			lock.Lock()
			id := r.Header.Get("x-request-id")
			tries[id]++
			answer.Tries = tries[id]
			lock.Unlock()
			w.WriteHeader(status)
		}
		_ = json.NewEncoder(w).Encode(answer)
	})}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
}
