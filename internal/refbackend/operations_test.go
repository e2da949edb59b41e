package refbackend

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description loads the API's description.
func description(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Each row of the table has the path, method, query parameters, body and success status of the API description.
func TestTableAgreesWithTheDescription(t *testing.T) {
	doc := description(t)
	seen := map[string]bool{}
	for _, op := range operations() {
		if seen[op.id] {
			t.Errorf("%s is in the table twice", op.id)
		}
		seen[op.id] = true
		item := doc.Paths.Value(op.path)
		if item == nil || item.GetOperation(op.method) == nil {
			t.Errorf("%s: no %s %s in the description", op.id, op.method, op.path)
			continue
		}
		described := item.GetOperation(op.method)
		if described.OperationID != op.id {
			t.Errorf("%s %s is %s in the description, not %s", op.method, op.path, described.OperationID, op.id)
		}
		if got, want := queryNames(op), describedQuery(described); !slices.Equal(got, want) {
			t.Errorf("%s: query parameters %v, want %v", op.id, got, want)
		}
		status := max(op.status, 200)
		if described.Responses.Value(strconv.Itoa(status)) == nil {
			t.Errorf("%s: success is not %d in the description", op.id, status)
		}
		if got, want := op.body, describedBody(described); got != want {
			t.Errorf("%s: body rule %d, want %d", op.id, got, want)
		}
	}
	for id := range describe(t).operations {
		if !seen[id] {
			t.Errorf("%s is described, and not in the table", id)
		}
	}
	t.Logf("%d operations", len(seen))
}

func queryNames(op *operation) []string {
	var names []string
	for _, f := range op.query {
		names = append(names, f.name)
	}
	if op.page > 0 {
		names = append(names, "limit", "offset")
	}
	slices.Sort(names)
	return names
}

func describedQuery(op *openapi3.Operation) []string {
	var names []string
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery {
			names = append(names, p.Value.Name)
		}
	}
	slices.Sort(names)
	return names
}

func describedBody(op *openapi3.Operation) bodyRule {
	switch {
	case op.RequestBody == nil:
		return noBody
	case op.RequestBody.Value.Required:
		return requiredBody
	}
	return optionalBody
}

// What holds for every operation of a kind, the description says of each.
func TestKindsAgreeWithTheDescription(t *testing.T) {
	for _, op := range operations() {
		o := describe(t).operations[op.id]
		if o == nil {
			t.Errorf("%s is not described", op.id)
			continue
		}
		if keyless := o.Security != nil && len(*o.Security) == 0; keyless != (op.kind == public) {
			t.Errorf("%s: without a key: %v", op.id, keyless)
		}
		header := o.parameters.GetByInAndName("header", projectHeader)
		if taken := op.kind == list || op.kind == get || op.kind == mutation; taken != (header != nil) {
			t.Errorf("%s: takes %s: %v", op.id, projectHeader, header != nil)
		}
		if header != nil && header.Required != (op.kind == mutation) {
			t.Errorf("%s: requires %s: %v", op.id, projectHeader, header.Required)
		}
		for status, listed := range map[int]bool{
			http.StatusBadRequest:      true,
			http.StatusUnauthorized:    op.kind != public,
			http.StatusForbidden:       op.permission != "" || op.id == "cancelInvitation", // whose permission depends on what it is to
			http.StatusTooManyRequests: true,
		} {
			if got := o.Responses.Status(status) != nil; got != listed {
				t.Errorf("%s: lists %d: %v", op.id, status, got)
			}
		}
		if len(pathNames(op.path)) > 0 && o.Responses.Status(http.StatusNotFound) == nil {
			t.Errorf("%s does not list 404", op.id)
		}
	}
}

// Billing refuses what costs money, with a reason, where the key would be allowed to.
func TestBillingRefusalsAreDescribed(t *testing.T) {
	d := describe(t)
	costly := []string{"createVM", "createVPC", "createVolume", "createSnapshot", "createBackup", "reserveIP", "attachVMIP"}
	for id, o := range d.operations {
		for text, allowed := range map[string]bool{
			`{"error":"Forbidden","message":"no"}`:                    true,
			`{"error":"Forbidden","message":"no","reason":"banned"}`:  slices.Contains(costly, id),
			`{"error":"Forbidden","message":"no","reason":"neither"}`: false,
			`{"error":"Forbidden"}`:                                   false,
		} {
			a := answer{status: http.StatusForbidden, header: http.Header{"Content-Type": {"application/json"}}, text: text}
			listed := o.Responses.Status(a.status) != nil
			if problems := d.answerProblems(t, o, message{}, a); (len(problems) == 0) != (allowed && listed) {
				t.Errorf("%s: %s: %v", id, text, problems)
			}
		}
	}
}

// The description is a valid one, and closed: no object of it takes or has what is not listed.
func TestDescriptionIsValidAndClosed(t *testing.T) {
	doc := description(t)
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	for name, schema := range doc.Components.Schemas {
		checkClosed(t, name, schema)
	}
	for name, response := range doc.Components.Responses {
		checkClosed(t, name, response.Value.Content.Get("application/json").Schema)
	}
	for _, o := range describe(t).operations {
		if body := o.body(); body != nil && body.Type.Is("object") && body.AdditionalProperties.Has == nil {
			t.Errorf("the body of %s is open", o.id)
		}
		if o.Summary == "" || len(o.Tags) != 1 || doc.Tags.Get(o.Tags[0]) == nil {
			t.Errorf("%s has no summary, or no tag", o.id)
		}
	}
}

func checkClosed(t *testing.T, name string, schema *openapi3.SchemaRef) {
	t.Helper()
	s := schema.Value
	if s.Type != nil && s.Type.Is("object") && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) {
		t.Errorf("%s is open", name)
	}
	for property, ref := range s.Properties {
		checkClosed(t, name+"."+property, ref)
	}
	if s.Items != nil {
		checkClosed(t, name+"[]", s.Items)
	}
}

// Each row is complete, and fits the others.
func TestTableIsSound(t *testing.T) {
	for _, op := range operations() {
		scoped := op.kind == list || op.kind == get || op.kind == mutation
		if scoped && (op.permission == "" || isAccountPermission(op.permission)) {
			t.Errorf("%s: a project-scoped operation needs a permission of the project, not %q", op.id, op.permission)
		}
		known := slices.ContainsFunc(slices.Concat(accountPermissions, projectPermissions), func(p permission) bool {
			return p.name == op.permission
		})
		if op.permission != "" && !known {
			t.Errorf("%s: unknown permission %s", op.id, op.permission)
		}
		if (op.on != nil) != strings.Contains(op.path, "{id}") {
			t.Errorf("%s: {id} and the type of the object do not go together", op.id)
		}
		if op.on != nil && !slices.Contains(nouns, op.on) {
			t.Errorf("%s: type %s is not registered", op.id, op.on.kind)
		}
		if op.kind == list && op.method != "GET" || op.kind == get && op.method != "GET" || op.kind == mutation && op.method == "GET" {
			t.Errorf("%s: kind and method %s do not go together", op.id, op.method)
		}
		if op.handle == nil {
			t.Errorf("%s has no handler", op.id)
		}
	}
}
