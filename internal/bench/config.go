package bench

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// group is a resource block with a count. Its attributes may use count.index, and objects of the groups before it.
type group struct {
	typeName, label string
	count           int
	attributes      string
}

func (g group) address() string { return g.typeName + "." + g.label }

// text is the block.
func (g group) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "resource %q %q {\n  count = %d\n", g.typeName, g.label, g.count)
	for line := range strings.SplitSeq(strings.TrimSpace(g.attributes), "\n") {
		fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(line))
	}
	b.WriteString("}\n")
	return b.String()
}

// configuration is a whole configuration: the provider with a key, and the groups.
func configuration(url, key string, groups []group) string {
	var b strings.Builder
	b.WriteString("terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n")
	fmt.Fprintf(&b, "provider \"raff\" {\n  api_url = %q\n  api_key = %q\n}\n", url, key)
	for _, g := range groups {
		b.WriteString(g.text())
	}
	return b.String()
}

// expressions are the attributes of a group, parsed.
type expressions map[string]*hclsyntax.Attribute

func (g group) parse() (expressions, error) {
	file, diags := hclsyntax.ParseConfig([]byte(g.attributes), g.address(), hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, fmt.Errorf("%s: not attributes", g.address())
	}
	return expressions(body.Attributes), nil
}

// evaluate is the configuration of one object, as Terraform gives it to the provider.
func (e expressions) evaluate(typ cty.Type, scope map[string]cty.Value, index int) (cty.Value, error) {
	variables := map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(index))})}
	for name, value := range scope {
		variables[name] = value
	}
	context := &hcl.EvalContext{Variables: variables, Functions: map[string]function.Function{"floor": stdlib.FloorFunc}}
	values := nulls(typ)
	for name, attribute := range e {
		if !typ.HasAttribute(name) {
			return cty.NilVal, fmt.Errorf("there is no attribute %s", name)
		}
		value, diags := attribute.Expr.Value(context)
		if diags.HasErrors() {
			return cty.NilVal, diags
		}
		converted, err := convert.Convert(value, typ.AttributeType(name))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = converted
	}
	return cty.ObjectVal(values), nil
}
