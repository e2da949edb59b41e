package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// shownIn is the first configuration that a page shows.
func shownIn(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatalf("%s shows no configuration", page)
	}
	return string(block[1])
}

// Each is applied, planned again while the catalogue moves, and destroyed.
func TestAccExamples(t *testing.T) {
	for name, test := range map[string]struct {
		directory string
		files     map[string]string
		args      []string
		release   []string // what takes the protection off
	}{
		"README": {files: map[string]string{"main.tf": shownIn(t, "README.md")}},
		"index":  {files: map[string]string{"main.tf": shownIn(t, "docs/index.md")}, args: []string{"-var", keys}},
		"raff_vm": {
			directory: "examples/resources/raff_vm", args: []string{"-var", "administrator_password=AAbb11+-cccc"},
		},
		"raff_backup":            {directory: "examples/resources/raff_backup"},
		"raff_backup_schedule":   {directory: "examples/resources/raff_backup_schedule"},
		"raff_snapshot":          {directory: "examples/resources/raff_snapshot"},
		"raff_volume_attachment": {directory: "examples/resources/raff_volume_attachment"},
		"web-tier": {
			directory: "examples/web-tier", args: []string{"-var", "project=staging", "-var", keys, "-var", `office=["203.0.113.0/24"]`},
			release: []string{"-var", "protected=false"},
		},
		"stateful-tier": {
			directory: "examples/stateful-tier", args: []string{"-var", "project=staging", "-var", keys, "-var", "release=1"},
			release: []string{"-var", "protected=false"},
		},
		"tenant-onboarding": {
			directory: "examples/tenant-onboarding", args: []string{"-var-file", "customers.tfvars"},
			release: []string{"-var-file", "left.tfvars"},
			files:   map[string]string{"left.tfvars": "customers = {\n  acme = { description = \"Acme Ltd\", protected = false }\n  globex = { description = \"Globex Corporation\", protected = false }\n}\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newExample(t, test.directory, test.files)
			e.giveKey(t)
			e.MustRun(t, "get")
			e.MustRun(t, append([]string{"apply", "-auto-approve"}, test.args...)...)
			e.expectStable(t, test.args...)
			args := append([]string{"-auto-approve"}, append(test.args, test.release...)...)
			if test.release != nil {
				e.expectProtected(t, test.args...)
				e.MustRun(t, append([]string{"apply"}, args...)...)
			}
			e.MustRun(t, append([]string{"destroy"}, args...)...)
			e.nothingLeft(t)
		})
	}
}

// expectProtected checks that a plan to destroy everything is refused.
func (e *example) expectProtected(t *testing.T, args ...string) {
	t.Helper()
	code, output := e.code(t, append([]string{"plan", "-destroy"}, args...)...)
	if code != 1 || !strings.Contains(output, "Deletion is protected") {
		t.Errorf("a plan to destroy it is not refused:\n%s", output)
	}
}

// giveKey gives the home directory an SSH key, which is the CLI's own directory.
func (e *example) giveKey(t *testing.T) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(e.Dir, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	e.Write(t, ".ssh/id_ed25519.pub", acctest.SSHKey)
}

// The stated way to move on takes the newest template.
func TestAccExamples_movesOn(t *testing.T) {
	e := newExample(t, "", map[string]string{"main.tf": shownIn(t, "README.md")})
	e.giveKey(t)
	e.MustRun(t, "apply", "-auto-approve")
	e.catalogue.Added = map[string]string{"26.04x64": "28.04x64"}
	for _, r := range e.plan(t, "-replace", "raff_vm.web").ResourceChanges {
		if r.Address == "raff_vm.web" && r.Change.After["template_version"] != "28.04x64" {
			t.Errorf("the replaced VM would have the template %v", r.Change.After["template_version"])
		}
	}
	e.MustRun(t, "destroy", "-auto-approve")
}

// What the examples avoid does not hold: the catalogue does move, and the checks above can fail.
func TestAccExamples_control(t *testing.T) {
	for want, change := range map[string]struct {
		old, new string
		move     func(c *acctest.Catalogue)
	}{
		"The VM would have to be stopped": {
			"vcpu       = 2\n  memory_gib = 4\n  type       = \"standard\"", "min_vcpu       = 2\n  min_memory_gib = 4",
			func(c *acctest.Catalogue) { c.Repriced = true },
		},
		"Only a rebuild can change this": {
			"ignore_changes = [template_id]", "", func(c *acctest.Catalogue) { c.Added = map[string]string{"26.04x64": "28.04x64"} },
		},
		"No template matches": {
			"most_recent = true", `version = "26.04x64"`, func(c *acctest.Catalogue) { c.Withdrawn = []string{"26.04x64"} },
		},
	} {
		t.Run(want, func(t *testing.T) {
			config := strings.Replace(shownIn(t, "README.md"), change.old, change.new, 1)
			e := newExample(t, "", map[string]string{"main.tf": config})
			e.giveKey(t)
			e.MustRun(t, "apply", "-auto-approve")
			change.move(e.catalogue)
			if code, output := e.code(t, "plan", "-detailed-exitcode"); code == 0 || !strings.Contains(acctest.Flat(output), want) {
				t.Errorf("exit code %d, want %q:\n%s", code, want, output)
			}
		})
	}
}
