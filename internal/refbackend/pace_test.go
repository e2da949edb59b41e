package refbackend

import (
	"slices"
	"testing"
	"time"
)

// watch reads a VM at intervals and returns the states that it went through.
func (c caller) watch(id string, every time.Duration, until string) (states []string, took time.Duration) {
	c.t.Helper()
	for ; took < time.Hour; took += every {
		answer := c.get("/api/v1/vms/" + id)
		if answer.status == 404 {
			return append(states, gone), took
		}
		status := answer.want(200).str("data.status")
		if len(states) == 0 || states[len(states)-1] != status {
			states = append(states, status)
		}
		if status == until {
			return states, took
		}
		c.clock.Advance(every)
	}
	c.t.Fatalf("VM never became %s: %v", until, states)
	return nil, 0
}

// States: create `initiating → provisioning → booting → active`; stop finalizing and passive; and so on.
// Real timing: ready in 30–90 s.
func TestRealisticTiming(t *testing.T) {
	for seed := range uint64(20) {
		o := quiet()
		o.Timing, o.Seed = Realistic, seed
		b := newBackend(t, o)
		c := b.production()
		id := c.makeVM("web")
		states, took := c.watch(id, time.Second, vmActive)
		if want := []string{vmInitiating, vmProvisioning, vmBooting, vmActive}; !slices.Equal(states, want) {
			t.Errorf("seed %d: %v", seed, states)
		}
		if took < 30*time.Second || took > 91*time.Second {
			t.Errorf("seed %d: took %v", seed, took)
		}
		c.post("/api/v1/vms/"+id+"/stop", nil).want(200)
		if states, _ := c.watch(id, time.Second, vmPassive); !slices.Equal(states, []string{vmFinalizing, vmPassive}) {
			t.Errorf("stop: %v", states)
		}
		c.delete("/api/v1/vms/"+id, nil).want(200)
		if states, _ := c.watch(id, time.Second, gone); !slices.Equal(states, []string{vmFinalizing, gone}) {
			t.Errorf("delete: %v", states)
		}
	}
}

func TestFastTiming(t *testing.T) {
	o := quiet()
	o.Timing = Fast
	b := newBackend(t, o)
	c := b.production()
	states, took := c.watch(c.makeVM("web"), time.Millisecond, vmActive)
	if len(states) != 4 || took < 30*time.Millisecond || took > 91*time.Millisecond {
		t.Errorf("%v in %v", states, took)
	}
}

// A rule holds for a flow, an object, a number of changes.
func TestPaceRules(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.SetPace(
		PaceRule{Flow: "vm.create", Count: 1, FailAt: "booting"},
		PaceRule{Flow: "vm.create", Count: 1, StuckIn: "provisioning"},
		PaceRule{Flow: "vm.create", Count: 1, Reads: 2},
		PaceRule{Flow: "vm.create", Count: 1, Step: time.Minute},
	)
	status := func(id string) string { return c.get("/api/v1/vms/" + id).str("data.status") }

	failed := c.makeVM("failed")
	if got := status(failed); got != vmFailure {
		t.Errorf("failed: %s", got)
	}
	stuck := c.makeVM("stuck")
	b.clock.Advance(24 * time.Hour)
	if got := status(stuck); got != vmProvisioning {
		t.Errorf("stuck: %s", got)
	}
	counted := c.makeVM("counted")
	var states []string
	for range 7 {
		states = append(states, status(counted))
	}
	if want := []string{vmInitiating, vmInitiating, vmProvisioning, vmProvisioning, vmBooting, vmBooting, vmActive}; !slices.Equal(states, want) {
		t.Errorf("counted: %v", states)
	}
	slow := c.makeVM("slow")
	if states, took := c.watch(slow, time.Second, vmActive); len(states) != 4 || took != 3*time.Minute {
		t.Errorf("slow: %v in %v", states, took)
	}
	if got := status(c.makeVM("usual")); got != vmActive {
		t.Errorf("no rule: %s", got)
	}
	b.checkInvariants()

	// What failed or hangs can be deleted.
	c.delete("/api/v1/vms/"+failed, nil).want(200)
	c.delete("/api/v1/vms/"+stuck, nil).want(200)
	c.get("/api/v1/vms/" + failed).want(404)
	c.get("/api/v1/vms/" + stuck).want(404)
}

// A read in a list counts as one; a deletion that fails can be tried again.
func TestPaceOfLists(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.SetPace(PaceRule{Flow: "vm.create", Reads: 1})
	id := c.makeVM("web")
	for _, want := range []string{vmInitiating, vmProvisioning, vmBooting, vmActive, vmActive} {
		c.get("/api/v1/vms").expect("data.0.status", want)
	}
	b.SetPace(PaceRule{Object: id, Flow: "vm.delete", FailAt: gone, Count: 1})
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get("/api/v1/vms/"+id).expect("data.status", vmFailure)
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get("/api/v1/vms/" + id).want(404)
	b.checkInvariants()
}

// A negative step is no time at all, even where the timing is realistic.
func TestPaceWithoutTime(t *testing.T) {
	o := quiet()
	o.Timing = Realistic
	o.Pace = []PaceRule{{Step: -1}}
	b := newBackend(t, o)
	c := b.production()
	c.get("/api/v1/vms/"+c.makeVM("web")).expect("data.status", vmActive)
}

func TestTimingNames(t *testing.T) {
	for _, timing := range []Timing{Instant, Fast, Realistic} {
		if parsed, err := ParseTiming(timing.String()); err != nil || parsed != timing {
			t.Errorf("%s: %v, %v", timing, parsed, err)
		}
	}
	if _, err := ParseTiming("slow"); err == nil {
		t.Error("slow is no timing")
	}
	if _, err := New(Options{Timing: 7}); err == nil {
		t.Error("7 is no timing")
	}
	if got := Timing(7).String(); got != "Timing(7)" {
		t.Error(got)
	}
}

// Changes that are due at different moments happen in that order, at those moments.
func TestChangesHappenAtTheirTime(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.SetPace(PaceRule{Count: 1, Step: 3 * time.Second}, PaceRule{Step: 2 * time.Second})
	late, soon := c.makeVM("late"), c.makeVM("soon")
	b.clock.Advance(time.Hour)
	c.get("/api/v1/vms/"+late).expect("data.status", vmActive, "data.updated_at", "2026-03-02T12:00:09Z")
	c.get("/api/v1/vms/"+soon).expect("data.status", vmActive, "data.updated_at", "2026-03-02T12:00:06Z")
}
