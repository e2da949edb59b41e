package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	apiKeyHeader    = "X-API-Key"
	requestIDHeader = "X-Request-ID"

	maxAnswerSize = 32 << 20 // bytes; a page of 100 objects is far below 1 MiB
	maxRedirects  = 5
	maxRequestID  = 128 // characters that are taken over from the server
)

// exchange is one call with all its attempts. It is the http.RoundTripper of its own HTTP client, so that every
// attempt and every redirect takes a token, is logged, and has its answer read to the end.
type exchange struct {
	*core
	request
	scope     scope
	target    string // path, escaped, without host and query
	encoded   []byte // the body, as JSON
	requestID string
	redactor  *redactor

	attempt      int           // counts from 1
	failures     int           // attempts that were not served
	refusals     int           // attempts over the rate limit
	patientSince time.Time     // when the first of these was
	sent         atomic.Bool   // the last attempt had a connection, so the server may have seen it
	delay        time.Duration // before the next attempt
	failure      string        // why there is a next attempt

	received []byte // the body of the last answer
}

// newExchange prepares a call. It fails where the request cannot be made as meant, before anything is sent.
func newExchange(r Reader, req request) (*exchange, error) {
	x := &exchange{
		core: r.core, request: req, scope: r.scope,
		requestID: rand.Text(),
		redactor:  newRedactor(r.apiKey, nil),
	}
	for _, segment := range req.path {
		x.target += "/" + url.PathEscape(segment)
		if segment == "" || segment == "." || segment == ".." {
			// The request would reach another object than meant, or a whole list.
			return nil, x.newError(fmt.Errorf("%q is not a valid identifier", segment))
		}
	}
	if !x.scope.valid() {
		return nil, x.newError(fmt.Errorf("%q is not a valid project id", x.scope.project))
	}
	if req.body != nil {
		encoded, err := json.Marshal(req.body)
		if err != nil {
			return nil, x.newError(fmt.Errorf("the request cannot be encoded: %w", err))
		}
		x.encoded = encoded
		x.redactor = newRedactor(x.apiKey, encoded)
	}
	return x, nil
}

// run sends the request until there is an answer that counts, and decodes it.
func (x *exchange) run(ctx context.Context, out answer) error {
	req, err := x.httpRequest(ctx)
	if err != nil {
		return x.newError(err)
	}
	sender := &retryablehttp.Client{
		HTTPClient:     &http.Client{Transport: x, CheckRedirect: stayOnOrigin, Jar: x.jar},
		RetryMax:       math.MaxInt, // checkRetry counts
		RequestLogHook: func(_ retryablehttp.Logger, _ *http.Request, retry int) { x.attempt = retry + 1 },
		CheckRetry:     x.checkRetry,
		// The library waits on a timer of its own. It is told not to, and the wait happens on our clock instead.
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 },
		PrepareRetry: x.waitForRetry,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := sender.Do(req)
	if err != nil {
		return x.unanswered(err)
	}
	defer resp.Body.Close()
	return x.decode(resp, x.received, out)
}

func (x *exchange) httpRequest(ctx context.Context) (*retryablehttp.Request, error) {
	target := x.url + x.target
	if len(x.query) > 0 {
		target += "?" + x.query.Encode()
	}
	var body any
	if x.encoded != nil {
		body = x.encoded
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, x.method, target, body)
	if err != nil {
		return nil, err
	}
	if x.apiKey != "" {
		req.Header.Set(apiKeyHeader, x.apiKey)
	}
	req.Header.Set("User-Agent", x.userAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set(requestIDHeader, x.requestID)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	x.scope.apply(req.Header)
	return req, nil
}

// RoundTrip makes one attempt. The answer's body is read here, so that one that breaks off counts as a failed attempt.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	x.sent.Store(false)
	ticket, err := x.limiter.wait(req.Context())
	if err != nil {
		closeBody(req)
		return nil, err
	}
	ctx, cancel := x.attemptContext(req.Context())
	defer cancel()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.sent.Store(true) },
	})
	start := x.clock.Now()
	x.logRequest(req)
	resp, err := x.transport.RoundTrip(req.WithContext(traced))
	if err == nil {
		x.received, err = readAnswer(resp)
	}
	if err != nil {
		x.limiter.lost()
		if attemptTimedOut(ctx, req.Context()) {
			err = fmt.Errorf("no complete answer within %s", x.timeout)
		}
		x.logFailure(req.Context(), err, x.clock.Now().Sub(start))
		return nil, err
	}
	resp.Body = http.NoBody
	x.observe(req.Context(), resp, ticket)
	x.logResponse(req.Context(), resp, x.received, x.clock.Now().Sub(start))
	return resp, nil
}

// attemptContext returns the context of an attempt. A change that was sent is not aborted by an interrupt, which would leave
// open whether it is carried out, and when: a VM that is started again might stop after that. Deadlines hold.
func (x *exchange) attemptContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if x.method == http.MethodGet || x.method == http.MethodHead {
		return context.WithTimeout(ctx, x.timeout)
	}
	end := time.Now().Add(x.timeout)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return context.WithDeadline(context.WithoutCancel(ctx), end)
}

