package tfkit

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Model is what the state has of an object.
type Model interface {
	// Object names the object in diagnostics.
	Object() string
	// Identity returns its Identity, or its AccountIdentity.
	Identity() any
}

// identityOf returns the id of an object and the project it is in, null for an object of the account.
func identityOf(m Model) (id, projectID types.String) {
	switch i := m.Identity().(type) {
	case Identity:
		return i.ID, i.ProjectID
	case AccountIdentity:
		return i.ID, types.StringNull()
	}
	return types.StringNull(), types.StringNull()
}

// Writer stores the outcome of an RPC: its state and identity.
type Writer struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	diags    *diag.Diagnostics
	plan     tftypes.Value // what Terraform expects; the zero value for anything
	prior    tftypes.Value // what was known before; the zero value for nothing
	project  types.String  // where the object has to be; null for anywhere
	done     func(ctx context.Context)
	// interrupted notes with a new object that the wait for it was cut short.
	interrupted func(ctx context.Context)
	read        bool // it is the outcome of a Read
}

// Created stores the outcome of a Create, and notes with the object of which account it is and when it was
// created.
func (b *ResourceBase) Created(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) Writer {
	b.rememberAccount(ctx, resp.Private, &resp.Diagnostics)
	rememberBirth(ctx, resp.Private, &resp.Diagnostics)
	return Writer{
		state: &resp.State, identity: resp.Identity, diags: &resp.Diagnostics, plan: req.Plan.Raw, prior: req.Plan.Raw,
		interrupted: func(ctx context.Context) {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, neverReadyKey, []byte(`true`))...)
		},
	}
}

// Updated stores the outcome of an Update. What the configuration of an imported object has given by
// then is no longer left as it was imported.
func Updated(req resource.UpdateRequest, resp *resource.UpdateResponse) Writer {
	w := Writer{state: &resp.State, identity: resp.Identity, diags: &resp.Diagnostics, plan: req.Plan.Raw, prior: req.State.Raw}
	w.done = func(ctx context.Context) {
		stillMarked(ctx, req, &resp.Diagnostics).write(ctx, resp.Private, &resp.Diagnostics)
	}
	return w
}

// Refreshed stores the outcome of a Read. An object of another project than the one that the state, or
// an import, names is an error: it is not the object that was meant.
func Refreshed(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) Writer {
	w := Writer{state: &resp.State, identity: resp.Identity, diags: &resp.Diagnostics, read: true, prior: req.State.Raw}
	w.project = textOf(req.State.Raw, "project_id")
	return w
}

// Record stores an object as it is known to be: after a read, before something is waited for, and
// where a change failed half way. It returns whether that worked.
func (w Writer) Record(ctx context.Context, m Model) bool {
	if w.elsewhere(m) {
		return false
	}
	Set(ctx, w.state, m, w.diags)
	if w.read {
		w.diags.Append(settleProtection(ctx, w.state)...)
	}
	w.keepUnsaid(m)
	w.identify(ctx, m)
	return !w.diags.HasError()
}

// unsaid are attributes that the API need not say of an object, and that never change: another value of one replaces the
// object.
var unsaid = []string{"project_id", "vm_id", "region"}

// keepUnsaid keeps the values of unsaid attributes that the API has not said this time. One that is required and was never
// said, at an import, is an error: the next plan would replace the object.
func (w Writer) keepUnsaid(m Model) {
	var prior, state map[string]tftypes.Value
	if w.diags.HasError() || w.state.Raw.As(&state) != nil {
		return
	}
	_ = w.prior.As(&prior) // none of a value that is null
	for _, name := range unsaid {
		value, ok := state[name]
		if !ok || !value.IsNull() {
			continue
		}
		before, known := prior[name]
		switch {
		case known && !before.IsNull() && before.IsKnown():
			state[name] = before
		case attributesOf(w.state.Schema)[name].IsRequired():
			w.diags.AddAttributeError(path.Root(name), "The API's answer is not complete",
				m.Object()+": the API does not say what its "+name+" is. Try again; where the error stays, it is the API's.")
		}
	}
	w.state.Raw = tftypes.NewValue(w.state.Raw.Type(), state)
}

