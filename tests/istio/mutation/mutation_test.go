package mutation

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

func TestMain(m *testing.M) {
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

// TestEveryMutationIsCaught prints who caught what.
func TestEveryMutationIsCaught(t *testing.T) {
	var all table
	t.Run("each", func(t *testing.T) {
		for family, mutations := range Families() {
			for _, mutation := range mutations {
				t.Run(family+", "+mutation.Name, func(t *testing.T) {
					t.Parallel()
					seen := &caught{family: family, name: mutation.Name, policy: mutation.Place.Policy}
					seen.ask(t, mutation.File(t), mutation.Seed(t), mutation.Says)
					all.add(t, seen, mutation.Says)
				})
			}
		}
		for _, mistake := range Mistakes() {
			t.Run("policies, "+mistake.Name, func(t *testing.T) {
				t.Parallel()
				seen := &caught{family: "policies", name: mistake.Name, policy: mistake.Policy}
				seen.hear("check", mistake.Check(t), mistake.Says)
				all.add(t, seen, mistake.Says)
			})
		}
	})
	t.Log(all.String())
}

// TestACopyWithoutMistakesIsClean shows that the judges speak of the mistakes, and not of how the copies are written.
func TestACopyWithoutMistakesIsClean(t *testing.T) {
	for _, place := range []Place{cogniverse, ledger, assistant} {
		t.Run(place.Policy, func(t *testing.T) {
			t.Parallel()
			rewritten := Mutation{Place: place, edit: func(t testing.TB, folder string) {
				for _, path := range manifestsOf(t, folder) {
					write(t, path, read(t, path))
				}
			}}
			cluster := rewritten.Seed(t)
			for _, judge := range slices.Concat(cheap, costly) {
				for _, finding := range judge.ask(t, rewritten.File(t), cluster) {
					t.Errorf("%s: %s", judge.name, finding)
				}
			}
		})
	}
}

// table is who caught what.
type table struct {
	lock sync.Mutex
	rows []*caught
}

// add enters a mutation, and fails the test where nobody caught it or nobody named it.
func (a *table) add(t *testing.T, seen *caught, says string) {
	t.Helper()
	a.lock.Lock()
	defer a.lock.Unlock()
	a.rows = append(a.rows, seen)
	switch {
	case len(seen.by) == 0:
		t.Errorf("nobody catches it; expected `%s`", says)
	case seen.finding == "":
		t.Errorf("nobody says `%s`, but:\n%s", says, strings.Join(seen.others, "\n"))
	}
}

// String is a line for each mutation, and a line that counts.
func (a *table) String() string {
	slices.SortFunc(a.rows, func(x, y *caught) int { return strings.Compare(x.family+x.name, y.family+y.name) })
	var text strings.Builder
	by, missed := map[string]int{}, 0
	for _, row := range a.rows {
		who := strings.Join(row.by, ", ")
		if row.finding == "" {
			who = "NOBODY"
			missed++
		}
		for _, name := range row.by {
			by[name]++
		}
		fmt.Fprintf(&text, "\n%-11s %-47s %-12s %-26s %s", row.family, row.name, row.policy, who, short(row.finding))
	}
	fmt.Fprintf(&text, "\n%d of %d mutations caught", len(a.rows)-missed, len(a.rows))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(&text, ", %d by %s", by[name], name)
	}
	return text.String()
}

// short is the start of a finding on one line.
func short(finding string) string {
	const most = 160
	line := []rune(strings.Join(strings.Fields(finding), " "))
	if len(line) > most {
		return string(line[:most]) + "…"
	}
	return string(line)
}
