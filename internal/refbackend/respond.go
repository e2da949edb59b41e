package refbackend

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// apiError is an answer that is not a success.
type apiError struct {
	status  int
	message string
	reason  string // of a billing refusal
	header  http.Header
	title   string // "error" of the body; the status text when empty
}

// Error implements error.
func (e *apiError) Error() string { return fmt.Sprintf("%d: %s", e.status, e.message) }

func refuse(status int, format string, args ...any) *apiError {
	return &apiError{status: status, message: fmt.Sprintf(format, args...)}
}

// badRequest is a 400; its message starts with the name of the field at fault.
func badRequest(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, format, args...)
}

func unauthorized(format string, args ...any) *apiError {
	return refuse(http.StatusUnauthorized, format, args...)
}

func forbidden(format string, args ...any) *apiError {
	return refuse(http.StatusForbidden, format, args...)
}

func notFound(format string, args ...any) *apiError {
	return refuse(http.StatusNotFound, format, args...)
}

// conflict is a 409: the request is well formed but does not fit the state of things.
func conflict(format string, args ...any) *apiError {
	return refuse(http.StatusConflict, format, args...)
}

// Bodies of the common answers. An operation whose answer looks different has a type of its own.
type (
	dataBody struct {
		Success bool `json:"success"`
		Data    any  `json:"data"`
	}
	pageBody struct {
		Success bool `json:"success"`
		Data    any  `json:"data"`
		Total   int  `json:"total"`
	}
	doneBody struct {
		Success bool   `json:"success"`
		Message string `json:"message"`
	}
	errorBody struct {
		Error   string `json:"error"`
		Message string `json:"message"`
		Reason  string `json:"reason,omitempty"`
	}
)

// data wraps one object.
func data(object any) any { return dataBody{Success: true, Data: object} }

// done is the answer of a change that returns no object.
func done(format string, args ...any) any {
	return doneBody{Success: true, Message: fmt.Sprintf(format, args...)}
}

// reply is an answer ready to be sent.
type reply struct {
	status int
	header http.Header
	body   []byte
	sever  sever
}

// sever says where a fault cuts the connection.
type sever int

const (
	whole    sever = iota
	midway         // after half of the body
	unspoken       // before the first byte
)

// newReply turns what a handler returned into an answer.
func newReply(c *call, body any, err error) reply {
	r := reply{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}}
	if c.op != nil && c.op.status != 0 {
		r.status = c.op.status
	}
	for name, values := range c.header {
		r.header[name] = values
	}
	if err != nil {
		refused := asAPIError(err)
		r.status = refused.status
		for name, values := range refused.header {
			r.header[name] = values
		}
		body = refused.body()
	}
	r.body = encode(body)
	return r
}

// asAPIError makes an answer of any error: a handler returns only API errors and what is wrong with the body, so that
// others are the server's fault.
func asAPIError(err error) *apiError {
	if refused := (*apiError)(nil); errors.As(err, &refused) {
		return refused
	}
	if wrong := (*input.Error)(nil); errors.As(err, &wrong) {
		return badRequest("%v", wrong)
	}
	return refuse(http.StatusInternalServerError, "%v", err)
}

func (e *apiError) body() errorBody {
	title := e.title
	if title == "" {
		title = statusText(e.status)
	}
	return errorBody{Error: title, Message: e.message, Reason: e.reason}
}

// statusClientClosedRequest is what proxies log, and some answer, when the client has gone.
const statusClientClosedRequest = 499

// statusText names a status, also where HTTP has no name for it.
func statusText(status int) string {
	if status == statusClientClosedRequest {
		return "Client Closed Request"
	}
	return http.StatusText(status)
}

// encode writes a body of this package's own types, which always can be.
func encode(body any) []byte {
	out, err := json.Marshal(body)
	if err != nil {
		out, _ = json.Marshal(errorBody{Error: http.StatusText(http.StatusInternalServerError), Message: err.Error()})
	}
	return append(out, '\n')
}

// send writes an answer, or as much of it as a fault lets through.
func (r reply) send(w http.ResponseWriter) {
	if r.sever == unspoken {
		abort()
	}
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(r.body)))
	w.WriteHeader(r.status)
	if r.sever == midway {
		_, _ = w.Write(r.body[:len(r.body)/2])
		_ = http.NewResponseController(w).Flush()
		abort()
	}
	_, _ = w.Write(r.body)
}

// abort drops the connection, in the way that net/http provides for handlers.
func abort() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // caught by the server, which then closes the connection
}
