package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
)

// fakeCLI is a script that answers as a CLI does: each command with what a test has it say.
type fakeCLI struct {
	t    *testing.T
	dir  string // of the script, and of what it says
	work string // the directory that is verified
}

const fakeScript = `#!/bin/sh
here=$(dirname "$0")
echo "$* data=$TF_DATA_DIR log=$TF_LOG args=$TF_CLI_ARGS" >>"$here/calls"
count=$(grep -c "^$1 " "$here/calls")
said=$here/$1
[ -e "$said.$count" ] && said=$said.$count
[ -e "$said.sh" ] && . "$said.sh"
cat "$said" 2>/dev/null
cat "$said.err" >&2 2>/dev/null
exit $(cat "$said.code" 2>/dev/null || echo 0)
`

const valid = `{"format_version": "1.0", "valid": true, "error_count": 0, "warning_count": 0, "diagnostics": []}`

func newFakeCLI(t *testing.T) *fakeCLI {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for the CLI is a shell script")
	}
	f := &fakeCLI{t: t, dir: t.TempDir(), work: t.TempDir()}
	f.say("terraform", fakeScript)
	if err := os.Chmod(filepath.Join(f.dir, "terraform"), 0o700); err != nil { // #nosec G302 -- it is executed
		t.Fatal(err)
	}
	f.say("version", "Terraform v1.11.4\non linux_amd64\n")
	f.say("validate", valid)
	return f
}

func (f *fakeCLI) say(file, content string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, file), []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// plans has the plan have some changes.
func (f *fakeCLI) plans(changes ...map[string]any) {
	f.t.Helper()
	content, err := json.Marshal(map[string]any{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes})
	if err != nil {
		f.t.Fatal(err)
	}
	f.say("show", string(content))
}

