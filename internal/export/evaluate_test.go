package export_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// configuration is a configuration that is evaluated in this process, as far as exports need it: resources, data sources,
// variables, modules of one level, imports. What else occurs is an error.
type configuration struct {
	t       *testing.T
	p       *protocol.Provider
	modules map[string]*module // by name; "" is the root
	imports map[string]string  // ids by address
	// state returns an object that an expression refers to.
	state func(address string) cty.Value

	read map[string]cty.Value // what data sources have read
	// given are values of variables of the root module.
	given map[string]cty.Value
}

// module is a module with its blocks, by what expressions call them.
type module struct {
	name   string
	blocks map[string]*hclsyntax.Block // "raff_vm.web", "data.raff_role.viewer", "var.ssh_keys"
	call   *hclsyntax.Block            // of the root module; nil for that
}

// address is the address of a block of the module.
func (m *module) address(name string) string {
	if m.name == "" {
		return name
	}
	return "module." + m.name + "." + name
}

// parse reads the files of an export.
func parse(t *testing.T, p *protocol.Provider, files map[string][]byte) *configuration {
	t.Helper()
	c := &configuration{
		t: t, p: p, modules: map[string]*module{"": {blocks: map[string]*hclsyntax.Block{}}}, imports: map[string]string{},
		read: map[string]cty.Value{}, given: map[string]cty.Value{},
	}
	var calls []*hclsyntax.Block
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".tf" {
			continue
		}
		file, diagnostics := hclsyntax.ParseConfig(files[name], name, hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatalf("%s: %v\n%s", name, diagnostics, files[name])
		}
		body := file.Body.(*hclsyntax.Body)
		for _, block := range body.Blocks {
			if block.Type == "module" {
				calls = append(calls, block)
				continue
			}
			c.add(moduleOf(name), block)
		}
	}
	for _, call := range calls {
		c.module(call.Labels[0]).call = call
	}
	return c
}

// moduleOf is the module that a file is of.
func moduleOf(name string) string {
	if parts := strings.Split(name, "/"); len(parts) == 3 && parts[0] == "modules" {
		return parts[1]
	}
	return ""
}

func (c *configuration) module(name string) *module {
	if c.modules[name] == nil {
		c.modules[name] = &module{name: name, blocks: map[string]*hclsyntax.Block{}}
	}
	return c.modules[name]
}

func (c *configuration) add(in string, block *hclsyntax.Block) {
	c.t.Helper()
	m := c.module(in)
	name := ""
	switch block.Type {
	case "terraform", "provider":
		return
	case "import":
		c.addImport(block)
		return
	case "resource":
		name = strings.Join(block.Labels, ".")
	case "data":
		name = "data." + strings.Join(block.Labels, ".")
	case "variable":
		name = "var." + block.Labels[0]
	default:
		c.t.Fatalf("%s: nobody knows blocks of the type %s", block.DefRange(), block.Type)
	}
	if m.blocks[name] != nil {
		c.t.Fatalf("%s: there is %s already", block.DefRange(), name)
	}
	m.blocks[name] = block
}

func (c *configuration) addImport(block *hclsyntax.Block) {
	c.t.Helper()
	to, diagnostics := hcl.AbsTraversalForExpr(block.Body.Attributes["to"].Expr)
	id, more := block.Body.Attributes["id"].Expr.Value(nil)
	if diagnostics.HasErrors() || more.HasErrors() {
		c.t.Fatal(diagnostics, more)
	}
	address := steps(to)
	if _, twice := c.imports[address]; twice {
		c.t.Fatalf("%s is imported twice", address)
	}
	c.imports[address] = id.AsString()
}

// steps are the names of a traversal, with dots.
func steps(traversal hcl.Traversal) string {
	var names []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		}
	}
	return strings.Join(names, ".")
}

// resources are the addresses of all resources, sorted.
func (c *configuration) resources() []string {
	var all []string
	for _, m := range c.modules {
		for name, block := range m.blocks {
			if block.Type == "resource" {
				all = append(all, m.address(name))
			}
		}
	}
	slices.Sort(all)
	return all
}

