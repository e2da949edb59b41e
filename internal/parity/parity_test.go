package parity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func operations(t *testing.T) []Operation {
	t.Helper()
	all, err := Operations(refbackend.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The tables name operations and tests that there are.
func TestTables(t *testing.T) {
	problems, err := Problems(filepath.Join("..", ".."), operations(t))
	if err != nil || len(problems) > 0 {
		t.Error(err, problems)
	}
	problems, err = Problems(t.TempDir(), []Operation{{ID: "listVMs"}})
	tests, _ := Terraform()
	known, _ := knownService()
	if err != nil || len(problems) < len(tests)+len(known.Differs) {
		t.Errorf("%v: of tables about other operations and no tests, only this is wrong: %v", err, problems)
	}
}

// Each operation of the API is on the page, with what is known of it, and the page is the same each time.
func TestPage(t *testing.T) {
	all := operations(t)
	page, err := Page(all, func(id string) bool { return id != "listVMs" })
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if strings.Count(page, "| `"+o.ID+"`<br>") != 1 {
			t.Errorf("%s is not on the page once", o.ID)
		}
	}
	if strings.Count(page, "documentation only") != 2 || !strings.Contains(page, "| `listVMs`<br>GET `/api/v1/vms` | documentation only |") {
		t.Error("the page does not tell what the backend does not carry out")
	}
	tests, _ := Terraform()
	for id, test := range tests {
		if !strings.Contains(page, "`"+test.Name+"`") {
			t.Errorf("the test of %s is not on the page", id)
		}
	}
	for range 3 {
		again, err := Page(operations(t), func(id string) bool { return id != "listVMs" })
		if err != nil || again != page {
			t.Fatalf("another page the next time: %v", err)
		}
	}
}

// A table renewed from what tests noted drops what a test does not call any more, keeps what was not run, and prefers
// the test that is about an operation.
func TestCollect(t *testing.T) {
	directory := t.TempDir()
	about, broad, old := Test{"a", "TestAbout"}, Test{"a", "TestBroad"}, Test{"b", "TestOld"}
	for test, called := range map[Test]map[string]bool{
		about: {"createVM": true}, broad: {"createVM": true, "getVM": true, "deleteVM": true},
	} {
		if err := Note(directory, test, called); err != nil {
			t.Fatal(err)
		}
	}
	after, err := Collect(directory, map[string]Test{"listVMs": old, "deleteVM": broad, "renameVM": about})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Test{"listVMs": old, "deleteVM": broad, "createVM": about, "getVM": broad}
	if len(after) != len(want) {
		t.Errorf("got %v, want %v", after, want)
	}
	for id, test := range want {
		if after[id] != test {
			t.Errorf("%s: %v, want %v", id, after[id], test)
		}
	}
	if err := os.WriteFile(filepath.Join(directory, "x.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Collect(directory, nil); err == nil {
		t.Error("a broken note is taken")
	}
}

func TestMissing(t *testing.T) {
	tests, err := Terraform()
	if err != nil {
		t.Fatal(err)
	}
	for id, test := range tests {
		if missing, err := Missing(test, nil); err != nil || !strings.Contains(strings.Join(missing, " "), id) {
			t.Errorf("%s is not missed: %v, %v", id, missing, err)
		}
		if missing, err := Missing(test, map[string]bool{id: true}); err != nil || strings.Contains(" "+strings.Join(missing, " ")+" ", " "+id+" ") {
			t.Errorf("%s is missed: %v, %v", id, missing, err)
		}
	}
}

func TestOperationsProblems(t *testing.T) {
	for _, text := range []string{"a: [", "paths: {/x: {get: {tags: [a]}}}", "paths: {/x: {get: {operationId: a}}}"} {
		if _, err := Operations([]byte(text)); err == nil {
			t.Errorf("%q is a description", text)
		}
	}
}
