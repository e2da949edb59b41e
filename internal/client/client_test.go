package client

import (
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestNewRefusesBadOptions(t *testing.T) {
	t.Parallel()
	good := Options{URL: "https://api.test", APIKey: testKey}
	tests := map[string]struct {
		edit func(*Options)
		want string
	}{
		"no URL":            {func(o *Options) { o.URL = "" }, "URL is empty"},
		"relative URL":      {func(o *Options) { o.URL = "api.test/v1" }, "must begin with"},
		"no scheme":         {func(o *Options) { o.URL = "//api.test" }, "must begin with"},
		"other scheme":      {func(o *Options) { o.URL = "ftp://api.test" }, "must begin with"},
		"opaque URL":        {func(o *Options) { o.URL = "https:api.test" }, "no host"},
		"no host":           {func(o *Options) { o.URL = "https://" }, "no host"},
		"only a port":       {func(o *Options) { o.URL = "https://:8080" }, "no host"},
		"user":              {func(o *Options) { o.URL = "https://me:hunter2@api.test" }, "user name or password"},
		"query":             {func(o *Options) { o.URL = "https://api.test?x=1" }, "query"},
		"empty query":       {func(o *Options) { o.URL = "https://api.test?" }, "query"},
		"fragment":          {func(o *Options) { o.URL = "https://api.test#x" }, "fragment"},
		"empty fragment":    {func(o *Options) { o.URL = "https://api.test#" }, "fragment"},
		"unparsable URL":    {func(o *Options) { o.URL = "https://me:hunter2@api test" }, "cannot be parsed"},
		"space around":      {func(o *Options) { o.URL = " https://api.test" }, "cannot be parsed"},
		"no key":            {func(o *Options) { o.APIKey = "" }, "key is empty"},
		"key with break":    {func(o *Options) { o.APIKey = testKey + "\n" }, "line breaks"},
		"key not ASCII":     {func(o *Options) { o.APIKey = "räff" }, "other characters"},
		"agent break":       {func(o *Options) { o.UserAgent = "a\r\nX: y" }, "user agent"},
		"negative rate":     {func(o *Options) { o.RequestsPerSecond = -1 }, "requests per second"},
		"infinite rate":     {func(o *Options) { o.RequestsPerSecond = math.Inf(1) }, "requests per second"},
		"no number":         {func(o *Options) { o.RequestsPerSecond = math.NaN() }, "requests per second"},
		"negative burst":    {func(o *Options) { o.Burst = -1 }, "burst"},
		"negative retry":    {func(o *Options) { o.MaxRetries = -1 }, "retries"},
		"negative patience": {func(o *Options) { o.RequestTimeout = -time.Second }, "timeout"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := good
			test.edit(&options)
			_, err := New(options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error about %q", err, test.want)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), testKey)) {
				t.Errorf("%q contains a secret", err)
			}
		})
	}
	if _, err := New(good); err != nil {
		t.Errorf("good options: %v", err)
	}
}

