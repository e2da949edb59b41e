package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// methods are calls of each method, each with an answer that it takes.
var methods = map[string]struct {
	answer string
	call   func(context.Context, *Client) error
}{
	http.MethodGet: {vmJSON, func(ctx context.Context, c *Client) error {
		_, err := c.GetVM(ctx, testID)
		return err
	}},
	http.MethodPost: {vmJSON, func(ctx context.Context, c *Client) error {
		_, err := c.Project(testProject).CreateVM(ctx, CreateVMRequest{Name: "web"})
		return err
	}},
	http.MethodPut: {full(`{"data":{"id":"` + testProject + `"}}`), func(ctx context.Context, c *Client) error {
		_, err := c.UpdateProject(ctx, testProject, UpdateProjectRequest{})
		return err
	}},
	http.MethodPatch: {okJSON, func(ctx context.Context, c *Client) error {
		return c.Project(testProject).RenameVM(ctx, testID, "other")
	}},
	http.MethodDelete: {okJSON, func(ctx context.Context, c *Client) error {
		return c.Project(testProject).DeleteVM(ctx, testID, DeleteVMRequest{})
	}},
}

var (
	allMethods        = []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPost, http.MethodPatch}
	idempotentMethods = allMethods[:3]
)

func TestRetriesByMethod(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failure   func(http.ResponseWriter)
		retried   []string // methods that get another attempt
		ambiguous bool     // for the other methods
		is        error    // of the failure, when it is the last word
	}{
		"429":                   {failure: reply(429, `{"error":"Rate limit exceeded"}`), retried: allMethods, is: ErrRateLimited},
		"502":                   {failure: reply(502, ``), retried: idempotentMethods, ambiguous: true},
		"503":                   {failure: reply(503, `{}`), retried: idempotentMethods, ambiguous: true},
		"504":                   {failure: reply(504, `<html>`), retried: idempotentMethods, ambiguous: true},
		"500":                   {failure: reply(500, `{"error":"oops"}`), ambiguous: true},
		"501":                   {failure: reply(501, ``)},
		"400":                   {failure: reply(400, `{}`), is: ErrBadRequest},
		"401":                   {failure: reply(401, `{}`), is: ErrUnauthorized},
		"402":                   {failure: reply(402, `{}`), is: ErrPaymentRequired},
		"403":                   {failure: reply(403, `{}`), is: ErrForbidden},
		"404":                   {failure: reply(404, `{"error":"Not Found","message":"no such object"}`), is: ErrNotFound},
		"404 of a gateway":      {failure: reply(404, `{"message":"no route matched"}`), is: ErrForeign},
		"404 of an ingress":     {failure: reply(404, "404 page not found\n"), is: ErrForeign},
		"404 page":              {failure: reply(404, `<html><title>404</title></html>`), is: ErrForeign},
		"408":                   {failure: reply(408, `{"error":"Request Timeout"}`), retried: idempotentMethods, ambiguous: true},
		"499":                   {failure: reply(499, ``), retried: idempotentMethods, ambiguous: true},
		"409":                   {failure: reply(409, `{}`), is: ErrConflict},
		"closed without answer": {failure: hangUp, retried: idempotentMethods, ambiguous: true},
		"answer breaks off":     {failure: breakOff, retried: idempotentMethods, ambiguous: true},
	}
	for name, test := range tests {
		for _, method := range allMethods {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				retried := slices.Contains(test.retried, method)
				requests := 1

				once := answering(test.failure, reply(200, methods[method].answer))
				c, _ := serve(t, once.ServeHTTP)
				err := methods[method].call(t.Context(), c)
				if retried {
					requests = 2
					if err != nil {
						t.Errorf("not retried: %v", err)
					}
				} else {
					checkFailure(t, wantError(t, err), method, test.ambiguous, test.is)
				}
				checkRequests(t, once, requests)

				always := answering(test.failure)
				c, clock := serve(t, always.ServeHTTP)
				e := wantError(t, methods[method].call(t.Context(), c))
				ambiguous := test.ambiguous && !slices.Contains(idempotentMethods, method)
				checkFailure(t, e, method, ambiguous, test.is)
				switch {
				case errors.Is(test.is, ErrRateLimited):
					requests = len(always.seen())
					if waited := clock.Now().Sub(newFakeClock().Now()); waited < 2*time.Minute || waited > 4*time.Minute || requests < 4 {
						t.Errorf("gave up after %s and %d requests", waited, requests)
					}
				case retried:
					requests = 3
				}
				checkRequests(t, always, requests)
				if len(clock.slept()) < requests-1 {
					t.Errorf("slept %v between %d requests", clock.slept(), requests)
				}
			})
		}
	}
}