// find is the block of a resource, and its module.
func (c *configuration) find(address string) (*module, *hclsyntax.Block) {
	c.t.Helper()
	m, name := c.modules[""], address
	if rest, inModule := strings.CutPrefix(address, "module."); inModule {
		first, after, _ := strings.Cut(rest, ".")
		m, name = c.modules[first], after
	}
	if m == nil || m.blocks[name] == nil {
		c.t.Fatalf("there is no %s", address)
	}
	return m, m.blocks[name]
}

// config is the configuration of a resource, with what expressions refer to; ignored are attributes that are not changed.
func (c *configuration) config(address string) (value tftypes.Value, ignored []string) {
	c.t.Helper()
	m, block := c.find(address)
	for _, inner := range block.Body.Blocks {
		if inner.Type != "lifecycle" || len(inner.Body.Blocks) > 0 || len(inner.Body.Attributes) != 1 {
			c.t.Fatalf("%s: nobody knows %s", address, inner.Type)
		}
		list, diagnostics := hcl.ExprList(inner.Body.Attributes["ignore_changes"].Expr)
		if diagnostics.HasErrors() {
			c.t.Fatal(diagnostics)
		}
		for _, element := range list {
			ignored = append(ignored, hcl.ExprAsKeyword(element))
		}
	}
	return c.object(m, block.Body, c.p.Schema(block.Labels[0]).ValueType()), ignored
}

// object is the value of a block.
func (c *configuration) object(m *module, body *hclsyntax.Body, typ tftypes.Type) tftypes.Value {
	c.t.Helper()
	ctyType := typeOf(c.t, typ)
	values := map[string]cty.Value{}
	for name, attributeType := range ctyType.AttributeTypes() {
		values[name] = cty.NullVal(attributeType)
	}
	for name, attribute := range body.Attributes {
		attributeType, known := ctyType.AttributeTypes()[name]
		if !known {
			c.t.Fatalf("%s: there is no attribute %s", attribute.Range(), name)
		}
		value, err := convert.Convert(c.value(m, attribute.Expr), optional(attributeType))
		if err != nil {
			c.t.Fatalf("%s: %v", attribute.Range(), err)
		}
		values[name] = value
	}
	return fromCty(c.t, cty.ObjectVal(values), typ)
}

// value evaluates an expression of a module.
func (c *configuration) value(m *module, expression hcl.Expression) cty.Value {
	c.t.Helper()
	roots := map[string]map[string]cty.Value{}
	put := func(root, name string, value cty.Value) {
		if roots[root] == nil {
			roots[root] = map[string]cty.Value{}
		}
		roots[root][name] = value
	}
	data := map[string]map[string]cty.Value{}
	for _, traversal := range expression.Variables() {
		parts := strings.Split(steps(traversal), ".")
		switch parts[0] {
		case "var":
			put("var", parts[1], c.variable(m, parts[1]))
		case "data":
			if data[parts[1]] == nil {
				data[parts[1]] = map[string]cty.Value{}
			}
			data[parts[1]][parts[2]] = c.data(m, strings.Join(parts[:3], "."))
		default:
			if m.blocks[parts[0]+"."+parts[1]] == nil {
				c.t.Fatalf("%s: there is no %s in the module", traversal.SourceRange(), steps(traversal))
			}
			put(parts[0], parts[1], c.state(m.address(parts[0]+"."+parts[1])))
		}
	}
	variables := map[string]cty.Value{}
	for root, values := range roots {
		variables[root] = cty.ObjectVal(values)
	}
	if len(data) > 0 {
		all := map[string]cty.Value{}
		for name, values := range data {
			all[name] = cty.ObjectVal(values)
		}
		variables["data"] = cty.ObjectVal(all)
	}
	value, diagnostics := expression.Value(&hcl.EvalContext{Variables: variables})
	if diagnostics.HasErrors() {
		c.t.Fatal(diagnostics)
	}
	return value
}

