package securitygroup

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// seededKey marks in the private state a group that was made of a template: a direction that its
// configuration leaves out is not managed.
const seededKey = "seeded"

// ModifyPlan brings the rules of the configuration together with those that there are.
//
// Elements of a set have no identity, so that Terraform cannot tell by itself that a rule with other
// words is the same rule. The sets are compared as a whole: where they mean the same, the plan keeps
// the words of the state, which is no change.
func (r *groupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	p := planner{
		r:      r,
		config: tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics),
		plan:   tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics),
		diags:  &resp.Diagnostics,
	}
	if !stage.Creating {
		p.state = tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
		seeded, diags := req.Private.GetKey(ctx, seededKey)
		resp.Diagnostics.Append(diags...)
		p.seeded = len(seeded) > 0
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p.run(ctx)
	stage.WarnTaken(ctx, "name", tfkit.SecurityGroup)
	if resp.Diagnostics.HasError() {
		return
	}
	tfkit.Set(ctx, &resp.Plan, p.plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// planner works on one plan of one group.
type planner struct {
	r            *groupResource
	config, plan *resourceModel
	state        *resourceModel // nil: the group is created
	seeded       bool
	diags        *diag.Diagnostics
}

func (p *planner) run(ctx context.Context) {
	if p.state == nil {
		p.plan.seed(ctx, p.config, p.r, p.diags)
	} else {
		p.plan.Inbound = p.planRules(p.config.Inbound, p.plan.Inbound, p.state.Inbound, inbound)
		p.plan.Outbound = p.planRules(p.config.Outbound, p.plan.Outbound, p.state.Outbound, outbound)
	}
	p.warnOfStrippedPorts()
	p.warnOfLateTemplate()
}

// planRules settles the rules of one direction of a group that exists.
func (p *planner) planRules(config, plan, state types.Set, direction string) types.Set {
	switch {
	case config.IsNull() && (p.seeded || !p.config.TemplateID.IsNull()):
		return state // not managed
	case fullyKnown(plan) && sameRules(knownRules(plan), knownRules(state), direction):
		return state
	default:
		return plan
	}
}

// seed fills the directions that the configuration leaves out from the template, if it names one.
func (m *resourceModel) seed(ctx context.Context, config *resourceModel, r *groupResource, diags *diag.Diagnostics) {
	missing := map[string]*types.Set{}
	if config.Inbound.IsNull() {
		missing[inbound] = &m.Inbound
	}
	if config.Outbound.IsNull() {
		missing[outbound] = &m.Outbound
	}
	if config.TemplateID.IsNull() || len(missing) == 0 {
		return
	}
	if m.TemplateID.IsUnknown() || r.Unconfigured() {
		for _, set := range missing {
			*set = types.SetUnknown(ruleType)
		}
		return
	}
	template, err := r.template(ctx, m.TemplateID.ValueString())
	if err != nil {
		tfkit.AddAttributeError(diags, path.Root("template_id"), "Unable to use the template", "Template "+m.TemplateID.ValueString(), err)
		return
	}
	for direction, set := range missing {
		*set = ruleSet(rulesFromAPI(template.Rules, direction))
	}
}

// template returns the template with that id.
func (r *groupResource) template(ctx context.Context, id string) (*client.SecurityGroupTemplate, error) {
	var known []string
	for template, err := range r.Client.ListSecurityGroupTemplates(ctx) {
		if err != nil {
			return nil, err
		}
		if template.ID == id {
			return template, nil
		}
		known = append(known, template.ID)
	}
	return nil, fmt.Errorf("there is no such template; there are %s", strings.Join(known, ", "))
}

// warnOfStrippedPorts says once what the platform does to rules with blocked ports: not again for
// rules that are in the state as they are written.
func (p *planner) warnOfStrippedPorts() {
	var known []rule
	if p.state != nil {
		known = knownRules(p.state.Inbound)
	}
	changes := strippedRules(knownRules(p.config.Inbound), known)
	if len(changes) == 0 {
		return
	}
	p.diags.AddAttributeWarning(path.Root("inbound"), "Some ports are never opened", fmt.Sprintf(
		"The platform closes %s to the outside, and takes them out of inbound rules when it saves them: %s.\n\n"+
			"The rules stay in the state as they are written, so that later plans show no difference.", blockedText, strings.Join(changes, "; ")))
}

// warnOfLateTemplate says that a template is of no use to a group that exists.
func (p *planner) warnOfLateTemplate() {
	if p.state == nil || !tfkit.Known(p.plan.TemplateID) || p.state.TemplateID.IsNull() || p.plan.TemplateID.Equal(p.state.TemplateID) {
		return
	}
	p.diags.AddAttributeWarning(path.Root("template_id"), "The template is not used any more",
		"A template only gives rules to a group that is created. Applying this plan leaves the rules of "+p.state.Object()+" as they are.")
}

// touches tells whether the API must be called to get from the state to the plan.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description) || m.rulesDiffer(state)
}

func (m *resourceModel) rulesDiffer(state *resourceModel) bool {
	return !m.Inbound.Equal(state.Inbound) || !m.Outbound.Equal(state.Outbound)
}