func checkFailure(t *testing.T, e *Error, method string, ambiguous bool, is error) {
	t.Helper()
	if e.Method != method {
		t.Errorf("method is %s, want %s", e.Method, method)
	}
	if ambiguous = ambiguous && !idempotent(method); errors.Is(e, ErrAmbiguous) != ambiguous {
		t.Errorf("%v: ambiguous is %v, want %v", e, !ambiguous, ambiguous)
	}
	for _, sentinel := range []error{
		ErrBadRequest, ErrUnauthorized, ErrPaymentRequired, ErrForbidden, ErrNotFound, ErrConflict, ErrRateLimited,
	} {
		if got, want := errors.Is(e, sentinel), errors.Is(sentinel, is); got != want {
			t.Errorf("%v: errors.Is(%v) is %v, want %v", e, sentinel, got, want)
		}
	}
}

// checkRequests also checks that each attempt sent the same body and request id.
func checkRequests(t *testing.T, handler *recorder, want int) {
	t.Helper()
	seen := handler.seen()
	if len(seen) != want {
		t.Fatalf("%d requests, want %d", len(seen), want)
	}
	for _, r := range seen {
		if r.body != seen[0].body {
			t.Errorf("the retry has the body %q, the first attempt %q", r.body, seen[0].body)
		}
		if r.header.Get("X-Request-ID") != seen[0].header.Get("X-Request-ID") {
			t.Error("the retry has another request id than the first attempt")
		}
	}
}

func TestRefusedConnectionIsRetriedForEveryMethod(t *testing.T) {
	t.Parallel()
	for _, method := range allMethods {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			address := freeAddress(t)
			handler := answering(reply(200, methods[method].answer))
			clock := newFakeClock()
			var start atomic.Bool
			clock.onSleep = func() { // the server comes up while the client waits
				if start.CompareAndSwap(false, true) {
					listenOn(t, address, handler)
				}
			}
			c := mustNew(t, Options{URL: "http://" + address, APIKey: testKey, MaxRetries: 1, Clock: clock})
			if err := methods[method].call(t.Context(), c); err != nil {
				t.Error(err)
			}
			checkRequests(t, handler, 1)
		})
	}
}

func TestRefusedConnectionIsNotAmbiguous(t *testing.T) {
	t.Parallel()
	clock := newFakeClock()
	c := mustNew(t, Options{URL: "http://" + freeAddress(t), APIKey: testKey, MaxRetries: 3, Clock: clock})
	for _, method := range allMethods {
		e := wantError(t, methods[method].call(t.Context(), c))
		if e.Ambiguous || e.Status != 0 || !strings.Contains(e.Message, "refused") {
			t.Errorf("%s: got %v", method, e)
		}
	}
	if got := len(clock.slept()); got != 3*len(allMethods) {
		t.Errorf("slept %d times, want 3 times for each method", got)
	}
}

// freeAddress returns a loopback address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func listenOn(t *testing.T, address string, handler http.Handler) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // loopback
	if err != nil {
		t.Error(err)
		return
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	server.Start()
	t.Cleanup(server.Close)
}

// A server that accepts and closes at once has sent nothing, but may have read the request for all we know.
func TestConnectionClosedBeforeReading(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	var connections atomic.Int64
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			_ = connection.Close()
		}
	}()
	c := mustNew(t, Options{URL: "http://" + listener.Addr().String(), APIKey: testKey, MaxRetries: 2, Clock: newFakeClock()})
	for method, want := range map[string]int64{http.MethodGet: 3, http.MethodPost: 1} {
		connections.Store(0)
		e := wantError(t, methods[method].call(t.Context(), c))
		if e.Ambiguous != (method == http.MethodPost) {
			t.Errorf("%s: got %v", method, e)
		}
		if got := connections.Load(); got != want {
			t.Errorf("%s: %d connections, want %d", method, got, want)
		}
	}
}

