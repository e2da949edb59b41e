package backupschedule_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func number(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

// made is a schedule that a walk has applied.
func made(t *testing.T, b *acctest.Backend, url string) (acctest.Object, tftypes.Value) {
	t.Helper()
	vm := b.MakeVM(t, b.Production(), "web")
	w := b.NewWalk(t, url)
	o, config := w.New("raff_backup_schedule", "x", map[string]tftypes.Value{
		"project_id": text(b.Production()), "vm_id": text(vm.ID), "type": text("daily"), "time": text("8am"), "keep_count": number(3),
	})
	done, errs, _ := w.Apply(w.Plan(o, config))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return done, config
}

// Runs come and go without a word in the plan, and a change shows what is asked for alone.
func TestBackupSchedule_runsAreNoChange(t *testing.T) {
	manual := clock.Manual(time.Now())
	b := acctest.New(t, func(o *refbackend.Options) { o.Clock, o.NoRateLimit = manual, true })
	o, config := made(t, b, "")
	manual.Advance(3 * 24 * time.Hour)
	w := b.NewWalk(t, "")
	fresh, errs, warnings := w.Refresh(o)
	if len(errs)+len(warnings) > 0 || !fresh.State.Equal(o.State) {
		t.Errorf("a refresh finds %s, %v %v", fresh.State, errs, warnings)
	}
	p := w.Plan(fresh, w.With(config, map[string]tftypes.Value{"keep_count": number(4)}))
	if changes := w.Changes(p); !slices.Equal(changes, []string{"keep_count"}) {
		t.Errorf("the plan changes %v", changes)
	}
}

// Where a schedule makes no backups, the refresh says so.
func TestBackupSchedule_warnsOfRuns(t *testing.T) {
	b := acctest.New(t)
	i := b.Intercept(t)
	o, _ := made(t, b, i.URL)
	for name, test := range map[string]struct {
		fields map[string]any
		want   string
	}{
		"off": {map[string]any{"enabled": false, "last_run_status": "succeeded"}, "was turned off by the platform"},
		"failed": {
			map[string]any{"enabled": true, "last_run_at": "2026-10-05T08:00:00Z", "last_run_status": "failed", "consecutive_failures": 1},
			"the last run at 2026-10-05T08:00:00Z failed.",
		},
		"failed often": {map[string]any{"last_run_status": "failed", "consecutive_failures": 3}, "3 one after the other"},
		"skipped":      {map[string]any{"last_run_status": "skipped", "consecutive_failures": 0}, ""},
		"nothing is known": {
			map[string]any{"enabled": nil, "next_run_at": nil, "last_run_at": nil, "last_run_status": nil, "consecutive_failures": nil}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := b.NewWalk(t, i.URL)
			i.Set(func(rw http.ResponseWriter, r *http.Request) bool { return answered(b, rw, r, test.fields) })
			defer i.Set(nil)
			fresh, errs, warnings := w.Refresh(o)
			if len(errs) > 0 || !fresh.State.Equal(o.State) {
				t.Errorf("a refresh finds %s, %v", fresh.State, errs)
			}
			if test.want == "" && len(warnings) > 0 || test.want != "" && (len(warnings) != 1 || !strings.Contains(warnings[0], test.want)) {
				t.Errorf("want %q in %q", test.want, warnings)
			}
		})
	}
}

// A schedule that keeps one backup from earlier stays as it is, until something else of it is changed.
func TestBackupSchedule_keepsOneOfEarlier(t *testing.T) {
	b := acctest.New(t)
	i := b.Intercept(t)
	o, config := made(t, b, i.URL)
	one := map[string]tftypes.Value{"keep_count": number(1)}
	i.Set(func(rw http.ResponseWriter, r *http.Request) bool {
		return answered(b, rw, r, map[string]any{"keep_count": 1})
	})
	w := b.NewWalk(t, i.URL)
	old, errs, _ := w.Refresh(o)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	config = w.With(config, one)
	if p := w.Plan(old, config); len(w.Changes(p))+len(p.Errors) > 0 {
		t.Errorf("the plan changes %v: %v", w.Changes(p), p.Errors)
	}
	for name, p := range map[string]acctest.Planned{
		"changed": w.Plan(old, w.With(config, map[string]tftypes.Value{"time": text("9am")})),
		"new":     w.Plan(acctest.Object{Type: o.Type, Name: "y", State: tftypes.NewValue(o.State.Type(), nil)}, config),
	} {
		if len(p.Errors) != 1 || !strings.Contains(p.Errors[0], "keep_count is 1") {
			t.Errorf("%s: %v", name, p.Errors)
		}
	}
	if p := w.Plan(old, w.With(config, map[string]tftypes.Value{"keep_count": number(2), "time": text("9am")})); len(p.Errors) > 0 {
		t.Error(p.Errors)
	}
}

// answered answers a get of schedules, and no other request, with other fields than the backend.
func answered(b *acctest.Backend, w http.ResponseWriter, r *http.Request, fields map[string]any) bool {
	return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/backup-schedules") && b.Rewritten(w, r, func(object map[string]any) {
		if _, ok := object["keep_count"]; ok {
			maps.Copy(object, fields)
		}
	})
}
