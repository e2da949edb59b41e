package refbackend

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const schedulesPath = "/api/v1/backup-schedules"

// daily is a schedule that keeps two backups.
func daily(vm string) object {
	return object{"vm_id": vm, "type": "daily", "time": "8am", "keep_count": 2}
}

// makeSchedule creates a schedule and returns its id.
func (c caller) makeSchedule(vm string, changes ...any) string {
	c.t.Helper()
	return c.post(schedulesPath, daily(vm).with(changes...)).want(201).str("data.id")
}

// made are the moments at which a VM's backups were made, oldest first.
func (c caller) made(vm string) []string {
	c.t.Helper()
	return c.get(backupsPath+"?vm_id="+vm+"&limit=100").want(200).list("data", "created_at")
}

// Schedules: `daily`, or `weekly` with `day_of_week`; `time` like `8am` or `13:00` (UTC); `keep_count` is 2–100 on create
// and update.
func TestScheduleCreate(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	elsewhere := b.owner("staging").makeVM("elsewhere")
	ok := daily(vm)
	for _, test := range []struct {
		body object
		text string
	}{
		{ok.with("vm_id", nil), "vm_id: required"},
		{ok.with("vm_id", "web"), "vm_id: must be a UUID"},
		{ok.with("vm_id", unknownUUID), "vm_id: no such VM in this project"},
		{ok.with("vm_id", elsewhere), "vm_id: no such VM in this project"},
		{ok.with("type", nil), "type: required"},
		{ok.with("type", "hourly"), "type: must be one of daily, weekly"},
		{ok.with("type", "none"), "type: must be one of"},
		{ok.with("time", nil), "time: required"},
		{ok.with("time", ""), "time: "},
		{ok.with("time", "8"), "time: must be a time of day"},
		{ok.with("time", "13pm"), "time: "},
		{ok.with("time", "24:00"), "time: "},
		{ok.with("time", 8), "time: must be a string"},
		{ok.with("keep_count", nil), "keep_count: required"},
		{ok.with("keep_count", 1), "keep_count: must be at least 2"},
		{ok.with("keep_count", 101), "keep_count: must be at most 100"},
		{ok.with("type", "weekly"), "day_of_week: required"},
		{ok.with("type", "weekly", "day_of_week", "Caturday"), "day_of_week: must be one of Monday"},
		{ok.with("day_of_week", "saturday"), "day_of_week: must be one of"},
		{ok.with("name", "nightly"), "name: unknown field"},
	} {
		c.post(schedulesPath, test.body).want(400, test.text)
	}
	m, _ := b.state.VMs.Get(vm)
	m.Deletion = &deletion{}
	c.post(schedulesPath, ok).want(409, "being deleted")
	m.Deletion = nil
	if b.state.Schedules.Len() != 0 {
		t.Errorf("%d schedules were made", b.state.Schedules.Len())
	}
	c.post(schedulesPath, ok).want(201).expect("success", true, "data.type", "daily", "data.keep_count", 2, "data.product_vm", vm,
		"data.name", "web-daily", "data.project_id", c.header, "data.region", "us-east", "data.size", "0 MB",
		"data.price_per_hour", "0.000000", "data.account_id", b.state.AccountID)
	b.checkInvariants()
}

// Responses carry only the rendered `runtime` (`Daily at 8am`, `Saturday 8am`), not `time` and `day_of_week`.
func TestScheduleRuntime(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	for _, test := range []struct{ time, day, want string }{
		{"8am", "", "Daily at 8am"},
		{"08:00", "", "Daily at 8am"},
		{"8:00", "", "Daily at 8am"},
		{"08am", "", "Daily at 8am"},
		{"13:00", "", "Daily at 1pm"},
		{"1:05pm", "", "Daily at 1:05pm"},
		{"23:59", "", "Daily at 11:59pm"},
		{"12am", "", "Daily at 12am"},
		{"0:00", "", "Daily at 12am"},
		{"12pm", "", "Daily at 12pm"},
		{"12:30", "", "Daily at 12:30pm"},
		{"8am", "Saturday", "Saturday 8am"},
		{"21:15", "Wednesday", "Wednesday 9:15pm"},
	} {
		body := daily(vm).with("time", test.time)
		if test.day != "" {
			body = body.with("type", "weekly", "day_of_week", test.day)
		}
		answer := c.post(schedulesPath, body).want(201).expect("data.runtime", test.want, "data.time", nil, "data.day_of_week", nil)
		c.get(schedulesPath+"/"+answer.str("data.id")).want(200).expect("data.runtime", test.want)
	}
}

