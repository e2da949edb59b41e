package provider_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// oldState is a state of the SDKv2 provider, with the configuration of today that it is of.
type oldState struct {
	typeName      string
	Name          string
	State, Config json.RawMessage
}

// config is the configuration as the protocol has it.
func (s oldState) config(t *testing.T, w *acctest.Walk) tftypes.Value {
	t.Helper()
	config, err := tfprotov6.RawState{JSON: s.Config}.Unmarshal(w.Schemas[s.typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func longestFirst[V any](words map[string]V) []string {
	return slices.SortedFunc(maps.Keys(words), func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
}

// oldStates are those of testdata/sdkv2, of the objects of an account.
func oldStates(a *oldAccount) []oldState {
	a.t.Helper()
	files, err := filepath.Glob("testdata/sdkv2/*.json")
	if err != nil {
		a.t.Fatal(err)
	}
	if len(files) != 14 {
		a.t.Fatalf("%d files", len(files))
	}
	var all []oldState
	for _, file := range files {
		text, err := os.ReadFile(file) // #nosec G304 -- of testdata
		if err != nil {
			a.t.Fatal(err)
		}
		var states []oldState
		if err := json.Unmarshal([]byte(a.fill(string(text))), &states); err != nil {
			a.t.Fatalf("%s: %s", file, err)
		}
		for _, s := range states {
			s.typeName = strings.TrimSuffix(filepath.Base(file), ".json")
			all = append(all, s)
		}
	}
	return all
}

// sdkPrivate is what the SDKv2 provider keeps with an object that has timeouts, and with one that has none.
var sdkPrivate = []string{`null`, `{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":900000000000},"schema_version":"0"}`, ``}

// upgraded upgrades a state, and expects that to work.
func upgraded(t *testing.T, w *acctest.Walk, typeName, name string, version int64, state []byte) acctest.Object {
	t.Helper()
	response, err := w.Server().UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: state},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(response.Diagnostics) > 0 {
		t.Fatalf("%s.%s: %s: %s", typeName, name, response.Diagnostics[0].Summary, response.Diagnostics[0].Detail)
	}
	return acctest.Object{Type: typeName, Name: name, State: w.Value(typeName, response.UpgradedState)}
}

// A state of the SDKv2 provider: after a refresh, nothing of its object is to be changed, by its configuration in
// today's words, and by one that gives all that the state has; no secret is left.
func TestUpgrade_sdkv2(t *testing.T) {
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	a := furnishOld(t, b)
	b.ClearJournal()
	for i, s := range oldStates(a) {
		t.Run(s.typeName+"/"+s.Name, func(t *testing.T) {
			w := b.NewWalk(t, "")
			o := upgraded(t, w, s.typeName, s.Name, 0, s.State)
			o.Private = []byte(sdkPrivate[i%len(sdkPrivate)])
			fresh, errs, warnings := w.Refresh(o)
			if len(errs) > 0 || len(warnings) > 0 || fresh.State.IsNull() {
				t.Fatalf("errors %q, warnings %q", errs, warnings)
			}
			p := w.Plan(fresh, s.config(t, w))
			if len(p.Errors) > 0 || len(p.Warnings) > 0 || len(p.Replaces) > 0 {
				t.Errorf("errors %q, warnings %q, replaced because of %q", p.Errors, p.Warnings, p.Replaces)
			}
			before, after := w.Attributes(fresh.State), w.Attributes(p.Planned)
			for _, name := range w.Changes(p) {
				t.Errorf("%s is %s and is planned to be %s", name, before[name], after[name])
			}
			unchanged(t, w, fresh)
			if state := string(w.JSON(fresh.State)); strings.Contains(state, oldPassword) {
				t.Errorf("the password is in the state: %s", state)
			}
		})
	}
	for _, e := range b.Journal() {
		if e.Method != http.MethodGet {
			t.Errorf("the account was changed: %s", e.Operation)
		}
	}
}

// Without a refresh nothing is replaced either, and no rule is changed: what cannot be told yet is refused.
func TestUpgrade_sdkv2WithoutRefresh(t *testing.T) {
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	for _, s := range oldStates(furnishOld(t, b)) {
		t.Run(s.typeName+"/"+s.Name, func(t *testing.T) {
			w := b.NewWalk(t, "")
			o := upgraded(t, w, s.typeName, s.Name, 0, s.State)
			for _, config := range []tftypes.Value{s.config(t, w), w.Null(o)} {
				p := w.Plan(o, config)
				if slices.Contains([]string{"raff_vm", "raff_snapshot", "raff_backup_schedule"}, s.typeName) {
					if len(p.Errors) != 1 || !strings.HasPrefix(p.Errors[0], "project_id: The project of the object is not known yet: ") || len(p.Warnings) > 0 {
						t.Errorf("errors %q, warnings %q", p.Errors, p.Warnings)
					}
					// What has no block is not read before its end is planned, so that a refresh alone would not help.
					if advice := "with its resource block still in the configuration"; len(p.Errors) == 1 && strings.Contains(p.Errors[0], advice) != config.IsNull() {
						t.Errorf("errors %q", p.Errors)
					}
					continue
				}
				if config.IsNull() {
					continue
				}
				if len(p.Errors) > 0 || len(p.Warnings) > 0 || len(p.Replaces) > 0 {
					t.Errorf("errors %q, warnings %q, replaced because of %q", p.Errors, p.Warnings, p.Replaces)
				}
				if changes := w.Changes(p); s.Name != "off" && len(changes) > 0 { // whose limit is not in the state
					t.Errorf("the plan changes %q", changes)
				}
			}
		})
	}
}

// The states that this provider wrote before its schemas had versions are kept as they are, and nothing is to be changed.
func TestAccUpgrade_ownStates(t *testing.T) {
	b, objects := applied(t)
	text, err := os.ReadFile("testdata/version0.json")
	if err != nil {
		t.Fatal(err)
	}
	var states map[string]map[string]json.RawMessage
	if err := json.Unmarshal(text, &states); err != nil {
		t.Fatal(err)
	}
	w := b.NewWalk(t, "")
	for i, o := range objects {
		state := states[o.Address()]
		delete(states, o.Address())
		if state == nil {
			continue // it came later
		}
		now := live(t, o.Address(), state, w.JSON(o.State))
		old := upgraded(t, w, o.Type, o.Name, 0, now)
		got := w.JSON(old.State)
		for name, value := range state {
			if name == "monthly_price" { // which left out the disk beyond the plan
				if kept := member(t, got, name); string(kept) != "null" {
					t.Errorf("%s: %s is kept: %s", o.Address(), name, kept)
				}
				continue
			}
			if kept := member(t, got, name); !jsonEqual(t, kept, member(t, now, name)) {
				t.Errorf("%s: %s was %s and is %s", o.Address(), name, value, kept)
			}
		}
		objects[i].State = old.State
	}
	for address := range states {
		t.Errorf("testdata/everything.tf has no %s", address)
	}
	settled(t, w, objects)
}

// live is a state of a former version with the ids, times and numbers of an object that exists. What was null stays null.
func live(t *testing.T, address string, former map[string]json.RawMessage, text []byte) []byte {
	t.Helper()
	state := maps.Clone(former)
	for name, value := range state {
		current := member(t, text, name)
		scalar := value[0] == '"' || value[0] >= '0' && value[0] <= '9'
		switch {
		case !scalar || current == nil || name == "monthly_price":
		case (current[0] == '"') != (value[0] == '"'):
			t.Errorf("%s: %s was %s and is %s", address, name, value, current)
		default:
			state[name] = current
		}
	}
	filled, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

func member(t *testing.T, object []byte, name string) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		t.Fatal(err)
	}
	return members[name]
}

func jsonEqual(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}
