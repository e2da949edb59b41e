package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// inModules is a state file in which the first object of each type is in a module, and the instance of a for_each.
func inModules(t *testing.T, file string) string {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(file), &state); err != nil {
		t.Fatal(err)
	}
	moved := map[any]bool{}
	for _, r := range state["resources"].([]any) {
		resource := r.(map[string]any)
		if moved[resource["type"]] {
			continue
		}
		moved[resource["type"]] = true
		resource["module"], resource["each"] = "module.old[0]", "map"
		resource["instances"].([]any)[0].(map[string]any)["index_key"] = "a.b"
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The configuration that an export writes of a state of the SDKv2 provider, with objects of all of its types, plans nothing but
// the imports of what that provider created along with others. Once it is applied, the next plan is empty and no secret is left;
// the account is never changed.
func TestAccUpgrade_export(t *testing.T) {
	b := acctest.New(t)
	states := firstStates(t, furnishOld(t, b))
	before := len(b.Mutations())
	state := inModules(t, oldStateFile(t, states))
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	if errs := b.Configure(t, p.Server, "", b.OwnerKey, nil); len(errs) > 0 {
		t.Fatal(errs)
	}
	account, err := export.FromState(t.Context(), p, strings.NewReader(state), export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range account.Coverage {
		if c.Hole || c.Skipped > 0 {
			t.Errorf("%+v", c)
		}
	}
	files, err := export.Write(t.Context(), p, account, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cli := acctest.NewCLI(t, "")
	if err := os.Remove(filepath.Join(cli.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	for name, content := range files.Content {
		if strings.Contains(string(content), oldPassword) {
			t.Errorf("%s has the password", name)
		}
		cli.Write(t, name, string(content))
	}
	cli.Env = append(cli.Env, "RAFF_API_URL="+b.URL, "RAFF_API_KEY="+b.OwnerKey)
	report, err := export.Verify(t.Context(), export.Verification{Dir: cli.Dir, CLI: os.Getenv("TF_ACC_TERRAFORM_PATH"), Env: cli.Env, State: []byte(state)})
	if err != nil {
		t.Fatal(err)
	}
	if !report.Proven() || report.Known != len(states) || report.Imports == 0 {
		t.Errorf("of %d objects: %+v", len(states), report)
	}
	cli.Write(t, "terraform.tfstate", state)
	cli.MustRun(t, "apply", "-no-color", "-auto-approve")
	cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
	if strings.Contains(cli.MustRun(t, "state", "pull"), oldPassword) {
		t.Error("a secret is left in the state")
	}
	if after := b.Mutations()[before:]; len(after) > 0 {
		t.Errorf("the account was changed: %v", after)
	}
}