// identify stores the identity that goes with the state.
func (w Writer) identify(ctx context.Context, m Model) {
	if w.identity == nil || w.diags.HasError() { // Terraform is too old to know identities
		return
	}
	id := textOf(w.state.Raw, "id")
	if _, account := m.Identity().(AccountIdentity); account {
		Set(ctx, w.identity, AccountIdentity{ID: id}, w.diags)
		return
	}
	Set(ctx, w.identity, Identity{ID: id, ProjectID: textOf(w.state.Raw, "project_id")}, w.diags)
}

func (w Writer) elsewhere(m Model) bool {
	_, found := identityOf(m)
	if !Known(w.project) || !Known(found) || w.project.Equal(found) {
		return false
	}
	w.diags.AddAttributeError(path.Root("project_id"), "The object is in another project", fmt.Sprintf(
		"%s is not in project %s, which was named for it. Nothing was changed. "+
			"Correct the project, or import the object by its id alone.", m.Object(), w.project.ValueString()))
	return true
}

// Store stores an object after all that was planned has been done. What the plan showed as known is
// what the state has then: Terraform insists on it, and whoever approved the plan does. Where the API
// now says otherwise, a warning tells, and the next refresh shows it.
func (w Writer) Store(ctx context.Context, m Model) {
	if !w.Record(ctx, m) {
		return
	}
	differences := w.bind()
	w.identify(ctx, m)
	if w.done != nil {
		w.done(ctx)
	}
	if len(differences) > 0 {
		w.diags.AddWarning("The object differs from its plan", fmt.Sprintf(
			"%s was changed by somebody else, or the API did not keep what it was given: %s. "+
				"The state has the planned values; the next plan shows the difference.", m.Object(), strings.Join(differences, "; ")))
	}
}

// bind puts the planned values into the state, and describes where they differ from what the API said.
func (w Writer) bind() []string {
	var planned, actual map[string]tftypes.Value
	if w.plan.As(&planned) != nil || w.state.Raw.As(&actual) != nil {
		return nil
	}
	var differences []string
	var same comparer
	for name, want := range planned {
		if !want.IsFullyKnown() || same.same(want, actual[name]) {
			continue
		}
		if !w.moves(name) {
			differences = append(differences, w.difference(name, want, actual[name]))
		}
		actual[name] = want
	}
	w.state.Raw = tftypes.NewValue(w.state.Raw.Type(), actual)
	slices.Sort(differences)
	return differences
}

// moves tells whether an attribute changes by itself, as times and prices do, so that nobody needs to
// hear of it.
func (w Writer) moves(name string) bool {
	a := attributesOf(w.state.Schema)[name]
	return a.IsWriteOnly() || a.IsComputed() && !a.IsOptional() &&
		(strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_date") || strings.Contains(name, "price"))
}

func (w Writer) difference(name string, planned, actual tftypes.Value) string {
	if attributesOf(w.state.Schema)[name].IsSensitive() {
		return name + " is another one"
	}
	return fmt.Sprintf("%s is %s, planned was %s", name, render(actual), render(planned))
}

// render writes a value as a configuration would have it.
func render(v tftypes.Value) string {
	var text string
	number := new(big.Float)
	var flag bool
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case v.IsNull():
		return "null"
	case !v.IsKnown():
		return "(not known)"
	case v.As(&text) == nil:
		return quote(text)
	case v.As(number) == nil:
		return number.Text('f', -1)
	case v.As(&flag) == nil:
		return fmt.Sprint(flag)
	case v.As(&list) == nil:
		items := make([]string, len(list))
		for i, item := range list {
			items[i] = render(item)
		}
		slices.Sort(items)
		return "[" + strings.Join(items, ", ") + "]"
	case v.As(&object) == nil:
		var items []string
		for name, item := range object {
			if !item.IsNull() {
				items = append(items, name+" = "+render(item))
			}
		}
		slices.Sort(items)
		return "{ " + strings.Join(items, ", ") + " }"
	}
	return v.String()
}
