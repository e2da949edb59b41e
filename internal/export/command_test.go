package export_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// exported is a run of the subcommand, with a configuration and a verdict that the test gives.
type exported struct {
	account export.Account
	options export.Options
	asked   export.Verification

	files     export.Files
	writing   error
	report    export.Report
	verifying error

	stdin          string
	stdout, stderr bytes.Buffer
}

func (e *exported) run(t *testing.T, args ...string) int {
	t.Helper()
	return export.RunWith(t.Context(), args, strings.NewReader(e.stdin), &e.stdout, &e.stderr,
		func(_ context.Context, _ *protocol.Provider, a export.Account, o export.Options) (export.Files, error) {
			e.account, e.options = a, o
			return e.files, e.writing
		},
		func(_ context.Context, v export.Verification) (export.Report, error) {
			e.asked = v
			return e.report, e.verifying
		})
}

// inAccount prepares a backend that the environment names, and a directory for the files.
func inAccount(t *testing.T) (b *acctest.Backend, dir string) {
	t.Helper()
	b = acctest.NewInProcess(t, unlimited)
	t.Setenv("RAFF_API_KEY", b.OwnerKey)
	t.Setenv("RAFF_API_URL", b.URL)
	return b, filepath.Join(t.TempDir(), "out")
}

// anyCLI is a file that can be run.
func anyCLI(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "terraform")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil { // #nosec G306 -- it is to be run
		t.Fatal(err)
	}
	return path
}

// An export that is complete and proven ends with 0: the files are written, and the table and the secrets are shown.
func TestRun_complete(t *testing.T) {
	b, dir := inAccount(t)
	b.Furnish(t)
	cli := anyCLI(t)
	e := exported{files: export.Files{
		Content: map[string][]byte{"main.tf": []byte("# main\n"), "modules/production/vms.tf": []byte("# VMs\n")},
		Secrets: []export.Secret{{Variable: "web_password", Address: "raff_vm.web", Text: "the password\x1b[31m of the VM"}},
		Kept:    map[string]string{"old.tf": "somebody has edited it"},
	}, report: export.Report{CLI: "Terraform 9", Imports: 3}}
	if code := e.run(t, "--out", dir, "--cli", cli); code != 0 {
		t.Fatalf("exit code %d: %s", code, &e.stderr)
	}
	for name, want := range e.files.Content {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".export-*")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
	said := e.stdout.String()
	for _, want := range []string{
		"raff_project", "1 left out: the default project", "web_password, for raff_vm.web: the password[31m of the VM",
		"old.tf is as it was: somebody has edited it", "Terraform 9 plans to import 3 objects, and nothing else.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("there is no %q in %s", want, said)
		}
	}
	if strings.Contains(said+e.stderr.String(), b.OwnerKey) || strings.Contains(said, "\x1b") {
		t.Error("the key was shown, or what steers a terminal")
	}
	if !strings.Contains(e.stderr.String(), "raff_vm: 1\n") {
		t.Errorf("no progress was told: %s", &e.stderr)
	}
	if e.asked.CLI != cli || e.asked.Dir != dir {
		t.Errorf("verified was %+v", e.asked)
	}
}

// Each way to end has an exit code of its own.
func TestRun_exitCodes(t *testing.T) {
	differing := export.Report{Differences: []export.Difference{{Address: "raff_vm.web", Attribute: "name", Before: "a", After: "b"}}}
	for name, test := range map[string]struct {
		fault string
		key   string
		e     exported
		args  []string
		code  int
		want  string
	}{
		"incomplete":                 {fault: "listVolumes", code: 3, want: "It is incomplete"},
		"incomplete, and unverified": {fault: "listRoles", args: []string{"--no-verify"}, code: 3, want: "Nothing was verified"},
		"cannot describe an object":  {e: exported{files: export.Files{Unwritten: []export.Unwritten{{Type: "raff_vm", Reason: "It is odd."}}}}, code: 3, want: "It is odd."},
		"differs":                    {e: exported{report: differing}, code: 4, want: "raff_vm.web: name: a -> b"},
		"differs, and is incomplete": {fault: "listVPCs", e: exported{report: differing}, code: 4, want: "It is incomplete"},
		"is not valid":               {e: exported{report: export.Report{CLI: "Terraform 9", Errors: []string{"Error: no such thing"}}}, code: 4, want: "Terraform 9 does not accept what was written"},
		"cannot be written":          {e: exported{writing: errors.New("no way")}, code: 1, want: "cannot write the configuration: no way"},
		"cannot be verified":         {e: exported{verifying: errors.New("no way")}, code: 1, want: "cannot be verified: no way"},
		"outside of the directory":   {e: exported{files: export.Files{Content: map[string][]byte{"../x.tf": nil}}}, code: 1, want: "../x.tf is not below"},
		"unknown project":            {args: []string{"--project", "x,production"}, code: 2, want: `there is no project "x"`},
		"unknown type":               {args: []string{"--type", "raff_x"}, code: 2, want: `there is no type "raff_x"`},
		"empty name":                 {args: []string{"--name", "a,,b"}, code: 2, want: "a name is expected"},
		"argument":                   {args: []string{"production"}, code: 2, want: `"production" is no flag`},
		"unknown flag":               {args: []string{"--colour"}, code: 2, want: "-colour"},
		"state with modules":         {args: []string{"--from-state", "x", "--modules"}, code: 2, want: "--modules does not go with --from-state"},
		"no CLI":                     {args: []string{"--cli", "/nowhere/terraform"}, code: 2, want: "--cli: "},
		"no state":                   {args: []string{"--from-state", "/nowhere/state"}, code: 1, want: "cannot read the state: "},
		"wrong key":                  {args: []string{"--api-url", "http://127.0.0.1:1"}, code: 1, want: "api_url"},
		"key that the API refuses":   {key: "raff_wrong", code: 1, want: "export: The API key is not accepted: "},
		"no key":                     {key: "none", code: 1, want: "export: Missing API key: "},
		"help":                       {args: []string{"--help"}, code: 0, want: "Exit codes:"},
	} {
		t.Run(name, func(t *testing.T) {
			b, dir := inAccount(t)
			args := append([]string{"--out", dir}, test.args...)
			if !strings.Contains(strings.Join(args, " "), "--no-verify") && name != "no CLI" {
				args = append([]string{"--cli", anyCLI(t)}, args...)
			}
			if test.key == "none" {
				t.Setenv("RAFF_API_KEY", "")
				t.Setenv("HOME", t.TempDir())
			} else if test.key != "" {
				t.Setenv("RAFF_API_KEY", test.key)
			}
			if test.fault != "" {
				b.AddFault(refbackend.Fault{Operation: test.fault, Status: http.StatusForbidden, Message: "not today"})
			}
			code := test.e.run(t, args...)
			said := test.e.stdout.String() + test.e.stderr.String()
			if code != test.code || !strings.Contains(said, test.want) {
				t.Errorf("exit code %d, want %d with %q: %s", code, test.code, test.want, said)
			}
		})
	}
}