func TestURLPrefixAndSlashes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ suffix, want string }{
		{"", "/api/v1/vms/" + testID},
		{"/", "/api/v1/vms/" + testID},
		{"/raff", "/raff/api/v1/vms/" + testID},
		{"/raff//", "/raff/api/v1/vms/" + testID},
	} {
		handler := answering(reply(200, vmJSON))
		c, _ := serve(t, handler.ServeHTTP, func(o *Options) { o.URL += test.suffix })
		if _, err := c.GetVM(t.Context(), testID); err != nil {
			t.Fatal(err)
		}
		if got := handler.seen()[0].uri; got != test.want {
			t.Errorf("with %q: got %s, want %s", test.suffix, got, test.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, vmJSON))
	c, _ := serve(t, handler.ServeHTTP, func(o *Options) { o.UserAgent = "agent/1.0" })
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{Name: "web"}); err != nil {
		t.Fatal(err)
	}
	get, post := handler.seen()[0].header, handler.seen()[1].header
	for _, header := range []http.Header{get, post} {
		for name, want := range map[string]string{
			"X-Api-Key": testKey, "User-Agent": "agent/1.0", "Accept": "application/json",
		} {
			if got := header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	// `X-Request-ID` is not documented: send one, log what comes back.
	if get.Get("X-Request-ID") == "" || get.Get("X-Request-ID") == post.Get("X-Request-ID") {
		t.Errorf("request ids %q and %q are not distinct", get.Get("X-Request-ID"), post.Get("X-Request-ID"))
	}
	if got := get.Get("Content-Type"); got != "" {
		t.Errorf("a request without body has the content type %q", got)
	}
	if got := post.Get("Content-Type"); got != "application/json" {
		t.Errorf("a request with a body has the content type %q", got)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, vmJSON))
	c, _ := serve(t, handler.ServeHTTP, func(o *Options) { o.HTTPClient, o.Clock = new(http.Client), nil })
	if c.timeout != defaultRequestTimeout || c.clock == nil {
		t.Errorf("got %s and %v", c.timeout, c.clock)
	}
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if got := handler.seen()[0].header.Get("User-Agent"); got != defaultUserAgent {
		t.Errorf("got %q, want %q", got, defaultUserAgent)
	}
}

func TestProjectHeader(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, `{"success":true,"data":[],"total":0}`))
	c, _ := serve(t, handler.ServeHTTP)
	list := func(r Reader) {
		t.Helper()
		if _, err := Collect(r.ListVMs(t.Context(), VMFilter{})); err != nil {
			t.Fatal(err)
		}
	}
	list(c.Reader)
	list(c.ReaderIn(""))
	list(c.Project("prj_one").Reader)
	list(c.ReaderIn("prj_two"))
	list(c.Reader) // a scoped client leaves no trace in the one it came from
	for i, want := range []string{"", "", "prj_one", "prj_two", ""} {
		got := handler.seen()[i].header.Values("X-Project-ID")
		if want == "" && len(got) == 0 || len(got) == 1 && got[0] == want {
			continue
		}
		t.Errorf("request %d: got %q, want %q", i, got, want)
	}
	if got := c.Project("prj_one").ProjectID(); got != "prj_one" {
		t.Errorf("ProjectID is %q", got)
	}
}

func TestProjectWithoutIDIsRefused(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, vmJSON))
	c, _ := serve(t, handler.ServeHTTP)
	for _, id := range []string{"", " ", "a\r\nX-Evil: yes", "ü"} {
		_, err := Collect(c.Project(id).ListVMs(t.Context(), VMFilter{}))
		if e := wantError(t, err); !strings.Contains(e.Message, "not a valid project id") || e.Ambiguous {
			t.Errorf("%q: got %v", id, e)
		}
	}
	if n := len(handler.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestIdentifiersStayInTheirSegment(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, okJSON))
	c, _ := serve(t, handler.ServeHTTP)
	s := c.Project(testProject)
	for _, id := range []string{"", ".", ".."} {
		// Sent as it is, an empty id would reach the list.
		if e := wantError(t, s.DeleteVM(t.Context(), id, DeleteVMRequest{})); !strings.Contains(e.Message, "identifier") {
			t.Errorf("%q: got %v", id, e)
		}
	}
	if e := wantError(t, s.DeleteVolume(t.Context(), 0)); !strings.Contains(e.Message, "identifier") {
		t.Errorf("volume 0: got %v", e)
	}
	if n := len(handler.seen()); n != 0 {
		t.Fatalf("%d requests were sent", n)
	}
	for id, want := range map[string]string{
		"a/b": "a%2Fb", "a?b": "a%3Fb", "../x": "..%2Fx", "a b": "a%20b", "50%": "50%25", "ü": "%C3%BC",
	} {
		if err := s.DeleteVM(t.Context(), id, DeleteVMRequest{}); err != nil {
			t.Fatal(err)
		}
		seen := handler.seen()
		if got := seen[len(seen)-1].uri; got != "/api/v1/vms/"+want {
			t.Errorf("%q: got %s, want …/%s", id, got, want)
		}
	}
}

