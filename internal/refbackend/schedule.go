package refbackend

import (
	"regexp"
	"strconv"
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

const (
	defaultDayTime   = "8am"
	defaultKeepCount = 7 // of a schedule made with its VM; the API does not say how many
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
		return st.Schedules.count(func(sc *schedule) bool { return sc.Project == project })
	},
}

func scheduleOperations() []*operation { return nil }

// schedule returns the schedule with the id of a path.
func (st *state) schedule(id string) (*schedule, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Schedules.get(n)
}

// addSchedule adds a schedule for a VM.
func (s *Server) addSchedule(sc schedule) *schedule {
	sc.ID = s.state.IDs.integer(scheduleNoun.kind)
	sc.Region = regionCode
	sc.stamps = s.stamped()
	s.state.Schedules.put(sc.ID, &sc)
	return &sc
}

// scheduleType is the type of a VM's oldest schedule, or nil.
func (st *state) scheduleType(vm string) *string {
	if sc, ok := st.Schedules.first(func(sc *schedule) bool { return sc.VM == vm }); ok {
		kind := sc.Type
		return &kind
	}
	return nil
}

// removeSchedules ends the schedules of a VM.
func (s *Server) removeSchedules(vm string) {
	for sc := range s.state.Schedules.where(func(sc *schedule) bool { return sc.VM == vm }) {
		s.cancel(&scheduleNoun, strconv.Itoa(sc.ID))
		s.state.Schedules.remove(sc.ID)
	}
}

// enterSchedule removes a schedule when its time has come.
func (s *Server) enterSchedule(id, status string) {
	if sc, ok := s.state.schedule(id); ok && status == gone {
		s.state.Schedules.remove(sc.ID)
	}
}