func TestScheduleUpdate(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := schedulesPath + "/" + c.makeSchedule(c.makeVM("web"))
	for body, text := range map[string]string{
		`{}`:                              "at least one of type, time, day_of_week, keep_count",
		`{"type":"weekly"}`:               "day_of_week: required",
		`{"type":"hourly"}`:               "type: ",
		`{"time":"noon"}`:                 "time: ",
		`{"day_of_week":"Someday"}`:       "day_of_week: ",
		`{"keep_count":1}`:                "keep_count: must be at least 2",
		`{"keep_count":101}`:              "keep_count: must be at most 100",
		`{"enabled":false}`:               "enabled: unknown field",
		`{"keep_count":"3"}`:              "keep_count: must be an integer",
		`{"vm_id":"` + unknownUUID + `"}`: "vm_id: unknown field",
	} {
		c.patch(path, body).want(400, text)
	}
	c.patch(path, object{"time": "13:00"}).want(200).expect("data.runtime", "Daily at 1pm", "data.keep_count", 2)
	c.patch(path, object{"type": "weekly", "day_of_week": "Sunday"}).want(200).expect("data.runtime", "Sunday 1pm", "data.type", "weekly")
	c.patch(path, object{"type": "weekly"}).want(200).expect("data.runtime", "Sunday 1pm")
	c.patch(path, object{"day_of_week": "Monday", "keep_count": 3}).want(200).expect("data.runtime", "Monday 1pm", "data.keep_count", 3)
	c.patch(path, object{"type": "daily"}).want(200).expect("data.runtime", "Daily at 1pm", "data.type", "daily")
	c.patch(path, object{"type": "weekly"}).want(400, "day_of_week: required")
	c.get(path).expect("data.runtime", "Daily at 1pm")
	b.checkInvariants()
}

// `keep_count` is 2–100 on create and update; one that has 1 keeps it until its next update, whatever that is about.
func TestScheduleThatKeepsOne(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeSchedule(c.makeVM("web"))
	sc, _ := b.state.schedule(id)
	sc.KeepCount = 1
	b.clock.Advance(72 * time.Hour)
	c.get(schedulesPath+"/"+id).expect("data.keep_count", 1)
	c.get(backupsPath).expect("total", 1)
	c.patch(schedulesPath+"/"+id, object{"time": "9am"}).want(200).expect("data.keep_count", 2)
}

// Backup schedules carry `enabled`, `next_run_at`, `last_run_at`, `last_run_status`, `consecutive_failures`, all read-only.
func TestScheduleTellsItsRuns(t *testing.T) {
	b := newBackend(t, quiet()) // a Monday at noon
	c := b.production()
	vm := c.makeVM("web")
	path := schedulesPath + "/" + c.makeSchedule(vm) // 8am
	c.get(path).expect("data.enabled", true, "data.next_run_at", "2026-03-03T08:00:00Z", "data.last_run_at", nil,
		"data.last_run_status", nil, "data.consecutive_failures", 0)

	b.SetPace(PaceRule{Flow: "backup.create", Step: 30 * time.Minute}, PaceRule{Flow: "backup.create", FailAt: backupReady})
	b.clock.Advance(20*time.Hour + 45*time.Minute) // 8:45, it is still running
	c.get(path).expect("data.next_run_at", "2026-03-04T08:00:00Z", "data.last_run_at", nil)
	b.clock.Advance(time.Hour)
	c.get(path).expect("data.last_run_at", "2026-03-03T08:00:00Z", "data.last_run_status", "succeeded", "data.consecutive_failures", 0)

	b.SetPace(PaceRule{Flow: "backup.create", FailAt: backupReady})
	b.clock.Advance(48 * time.Hour)
	c.get(path).expect("data.last_run_at", "2026-03-05T08:00:00Z", "data.last_run_status", "failed", "data.consecutive_failures", 2)
	c.get(schedulesPath).expect("data.0.consecutive_failures", 2)

	// A VM that cannot be backed up at all is left out: that is no failure, and no success either.
	m, _ := b.state.VMs.Get(vm)
	m.Status = vmFailure
	b.SetPace()
	b.clock.Advance(24 * time.Hour)
	c.get(path).expect("data.last_run_at", "2026-03-06T08:00:00Z", "data.last_run_status", "skipped", "data.consecutive_failures", 2,
		"data.next_run_at", "2026-03-07T08:00:00Z")

	// One that is busy is tried again soon.
	m.Status = vmProvisioning
	b.clock.Advance(22*time.Hour + 17*time.Minute) // 8:02
	c.get(path).expect("data.next_run_at", "2026-03-07T08:05:00Z", "data.last_run_at", "2026-03-06T08:00:00Z")
	m.Status = vmActive
	b.clock.Advance(time.Hour)
	c.get(path).expect("data.last_run_at", "2026-03-07T08:05:00Z", "data.last_run_status", "succeeded", "data.consecutive_failures", 0,
		"data.next_run_at", "2026-03-08T08:00:00Z")

	// What is made on demand, or restored, is no run.
	b.SetPace(PaceRule{FailAt: backupReady})
	c.post(backupsPath, object{"vm_id": vm}).want(202)
	c.get(path).expect("data.last_run_status", "succeeded")
	b.SetPace(PaceRule{Flow: "backup.restore", FailAt: backupReady})
	c.post(backupsPath+"/"+c.get(backupsPath+"?vm_id="+vm).str("data.2.id")+"/restore", nil)
	c.get(path).expect("data.last_run_status", "succeeded", "data.consecutive_failures", 0)
	b.checkInvariants()
}

