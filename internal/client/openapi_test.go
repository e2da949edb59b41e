package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// describedAPI loads the API's description. It is the backend's file and is read as one: the client imports nothing of the
// backend.
func describedAPI(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.FromSlash("../refbackend/openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// Every operation of the API has a call. Every call sends what the description allows, all fields and parameters that
// it knows are sent by some call, and every field that it may answer with arrives.
func TestCallsFollowTheDescription(t *testing.T) {
	doc, router := describedAPI(t)
	sentFields := map[string]map[string]bool{}
	for _, call := range calls() {
		t.Run(call.operation, func(t *testing.T) {
			server := &describedServer{t: t, router: router}
			api := httptest.NewServer(server)
			t.Cleanup(api.Close)
			c := mustNew(t, Options{URL: api.URL, APIKey: testKey})
			got, err := call.do(t.Context(), c, c.Project(testProject))
			if err != nil {
				t.Fatal(err)
			}
			if server.operation != call.operation {
				t.Errorf("reached the operation %s", server.operation)
			}
			if got != nil {
				checkReceived(t, got, server.answer)
			}
			if sentFields[call.operation] == nil {
				sentFields[call.operation] = map[string]bool{}
			}
			maps.Copy(sentFields[call.operation], server.fields)
		})
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			checkCovered(t, method+" "+path, operation, sentFields[operation.OperationID])
		}
	}
}

// checkReceived compares what a call returned with the whole answer. A list returns no total, and the message of an
// answer with another payload is not passed on.
func checkReceived(t *testing.T, got, answer any) {
	t.Helper()
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(answer.(map[string]any))
	delete(want, "success")
	delete(want, "total")
	received := decoded(t, string(encoded)).(map[string]any)
	if _, ok := received["message"]; !ok {
		delete(want, "message")
	}
	if !reflect.DeepEqual(received, want) {
		wanted, _ := json.Marshal(want)
		t.Errorf("\ngot  %s\nwant %s", encoded, wanted)
	}
}

func checkCovered(t *testing.T, name string, operation *openapi3.Operation, sent map[string]bool) {
	t.Helper()
	if sent == nil {
		t.Errorf("%s (%s) has no call", name, operation.OperationID)
		return
	}
	for _, parameter := range operation.Parameters {
		if p := parameter.Value; p.In == "query" && !sent["?"+p.Name] {
			t.Errorf("%s: no call sends the parameter %s", name, p.Name)
		}
	}
	if operation.RequestBody == nil {
		return
	}
	schema := operation.RequestBody.Value.Content.Get("application/json").Schema.Value
	for field := range schema.Properties {
		if !sent[field] {
			t.Errorf("%s: no call sends the field %s", name, field)
		}
	}
}

// describedServer checks a request against the description and answers with everything that the description knows.
type describedServer struct {
	t      *testing.T
	router routers.Router

	operation string
	fields    map[string]bool // top-level fields of the body, and query parameters with a question mark
	answer    any

	alter func(answer any, schema *openapi3.SchemaRef) // changes an answer before it is sent; may be nil
}

func (s *describedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, parameters, err := s.router.FindRoute(r)
	if err != nil {
		s.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return
	}
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: parameters,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
	})
	if err != nil {
		s.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	s.operation = route.Operation.OperationID
	s.fields = fieldsOf(s.t, r, body)
	s.checkKnown(route.Operation)

	status, schema := success(route.Operation)
	answer := sample(schema.Value, "")
	about(answer, parameters)
	if s.alter != nil {
		s.alter(answer, schema)
	}
	encoded, _ := json.Marshal(answer)
	if offset := r.URL.Query().Get("offset"); offset != "" && offset != "0" {
		encoded = []byte(`{"success":true,"data":[]}`) // the page after the last, where a list has no total
	} else {
		s.answer = decoded(s.t, string(encoded))
	}
	w.WriteHeader(status)
	_, _ = w.Write(encoded)
}

// about makes an answer be about the object that the request names.
func about(answer any, parameters map[string]string) {
	object, ok := answer.(map[string]any)
	if !ok {
		return
	}
	if vm, ok := parameters["id"]; ok && object["vm_id"] != nil {
		object["vm_id"] = vm
	}
	for _, name := range []string{"id", "member_id"} {
		id, ok := parameters[name]
		switch object["id"].(type) {
		case string:
			if ok {
				object["id"] = id
			}
		case int:
			if number, err := strconv.Atoi(id); err == nil {
				object["id"] = number
			}
		}
	}
	for _, payload := range []string{"data", "vpc", "note", "personal_note", "account_note"} {
		about(object[payload], parameters)
	}
}

func fieldsOf(t *testing.T, r *http.Request, body []byte) map[string]bool {
	fields := map[string]bool{}
	for name := range r.URL.Query() {
		fields["?"+name] = true
	}
	if len(body) > 0 {
		for name := range decoded(t, string(body)).(map[string]any) {
			fields[name] = true
		}
	}
	return fields
}

// checkKnown finds parameters that the description does not know, which its validation lets pass.
func (s *describedServer) checkKnown(operation *openapi3.Operation) {
	for name := range s.fields {
		if query, ok := strings.CutPrefix(name, "?"); ok && operation.Parameters.GetByInAndName("query", query) == nil {
			s.t.Errorf("%s: the parameter %s is sent and not described", s.operation, query)
		}
	}
}

func success(operation *openapi3.Operation) (int, *openapi3.SchemaRef) {
	for status, response := range operation.Responses.Map() {
		if strings.HasPrefix(status, "2") {
			var code int
			_, _ = fmt.Sscan(status, &code)
			return code, response.Value.Content.Get("application/json").Schema
		}
	}
	return http.StatusNotImplemented, openapi3.NewSchemaRef("", &openapi3.Schema{})
}

// sample returns a value of a schema with all properties, none of them empty. A list has one element.
func sample(schema *openapi3.Schema, name string) any {
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[slices.IndexFunc(schema.Enum, func(v any) bool { return v != "" })]
	case schema.Type.Is("object"):
		object := map[string]any{}
		for property, ref := range schema.Properties {
			object[property] = sample(ref.Value, property)
		}
		return object
	case schema.Type.Is("array"):
		return []any{sample(schema.Items.Value, name)}
	case schema.Type.Is("boolean"):
		return true
	case name == "total":
		return 1
	case schema.Type.Is("integer"):
		return 100 + len(name)
	case schema.Type.Is("number"):
		return 0.5 + float64(len(name))
	case schema.Format == "date-time":
		return "2026-01-02T03:04:05Z"
	default:
		return "some " + name
	}
}