func (f *fakeCLI) calls() []string {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.dir, "calls"))
	if err != nil {
		f.t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

// commands are the commands that the CLI was given.
func (f *fakeCLI) commands() []string {
	f.t.Helper()
	var commands []string
	for _, call := range f.calls() {
		command, _, _ := strings.Cut(call, " ")
		commands = append(commands, command)
	}
	return commands
}

func (f *fakeCLI) verification() export.Verification {
	return export.Verification{Dir: f.work, CLI: filepath.Join(f.dir, "terraform"), Env: []string{"PATH=" + os.Getenv("PATH")}}
}

func (f *fakeCLI) verify() export.Report {
	f.t.Helper()
	report, err := export.Verify(f.t.Context(), f.verification())
	if err != nil {
		f.t.Fatal(err)
	}
	return report
}

// change is a change of a plan, as `show -json` writes it.
func change(address string, actions []string, fields map[string]any) map[string]any {
	c := map[string]any{"actions": actions}
	for name, value := range fields {
		c[name] = value
	}
	return map[string]any{"address": address, "mode": "managed", "type": "raff_vm", "name": "web", "change": c}
}

func imported(address string, actions ...string) map[string]any {
	if len(actions) == 0 {
		actions = []string{"no-op"}
	}
	object := map[string]any{"name": "web"}
	return change(address, actions, map[string]any{"importing": map[string]any{"id": "1"}, "before": object, "after": object})
}

func lines(differences []export.Difference) []string {
	var all []string
	for _, d := range differences {
		all = append(all, d.String())
	}
	return all
}

func expectDifferences(t *testing.T, report export.Report, want ...string) {
	t.Helper()
	if got := lines(report.Differences); !slices.Equal(got, want) {
		t.Errorf("the differences are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if report.Proven() {
		t.Error("it is proven all the same")
	}
}

func TestVerify_importsOnly(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.plans(imported("raff_vm.web"), imported("raff_vm.db"), change("raff_vm.known", []string{"no-op"}, nil))
	report := f.verify()
	if !report.Proven() || report.Imports != 2 || report.Known != 1 || report.CLI != "Terraform 1.11.4" {
		t.Errorf("got %+v", report)
	}
	if got := f.commands(); !slices.Equal(got, []string{"version", "validate", "plan", "show"}) {
		t.Errorf("the commands were %q", got)
	}
	if left, err := os.ReadDir(f.work); err != nil || len(left) > 0 {
		t.Errorf("left in the directory are %v, %v", left, err)
	}
}

func TestVerify_update(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.plans(change("raff_vm.web", []string{"update"}, map[string]any{
		"importing": map[string]any{"id": "1"},
		"before": map[string]any{
			"name": "web", "tags": []any{"a"}, "size": 12345678901234567, "text": "a\x1b[31m\"${b}", "password": "old", "rules": []any{map[string]any{"ports": "1"}}, "keys": []any{"a", "b"},
		},
		"after": map[string]any{
			"name": "web", "tags": []any{"a", "b"}, "size": 12345678901234568, "text": nil, "password": "new", "rules": []any{map[string]any{"ports": "2"}}, "keys": []any{"a", "c"},
		},
		"before_sensitive": map[string]any{"password": true},
		"after_sensitive":  map[string]any{"password": true},
		"after_unknown":    map[string]any{"ip": true},
	}))
	report := f.verify()
	expectDifferences(t, report,
		`raff_vm.web: ip: null -> (known after apply)`,
		`raff_vm.web: keys: ["a", "b"] -> ["a", "c"]`,
		`raff_vm.web: password: (sensitive value) -> (sensitive value)`,
		`raff_vm.web: rules[0].ports: "1" -> "2"`,
		`raff_vm.web: size: 12345678901234567 -> 12345678901234568`,
		`raff_vm.web: tags: ["a"] -> ["a", "b"]`,
		`raff_vm.web: text: "a\x1b[31m\"${b}" -> null`,
	)
	if report.Imports != 0 {
		t.Errorf("%d objects count as imported", report.Imports)
	}
}

func TestVerify_replacement(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.plans(change("raff_vm.web", []string{"delete", "create"}, map[string]any{
		"before":        map[string]any{"region": "us-east", "id": "1"},
		"after":         map[string]any{"region": "us-west"},
		"after_unknown": map[string]any{"id": true},
		"replace_paths": []any{[]any{"region"}},
	}))
	expectDifferences(t, f.verify(),
		`raff_vm.web: id: "1" -> (known after apply)`,
		`raff_vm.web: region: "us-east" -> "us-west" (which replaces the object)`,
	)
}

func TestVerify_otherActions(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	data := change("data.raff_vm.late", []string{"read"}, nil)
	data["mode"] = "data"
	moved := change("raff_vm.to", []string{"no-op"}, nil)
	moved["previous_address"] = "raff_vm.from"
	f.plans(
		change("raff_vm.new", []string{"create"}, map[string]any{"after": map[string]any{"name": "x"}}),
		change("raff_vm.gone", []string{"delete"}, map[string]any{"before": map[string]any{"name": "x"}}),
		change("raff_vm.forgotten", []string{"forget"}, nil),
		change("raff_vm.why", []string{"update"}, map[string]any{"before": map[string]any{"name": "x"}, "after": map[string]any{"name": "x"}}),
		data, moved, imported("raff_vm.fine"),
	)
	report := f.verify()
	if report.Known != 1 || report.Imports != 1 { // a move changes the state only
		t.Errorf("%d known, %d imports", report.Known, report.Imports)
	}
	expectDifferences(t, report,
		`data.raff_vm.late: would be read during the apply only`,
		`raff_vm.forgotten: would be changed: [forget]`,
		`raff_vm.gone: would be destroyed: the configuration does not have it`,
		`raff_vm.new: would be created: nothing is imported into it`,
		`raff_vm.why: would be updated, though no attribute shows why`,
	)
}

func TestVerify_deferred(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.say("show", `{"format_version": "1.2", "resource_changes": [], "deferred_changes": [
		{"reason": "provider_config_unknown", "resource_change": {"address": "raff_vm.web", "change": {"actions": ["create"]}}}]}`)
	expectDifferences(t, f.verify(), "raff_vm.web: is planned later")
}

const planError = `{"type":"version","terraform":"1.11.4"}
not JSON
{"@level":"warn","type":"diagnostic","diagnostic":{"severity":"warning","summary":"VM failed","detail":"It has failed.","address":"raff_vm.web"}}
{"@level":"error","type":"diagnostic","diagnostic":{"severity":"error","summary":"Invalid name","detail":"It is raff_secret_key_1.","address":"raff_vm.web",` +
	`"range":{"filename":"compute.tf","start":{"line":3,"column":1,"byte":1},"end":{"line":3,"column":2,"byte":2}},` +
	`"snippet":{"context":"resource \"raff_vm\" \"web\"","code":"  name = \"x\"","start_line":3,"values":[]}}}
`

// A plan that fails shows the diagnostics as the CLI does, each once, and no key.
func TestVerify_planError(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.say("plan", planError+planError)
	f.say("plan.code", "1")
	v := f.verification()
	v.Env = append(v.Env, "RAFF_API_KEY=raff_secret_key_1")
	report, err := export.Verify(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	want := "Error: Invalid name\n\n  with raff_vm.web,\n  on compute.tf line 3, in resource \"raff_vm\" \"web\":\n   3:   name = \"x\"\n\nIt is (key)."
	if !slices.Equal(report.Errors, []string{want}) || report.Proven() {
		t.Errorf("got %q", report.Errors)
	}
	if want := "Warning: VM failed\n\n  with raff_vm.web,\n\nIt has failed."; !slices.Equal(report.Warnings, []string{want}) {
		t.Errorf("the warnings are %q", report.Warnings)
	}
}

const invalid = `{"format_version": "1.0", "valid": false, "error_count": 1, "diagnostics": [
	{"severity": "error", "summary": "Unsupported argument", "detail": "No such thing.",
	 "range": {"filename": "a.tf", "start": {"line": 7, "column": 1, "byte": 1}, "end": {"line": 7, "column": 2, "byte": 2}}}%s]}`

const overrides = `, {"severity": "warning", "summary": "Provider development overrides are in effect", "detail": "…"}`

// The objects of a state need no import.
func TestVerify_state(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.plans()
	f.say("plan.sh", `for arg; do case $arg in -state=*) cat "${arg#-state=}" >"$here/state" ;; esac; done`)
	v := f.verification()
	v.State = []byte(`{"version": 4}`)
	if _, err := export.Verify(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(f.dir, "state")); err != nil || !bytes.Equal(content, v.State) {
		t.Errorf("planned with the state %q, %v", content, err)
	}
	if left, err := os.ReadDir(f.work); err != nil || len(left) > 0 {
		t.Errorf("left in the directory are %v, %v", left, err)
	}
}

// What is not installed yet is, once, and the lock file stays as it was.
func TestVerify_initializes(t *testing.T) {
	t.Parallel()
	for _, lock := range []string{"", "# by hand\n"} {
		t.Run(lock, func(t *testing.T) {
			t.Parallel()
			f := newFakeCLI(t)
			f.say("validate.1", fmt.Sprintf(invalid, ""))
			f.say("init.sh", "echo changed >.terraform.lock.hcl\n")
			f.say("plan.sh", "grep -q changed .terraform.lock.hcl || exit 9\n") // it needs what init has locked
			f.plans(imported("raff_vm.web"))
			path := filepath.Join(f.work, ".terraform.lock.hcl")
			if lock != "" {
				if err := os.WriteFile(path, []byte(lock), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if report := f.verify(); !report.Proven() {
				t.Errorf("got %+v", report)
			}
			if got := f.commands(); !slices.Equal(got, []string{"version", "validate", "init", "validate", "plan", "show"}) {
				t.Errorf("the commands were %q", got)
			}
			if content, _ := os.ReadFile(path); string(content) != lock {
				t.Errorf("the lock file is %q", content)
			}
		})
	}
}

// An invalid configuration is not planned. What the CLI says is shown once, whatever was tried.
func TestVerify_invalid(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.say("validate", fmt.Sprintf(invalid, overrides))
	report := f.verify()
	want := "Error: Unsupported argument\n\n  on a.tf line 7:\n\nNo such thing."
	if !slices.Equal(report.Errors, []string{want}) || len(report.Warnings) > 0 || report.Proven() {
		t.Errorf("got %+v", report)
	}
	// With an override, the registry is asked for nothing.
	if got := f.commands(); !slices.Equal(got, []string{"version", "validate", "get", "validate"}) {
		t.Errorf("the commands were %q", got)
	}
}

func TestVerify_initFails(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.say("validate", fmt.Sprintf(invalid, ""))
	f.say("init.err", "\nError: Failed to query available provider packages\n\nNo network.\n")
	f.say("init.code", "1")
	report := f.verify()
	if want := "Error: Failed to query available provider packages\n\nNo network."; !slices.Equal(report.Errors, []string{want}) {
		t.Errorf("got %q", report.Errors)
	}
}

// A directory that has been initialized is used as it is; what another one needs goes elsewhere.
func TestVerify_dataDirectory(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.plans()
	v := f.verification()
	v.Env = append(v.Env, "TF_LOG=trace", "TF_CLI_ARGS=-x")
	verified := func() []string {
		if _, err := export.Verify(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		calls := f.calls()
		return calls[len(calls)-3:]
	}
	for _, call := range verified() {
		if strings.Contains(call, "data= ") || strings.Contains(call, "data="+f.work) || !strings.HasSuffix(call, "log= args=") {
			t.Errorf("not initialized: %s", call)
		}
	}
	if err := os.Mkdir(filepath.Join(f.work, ".terraform"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, call := range verified() {
		if !strings.Contains(call, "data= ") {
			t.Errorf("initialized: %s", call)
		}
	}
}

func TestVerify_noCLI(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := export.Verify(t.Context(), export.Verification{Dir: t.TempDir()}); !errors.Is(err, export.ErrNoCLI) {
		t.Errorf("got %v", err)
	}
	v := export.Verification{Dir: t.TempDir(), CLI: "/nowhere/terraform"}
	if _, err := export.Verify(t.Context(), v); !errors.Is(err, export.ErrNoCLI) || !strings.Contains(err.Error(), v.CLI) {
		t.Errorf("got %v", err)
	}
}

func TestVerify_version(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Terraform v1.10.5\n":              "1.10.5",
		"OpenTofu v1.9.0\n":                "1.9.0",
		"Terraform v0.15.0\n":              "0.15.0",
		"bash: no\n":                       "names no version",
		"\nWarning\nTerraform v1.11.0-dev": "",
		"OpenTofu v1.12.0\non linux_amd64": "",
		"Terraform v2.0.1":                 "",
	} {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			f := newFakeCLI(t)
			f.plans()
			f.say("version", said)
			_, err := export.Verify(t.Context(), f.verification())
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("got %v", err)
			}
			if old := errors.Is(err, export.ErrOldCLI); old != (want != "" && want[1] == '.') {
				t.Errorf("too old: %v, %v", old, err)
			}
		})
	}
}

// A CLI that fails without a diagnostic is an error with what it has said.
func TestVerify_crash(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"validate", "plan", "show"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			f := newFakeCLI(t)
			f.say(command, "no JSON")
			f.say(command+".code", "2")
			f.say(command+".err", "panic: oh no\n")
			if report, err := export.Verify(t.Context(), f.verification()); err == nil || !strings.Contains(err.Error(), "panic: oh no") {
				t.Errorf("got %+v, %v", report, err)
			}
		})
	}
}

// A cancelled verification interrupts the CLI and leaves nothing behind.
func TestVerify_cancelled(t *testing.T) {
	t.Parallel()
	f := newFakeCLI(t)
	f.say("plan.sh", `trap 'echo interrupted >"$here/interrupted"; exit 1' INT
touch "$here/planning"
while :; do sleep 0.05; done
`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(f.dir, "planning")); err == nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	v := f.verification()
	temporary := t.TempDir()
	v.Env = append(v.Env, "TMPDIR="+temporary)
	if report, err := export.Verify(ctx, v); !errors.Is(err, context.Canceled) || report.Proven() && err == nil {
		t.Errorf("got %+v, %v", report, err)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "interrupted")); err != nil {
		t.Error("the CLI was not interrupted")
	}
	if got := f.commands(); slices.Contains(got, "show") {
		t.Errorf("the commands were %q", got)
	}
}

// A large account is read whole.
func TestVerify_many(t *testing.T) {
	t.Parallel()
	const objects = 5_000
	f := newFakeCLI(t)
	var events strings.Builder
	changes := make([]map[string]any, objects)
	for i := range changes {
		address := fmt.Sprintf("raff_vm.web_%d", i)
		changes[i] = imported(address)
		fmt.Fprintf(&events, `{"type":"planned_change","change":{"resource":{"addr":%q},"action":"import"}}`+"\n", address)
	}
	changes[objects/2] = change("raff_vm.odd", []string{"update"}, map[string]any{
		"before": map[string]any{"name": strings.Repeat("ä", 10_000)}, "after": map[string]any{"name": "b"},
	})
	f.say("plan", events.String())
	f.plans(changes...)
	report := f.verify()
	if report.Imports != objects-1 {
		t.Errorf("%d imports", report.Imports)
	}
	expectDifferences(t, report, `raff_vm.odd: name: "`+strings.Repeat("ä", 199)+`… -> "b"`)
}
