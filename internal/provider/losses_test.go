package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// burdened is a VM that has more to lose than itself, made by hand but for the VM's own state.
func burdened(t *testing.T, b *acctest.Backend, name string, settings map[string]tftypes.Value) (*acctest.Walk, acctest.Object) {
	t.Helper()
	vm := b.MakeVM(t, b.Production(), name, func(r *client.CreateVMRequest) { r.ExtraStorage = 20 })
	project := b.Client(t).Project(b.Production())
	_, err := project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVM, VMID: vm.ID, Name: name + "-by-hand"})
	if err != nil {
		t.Fatal(err)
	}
	backup, err := project.CreateBackup(t.Context(), client.CreateBackupRequest{VMID: vm.ID, Name: name + "-elsewhere"})
	if err == nil {
		_, err = project.WaitForBackup(t.Context(), backup.ID, client.BackupReady)
	}
	if err != nil {
		t.Fatal(err)
	}
	w := b.NewWalk(t, "")
	o, errs := w.Import("raff_vm", vm.ID)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	o.State = w.With(o.State, map[string]tftypes.Value{
		"extra_storage": tftypes.NewValue(tftypes.Number, 20), "ssh_keys": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)}),
		"password_wo_version": tftypes.NewValue(tftypes.Number, 0), "extra_storage_type": tftypes.NewValue(tftypes.String, "ext4"),
	})
	o.State = w.With(o.State, settings)
	o.Private = nil
	return w, o
}

func said(t *testing.T, what string, p acctest.Planned, want []string, lacks ...string) {
	t.Helper()
	if len(p.Errors) > 0 || len(p.Warnings) != 1 {
		t.Errorf("%s: errors %q, warnings %q", what, p.Errors, p.Warnings)
		return
	}
	for _, text := range want {
		if !strings.Contains(p.Warnings[0], text) {
			t.Errorf("%s: the warning lacks %q: %s", what, text, p.Warnings[0])
		}
	}
	for _, text := range lacks {
		if strings.Contains(p.Warnings[0], text) {
			t.Errorf("%s: the warning has %q: %s", what, text, p.Warnings[0])
		}
	}
}

// What goes with a VM, and what stays behind, is in one warning of the plan, however the VM ends.
func TestAccLosses_ofAVM(t *testing.T) {
	b := acctest.New(t)
	w, o := burdened(t, b, "web", nil)
	both := []string{`VM "web" is `, "OS disk is deleted", `snapshot "web-by-hand"`, `Perhaps deleted with it`, `backup "web-elsewhere"`}
	behind := append([]string{"Left behind, and paid for: volume ", "extra_storage = 20"}, both...)
	said(t, "destroyed", w.Plan(o, null(o)), append([]string{`VM "web" is destroyed: `}, behind...), "volume_action", "VPC")
	tainted := b.NewWalk(t, "")
	if _, errs, _ := tainted.Refresh(o); len(errs) > 0 {
		t.Fatal(errs)
	}
	said(t, "tainted", tainted.Plan(acctest.Object{Type: o.Type, State: null(o)}, w.Config(o)), behind, "volume_action", "VPC")
	replaced := w.With(w.Config(o), map[string]tftypes.Value{
		"rebuild_policy": tftypes.NewValue(tftypes.String, "replace"), "extra_storage": tftypes.NewValue(tftypes.Number, 30),
	})
	said(t, "replaced", w.Plan(o, replaced), append([]string{`VM "web" is replaced: `, "because of extra_storage (20 becomes 30)"}, behind...))

	deleting := o
	deleting.State = w.With(o.State, map[string]tftypes.Value{
		"volume_action": tftypes.NewValue(tftypes.String, "delete"), "delete_vpc": boolean(true), "vpc_id": tftypes.NewValue(tftypes.String, "a-vpc"),
	})
	said(t, "with everything", w.Plan(deleting, null(o)),
		append([]string{`volume_action = "delete" says, unless detached before: volume `, "VPC (a-vpc)", "delete_vpc = true"}, both...), "Left behind")

	reinstalled := w.With(w.Config(o), map[string]tftypes.Value{
		"rebuild_policy": tftypes.NewValue(tftypes.String, "reinstall"), "password_wo_version": tftypes.NewValue(tftypes.Number, 1),
	})
	said(t, "reinstalled", w.Plan(o, reinstalled), []string{
		`VM "web" is reinstalled: `, "for the change of password_wo_version: its OS disk is wiped",
		`Deleted with the OS disk, for good: snapshot "web-by-hand"`, `backup "web-elsewhere"`,
	})
	if p := w.Plan(o, w.Config(o)); len(p.Warnings) > 0 {
		t.Errorf("nothing changes, but %q", p.Warnings)
	}
}

