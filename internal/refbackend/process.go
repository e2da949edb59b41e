package refbackend

import (
	"cmp"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// gone is the state that an object enters when it is no more, and due the one of an alarm.
const (
	gone = "gone"
	due  = "due"
)

// process is a change under way. It is plain data, so that it can be saved.
type process struct {
	Kind, ID string
	Flow     string
	Stages   []settledStage // the present one, then those to come
	Due      time.Time      // when the present one ends
	Sequence uint64         // decides between processes that are due at the same moment
	Reads    int            // when not 0, reads end a stage, not time
	Left     int            // reads until the present one ends
}

// settledStage is a stage whose length is settled.
type settledStage struct {
	State string
	Lasts time.Duration
}

// processes are all changes under way.
type processes struct {
	Timed    []*process // by due time
	Counted  []*process // wait for reads
	Sequence uint64
	touched  store.Touched[objectKey]
}

// Observe starts to note which objects a change of processes concerns.
func (q *processes) Observe(by *store.Watch) { q.touched.Observe(by) }

// insert lets a process wait for its due time, or for reads.
func (q *processes) insert(p *process) {
	q.touched.Touch(objectKey{p.Kind, p.ID})
	if p.Reads > 0 {
		q.Counted = append(q.Counted, p)
		return
	}
	at, _ := slices.BinarySearchFunc(q.Timed, p, byDue)
	q.Timed = slices.Insert(q.Timed, at, p)
}

// next takes out the first process that is due by a moment.
func (q *processes) next(moment time.Time) (*process, bool) {
	if len(q.Timed) == 0 || q.Timed[0].Due.After(moment) {
		return nil, false
	}
	p := q.Timed[0]
	q.touched.Touch(objectKey{p.Kind, p.ID})
	q.Timed = slices.Delete(q.Timed, 0, 1)
	return p, true
}

// remove takes out the process of an object, if there is one.
func (q *processes) remove(kind, id string) {
	q.touched.Touch(objectKey{kind, id})
	ofObject := func(p *process) bool { return p.Kind == kind && p.ID == id }
	q.Timed = slices.DeleteFunc(q.Timed, ofObject)
	q.Counted = slices.DeleteFunc(q.Counted, ofObject)
}

// begin starts a change of an object, in place of any other that is under way: the object enters the first state now
// and the others on the clock.
func (s *Server) begin(n *noun, id string, f flow) {
	s.cancel(n, id)
	rule := s.paceRule(f.name, id)
	p := &process{Kind: n.kind, ID: id, Flow: f.name, Reads: rule.Reads, Left: rule.Reads}
	for _, st := range f.stages {
		next := settledStage{State: st.state, Lasts: s.lasts(st, rule)}
		if st.state == rule.FailAt {
			next.State = n.failed
		}
		p.Stages = append(p.Stages, next)
		if st.state == rule.FailAt || st.state == rule.StuckIn {
			break
		}
	}
	s.enqueue(p, s.now)
	s.enter(n.kind, id, p.Stages[0].State)
}

// alarm makes an object enter the state due at a moment of the clock, whatever the timing.
func (s *Server) alarm(n *noun, id string, at time.Time) {
	s.cancel(n, id)
	s.enqueue(&process{Kind: n.kind, ID: id, Stages: []settledStage{{}, {State: due}}}, at)
}

// enter takes an object to a state, now that its time has come. An object that is no more is no error.
func (s *Server) enter(kind, id, state string) {
	switch kind {
	case vmNoun.kind:
		s.enterVM(id, state)
	case volumeNoun.kind:
		s.enterVolume(id, state)
	case snapshotNoun.kind:
		s.enterSnapshot(id, state)
	case backupNoun.kind:
		s.enterBackup(id, state)
	case scheduleNoun.kind:
		s.enterSchedule(id, state)
	case invitationNoun.kind:
		s.enterInvitation(id, state)
	}
}

// enqueue lets a process wait for the end of its present stage, which begins at the given moment.
func (s *Server) enqueue(p *process, from time.Time) {
	if len(p.Stages) < 2 {
		return // the last state stays
	}
	q := &s.state.Processes
	q.Sequence++
	p.Sequence = q.Sequence
	p.Due = from.Add(p.Stages[0].Lasts)
	q.insert(p)
}

func byDue(a, b *process) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Sequence, b.Sequence))
}

// settle lets everything happen that was due by now, in the order in which it was due.
func (s *Server) settle(now time.Time) {
	defer s.tracker.Following()()
	for p, ok := s.state.Processes.next(now); ok; p, ok = s.state.Processes.next(now) {
		s.now = p.Due
		s.advance(p)
	}
	s.now = now
}

// advance takes a process to its next stage. The process is queued first: what the object does on entering the state
// may replace it.
func (s *Server) advance(p *process) {
	p.Stages = p.Stages[1:]
	p.Left = p.Reads
	s.enqueue(p, s.now)
	s.enter(p.Kind, p.ID, p.Stages[0].State)
}

// observed counts a read of an object, for changes that wait for reads. The read has shown the state before.
func (s *Server) observed(n *noun, id string) {
	at := slices.IndexFunc(s.state.Processes.Counted, func(p *process) bool { return p.Kind == n.kind && p.ID == id })
	if at < 0 {
		return
	}
	defer s.tracker.Following()()
	p := s.state.Processes.Counted[at]
	s.state.Processes.touched.Touch(objectKey{p.Kind, p.ID})
	p.Left--
	if p.Left <= 0 {
		s.cancel(n, id)
		s.advance(p)
	}
}

// cancel ends the change of an object where it stands.
func (s *Server) cancel(n *noun, id string) { s.state.Processes.remove(n.kind, id) }
