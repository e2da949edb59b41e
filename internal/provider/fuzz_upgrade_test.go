package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// FuzzUpgrade upgrades states of version 0 with one value that is not what it should be, and any text. The outcome is one
// diagnostic, or a state with the id that can be read; never a panic, and never a password.
func FuzzUpgrade(f *testing.F) {
	states := storedStates(f)
	for i := range states {
		for node := range uint16(40) {
			f.Add(uint8(i), node, uint8((i*7+int(node)*3)%acctest.Mutations()), []byte(nil)) // #nosec G115 -- a few dozen
		}
	}
	for _, text := range []string{"null", "[]", "{}", "7", `""`, "{", `{"id":null}`, `{"id":"x"}`, `{"id":"x/y/z"}`, `{"id":"/"}`, `{"id":"x","id":{}}`} {
		for i := range states {
			f.Add(uint8(i), uint16(0), uint8(0), []byte(text)) // #nosec G115 -- a few dozen
		}
	}
	server := provider.NewServer("test")() // it upgrades without a configuration
	schemas, err := server.GetProviderSchema(f.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which uint8, node uint16, how uint8, raw []byte) {
		s := states[int(which)%len(states)]
		if len(raw) == 0 {
			raw = (&acctest.Mutation{Node: node, How: how}).Apply(s.State)
		}
		response, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: s.typeName, RawState: &tfprotov6.RawState{JSON: raw},
		})
		if err != nil {
			t.Fatal(err)
		}
		errs := errorsOf(response.Diagnostics)
		(&fuzzed{t: t}).sound(s.typeName, string(raw), errs)
		if len(errs) > 0 {
			if len(errs) > 1 || !strings.HasPrefix(errs[0], "Unable to upgrade the state of an object: ") || strings.Contains(errs[0], oldPassword) {
				t.Errorf("%s: %q", s.typeName, errs)
			}
			return
		}
		state, err := response.UpgradedState.Unmarshal(schemas.ResourceSchemas[s.typeName].ValueType())
		if err != nil {
			t.Fatal(err)
		}
		var attributes map[string]tftypes.Value
		var id string
		if err := state.As(&attributes); err != nil || attributes["id"].As(&id) != nil || id == "" || !state.IsFullyKnown() {
			t.Errorf("%s: %s", s.typeName, state)
		}
	})
}

// storedStates are states of version 0, one of each type and provider.
func storedStates(t testing.TB) []oldState {
	t.Helper()
	var all []oldState
	files, err := filepath.Glob("testdata/sdkv2/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		var states []oldState
		readJSON(t, file, &states)
		for _, s := range states {
			s.typeName = strings.TrimSuffix(filepath.Base(file), ".json")
			all = append(all, s)
		}
	}
	var own map[string]json.RawMessage
	readJSON(t, "testdata/version0.json", &own)
	for _, address := range longestFirst(own) {
		typeName, name, _ := strings.Cut(address, ".")
		all = append(all, oldState{typeName: typeName, Name: name, State: own[address]})
	}
	return all
}

func readJSON(t testing.TB, file string, to any) {
	t.Helper()
	text, err := os.ReadFile(file) // #nosec G304 -- of testdata
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatalf("%s: %s", file, err)
	}
}

// What cannot be upgraded is one error, which names the object and what is wrong with it, and none of its values.
func TestUpgrade_refused(t *testing.T) {
	server := provider.NewServer("test")()
	for name, test := range map[string]struct{ typeName, state, want string }{
		"another type":  {"raff_vm", `{"id": "7", "name": "web", "cpu": {"secret": 1}}`, `VM "web" (7): the state has a value of another type in cpu.`},
		"a fraction":    {"raff_volume", `{"id": "7", "name": "data", "size": 1.5}`, `object "data" (7): the state has a value of another type in size.`},
		"in a rule":     {"raff_security_group", `{"id": "7", "rule": [{"rule_type": "INBOUND", "size": 0.5}]}`, `security group (7): the state has a number that is no integer in rule.`},
		"rules no list": {"raff_security_group", `{"id": "7", "rule": "all"}`, `security group (7): the state has a value of another type in rule.`},
		"no id":         {"raff_vm", `{"id": "", "name": "web"}`, `VM "web": the state has no id.`},
		"empty":         {"raff_vm", `null`, `VM: the state is empty.`},
		"half an id":    {"raff_project_member", `{"id": "project/"}`, `project member (project/): its id is not made of a project and a member: <project_id>/<id>.`},
		"no object":     {"raff_ssh_key", `[]`, `object: the state cannot be read.`},
	} {
		t.Run(name, func(t *testing.T) {
			response, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: test.typeName, RawState: &tfprotov6.RawState{JSON: []byte(test.state)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(response.Diagnostics) != 1 || !strings.HasPrefix(response.Diagnostics[0].Detail, test.want+" Nothing was changed.") {
				t.Errorf("wanted %s, got %q", test.want, errorsOf(response.Diagnostics))
			}
		})
	}
}
