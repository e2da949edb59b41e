package backupschedule

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// dayTime is a time of day in UTC.
type dayTime struct{ hour, minute int }

var dayTimePattern = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))?(am|pm)?$`)

// parseDayTime reads 8am, 8:30pm, 13:00 and 08:00. A bare hour is none.
func parseDayTime(text string) (dayTime, bool) {
	parts := dayTimePattern.FindStringSubmatch(text)
	if parts == nil {
		return dayTime{}, false
	}
	hours, minutes, half := parts[1], parts[2], parts[3]
	hour, _ := strconv.Atoi(hours) // the pattern has let nothing but digits through
	minute, _ := strconv.Atoi(minutes)
	switch {
	case minute > 59, half == "" && (minutes == "" || hour > 23), half != "" && (hour < 1 || hour > 12):
		return dayTime{}, false
	case half == "am":
		hour %= 12
	case half == "pm":
		hour = hour%12 + 12
	}
	return dayTime{hour, minute}, true
}

// String writes the time as the API does: 8am, 1:30pm.
func (t dayTime) String() string {
	half := "am"
	if t.hour >= 12 {
		half = "pm"
	}
	hour := strconv.Itoa((t.hour+11)%12 + 1)
	if t.minute == 0 {
		return hour + half
	}
	return fmt.Sprintf("%s:%02d%s", hour, t.minute, half)
}

// timeText compares times of day by what they mean.
var timeText = tfkit.NewEquivalence("8am and 08:00 are the same time.", func(a, b string) bool {
	x, okX := parseDayTime(a)
	y, okY := parseDayTime(b)
	return okX && okY && x == y
})

var clockPattern = regexp.MustCompile(`(?i)\b(\d{1,2}(?::\d{2})?)\s*(am|pm)?\b`)

// parseRuntime reads back when a schedule runs from the text that the API renders: "Daily at 8am", "Saturday 8am". day
// is empty for a daily schedule. Spaces, letter case and words in between do not matter; ok is false where there is
// no time in it.
func parseRuntime(text string) (day string, at dayTime, ok bool) {
	for _, name := range weekdays {
		if strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
			day = name
		}
	}
	for _, parts := range clockPattern.FindAllStringSubmatch(text, -1) {
		if at, ok = parseDayTime(parts[1] + strings.ToLower(parts[2])); ok {
			return day, at, true
		}
	}
	return "", dayTime{}, false
}

// isDayTime validates a time of day.
type isDayTime struct{}

var _ validator.String = isDayTime{}

func (isDayTime) Description(context.Context) string {
	return "must be a time of day in UTC like 8am, 8:30pm or 13:00"
}

func (v isDayTime) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v isDayTime) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !tfkit.Known(req.ConfigValue) {
		return
	}
	if _, ok := parseDayTime(req.ConfigValue.ValueString()); !ok {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid time of day",
			fmt.Sprintf("%q %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}
