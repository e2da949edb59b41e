package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A plan refuses what cannot work, with one error at the attribute that is wrong. Nothing is sent.
func TestAction_refusedAtPlan(t *testing.T) {
	w := newActionWorld(t)
	elsewhere := w.MakeVM(t, w.Staging(), "elsewhere")
	const missing = "00000000-0000-4000-8000-000000000000"
	keys := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str(acctest.SSHKey)})
	generated := map[string]tftypes.Value{"auto_generate_password": boolean(true)}
	reinstall := w.onVM
	w.ClearJournal()
	for _, test := range []struct {
		typeName string
		with     map[string]tftypes.Value
		want     string
	}{
		{"raff_vm_power", w.onVM(w.running, attrs("operation", "pause")), "operation: Invalid value: "},
		{"raff_vm_power", w.onVM(w.stopped, attrs("operation", "reboot")), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_power", w.onVM(w.stopped, attrs("operation", "hard_reboot")), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_power", w.onVM(w.failed, attrs("operation", "start")), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_power", w.in(attrs("vm_id", missing, "operation", "start")), "vm_id: Unknown VM: "},
		{"raff_vm_power", w.in(attrs("vm_id", "running", "operation", "start")), "vm_id: An id is expected: "},
		{"raff_vm_power", w.onVM(elsewhere, attrs("operation", "start")), "vm_id: The VM is in another project: "},
		{"raff_vm_power", attrs("project_id", missing, "vm_id", w.running.ID, "operation", "start"), "project_id: Project cannot be reached: "},
		{"raff_vm_power", attrs("project_id", "production", "vm_id", w.running.ID, "operation", "start"), "project_id: An id is expected: "},
		{"raff_vm_power", w.in(attrs("vm_id", "", "operation", "start")), "vm_id: Invalid Attribute Value Length: "},
		{"raff_vm_reset_password", w.onVM(w.failed, nil), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_factory_reset", w.onVM(w.failed, nil), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_save_image", w.onVM(w.failed, attrs("name", "x")), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_save_image", w.onVM(w.running, attrs("name", "x", "snapshot_id", idText(w.ofStopped.ID))), "snapshot_id: Snapshot of something else: "},
		{"raff_vm_save_image", w.onVM(w.running, attrs("name", "x", "snapshot_id", "99999")), "snapshot_id: Unknown snapshot: "},
		{"raff_vm_save_image", w.onVM(w.running, attrs("name", strings.Repeat("x", 129))), "name: Invalid Attribute Value Length: "},
		{"raff_vm_reinstall", reinstall(w.failed, generated), "vm_id: The state of the VM excludes this: "},
		{"raff_vm_reinstall", reinstall(w.running, nil), "ssh_keys: No way to log in: "},
		{"raff_vm_reinstall", reinstall(w.windows, nil), "password_wo: Windows needs a password: "},
		{"raff_vm_reinstall", reinstall(w.windows, map[string]tftypes.Value{"ssh_keys": keys, "auto_generate_password": boolean(true)}), "ssh_keys: Windows takes no SSH keys: "},
		{"raff_vm_reinstall", reinstall(w.running, map[string]tftypes.Value{"template_id": str(missing), "ssh_keys": keys}), "template_id: Unknown template: "},
		{"raff_vm_reinstall", reinstall(w.running, map[string]tftypes.Value{"template_id": str("Ubuntu"), "ssh_keys": keys}), "template_id: An id is expected: "},
		{"raff_vm_reinstall", reinstall(w.running, map[string]tftypes.Value{"template_id": str(w.windowsTemplate), "auto_generate_password": boolean(true)}), "template_id: Windows needs a Windows plan: "},
		{"raff_vm_reinstall", reinstall(w.running, attrs("password_wo", "short")), "password_wo: Weak password: "},
		{"raff_vm_reinstall", reinstall(w.running, map[string]tftypes.Value{"password_wo": str("AAbb11+-cccc"), "auto_generate_password": boolean(true)}), "password_wo: Invalid Attribute Combination: "},
		{"raff_snapshot_restore", w.in(attrs("snapshot_id", idText(w.ofRunning.ID))), "snapshot_id: The state of the VM excludes this: "},
		{"raff_snapshot_restore", w.in(attrs("snapshot_id", "99999")), "snapshot_id: Unknown snapshot: "},
		{"raff_snapshot_restore", w.in(attrs("snapshot_id", "of running")), "snapshot_id: Invalid id of a snapshot: "},
		{"raff_backup_create", w.onVM(w.failed, nil), "vm_id: The state of the VM excludes this: "},
		{"raff_backup_restore", w.in(attrs("backup_id", w.orphan.ID)), "backup_id: The VM of the backup is gone: "},
		{"raff_backup_restore", w.in(attrs("backup_id", w.failedBackup.ID)), "backup_id: The backup has failed: "},
		{"raff_backup_restore", w.in(attrs("backup_id", missing)), "backup_id: Unknown backup: "},
		{"raff_backup_series_reset", w.in(attrs("vm_id", missing)), "vm_id: Unknown VM: "},
		{"raff_ip_change", w.in(attrs("ip_id", w.attached.ID)), "ip_id: The address is attached: "},
		{"raff_ip_change", w.in(attrs("ip_id", w.own)), "ip_id: The address is not reserved: "},
		{"raff_ip_change", w.in(attrs("ip_id", missing)), "ip_id: Unknown IP: "},
	} {
		errs, warnings := w.NewWalk(t, "").PlanAction(test.typeName, test.with)
		if len(errs) != 1 || !strings.HasPrefix(errs[0], test.want) || len(warnings) > 0 {
			t.Errorf("%s: want %q: %q %q", test.typeName, test.want, errs, warnings)
		}
	}
	if m := w.operations(); len(m) > 0 {
		t.Errorf("sent %q", m)
	}
}

// What another change of the run may put right is a warning: a VM that Terraform manages, and another action.
func TestAction_onlyWarned(t *testing.T) {
	w := newActionWorld(t)
	reboot := w.onVM(w.stopped, attrs("operation", "reboot"))
	const want = "vm_id: The state of the VM excludes this: "
	for name, prepare := range map[string]func(*acctest.Walk){
		"managed": func(walk *acctest.Walk) { walk.Import("raff_vm", w.stopped.ID) },
		"started": func(walk *acctest.Walk) {
			walk.PlanAction("raff_vm_power", w.onVM(w.stopped, attrs("operation", "start")))
		},
	} {
		walk := w.NewWalk(t, "")
		prepare(walk)
		if errs, warnings := walk.PlanAction("raff_vm_power", reboot); len(errs) > 0 || len(warnings) != 1 || !strings.HasPrefix(warnings[0], want) {
			t.Errorf("%s: %q %q", name, errs, warnings)
		}
	}
	walk := w.NewWalk(t, "")
	walk.Import("raff_vm", w.running.ID)
	errs, warnings := walk.PlanAction("raff_vm_reinstall", w.onVM(w.running, map[string]tftypes.Value{
		"template_id": str(w.ubuntuBefore), "auto_generate_password": boolean(true),
	}))
	if len(errs) > 0 || len(warnings) != 1 || !strings.HasPrefix(warnings[0], "template_id: The template is managed elsewhere: ") {
		t.Errorf("%q %q", errs, warnings)
	}
}

// An address that Terraform manages would be lost to it.
func TestAction_managedAddress(t *testing.T) {
	w := newActionWorld(t)
	walk := w.NewWalk(t, "")
	walk.Import("raff_ip", w.free.ID)
	errs, _ := walk.PlanAction("raff_ip_change", w.in(attrs("ip_id", w.free.ID)))
	if len(errs) != 1 || !strings.HasPrefix(errs[0], "ip_id: The address is managed by Terraform: ") {
		t.Errorf("%q", errs)
	}
}

// A VM that is protected from deletion is not wiped by an action either.
func TestAction_protected(t *testing.T) {
	w := newActionWorld(t)
	for _, typeName := range []string{"raff_vm_reinstall", "raff_vm_factory_reset"} {
		walk := w.NewWalk(t, "")
		o, errs := walk.Import("raff_vm", w.running.ID)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		o.State = walk.With(o.State, map[string]tftypes.Value{"deletion_protection": boolean(true)})
		o, _, _ = walk.Refresh(o)
		walk.Plan(o, walk.Config(o))
		errs, _ = walk.PlanAction(typeName, w.each()[typeName].with)
		if len(errs) != 1 || !strings.HasPrefix(errs[0], "vm_id: Deletion is protected: ") {
			t.Errorf("%s: %q", typeName, errs)
		}
		if said := walk.InvokeAction(typeName, w.each()[typeName].with); len(said.Errors) != 1 {
			t.Errorf("%s is invoked: %+v", typeName, said)
		}
	}
	if m := w.operations(); len(m) > 0 {
		t.Errorf("sent %q", m)
	}
}

// allowed_project_ids holds for each action, at plan and where it is invoked.
func TestAction_projectNotAllowed(t *testing.T) {
	w := newActionWorld(t)
	allowed := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str(w.Staging())})
	for typeName, test := range w.each() {
		walk := w.NewWalkWith(t, "", map[string]tftypes.Value{"allowed_project_ids": allowed})
		errs, _ := walk.PlanAction(typeName, test.with)
		said := walk.InvokeAction(typeName, test.with)
		for _, got := range [][]string{errs, said.Errors} {
			if len(got) != 1 || !strings.HasPrefix(got[0], "project_id: Project is not allowed: ") {
				t.Errorf("%s: %q", typeName, got)
			}
		}
	}
	if m := w.operations(); len(m) > 0 {
		t.Errorf("sent %q", m)
	}
}

