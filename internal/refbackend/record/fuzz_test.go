package record

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// Whatever an API answers to one of the reads, recording ends with a seed file that a backend takes, or an error; nothing
// is asked for but by GET, and the key is in nothing that is written.
func FuzzRecord(f *testing.F) {
	for i, body := range []string{
		"", "null", `[]`, `{"data": {}}`, `{"success": true, "data": [], "total": -1}`, `{"data": [{"id": "a/../b", "name": "\u0000"}]}`,
		`{"data": [{"id": 1e400}, {"id": true}, {"id": ".."}, {"id": "%2e"}], "total": 1e9}`,
		`{"data": [{"id": "x", "name": "a: b # c\n- d", "description": "\u2028\ufeff` + testKey + `"}]}`,
		`{"plans": [{"id": "x"}], "regions": [null], "pricing": []}`,
	} {
		f.Add(uint8(i), body)
		f.Add(uint8(slices.Index(reads, "listVMs")+i), body)
	}
	s := newSource(f)
	s.prepare(f)
	d := ownDescription(f)
	f.Fuzz(func(t *testing.T, at uint8, body string) {
		op := d.gets[reads[int(at)%len(reads)]]
		fixed, _, _ := strings.Cut(op.path, "{")
		s.asked = nil
		s.instead = func(w http.ResponseWriter, r *http.Request) bool {
			if !matches(op.path, r.URL.Path) || !strings.HasPrefix(r.URL.Path, fixed) {
				return false
			}
			_, _ = w.Write([]byte(strings.ReplaceAll(body, testKey, s.key)))
			return true
		}
		server := httptest.NewServer(s)
		defer server.Close()
		o := Options{Upstream: server.URL, Key: s.key, Now: time.Unix(1, 0)}
		upstream, err := newReader(o.Upstream, o.Key, "test")
		if err != nil {
			t.Fatal(err)
		}
		upstream.pace.SetLimit(1e6)
		upstream.http.RetryMax = 0
		file, report, err := record(t.Context(), o, d, upstream)
		for _, asked := range s.asked {
			if !strings.HasPrefix(asked, "GET /") {
				t.Errorf("asked %s", asked)
			}
		}
		if err != nil {
			return
		}
		var text strings.Builder
		report.WriteText(&text)
		if strings.Contains(string(file), s.key) || strings.Contains(text.String(), s.key) {
			t.Error("the key is in what was written")
		}
		backend := s.seededWith(t, file)
		if _, err := (inside{backend.Server}).get(t.Context(), "/api/v1/projects"); err != nil {
			t.Error(err)
		}
	})
}

// matches tells whether a path is one of an operation.
func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return len(want) == len(got) && !slices.ContainsFunc(want, func(segment string) bool {
		return !strings.HasPrefix(segment, "{") && !slices.Contains(got, segment)
	})
}

// Any text is an answer that the walk over the schemas and the masks get along with, and what the masks leave is masked.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		`{"success": true, "data": [{"id": "x"}], "total": 1}`, `{"data": [[[]]]}`, `[{"a": null}]`, `{"data": {"email": "a@b.c", "gateway": "8.8.8.8"}}`,
		`{"content": "x", "secret": ["y"], "public_key": " "}`, `"a@b@c ::1 fe80::1 ::ffff:8.8.8.8 1.2.3.4.5"`, `1e999`, "{\"a\": 1} {}",
	} {
		f.Add(text)
	}
	d := ownDescription(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := readAnswer(200, []byte(text))
		for _, id := range reads {
			s, ok := d.answer(d.gets[id], 200)
			if !ok {
				t.Fatal(id)
			}
			kept := d.described(got.value, s)
			if got.value != nil && len(d.check("", kept, s)) > len(d.check("", got.value, s)) {
				t.Errorf("%s: what is left of %s departs more than it did", id, text)
			}
			masks := newMasker()
			masked := masks.value("", kept)
			if once, twice := short(masked), short(newMasker().value("", plain(masked))); strings.Contains(once, "@") != strings.Contains(twice, "@") {
				t.Errorf("%s: masked %s, masked again %s", id, once, twice)
			}
		}
		_ = got.message()
	})
}