func TestPermanentFailuresAreNotRetried(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(answering(reply(200, vmJSON)))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of the refused handshake
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(answering(reply(200, vmJSON)))
	t.Cleanup(plain.Close)
	tests := map[string]struct{ url, want string }{
		"untrusted certificate": {secure.URL, "certificate"},
		"HTTP behind https://":  {strings.Replace(plain.URL, "http:", "https:", 1), "HTTP response to HTTPS client"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newFakeClock()
			c := mustNew(t, Options{URL: test.url, APIKey: testKey, MaxRetries: 2, Clock: clock})
			_, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{})
			if e := wantError(t, err); !strings.Contains(e.Message, test.want) || e.Ambiguous {
				t.Errorf("got %v", e)
			}
			if len(clock.slept()) != 0 {
				t.Error("was retried")
			}
		})
	}
	t.Run("unknown host", func(t *testing.T) {
		t.Parallel()
		lookup := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.tset", IsNotFound: true}}
		if !permanent(fmt.Errorf("wrapped: %w", lookup)) {
			t.Error("is retried")
		}
		if permanent(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "try again", IsTemporary: true}}) {
			t.Error("a failing resolver is not retried")
		}
	})
	t.Run("too large", func(t *testing.T) {
		t.Parallel()
		var requests atomic.Int64
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			chunk := make([]byte, 1<<20)
			for range maxAnswerSize>>20 + 1 {
				_, _ = w.Write(chunk)
			}
		})
		_, err := c.GetVM(t.Context(), testID)
		if e := wantError(t, err); !strings.Contains(e.Message, "larger than 32 MiB") {
			t.Errorf("got %v", e)
		}
		if requests.Load() != 1 {
			t.Errorf("%d requests, want 1", requests.Load())
		}
	})
}

func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			release := make(chan struct{})
			c, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				select {
				case <-release:
				case <-r.Context().Done():
				}
			}, func(o *Options) { o.RequestTimeout = 50 * time.Millisecond })
			t.Cleanup(func() { close(release) })
			e := wantError(t, methods[method].call(t.Context(), c))
			if !strings.Contains(e.Message, "no complete answer within 50ms") || e.Ambiguous != !idempotent(method) {
				t.Errorf("got %v", e)
			}
			if errors.Is(e, context.DeadlineExceeded) {
				t.Error("looks like the end of the caller's context")
			}
			want := int64(1)
			if idempotent(method) {
				want = 3
			}
			if requests.Load() != want {
				t.Errorf("%d requests, want %d", requests.Load(), want)
			}
		})
	}
}

