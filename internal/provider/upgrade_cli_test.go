package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// firstStates are the states of an object each: those that come first in testdata/sdkv2.
func firstStates(t *testing.T, a *oldAccount) []oldState {
	t.Helper()
	var first []oldState
	seen := map[string]bool{}
	for _, s := range oldStates(a) {
		id := s.typeName + " " + string(member(t, s.State, "id"))
		if !seen[id] {
			seen[id] = true
			first = append(first, s)
		}
	}
	return first
}

// oldStateFile is the state file that the SDKv2 provider has left behind.
func oldStateFile(t *testing.T, states []oldState) string {
	t.Helper()
	host := cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io")
	var resources []map[string]any
	for _, s := range states {
		instance := map[string]any{"schema_version": 0, "attributes": s.State, "sensitive_attributes": []any{}, "private": "bnVsbA=="}
		if s.typeName == "raff_vm" {
			instance["sensitive_attributes"] = []any{[]any{map[string]string{"type": "get_attr", "value": "password"}}}
		}
		resources = append(resources, map[string]any{
			"mode": "managed", "type": s.typeName, "name": s.Name, "provider": fmt.Sprintf("provider[%q]", host+"/rafftechnologies/raff"), "instances": []any{instance},
		})
	}
	file, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.11.0", "serial": 7, "lineage": "4c6d4b48-7a0b-4c8e-9d6c-0b8f6f4d8e11", "outputs": map[string]any{}, "resources": resources,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// todaysWords is the configuration that goes with states, in Terraform's JSON.
func todaysWords(t *testing.T, states []oldState) string {
	t.Helper()
	blocks := map[string]map[string]json.RawMessage{}
	for _, s := range states {
		if blocks[s.typeName] == nil {
			blocks[s.typeName] = map[string]json.RawMessage{}
		}
		blocks[s.typeName][s.Name] = s.Config
	}
	text, err := json.Marshal(map[string]any{"resource": blocks})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Somebody swaps the binary, and writes the configuration in today's words: the plan is empty, and a refresh leaves a state
// without secrets. A volume that is attached gets its attachment managed, and stays attached.
func TestAccUpgrade_swappedBinary(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	a := furnishOld(t, b)
	states := firstStates(t, a)
	cli := acctest.NewCLI(t, b.Config())
	cli.Write(t, "resources.tf.json", todaysWords(t, states))
	cli.Write(t, "terraform.tfstate", oldStateFile(t, states))
	b.ClearJournal()
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")
	cli.MustRun(t, "apply", "-refresh-only", "-auto-approve", "-no-color")
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")
	state := cli.MustRun(t, "state", "pull")
	for _, left := range []string{oldPassword, `"password"`, `"schema_version": 0`} {
		if strings.Contains(state, left) {
			t.Errorf("the state has %s", left)
		}
	}
	if n := strings.Count(state, `"schema_version": 1`); n != len(states) {
		t.Errorf("%d objects of %d have version 1", n, len(states))
	}
	for _, e := range b.Journal() {
		if e.Method != http.MethodGet {
			t.Errorf("the account was changed: %s", e.Operation)
		}
	}

	cli.Write(t, "attachment.tf", fmt.Sprintf("resource \"raff_volume_attachment\" \"data\" {\n  project_id = %q\n  volume_id = raff_volume.data.id\n  vm_id = raff_vm.web.id\n}\n", b.Production()))
	if output := cli.MustRun(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(output, "1 added, 0 changed, 0 destroyed") {
		t.Errorf("the attachment is not all: %s", output)
	}
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")
	if n := len(b.Requests("detachVolume")); n > 0 {
		t.Errorf("the volume was detached")
	}
}
