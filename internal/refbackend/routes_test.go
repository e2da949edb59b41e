package refbackend

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description loads the API description, or skips the test where it is not at hand.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	file := os.Getenv("RAFF_OPENAPI")
	if file == "" {
		file = filepath.FromSlash("../../../shared/api/openapi-2026-10.yaml")
	}
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the API description is not at hand (%v): set RAFF_OPENAPI to its path", err)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() { // what the backend does not have
		for _, operation := range item.Operations() {
			if slices.Contains(operation.Tags, "Managed Databases") || slices.Contains(operation.Tags, "Kubernetes") ||
				strings.HasSuffix(path, "/pricing/database") || strings.HasSuffix(path, "/pricing/kubernetes") {
				doc.Paths.Delete(path)
			}
		}
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
