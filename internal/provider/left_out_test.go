package provider_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// Whatever the API fills in may be left out of a configuration: for every resource type, each
// attribute that is optional and computed and has no default, at any depth, is taken out of the
// configuration of an object that exists, one at a time. The plan must stay empty.
func TestAccEveryResource_attributesMayBeLeftOut(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(everything(t, b, "")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")

	ctx := t.Context()
	server := protocolServer(ctx, t, b)
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	own := resourceSchemas(ctx)
	seen := map[string]bool{}
	for _, object := range pullState(t, cli) {
		seen[object.Type] = true
		p := planTest{server: server, typeName: object.Type, schema: schemas.ResourceSchemas[object.Type]}
		p.load(ctx, t, object)
		for _, path := range filledIn(own[object.Type].Attributes, nil) {
			t.Run(object.address()+"/"+strings.Join(path, "."), func(t *testing.T) { p.leaveOut(ctx, t, path) })
		}
	}
	for typeName := range schemas.ResourceSchemas {
		if !seen[typeName] {
			t.Errorf("testdata/everything.tf has no %s", typeName)
		}
	}
}

// everything is a configuration with every resource type, in two projects.
func everything(t *testing.T, b *acctest.Backend, suffix string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/everything.tf")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("$PRODUCTION", b.Production(), "$STAGING", b.Staging(), "$SUFFIX", suffix).Replace(string(content))
}

// protocolServer is the provider as Terraform sees it, configured for the backend.
func protocolServer(ctx context.Context, t *testing.T, b *acctest.Backend) tfprotov6.ProviderServer {
	t.Helper()
	server := provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.Provider.ValueType()
	object, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("the provider's schema is no object but %s", typ)
	}
	values := map[string]tftypes.Value{}
	for name, attributeType := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	values["api_url"] = tftypes.NewValue(tftypes.String, b.URL)
	values["api_key"] = tftypes.NewValue(tftypes.String, b.OwnerKey)
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	noErrors(t, response.Diagnostics)
	return server
}

// stateObject is a managed object of a state file.
type stateObject struct {
	Type, Name    string
	Attributes    json.RawMessage
	Private       string
	SchemaVersion int64
}

func (o stateObject) address() string { return o.Type + "." + o.Name }

func pullState(t *testing.T, cli *acctest.CLI) []stateObject {
	t.Helper()
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				Attributes    json.RawMessage
				Private       string
				SchemaVersion int64 `json:"schema_version"`
			}
		}
	}
	if err := json.Unmarshal([]byte(cli.MustRun(t, "state", "pull")), &state); err != nil {
		t.Fatal(err)
	}
	var objects []stateObject
	for _, r := range state.Resources {
		if r.Mode != "managed" || !strings.HasPrefix(r.Type, "raff_") {
			continue
		}
		for i, instance := range r.Instances {
			objects = append(objects, stateObject{
				r.Type, fmt.Sprintf("%s[%d]", r.Name, i), instance.Attributes, instance.Private, instance.SchemaVersion,
			})
		}
	}
	return objects
}

// planTest plans changes of one object by the provider protocol, which takes milliseconds where
// Terraform takes seconds.
type planTest struct {
	server   tfprotov6.ProviderServer
	typeName string
	schema   *tfprotov6.Schema
	prior    tftypes.Value
	private  []byte
}

func (p *planTest) load(ctx context.Context, t *testing.T, object stateObject) {
	t.Helper()
	upgraded, err := p.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: p.typeName, Version: object.SchemaVersion, RawState: &tfprotov6.RawState{JSON: object.Attributes},
	})
	if err != nil {
		t.Fatal(err)
	}
	noErrors(t, upgraded.Diagnostics)
	if p.private, err = base64.StdEncoding.DecodeString(object.Private); err != nil {
		t.Fatal(err)
	}
	if p.prior, err = upgraded.UpgradedState.Unmarshal(p.schema.ValueType()); err != nil {
		t.Fatal(err)
	}
}

