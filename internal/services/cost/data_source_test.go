package cost_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// furnish creates one object of each type in production, and two snapshots of volumes in staging.
func furnish(t *testing.T, b *acctest.Backend) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, project, other := t.Context(), b.Client(t).Project(b.Production()), b.Client(t).Project(b.Staging())
	vm := b.MakeVM(t, b.Production(), "web")
	_, err := project.ReserveIP(ctx, client.ReserveIPRequest{Type: client.IPv4})
	must(err)
	_, err = project.CreateSnapshot(ctx, client.CreateSnapshotRequest{Name: "s", ResourceType: client.SnapshotOfVM, VMID: vm.ID})
	must(err)
	_, err = project.WaitForVM(ctx, vm.ID, client.VMActive)
	must(err)
	backup, err := project.CreateBackup(ctx, client.CreateBackupRequest{VMID: vm.ID})
	must(err)
	_, err = project.WaitForNewBackup(ctx, backup.ID)
	must(err)
	for _, size := range []int64{100, 200} {
		volume, err := other.CreateVolume(ctx, client.CreateVolumeRequest{Name: "data", Size: size, VolumeType: client.VolumeTypeNVMe})
		must(err)
		_, err = other.WaitForNewVolume(ctx, volume.ID)
		must(err)
		_, err = other.CreateSnapshot(ctx, client.CreateSnapshotRequest{Name: "s", ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID})
		must(err)
	}
}

// byType are the sums of each type, as "1 8.99 0": how many, what they cost, and how many have no price.
func byType(t *testing.T, w *acctest.Walk, read map[string]tftypes.Value) map[string]string {
	t.Helper()
	var types []tftypes.Value
	if err := read["by_type"].As(&types); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, v := range types {
		a := w.Attributes(v)
		all[said(a["type"])] = fmt.Sprint(whole(t, a["count"]), " ", said(a["monthly_price"]), " ", whole(t, a["unknown"]))
	}
	return all
}

func whole(t *testing.T, v tftypes.Value) string {
	t.Helper()
	if v.IsNull() {
		return "null"
	}
	var n big.Float
	if err := v.As(&n); err != nil {
		t.Fatal(err)
	}
	return n.Text('f', -1)
}

func TestCost(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	w := b.NewWalk(t, "")
	empty := read(t, w, "raff_cost", nil)
	if got := said(empty["monthly_price"]); got != "0.00" {
		t.Errorf("nothing costs %s", got)
	}
	furnish(t, b)
	w = b.NewWalk(t, "")
	before := len(b.Journal())
	production := read(t, w, "raff_cost", map[string]tftypes.Value{"project_id": text(b.Production())})
	// Plan 9 has 50 GB of disk; a volume costs 0.05 a GB, and a snapshot or backup 0.06.
	want := map[string]string{
		"raff_vm": "1 8.99 0", "raff_volume": "0 0.00 0", "raff_ip": "1 3.00 0", "raff_snapshot": "1 3.00 0", "raff_backup": "1 3.00 0",
	}
	if got := byType(t, w, production); !maps.Equal(got, want) {
		t.Errorf("production: %v, want %v", got, want)
	}
	for name, want := range map[string]string{"monthly_price": "17.99", "free_pool_discount": "null"} {
		if got := said(production[name]); got != want {
			t.Errorf("production: %s is %s, want %s", name, got, want)
		}
	}
	// The pool is 55 GB, and 400 GB are used.
	account := read(t, w, "raff_cost", nil)
	want["raff_volume"], want["raff_snapshot"] = "2 15.00 0", "3 21.00 0"
	if got := byType(t, w, account); !maps.Equal(got, want) {
		t.Errorf("account: %v, want %v", got, want)
	}
	for name, want := range map[string]string{"monthly_price": "47.69", "free_pool_discount": "3.30"} {
		if got := said(account[name]); got != want {
			t.Errorf("account: %s is %s, want %s", name, got, want)
		}
	}
	if got := whole(t, account["free_pool_gib"]); got != "55" {
		t.Errorf("the pool is %s GB", got)
	}
	var asked []string
	for _, e := range b.Journal()[before:] {
		asked = append(asked, e.Operation)
	}
	slices.Sort(asked)
	if lists := 2 * 5; len(asked) != lists+5 {
		t.Errorf("%d requests, want each list once and each price list once: %v", len(asked), asked)
	}
}

// What has no price is counted and never taken for nothing.
func TestCost_ofWhatHasNoPrice(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	furnish(t, b)
	altered := b.Intercept(t)
	altered.Set(withoutPlan(b, 9))
	w := b.NewWalk(t, altered.URL)
	account := read(t, w, "raff_cost", nil)
	if got := byType(t, w, account)["raff_vm"]; got != "1 0.00 1" || whole(t, account["unknown"]) != "1" {
		t.Errorf("a VM whose plan is offered no more: %s, %s unknown in all", got, whole(t, account["unknown"]))
	}
	if got := said(account["monthly_price"]); got != "38.70" {
		t.Errorf("what is known costs %s", got)
	}
}
