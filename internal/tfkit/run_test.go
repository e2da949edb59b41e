package tfkit

import (
	"context"
	"testing"
	"time"
)

func quiet() bool { return false }

func TestRunKnowsWhatEnds(t *testing.T) {
	const vm = "raff_vm"
	for name, test := range map[string]struct {
		run  func(r *Run)
		want bool
	}{
		"never heard of":             {func(*Run) {}, false},
		"read and planned to stay":   {func(r *Run) { r.read(vm, "1", ""); r.begin(vm, "1", ""); r.stay(vm, "1", "") }, false},
		"read, its plan under way":   {func(r *Run) { r.read(vm, "1", ""); r.begin(vm, "1", "") }, false},
		"read and gone":              {func(r *Run) { r.end(vm, "1") }, true},
		"planned, then replaced":     {func(r *Run) { r.begin(vm, "1", ""); r.stay(vm, "1", ""); r.end(vm, "1") }, true},
		"read, and planned as a new": {func(r *Run) { r.read(vm, "1", ""); r.create(vm) }, true},
		"planned, and another new":   {func(r *Run) { r.begin(vm, "1", ""); r.stay(vm, "1", ""); r.create(vm) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(quiet)
			test.run(r)
			if got := r.ending(t.Context(), vm, "1"); got != test.want {
				t.Errorf("ends: %v", got)
			}
		})
	}
}

func TestRunKnowsWhatEndsOnAVM(t *testing.T) {
	const attachment = "raff_ip_attachment"
	r := newRun(quiet)
	r.begin(attachment, "address", "vm")
	r.stay(attachment, "address", "")
	r.read(attachment, "tainted", "other")
	if r.endingOn(attachment, "vm") {
		t.Error("an attachment that stays ends")
	}
	r.end(attachment, "address")
	if !r.endingOn(attachment, "vm") || !r.endingOn(attachment, "other") || r.endingOn(attachment, "third") || r.endingOn("raff_vpc_attachment", "vm") {
		t.Error("what ends on a VM is not known")
	}
}

func TestRunTellsAnApply(t *testing.T) {
	r := newRun(quiet)
	if r.applies("raff_vm", "1", false) || !r.applies("raff_vm", "1", true) {
		t.Error("deferral does not tell an apply from a plan")
	}
	r.read("raff_vm", "1", "")
	if r.applies("raff_vm", "1", true) {
		t.Error("an object that was refreshed is planned, not applied")
	}
	r.changes()
	if !r.applies("raff_vm", "2", false) {
		t.Error("a change does not tell an apply")
	}
}

func TestRunWaitsForOthers(t *testing.T) {
	r := newRun(quiet)
	go func() {
		time.Sleep(idleAfter / 3)
		r.read("raff_vm", "another", "")
		time.Sleep(idleAfter / 3)
		r.read("raff_vm", "1", "")
	}()
	if !r.has(t.Context(), "raff_vm", "1") {
		t.Error("an object that Terraform asks about a moment later is not of the run")
	}
	began := time.Now()
	if r.has(t.Context(), "raff_vm", "2") {
		t.Error("an object that nobody has heard of is of the run")
	}
	if took := time.Since(began); took < idleAfter || took > patience {
		t.Errorf("waited %s", took)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if r.has(ended, "raff_vm", "2") {
		t.Error("an ended context has the object")
	}
	busy := newRun(func() bool { return true })
	began = time.Now()
	if busy.has(t.Context(), "raff_vm", "2") || time.Since(began) < patience {
		t.Error("requests under way are not waited for")
	}
}

func TestRunKnowsWhatAVMOutlives(t *testing.T) {
	t.Parallel()
	const vm = "raff_vm"
	for name, test := range map[string]struct {
		run  func(r *Run)
		want bool
	}{
		"everything is destroyed":   {func(r *Run) { r.begin("raff_ip_attachment", "1", "1") }, false},
		"the VM stays":              {func(r *Run) { r.read(vm, "1", ""); r.begin(vm, "1", ""); r.stay(vm, "1", "") }, true},
		"the VM is of another run":  {func(r *Run) { r.read("raff_vpc", "1", "") }, true},
		"the VM is destroyed":       {func(r *Run) { r.read(vm, "1", ""); r.begin(vm, "1", ""); r.end(vm, "1") }, false},
		"the VM is tainted":         {func(r *Run) { r.read(vm, "1", "") }, false},
		"the VM is planned later":   {func(r *Run) { time.AfterFunc(idleAfter/3, func() { r.stay(vm, "1", "") }) }, true},
		"the VM is destroyed later": {func(r *Run) { r.read("raff_vpc", "1", ""); time.AfterFunc(idleAfter/3, func() { r.end(vm, "1") }) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(quiet)
			test.run(r)
			if got := r.outlives(t.Context(), "1"); got != test.want {
				t.Errorf("outlives: %v", got)
			}
		})
	}
	// What nobody else waits for is not waited for again.
	r := newRun(quiet)
	r.outlives(t.Context(), "1")
	if began := time.Now(); r.outlives(t.Context(), "2") || time.Since(began) > idleAfter/2 {
		t.Errorf("waited again, for %s", time.Since(began))
	}
}
