package refbackend

import (
	"fmt"
	"slices"
	"time"
)

// Timing is how long changes take.
type Timing int

const (
	// Instant changes show their first state in the answer and their last one at the next request.
	Instant Timing = iota
	// Fast changes take 10 to 30 ms a state.
	Fast
	// Realistic changes take as long as those of the real service: 30 to 90 s for a new virtual machine.
	Realistic
)

var timingNames = []string{"instant", "fast", "realistic"}

// ParseTiming reads instant, fast or realistic.
func ParseTiming(name string) (Timing, error) {
	if i := slices.Index(timingNames, name); i >= 0 {
		return Timing(i), nil
	}
	return Instant, fmt.Errorf("unknown timing %q: want instant, fast or realistic", name)
}

// String is the name that ParseTiming reads.
func (t Timing) String() string {
	if t < Instant || t > Realistic {
		return fmt.Sprintf("Timing(%d)", int(t))
	}
	return timingNames[t]
}

// flow is a change that takes an object through states.
type flow struct {
	name   string // "vm.create": what a PaceRule names
	stages []stage
}

// stage is one state and how long it really lasts. The last stage of a flow lasts for good.
type stage struct {
	state       string
	least, most time.Duration
}

// PaceRule changes how objects go through their states. The first rule that fits a change holds for all of it.
type PaceRule struct {
	Flow   string `json:"flow,omitempty"`   // which change: "vm.create", "vm.stop", …; empty for all
	Object string `json:"object,omitempty"` // id of the object; empty for all
	Count  int    `json:"count,omitempty"`  // how many changes it holds for; 0: no limit

	// Step is how long each state lasts; 0 leaves it to the Timing, less than 0 is no time at all.
	Step time.Duration `json:"step,omitempty"`
	// Reads makes each state last until the object was read (by id or in a list) that many times; time has no say.
	Reads int `json:"reads,omitempty"`
	// StuckIn is a state that the object never leaves.
	StuckIn string `json:"stuck_in,omitempty"`
	// FailAt is a state that the object fails to enter.
	FailAt string `json:"fail_at,omitempty"`

	used int
}

func (r *PaceRule) fits(flow, id string) bool {
	return (r.Flow == "" || r.Flow == flow) && (r.Object == "" || r.Object == id) && (r.Count == 0 || r.used < r.Count)
}

// SetPace replaces the rules of how objects go through their states. Changes under way keep the rule they began with.
func (s *Server) SetPace(rules ...PaceRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setPace(rules)
}

func (s *Server) setPace(rules []PaceRule) {
	s.pace = nil
	for _, rule := range rules {
		rule.used = 0
		s.pace = append(s.pace, &rule)
	}
}

// paceRule returns the rule for a change, and counts its use; an empty rule when none fits.
func (s *Server) paceRule(flow, id string) PaceRule {
	for _, rule := range s.pace {
		if rule.fits(flow, id) {
			rule.used++
			return *rule
		}
	}
	return PaceRule{}
}

// lasts settles how long a stage takes.
func (s *Server) lasts(st stage, rule PaceRule) time.Duration {
	least, most := st.least, st.most
	switch {
	case rule.Step < 0 || rule.Step == 0 && s.timing == Instant:
		return 0
	case rule.Step > 0:
		return rule.Step
	case s.timing == Fast:
		least, most = 10*time.Millisecond, 30*time.Millisecond
	}
	spread := int((most - least) / time.Millisecond)
	return least + time.Duration(s.state.Jitter.intN(spread+1))*time.Millisecond
}
