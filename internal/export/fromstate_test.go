package export_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

const ours = `provider["registry.terraform.io/rafftechnologies/raff"]`

// stored is an instance of a resource in a state.
type stored struct {
	Module, Type, Name, Provider string
	Key                          any
	Status, Deposed              string
	Version                      int
	Attributes                   map[string]any
}

// stateOf is a state file.
func stateOf(t *testing.T, all ...stored) string {
	t.Helper()
	var resources []map[string]any
	for _, one := range all {
		instance := map[string]any{
			"schema_version": one.Version, "attributes": one.Attributes,
			"private": base64.StdEncoding.EncodeToString([]byte(`{"schema_version":"0"}`)),
		}
		for name, value := range map[string]string{"status": one.Status, "deposed": one.Deposed} {
			if value != "" {
				instance[name] = value
			}
		}
		if one.Key != nil {
			instance["index_key"] = one.Key
		}
		if one.Provider == "" {
			one.Provider = ours
		}
		resources = append(resources, map[string]any{
			"module": one.Module, "mode": "managed", "type": one.Type, "name": one.Name, "provider": one.Provider, "instances": []any{instance},
		})
	}
	text, err := json.Marshal(map[string]any{"version": 4, "terraform_version": "1.5.7", "serial": 3, "lineage": "x", "resources": resources})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func key(name, id string) map[string]any {
	return map[string]any{"id": id, "name": name, "public_key": acctest.SSHKey, "key_type": "ssh-ed25519"}
}

func fromState(t *testing.T, p *protocol.Provider, state string, o export.Options) export.Account {
	t.Helper()
	a, err := export.FromState(t.Context(), p, strings.NewReader(state), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func unconfigured(t *testing.T) *protocol.Provider {
	t.Helper()
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func selected(a export.Account) (objects []export.Object) {
	for _, o := range a.Objects {
		if o.Selected {
			objects = append(objects, o)
		}
	}
	return objects
}

func text(t *testing.T, o export.Object, name string) (text string) {
	t.Helper()
	if err := protocol.Attributes(o.State)[name].As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// The instances of a state get labels that are distinct, say where they were, and do not depend on the order of the file.
func TestFromState_labels(t *testing.T) {
	all := []stored{
		{Type: "raff_ssh_key", Name: "a", Attributes: key("1", "1")},
		{Type: "raff_ssh_key", Name: "a_0", Attributes: key("2", "2")},
		{Type: "raff_ssh_key", Name: "b", Key: 0, Attributes: key("3", "3")},
		{Type: "raff_ssh_key", Name: "b", Key: "x.y z", Attributes: key("4", "4")},
		{Type: "raff_ssh_key", Name: "a", Module: "module.a", Key: 0, Attributes: key("5", "5")},
		{Type: "raff_ssh_key", Name: "c", Module: `module.net["eu.1"].module.inner`, Attributes: key("6", "6")},
		{Type: "raff_ssh_key", Name: "a", Key: 0, Module: "module.z", Attributes: key("7", "7"), Provider: `module.z.provider["registry.opentofu.org/rafftechnologies/raff"].other`},
		{Type: "raff_ssh_key", Name: "a-0", Module: "module.z", Attributes: key("8", "8")},
		{Type: "raff_role", Name: "a", Attributes: map[string]any{"id": "9", "name": "r", "slug": "r", "scope": "project", "permissions": []string{"vm.view"}}},
		{Type: "raff_ssh_key", Name: "b_0", Module: "", Attributes: key("10", "10")},
	}
	want := map[string]string{
		`raff_ssh_key.a`: "a", `raff_ssh_key.a_0`: "a_0", `raff_ssh_key.b_0`: "b_0", `raff_ssh_key.b[0]`: "b_0_2", `raff_ssh_key.b["x.y z"]`: "b_x_y_z",
		`module.a.raff_ssh_key.a[0]`: "a_a_0", `module.net["eu.1"].module.inner.raff_ssh_key.c`: "net_eu_1_inner_c",
		`module.z.raff_ssh_key.a[0]`: "z_a_0", `module.z.raff_ssh_key.a-0`: "z_a-0", `raff_role.a`: "a",
	}
	for range 2 {
		a := fromState(t, unconfigured(t), stateOf(t, all...), export.Options{Offline: true})
		got := map[string]string{}
		for _, o := range selected(a) {
			got[o.Address] = o.Label
			if len(o.Private) == 0 {
				t.Errorf("%s has lost its private state", o.Address)
			}
		}
		for address, label := range want {
			if got[address] != label {
				t.Errorf("%s has the label %q, want %q", address, got[address], label)
			}
		}
		if len(got) != len(want) {
			t.Errorf("got %v", got)
		}
		slices.Reverse(all)
	}
}

func TestFromState_unreadable(t *testing.T) {
	for state, want := range map[string]string{
		`{"version": 3}`: "the state is of version 3", `secret`: "it is no state", ``: "it is no state", `[]`: "it is no state",
		`{"serial": 1, "encrypted_data": "c2VjcmV0", "encryption_version": "v0"}`: "the state is encrypted",
	} {
		_, err := export.FromState(t.Context(), unconfigured(t), strings.NewReader(state), export.Options{Offline: true})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret\"") {
			t.Errorf("%q: got %v", state, err)
		}
	}
}

// What of a state cannot be written is a hole, and says why.
func TestFromState_holes(t *testing.T) {
	state := stateOf(t,
		stored{Type: "raff_ssh_key", Name: "good", Attributes: key("good", "1")},
		stored{Type: "raff_ssh_key", Name: "old", Deposed: "abcd", Attributes: key("old", "2")},
		stored{Type: "raff_bucket", Name: "files", Attributes: map[string]any{"id": "3"}},
		stored{Type: "raff_vm", Name: "web", Attributes: map[string]any{"id": "4", "name": "web", "template_id": "t", "pricing_id": 1}},
		stored{Type: "raff_role", Name: "ours", Provider: `provider["example.com/someone/raff"]`, Attributes: map[string]any{"id": "5"}},
		stored{Type: "raff_project", Name: "bad", Attributes: map[string]any{"id": []int{1}}},
		stored{Type: "raff_project", Name: "late", Version: 99, Attributes: map[string]any{"id": "6", "name": "late"}},
		stored{Type: "aws_vpc", Name: "x", Provider: `provider["registry.terraform.io/hashicorp/aws"]`, Attributes: map[string]any{"id": "7"}},
	)
	a := fromState(t, unconfigured(t), state, export.Options{Offline: true})
	if got := selected(a); len(got) != 1 || got[0].Address != "raff_ssh_key.good" {
		t.Errorf("selected are %+v", got)
	}
	for typeName, want := range map[string]string{
		"raff_ssh_key": "raff_ssh_key.old: the state also has an object that a replacement has left behind",
		"raff_bucket":  "raff_bucket.files: this provider has no raff_bucket",
		"raff_vm":      "raff_vm.web: the state does not have project_id, which the API tells: set an API key.",
		"raff_role":    "the state has it from a provider at another address: raff_role.ours.",
		"raff_project": "raff_project.bad cannot be upgraded",
	} {
		c := coverageOf(t, a, typeName)
		if !c.Hole || !strings.Contains(strings.Join(c.Reasons, " "), want) || c.Found != c.Written+c.Skipped {
			t.Errorf("%+v, want %s", c, want)
		}
	}
	if slices.ContainsFunc(a.Coverage, func(c export.Coverage) bool { return c.Type == "aws_vpc" }) {
		t.Error("what is another provider's is in the coverage")
	}
}

// What the SDKv2 provider created by attributes of other objects is imported along; the rest of the account is there to be
// referred to.
func TestFromState_withTheAccount(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	project := b.Client(t).Project(b.Production())
	vm := b.MakeVM(t, b.Production(), "web", func(r *client.CreateVMRequest) { r.SkipVPC, r.VPCName, r.VPCCIDR = false, "aside", "10.30.0.0/24" })
	volume, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "data", Size: 20, VolumeType: "nvme"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := project.WaitForVolume(t.Context(), volume.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := project.AttachVolume(t.Context(), volume.ID, vm.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := project.CreateBackupSchedule(t.Context(), client.CreateBackupScheduleRequest{VMID: vm.ID, Type: client.ScheduleDaily, Time: "8am", KeepCount: 3}); err != nil {
		t.Fatal(err)
	}
	state := stateOf(t,
		stored{Type: "raff_vm", Name: "web", Attributes: map[string]any{
			"id": vm.ID, "name": "web", "template_id": vm.TemplateID, "pricing_id": vm.PricingID, "region": vm.Region, "ssh_keys": []string{acctest.SSHKey},
			"password": "Correct-Horse-42", "skip_vpc": nil, "vpc_id": nil, "backup_type": "daily",
		}},
		stored{Type: "raff_volume", Name: "data", Attributes: map[string]any{
			"id": strconv.FormatInt(volume.ID, 10), "name": "data", "size": 20, "volume_type": "nvme", "vm_id": vm.ID, "project_id": b.Production(), "region": "us-east",
		}},
		stored{Type: "raff_volume", Name: "gone", Attributes: map[string]any{
			"id": "999999", "name": "gone", "size": 20, "volume_type": "nvme", "project_id": b.Production(), "account_id": b.ID, "region": "us-east",
		}},
		stored{Type: "raff_project", Name: "production", Status: "tainted", Attributes: map[string]any{"id": b.Production(), "name": "production"}},
	)
	b.ClearJournal()
	a := fromState(t, providerWith(t, b, b.OwnerKey), state, export.Options{})
	got := map[string]string{}
	for _, o := range selected(a) {
		got[o.Type] = o.Address
		if strings.Contains(o.State.String(), "Correct-Horse") {
			t.Errorf("%s has a secret", o.Address)
		}
		if o.Type == "raff_vm" && (text(t, o, "project_id") != b.Production() || o.ID != b.Production()+"/"+vm.ID) {
			t.Errorf("the VM is %+v", o)
		}
	}
	want := map[string]string{
		"raff_vm": "raff_vm.web", "raff_volume": "raff_volume.data", "raff_project": "raff_project.production",
		"raff_volume_attachment": "", "raff_backup_schedule": "", "raff_vpc": "",
	}
	for typeName, address := range want {
		if at, ok := got[typeName]; !ok || at != address {
			t.Errorf("%s: %q %t", typeName, at, ok)
		}
	}
	if len(got) != len(want) {
		t.Errorf("selected are %v", got)
	}
	volumes, projects := coverageOf(t, a, "raff_volume"), coverageOf(t, a, "raff_project")
	if volumes.Hole || volumes.Skipped != 1 || !strings.Contains(strings.Join(volumes.Reasons, " "), "raff_volume.gone does not exist any more") {
		t.Errorf("%+v", volumes)
	}
	if projects.Hole || projects.Written != 1 || !strings.Contains(strings.Join(projects.Reasons, " "), "raff_project.production is tainted") {
		t.Errorf("%+v", projects)
	}
	if !slices.ContainsFunc(a.Objects, func(o export.Object) bool { return o.Type == "raff_role" && !o.Selected }) {
		t.Error("there is nothing to refer to")
	}
	for _, e := range b.Journal() {
		if e.Method != "GET" {
			t.Errorf("%s was sent", e.Operation)
		}
	}
}
