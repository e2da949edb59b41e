package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// What errors.Is asks of an *[Error]: all but the last two by its status.
var (
	ErrBadRequest      = errors.New("bad request")          // 400
	ErrUnauthorized    = errors.New("unauthorized")         // 401: missing, unknown, revoked or expired key
	ErrPaymentRequired = errors.New("insufficient balance") // 402
	ErrForbidden       = errors.New("forbidden")            // 403: permission, unreachable project or billing
	ErrNotFound        = errors.New("not found")            // 404 in the API's own words: absent, or out of the key's reach
	ErrConflict        = errors.New("conflict")             // 409
	ErrRateLimited     = errors.New("rate limit exceeded")  // 429, after all retries
	ErrAmbiguous       = errors.New("outcome is not known") // a POST or PATCH that may or may not have been carried out
	ErrForeign         = errors.New("not the Raff API")     // an answer of a gateway, a proxy or another service
)

var statusErrors = map[error]int{
	ErrBadRequest:      http.StatusBadRequest,
	ErrUnauthorized:    http.StatusUnauthorized,
	ErrPaymentRequired: http.StatusPaymentRequired,
	ErrForbidden:       http.StatusForbidden,
	ErrConflict:        http.StatusConflict,
	ErrRateLimited:     http.StatusTooManyRequests,
}

// Error is a request that failed: refused by the API, answered with something that is not an answer, or never
// answered. It contains no secret.
type Error struct {
	Method    string // of the request
	Path      string // of the request, without host and query
	Status    int    // of the answer; 0 when there was none
	Code      string // the body's "error", often the name of the status
	Message   string // the body's "message", or what went wrong without one
	Reason    string // the body's "reason", on billing errors: banned, failed, no_billing_customer
	Project   string // what X-Project-ID named; empty without that header
	RequestID string // the server's X-Request-ID, or ours when it sent none

	// Ambiguous: the request was not idempotent, was sent, and may or may not have been carried out.
	// errors.Is(err, ErrAmbiguous) reports it.
	Ambiguous bool
	// Foreign: the answer does not look like one of the API, so that its status says nothing about any object.
	// errors.Is(err, ErrForeign) reports it.
	Foreign bool
	// Err is the cause when there was no usable answer, such as a network error or the context's.
	Err error
}

// Error returns one line with everything that is known.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", e.Method, e.Path)
	b.WriteString(strings.Join(e.details(), ": "))
	if e.Reason != "" {
		fmt.Fprintf(&b, " (reason: %s)", e.Reason)
	}
	if e.Ambiguous {
		b.WriteString("; the request may or may not have been carried out")
	}
	var origin []string
	if e.Project != "" {
		origin = append(origin, "project "+e.Project)
	}
	if e.RequestID != "" {
		origin = append(origin, "request "+e.RequestID)
	}
	if len(origin) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(origin, ", "))
	}
	return b.String()
}

func (e *Error) details() []string {
	var details []string
	text := http.StatusText(e.Status)
	if e.Status != 0 {
		details = append(details, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, text)))
	}
	if e.Code != "" && !strings.EqualFold(e.Code, text) && e.Code != e.Message {
		details = append(details, e.Code)
	}
	if e.Foreign {
		details = append(details, "the answer does not come from the Raff API")
	}
	if e.Message != "" {
		details = append(details, e.Message)
	}
	if len(details) == 0 && e.Err != nil {
		details = append(details, e.Err.Error())
	}
	return details
}

// Is matches the errors of this package by status, [ErrAmbiguous] and [ErrForeign].
func (e *Error) Is(target error) bool {
	switch target {
	case ErrAmbiguous:
		return e.Ambiguous
	case ErrForeign:
		return e.Foreign
	case ErrNotFound:
		return e.Status == http.StatusNotFound && !e.Foreign
	}
	status, known := statusErrors[target]
	return known && e.Status == status
}

// Unwrap returns the cause, if any.
func (e *Error) Unwrap() error { return e.Err }

// errorBody is what the API sends with an error. Only texts are taken: a gateway may send objects there.
type errorBody struct {
	Code    looseText `json:"error"`
	Message looseText `json:"message"`
	Reason  looseText `json:"reason"`
}

// parseErrorBody reads the body of an answer with an error status. It reports whether that is an error object of the
// API, which always has "error". Gateways answer with pages, or with a message alone.
func parseErrorBody(body []byte) (parsed errorBody, own bool) {
	if err := json.Unmarshal(body, &parsed); err != nil {
		return errorBody{}, false
	}
	return parsed, parsed.Code != ""
}

// looseText takes a JSON string and ignores everything else, so that a surprise in a message does not hide the error.
type looseText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *looseText) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*t = looseText(text)
	}
	return nil
}
