package refbackend

import (
	"slices"
	"testing"
	"time"
)

// storage demands what must hold between VMs and what is kept of them.
func (v *violations) storage() {
	v.volumeStates()
	v.snapshots()
	v.backups()
	v.schedules()
	v.occupied()
}

func (v *violations) volumeStates() {
	states := []string{volumeCreating, volumeAvailable, volumeAttached, volumeDeleting, volumeFailed}
	for d := range v.st.Volumes.All() {
		v.check(slices.Contains(states, d.Status), "volume %s has status %q", d.Name, d.Status)
		v.check(d.Size > 0, "volume %s has no size", d.Name)
		if d.VM == "" {
			continue
		}
		v.check(d.Status != volumeDeleting && d.Status != volumeFailed, "volume %s is %s and attached", d.Name, d.Status)
		m, ok := v.st.VMs.Get(d.VM)
		v.check(!ok || m.Region == d.Region, "volume %s is attached across regions", d.Name)
	}
}

func (v *violations) snapshots() {
	type source struct {
		vm     string
		volume int
	}
	active := map[source]bool{}
	for sn := range v.st.Snapshots.All() {
		v.check((sn.VM == "") != (sn.Volume == 0), "snapshot %d has not exactly one source", sn.ID)
		if sn.Status != snapshotActive {
			continue
		}
		from := source{sn.VM, sn.Volume}
		v.check(!active[from], "two active snapshots of %v", from)
		active[from] = true
		v.check(sn.Volume == 0 || v.st.Volumes.Has(sn.Volume), "snapshot %d is active on nothing", sn.ID)
	}
}

// backups demands that series have no gap: each point lies on the one before.
func (v *violations) backups() {
	points := map[int][]int{}
	vms := map[int]string{}
	for b := range v.st.Backups.All() {
		v.check(b.Schedule == 0 || v.st.Schedules.Has(b.Schedule), "backup %s of a schedule that is no more", b.Name)
		if b.Series == 0 {
			continue
		}
		v.check(vms[b.Series] == "" || vms[b.Series] == b.VM, "series %d has points of two VMs", b.Series)
		vms[b.Series] = b.VM
		points[b.Series] = append(points[b.Series], b.Increment)
	}
	for series, increments := range points {
		slices.Sort(increments)
		for i, increment := range increments {
			v.check(i == increment, "series %d has a gap: %v", series, increments)
		}
	}
}

func (v *violations) schedules() {
	for sc := range v.st.Schedules.All() {
		alarms := 0
		for _, p := range v.st.Processes.Timed {
			if p.Kind == scheduleNoun.kind && p.ID == sc.id() {
				alarms++
				v.check(p.Due.Equal(sc.NextRun), "schedule %d says %v and runs at %v", sc.ID, sc.NextRun, p.Due)
			}
		}
		v.check(alarms == 1, "schedule %d has %d alarms", sc.ID, alarms)
		v.check(slices.Contains([]string{"", runSucceeded, runFailed, runSkipped}, sc.LastEnd) && (sc.LastEnd == "") == (sc.LastRun == nil),
			"schedule %d ended with %q at %v", sc.ID, sc.LastEnd, sc.LastRun)
		v.check(sc.KeepCount > 0, "schedule %d keeps nothing", sc.ID)
		v.check((sc.Type == scheduleWeekly) == (sc.Day != ""), "schedule %d is %s on %q", sc.ID, sc.Type, sc.Day)
	}
}

// occupied demands that a VM is waiting for at most one backup or restore, and for none when it is not occupied.
func (v *violations) occupied() {
	busy := map[string]int{}
	for b := range v.st.Backups.All() {
		if slices.Contains([]string{backupPending, backupCreating, backupRestoring}, b.Status) {
			busy[b.VM]++
		}
	}
	for sn := range v.st.Snapshots.All() {
		if sn.VM != "" && sn.Status == snapshotRestoring {
			busy[sn.VM]++
		}
	}
	for m := range v.st.VMs.All() {
		want := 0
		if m.Earlier != "" {
			want = 1
		}
		v.check(busy[m.ID] == want, "VM %s waits for %d backups and restores, want %d", m.Name, busy[m.ID], want)
	}
}

func TestStorageInvariantsAreChecked(t *testing.T) {
	for name, mutate := range map[string]func(*state){
		"volume in no state":               func(st *state) { first(&st.Volumes).Status = "lost" },
		"failed volume that is attached":   func(st *state) { first(&st.Volumes).Status = volumeFailed },
		"volume in another region":         func(st *state) { first(&st.Volumes).Region = "elsewhere" },
		"snapshot of two sources":          func(st *state) { first(&st.Snapshots).Volume = 1 },
		"two active snapshots":             func(st *state) { activate(st) },
		"gap in a series":                  func(st *state) { first(&st.Backups).Increment = 5 },
		"backup of no schedule":            func(st *state) { first(&st.Backups).Schedule = 1 },
		"schedule without alarm":           func(st *state) { st.Processes.Timed = nil },
		"schedule that tells another time": func(st *state) { first(&st.Schedules).NextRun = time.Time{} },
		"schedule with an unknown end":     func(st *state) { first(&st.Schedules).LastEnd = "lost" },
		"daily schedule with a day":        func(st *state) { first(&st.Schedules).Day = "Monday" },
		"VM that is occupied by nothing":   func(st *state) { first(&st.VMs).Earlier = vmActive },
		"backup that occupies nothing":     func(st *state) { first(&st.Backups).Status = backupCreating },
		"series of two VMs":                func(st *state) { first(&st.Backups).VM = "other" },
		"volume snapshot active on nothing": func(st *state) {
			st.Snapshots.Put(1, &snapshot{ID: 1, Project: first(&st.Projects).ID, Volume: 1, Status: snapshotActive})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, quiet())
			c := b.production()
			id := c.makeVM("web", "extra_storage", 20, "backup_type", "daily")
			for range 2 {
				c.makeSnapshot(id)
				c.makeBackup(id)
			}
			b.checkInvariants()
			mutate(&b.state)
			if len(b.violations()) == 0 {
				t.Error("not noticed")
			}
		})
	}
}

func activate(st *state) {
	for sn := range st.Snapshots.All() {
		sn.Status = snapshotActive
	}
}
