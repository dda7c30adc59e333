package run

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ready waits until Envoy has its configuration, the filter's module included, and has refused none of it.
func (p *proxy) ready(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for p.state() != "LIVE" {
		select {
		case <-p.ended:
			t.Fatalf("the proxy of %s ended:\n%s", p.pod.Name, p.tail())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("the proxy of %s did not become ready:\n%s", p.pod.Name, p.tail())
		}
	}
	for line := range strings.Lines(p.ask("/stats?filter=update_rejected|config_reload_fail")) {
		if !strings.HasSuffix(line, ": 0\n") {
			t.Errorf("the proxy of %s refused what istiod sent: %s%s", p.pod.Name, line, p.tail())
		}
	}
}

// state is Envoy's own word for how far it is.
func (p *proxy) state() string {
	var info struct{ State string }
	_ = json.Unmarshal([]byte(p.ask("/server_info")), &info)
	return info.State
}

// ask gets a page of the administration interface; it is empty while there is none.
func (p *proxy) ask(path string) string {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(fmt.Sprintf("http://%s:%d%s", p.pod.Status.PodIP, adminPort, path))
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	return string(text)
}

// tail is the end of what agent and Envoy logged.
func (p *proxy) tail() string {
	text, err := os.ReadFile(filepath.Join(p.folder, "log"))
	if err != nil {
		return err.Error()
	}
	const most = 8000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return string(text)
}