// Schedules run on the clock: due backups appear, old ones are pruned.
func TestScheduleRuns(t *testing.T) {
	b := newBackend(t, quiet()) // a Monday at noon
	c := b.production()
	vm := c.makeVM("web")
	id := c.makeSchedule(vm)
	b.clock.Advance(20*time.Hour - time.Second)
	if got := c.made(vm); len(got) != 0 {
		t.Fatalf("too early: %v", got)
	}
	b.clock.Advance(time.Second)
	c.get(backupsPath).expect("total", 1, "data.0.name", "web-daily-2026-03-03-080000", "data.0.created_at", "2026-03-03T08:00:00Z",
		"data.0.status", "ready", "data.0.increment_id", 0, "data.0.expire_date", "2026-03-05T08:00:00Z", "data.0.product_vm", vm)
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")
	b.clock.Advance(24 * time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"}) {
		t.Errorf("made %v", got)
	}
	c.get(schedulesPath+"/"+id).expect("data.size", "52.5 GB")
	// A clock that leaps makes up for every day, in order, and keeps the newest two.
	b.clock.Advance(10 * 24 * time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-13T08:00:00Z", "2026-03-14T08:00:00Z"}) {
		t.Errorf("kept %v", got)
	}
	// What is kept is still a whole series: the point below was merged into the next one.
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "1"}) {
		t.Errorf("increments %v", got)
	}
	c.get(backupsPath).expect("data.0.storage_size", 51200+10*2560, "data.1.storage_size", 2560)
	b.checkInvariants()
}

func TestScheduleWeekly(t *testing.T) {
	b := newBackend(t, quiet()) // a Monday at noon
	c := b.production()
	vm := c.makeVM("web", "backup_type", "weekly", "backup_date", "Monday", "backup_time", "11am")
	c.get(schedulesPath).want(200).expect("data.0.runtime", "Monday 11am", "data.0.keep_count", defaultKeepCount)
	b.clock.Advance(21 * 24 * time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-09T11:00:00Z", "2026-03-16T11:00:00Z", "2026-03-23T11:00:00Z"}) {
		t.Errorf("made %v", got)
	}
	c.get(backupsPath).expect("data.0.expire_date", "2026-04-27T11:00:00Z")
}

// Several schedules per VM. When both are due, one waits for the other.
func TestScheduleSeveralPerVM(t *testing.T) {
	b := newBackend(t, Options{Seed: 1, NoRateLimit: true, Timing: Realistic})
	c := b.production()
	vm := c.makeVM("web")
	one, two := c.makeSchedule(vm), c.makeSchedule(vm, "time", "08:00")
	b.clock.Advance(21 * time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-03T08:00:00Z", "2026-03-03T08:05:00Z"}) {
		t.Errorf("made %v", got)
	}
	if got := c.get(schedulesPath+"?vm_id="+vm).list("data", "id"); !slices.Equal(got, []string{one, two}) {
		t.Errorf("schedules %v", got)
	}
	b.checkInvariants()
}

