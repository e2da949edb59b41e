package provider_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	raff "github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// step is one call of the provider that Terraform makes for each object. prepare does what goes before a call and is not
// measured.
type step struct {
	name    string
	prepare func()
	call    func()
}

// bench calls the provider about one VM, over the provider protocol and without a CLI.
type bench struct {
	tb     testing.TB
	b      *acctest.Backend
	w      *acctest.Walk
	server tfprotov6.ProviderServer // that is measured
	config map[string]tftypes.Value // of a new VM
	vm     acctest.Object
	made   int
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	b := acctest.NewInProcess(tb, func(o *refbackend.Options) { o.NoRateLimit = true })
	templates, err := client.Collect(b.Client(tb).ListTemplates(tb.Context(), client.TemplateFilter{}))
	if err != nil {
		tb.Fatal(err)
	}
	var template string
	for _, t := range templates {
		if t.Name == "Ubuntu" && strings.HasPrefix(t.Version, "24.04") {
			template = t.ID
		}
	}
	set := tftypes.Set{ElementType: tftypes.String}
	bench := &bench{tb: tb, b: b, w: b.NewWalk(tb, ""), config: map[string]tftypes.Value{
		"project_id":  tftypes.NewValue(tftypes.String, b.Production()),
		"template_id": tftypes.NewValue(tftypes.String, template),
		"pricing_id":  tftypes.NewValue(tftypes.Number, 9),
		"region":      tftypes.NewValue(tftypes.String, "us-east"),
		"ssh_keys":    tftypes.NewValue(set, []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)}),
		"tags":        tftypes.NewValue(set, []tftypes.Value{tftypes.NewValue(tftypes.String, "web")}),
	}}
	bench.server = bench.w.Server()
	var problems []string
	if bench.vm, problems, _ = bench.w.Apply(bench.planNew()); len(problems) > 0 {
		tb.Fatal(problems)
	}
	bench.vm = bench.w.Aged(bench.vm)
	if bench.vm, problems, _ = bench.w.Refresh(bench.vm); len(problems) > 0 {
		tb.Fatal(problems)
	}
	return bench
}

// planNew plans a VM of a new name.
func (s *bench) planNew() acctest.Planned {
	s.tb.Helper()
	s.made++
	values := maps.Clone(s.config)
	values["name"] = tftypes.NewValue(tftypes.String, fmt.Sprintf("bench-%d", s.made))
	o, config := s.w.New("raff_vm", "bench", values)
	p := s.w.Plan(o, config)
	if len(p.Errors) > 0 {
		s.tb.Fatal(p.Errors)
	}
	return p
}

func (s *bench) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	s.tb.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		s.tb.Fatal(err)
	}
	return &d
}

// must ends the test where a call has failed.
func (s *bench) must(diagnostics []*tfprotov6.Diagnostic, err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatal(err)
	}
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			s.tb.Fatal(d.Summary, d.Detail)
		}
	}
}

// steps are the calls that are measured.
func (s *bench) steps() []step {
	return []step{s.validate(), s.read(), s.plan("plan", nil), s.plan("plan_changed", map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, "renamed"),
	}), s.plan("plan_tags", map[string]tftypes.Value{
		"tags": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, "db")}),
	}), s.planCreate(), s.apply()}
}

func (s *bench) validate() step {
	config := s.dynamic(s.w.Config(s.vm))
	return step{name: "validate", call: func() {
		response, err := s.server.ValidateResourceConfig(s.tb.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: s.vm.Type, Config: config})
		s.must(response.Diagnostics, err)
	}}
}

// read reads the VM again, mostly from the copy that the first read has left.
func (s *bench) read() step {
	state := s.dynamic(s.vm.State)
	return step{name: "read", call: func() {
		response, err := s.server.ReadResource(s.tb.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: s.vm.Type, CurrentState: state, Private: s.vm.Private,
		})
		s.must(response.Diagnostics, err)
	}}
}

// plan plans the VM with some changes.
func (s *bench) plan(name string, changes map[string]tftypes.Value) step {
	state := s.dynamic(s.vm.State)
	config, proposed := s.dynamic(s.w.With(s.w.Config(s.vm), changes)), s.dynamic(s.w.With(s.vm.State, changes))
	return step{name: name, call: func() {
		response, err := s.server.PlanResourceChange(s.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: s.vm.Type, PriorState: state, ProposedNewState: proposed, Config: config, PriorPrivate: s.vm.Private,
		})
		s.must(response.Diagnostics, err)
	}}
}

