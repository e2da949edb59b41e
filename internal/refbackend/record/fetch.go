package record

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

const (
	// firstRate is how many requests a second are sent until the API says what its limit is.
	firstRate = 10
	// share is the part of the limit that is used: others work with the account too.
	share = 0.5
	// scarce is the part of the limit below which one request a second has to do.
	scarce = 0.1

	requestTimeout = time.Minute
	retries        = 5
	maxAnswer      = 32 << 20
	maxMessage     = 300
)

// reader sends GET requests to one API, no faster than it allows.
type reader struct {
	base  *url.URL
	key   string
	agent string
	http  *retryablehttp.Client
	pace  *rate.Limiter
}

// answer is what came back.
type answer struct {
	status int
	value  any    // nil where the body is no JSON
	broken string // why it is not
}

// newReader returns a reader of the API at an address. It must be one that keeps the key to itself: over HTTPS, or on
// this machine.
func newReader(upstream, key, agent string) (*reader, error) {
	base, err := url.Parse(upstream)
	switch {
	case err != nil, base.Host == "", base.Scheme != "https" && base.Scheme != "http", base.User != nil, base.RawQuery != "", base.Fragment != "":
		return nil, errors.New("must be an address like https://api.rafftechnologies.com")
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return nil, fmt.Errorf("%s would get the API key over a connection that others can read: use https", base.Host)
	}
	base = base.JoinPath("/")
	client := &http.Client{
		Transport: cleanhttp.DefaultTransport(),
		Timeout:   requestTimeout,
		// The key goes to the host that was named, and to no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &reader{base: base, key: key, agent: agent, pace: rate.NewLimiter(firstRate, 1), http: &retryablehttp.Client{
		HTTPClient: client, RetryWaitMin: time.Second, RetryWaitMax: time.Minute, RetryMax: retries,
		CheckRetry: retryablehttp.DefaultRetryPolicy,
		Backoff:    retryablehttp.DefaultBackoff, // waits as long as Retry-After asks
		// The last answer is an answer, whatever its status.
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}}, nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// get reads a path, with its query. What is temporary is tried again.
func (r *reader) get(ctx context.Context, path string) (answer, error) {
	if err := r.pace.Wait(ctx); err != nil {
		return answer{}, err
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, r.base.String(), nil)
	if err != nil {
		return answer{}, err
	}
	target, err := url.Parse(path)
	if err != nil {
		return answer{}, err
	}
	request.URL = r.base.JoinPath(target.EscapedPath())
	request.URL.RawQuery = target.RawQuery
	if r.key != "" {
		request.Header.Set("X-API-Key", r.key)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", r.agent)
	response, err := r.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	r.slowDown(response.Header)
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, err
	case len(body) > maxAnswer:
		return answer{}, fmt.Errorf("the answer is longer than %d MiB", maxAnswer>>20)
	}
	return readAnswer(response.StatusCode, body), nil
}

// withoutKey reads what everybody may read, at the same pace.
func (r *reader) withoutKey() *reader {
	anybody := *r
	anybody.key = ""
	return &anybody
}

// readAnswer decodes a body, whatever it is.
func readAnswer(status int, body []byte) answer {
	a := answer{status: status}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&a.value); err != nil {
		a.value, a.broken = nil, "no JSON"
		return a
	}
	if decoder.More() {
		a.value, a.broken = nil, "more than one JSON value"
	}
	return a
}

// message is what an error says, or is empty.
func (a answer) message() string {
	body, _ := a.value.(map[string]any)
	text, _ := body["message"].(string)
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}

// slowDown keeps to a share of the limit that an answer tells.
func (r *reader) slowDown(header http.Header) {
	limit, err := strconv.ParseFloat(header.Get("X-RateLimit-Limit"), 64)
	if err != nil || !(limit > 0) {
		return
	}
	left, err := strconv.ParseFloat(header.Get("X-RateLimit-Remaining"), 64)
	if err == nil && left < limit*scarce {
		r.pace.SetLimit(rate.Limit(min(1, limit*share)))
		return
	}
	r.pace.SetLimit(rate.Limit(limit * share))
}
