package run

import (
	"encoding/json"
	"os/exec"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// explanation is what `tenantry explain` says of a request.
type explanation struct {
	Verdict string
	Status  int
	Code    string
	Tenant  string
	Cluster string
	Route   string
	Service string
	Release string
	Set     map[string]string
	Remove  []string
}

// noRequest is the verdict on what is no request in HTTP's grammar, about which `tenantry explain` says nothing.
const noRequest = "none"

// explain asks about a row at the gateway of a cluster.
func (w *world) explain(t testing.TB, row row, at string) explanation {
	t.Helper()
	arguments := []string{"explain", w.file.Path, "--cluster", at, "--format", "json", row.method(), "https://" + row.address()}
	for _, header := range row.Headers {
		arguments = append(arguments, "-H", header)
	}
	if row.Token != "" {
		arguments = append(arguments, "--claim", row.Token)
	}
	if row.JSON != "" {
		arguments = append(arguments, "--data", row.JSON)
	}
	command := exec.Command(compiled.Tenantry(t), arguments...)
	output, err := command.Output()
	if ended, is := err.(*exec.ExitError); is && ended.ExitCode() == 2 && row.Odd {
		return explanation{Verdict: noRequest}
	}
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	var said explanation
	if err := json.Unmarshal(output, &said); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return said
}
