package acctest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// config is a configuration that is planned in this process, as Terraform plans it where nothing is in the state yet:
// everything is validated while no reference is known, and then each object is read or planned after those that it
// refers to. It knows blocks of the types provider, resource and data, and in them attributes.
type config struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	setup   *hclsyntax.Block // of the provider
	objects []*object
	errs    []string
}

// object is a resource or a data source of a configuration.
type object struct {
	block  *hclsyntax.Block
	schema *tfprotov6.Schema
	data   bool
	done   bool
	value  cty.Value // cty.NilVal: it is in error, or refers to what is
}

func (o *object) typeName() string { return o.block.Labels[0] }

func (o *object) address() string {
	address := strings.Join(o.block.Labels, ".")
	if o.data {
		return "data." + address
	}
	return address
}

// planErrors are the errors of a plan of the configuration. Each is one line, in the order in which Terraform says it: the
// summary, the address, the attribute, the detail.
func planErrors(t *testing.T, text string) []string {
	t.Helper()
	c := &config{t: t, server: provider.NewServer("test")()}
	var err error
	if c.schemas, err = c.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	c.parse(text)
	c.validate()
	if len(c.errs) == 0 {
		c.configure()
	}
	if len(c.errs) == 0 {
		c.plan()
	}
	return c.errs
}

func (c *config) parse(text string) {
	c.t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		c.t.Fatal(diags)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || len(body.Attributes) > 0 {
		c.t.Fatal("the configuration has attributes outside of blocks")
	}
	for _, block := range body.Blocks {
		o := &object{block: block, data: block.Type == "data"}
		switch {
		case block.Type == "provider":
			c.setup = block
			continue
		case o.data:
			o.schema = c.schemas.DataSourceSchemas[o.typeName()]
		case block.Type == "resource":
			o.schema = c.schemas.ResourceSchemas[o.typeName()]
		}
		if o.schema == nil || len(block.Body.Blocks) > 0 {
			c.t.Fatalf("%s: only a CLI can plan this block", block.Type)
		}
		c.objects = append(c.objects, o)
	}
}

func (c *config) configure() {
	c.t.Helper()
	configured, err := c.server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: c.encode(c.evaluate(c.setup, c.schemas.Provider)),
	})
	c.note("provider", configured, err)
}

// validate validates everything, with references that are not known.
func (c *config) validate() {
	c.t.Helper()
	validated, err := c.server.ValidateProviderConfig(c.t.Context(), &tfprotov6.ValidateProviderConfigRequest{
		Config: c.encode(c.evaluate(c.setup, c.schemas.Provider)),
	})
	c.note("provider", validated, err)
	for _, o := range c.objects {
		c.check(o, c.evaluate(o.block, o.schema))
	}
}

func (c *config) check(o *object, value cty.Value) bool {
	c.t.Helper()
	if o.data {
		response, err := c.server.ValidateDataResourceConfig(c.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: o.typeName(), Config: c.encode(value),
		})
		return c.note(o.address(), response, err)
	}
	response, err := c.server.ValidateResourceConfig(c.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: o.typeName(), Config: c.encode(value),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	return c.note(o.address(), response, err)
}

// plan reads and plans each object after those that it refers to.
func (c *config) plan() {
	c.t.Helper()
	for left := slices.Clone(c.objects); len(left) > 0; {
		ready := slices.IndexFunc(left, func(o *object) bool {
			return !slices.ContainsFunc(c.references(o), func(to *object) bool { return !to.done })
		})
		if ready < 0 {
			c.t.Fatal("the configuration refers to itself in a circle")
		}
		o := left[ready]
		left = slices.Delete(left, ready, ready+1)
		o.done = true
		if slices.ContainsFunc(c.references(o), func(to *object) bool { return to.value == cty.NilVal }) {
			continue
		}
		value := c.evaluate(o.block, o.schema)
		if !c.check(o, value) {
			continue
		}
		switch {
		case !o.data:
			c.create(o, value)
		case value.IsWhollyKnown():
			c.read(o, value)
		default:
			o.value = cty.UnknownVal(value.Type())
		}
	}
}

func (c *config) read(o *object, value cty.Value) {
	c.t.Helper()
	response, err := c.server.ReadDataSource(c.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: o.typeName(), Config: c.encode(value)})
	if c.note(o.address(), response, err) {
		o.value = c.decode(response.State, value.Type())
	}
}

func (c *config) create(o *object, value cty.Value) {
	c.t.Helper()
	proposed := value.AsValueMap()
	for _, a := range o.schema.Block.Attributes {
		if a.WriteOnly {
			proposed[a.Name] = cty.NullVal(proposed[a.Name].Type())
		}
	}
	response, err := c.server.PlanResourceChange(c.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName(), PriorState: c.encode(cty.NullVal(value.Type())),
		ProposedNewState: c.encode(cty.ObjectVal(proposed)), Config: c.encode(value),
	})
	if c.note(o.address(), response, err) {
		o.value = c.decode(response.PlannedState, value.Type())
	}
}