// A type that was not looked for is in the table, with the reason: nobody says that there is none.
func TestCoverage_notLookedFor(t *testing.T) {
	var said bytes.Buffer
	export.WriteCoverage(&said, []export.Coverage{{Type: "raff_ip"}, {Type: "raff_vm_note", Reasons: []string{"None was looked for."}}})
	for _, want := range []string{"There is no raff_ip.\n", "raff_vm_note  0", "raff_vm_note:\n  None was looked for.\n"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("there is no %q in %s", want, &said)
		}
	}
}

// What the flags say reaches those who carry it out.
func TestRun_options(t *testing.T) {
	_, dir := inAccount(t)
	if err := os.MkdirAll(filepath.Join(dir, ".terraform", "modules"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"main.tf": "# mine\n", ".raff-export.json": "{}", "notes.txt": "x", ".terraform/modules/x.tf": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var e exported
	if code := e.run(t, "--out", dir, "--no-verify", "--modules", "--project", "production,staging", "--type", "raff_vm", "--type=raff_ip", "--name", "web-*"); code != 0 {
		t.Fatalf("exit code %d: %s", code, &e.stderr)
	}
	o := e.options
	if strings.Join(o.Projects, " ") != "production staging" || strings.Join(o.Types, " ") != "raff_vm raff_ip" || strings.Join(o.Names, " ") != "web-*" || !o.Modules || o.Dir != dir {
		t.Errorf("got %+v", o)
	}
	if len(o.Existing) != 2 || string(o.Existing["main.tf"]) != "# mine\n" || string(o.Existing[".raff-export.json"]) != "{}" {
		t.Errorf("existing are %q", o.Existing)
	}
}

// A state can be exported without a key, from the standard input. A plan of it cannot be had.
func TestRun_fromState(t *testing.T) {
	for _, name := range []string{"RAFF_API_KEY", "RAFF_API_URL", "RAFF_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	unplanned := exported{stdin: stateOf(t)}
	if code := unplanned.run(t, "--out", t.TempDir(), "--from-state", "-", "--cli", anyCLI(t)); code != 2 || !strings.Contains(unplanned.stderr.String(), "a plan needs an API key") {
		t.Errorf("exit code %d: %s", code, &unplanned.stderr)
	}
	e := exported{stdin: stateOf(t, stored{Type: "raff_ssh_key", Name: "good", Attributes: key("good", "1")})}
	if code := e.run(t, "--out", t.TempDir(), "--from-state", "-", "--no-verify"); code != 0 {
		t.Fatalf("exit code %d: %s", code, &e.stderr)
	}
	if len(e.account.Objects) != 1 || e.account.Objects[0].Address != "raff_ssh_key.good" {
		t.Errorf("got %+v", e.account)
	}
	if !strings.Contains(e.stderr.String(), "There is no API key") {
		t.Errorf("said is %s", &e.stderr)
	}
}

// A state is verified as that of the configuration.
func TestRun_verifiesTheState(t *testing.T) {
	_, dir := inAccount(t)
	state := filepath.Join(t.TempDir(), "old.tfstate")
	if err := os.WriteFile(state, []byte(stateOf(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	var e exported
	if code := e.run(t, "--out", dir, "--from-state", state, "--cli", anyCLI(t)); code != 0 {
		t.Fatalf("exit code %d: %s", code, &e.stderr)
	}
	if string(e.asked.State) != stateOf(t) {
		t.Errorf("verified was %+v", e.asked)
	}
}
