package refbackend

import (
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// The types of a backup schedule.
const (
	scheduleDaily  = "daily"
	scheduleWeekly = "weekly"
)

var (
	weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	// dayTime is a time of day as schedules take it, in UTC: 8am, 12pm, 8:30am, 13:00.
	dayTime = regexp.MustCompile(`^((1[0-2]|0?[1-9])(:[0-5][0-9])?(am|pm)|([01]?[0-9]|2[0-3]):[0-5][0-9])$`)
)

const dayTimeForm = "a time of day like 8am or 13:00"

const (
	defaultDayTime   = "8am"
	defaultKeepCount = 7 // of a schedule made with its VM; the API does not say how many
	minKeepCount     = 2
	maxKeepCount     = 100

	// scheduleRetry is when a schedule tries again that was due while its VM was busy.
	scheduleRetry = 5 * time.Minute
)

// How a run of a schedule ended: well, badly, or not at all because the VM could not be backed up.
const (
	runSucceeded = "succeeded"
	runFailed    = "failed"
	runSkipped   = "skipped"
)

// schedule makes backups of a VM on the clock.
type schedule struct {
	ID        int
	Project   string
	Name      string
	VM        string
	Type      string // scheduleDaily or scheduleWeekly
	Time      string // as given
	Day       string // one of weekdays, of a weekly schedule
	KeepCount int
	Region    string
	CreatedBy string
	NextRun   time.Time  // when its alarm rings
	LastRun   *time.Time // when the last run that has ended began; nil before the first
	LastEnd   string     // how it ended: runSucceeded, runFailed or runSkipped
	Failures  int        // failed runs since the last one that succeeded
	stamps
}

var scheduleNoun = noun{
	kind: "backup_schedule", name: "backup schedule", plural: "backup schedules", integer: true,
	find: func(st *state, id string) (string, bool) {
		sc, ok := st.schedule(id)
		if !ok {
			return "", false
		}
		return sc.Project, true
	},
	count: func(st *state, project string) int {
		return st.Schedules.Count(func(sc *schedule) bool { return sc.Project == project })
	},
}

func scheduleOperations() []*operation {
	const path = "/api/v1/backup-schedules"
	return []*operation{
		{
			id: "listBackupSchedules", method: http.MethodGet, path: path, kind: list, permission: "vm.view", page: 50,
			query: []filter{{name: "vm_id", uuid: true}}, handle: (*Server).listSchedules,
		},
		{
			id: "createBackupSchedule", method: http.MethodPost, path: path, kind: mutation, permission: "vm.backup",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createSchedule,
		},
		{
			id: "getBackupSchedule", method: http.MethodGet, path: path + "/{id}", kind: get, on: &scheduleNoun,
			permission: "vm.view", handle: (*Server).getSchedule,
		},
		{
			id: "updateBackupSchedule", method: http.MethodPatch, path: path + "/{id}", kind: mutation, on: &scheduleNoun,
			permission: "vm.backup", body: requiredBody, handle: (*Server).updateSchedule,
		},
		{
			id: "deleteBackupSchedule", method: http.MethodDelete, path: path + "/{id}", kind: mutation, on: &scheduleNoun,
			permission: "vm.backup", handle: (*Server).deleteSchedule,
		},
	}
}

type scheduleBody struct {
	ID            int        `json:"id"`
	AccountID     string     `json:"account_id"`
	ProjectID     string     `json:"project_id"`
	CreatedBy     string     `json:"created_by"`
	Region        string     `json:"region"`
	VM            string     `json:"product_vm"`
	Name          string     `json:"name"`
	Type          string     `json:"type"`
	Runtime       string     `json:"runtime"`
	KeepCount     int        `json:"keep_count"`
	PricePerHour  string     `json:"price_per_hour"`
	Size          string     `json:"size"`
	CreatedAt     time.Time  `json:"created_at"`
	Enabled       bool       `json:"enabled"`
	NextRunAt     time.Time  `json:"next_run_at"`
	LastRunAt     *time.Time `json:"last_run_at,omitempty"`
	LastRunStatus string     `json:"last_run_status,omitempty"`
	Failures      int        `json:"consecutive_failures"`
}

func (s *Server) showSchedule(prices storagePrices) func(sc *schedule) any {
	return func(sc *schedule) any { return s.scheduleBody(sc, prices) }
}

// scheduleBody shows every schedule as enabled: nothing disables one.
func (s *Server) scheduleBody(sc *schedule, prices storagePrices) scheduleBody {
	var size int
	var monthly float64
	for b := range s.state.backupsOf(sc.ID) {
		size += b.SizeMB
		monthly += prices.ofBackup(b)
	}
	return scheduleBody{
		ID:            sc.ID,
		AccountID:     s.state.AccountID,
		ProjectID:     sc.Project,
		CreatedBy:     sc.CreatedBy,
		Region:        sc.Region,
		VM:            sc.VM,
		Name:          sc.Name,
		Type:          sc.Type,
		Runtime:       sc.runtime(),
		KeepCount:     sc.KeepCount,
		PricePerHour:  hourlyText(monthly),
		Size:          sizeText(size),
		CreatedAt:     sc.CreatedAt,
		Enabled:       true,
		NextRunAt:     sc.NextRun,
		LastRunAt:     copyTime(sc.LastRun),
		LastRunStatus: sc.LastEnd,
		Failures:      sc.Failures,
	}
}

// runtime renders when the schedule runs: "Daily at 8am", "Saturday 1:30pm". It is all that the service shows of it.
func (sc *schedule) runtime() string {
	hour, minute := parseDayTime(sc.Time)
	half := "am"
	if hour >= 12 {
		half = "pm"
	}
	text := strconv.Itoa((hour+11)%12 + 1)
	if minute != 0 {
		text += fmt.Sprintf(":%02d", minute)
	}
	if sc.Type == scheduleWeekly {
		return sc.Day + " " + text + half
	}
	return "Daily at " + text + half
}

// parseDayTime reads a time of day that has passed dayTime.
func parseDayTime(text string) (hour, minute int) {
	clock := strings.TrimSuffix(strings.TrimSuffix(text, "am"), "pm")
	hours, minutes, _ := strings.Cut(clock, ":")
	hour, _ = strconv.Atoi(hours)
	minute, _ = strconv.Atoi(minutes)
	switch {
	case strings.HasSuffix(text, "am"):
		hour %= 12
	case strings.HasSuffix(text, "pm"):
		hour = hour%12 + 12
	}
	return hour, minute
}

// next is the first moment after the given one at which the schedule is due.
func (sc *schedule) next(after time.Time) time.Time {
	hour, minute := parseDayTime(sc.Time)
	at := time.Date(after.Year(), after.Month(), after.Day(), hour, minute, 0, 0, time.UTC)
	for !at.After(after) || sc.Type == scheduleWeekly && at.Weekday().String() != sc.Day {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// period is how far apart two backups are.
func (sc *schedule) period() time.Duration {
	const day = 24 * time.Hour
	if sc.Type == scheduleWeekly {
		return 7 * day
	}
	return day
}

// expiry is when a backup's schedule will have made enough newer ones; nil for a backup that is kept.
func (st *state) expiry(b *backup) *time.Time {
	sc, ok := st.Schedules.Get(b.Schedule)
	if !ok {
		return nil
	}
	at := b.CreatedAt.Add(time.Duration(sc.KeepCount) * sc.period())
	return &at
}

func (s *Server) answerSchedule(sc *schedule) any { return data(s.scheduleBody(sc, s.storagePrices())) }

func (s *Server) listSchedules(c *call) (any, error) {
	return listing[*schedule]{
		noun:    &scheduleNoun,
		id:      (*schedule).id,
		project: func(sc *schedule) string { return sc.Project },
		show:    s.showSchedule(s.storagePrices()),
	}.answer(s, c, s.state.Schedules.Where(func(sc *schedule) bool { return c.matches("vm_id", sc.VM) })), nil
}

func (s *Server) getSchedule(c *call) (any, error) {
	sc, _ := s.state.schedule(c.id())
	return s.answerSchedule(sc), nil
}

func (s *Server) createSchedule(c *call) (any, error) {
	in := c.input
	target, _ := s.readVM(c, in.String("vm_id").Required().UUID())
	order := schedule{
		Type:      in.String("type").Required().OneOf(scheduleDaily, scheduleWeekly).Value(),
		Time:      in.String("time").Required().Match(dayTime, dayTimeForm).Value(),
		KeepCount: in.Int("keep_count").Required().Min(minKeepCount).Max(maxKeepCount).Value(),
		CreatedBy: c.key.CreatedBy,
	}
	order.readDay(in, "day_of_week")
	if err := in.Err(); err != nil {
		return nil, err
	}
	if target.Deletion != nil {
		return nil, conflict("VM %q is being deleted", target.Name)
	}
	sc := s.addSchedule(target, order)
	c.created(&scheduleNoun, sc.id())
	return s.answerSchedule(sc), nil
}

// readDay reads the day of a schedule whose type is settled. A daily one has none, whatever is sent.
func (sc *schedule) readDay(in *input.Fields, name string) {
	sc.Day = in.String(name).OneOf(weekdays...).Or(sc.Day)
	switch sc.Type {
	case scheduleDaily:
		sc.Day = ""
	case scheduleWeekly:
		if sc.Day == "" {
			in.Fail(name, "required for a weekly schedule")
		}
	}
}

func (s *Server) updateSchedule(c *call) (any, error) {
	sc, _ := s.state.schedule(c.id())
	in := c.input
	changed := *sc
	changed.Type = in.String("type").OneOf(scheduleDaily, scheduleWeekly).Or(sc.Type)
	changed.Time = in.String("time").Match(dayTime, dayTimeForm).Or(sc.Time)
	// One from before the limit ends with its first update, whatever that is about.
	changed.KeepCount = in.Int("keep_count").Min(minKeepCount).Max(maxKeepCount).Or(max(sc.KeepCount, minKeepCount))
	changed.readDay(in, "day_of_week")
	in.AtLeastOne("type", "time", "day_of_week", "keep_count")
	if err := in.Err(); err != nil {
		return nil, err
	}
	changed.UpdatedAt = s.now
	*sc = changed
	s.awaitRun(sc, sc.next(s.now))
	s.pruneSchedule(sc.ID)
	return s.answerSchedule(sc), nil
}

func (s *Server) deleteSchedule(c *call) (any, error) {
	sc, _ := s.state.schedule(c.id())
	s.dropSchedule(sc)
	return done("Backup schedule deleted"), nil
}

func (sc *schedule) id() string { return strconv.Itoa(sc.ID) }

// schedule returns the schedule with the id of a path.
func (st *state) schedule(id string) (*schedule, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Schedules.Get(n)
}

// addSchedule adds a schedule for a VM and sets its alarm.
func (s *Server) addSchedule(v *vm, sc schedule) *schedule {
	sc.ID = s.state.IDs.integer(scheduleNoun.kind)
	sc.Name = fmt.Sprintf("%s-%s", v.Name, sc.Type)
	sc.VM, sc.Project, sc.Region = v.ID, v.Project, v.Region
	sc.stamps = s.stamped()
	s.state.Schedules.Put(sc.ID, &sc)
	s.awaitRun(&sc, sc.next(s.now))
	return &sc
}

// awaitRun lets a schedule run at a moment.
func (s *Server) awaitRun(sc *schedule, at time.Time) {
	sc.NextRun = at
	s.alarm(&scheduleNoun, sc.id(), at)
}

// scheduleType is the type of a VM's oldest schedule, or nil.
func (st *state) scheduleType(vm string) *string {
	if sc, ok := st.Schedules.First(func(sc *schedule) bool { return sc.VM == vm }); ok {
		kind := sc.Type
		return &kind
	}
	return nil
}

// backupsOf yields the backups that a schedule has made, oldest first.
func (st *state) backupsOf(schedule int) iter.Seq[*backup] {
	return st.Backups.Where(func(b *backup) bool { return schedule != 0 && b.Schedule == schedule })
}

// dropSchedule ends a schedule. Its backups stay, for good.
func (s *Server) dropSchedule(sc *schedule) {
	for b := range s.state.backupsOf(sc.ID) {
		b.Schedule = 0
	}
	s.cancel(&scheduleNoun, sc.id())
	s.state.Schedules.Remove(sc.ID)
}

// removeSchedules ends the schedules of a VM.
func (s *Server) removeSchedules(vm string) {
	for sc := range s.state.Schedules.Where(func(sc *schedule) bool { return sc.VM == vm }) {
		s.dropSchedule(sc)
	}
}

// enterSchedule backs the VM up when the schedule is due. While the VM is busy it tries again a little later; a VM
// that cannot be backed up at all is left out this time.
func (s *Server) enterSchedule(id, status string) {
	sc, ok := s.state.schedule(id)
	if !ok || status != due {
		return
	}
	v, ok := s.state.VMs.Get(sc.VM)
	again := sc.next(s.now)
	switch {
	case !ok || v.Deletion != nil || v.Status == vmFailure:
		sc.ran(s.now, runSkipped)
	case v.mustBe(vmActive, vmPassive) != nil:
		again = s.now.Add(scheduleRetry)
	default:
		s.addBackup(v, backup{Name: s.timestamped(sc.Name), Schedule: sc.ID, CreatedBy: sc.CreatedBy})
	}
	s.awaitRun(sc, again)
}

// ran notes how a run ended that began at a moment.
func (sc *schedule) ran(began time.Time, end string) {
	sc.LastRun, sc.LastEnd = &began, end
	switch end {
	case runSucceeded:
		sc.Failures = 0
	case runFailed:
		sc.Failures++
	}
}

// noteRun tells a backup's schedule, if it still has one, how the run that made the backup ended.
func (s *Server) noteRun(b *backup, end string) {
	if sc, ok := s.state.Schedules.Get(b.Schedule); ok {
		sc.ran(b.CreatedAt, end)
	}
}

// pruneSchedule removes the backups that a schedule keeps no longer: all that are older than the newest KeepCount
// ready ones. One that is just being restored stays until the next time.
func (s *Server) pruneSchedule(id int) {
	sc, ok := s.state.Schedules.Get(id)
	if !ok {
		return
	}
	kept := 0
	for _, b := range slices.Backward(slices.Collect(s.state.backupsOf(id))) {
		done := b.Status == backupReady || b.Status == backupFailed
		switch {
		case kept >= sc.KeepCount && done:
			s.prune(b)
		case b.Status == backupReady:
			kept++
		}
	}
}