// A schedule leaves a VM alone that failed or is busy, and goes on when it can.
func TestScheduleSkipsWhatCannotBeBackedUp(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.vmIn("web", "failure")
	c.makeSchedule(vm)
	b.clock.Advance(24 * time.Hour)
	if got := c.made(vm); len(got) != 0 {
		t.Errorf("made %v of a failed VM", got)
	}
	m, _ := b.state.VMs.Get(vm)
	m.Status = vmProvisioning
	b.clock.Advance(20*time.Hour + 7*time.Minute) // 08:07
	c.get("/api/v1/vms/" + vm)
	m.Status = vmActive
	b.clock.Advance(time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-04T08:10:00Z"}) {
		t.Errorf("made %v", got)
	}
}

// A change of the time holds from the next run, one of the retention at once.
func TestScheduleUpdateHolds(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	path := schedulesPath + "/" + c.makeSchedule(vm, "keep_count", 3)
	b.clock.Advance(72 * time.Hour) // Thursday noon
	c.patch(path, object{"time": "3pm", "keep_count": 2}).want(200).expect("data.next_run_at", "2026-03-05T15:00:00Z")
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"}) {
		t.Errorf("kept %v", got)
	}
	b.clock.Advance(3 * time.Hour)
	if got := c.made(vm); !slices.Equal(got, []string{"2026-03-05T08:00:00Z", "2026-03-05T15:00:00Z"}) {
		t.Errorf("made %v", got)
	}
	c.get(backupsPath).expect("data.0.increment_id", 0)
	b.checkInvariants()
}

// Old backups go when a new one is ready, not before; failed ones and those on demand do not count.
func TestScheduleKeepsUntilTheNextIsReady(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	first, _ := b.state.schedule(c.makeSchedule(vm))
	first.KeepCount = 1 // from before the limit
	onDemand := c.makeBackup(vm)
	b.clock.Advance(20 * time.Hour)
	scheduled := c.get(backupsPath).expect("total", 2).str("data.1.id")
	b.SetPace(PaceRule{Flow: "backup.create", FailAt: "ready"})
	b.clock.Advance(24 * time.Hour)
	c.get(backupsPath).expect("total", 3, "data.1.status", "ready", "data.2.status", "failed")
	b.SetPace(PaceRule{Flow: "backup.create", Step: time.Hour})
	b.clock.Advance(25 * time.Hour)
	c.get(backupsPath).expect("total", 4, "data.3.status", "creating")
	c.get(backupsPath + "/" + scheduled).want(200)
	b.clock.Advance(time.Hour)
	answer := c.get(backupsPath).expect("total", 2, "data.1.status", "ready", "data.1.increment_id", 1)
	if got := answer.list("data", "id"); got[0] != onDemand {
		t.Errorf("kept %v", got)
	}
	b.checkInvariants()
}

// Deleting one keeps its backups, for good.
func TestScheduleDeleteKeepsBackups(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	path := schedulesPath + "/" + c.makeSchedule(vm)
	b.clock.Advance(48 * time.Hour)
	c.get(backupsPath).expect("total", 2)
	c.delete(path, nil).want(200).expect("success", true)
	c.get(path).want(404, "backup schedule not found")
	c.delete(path, nil).want(404)
	b.clock.Advance(30 * 24 * time.Hour)
	c.get(backupsPath).expect("total", 2, "data.0.expire_date", nil)
	b.checkInvariants()
}

// Lists: by VM; 50 schedules by default.
func TestScheduleList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	web, db := c.makeVM("web"), c.makeVM("db")
	for i := range 51 {
		c.makeSchedule(web, "time", fmt.Sprintf("%d:%02d", i%24, i))
	}
	ofDB := c.makeSchedule(db)
	s := b.owner("staging")
	s.makeSchedule(s.makeVM("elsewhere"))
	if n := len(c.get(schedulesPath).want(200).expect("total", 52).list("data", "id")); n != 50 {
		t.Errorf("%d schedules in a page, want 50", n)
	}
	if got := c.get(schedulesPath+"?vm_id="+db).expect("total", 1).list("data", "id"); !slices.Equal(got, []string{ofDB}) {
		t.Errorf("schedules of the VM: %v", got)
	}
	b.owner("").get(schedulesPath).want(200).expect("total", 53)
	c.get(schedulesPath+"?vm_id=x").want(400, "vm_id: ")
	c.get(schedulesPath+"?type=daily").want(400, "type: unknown")
	c.get(schedulesPath+"/x").want(400, "id: must be an integer")
}