func (s *bench) planCreate() step {
	values := maps.Clone(s.config)
	values["name"] = tftypes.NewValue(tftypes.String, "new")
	none, configured := s.w.New("raff_vm", "bench", values)
	state, config := s.dynamic(none.State), s.dynamic(configured)
	return step{name: "plan_create", call: func() {
		response, err := s.server.PlanResourceChange(s.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: s.vm.Type, PriorState: state, ProposedNewState: config, Config: config,
		})
		s.must(response.Diagnostics, err)
	}}
}

// apply creates a VM. What the backend allocates for the requests is counted too.
func (s *bench) apply() step {
	var request *tfprotov6.ApplyResourceChangeRequest
	return step{
		name: "apply",
		prepare: func() {
			p := s.planNew()
			request = &tfprotov6.ApplyResourceChangeRequest{
				TypeName: p.Type, PriorState: s.dynamic(p.State), PlannedState: s.dynamic(p.Planned), Config: s.dynamic(p.Config),
			}
		},
		call: func() {
			response, err := s.server.ApplyResourceChange(s.tb.Context(), request)
			s.must(response.Diagnostics, err)
		},
	}
}

// BenchmarkVM measures what Terraform asks for about one VM.
func BenchmarkVM(b *testing.B) {
	s := newBench(b)
	for _, step := range s.steps() {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if step.prepare != nil {
					b.StopTimer()
					step.prepare()
					b.StartTimer()
				}
				step.call()
			}
		})
	}
}

// allocations is how many allocations a call makes, and of how many bytes: the least of some rounds, since others share
// the heap.
func allocations(s step) (count, bytes uint64) {
	const rounds, calls = 3, 5
	count = math.MaxUint64
	for range rounds {
		var before, after runtime.MemStats
		var n, size uint64
		for range calls {
			if s.prepare != nil {
				s.prepare()
			}
			runtime.ReadMemStats(&before)
			s.call()
			runtime.ReadMemStats(&after)
			n, size = n+after.Mallocs-before.Mallocs, size+after.TotalAlloc-before.TotalAlloc
		}
		if n/calls < count {
			count, bytes = n/calls, size/calls
		}
	}
	return count, bytes
}

// bare is the provider with resources that do nothing of their own: they plan what they are given, and read what the state has.
// What it allocates is the framework's.
type bare struct{ provider.Provider }

func (b bare) Resources(ctx context.Context) []func() resource.Resource {
	all := b.Provider.Resources(ctx)
	for i, create := range all {
		all[i] = func() resource.Resource { return bareResource{create().(resource.ResourceWithIdentity)} }
	}
	return all
}

type bareResource struct{ resource.ResourceWithIdentity }

func (bareResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state map[string]tftypes.Value
	var id, project string
	if req.State.Raw.As(&state) != nil || state["id"].As(&id) != nil || state["project_id"].As(&project) != nil {
		resp.Diagnostics.AddError("The state has no id and project", "")
		return
	}
	tfkit.Set(ctx, resp.Identity, tfkit.Identity{ID: types.StringValue(id), ProjectID: types.StringValue(project)}, &resp.Diagnostics)
}

// What a call allocates has a budget, a third above what it takes. Where the framework answers, what it does itself is not
// counted. Time cannot be tested on a busy machine, and what takes time here are allocations: a part that compiles a regular
// expression, or walks over the schema, at each call shows up at once.
func TestVM_allocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates as well")
	}
	budgets := map[string]uint64{
		"validate": 1_900, "read": 1_300, "plan": 2_000, "apply": 12_100, // in all
		"plan_changed": 2_200, "plan_tags": 2_200, "plan_create": 660, // besides the framework
	}
	byFramework := []string{"plan_changed", "plan_tags", "plan_create"}
	s := newBench(t)
	framework := *s
	framework.server = providerserver.NewProtocol6(bare{raff.New("test")()})()
	if _, err := framework.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	floors := framework.steps()
	for i, step := range s.steps() {
		var floor uint64
		if slices.Contains(byFramework, step.name) {
			floors[i].call() // the first one fills caches
			floor, _ = allocations(floors[i])
		}
		if step.prepare != nil {
			step.prepare()
		}
		step.call()
		count, bytes := allocations(step)
		own := count - min(count, floor)
		t.Logf("%s: %d allocations, %d bytes; %d of them count", step.name, count, bytes, own)
		if budget := budgets[step.name]; own > budget {
			t.Errorf("%s makes %d allocations, and its budget is %d", step.name, own, budget)
		}
	}
}
