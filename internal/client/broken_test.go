package client

import (
	"encoding/json"
	"net/http/httptest"
	"path"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// An answer that lacks what the API always sends is an error in every call, but for what is dispensable: nothing may be
// taken for what the API has.
func TestCallsNeedWhatIsRequired(t *testing.T) {
	done := map[string]bool{} // what calls have done without
	for _, null := range []bool{false, true} {
		eachAnswer(t, func(t *testing.T, call call, server *describedServer) {
			var all []requirement
			server.alter = func(answer any, schema *openapi3.SchemaRef) { all = requiredIn(answer, schema, "") }
			if got, err := server.ask(t, call); err != nil {
				t.Fatal(err)
			} else if got == nil { // the call hands nothing on
				return
			}
			for _, r := range all {
				if null && r.nullable {
					continue
				}
				server.alter = func(answer any, _ *openapi3.SchemaRef) { remove(answer, strings.Split(r.path, "."), null) }
				got, err := server.ask(t, call)
				switch {
				case err != nil:
					_ = wantError(t, err) // which ends the test for another kind of error
				case !dispensable[r.field]:
					t.Errorf("without %s, %s: got %v", r.path, r.field, got)
				default:
					done[r.field] = true
				}
			}
		})
	}
	for field := range dispensable {
		if !done[field] {
			t.Errorf("no call does without %s", field)
		}
	}
}

// A server may write 10 as 10.0: it is the same number.
func TestCallsTakeWholeNumbers(t *testing.T) {
	eachAnswer(t, func(t *testing.T, call call, server *describedServer) {
		want, err := server.ask(t, call)
		if err != nil {
			t.Fatal(err)
		}
		server.alter = func(answer any, _ *openapi3.SchemaRef) { pointZero(answer) }
		got, err := server.ask(t, call)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	})
}

// eachAnswer runs a test for every call whose answer has a payload.
func eachAnswer(t *testing.T, test func(*testing.T, call, *describedServer)) {
	t.Helper()
	_, router := describedAPI(t)
	for _, call := range calls() {
		t.Run(call.operation, func(t *testing.T) {
			test(t, call, &describedServer{t: t, router: router})
		})
	}
}

func (s *describedServer) ask(t *testing.T, call call) (any, error) {
	t.Helper()
	api := httptest.NewServer(s)
	defer api.Close()
	c := mustNew(t, Options{URL: api.URL, APIKey: testKey})
	return call.do(t.Context(), c, c.Project(testProject))
}

// requirement is a property that every answer has, by its path and by its schema: Volume.name.
type requirement struct {
	path, field string
	nullable    bool
}

// requiredIn are the required properties of a payload. The envelope's are none of it; lists and texts that a call hands
// on may be empty, and so may the payload of an action.
func requiredIn(answer any, schema *openapi3.SchemaRef, at string) []requirement {
	var found []requirement
	switch answer := answer.(type) {
	case []any:
		for i, item := range answer {
			found = append(found, requiredIn(item, schema.Value.Items, at+strconv.Itoa(i)+".")...)
		}
	case map[string]any:
		for _, name := range schema.Value.Required {
			if at != "" {
				found = append(found, requirement{at + name, path.Base(schema.Ref) + "." + name, schema.Value.Properties[name].Value.Nullable})
			}
		}
		for name, ref := range schema.Value.Properties {
			found = append(found, requiredIn(answer[name], ref, at+name+".")...)
		}
	}
	return found
}

func remove(answer any, path []string, null bool) {
	for _, name := range path[:len(path)-1] {
		switch at := answer.(type) {
		case map[string]any:
			answer = at[name]
		case []any:
			i, _ := strconv.Atoi(name)
			answer = at[i]
		}
	}
	object, last := answer.(map[string]any), path[len(path)-1]
	if _, isList := object[last].([]any); null && !isList { // a null list is an empty one
		object[last] = nil
		return
	}
	delete(object, last)
}

// pointZero writes all integers with a fraction.
func pointZero(answer any) {
	switch answer := answer.(type) {
	case []any:
		for _, item := range answer {
			pointZero(item)
		}
	case map[string]any:
		for name, value := range answer {
			if number, ok := value.(int); ok {
				answer[name] = json.RawMessage(strconv.Itoa(number) + ".0")
			}
			pointZero(value)
		}
	}
}

func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"a":10.0,"b":[-3.000],"c":0.0}`:  `{"a":10,"b":[-3],"c":0}`,
		`{"a":"10.0","b\"1.0":1.5}`:        `{"a":"10.0","b\"1.0":1.5}`,
		`{"a":1.0e1,"b":1.05,"c":100.010}`: `{"a":1.0e1,"b":1.05,"c":100.010}`,
		`"1.0`:                             `"1.0`,
		`"1.0\`:                            `"1.0\`,
		`10.0`:                             `10`,
		`9007199254740993.0`:               `9007199254740993`,
		`1.`:                               `1.`,
		`.0`:                               `.0`,
		``:                                 ``,
	} {
		if got := string(wholeNumbers([]byte(body))); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}
