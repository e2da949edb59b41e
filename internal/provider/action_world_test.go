package provider_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// actionWorld is an account with what the actions work on, in the production project.
type actionWorld struct {
	*acctest.Backend
	t       *testing.T
	project *client.Scoped

	running, stopped, failed      *client.VM
	windows                       *client.VM
	ofRunning, ofStopped, ofDisk  *client.Snapshot
	backup, orphan, failedBackup  *client.Backup
	free, attached                *client.IP
	own                           string // id of the address that came with the running VM
	windowsTemplate, ubuntuBefore string
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(made T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
}

func newActionWorld(t *testing.T) *actionWorld {
	t.Helper()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	w := &actionWorld{Backend: b, t: t, project: b.Client(t).Project(b.Production())}
	ctx := t.Context()
	w.running, w.stopped, w.failed = b.MakeVM(t, b.Production(), "running"), b.MakeVM(t, b.Production(), "stopped"), b.MakeVM(t, b.Production(), "failed")
	w.ofRunning, w.ofStopped = w.snapshotOf(w.running), w.snapshotOf(w.stopped)
	volume := must[*client.Volume](t)(w.project.CreateVolume(ctx, client.CreateVolumeRequest{Name: "data", Size: 10, VolumeType: client.VolumeTypeNVMe}))
	must[*client.Volume](t)(w.project.WaitForVolume(ctx, volume.ID))
	w.ofDisk = must[*client.Snapshot](t)(w.project.CreateSnapshot(ctx, client.CreateSnapshotRequest{
		ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID, Name: "data",
	}))
	w.backup = w.backupOf(w.running)
	gone := b.MakeVM(t, b.Production(), "gone")
	w.orphan = w.backupOf(gone)
	b.SetPace(refbackend.PaceRule{Flow: "backup.create", FailAt: "ready"}, refbackend.PaceRule{Flow: "vm.reboot", FailAt: client.VMActive})
	w.failedBackup = must[*client.Backup](t)(w.project.CreateBackup(ctx, client.CreateBackupRequest{VMID: gone.ID}))
	_, _ = w.project.WaitForBackup(ctx, w.failedBackup.ID)
	w.do(w.project.RebootVM(ctx, w.failed.ID))
	_, _ = w.project.WaitForVM(ctx, w.failed.ID)
	b.SetPace()
	w.do(w.project.DeleteVM(ctx, gone.ID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}))
	w.do(w.project.StopVM(ctx, w.stopped.ID))
	must[*client.VM](t)(w.project.WaitForVM(ctx, w.stopped.ID, client.VMPassive))
	w.free = must[*client.IP](t)(w.project.ReserveIP(ctx, client.ReserveIPRequest{Type: client.IPv4}))
	w.attached = must[*client.IP](t)(w.project.ReserveIP(ctx, client.ReserveIPRequest{Type: client.IPv4}))
	must[*client.AttachedIP](t)(w.project.AttachVMIP(ctx, w.stopped.ID, client.AttachIPRequest{IPID: w.attached.ID}))
	for ip, err := range w.project.ListIPs(ctx, client.IPFilter{Status: client.IPInUse}) {
		if err != nil {
			t.Fatal(err)
		}
		if !ip.Reserved {
			w.own = ip.ID
		}
	}
	for template, err := range b.Client(t).ListTemplates(ctx, client.TemplateFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if template.IsWindows {
			w.windowsTemplate = template.ID
		}
		if template.Name == "Debian" {
			w.ubuntuBefore = template.ID
		}
	}
	for plan := range slices.Values(must[[]client.VMPricingPlan](t)(b.Client(t).ListVMPlans(ctx, client.VMPlanFilter{}))) {
		if plan.VMType == client.PlanWindows && w.windows == nil {
			w.windows = b.MakeVM(t, b.Production(), "windows", func(r *client.CreateVMRequest) {
				r.TemplateID, r.PricingID, r.SSHKeys, r.Password = w.windowsTemplate, plan.ID, nil, "AAbb11+-cccc"
			})
		}
	}
	b.ClearJournal()
	return w
}

func (w *actionWorld) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *actionWorld) snapshotOf(vm *client.VM) *client.Snapshot {
	w.t.Helper()
	made := must[*client.Snapshot](w.t)(w.project.CreateSnapshot(w.t.Context(), client.CreateSnapshotRequest{
		ResourceType: client.SnapshotOfVM, VMID: vm.ID, Name: "of " + vm.Name,
	}))
	must[*client.VM](w.t)(w.project.WaitForVM(w.t.Context(), vm.ID))
	return made
}

func (w *actionWorld) backupOf(vm *client.VM) *client.Backup {
	w.t.Helper()
	made := must[*client.Backup](w.t)(w.project.CreateBackup(w.t.Context(), client.CreateBackupRequest{VMID: vm.ID}))
	must[*client.Backup](w.t)(w.project.WaitForBackup(w.t.Context(), made.ID))
	must[*client.VM](w.t)(w.project.WaitForVM(w.t.Context(), vm.ID))
	return made
}

// status is that of a VM now.
func (w *actionWorld) status(vm *client.VM) string {
	w.t.Helper()
	return must[*client.VM](w.t)(w.project.GetVM(w.t.Context(), vm.ID)).Status
}

// in are the attributes of an action in the production project.
func (w *actionWorld) in(more map[string]tftypes.Value) map[string]tftypes.Value {
	all := map[string]tftypes.Value{"project_id": str(w.Production())}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// onVM are the attributes of an action on a VM.
func (w *actionWorld) onVM(vm *client.VM, more map[string]tftypes.Value) map[string]tftypes.Value {
	all := w.in(more)
	all["vm_id"] = str(vm.ID)
	return all
}

// attrs are attributes that are texts: names and values in turn.
func attrs(pairs ...string) map[string]tftypes.Value {
	all := map[string]tftypes.Value{}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = str(pairs[i+1])
	}
	return all
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// operations are those of the mutations so far.
func (w *actionWorld) operations() []string {
	var all []string
	for _, m := range w.Mutations() {
		all = append(all, m.Operation)
	}
	return all
}

// each is an action of each type that succeeds, with the mutations that it takes.
func (w *actionWorld) each() map[string]struct {
	with map[string]tftypes.Value
	want string
} {
	type row = struct {
		with map[string]tftypes.Value
		want string
	}
	keys := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str(acctest.SSHKey)})
	return map[string]row{
		"raff_vm_power":            {w.onVM(w.running, attrs("operation", "stop")), "stopVM"},
		"raff_vm_reset_password":   {w.onVM(w.running, nil), "resetVMPassword"},
		"raff_vm_reinstall":        {w.onVM(w.running, map[string]tftypes.Value{"ssh_keys": keys}), "reinstallVM"},
		"raff_vm_factory_reset":    {w.onVM(w.running, nil), "factoryResetVM"},
		"raff_vm_save_image":       {w.onVM(w.running, attrs("name", "golden")), "saveVMDiskAsImage"},
		"raff_snapshot_restore":    {w.in(attrs("snapshot_id", idText(w.ofStopped.ID))), "restoreSnapshot"},
		"raff_backup_create":       {w.onVM(w.running, attrs("name", "before")), "createBackup"},
		"raff_backup_restore":      {w.in(attrs("backup_id", w.backup.ID)), "restoreBackup"},
		"raff_backup_series_reset": {w.onVM(w.running, nil), "resetBackupChain"},
		"raff_ip_change":           {w.in(attrs("ip_id", w.free.ID)), "changeIP"},
	}
}
