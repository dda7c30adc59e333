package run

import "fmt"

// trial is what came of trying one side of a world.
type trial struct {
	// count is how many requests were compared with what they should come to.
	count int
	// lines are about those that came to something else.
	lines []string
}

func (t *trial) wrong(format string, arguments ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, arguments...))
}
