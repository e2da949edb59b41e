package examples_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/review"
)

// environments is the example with its account layer and both environments applied.
func environments(t *testing.T) *example {
	t.Helper()
	e := newExample(t, "examples/environments", nil)
	e.MustRun(t, "-chdir=account", "apply", "-auto-approve")
	for _, environment := range []string{"staging", "production"} {
		e.MustRun(t, "workspace", "new", environment)
		e.MustRun(t, "apply", "-auto-approve", "-var-file", environment+".tfvars")
	}
	return e
}

// refused checks that a command fails with an error that has the text, and that nothing was planned before.
func (e *example) refused(t *testing.T, want string, args ...string) {
	t.Helper()
	code, output := e.code(t, args...)
	if code != 1 || !strings.Contains(output, want) {
		t.Errorf("%v: exit code %d, want %q:\n%s", args, code, want, output)
	}
	for _, action := range []string{"will be", "must be"} {
		if strings.Contains(output, action) {
			t.Errorf("%v: something was planned:\n%s", args, output)
		}
	}
}

// expectShownReview checks that a review says what the README shows of it.
func (e *example) expectShownReview(t *testing.T) {
	t.Helper()
	larger := strings.Replace(e.Read(t, "production.tfvars"), "web = { vcpu = 2, memory_gib = 4 }", "web = { vcpu = 4, memory_gib = 8 }", 1)
	e.Write(t, "larger.tfvars", larger)
	e.MustRun(t, "plan", "-out=larger.tfplan", "-var-file", "larger.tfvars")
	saved, err := e.Command(t.Context(), "show", "-json", "larger.tfplan").Output()
	if err != nil {
		t.Fatal(err)
	}
	var comment bytes.Buffer
	code := review.Run([]string{"--name", "production", "--fail-on", "stop,destroy", "-"}, bytes.NewReader(saved), &comment, t.Output())
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for line := range strings.Lines(string(readme)) {
		if quoted, ok := strings.CutPrefix(line, ">"); ok {
			shown = append(shown, strings.TrimSpace(quoted))
		}
	}
	var said []string
	for line := range strings.Lines(comment.String()) {
		said = append(said, strings.TrimSpace(line))
	}
	if got, want := strings.TrimSpace(strings.Join(said, "\n")), strings.Join(shown, "\n"); code != 3 || got != want {
		t.Errorf("exit code %d; the README shows\n%s\nand the review says\n%s", code, want, got)
	}
}

// The two layers, from the first project to the last, while the catalogue moves.
func TestAccEnvironments(t *testing.T) {
	e := environments(t)
	e.MustRun(t, "-chdir=fleet", "apply", "-auto-approve")
	e.expectNoChange(t, "production", "-var-file", "production.tfvars")

	e.expectShownReview(t)

	// Production is protected: a plan that destroys it, or one of its servers, is refused.
	e.expectProtected(t, "-var-file", "production.tfvars")
	e.Write(t, "smaller.tfvars", strings.Replace(e.Read(t, "production.tfvars"), "  db ", "  #", 1))
	if code, output := e.code(t, "plan", "-var-file", "smaller.tfvars"); code != 1 || !strings.Contains(output, "Deletion is protected") {
		t.Errorf("a plan without the database is not refused:\n%s", output)
	}
	if code, output := e.code(t, "-chdir=account", "plan", "-destroy"); code != 1 || !strings.Contains(output, "Deletion is protected") {
		t.Errorf("a plan to destroy the projects is not refused:\n%s", output)
	}

	e.expectStable(t, "-var-file", "production.tfvars")
	e.MustRun(t, "apply", "-auto-approve", "-var-file", "production.tfvars", "-var", "protected=false")
	e.MustRun(t, "destroy", "-auto-approve", "-var-file", "production.tfvars", "-var", "protected=false")
	e.MustRun(t, "workspace", "select", "staging")
	e.expectStable(t, "-var-file", "staging.tfvars")
	e.MustRun(t, "destroy", "-auto-approve", "-var-file", "staging.tfvars")
	none := []string{"-auto-approve", `-var=environments={staging={description=""},production={description=""}}`}
	e.MustRun(t, append([]string{"-chdir=account", "apply"}, none...)...)
	e.MustRun(t, append([]string{"-chdir=account", "destroy"}, none...)...)
	e.nothingLeft(t)
}

// Neither the file of another environment nor a resource in its project gets as far as a plan, and no state has a key.
func TestAccEnvironments_apart(t *testing.T) {
	e := environments(t)
	mutations := len(e.backend.Mutations())
	opened := 0
	for _, test := range []struct{ workspace, file string }{{"production", "staging"}, {"staging", "production"}, {"default", "staging"}} {
		e.MustRun(t, "workspace", "select", test.workspace)
		want := "the workspace is " + test.workspace
		e.refused(t, want, "plan", "-var-file", test.file+".tfvars")
		if test.workspace != "default" { // where there is nothing to destroy
			e.refused(t, want, "destroy", "-auto-approve", "-var-file", test.file+".tfvars")
		}
	}

	e.MustRun(t, "workspace", "select", "staging")
	for name, resource := range map[string]string{
		"created":  "resource \"raff_volume\" \"reach\" {\n  project_id = data.raff_project.other.id\n  name = \"reach\"\n  size = 10\n}\n",
		"imported": "import {\n  to = raff_project.reach\n  id = data.raff_project.other.id\n}\n\nresource \"raff_project\" \"reach\" {\n  name = \"shop-production\"\n}\n",
	} {
		e.Write(t, "reach.tf", "data \"raff_project\" \"other\" {\n  provider = raff.account\n  name = \"shop-production\"\n}\n\n"+resource)
		code, output := e.code(t, "plan", "-var-file", "staging.tfvars")
		if code != 1 || !strings.Contains(output, "not allowed") && !strings.Contains(output, "Cannot import") {
			t.Errorf("%s: exit code %d:\n%s", name, code, output)
		}
	}
	for _, m := range e.backend.Mutations()[mutations:] {
		switch m.Operation {
		case "createApiKey", "addProjectMember", "revokeApiKey": // the keys of the runs
			opened++
		default:
			t.Errorf("something was changed: %s %s", m.Operation, m.Path)
		}
	}
	if opened == 0 {
		t.Error("no run had a key of its own")
	}

	secret := regexp.MustCompile(`raff_[0-9a-f]{16}`)
	states, err := filepath.Glob(filepath.Join(e.Dir, "terraform.tfstate.d", "*", "*"))
	if err != nil || len(states) < 2 {
		t.Fatalf("states: %v %v", states, err)
	}
	for _, file := range append(states, filepath.Join(e.Dir, "account", "terraform.tfstate")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if secret.Match(content) {
			t.Errorf("%s has a key", file)
		}
	}
}