func TestRedirectToAnotherHostIsRefused(t *testing.T) {
	t.Parallel()
	elsewhere := answering(reply(200, vmJSON))
	other := httptest.NewServer(elsewhere)
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		home := answering(reply(status, "", "Location: "+other.URL+"/steal?secret=1"))
		c, _ := serve(t, home.ServeHTTP)
		_, err := c.GetVM(t.Context(), testID)
		e := wantError(t, err)
		if e.Status != status || !strings.Contains(e.Message, other.URL) || strings.Contains(e.Message, "steal") {
			t.Errorf("%d: got %v", status, e)
		}
		_, err = c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{})
		if e := wantError(t, err); e.Status != status || e.Ambiguous {
			t.Errorf("%d: got %v", status, e)
		}
		if n := len(home.seen()); n != 2 {
			t.Errorf("%d: %d requests, want 2: a redirect is not retried", status, n)
		}
	}
	if seen := elsewhere.seen(); len(seen) != 0 {
		t.Errorf("the other host was asked: %v", seen)
	}
}

func TestRedirectWithinTheHost(t *testing.T) {
	t.Parallel()
	newServer := func(status int) *recorder {
		return answering(reply(status, "", "Location: /moved"), reply(200, vmJSON))
	}
	t.Run("GET is followed", func(t *testing.T) {
		t.Parallel()
		handler := newServer(302)
		c, _ := serve(t, handler.ServeHTTP)
		if _, err := c.GetVM(t.Context(), testID); err != nil {
			t.Fatal(err)
		}
		if got := handler.seen()[1]; got.uri != "/moved" || got.header.Get("X-API-Key") != testKey {
			t.Errorf("got %v", got)
		}
	})
	t.Run("POST is followed as POST with its body", func(t *testing.T) {
		t.Parallel()
		handler := newServer(307)
		c, _ := serve(t, handler.ServeHTTP)
		if _, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{Name: "web"}); err != nil {
			t.Fatal(err)
		}
		first, second := handler.seen()[0], handler.seen()[1]
		if second.method != http.MethodPost || second.body != first.body || second.body == "" {
			t.Errorf("got %v", second)
		}
	})
	t.Run("POST does not become GET", func(t *testing.T) {
		t.Parallel()
		handler := newServer(302)
		c, _ := serve(t, handler.ServeHTTP)
		_, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{Name: "web"})
		if e := wantError(t, err); e.Status != 302 {
			t.Errorf("got %v", e)
		}
	})
	t.Run("a circle ends", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(302, "", "Location: /round"))
		c, _ := serve(t, handler.ServeHTTP)
		_, err := c.GetVM(t.Context(), testID)
		if e := wantError(t, err); e.Status != 302 {
			t.Errorf("got %v", e)
		}
		if n := len(handler.seen()); n != maxRedirects+1 {
			t.Errorf("%d requests, want %d", n, maxRedirects+1)
		}
	})
	t.Run("without location", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(304, ""))
		c, _ := serve(t, handler.ServeHTTP)
		_, err := c.GetVM(t.Context(), testID)
		if e := wantError(t, err); e.Status != 304 || !strings.Contains(e.Message, "nowhere") {
			t.Errorf("got %v", e)
		}
	})
}

func TestUnencodableRequest(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, okJSON)
	err := nothing(t.Context(), c.Reader, request{method: http.MethodPost, path: v1("x"), body: math.Inf(1)})
	if e := wantError(t, err); !strings.Contains(e.Message, "cannot be encoded") || e.Ambiguous {
		t.Errorf("got %v", e)
	}
	err = nothing(t.Context(), c.Reader, request{method: "BAD METHOD", path: v1("x"), query: url.Values{}})
	if e := wantError(t, err); e.Ambiguous || errors.Is(e, ErrBadRequest) {
		t.Errorf("got %v", e)
	}
}
