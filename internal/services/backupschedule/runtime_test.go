package backupschedule

import "testing"

func TestParseDayTime(t *testing.T) {
	for text, want := range map[string]string{
		"8am": "8am", "08am": "8am", "08:00": "8am", "8:00": "8am", "8:30pm": "8:30pm", "20:30": "8:30pm", "13:00": "1pm",
		"12am": "12am", "0:00": "12am", "00:05": "12:05am", "12pm": "12pm", "12:00": "12pm", "23:59": "11:59pm",
	} {
		at, ok := parseDayTime(text)
		if !ok || at.String() != want {
			t.Errorf("%q: %s, %v, want %s", text, at, ok, want)
		}
		again, ok := parseDayTime(at.String())
		if !ok || again != at {
			t.Errorf("%q: %s is read back as %s", text, at, again)
		}
	}
	for _, text := range []string{"", "8", "13", "13pm", "0am", "24:00", "8:60", "8:5am", "noon", " 8am", "8am ", "8 am", "8AM", "-1:00", "008:00"} {
		if at, ok := parseDayTime(text); ok {
			t.Errorf("%q is taken for %s", text, at)
		}
	}
}

func TestParseRuntime(t *testing.T) {
	for text, want := range map[string]struct{ day, at string }{
		"Daily at 8am":             {"", "8am"},
		"Daily at 13:00":           {"", "1pm"},
		"Daily at 1:05 PM UTC":     {"", "1:05pm"},
		"Saturday 8am":             {"Saturday", "8am"},
		"Every wednesday at 08:15": {"Wednesday", "8:15am"},
		"Sunday 12am":              {"Sunday", "12am"},
	} {
		day, at, ok := parseRuntime(text)
		if !ok || day != want.day || at.String() != want.at {
			t.Errorf("%q: %q %s %v, want %v", text, day, at, ok, want)
		}
	}
	for _, text := range []string{"", "Daily", "Saturday", "Every 6 hours", "at 25:00"} {
		if day, at, ok := parseRuntime(text); ok {
			t.Errorf("%q is taken for %q %s", text, day, at)
		}
	}
}

func FuzzParseRuntime(f *testing.F) {
	for _, text := range []string{"Daily at 8am", "Saturday 13:00", "", "99:99pm"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, at, ok := parseRuntime(text)
		if ok && (at.hour < 0 || at.hour > 23 || at.minute < 0 || at.minute > 59) {
			t.Errorf("%q: %v", text, at)
		}
	})
}
