package refbackend

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// described is the API description, as a judge of requests and answers. It is stricter than the library: what is not
// declared must not be there, and what an envelope declares must.
type described struct {
	operations map[string]*describedOperation
	errorBody  *openapi3.Schema
	options    *openapi3filter.Options
}

type describedOperation struct {
	id, method, path string
	*openapi3.Operation
	parameters openapi3.Parameters
	route      *routers.Route
}

func describe(t *testing.T) *described {
	t.Helper()
	doc := description(t)
	check := func(ok func(string) bool, problem string) openapi3.StringFormatValidator {
		return openapi3.NewCallbackValidator(func(value string) error {
			if !ok(value) {
				return errors.New(problem)
			}
			return nil
		})
	}
	formats := map[string]openapi3.StringFormatValidator{
		"uuid": check(isUUID, "not a UUID"),
		"email": check(func(value string) bool {
			address, err := mail.ParseAddress(value)
			return err == nil && address.Address == value
		}, "not an email address"),
	}
	d := &described{
		operations: map[string]*describedOperation{},
		errorBody:  doc.Components.Schemas["Error"].Value,
		options: &openapi3filter.Options{
			MultiError:                        true,
			IncludeResponseStatus:             true,
			RejectWhenRequestBodyNotSpecified: true,
			SkipSettingDefaults:               true,
			AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{
				openapi3.EnableFormatValidation(), openapi3.WithStringFormatValidators(formats), openapi3.DisableSchemaErrorDetails(),
			},
		},
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			d.operations[operation.OperationID] = &describedOperation{
				id: operation.OperationID, method: method, path: path, Operation: operation,
				parameters: slices.Concat(item.Parameters, operation.Parameters),
				route:      &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: operation},
			}
		}
	}
	return d
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
	if m.body != nil && o.body() != nil {
		problems = append(problems, undeclared(o.body(), m.body)...)
	}
	return problems
}

// answerProblems says how an answer departs from the description. A refusal that the description does not list is no
// problem as long as it looks like one: the description lists hardly any.
func (d *described) answerProblems(t testing.TB, o *describedOperation, m message, a answer) []string {
	t.Helper()
	if media := a.header.Get("Content-Type"); media != "application/json" {
		return []string{"Content-Type is " + media}
	}
	ref := o.Responses.Status(a.status)
	switch {
	case ref == nil && (a.status < 400 || a.status >= 500):
		return []string{fmt.Sprintf("status %d is not documented", a.status)}
	case ref == nil, isPlainRefusal(a):
		return slices.Concat(problemsOf(d.errorBody.VisitJSON(any(a.json))), undeclared(d.errorBody, []byte(a.text)), missing(a, "error", "message"))
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: d.input(t, o, m), Status: a.status, Header: a.header, Options: d.options,
	}
	problems := problemsOf(openapi3filter.ValidateResponse(t.Context(), input.SetBodyBytes([]byte(a.text))))
	schema := ref.Value.Content.Get("application/json").Schema
	return slices.Concat(problems, undeclared(schema.Value, []byte(a.text)), envelope(schema, a))
}

// isPlainRefusal tells a 403 for want of access. Where the description lists 403 at all, it means the one of billing,
// which alone has a reason.
func isPlainRefusal(a answer) bool {
	return a.status == http.StatusForbidden && a.json["reason"] == nil
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

// envelope finds what an envelope declares, and the answer lacks. Hardly any is marked as required. In schemas that
// have a name, what is not of the envelope itself comes only where there is something to say; so does a message.
func envelope(schema *openapi3.SchemaRef, a answer) []string {
	var wanted []string
	for _, name := range sortedKeys(schema.Value.Properties) {
		always := schema.Ref == "" && name != "message"
		if always || slices.Contains([]string{"success", "data", "total", "error"}, name) {
			wanted = append(wanted, name)
		}
	}
	return missing(a, wanted...)
}

func missing(a answer, names ...string) []string {
	var problems []string
	for _, name := range names {
		if _, ok := a.json[name]; !ok {
			problems = append(problems, name+" is missing at the top")
		}
	}
	return problems
}

// undeclared finds properties that a schema does not know, anywhere in a document.
func undeclared(schema *openapi3.Schema, document []byte) []string {
	var value any
	if json.Unmarshal(document, &value) != nil {
		return nil
	}
	return undeclaredIn(schema, value, "")
}

func undeclaredIn(schema *openapi3.Schema, value any, at string) []string {
	var problems []string
	switch value := value.(type) {
	case map[string]any:
		known := properties(schema)
		if len(known) == 0 {
			return nil
		}
		for _, name := range sortedKeys(value) {
			inner, ok := known[name]
			if !ok {
				problems = append(problems, at+name+" is not declared")
				continue
			}
			problems = append(problems, undeclaredIn(inner.Value, value[name], at+name+".")...)
		}
	case []any:
		for _, item := range value {
			if schema.Items != nil {
				problems = append(problems, undeclaredIn(schema.Items.Value, item, at)...)
			}
		}
	}
	return problems
}

// properties are those of a schema and of all that it is made of.
func properties(schema *openapi3.Schema) openapi3.Schemas {
	all := openapi3.Schemas{}
	for name, property := range schema.Properties {
		all[name] = property
	}
	for _, part := range schema.AllOf {
		for name, property := range properties(part.Value) {
			all[name] = property
		}
	}
	return all
}
