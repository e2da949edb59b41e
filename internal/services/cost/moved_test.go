package cost_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// withoutPlan answers as an API does that offers a plan no more.
func withoutPlan(b *acctest.Backend, id float64) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/public/pricing/vm") {
			return false
		}
		recorder := httptest.NewRecorder()
		b.ServeHTTP(recorder, r)
		var body map[string]any
		if json.Unmarshal(recorder.Body.Bytes(), &body) != nil {
			return false
		}
		body["plans"] = slices.DeleteFunc(body["plans"].([]any), func(p any) bool { return p.(map[string]any)["id"] == id })
		return json.NewEncoder(w).Encode(body) == nil
	}
}

// dearer answers as an API does whose prices have doubled: those of the catalogue, and those that it says of objects.
func dearer(b *acctest.Backend) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return b.Rewritten(w, r, func(object map[string]any) {
			for name, v := range object {
				switch price := v.(type) {
				case float64:
					if strings.Contains(name, "price") {
						object[name] = 2 * price
					}
				case string:
					if name == "price_per_hour" {
						object[name] = "9.000000"
					}
				}
			}
		})
	}
}

// objects imports an object of each type that is paid for.
func objects(t *testing.T, b *acctest.Backend, w *acctest.Walk) []acctest.Object {
	t.Helper()
	ids := b.Furnish(t)
	var all []acctest.Object
	for _, typeName := range []string{"raff_vm", "raff_volume", "raff_ip", "raff_snapshot", "raff_backup"} {
		o, errs := w.Import(typeName, ids[typeName])
		if len(errs) > 0 {
			t.Fatal(typeName, errs)
		}
		a := w.Attributes(o.State)
		if a["monthly_price"].IsNull() || a["price_per_hour"].IsNull() {
			t.Errorf("%s was imported without a price: %s and %s", typeName, a["monthly_price"], a["price_per_hour"])
		}
		all = append(all, o)
	}
	return all
}

// A price of the catalogue that moves is no news of an object that stays as it is, and nobody asks for it.
func TestPrice_staysAsLongAsTheObject(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	all := objects(t, b, b.NewWalk(t, ""))
	altered := b.Intercept(t)
	altered.Set(dearer(b))
	w := b.NewWalk(t, altered.URL)
	before := len(b.Journal())
	for _, o := range all {
		fresh, errs, warnings := w.Refresh(o)
		if len(errs)+len(warnings) > 0 || !fresh.State.Equal(o.State) {
			t.Errorf("%s: %v %v: %s is not what it was: %s", o.Address(), errs, warnings, fresh.State, o.State)
		}
		if p := w.Plan(fresh, w.Config(fresh)); len(p.Errors) > 0 || len(w.Changes(p)) > 0 {
			t.Errorf("%s: plans %v %v", o.Address(), w.Changes(p), p.Errors)
		}
	}
	for _, e := range b.Journal()[before:] {
		if strings.HasSuffix(e.Operation, "Pricing") {
			t.Errorf("a plan of no change asked for %s", e.Operation)
		}
	}
}

// Another size is planned at today's price, and has it afterwards, whatever the catalogue says by then.
func TestPrice_movesWithTheSize(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	altered := b.Intercept(t)
	w := b.NewWalk(t, altered.URL)
	for _, o := range objects(t, b, w) {
		var changes map[string]tftypes.Value
		var month, hour string
		switch o.Type {
		case "raff_vm":
			changes = map[string]tftypes.Value{"disk_size": number(150), "allow_stopping_for_update": tftypes.NewValue(tftypes.Bool, true)}
			month, hour = "13.99", "0.019431"
		case "raff_volume":
			changes = map[string]tftypes.Value{"size": number(300)}
			month, hour = "15.00", "0.020833"
		default:
			continue
		}
		altered.Set(nil)
		p := w.Plan(o, w.With(w.Config(o), changes))
		got := w.Attributes(p.Planned)
		if said(got["monthly_price"]) != month || said(got["price_per_hour"]) != hour {
			t.Errorf("%s: planned at %s and %s an hour (%v), want %s and %s", o.Address(), got["monthly_price"], got["price_per_hour"], p.Errors, month, hour)
		}
		// The API says the same of the object, so that an import and the state before do not differ.
		after, errs, _ := w.Apply(p)
		if len(errs) > 0 {
			t.Fatal(o.Address(), errs)
		}
		imported, errs := b.NewWalk(t, "").Import(o.Type, said(w.Attributes(after.State)["id"]))
		if len(errs) > 0 {
			t.Fatal(o.Address(), errs)
		}
		for _, name := range []string{"monthly_price", "price_per_hour"} {
			if is, was := w.Attributes(imported.State)[name], w.Attributes(after.State)[name]; !is.Equal(was) {
				t.Errorf("%s: %s is %s after the apply and %s after an import", o.Address(), name, was, is)
			}
		}
	}
}

// A snapshot costs the same whatever else uses the free pool, though what the API charges for it moves.
func TestPrice_doesNotMoveWithTheFreePool(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	project := b.Client(t).Project(b.Production())
	volume, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "data", Size: 100, VolumeType: client.VolumeTypeNVMe})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = project.WaitForNewVolume(t.Context(), volume.ID); err != nil {
		t.Fatal(err)
	}
	take := func() *client.Snapshot {
		s, err := project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{
			Name: "s", ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID,
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := take(), take()
	charged := func() string {
		s, err := project.GetSnapshot(t.Context(), second.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s.PricePerHour
	}
	before := charged()
	o, errs := b.NewWalk(t, "").Import("raff_snapshot", fmt.Sprint(second.ID))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if err := project.DeleteSnapshot(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	if charged() == before {
		t.Fatal("the API charges the same: this test proves nothing")
	}
	w := b.NewWalk(t, "")
	fresh, errs, _ := w.Refresh(o)
	if len(errs) > 0 || !fresh.State.Equal(o.State) || said(w.Attributes(fresh.State)["monthly_price"]) != "6.00" {
		t.Errorf("%v: %s became %s", errs, o.State, fresh.State)
	}
}