// A VM that is destroyed and has nothing but itself to lose goes without a word: the plan says that it is destroyed.
func TestAccLosses_none(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	w := b.NewWalk(t, "")
	o, errs := w.Import("raff_vm", vm.ID)
	if p := w.Plan(o, null(o)); len(errs) > 0 || len(p.Errors) > 0 || len(p.Warnings) > 0 {
		t.Errorf("%q: errors %q, warnings %q", errs, p.Errors, p.Warnings)
	}
}

// Many VMs are told about from one list of each kind, also where the lists fail, which blocks no plan.
func TestAccLosses_oneListPerRun(t *testing.T) {
	b := acctest.New(t)
	var objects []acctest.Object
	for i := range 5 {
		_, o := burdened(t, b, fmt.Sprint("web-", i), nil)
		objects = append(objects, o)
	}
	lists := []string{"listSnapshots", "listBackups", "listVolumes"}
	counted := func() map[string]int {
		counts := map[string]int{}
		for _, list := range lists {
			counts[list] = len(b.Requests(list))
		}
		return counts
	}
	destroyAll := func(want string) {
		before := counted()
		w := b.NewWalk(t, "")
		for _, o := range objects {
			if p := w.Plan(o, null(o)); len(p.Errors) > 0 || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], want) {
				t.Errorf("%s: errors %q, warnings %q", o.Address(), p.Errors, p.Warnings)
			}
		}
		for list, n := range counted() {
			if n-before[list] != 1 {
				t.Errorf("%s was asked %d times", list, n-before[list])
			}
		}
	}
	destroyAll("-by-hand")
	for _, list := range lists {
		b.AddFault(refbackend.Fault{Operation: list, Status: 403, Message: "no"})
	}
	destroyAll("its snapshots, which could not be listed")
}

// A protected object that goes with an unprotected VM keeps it, whichever is planned first.
func TestAccLosses_takeNothingProtected(t *testing.T) {
	b := acctest.New(t)
	protected := map[string]tftypes.Value{"deletion_protection": boolean(true)}
	_, vm := burdened(t, b, "web", nil)
	for what, destroyed := range map[string]bool{"destroyed": true, "reinstalled": false} {
		for _, vmFirst := range []bool{true, false} {
			w := b.NewWalk(t, "")
			config := tftypes.NewValue(vm.State.Type(), nil)
			if !destroyed {
				config = w.With(w.Config(vm), map[string]tftypes.Value{
					"rebuild_policy": tftypes.NewValue(tftypes.String, "reinstall"), "password_wo_version": tftypes.NewValue(tftypes.Number, 1),
				})
			}
			snapshot, errs := w.Import("raff_snapshot", snapshotID(t, b))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			snapshot.State = w.With(snapshot.State, protected)
			plans := []func() acctest.Planned{
				func() acctest.Planned { return w.Plan(vm, config) },
				func() acctest.Planned { return w.Plan(snapshot, w.Config(snapshot)) },
			}
			if !vmFirst {
				plans[0], plans[1] = plans[1], plans[0]
			}
			errs = slices.Concat(plans[0]().Errors, plans[1]().Errors)
			refusal(t, snapshot, fmt.Sprint(what, ", the VM first: ", vmFirst), errs, "would take it along", "raff_snapshot", what[:len(what)-2])
		}
	}
}

func snapshotID(t *testing.T, b *acctest.Backend) string {
	t.Helper()
	for s, err := range b.Client(t).ListSnapshots(t.Context(), client.SnapshotFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(s.ID)
	}
	t.Fatal("there is no snapshot")
	return ""
}

// A protected volume that is detached in the same run is no reason to keep the VM; one that is not, is.
func TestAccLosses_volumeThatIsDetachedFirst(t *testing.T) {
	b, objects := applied(t)
	find := func(address string) acctest.Object {
		for _, o := range objects {
			if o.Address() == address {
				return o
			}
		}
		t.Fatalf("no %s", address)
		return acctest.Object{}
	}
	for _, detached := range []bool{true, false} {
		w := b.NewWalk(t, "")
		vm, volume, attachment := find("raff_vm.least"), find("raff_volume.least"), find("raff_volume_attachment.least")
		vm.State = w.With(vm.State, map[string]tftypes.Value{"volume_action": tftypes.NewValue(tftypes.String, "delete")})
		volume.State = w.With(volume.State, map[string]tftypes.Value{"deletion_protection": boolean(true)})
		if detached {
			w.Plan(attachment, null(attachment))
		}
		errs := slices.Concat(w.Plan(vm, null(vm)).Errors, w.Plan(volume, w.Config(volume)).Errors)
		if detached && len(errs) > 0 {
			t.Errorf("it is detached first: %q", errs)
		}
		if !detached {
			refusal(t, volume, "still attached", errs, "would take it along")
		}
	}
}
