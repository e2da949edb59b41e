package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	minBackoff = 500 * time.Millisecond
	maxBackoff = 30 * time.Second
	// maxRetryAfter is the longest that a server's Retry-After is waited for. The API asks for 1 s; when something in
	// between asks for much more, failing with its answer helps more than a silent wait.
	maxRetryAfter = 2 * time.Minute
	// defaultPause is how long a 429 without Retry-After stops all requests: what the API asks for when it says.
	defaultPause = time.Second
	// patience is how long a request over the rate limit is tried again at least, however often: others may use the same key,
	// and what was refused has not been carried out.
	patience = 2 * time.Minute
)

// checkRetry decides whether the request is sent again. It implements retryablehttp.CheckRetry, and never returns an
// error: the last answer, or what went wrong, is what the caller gets.
func (x *exchange) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	return ctx.Err() == nil && x.worthRetrying(resp, err), nil
}

func (x *exchange) worthRetrying(resp *http.Response, err error) bool {
	if err != nil {
		return x.retryFailure(err)
	}
	return x.retryAnswer(resp)
}

// retryFailure decides after an attempt without an answer.
func (x *exchange) retryFailure(err error) bool {
	if permanent(err) || x.sent.Load() && !idempotent(x.method) {
		return false
	}
	x.failures++
	x.failure = err.Error()
	x.delay = backoff(x.failures, 0, rand.Float64())
	return x.failures <= x.maxRetries
}

// retryAnswer decides after an attempt with an answer.
func (x *exchange) retryAnswer(resp *http.Response) bool {
	after, _ := retryAfter(resp.Header, x.clock.Now())
	if !retryable(x.method, resp.StatusCode) || after > maxRetryAfter {
		return false
	}
	x.failure = fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if resp.StatusCode == http.StatusTooManyRequests {
		return x.retryRefusal(after)
	}
	x.failures++
	x.delay = backoff(x.failures, after, rand.Float64())
	return x.failures <= x.maxRetries
}

// retryRefusal decides after an attempt over the rate limit. Where retries are wanted at all, neither their number ends them
// before their time, nor the other way round.
func (x *exchange) retryRefusal(after time.Duration) bool {
	if x.refusals == 0 {
		x.patientSince = x.clock.Now()
	}
	x.refusals++
	x.delay = backoff(x.refusals, after, rand.Float64())
	return x.maxRetries > 0 && (x.refusals <= x.maxRetries || x.clock.Now().Sub(x.patientSince) < patience)
}

// waitForRetry waits on the client's clock. It implements retryablehttp.PrepareRetry.
func (x *exchange) waitForRetry(req *http.Request) error {
	x.logRetry(req.Context())
	if err := x.clock.Sleep(req.Context(), x.delay); err != nil {
		// There is a next attempt only where the last one cannot have had an unknown effect.
		x.sent.Store(false)
		return fmt.Errorf("gave up waiting to try again after %s: %w", x.failure, err)
	}
	return nil
}

// retryable reports whether an answer is worth another attempt. A request over the rate limit has not been carried
// out, whatever its method; behind a failing gateway that is not known.
func retryable(method string, status int) bool {
	switch status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout, statusClientClosed:
		return idempotent(method)
	}
	return false
}

// permanent reports whether a failure will be the same at the next attempt: configuration, not weather.
func permanent(err error) bool {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	return errors.Is(err, errAnswerTooLarge) ||
		errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, &certificate) ||
		errors.As(err, &dns) && dns.IsNotFound
}

// backoff returns how long to wait after the attempt with the given number, which counts from 1. The wait doubles
// from attempt to attempt; a random part between 0 and 1, taken from the upper half, keeps clients out of step. What
// the server asked for is never undercut.
func backoff(attempt int, after time.Duration, random float64) time.Duration {
	if after > 0 {
		return after + time.Duration(random*float64(minBackoff))
	}
	full := maxBackoff
	if doublings := max(attempt, 1) - 1; doublings < 10 {
		full = min(minBackoff<<doublings, maxBackoff)
	}
	return full/2 + time.Duration(random*float64(full/2))
}

// retryAfter reads Retry-After, in seconds or as a date of HTTP. It reports whether there was a valid one.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		const most = uint64(24 * time.Hour / time.Second) // beyond any wait, and far from overflow
		return time.Duration(min(seconds, most)) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(date.Sub(now), 0), true
}
