package vm_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Many VMs that are created at the same time take hardly more than one request each, and their destruction takes far less.
func TestVM_requestsOfMany(t *testing.T) {
	t.Parallel()
	const count = 60
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit, o.Timing = true, refbackend.Fast })
	w := b.NewWalk(t, "")
	_, config := plainVM(t, b, w, nil)
	plans := make([]acctest.Planned, count)
	for i := range plans {
		name := fmt.Sprintf("web-%d", i)
		o, _ := w.New("raff_vm", name, nil)
		plans[i] = w.Plan(o, w.With(config, map[string]tftypes.Value{"name": text(name)}))
		if len(plans[i].Errors) > 0 {
			t.Fatal(plans[i].Errors)
		}
	}
	vms := make([]acctest.Object, count)
	created := requestsOf(b, func() {
		var all sync.WaitGroup
		for i := range plans {
			all.Go(func() {
				var errs []string
				if vms[i], errs, _ = w.Apply(plans[i]); len(errs) > 0 {
					t.Error(errs)
				}
			})
		}
		all.Wait()
	})
	destroyed := requestsOf(b, func() {
		var all sync.WaitGroup
		for i := range vms {
			all.Go(func() {
				if _, errs, _ := w.Destroy(vms[i]); len(errs) > 0 {
					t.Error(errs)
				}
			})
		}
		all.Wait()
	})
	t.Logf("%d requests to create %d VMs, %d to destroy them", created, count, destroyed)
	if created > count*13/10 || destroyed > count*3/10 {
		t.Errorf("%d requests to create %d VMs, %d to destroy them", created, count, destroyed)
	}
}

func requestsOf(b *acctest.Backend, do func()) int {
	before := len(b.Journal())
	do()
	return len(b.Journal()) - before
}
