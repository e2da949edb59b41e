package client

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// bodies are seeds for everything that reads an answer.
var bodies = []string{
	"", "null", "[]", "{}", "<html>", `"x"`, vmJSON, okJSON, vmJSON[:40], `{"success":false}`,
	full(`{"success":true,"data":[{"id":"a"},{"id":"b"}],"total":2}`), `{"data":[null]}`, `{"data":[],"total":-1}`,
	`{"error":{"a":1},"message":["b"],"reason":3}`, `{"message":"` + testKey + `"}`, "\xff\x00\r\n", `{"total":1e99}`,
	strings.Repeat("[", 20000),
}

func FuzzAnswer(f *testing.F) {
	for i, body := range bodies {
		f.Add([]int{200, 201, 204, 302, 400, 403, 404, 429, 500, 503}[i%10], body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 100 || status > 999 {
			t.Skip("net/http refuses such a status before it gets here")
		}
		c := canned(t, status, body)
		s := c.Project(testProject)
		vm, err := c.GetVM(t.Context(), testID)
		switch {
		case err == nil && (vm == nil || !strings.EqualFold(vm.ID, testID) || status < 200 || status > 299):
			t.Errorf("got %v from status %d", vm, status)
		case err != nil:
			checkFuzzedError(t, err)
		}
		if _, err := s.CreateVM(t.Context(), CreateVMRequest{}); err != nil {
			checkFuzzedError(t, err)
		}
		if err := s.StartVM(t.Context(), testID); err != nil {
			checkFuzzedError(t, err)
		}
	})
}

func checkFuzzedError(t *testing.T, err error) {
	t.Helper()
	if text := wantError(t, err).Error(); !utf8.ValidString(text) || utf8.RuneCountInString(text) > 5*maxMessage {
		t.Errorf("bad error text: %q", text)
	}
}

func FuzzPage(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c := canned(t, 200, body)
		vms, err := Collect(c.ListVMs(t.Context(), VMFilter{}))
		if err != nil {
			checkFuzzedError(t, err)
		}
		seen := map[string]bool{}
		for _, vm := range vms {
			if vm.ID == "" || seen[vm.ID] {
				t.Errorf("the id %q is empty or comes twice", vm.ID)
			}
			seen[vm.ID] = true
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "1", "-1", "1.5", "18446744073709551616", "Fri, 02 Jan 2026 03:04:15 GMT", "\x00"} {
		f.Add(value)
	}
	now := newFakeClock().Now()
	f.Fuzz(func(t *testing.T, value string) {
		got, ok := retryAfter(http.Header{"Retry-After": {value}}, now)
		if got < 0 || !ok && got != 0 {
			t.Errorf("%q: got %s, %v", value, got, ok)
		}
		if d := backoff(1, got, 1); got <= maxRetryAfter && d < got || d > max(got, maxBackoff)+time.Second {
			t.Errorf("%q: waits %s after %s", value, d, got)
		}
	})
}

func FuzzRedactor(f *testing.F) {
	for _, body := range bodies {
		f.Add(body, testPassword)
	}
	f.Add(`{"password":"a\"b"}`, `a"b\c`)
	f.Fuzz(func(t *testing.T, body, password string) {
		payload, err := json.Marshal(map[string]string{"password": password})
		if err != nil {
			t.Skip("not a value that can be sent")
		}
		r := newRedactor(testKey, payload)
		quoted, _ := json.Marshal(body + testKey)
		for _, text := range []string{
			r.body([]byte(body + testKey)),
			r.body([]byte(`{"message":` + string(quoted) + `}`)),
			r.body(payload),
			r.message(body + testKey),
			r.excerpt([]byte(body + testKey)),
		} {
			if !utf8.ValidString(text) || strings.Contains(text, testKey) {
				t.Errorf("bad text %q", text)
			}
		}
		if masked := r.body(payload); masked != `{"password":"***"}` {
			t.Errorf("got %s", masked)
		}
	})
}
