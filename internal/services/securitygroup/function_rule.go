package securitygroup

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ function.Function = ruleFunction{}
	_ function.Function = rulesFunction{}
	_ function.Function = ruleTextFunction{}
)

// grammar describes the short text of a rule.
const grammar = "A text is a protocol, after a slash its ports or type, and after `from` or `to` the networks on the other side:\n\n" +
	"| part | what |\n" +
	"|---|---|\n" +
	"| protocol | `tcp`, `udp`, `icmp`, `icmpv6`, `ipsec` or `all` |\n" +
	"| ports of TCP and UDP | `22`, `80,443`, `3000-4000`, or several of these separated by commas, without spaces; all ports where they are left out |\n" +
	"| type of ICMP and ICMPv6 | a number from 0 to 255, or a name such as `echo-request`; all types where it is left out |\n" +
	"| networks | an address (`192.0.2.7`), a network with its prefix length (`10.0.0.0/8`, `2001:db8::/32`), or `any`; any where they are left out |\n\n" +
	"Inbound rules say `from`, outbound rules `to`. Upper and lower case are the same, but for the attributes of the result, which has what `raff_security_group` takes."

// ruleFunction is provider::raff::rule.
type ruleFunction struct{}

// NewRuleFunction returns the function that reads one rule from a short text.
func NewRuleFunction() function.Function { return ruleFunction{} }

func (ruleFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "rule"
}

func (ruleFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads a rule of a security group from a short text",
		MarkdownDescription: "Reads one rule from a text such as `tcp/22 from 10.0.0.0/8`, and returns it as an element of `inbound` or `outbound` of " +
			"`raff_security_group`. A rule has one network at most: for several, see the `rules` function.\n\n" + grammar,
		Parameters: []function.Parameter{function.StringParameter{
			Name: "text", MarkdownDescription: "The rule, for example `tcp/80,443`, `udp/53 from 10.0.0.0/8`, `icmp/echo-request` or `all to any`.",
		}},
		Return: function.ObjectReturn{AttributeTypes: ruleType.AttrTypes},
	}
}

func (ruleFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text types.String
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	if text.IsUnknown() {
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(ruleType.AttrTypes))
		return
	}
	rules, _, err := parseRuleText(text.ValueString())
	if err == nil && len(rules) > 1 {
		err = fmt.Errorf("rule %q: it has %d networks, and one rule has one. Use provider::raff::rules([%q]), which returns a rule for each",
			text.ValueString(), len(rules), text.ValueString())
	}
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, ruleObject(rules[0]))
}

// rulesFunction is provider::raff::rules.
type rulesFunction struct{}

// NewRulesFunction returns the function that reads the rules of one direction from short texts.
func NewRulesFunction() function.Function { return rulesFunction{} }

func (rulesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "rules"
}

func (rulesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads the rules of a security group from short texts",
		MarkdownDescription: "Reads the rules of one direction from texts such as `tcp/22 from 10.0.0.0/8, 192.168.0.0/16`, and returns them as `inbound` or `outbound` of " +
			"`raff_security_group` takes them. A text with several networks is a rule for each of them. Rules that are the same are one. " +
			"`from` and `to` in one call are refused: inbound and outbound rules are two calls.\n\n" + grammar,
		Parameters: []function.Parameter{function.ListParameter{
			Name: "texts", ElementType: types.StringType,
			MarkdownDescription: "The rules, for example `[\"tcp/80,443\", \"tcp/22 from 10.0.0.0/8, 2001:db8::/32\"]`.",
		}},
		Return: function.SetReturn{ElementType: ruleType},
	}
}

func (rulesFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var texts types.List
	if resp.Error = req.Arguments.Get(ctx, &texts); resp.Error != nil {
		return
	}
	if isUnknown(texts, texts.Elements()) {
		resp.Error = resp.Result.Set(ctx, types.SetUnknown(ruleType))
		return
	}
	var all []rule
	var first string // the first text with from or to
	var direction string
	for i, element := range texts.Elements() {
		if element.IsNull() {
			resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("texts[%d] is null: expected a rule, such as %s.", i, exampleRule))
			return
		}
		text := textOf(element)
		rules, word, err := parseRuleText(text)
		switch {
		case err != nil:
			err = fmt.Errorf("texts[%d]: %w", i, err)
		case word == "":
		case direction == "":
			first, direction = text, word
		case word != direction:
			err = fmt.Errorf("texts[%d]: rule %q says %s, and %q says %s. Inbound rules say from, outbound rules say to: call rules once for each", i, text, word, first, direction)
		}
		if err != nil {
			resp.Error = function.NewArgumentFuncError(0, err.Error())
			return
		}
		all = append(all, rules...)
	}
	resp.Error = resp.Result.Set(ctx, ruleSet(all))
}

// isUnknown tells whether a collection, or an element of it, is not known yet.
func isUnknown(collection attr.Value, elements []attr.Value) bool {
	if collection.IsUnknown() {
		return true
	}
	for _, element := range elements {
		if element.IsUnknown() {
			return true
		}
	}
	return false
}

// directions are the values of the direction of rule_text.
var directions = map[string]string{"inbound": inbound, "outbound": outbound}

// ruleTextFunction is provider::raff::rule_text.
type ruleTextFunction struct{}

// NewRuleTextFunction returns the function that writes a rule as a short text.
func NewRuleTextFunction() function.Function { return ruleTextFunction{} }

func (ruleTextFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "rule_text"
}

func (ruleTextFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Writes a rule of a security group as a short text",
		MarkdownDescription: "Writes an element of `inbound` or `outbound` of `raff_security_group` as the text that the `rule` function reads, for an output or a report.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "direction", MarkdownDescription: "`inbound`, which says `from`, or `outbound`, which says `to`."},
			function.ObjectParameter{Name: "rule", AttributeTypes: ruleType.AttrTypes, MarkdownDescription: "The rule, with all of its attributes. Those that it does not have are null."},
		},
		Return: function.StringReturn{},
	}
}

func (ruleTextFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var direction types.String
	var object types.Object
	if resp.Error = req.Arguments.Get(ctx, &direction, &object); resp.Error != nil {
		return
	}
	r, known := knownRule(object)
	if direction.IsUnknown() || !known {
		resp.Error = resp.Result.Set(ctx, types.StringUnknown())
		return
	}
	way, ok := directions[direction.ValueString()]
	if !ok {
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("The direction is %q: expected \"inbound\" or \"outbound\".", direction.ValueString()))
		return
	}
	text, err := r.shortText(way)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}
