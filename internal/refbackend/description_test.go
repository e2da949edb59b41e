package refbackend

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// described is the API description, as a judge of requests and answers.
type described struct {
	operations map[string]*describedOperation // by id
	patterns   map[string]*describedOperation // by method and path
	options    *openapi3filter.Options
}

type describedOperation struct {
	id, method, path string
	*openapi3.Operation
	parameters openapi3.Parameters
	route      *routers.Route
}

// theDescription is read once: it does not change.
var theDescription = sync.OnceValues(func() (*described, error) {
	doc, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		return nil, err
	}
	d := &described{operations: map[string]*describedOperation{}, patterns: map[string]*describedOperation{}, options: strictly()}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			o := &describedOperation{
				id: operation.OperationID, method: method, path: path, Operation: operation,
				parameters: slices.Concat(item.Parameters, operation.Parameters),
				route:      &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: operation},
			}
			d.operations[o.id], d.patterns[method+" "+path] = o, o
		}
	}
	return d, nil
})

func describe(t testing.TB) *described {
	t.Helper()
	d, err := theDescription()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// strictly are the library's options that leave nothing unjudged.
func strictly() *openapi3filter.Options {
	check := func(ok func(string) bool, problem string) openapi3.StringFormatValidator {
		return openapi3.NewCallbackValidator(func(value string) error {
			if !ok(value) {
				return errors.New(problem)
			}
			return nil
		})
	}
	formats := map[string]openapi3.StringFormatValidator{
		"uuid": check(input.IsUUID, "not a UUID"),
		"email": check(func(value string) bool {
			address, err := mail.ParseAddress(value)
			return err == nil && address.Address == value
		}, "not an email address"),
	}
	return &openapi3filter.Options{
		MultiError:                        true,
		IncludeResponseStatus:             true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{
			openapi3.EnableFormatValidation(), openapi3.WithStringFormatValidators(formats), openapi3.DisableSchemaErrorDetails(),
		},
	}
}

// body is the schema of the operation's JSON body; nil when it takes none.
func (o *describedOperation) body() *openapi3.Schema {
	if o.RequestBody == nil {
		return nil
	}
	return o.RequestBody.Value.Content.Get("application/json").Schema.Value
}

// takes lists the parameters of a place: path, query or header.
func (o *describedOperation) takes(place string) []*openapi3.Parameter {
	var all []*openapi3.Parameter
	for _, p := range o.parameters {
		if p.Value.In == place {
			all = append(all, p.Value)
		}
	}
	return all
}

// message is a request that can be sent again, and judged.
type message struct {
	path   map[string]string
	query  url.Values
	header http.Header
	body   []byte // nil for none
}

func (m message) request(t testing.TB, o *describedOperation) *http.Request {
	t.Helper()
	path := o.path
	for name, value := range m.path {
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	var body io.Reader = http.NoBody
	if m.body != nil {
		body = bytes.NewReader(m.body)
	}
	r := httptest.NewRequestWithContext(t.Context(), o.method, path, body)
	r.URL.RawQuery = m.query.Encode()
	r.Header = m.header.Clone()
	if m.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (d *described) input(t testing.TB, o *describedOperation, m message) *openapi3filter.RequestValidationInput {
	t.Helper()
	return &openapi3filter.RequestValidationInput{Request: m.request(t, o), PathParams: m.path, Route: o.route, Options: d.options}
}

// requestProblems says how a request departs from the description.
func (d *described) requestProblems(t testing.TB, o *describedOperation, m message) []string {
	t.Helper()
	problems := problemsOf(openapi3filter.ValidateRequest(t.Context(), d.input(t, o, m)))
	for name := range m.query {
		if o.parameters.GetByInAndName("query", name) == nil {
			problems = append(problems, "query parameter "+name+" is not declared")
		}
	}
	return problems
}

// answerProblems says how an answer departs from the description.
func (d *described) answerProblems(t testing.TB, o *describedOperation, m message, a answer) []string {
	t.Helper()
	if media := a.header.Get("Content-Type"); media != "application/json" {
		return []string{"Content-Type is " + media}
	}
	if o.Responses.Status(a.status) == nil {
		return []string{fmt.Sprintf("status %d is not documented", a.status)}
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: d.input(t, o, m), Status: a.status, Header: a.header, Options: d.options,
	}
	return problemsOf(openapi3filter.ValidateResponse(t.Context(), input.SetBodyBytes([]byte(a.text))))
}

// judge holds an answer against the description, whichever test it belongs to. Faults answer what they please, and what is
// not the API's is not described.
func (b *backend) judge(r *http.Request, a answer) {
	b.t.Helper()
	d := describe(b.t)
	o := d.patterns[r.Pattern]
	if o == nil || b.unjudged || a.status >= http.StatusInternalServerError || len(b.Faults()) > 0 {
		return
	}
	for _, problem := range d.answerProblems(b.t, o, message{header: r.Header}, a) {
		b.t.Errorf("%s: %d: %s", o.id, a.status, problem)
	}
}

// problemsOf takes the library's errors apart.
func problemsOf(err error) []string {
	var several openapi3.MultiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &several) && len(several) > 1:
		var all []string
		for _, one := range several {
			all = append(all, problemsOf(one)...)
		}
		return all
	}
	return []string{strings.Join(strings.Fields(err.Error()), " ")}
}
