package tfkit

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// StateVersion is the version of every resource's schema. States of version 0 were written by this provider before its
// schemas had versions, or by the SDKv2 provider of the same address, whose schemas never had any.
const StateVersion = 1

// Upgrade says how the states of a resource type get from version 0 to StateVersion. A state of this provider is kept as it
// is, except for what the schema does not have any more.
type Upgrade struct {
	// Kind is the kind of the objects, for diagnostics.
	Kind Kind
	// Own is an attribute that is never null in a state of this provider, and that the SDKv2 provider does not have. Left out,
	// it is deletion_protection; where there is none either, every state is taken for one of this provider.
	Own string
	// Old are the types of attributes that only the SDKv2 provider has, and that Change needs.
	Old map[string]tftypes.Type
	// Renew are attributes that meant something else in version 0: the next read fills them in.
	Renew []string
	// Change turns a state of the SDKv2 provider into today's words. Any attribute may be null. Left out, nothing is to be done
	// but what holds for all: see [OldState].
	Change func(s *OldState)
}

// Upgraders are what UpgradeState of the resource returns.
func (u Upgrade) Upgraders() map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: u.run}}
}

// UpgradeState implements resource.ResourceWithUpgradeState for the resources that need nothing of their own.
func (b *ResourceBase) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return Upgrade{Kind: Kind{Name: "object"}}.Upgraders()
}

func (u Upgrade) run(ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
	today, ok := resp.State.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if !ok || req.RawState == nil {
		u.refuse(nil, errNoObject.Error(), &resp.Diagnostics)
		return
	}
	if _, protects := today.AttributeTypes[protection]; protects && u.Own == "" {
		u.Own = protection
	}
	head, err := decode(req.RawState, u.head(today))
	switch {
	case err != nil:
		u.refuse(nil, problemOf(err), &resp.Diagnostics)
		return
	case TextIn(head["id"]) == "":
		u.refuse(head, "the state has no id", &resp.Diagnostics)
		return
	}
	types := maps.Clone(today.AttributeTypes)
	maps.DeleteFunc(types, func(name string, _ tftypes.Type) bool { return slices.Contains(u.Renew, name) })
	foreign := u.Own != "" && head[u.Own].IsNull()
	if foreign {
		delete(types, timeoutsName) // it has others
		maps.Copy(types, u.Old)
	}
	values, err := decode(req.RawState, types)
	if err != nil {
		u.refuse(head, problemOf(err), &resp.Diagnostics)
		return
	}
	s := OldState{values: values, types: today.AttributeTypes}
	if foreign {
		s.tidy()
		if u.Change != nil {
			u.Change(&s)
		}
	}
	value := s.value(today)
	if s.problem == "" {
		s.problem = misfit(ctx, resp.State.Schema, value)
	}
	if s.problem != "" {
		u.refuse(head, s.problem, &resp.Diagnostics)
		return
	}
	resp.State.Raw = value
}

// misfit says which value no resource could read, such as a fraction where there are integers only, or nothing.
func misfit(ctx context.Context, schema any, state tftypes.Value) string {
	var values map[string]tftypes.Value
	if err := state.As(&values); err != nil {
		return errNoObject.Error()
	}
	attributes := attributesOf(schema)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if _, err := attributes[name].GetType().ValueFromTerraform(ctx, values[name]); err != nil {
			return otherType + name
		}
	}
	return ""
}

// otherType begins what is said of a value that is not of its attribute's type.
const otherType = "the state has a value of another type in "

// timeoutsName is the attribute of the timeouts of a resource.
const timeoutsName = "timeouts"

// head are the types of what tells the states apart, and of what a diagnostic says of the object.
func (u Upgrade) head(today tftypes.Object) map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	for _, name := range []string{"id", "name", "project_id", u.Own} {
		if typ, ok := today.AttributeTypes[name]; ok {
			types[name] = typ
		}
	}
	return types
}

// refuse adds the one error about a state that cannot be upgraded. It shows no value but the object's name and ids.
func (u Upgrade) refuse(head map[string]tftypes.Value, problem string, diags *diag.Diagnostics) {
	object := Object(u.Kind.Name, TextIn(head["name"]), TextIn(head["id"]), TextIn(head["project_id"]))
	diags.AddError("Unable to upgrade the state of an object", object+
		": "+problem+". Nothing was changed.\n\nCorrect it in a copy of the state (terraform state pull, then terraform state push), or take the object out of "+
		"the state with terraform state rm and import it by its id.")
}

// decode reads attributes of a state, and leaves the others out. What the state does not have is null.
func decode(raw *tfprotov6.RawState, types map[string]tftypes.Type) (map[string]tftypes.Value, error) {
	value, err := raw.UnmarshalWithOpts(tftypes.Object{AttributeTypes: types},
		tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
	if err != nil {
		return nil, err
	}
	var values map[string]tftypes.Value
	if value.IsNull() || value.As(&values) != nil {
		return nil, errNoObject
	}
	return values, nil
}

// errNoObject is the error of a state that is null.
var errNoObject = errors.New("the state is empty")

// problemOf says what is wrong with a state that cannot be decoded. Errors of the decoder quote nothing that a user knows.
func problemOf(err error) string {
	var at tftypes.AttributePathError
	if errors.As(err, &at) && at.Path != nil {
		if steps := at.Path.Steps(); len(steps) > 0 {
			if name, ok := steps[0].(tftypes.AttributeName); ok {
				return otherType + string(name)
			}
		}
	}
	if errors.Is(err, errNoObject) {
		return err.Error()
	}
	return "the state cannot be read"
}

// refuseUnread refuses to plan an object of the SDKv2 provider that was not read since, where that provider has stored no
// project of it: the plan would take any project for another one, and replace the object.
func (p *Planning) refuseUnread(ctx context.Context) bool {
	a, ok := attributesOf(p.req.State.Schema)["project_id"]
	if p.Creating || !ok || !a.IsRequired() || !p.text(ctx, p.req.State, "project_id").IsNull() {
		return false
	}
	p.withdrawWarnings("project_id")
	next := "Plan without -refresh=false, or run terraform apply -refresh-only first."
	if p.Destroying { // Terraform plans the end of what has no block before it reads it
		next = "Run terraform apply -refresh-only first, with its resource block still in the configuration. " +
			"If it was deleted, remove it with terraform state rm."
	}
	p.Diags.AddAttributeError(path.Root("project_id"), "The project of the object is not known yet", p.object(ctx)+
		" comes from a state of the SDKv2 provider, which does not say in which project it is, and was not read since. "+next)
	return true
}
