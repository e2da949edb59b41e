package client

import (
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// An id that the description has as an integer is one in Go and in the path, and any other is a text: the client takes
// ids for what the backend gives.
func TestTypesOfIDs(t *testing.T) {
	doc, router := describedAPI(t)
	for _, call := range calls() {
		t.Run(call.operation, func(t *testing.T) {
			path, operation := find(t, doc, call.operation)
			checkPathIDs(t, path, operation, call.request)

			server := &describedServer{t: t, router: router}
			api := httptest.NewServer(server)
			t.Cleanup(api.Close)
			c := mustNew(t, Options{URL: api.URL, APIKey: testKey})
			got, err := call.do(t.Context(), c, c.Project(testProject))
			if err != nil {
				t.Fatal(err)
			}
			_, schema := success(operation)
			for name, value := range payloads(got) {
				if property := schema.Value.Properties[name]; property != nil {
					checkIDs(t, reflect.TypeOf(value), property.Value, name)
				}
			}
		})
	}
}

func find(t *testing.T, doc *openapi3.T, id string) (string, *openapi3.Operation) {
	t.Helper()
	for path, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID == id {
				return path, operation
			}
		}
	}
	t.Fatalf("no operation %s is described", id)
	return "", nil
}

func payloads(got any) map[string]any {
	all, _ := got.(map[string]any)
	return all
}

// checkPathIDs compares the segments of a request with the parameters that they stand for.
func checkPathIDs(t *testing.T, path string, operation *openapi3.Operation, request string) {
	t.Helper()
	_, target, _ := strings.Cut(request, " ")
	target, _, _ = strings.Cut(target, "?")
	names, values := strings.Split(path, "/"), strings.Split(target, "/")
	if len(names) != len(values) {
		t.Fatalf("%s is not of the form %s", target, path)
	}
	for i, name := range names {
		if !strings.HasPrefix(name, "{") {
			continue
		}
		p := operation.Parameters.GetByInAndName("path", strings.Trim(name, "{}"))
		_, err := strconv.Atoi(values[i])
		if p == nil || p.Schema.Value.Type.Is("integer") != (err == nil) {
			t.Errorf("%s is %s in %s", name, values[i], target)
		}
	}
}

// checkIDs compares the types of all fields of a wire type that are described as an id with their descriptions.
func checkIDs(t *testing.T, typ reflect.Type, schema *openapi3.Schema, at string) {
	t.Helper()
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice}, typ.Kind()) {
		typ = typ.Elem()
	}
	if schema.Items != nil {
		schema = schema.Items.Value
	}
	fields := wireFields(typ)
	for name, property := range schema.Properties {
		field, ok := fields[name]
		switch {
		case !ok:
		case name == "id" || strings.HasSuffix(name, "_id"):
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			if property.Value.Type.Is("integer") != (field.Kind() == reflect.Int64) {
				t.Errorf("%s.%s is a Go %s", at, name, field)
			}
		default:
			checkIDs(t, field, property.Value, at+"."+name)
		}
	}
}

// wireFields are the types of the fields of a wire type, by their names in JSON.
func wireFields(typ reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	if typ.Kind() != reflect.Struct {
		return all
	}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			maps.Copy(all, wireFields(field.Type))
		} else {
			all[name] = field.Type
		}
	}
	return all
}
