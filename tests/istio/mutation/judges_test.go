package mutation

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tenantry/tests/istio/analyze"
	"tenantry/tests/istio/install"
	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/schema"
	"tenantry/tests/istio/translate"
)

// judge is another package's.
type judge struct {
	name  string
	judge func(t testing.TB, file compiled.Policy, cluster compiled.Cluster) []string
}

var (
	// cheap judges all have their say.
	cheap = []judge{{"schema", schema.Judge}, {"install", install.Judge}, {"analyze", analyze.Judge}}
	// costly ones start a whole istiod, and are asked where nobody else caught the mistake.
	costly = []judge{{"translate", translate.Judge}}
)

// caught is what becomes of one mutation.
type caught struct {
	family, name, policy string
	// by are those who said something, in order.
	by []string
	// finding is the first with the words that name the mistake.
	finding string
	// others are findings with other words.
	others []string
}

// hear takes a judge's findings.
func (c *caught) hear(name string, findings []string, says string) {
	if len(findings) > 0 {
		c.by = append(c.by, name)
	}
	for _, finding := range findings {
		if c.finding == "" && strings.Contains(finding, says) {
			c.finding = finding
			continue
		}
		c.others = append(c.others, name+": "+finding)
	}
}

// ask asks the judges about a cluster, the costly ones only where the others do not say what is expected. A judge that cannot
// go on has found something, too.
func (c *caught) ask(t *testing.T, file compiled.Policy, cluster compiled.Cluster, says string) {
	for _, judge := range cheap {
		c.hear(judge.name, judge.ask(t, file, cluster), says)
	}
	if c.finding != "" {
		return
	}
	for _, judge := range costly {
		c.hear(judge.name, judge.ask(t, file, cluster), says)
	}
}

func (j judge) ask(t *testing.T, file compiled.Policy, cluster compiled.Cluster) []string {
	witness := &witness{TB: t}
	var findings []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		findings = j.judge(witness, file, cluster)
	}()
	<-done
	return append(findings, witness.said...)
}

// witness is a test for a judge that ends the judge alone.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Fatal(arguments ...any) {
	w.said = append(w.said, strings.TrimSpace(fmt.Sprintln(arguments...)))
	runtime.Goexit()
}

func (w *witness) Fatalf(format string, arguments ...any) { w.Fatal(fmt.Sprintf(format, arguments...)) }

func (w *witness) Error(arguments ...any) {
	w.said = append(w.said, strings.TrimSpace(fmt.Sprintln(arguments...)))
}

func (w *witness) Errorf(format string, arguments ...any) { w.Error(fmt.Sprintf(format, arguments...)) }

func (w *witness) FailNow() { w.Fatal("it cannot go on") }

func (w *witness) Fail() { w.Error("it failed") }

func (w *witness) Failed() bool { return len(w.said) > 0 }