// leaveOut plans the object's own configuration without the attribute at path, and expects no
// change.
func (p *planTest) leaveOut(ctx context.Context, t *testing.T, path []string) {
	config, err := tftypes.Transform(p.prior, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		names := attributeNames(at)
		if a := findAttribute(p.schema.Block.Attributes, names); a != nil && isAttribute(at) {
			if a.WriteOnly || a.Computed && !a.Optional || strings.Join(names, ".") == strings.Join(path, ".") {
				return tftypes.NewValue(v.Type(), nil), nil
			}
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	planned := p.plan(ctx, t, config)
	if diffs, err := p.prior.Diff(planned); err != nil || len(diffs) > 0 {
		for _, d := range diffs {
			t.Errorf("%s would change: %v becomes %v", d.Path, d.Value1, d.Value2)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// plan plans a configuration. What it leaves out and the provider computes keeps its prior value in
// the proposal, as Terraform does it, so the proposal is the prior state.
func (p *planTest) plan(ctx context.Context, t *testing.T, config tftypes.Value) tftypes.Value {
	t.Helper()
	typ := p.schema.ValueType()
	priorValue, err := tfprotov6.NewDynamicValue(typ, p.prior)
	if err != nil {
		t.Fatal(err)
	}
	configValue, err := tfprotov6.NewDynamicValue(typ, config)
	if err != nil {
		t.Fatal(err)
	}
	response, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, PriorState: &priorValue, ProposedNewState: &priorValue, Config: &configValue, PriorPrivate: p.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	noErrors(t, response.Diagnostics)
	if len(response.RequiresReplace) > 0 {
		t.Errorf("it would be replaced because of %v", response.RequiresReplace)
	}
	planned, err := response.PlannedState.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

// filledIn lists the attributes that the API fills in where a user leaves them out, by the names on
// the way to them: optional and computed, and without a default of the provider's own.
func filledIn(attributes map[string]schema.Attribute, parent []string) [][]string {
	var found [][]string
	for name, a := range attributes {
		path := append(slices.Clone(parent), name)
		if a.IsOptional() && a.IsComputed() && !hasDefault(a) && !meansNone(name) {
			found = append(found, path)
		}
		if nested, ok := a.(schema.NestedAttribute); ok && !(a.IsComputed() && !a.IsOptional()) {
			found = append(found, filledIn(nestedAttributes(nested), path)...)
		}
	}
	return found
}

// meansNone tells whether an attribute that is left out is none: only an import fills it in.
func meansNone(name string) bool {
	return slices.Contains([]string{"vpc_id", "tags", "expires_at", "project_id"}, name)
}

func hasDefault(a schema.Attribute) bool {
	field := reflect.ValueOf(a).FieldByName("Default")
	return field.IsValid() && !field.IsNil()
}

func nestedAttributes(nested schema.NestedAttribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, a := range nested.GetNestedObject().GetAttributes() {
		if inner, ok := a.(schema.Attribute); ok {
			attributes[name] = inner
		}
	}
	return attributes
}

// resourceSchemas are the schemas of all resource types, by name.
func resourceSchemas(ctx context.Context) map[string]schema.Schema {
	schemas := map[string]schema.Schema{}
	for _, construct := range provider.New("test")().Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		var s resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &s)
		schemas[meta.TypeName] = s.Schema
	}
	return schemas
}

func findAttribute(attributes []*tfprotov6.SchemaAttribute, names []string) *tfprotov6.SchemaAttribute {
	for _, a := range attributes {
		if len(names) == 0 || a.Name != names[0] {
			continue
		}
		if len(names) == 1 {
			return a
		}
		if a.NestedType == nil {
			return nil
		}
		return findAttribute(a.NestedType.Attributes, names[1:])
	}
	return nil
}

// attributeNames are the names on a path, without indexes and keys.
func attributeNames(path *tftypes.AttributePath) []string {
	var names []string
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return names
}

// isAttribute tells whether a path ends with a name: it is an attribute and no element of one.
func isAttribute(path *tftypes.AttributePath) bool {
	steps := path.Steps()
	if len(steps) == 0 {
		return false
	}
	_, ok := steps[len(steps)-1].(tftypes.AttributeName)
	return ok
}

func noErrors(t *testing.T, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			t.Errorf("%s: %s (%s)", d.Summary, d.Detail, d.Attribute)
		}
	}
}
