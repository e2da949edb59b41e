package securitygroup

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a security group, and the resource and the data sources share.
type model struct {
	ID          types.String `tfsdk:"id"`
	ProjectID   types.String `tfsdk:"project_id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Inbound     types.Set    `tfsdk:"inbound"`
	Outbound    types.Set    `tfsdk:"outbound"`
	CreatedAt   types.String `tfsdk:"created_at"`
}

// dataModel adds what attachments change of a group.
type dataModel struct {
	model
	VMCount   types.Int64  `tfsdk:"vm_count"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	TemplateID         types.String   `tfsdk:"template_id"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// fromAPI fills the model with what the API says. The rules keep the words that the model has for
// them.
func (m *model) fromAPI(g *client.SecurityGroup) {
	m.ID = types.StringValue(g.ID)
	m.ProjectID = tfkit.StringOrNull(g.ProjectID)
	m.Name = types.StringValue(g.Name)
	m.Description = types.StringValue(g.Description)
	m.Inbound = ruleSet(reconcile(knownRules(m.Inbound), rulesFromAPI(g.Rules, inbound), inbound))
	m.Outbound = ruleSet(reconcile(knownRules(m.Outbound), rulesFromAPI(g.Rules, outbound), outbound))
	m.CreatedAt = tfkit.OptionalTime(g.CreatedAt)
}

func (m *dataModel) fromAPI(g *client.SecurityGroup) {
	m.model.fromAPI(g)
	m.VMCount = types.Int64PointerValue(g.VMCount)
	m.UpdatedAt = tfkit.OptionalTime(g.UpdatedAt)
}

// apiRules are the rules of both directions, as the API takes them: never nil, since an empty list
// means none.
func (m *model) apiRules() []client.SecurityGroupRule {
	rules := []client.SecurityGroupRule{}
	for _, r := range knownRules(m.Inbound) {
		rules = append(rules, r.toAPI(inbound))
	}
	for _, r := range knownRules(m.Outbound) {
		rules = append(rules, r.toAPI(outbound))
	}
	return rules
}

// Object names the group in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("security group", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// ruleType is the type of a rule in a set.
var ruleType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"protocol":  types.StringType,
	"ports":     types.StringType,
	"ip":        types.StringType,
	"size":      types.Int64Type,
	"icmp_type": types.Int64Type,
}}

// ruleSet makes a set of rules. Rules that are written the same are one.
func ruleSet(rules []rule) types.Set {
	elements := []attr.Value{}
	for i, r := range rules {
		if !containsRule(rules[:i], r) {
			elements = append(elements, ruleObject(r))
		}
	}
	return types.SetValueMust(ruleType, elements)
}

// ruleObject is a rule as an element of such a set.
func ruleObject(r rule) types.Object {
	return types.ObjectValueMust(ruleType.AttrTypes, map[string]attr.Value{
		"protocol":  types.StringValue(r.protocol),
		"ports":     tfkit.StringOrNull(r.ports),
		"ip":        tfkit.StringOrNull(r.ip),
		"size":      types.Int64PointerValue(r.size),
		"icmp_type": types.Int64PointerValue(r.icmpType),
	})
}

func containsRule(rules []rule, wanted rule) bool {
	for _, r := range rules {
		if r.equal(wanted) {
			return true
		}
	}
	return false
}

// knownRules are the rules of a set whose values are all known.
func knownRules(set types.Set) []rule {
	var rules []rule
	for _, element := range set.Elements() {
		if r, known := knownRule(element); known {
			rules = append(rules, r)
		}
	}
	return rules
}

// fullyKnown tells whether a set of rules, and every value in it, is known.
func fullyKnown(set types.Set) bool {
	return !set.IsUnknown() && len(knownRules(set)) == len(set.Elements())
}

// knownRule reads a rule. It reports whether all of its values are known.
func knownRule(element attr.Value) (rule, bool) {
	object, ok := element.(types.Object)
	if !ok || !tfkit.Known(object) {
		return rule{}, false
	}
	for _, value := range object.Attributes() {
		if value.IsUnknown() {
			return rule{}, false
		}
	}
	return partialRule(object), true
}

// partialRule reads a rule; what is not known is left out.
func partialRule(object types.Object) rule {
	attributes := object.Attributes()
	return rule{
		protocol: textOf(attributes["protocol"]),
		ports:    textOf(attributes["ports"]),
		ip:       textOf(attributes["ip"]),
		size:     numberOf(attributes["size"]),
		icmpType: numberOf(attributes["icmp_type"]),
	}
}

func textOf(value attr.Value) string {
	text, _ := value.(types.String)
	return text.ValueString()
}

func numberOf(value attr.Value) *int64 {
	number, ok := value.(types.Int64)
	if !ok || !tfkit.Known(number) {
		return nil
	}
	return number.ValueInt64Pointer()
}