// attemptTimedOut tells whether an attempt ended because it took too long, and not with the call.
func attemptTimedOut(attempt, call context.Context) bool {
	if !errors.Is(attempt.Err(), context.DeadlineExceeded) {
		return false
	}
	deadline, ok := call.Deadline()
	return !ok || time.Now().Before(deadline)
}

// observe takes over what the answer says about limits and about the request's id.
func (x *exchange) observe(ctx context.Context, resp *http.Response, ticket ticket) {
	// Ours, which most answers repeat, has nothing to mask.
	if id := resp.Header.Get(requestIDHeader); id != x.requestID && isToken(id) && len(id) <= maxRequestID {
		x.requestID = x.redactor.text(id)
	}
	x.serverClock.follow(resp.Header, x.clock.Now())
	refused := resp.StatusCode == http.StatusTooManyRequests
	x.logNotice(ctx, x.limiter.answered(ticket, resp.Header, refused))
	if refused {
		pause, ok := retryAfter(resp.Header, x.clock.Now())
		if !ok {
			pause = defaultPause
		}
		x.logNotice(ctx, x.limiter.pause(min(pause, maxRetryAfter)))
	}
}

var errAnswerTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswerSize>>20)

func readAnswer(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer broke off: %w", err)
	case len(body) > maxAnswerSize:
		return nil, errAnswerTooLarge
	}
	return body, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// stayOnOrigin follows redirects only within scheme, host and port, since headers of our own, the key among them,
// go along, and only where the method stays, since a POST that turns into a GET does not do what was asked.
// Anything else is left as it is and ends as an error with the status of the redirect.
func stayOnOrigin(req *http.Request, via []*http.Request) error {
	first := via[0]
	if req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host ||
		req.Method != first.Method || len(via) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// decode turns the final answer into out or into an *Error.
func (x *exchange) decode(resp *http.Response, body []byte, out answer) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return x.refused(resp, body)
	}
	if _, wantsNothing := out.(*envelope); wantsNothing && resp.StatusCode == http.StatusNoContent {
		return nil
	}
	unmarshalErr := unmarshal(body, out)
	if s := out.status(); s.Success != nil && !*s.Success {
		return x.refusal(resp, errorBody{Code: s.Code, Message: s.Message, Reason: s.Reason})
	}
	if unmarshalErr != nil {
		return x.unusable(resp, fmt.Errorf("the answer cannot be understood: %w: %s", unmarshalErr, x.redactor.excerpt(body)))
	}
	if err := out.incomplete(); err != nil {
		return x.unusable(resp, err)
	}
	return nil
}

// refused returns the error of an answer with any status but 2xx.
func (x *exchange) refused(resp *http.Response, body []byte) *Error {
	if resp.StatusCode >= 300 && resp.StatusCode <= 399 {
		e := x.refusal(resp, errorBody{Message: looseText(redirectMessage(resp))})
		e.Foreign = true
		return e
	}
	parsed, own := parseErrorBody(body)
	if parsed == (errorBody{}) {
		parsed.Message = looseText(x.redactor.excerpt(body))
	}
	e := x.refusal(resp, parsed)
	e.Foreign = !own
	e.Ambiguous = !idempotent(x.method) && mayHaveActed(resp.StatusCode)
	return e
}

// redirectMessage names where the redirect leads without its path and query, which may hold anything.
func redirectMessage(resp *http.Response) string {
	target := "nowhere"
	if location, err := resp.Location(); err == nil {
		target = location.Scheme + "://" + location.Host
	}
	return fmt.Sprintf(
		"the redirect to %s is not followed, so that the API key is sent nowhere else; check the API URL", target)
}

func (x *exchange) refusal(resp *http.Response, body errorBody) *Error {
	e := x.newError(nil)
	e.Status = resp.StatusCode
	e.Code = x.redactor.message(string(body.Code))
	e.Message = x.redactor.message(string(body.Message))
	e.Reason = x.redactor.message(string(body.Reason))
	return e
}

// unusable returns the error of an answer that says success and cannot be used: something may have been done.
func (x *exchange) unusable(resp *http.Response, cause error) *Error {
	e := x.newError(cause)
	e.Status = resp.StatusCode
	e.Ambiguous = !idempotent(x.method)
	return e
}

// unanswered returns the error of a request without any complete answer.
func (x *exchange) unanswered(err error) *Error {
	var transportErr *url.Error
	if errors.As(err, &transportErr) {
		err = transportErr.Err // without the method and URL, which are in Error already
	}
	e := x.newError(err)
	e.Ambiguous = !idempotent(x.method) && x.sent.Load()
	return e
}

func (x *exchange) newError(cause error) *Error {
	e := &Error{Method: x.method, Path: x.target, Project: oneLine(x.scope.project), RequestID: x.requestID, Err: cause}
	if cause != nil {
		e.Message = x.redactor.message(cause.Error())
	}
	return e
}

// idempotent reports whether a method may be repeated without knowing what became of the first time. The API has no
// idempotency keys, so POST and PATCH are not.
func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// statusClientClosed is what nginx logs, and some gateways answer, when the caller seemed to have gone: 499.
const statusClientClosed = 499

// mayHaveActed reports whether the request may have been carried out in spite of an error status.
func mayHaveActed(status int) bool {
	return status >= 500 && status != http.StatusNotImplemented ||
		status == http.StatusRequestTimeout || status == statusClientClosed
}
