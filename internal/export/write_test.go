package export_test

import (
	"bytes"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// oddAccount is the account of odd, and the provider that has read it.
func oddAccount(t *testing.T) (*acctest.Backend, *protocol.Provider, export.Account) {
	t.Helper()
	monday := clock.Manual(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
	b := acctest.NewInProcess(t, unlimited, func(o *refbackend.Options) { o.Clock = monday })
	odd(t, b)
	monday.Advance(time.Minute) // what comes now is younger, also where times have no fractions of a second
	return b, providerWith(t, b, b.OwnerKey), read(t, b, export.Options{})
}

// The same account gives the same bytes in any order of its objects, and writing asks the API nothing.
func TestWrite_sameBytes(t *testing.T) {
	b, p, account := oddAccount(t)
	for _, modules := range []bool{false, true} {
		before := len(b.Journal())
		want := written(t, p, account, export.Options{Modules: modules})
		for range 5 {
			slices.Reverse(account.Objects)
			got := written(t, p, account, export.Options{Modules: modules})
			if !maps.EqualFunc(got.Content, want.Content, bytes.Equal) {
				t.Error("another order gives other bytes")
			}
			half := len(account.Objects) / 2
			account.Objects = append(slices.Clone(account.Objects[half:]), account.Objects[:half]...)
		}
		if n := len(b.Journal()) - before; n > 0 {
			t.Errorf("writing has sent %d requests", n)
		}
	}
}

// A further object adds its blocks and changes nothing else, whatever it is called, with the files of the export before
// and without.
func TestWrite_furtherObject(t *testing.T) {
	b, p, account := oddAccount(t)
	time.Sleep(time.Second) // what is of the same second is of the same age
	for _, modules := range []bool{false, true} {
		first := written(t, p, account, export.Options{Modules: modules})
		for _, name := range []string{"aaa", "fuzz ", "web-1", "zzz"} {
			b.MakeVM(t, b.Production(), name, func(r *client.CreateVMRequest) { r.VPCName, r.VPCCIDR = "", "" })
		}
		for _, existing := range []map[string][]byte{nil, first.Content} {
			second := filesOf(t, b, export.Options{Modules: modules, Existing: existing})
			if len(second.Kept) > 0 {
				t.Errorf("files are taken for edited: %v", second.Kept)
			}
			for name, content := range first.Content {
				if filepath.Ext(name) == ".tf" && !within(string(content), string(second.Content[name])) {
					t.Errorf("%s has lost or changed lines:\n%s\n---\n%s", name, content, second.Content[name])
				}
			}
		}
		for _, vm := range vmsNamed(t, b, "aaa", "fuzz ", "web-1", "zzz") {
			remove(t, b, vm)
		}
	}
}

func vmsNamed(t *testing.T, b *acctest.Backend, names ...string) []string {
	t.Helper()
	vms, err := client.Collect(b.Client(t).ListVMs(t.Context(), client.VMFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, vm := range vms {
		if slices.Contains(names, vm.Name) {
			ids = append(ids, vm.ID)
		}
	}
	return ids
}

func remove(t *testing.T, b *acctest.Backend, id string) {
	t.Helper()
	project := b.Client(t).Project(b.Production())
	if err := project.DeleteVM(t.Context(), id, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
		t.Fatal(err)
	}
	if _, err := project.WaitForVMGone(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// within tells whether all lines of a text are in another one, in the same order.
func within(text, longer string) bool {
	rest := strings.Split(longer, "\n")
	for line := range strings.SplitSeq(text, "\n") {
		at := slices.Index(rest, line)
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
	}
	return true
}

// Labels are unique in a module. They say nothing but what the objects are called, unless they have to.
func TestWrite_labels(t *testing.T) {
	_, p, account := oddAccount(t)
	files := written(t, p, account, export.Options{})
	seen := map[string]bool{}
	for _, b := range blocks(t, files) {
		if b.Type != "resource" {
			continue
		}
		address := strings.Join(b.Labels, ".")
		if seen[address] {
			t.Errorf("%s is there twice", address)
		}
		seen[address] = true
	}
	for _, want := range []string{
		"raff_vm.web_1", "raff_vpc_attachment.web_1_second", "raff_vm_note.web_1_personal", "raff_security_group_attachment.web_1_icmp",
		"raff_snapshot.snapshot_1st", "raff_volume.data", "raff_volume.data_production", "raff_backup_schedule.fuzz_weekly",
		"raff_member.ci", "raff_role.people", "raff_invitation.invited",
	} {
		if !seen[want] {
			t.Errorf("there is no %s", want)
		}
	}
}

// An object keeps the label that an import block in the directory has for it, in whatever file, and the one that an
// earlier export has noted down.
func TestWrite_keepsLabels(t *testing.T) {
	_, p, account := oddAccount(t)
	first := written(t, p, account, export.Options{})
	renamed := map[string][]byte{"mine.tf": bytes.ReplaceAll(first.Content["imports.tf"], []byte("raff_vm.web_1\n"), []byte("raff_vm.shop\n"))}
	second := written(t, p, account, export.Options{Existing: renamed})
	body(t, second, "resource", "raff_vm", "shop")
	body(t, second, "resource", "raff_vpc_attachment", "web_1_second") // which has a label of its own

	record := map[string][]byte{".raff-export.json": bytes.ReplaceAll(first.Content[".raff-export.json"], []byte(`"web_1"`), []byte(`"noted"`))}
	third := written(t, p, account, export.Options{Existing: record})
	body(t, third, "resource", "raff_vm", "noted")
}

// What a person has edited, or has written, stays. What would be in it is beside it, where no CLI reads it.
func TestWrite_editedFiles(t *testing.T) {
	_, p, account := oddAccount(t)
	first := written(t, p, account, export.Options{})
	existing := maps.Clone(first.Content)
	edited := append([]byte("# mine\n"), first.Content["compute.tf"]...)
	existing["compute.tf"] = edited
	second := written(t, p, account, export.Options{Existing: existing})
	if _, ok := second.Content["compute.tf"]; ok || second.Kept["compute.tf"] == "" || len(second.Kept) != 1 {
		t.Errorf("compute.tf is overwritten: %v", second.Kept)
	}
	if !bytes.Equal(second.Content["compute.tf.new"], first.Content["compute.tf"]) {
		t.Error("what would be in compute.tf is not beside it")
	}
	maps.Copy(existing, second.Content)
	if third := written(t, p, account, export.Options{Existing: existing}); third.Kept["compute.tf"] == "" {
		t.Error("the next export overwrites it")
	}
	existing["compute.tf"] = second.Content["compute.tf.new"] // the person takes it
	if third := written(t, p, account, export.Options{Existing: existing}); len(third.Kept) > 0 {
		t.Errorf("what was taken over is still kept: %v", third.Kept)
	}
	delete(existing, ".raff-export.json")
	existing["storage.tf"] = []byte("# mine\n")
	if fourth := written(t, p, account, export.Options{Existing: existing}); len(fourth.Kept) != 1 || fourth.Kept["storage.tf"] == "" {
		t.Errorf("without the record, what differs is kept, and nothing else: %v", fourth.Kept)
	}
}

// What is new goes into a file of its own where a person has edited the one that it would be in. What a person has
// elsewhere is not written again.
func TestWrite_besideEditedFiles(t *testing.T) {
	b, p, account := oddAccount(t)
	first := written(t, p, account, export.Options{})
	existing := maps.Clone(first.Content)
	note := regexp.MustCompile(`(?s)resource "raff_vm_note" "fuzz" \{.*?\n\}\n`)
	existing["notes.tf"] = note.Find(first.Content["compute.tf"])
	existing["compute.tf"] = note.ReplaceAll(first.Content["compute.tf"], nil)
	if second := written(t, p, account, export.Options{Existing: existing}); second.Content["compute_added.tf"] != nil || len(second.Kept) != 1 {
		t.Errorf("a block is written again that was moved: %v", second.Kept)
	}
	b.MakeVM(t, b.Production(), "further")
	for range 2 { // once more with what the first time has written
		second := filesOf(t, b, export.Options{Existing: existing})
		if n := bytes.Count(second.Content["compute_added.tf"], []byte("resource")); n != 1 || second.Content["compute.tf"] != nil {
			t.Errorf("%d blocks in\n%s", n, second.Content["compute_added.tf"])
		}
		if n := bytes.Count(second.Content["imports.tf"], []byte("raff_vm.further\n")); n != 1 {
			t.Errorf("it is imported %d times", n)
		}
		maps.Copy(existing, second.Content)
	}
	existing["compute_added.tf"] = append([]byte("# mine\n"), existing["compute_added.tf"]...)
	b.MakeVM(t, b.Production(), "another")
	if third := filesOf(t, b, export.Options{Existing: existing}); third.Content["compute_added.tf"] != nil ||
		bytes.Count(third.Content["compute_added_added.tf"], []byte("resource")) != 1 {
		t.Errorf("what is new is in\n%s", third.Content["compute_added_added.tf"])
	}
}

// A file that has nothing any more is emptied, or it would create again what is gone.
func TestWrite_emptied(t *testing.T) {
	_, p, account := oddAccount(t)
	first := written(t, p, account, export.Options{})
	account.Objects = slices.DeleteFunc(account.Objects, func(o export.Object) bool { return strings.HasPrefix(o.Type, "raff_volume") })
	second := written(t, p, account, export.Options{Existing: first.Content})
	if content, ok := second.Content["storage.tf"]; !ok || bytes.Contains(content, []byte("resource")) {
		t.Errorf("storage.tf: %q", content)
	}
}

// What the person has said of the CLI and the provider is not said again.
func TestWrite_ownProviderBlock(t *testing.T) {
	_, p, account := oddAccount(t)
	existing := map[string][]byte{"main.tf": []byte("terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n\nprovider \"raff\" {\n  profile = \"x\"\n}\n")}
	if files := written(t, p, account, export.Options{Existing: existing}); files.Content["versions.tf"] != nil {
		t.Errorf("it is said again:\n%s", files.Content["versions.tf"])
	}
}

// A VM that cannot do without a password gets it from a variable that no plan and no state has.
func TestWrite_secrets(t *testing.T) {
	_, p, account := oddAccount(t)
	for _, modules := range []bool{false, true} {
		files := written(t, p, account, export.Options{Modules: modules})
		want := map[bool]export.Secret{
			false: {Variable: "desktop_password", Address: "raff_vm.desktop"},
			true:  {Variable: "staging_desktop_password", Address: "module.staging.raff_vm.desktop"},
		}[modules]
		if len(files.Secrets) != 1 || files.Secrets[0].Variable != want.Variable || files.Secrets[0].Address != want.Address || files.Secrets[0].Text == "" {
			t.Errorf("secrets: %+v", files.Secrets)
		}
		for _, b := range blocks(t, files) {
			if b.Type != "variable" || b.Labels[0] != want.Variable {
				continue
			}
			for _, name := range []string{"ephemeral", "sensitive"} {
				if _, ok := b.Body.Attributes[name]; !ok {
					t.Errorf("the variable is not %s", name)
				}
			}
		}
	}
}

// What is not written is read by a data source, by what is the same in another account where there is such a thing.
func TestWrite_outside(t *testing.T) {
	_, p, account := oddAccount(t)
	for i := range account.Objects {
		o := &account.Objects[i]
		o.Selected = slices.Contains([]string{"raff_vm_note", "raff_security_group_attachment", "raff_member", "raff_snapshot"}, o.Type)
	}
	partly := account
	partly.Objects = slices.DeleteFunc(slices.Clone(account.Objects), func(o export.Object) bool { return o.Type == "raff_vm" || o.Type == "raff_project" })
	for name, one := range map[string]export.Account{"known": account, "unknown": partly} {
		for _, modules := range []bool{false, true} {
			files := written(t, p, one, export.Options{Modules: modules})
			kinds := map[string]bool{}
			for _, b := range blocks(t, files) {
				if b.Type == "data" {
					kinds[b.Labels[0]] = true
				}
			}
			for _, kind := range []string{"raff_project", "raff_vm", "raff_security_group", "raff_role", "raff_api_key"} {
				if !kinds[kind] {
					t.Errorf("%s, modules %t: there is no data source %s", name, modules, kind)
				}
			}
		}
	}
	body(t, written(t, p, account, export.Options{}), "data", "raff_project", "production")
}

// A VM that is gone is not looked for: its backup keeps the id.
func TestWrite_backupOfNothing(t *testing.T) {
	_, p, account := oddAccount(t)
	account.Objects = slices.DeleteFunc(account.Objects, func(o export.Object) bool {
		return o.Type != "raff_backup" && o.Type != "raff_project" && o.Type != "raff_snapshot"
	})
	for _, b := range blocks(t, written(t, p, account, export.Options{})) {
		if b.Type == "data" {
			t.Errorf("there is a data source %q", b.Labels)
		}
	}
}

// An object of a state is not imported. Its block has the label that was chosen for it, and a moved block where the state
// has it elsewhere.
func TestWrite_fromState(t *testing.T) {
	_, p, account := oddAccount(t)
	keys := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)})
	for i := range account.Objects {
		o := &account.Objects[i]
		if o.Type != "raff_vm" {
			continue
		}
		o.Label, o.Address = "vm_"+strings.TrimSpace(strings.Fields(o.Name)[0]), "module.net[\"a\"].raff_vm.old[0]"
		if o.Label == "vm_desktop" {
			o.Address = "raff_vm.vm_desktop"
		}
		attributes := protocol.Attributes(o.State)
		attributes["password_wo_version"] = tftypes.NewValue(tftypes.Number, 3)
		attributes["ssh_keys"] = keys
		o.State = tftypes.NewValue(o.State.Type(), attributes)
	}
	files := written(t, p, account, export.Options{})
	if n := strings.Count(string(files.Content["moved.tf"]), "moved {"); n != 2 {
		t.Errorf("%d blocks in\n%s", n, files.Content["moved.tf"])
	}
	if strings.Contains(string(files.Content["imports.tf"]), "raff_vm.") {
		t.Error("what a state has is imported")
	}
	compute := string(files.Content["compute.tf"])
	for _, want := range []string{"= [raff_ssh_key.fuzz.public_key]", "password_wo_version = 3", "= var.vm_desktop_password"} {
		if !strings.Contains(compute, want) {
			t.Errorf("there is no %q in\n%s", want, compute)
		}
	}
	if len(files.Secrets) != 3 {
		t.Errorf("secrets: %v", files.Secrets)
	}
}

// What no configuration can describe is left out, and said to be.
func TestWrite_unwritten(t *testing.T) {
	_, p, account := oddAccount(t)
	for i := range account.Objects {
		name := map[string]string{"raff_project_member": "email", "raff_backup": "vm_id"}[account.Objects[i].Type]
		if name == "" {
			continue
		}
		attributes := protocol.Attributes(account.Objects[i].State)
		attributes[name] = tftypes.NewValue(tftypes.String, nil)
		account.Objects[i].State = tftypes.NewValue(account.Objects[i].State.Type(), attributes)
	}
	files := written(t, p, account, export.Options{})
	kinds := map[string]int{}
	for _, one := range files.Unwritten {
		kinds[one.Type]++
	}
	if kinds["raff_project_member"] != 2 || kinds["raff_backup"] != 1 || len(kinds) != 2 {
		t.Errorf("not written: %v", files.Unwritten)
	}
	for _, b := range blocks(t, files) {
		if b.Type == "resource" && kinds[b.Labels[0]] > 0 {
			t.Errorf("%q is written", b.Labels)
		}
	}
}