// variable is the value of a variable: what the module is called with, what was given, or its default.
func (c *configuration) variable(m *module, name string) cty.Value {
	c.t.Helper()
	block := m.blocks["var."+name]
	if block == nil {
		c.t.Fatalf("there is no %s", m.address("var."+name))
	}
	if m.call != nil {
		if argument := m.call.Body.Attributes[name]; argument != nil {
			return c.value(c.modules[""], argument.Expr)
		}
	} else if value, ok := c.given[name]; ok {
		return value
	}
	byDefault := block.Body.Attributes["default"]
	if byDefault == nil {
		c.t.Fatalf("%s has no value", m.address("var."+name))
	}
	return c.value(m, byDefault.Expr)
}

// data is what a data source reads.
func (c *configuration) data(m *module, name string) cty.Value {
	c.t.Helper()
	address := m.address(name)
	if value, ok := c.read[address]; ok {
		return value
	}
	_, block := c.find(address)
	typeName := block.Labels[0]
	schema := c.p.Schemas.DataSourceSchemas[typeName]
	if schema == nil {
		c.t.Fatalf("there is no data source %s", typeName)
	}
	config, err := protocol.Dynamic(c.object(m, block.Body, schema.ValueType()))
	if err != nil {
		c.t.Fatal(err)
	}
	response, err := c.p.Server.ReadDataSource(c.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err == nil {
		err = protocol.Failed(response.Diagnostics)
	}
	if err != nil {
		c.t.Fatalf("%s: %v", address, err)
	}
	value, err := response.State.Unmarshal(schema.ValueType())
	if err != nil {
		c.t.Fatal(err)
	}
	c.read[address] = toCty(c.t, value)
	return c.read[address]
}

// typeOf is a type in the terms of cty.
func typeOf(t *testing.T, typ tftypes.Type) cty.Type {
	t.Helper()
	text, err := typ.MarshalJSON() //nolint:staticcheck // the one way from one library to the other
	if err != nil {
		t.Fatal(err)
	}
	var found cty.Type
	if found, err = ctyjson.UnmarshalType(text); err != nil {
		t.Fatal(err)
	}
	return found
}

// optional is a type whose objects need no attribute, as in a configuration.
func optional(typ cty.Type) cty.Type {
	switch {
	case typ.IsObjectType():
		attributes := map[string]cty.Type{}
		for name, attributeType := range typ.AttributeTypes() {
			attributes[name] = optional(attributeType)
		}
		return cty.ObjectWithOptionalAttrs(attributes, slices.Collect(maps.Keys(attributes)))
	case typ.IsListType():
		return cty.List(optional(typ.ElementType()))
	case typ.IsSetType():
		return cty.Set(optional(typ.ElementType()))
	case typ.IsMapType():
		return cty.Map(optional(typ.ElementType()))
	}
	return typ
}

func toCty(t *testing.T, v tftypes.Value) cty.Value {
	t.Helper()
	d, err := protocol.Dynamic(v)
	if err != nil {
		t.Fatal(err)
	}
	value, err := msgpack.Unmarshal(d.MsgPack, typeOf(t, v.Type()))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func fromCty(t *testing.T, v cty.Value, typ tftypes.Type) tftypes.Value {
	t.Helper()
	packed, err := msgpack.Marshal(v, typeOf(t, typ))
	if err != nil {
		t.Fatal(err)
	}
	value, err := (&tfprotov6.DynamicValue{MsgPack: packed}).Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// plainJSON is a value as JSON, for comparisons and messages.
func plainJSON(t *testing.T, v tftypes.Value) string {
	t.Helper()
	value := toCty(t, v)
	if !value.IsWhollyKnown() {
		return v.String()
	}
	text, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		t.Fatal(err)
	}
	return string(json.RawMessage(text))
}

// difference names the attributes in which two objects differ.
func difference(t *testing.T, before, after tftypes.Value) []string {
	t.Helper()
	var found []string
	was, will := protocol.Attributes(before), protocol.Attributes(after)
	for _, name := range slices.Sorted(maps.Keys(will)) {
		if was == nil || !was[name].Equal(will[name]) {
			text := "nothing"
			if was != nil {
				text = plainJSON(t, was[name])
			}
			found = append(found, fmt.Sprintf("%s: %s -> %s", name, text, plainJSON(t, will[name])))
		}
	}
	return found
}