func TestEndOfContext(t *testing.T) {
	t.Parallel()
	t.Run("before sending", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(200, vmJSON))
		c, _ := serve(t, handler.ServeHTTP)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Project(testProject).CreateVM(ctx, CreateVMRequest{})
		if e := wantError(t, err); !errors.Is(e, context.Canceled) || e.Ambiguous {
			t.Errorf("got %v", e)
		}
		checkRequests(t, handler, 0)
	})
	t.Run("while the server works", func(t *testing.T) {
		t.Parallel()
		for _, method := range allMethods {
			ctx, cancel := context.WithCancel(t.Context())
			var requests atomic.Int64
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				requests.Add(1)
				cancel()
				if method == http.MethodGet {
					<-r.Context().Done()
					return
				}
				time.Sleep(20 * time.Millisecond)
				reply(200, methods[method].answer)(w)
			})
			err := methods[method].call(ctx, c)
			switch {
			case method != http.MethodGet: // what has begun is seen to its end
				if err != nil {
					t.Errorf("%s: got %v", method, err)
				}
			case !errors.Is(err, context.Canceled):
				t.Errorf("%s: got %v", method, err)
			}
			if requests.Load() != 1 {
				t.Errorf("%s: %d requests, want 1", method, requests.Load())
			}
		}
	})
	t.Run("the deadline passes while the server works", func(t *testing.T) {
		t.Parallel()
		for _, method := range allMethods {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			c, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
			e := wantError(t, methods[method].call(ctx, c))
			cancel()
			if !errors.Is(e, context.DeadlineExceeded) || e.Ambiguous != !idempotent(method) {
				t.Errorf("%s: got %v", method, e)
			}
		}
	})
	t.Run("while waiting to retry", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		handler := answering(reply(429, `{}`))
		c, clock := serve(t, handler.ServeHTTP)
		clock.onSleep = cancel
		_, err := c.Project(testProject).CreateVM(ctx, CreateVMRequest{})
		e := wantError(t, err)
		if !errors.Is(e, context.Canceled) || e.Ambiguous || !strings.Contains(e.Message, "429 Too Many Requests") {
			t.Errorf("got %v", e)
		}
		checkRequests(t, handler, 1)
	})
	t.Run("a good answer counts even then", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		transport := roundTripFunc(func(req *http.Request) (*http.Response, error) {
			cancel()
			return &http.Response{StatusCode: 201, Body: io.NopCloser(strings.NewReader(vmJSON)), Request: req}, nil
		})
		c := mustNew(t, Options{
			URL: "http://api.test", APIKey: testKey, Clock: newFakeClock(), HTTPClient: &http.Client{Transport: transport},
		})
		vm, err := c.Project(testProject).CreateVM(ctx, CreateVMRequest{})
		if err != nil || vm.ID != testID {
			t.Errorf("got %v, %v", vm, err)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	date := func(after time.Duration) string {
		return newFakeClock().Now().Add(after).Format(http.TimeFormat)
	}
	tests := map[string]struct {
		status   int
		header   string
		min, max time.Duration // of the pause before the second attempt
	}{
		"429 seconds":      {429, "7", 7 * time.Second, 8 * time.Second},
		"503 seconds":      {503, "7", 7 * time.Second, 8 * time.Second},
		"429 date":         {429, date(9 * time.Second), 9 * time.Second, 10 * time.Second},
		"429 past date":    {429, date(-time.Hour), 250 * time.Millisecond, time.Second},
		"429 zero":         {429, "0", 250 * time.Millisecond, time.Second},
		"429 garbage":      {429, "soon", 250 * time.Millisecond, 1100 * time.Millisecond},
		"429 negative":     {429, "-5", 250 * time.Millisecond, 1100 * time.Millisecond},
		"503 none":         {503, "", 250 * time.Millisecond, 500 * time.Millisecond},
		"429 longest wait": {429, "120", 2 * time.Minute, 2*time.Minute + time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := answering(reply(test.status, `{}`, "Retry-After: "+test.header), reply(200, vmJSON))
			c, clock := serve(t, handler.ServeHTTP)
			start := clock.Now()
			if _, err := c.GetVM(t.Context(), testID); err != nil {
				t.Fatal(err)
			}
			if waited := clock.Now().Sub(start); waited < test.min || waited > test.max {
				t.Errorf("waited %s, want %s to %s", waited, test.min, test.max)
			}
		})
	}
	t.Run("too long to wait", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(429, `{"message":"come back tomorrow"}`, "Retry-After: 86400"))
		c, clock := serve(t, handler.ServeHTTP)
		_, err := c.GetVM(t.Context(), testID)
		if e := wantError(t, err); !errors.Is(e, ErrRateLimited) || e.Message != "come back tomorrow" {
			t.Errorf("got %v", e)
		}
		if checkRequests(t, handler, 1); len(clock.slept()) != 0 {
			t.Errorf("slept %v", clock.slept())
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		attempt  int
		after    time.Duration
		min, max time.Duration
	}{
		{1, 0, 250 * time.Millisecond, 500 * time.Millisecond},
		{2, 0, 500 * time.Millisecond, time.Second},
		{3, 0, time.Second, 2 * time.Second},
		{7, 0, 15 * time.Second, 30 * time.Second},
		{1000, 0, 15 * time.Second, 30 * time.Second},
		{1, time.Second, time.Second, 1500 * time.Millisecond},
		{0, 0, 250 * time.Millisecond, 500 * time.Millisecond},
	}
	for _, test := range tests {
		if got := backoff(test.attempt, test.after, 0); got != test.min {
			t.Errorf("attempt %d: least is %s, want %s", test.attempt, got, test.min)
		}
		if got := backoff(test.attempt, test.after, 1); got != test.max {
			t.Errorf("attempt %d: most is %s, want %s", test.attempt, got, test.max)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
		ok    bool
	}{
		{"", 0, false},
		{"1", time.Second, true},
		{" 1 ", time.Second, true},
		{"0", 0, true},
		{"-1", 0, false},
		{"1.5", 0, false},
		{"18446744073709551615", 24 * time.Hour, true},
		{"99999999999999999999", 0, false},
		{"Fri, 02 Jan 2026 03:04:15 GMT", 10 * time.Second, true},
		{"Friday, 02-Jan-26 03:04:15 GMT", 10 * time.Second, true},
		{"Fri Jan  2 03:04:15 2026", 10 * time.Second, true},
		{"Fri, 02 Jan 2026 03:04:00 GMT", 0, true},
		{"tomorrow", 0, false},
	}
	for _, test := range tests {
		got, ok := retryAfter(http.Header{"Retry-After": {test.value}}, now)
		if got != test.want || ok != test.ok {
			t.Errorf("%q: got %s, %v, want %s, %v", test.value, got, ok, test.want, test.ok)
		}
	}
}
