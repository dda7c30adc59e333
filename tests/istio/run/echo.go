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

// peers are those who called each other on the way, as each proxy knows its caller from the certificate. The last one called
// the service; before it stands, at a gateway, who forwarded the request there.
func (e echo) peers() []string {
	var peers []string
	for _, element := range unquoted(strings.Join(e.Headers.Values("x-forwarded-client-cert"), ","), ',') {
		for _, field := range unquoted(element, ';') {
			if uri, is := strings.CutPrefix(field, "URI="); is {
				peers = append(peers, uri)
			}
		}
	}
	return peers
}

// peer is who called the service.
func (e echo) peer() string {
	if peers := e.peers(); len(peers) > 0 {
		return peers[len(peers)-1]
	}
	return "nobody"
}

// unquoted splits at a separator that does not stand in quotes.
func unquoted(text string, separator rune) []string {
	quoted := false
	return strings.FieldsFunc(text, func(letter rune) bool {
		if letter == '"' {
			quoted = !quoted
		}
		return letter == separator && !quoted
	})
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
		if strings.HasPrefix(r.Header.Get("content-type"), "application/grpc") {
			w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
		}
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