// Neither the id of another project nor the key of another account reaches anything, not even what is so already.
func TestAction_elsewhere(t *testing.T) {
	w, other := newActionWorld(t), acctest.NewInProcess(t, func(o *refbackend.Options) { o.Seed = 2 })
	for typeName, test := range w.each() {
		there := other.NewWalk(t, "")
		errs, _ := there.PlanAction(typeName, test.with)
		if len(errs) != 1 || !strings.HasPrefix(errs[0], "project_id: Project cannot be reached: ") {
			t.Errorf("%s with the key of another account: %q", typeName, errs)
		}
		if said := there.InvokeAction(typeName, test.with); len(said.Errors) != 1 {
			t.Errorf("%s is invoked with the key of another account: %+v", typeName, said)
		}
		test.with["project_id"] = str(w.Staging())
		if said := w.NewWalk(t, "").InvokeAction(typeName, test.with); len(said.Errors) != 1 {
			t.Errorf("%s is invoked in another project: %+v", typeName, said)
		}
	}
	started := w.onVM(w.running, attrs("operation", "start"))
	started["project_id"] = str(w.Staging())
	if said := w.NewWalk(t, "").InvokeAction("raff_vm_power", started); len(said.Errors) != 1 || !strings.Contains(said.Errors[0], "project_id is "+w.Staging()) {
		t.Errorf("a VM of another project runs already: %+v", said)
	}
	if m := append(other.Mutations(), w.Mutations()...); len(m) > 0 {
		t.Errorf("sent %v", m)
	}
}
