package input

import "testing"

// Nested objects are read like the body, and named by where they stand.
func TestNestedObjects(t *testing.T) {
	read := func(body string) error {
		in, err := Parse([]byte(body))
		if err != nil {
			return err
		}
		for _, rule := range in.Objects("rules").Required().Count(1, 2).Value() {
			rule.String("protocol").Required().OneOf("TCP", "UDP")
			rule.Int("size").Min(0).Max(128)
			rule.Bool("on").Value()
		}
		return in.Err()
	}
	for body, problem := range map[string]string{
		`{"rules":[{"protocol":"TCP","size":0}]}`:         "",
		`{"rules":[{"protocol":"TCP"},{"protocol":"X"}]}`: "rules[1].protocol: must be one of TCP, UDP",
		`{"rules":[{"protocol":"TCP","size":129}]}`:       "rules[0].size: must be at most 128",
		`{"rules":[{"protocol":"TCP","on":1}]}`:           "rules[0].on: must be true or false",
		`{"rules":[{"protocol":"TCP","port":1}]}`:         "rules[0].port: unknown field",
		`{"rules":[{"protocol":"TCP"},{"size":1}]}`:       "rules[1].protocol: required",
		`{"rules":[1]}`: "rules[0]: must be an object",
		`{"rules":[]}`:  "rules: must have 1 to 2 items",
		`{"rules":{}}`:  "rules: must be a list of objects",
		`{}`:            "rules: required",
		`{"rules":[{"protocol":"TCP","protocol":"TCP"}]}`: "rules.protocol: given more than once",
	} {
		err := read(body)
		if problem == "" {
			if err != nil {
				t.Errorf("%s: %v", body, err)
			}
			continue
		}
		if err == nil || err.Error() != problem {
			t.Errorf("%s: got %v, want %s", body, err, problem)
		}
	}
}

func TestTimes(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-01-31T12:00:00Z": true, "2026-01-31T12:00:00.5+02:00": true,
		"2026-01-31": false, "2026-02-30T12:00:00Z": false, "": false, "tomorrow": false,
	} {
		in, err := Parse([]byte(`{"expires_at":"` + text + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		in.String("expires_at").Time()
		if err := in.Err(); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzParse reads anything: a field is there, with its type, or what is wrong names it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"s":"x","n":2.0,"b":true,"l":["x"],"o":[{"s":"x"}]}`, `{"s":null}`, `{"n":1e99}`, `{"l":[1]}`, `{"o":[1]}`,
		`{"s":"x","s":"y"}`, `{"o":[{"s":"x","t":1}]}`, `{"x":1}`, "{\"s\":\"\xff\"}", `{"s":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := Parse(body)
		if err != nil {
			return
		}
		text, number := in.String("s").Required().Len(1, 3), in.Int("n").Min(1).Max(9)
		in.Bool("b").Or(true)
		in.Strings("l").Count(1, 2).EachLen(1, 3)
		for _, part := range in.Objects("o").Count(1, 2).Value() {
			part.String("s").Required().UUID()
		}
		if in.Err() != nil {
			return
		}
		if !text.Sent() || text.Value() == "" || number.Sent() && (number.Value() < 1 || number.Value() > 9) {
			t.Errorf("%q: read %q and %d", body, text.Value(), number.Value())
		}
	})
}
