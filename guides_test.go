package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/guides"
)

// Every block of HCL in the guides, on the provider's page and in the README is planned, or refused with what the page says, and
// commands that the page says to run print what it shows. Each configuration has an account of its own.
func TestAccGuides(t *testing.T) {
	pages, err := filepath.Glob("docs/guides/*.md")
	if err != nil || len(pages) < 2 {
		t.Fatalf("%d guides: %v", len(pages), err)
	}
	home := readersHome(t)
	for _, name := range append(pages, "docs/index.md", "README.md") {
		content, err := os.ReadFile(name) //nolint:gosec // a page of this repository
		if err != nil {
			t.Fatal(err)
		}
		page, err := guides.Parse(string(content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkBlocks(t, name, page.Blocks)
		for _, c := range page.Configurations {
			t.Run(filepath.Base(name)+"/"+c.Name, func(t *testing.T) {
				b := acctest.New(t)
				r := &reader{t: t, page: name, dir: t.TempDir(), env: readersEnvironment(home, b)}
				if c.Newest {
					r.takeNewest()
				}
				r.env = append(r.env, "READER_SESSION="+filepath.Join(t.TempDir(), "session"))
				for _, step := range c.Steps {
					r.take(step)
				}
				r.plan("")
			})
		}
	}
}

// checkBlocks parses what is not HCL.
func checkBlocks(t *testing.T, page string, blocks []guides.Block) {
	t.Helper()
	for _, block := range blocks {
		switch block.Language {
		case "shell":
			cmd := exec.CommandContext(t.Context(), "bash", "-n")
			cmd.Stdin = strings.NewReader(block.Text)
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s, line %d: %v: %s", page, block.Line, err, output)
			}
		case "yaml":
			var value any
			if err := yaml.Unmarshal([]byte(block.Text), &value); err != nil {
				t.Errorf("%s, line %d: %v", page, block.Line, err)
			}
		case "terraform", "hcl", "text", "json", "diff":
		default:
			t.Errorf("%s, line %d: a block of %q", page, block.Line, block.Language)
		}
	}
}

// readersHome is a home directory with the provider where getting-started puts it, and an SSH key.
func readersHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	terraform, err := exec.LookPath(cliName())
	if err != nil {
		t.Fatal(err)
	}
	link := func(target, name string) {
		t.Helper()
		name = filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	link(self, "bin/terraform-provider-raff")
	link(terraform, "bin/terraform")
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		link(self, fmt.Sprintf(".terraform.d/plugins/%s/rafftechnologies/raff/0.0.1/%s_%s/terraform-provider-raff_v0.0.1",
			registry, runtime.GOOS, runtime.GOARCH))
	}
	if err := os.Mkdir(filepath.Join(home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".ssh", "id_ed25519.pub"), []byte(acctest.SSHKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

func cliName() string {
	if name := os.Getenv("TF_ACC_TERRAFORM_PATH"); name != "" {
		return name
	}
	return "terraform"
}

// readersEnvironment is that of a shell in which the lines of the backend were pasted.
func readersEnvironment(home string, b *acctest.Backend) []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_CLI_CONFIG_FILE=")
	})
	return append(env,
		"HOME="+home, "PATH="+filepath.Join(home, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"), runCommand+"=1",
		"RAFF_API_URL="+b.URL, "RAFF_API_KEY="+b.OwnerKey, "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "CHECKPOINT_DISABLE=1")
}

// reader does what a page says, in a directory.
type reader struct {
	t         *testing.T
	page, dir string
	env       []string
	changed   bool // a file that no plan has seen
	line      int  // of the last file
}

// takeNewest has the reader have a Terraform of version 1.14 or later.
func (r *reader) takeNewest() {
	r.t.Helper()
	bin := r.t.TempDir()
	if err := os.Symlink(acctest.NewestTerraform(r.t), filepath.Join(bin, "terraform")); err != nil {
		r.t.Fatal(err)
	}
	for i, variable := range r.env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			r.env[i] = "PATH=" + bin + string(os.PathListSeparator) + path
		}
	}
}

func (r *reader) take(step guides.Step) {
	r.t.Helper()
	switch {
	case step.Copy != "":
		r.copy(step)
		return
	case step.File == "":
		r.run(step)
		return
	}
	name := filepath.Join(r.dir, step.File)
	switch before, err := os.ReadFile(name); { //nolint:gosec // what a step before has written
	case err == nil && string(before) == step.Text:
		return
	case err == nil:
		r.plan("") // or nobody would see what was in it
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(step.Text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.changed, r.line = true, step.Line
	if step.PlanError != "" {
		r.plan(step.PlanError)
	}
}

// copy copies a directory of the repository.
func (r *reader) copy(step guides.Step) {
	r.t.Helper()
	if err := os.CopyFS(r.dir, os.DirFS(step.Copy)); err != nil {
		r.t.Fatalf("%s, line %d: %v", r.page, step.Line, err)
	}
	r.changed, r.line = true, step.Line
}

// session has the commands of a page run in one shell, as it seems: where they are, and what they export, is there for the next
// ones.
const session = `[[ ! -e $READER_SESSION ]] || source "$READER_SESSION"
trap '{ declare -px; printf "cd %q\n" "$PWD"; } >"$READER_SESSION"' EXIT
`

// run runs commands of the page, whose output has to be what it says.
func (r *reader) run(step guides.Step) {
	r.t.Helper()
	output, code := r.shell(session + step.Text)
	if code != step.ExitCode {
		r.t.Errorf("%s, line %d: exit code %d, want %d:\n%s", r.page, step.Line, code, step.ExitCode, output)
	}
	// OpenTofu says the same in other words.
	if missing := step.Missing(output); missing != "" && os.Getenv("TF_ACC_PROVIDER_HOST") == "" {
		r.t.Errorf("%s, line %d: the output lacks %q:\n%s", r.page, step.Line, missing, output)
	}
	if step.Setup {
		return
	}
	if strings.Contains(step.Text, "terraform plan") || strings.Contains(step.Text, "terraform apply") || strings.Contains(step.Text, "terraform test") {
		r.changed = false
	}
}

// plan plans what has changed since the last plan. It is refused with the text, if there is one.
func (r *reader) plan(refusal string) {
	r.t.Helper()
	if !r.changed {
		return
	}
	r.changed = false
	output, code := r.shell("terraform init >init.log || { cat init.log; exit 9; }\nterraform plan")
	switch {
	case refusal == "" && code != 0:
		r.t.Errorf("%s, the configuration that ends with line %d: exit code %d\n%s", r.page, r.line, code, output)
	case refusal != "" && (code != 1 || !strings.Contains(acctest.Flat(output), refusal)):
		r.t.Errorf("%s, line %d: the plan is not refused with %q: exit code %d\n%s", r.page, r.line, refusal, code, output)
	}
}

// shell runs a script, and returns what it prints and its exit code.
func (r *reader) shell(script string) (output string, code int) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "bash", "-e", "-o", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = r.dir, r.env
	printed, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	return string(printed), cmd.ProcessState.ExitCode()
}
