package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// byPath answers with the body of a path, and with 403 for any other.
func byPath(bodies map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := bodies[strings.TrimPrefix(r.URL.Path, "/api/v1/")]
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			body = `{"error":"Forbidden","message":"missing permission"}`
		}
		_, _ = fmt.Fprint(w, full(body))
	}
}

const emptyList = `{"success":true,"data":[],"total":0}`

// The account is found by whatever the key may see.
func TestAccountID(t *testing.T) {
	t.Parallel()
	list := func(object string) string { return `{"success":true,"data":[` + object + `],"total":1}` }
	const id = `"id":"x","name":"n","email":"e","account_id":"acc"`
	for name, test := range map[string]struct {
		bodies map[string]string
		want   string
	}{
		"a project":          {map[string]string{"projects": list(`{` + id + `}`)}, "acc"},
		"a member":           {map[string]string{"projects": emptyList, "members": list(`{` + id + `}`)}, "acc"},
		"an API key":         {map[string]string{"projects": emptyList, "api-keys": list(`{` + id + `}`)}, "acc"},
		"a role of its own":  {map[string]string{"projects": emptyList, "roles": list(`{"id":"s","name":"n","account_id":""},{` + id + `}`)}, "acc"},
		"system roles alone": {map[string]string{"projects": emptyList, "roles": list(`{"id":"s","name":"n","account_id":""}`)}, ""},
		"nothing":            {map[string]string{"projects": emptyList}, ""},
	} {
		c, _ := serve(t, byPath(test.bodies))
		if got, err := c.AccountID(t.Context()); err != nil || got != test.want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// Check tells the account along the way, and is asked for no more then.
func TestCheck(t *testing.T) {
	t.Parallel()
	requests := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		byPath(map[string]string{"projects": `{"success":true,"data":[{"id":"p","name":"n","account_id":"acc"}]}`})(w, r)
	})
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := c.AccountID(t.Context()); err != nil || got != "acc" || requests != 1 {
		t.Errorf("got %q, %v with %d requests", got, err, requests)
	}
	c, _ = serve(t, byPath(nil))
	if err := c.Check(t.Context()); err != nil {
		t.Errorf("a key that may see no project: %v", err)
	}
	c, _ = serve(t, func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) })
	if err := c.Check(t.Context()); !errors.Is(err, ErrForeign) {
		t.Errorf("an ingress: got %v", err)
	}
}

func TestUserID(t *testing.T) {
	t.Parallel()
	keys := `{"success":true,"data":[{"id":"1","name":"n","key_prefix":"raff_xxxxxxxx","created_by":"other"},{"id":"2","name":"n","key_prefix":"%s","created_by":"me"}]}`
	var c *Client
	c, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		byPath(map[string]string{"api-keys": fmt.Sprintf(keys, r.Header.Get("X-API-Key")[:13])})(w, r)
	})
	if got, err := c.UserID(t.Context()); err != nil || got != "me" {
		t.Errorf("got %q, %v", got, err)
	}
	c, _ = serve(t, byPath(nil))
	if got, err := c.UserID(t.Context()); err != nil || got != "" {
		t.Errorf("a key that may not look: got %q, %v", got, err)
	}
}

// Whoever names the address with the version at its end means the same.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.example.com":              "https://api.example.com",
		"https://api.example.com/":             "https://api.example.com",
		"https://api.example.com/api/v1":       "https://api.example.com",
		"https://api.example.com/api/v1/":      "https://api.example.com",
		"https://gate.example.com/raff/api/v1": "https://gate.example.com/raff",
		"https://gate.example.com/api/v10":     "https://gate.example.com/api/v10",
	} {
		if got := baseURL(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

// The server's clock is never taken to be later than it is.
func TestServerTime(t *testing.T) {
	t.Parallel()
	ahead := 90 * time.Minute
	var clock *fakeClock
	var c *Client
	c, clock = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", clock.Now().Add(ahead).UTC().Format(http.TimeFormat))
		_, _ = fmt.Fprint(w, emptyList)
	})
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	really := clock.Now().Add(ahead)
	if got := c.ServerTime(); got.After(really) || really.Sub(got) > time.Second {
		t.Errorf("got %s, and it is %s", got, really)
	}
}
