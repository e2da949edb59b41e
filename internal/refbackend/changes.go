package refbackend

import (
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// change is what one call, or the clock, has changed in a state.
type change struct {
	Moment time.Time `json:"moment"`
	store.Changes
	Processes []processChange `json:"processes,omitempty"`
	Sequence  uint64          `json:"sequence"` // of the processes
}

// processChange is the change that an object is going through now; nil for none.
type processChange struct {
	Kind    string   `json:"kind"`
	ID      string   `json:"id"`
	Process *process `json:"process"`
}

// changes returns what the touched objects are going through now.
func (q *processes) changes() []processChange {
	var changed []processChange
	for _, key := range q.touched.Take() {
		change := processChange{Kind: key.kind, ID: key.id}
		ofObject := func(p *process) bool { return p.Kind == key.kind && p.ID == key.id }
		if i := slices.IndexFunc(q.Timed, ofObject); i >= 0 {
			change.Process = q.Timed[i]
		} else if i := slices.IndexFunc(q.Counted, ofObject); i >= 0 {
			change.Process = q.Counted[i]
		}
		changed = append(changed, change)
	}
	return changed
}

// apply repeats a saved change.
func (q *processes) apply(change processChange) {
	q.remove(change.Kind, change.ID)
	if change.Process != nil {
		q.insert(change.Process)
	}
}

// takeChange returns what has changed since it was last asked.
func (s *Server) takeChange() (change, error) {
	changed, err := s.tracker.Take()
	if err != nil {
		return change{}, err
	}
	q := &s.state.Processes
	return change{Moment: s.now, Changes: changed, Processes: q.changes(), Sequence: q.Sequence}, nil
}

// apply repeats a saved change. The pools have to be restored after the last one.
func (st *state) apply(saved change) error {
	if err := saved.Apply(st); err != nil {
		return err
	}
	for _, change := range saved.Processes {
		st.Processes.apply(change)
	}
	st.Processes.Sequence = saved.Sequence
	return nil
}