// references are the objects that an object refers to.
func (c *config) references(o *object) []*object {
	var to []*object
	for _, a := range o.block.Body.Attributes {
		for _, traversal := range a.Expr.Variables() {
			names := []string{traversal.RootName()}
			for _, step := range traversal[1:] {
				if name, ok := step.(hcl.TraverseAttr); ok {
					names = append(names, name.Name)
				}
			}
			for _, other := range c.objects {
				if strings.HasPrefix(strings.Join(names, ".")+".", other.address()+".") {
					to = append(to, other)
				}
			}
		}
	}
	return to
}

// evaluate is the value of a block: null attributes, but for those that it gives.
func (c *config) evaluate(block *hclsyntax.Block, schema *tfprotov6.Schema) cty.Value {
	c.t.Helper()
	given := hclsyntax.Attributes{}
	if block != nil {
		maps.Copy(given, block.Body.Attributes)
	}
	values := map[string]cty.Value{}
	for _, a := range schema.Block.Attributes {
		typ := ctyType(c.t, a)
		values[a.Name] = cty.NullVal(typ.WithoutOptionalAttributesDeep())
		if attribute, ok := given[a.Name]; ok {
			value, diags := attribute.Expr.Value(c.variables())
			if diags.HasErrors() {
				c.t.Fatal(diags)
			}
			converted, err := convert.Convert(value, typ)
			if err != nil {
				c.t.Fatalf("%s: %v", a.Name, err)
			}
			values[a.Name] = converted
			delete(given, a.Name)
		}
	}
	for name := range given {
		c.t.Fatalf("%s %v: only a CLI knows what %s is", block.Type, block.Labels, name)
	}
	return cty.ObjectVal(values)
}

// variables are what expressions can refer to. What is not planned yet is not known.
func (c *config) variables() *hcl.EvalContext {
	resources, data := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	for _, o := range c.objects {
		of := resources
		if o.data {
			of = data
		}
		if of[o.typeName()] == nil {
			of[o.typeName()] = map[string]cty.Value{}
		}
		of[o.typeName()][o.block.Labels[1]] = cty.DynamicVal
		if o.done && o.value != cty.NilVal {
			of[o.typeName()][o.block.Labels[1]] = o.value
		}
	}
	variables, sources := map[string]cty.Value{}, map[string]cty.Value{}
	for typeName, named := range resources {
		variables[typeName] = cty.ObjectVal(named)
	}
	for typeName, named := range data {
		sources[typeName] = cty.ObjectVal(named)
	}
	variables["data"] = cty.ObjectVal(sources)
	return &hcl.EvalContext{Variables: variables}
}

// ctyType is the type of an attribute, where what is nested may leave everything out.
func ctyType(t *testing.T, a *tfprotov6.SchemaAttribute) cty.Type {
	t.Helper()
	if a.NestedType == nil {
		encoded, err := a.Type.MarshalJSON() //nolint:staticcheck // the only way from one kind of types to the other
		if err != nil {
			t.Fatal(err)
		}
		typ, err := ctyjson.UnmarshalType(encoded)
		if err != nil {
			t.Fatal(err)
		}
		return typ
	}
	attributes := map[string]cty.Type{}
	for _, nested := range a.NestedType.Attributes {
		attributes[nested.Name] = ctyType(t, nested)
	}
	element := cty.ObjectWithOptionalAttrs(attributes, slices.Collect(maps.Keys(attributes)))
	switch a.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSet:
		return cty.Set(element)
	case tfprotov6.SchemaObjectNestingModeList:
		return cty.List(element)
	case tfprotov6.SchemaObjectNestingModeMap:
		return cty.Map(element)
	default:
		return element
	}
}

func (c *config) encode(value cty.Value) *tfprotov6.DynamicValue {
	c.t.Helper()
	encoded, err := msgpack.Marshal(value, value.Type())
	if err != nil {
		c.t.Fatal(err)
	}
	return &tfprotov6.DynamicValue{MsgPack: encoded}
}

func (c *config) decode(value *tfprotov6.DynamicValue, typ cty.Type) cty.Value {
	c.t.Helper()
	decoded, err := msgpack.Unmarshal(value.MsgPack, typ)
	if err != nil {
		c.t.Fatal(err)
	}
	return decoded
}

// note notes the errors of an answer, and tells whether there are none.
func (c *config) note(address string, response any, err error) bool {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	var diagnostics []*tfprotov6.Diagnostic
	switch r := response.(type) {
	case *tfprotov6.ValidateProviderConfigResponse:
		diagnostics = r.Diagnostics
	case *tfprotov6.ConfigureProviderResponse:
		diagnostics = r.Diagnostics
	case *tfprotov6.ValidateResourceConfigResponse:
		diagnostics = r.Diagnostics
	case *tfprotov6.ValidateDataResourceConfigResponse:
		diagnostics = r.Diagnostics
	case *tfprotov6.ReadDataSourceResponse:
		diagnostics = r.Diagnostics
	case *tfprotov6.PlanResourceChangeResponse:
		diagnostics = r.Diagnostics
	}
	good := true
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		good = false
		var at string
		if d.Attribute != nil {
			at = ", " + strings.Join(protocol.Names(d.Attribute), ".")
		}
		line := d.Summary + " with " + address + at + ": " + d.Detail
		c.errs = append(c.errs, strings.Join(strings.Fields(line), " "))
	}
	return good
}
