package export

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// lineLength is how long a list may be before each element gets a line of its own.
const lineLength = 80

// quote is a text as a configuration has it. No text can end its own quotes or begin an expression.
func quote(text string) string {
	quoted := string(hclwrite.TokensForValue(cty.StringVal(strings.ToValidUTF8(text, "\uFFFD"))).Bytes())
	// What begins a template is escaped by doubling its first character. One more of them in front would be ambiguous.
	for mark, point := range map[string]string{"$": `\u0024`, "%": `\u0025`} {
		quoted = strings.ReplaceAll(quoted, mark+mark+mark+"{", point+mark+mark+"{")
	}
	return quoted
}

// comment is a text that ends with its line, whatever is in it.
func comment(text string) string {
	return "# " + strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' {
			return ' '
		}
		return r
	}, text)), " ")
}

// literal is a value as a configuration has it. What is null in an object is left out of it.
func literal(v tftypes.Value) string {
	var text string
	var flag bool
	var number big.Float
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.IsNull() || !v.IsKnown():
		return "null"
	case v.As(&text) == nil:
		return quote(text)
	case v.As(&flag) == nil:
		if flag {
			return "true"
		}
		return "false"
	case v.As(&number) == nil:
		return number.Text('f', -1)
	case v.As(&elements) == nil:
		return list(literals(elements), v.Type().Is(tftypes.Set{}))
	case v.As(&attributes) == nil:
		return object(attributes)
	}
	return "null"
}

func literals(elements []tftypes.Value) []string {
	texts := make([]string, len(elements))
	for i, element := range elements {
		texts[i] = literal(element)
	}
	return texts
}

// list is a list of expressions, on one line where that is short. A set has no order of its own.
func list(expressions []string, set bool) string {
	if set {
		slices.Sort(expressions)
	}
	line := "[" + strings.Join(expressions, ", ") + "]"
	if len(line) <= lineLength && !strings.Contains(line, "{") {
		return line
	}
	return "[\n" + strings.Join(expressions, ",\n") + ",\n]"
}

// object is an object on one line.
func object(attributes map[string]tftypes.Value) string {
	var names []string
	for name, value := range attributes {
		if !value.IsNull() {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, byRank)
	for i, name := range names {
		names[i] = name + " = " + literal(attributes[name])
	}
	if len(names) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(names, ", ") + " }"
}

// ranks is the order of attributes in a block, as people write them. Others follow in the order of the alphabet.
var ranks = []string{
	"project_id", "name", "slug", "scope", "email", "target_user_id", "api_key_id", "role_id", "vm_id", "volume_id", "ip_id", "vpc_id",
	"security_group_id", "nic_id", "type", "template_id", "pricing_id", "region", "protocol", "ports", "ip", "size", "icmp_type",
}

func rank(name string) int {
	if at := slices.Index(ranks, name); at >= 0 {
		return at
	}
	return len(ranks)
}

func byRank(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

// block is a block of a configuration: its header, and lines that are indented when the file is formatted. Attributes
// that take several lines stand apart.
func block(header string, lines []string) string {
	if len(lines) == 0 {
		return header + " {}\n"
	}
	var b strings.Builder
	b.WriteString(header + " {\n")
	for i, line := range lines {
		several := strings.Contains(line, "\n")
		if i > 0 && (several || strings.Contains(lines[i-1], "\n")) {
			b.WriteString("\n")
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// format lays a file out as `terraform fmt` does.
func format(text string) []byte { return hclwrite.Format([]byte(text)) }
