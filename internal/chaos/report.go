package chaos

import (
	"fmt"
	"io"
	"sync"
)

// tally is what the seeds have come to.
type tally struct {
	mu                            sync.Mutex
	seeds, applies, faults, kills int
	found                         map[Kind]int
}

// defects are the kinds that must not occur, in the order in which they are told.
var defects = []struct {
	kind Kind
	name string
}{
	{Orphan, "orphans"},
	{Duplicate, "duplicates"},
	{Adopted, "adopted"},
	{Unreported, "unreported"},
	{Unconverged, "unconverged"},
	{Inconsistent, "inconsistent"},
}

// outcome is what a seed has come to.
type outcome struct {
	seed                   uint64
	applies, faults, kills int
	findings               []Finding
}

// failed are the findings that are defects.
func (o outcome) failed() []Finding {
	var failed []Finding
	for _, f := range o.findings {
		if f.Kind != KilledUnrecorded {
			failed = append(failed, f)
		}
	}
	return failed
}

// add counts a seed, and writes a line for each of its defects.
func (t *tally) add(o outcome, w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.found == nil {
		t.found = map[Kind]int{}
	}
	t.seeds++
	t.applies += o.applies
	t.faults += o.faults
	t.kills += o.kills
	for _, f := range o.findings {
		t.found[f.Kind]++
	}
	for _, f := range o.failed() {
		fmt.Fprintf(w, "seed %d: %s (replay: make chaos SEED=%d)\n", o.seed, f, o.seed)
	}
}

// clean tells whether there were no defects.
func (t *tally) clean() bool {
	for _, d := range defects {
		if t.found[d.kind] > 0 {
			return false
		}
	}
	return true
}

// String is the line at the end.
func (t *tally) String() string {
	line := fmt.Sprintf("seeds=%d applies=%d faults=%d kills=%d", t.seeds, t.applies, t.faults, t.kills)
	for _, d := range defects {
		line += fmt.Sprintf(" %s=%d", d.name, t.found[d.kind])
	}
	return line + fmt.Sprintf(" killed_unrecorded=%d", t.found[KilledUnrecorded])
}
