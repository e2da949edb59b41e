// Package protocol calls a provider as Terraform does, in this process: no CLI is needed, and no plugin is started.
package protocol

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Provider is a provider, and the schemas that it has.
type Provider struct {
	Server     tfprotov6.ProviderServer
	Schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// New returns a provider that is not configured yet.
func New(ctx context.Context, server tfprotov6.ProviderServer) (*Provider, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	return &Provider{Server: server, Schemas: schemas, identities: identities.IdentitySchemas}, nil
}

// Configure configures the provider. Attributes that are left out are null, as in an empty provider block.
func (p *Provider) Configure(ctx context.Context, attributes map[string]tftypes.Value) ([]*tfprotov6.Diagnostic, error) {
	config, err := Dynamic(Empty(p.Schemas.Provider.ValueType(), attributes))
	if err != nil {
		return nil, err
	}
	response, err := p.Server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil {
		return nil, err
	}
	return response.Diagnostics, nil
}

// Schema is the schema of a resource type; nil where there is no such type.
func (p *Provider) Schema(typeName string) *tfprotov6.Schema {
	return p.Schemas.ResourceSchemas[typeName]
}

// Value is a value of a resource type that came by the protocol; null where none came.
func (p *Provider) Value(typeName string, d *tfprotov6.DynamicValue) (tftypes.Value, error) {
	typ := p.Schema(typeName).ValueType()
	if d == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	return d.Unmarshal(typ)
}

// Identity is the identity of an object of a resource type, without what is null.
func (p *Provider) Identity(typeName string, data *tfprotov6.ResourceIdentityData) (map[string]string, error) {
	identity := map[string]string{}
	if data == nil {
		return identity, nil
	}
	value, err := data.IdentityData.Unmarshal(p.identities[typeName].ValueType())
	if err != nil {
		return nil, err
	}
	for name, attribute := range Attributes(value) {
		var text string
		if !attribute.IsNull() && attribute.As(&text) == nil {
			identity[name] = text
		}
	}
	return identity, nil
}

// Dynamic is a value as the protocol has it.
func Dynamic(v tftypes.Value) (*tfprotov6.DynamicValue, error) {
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// Empty is an object of null attributes, but for some. typ is the type of an object.
func Empty(typ tftypes.Type, attributes map[string]tftypes.Value) tftypes.Value {
	object, _ := typ.(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, attributeType := range object.AttributeTypes {
		all[name] = tftypes.NewValue(attributeType, nil)
	}
	maps.Copy(all, attributes)
	return tftypes.NewValue(typ, all)
}

// Attributes are the attributes of an object; nil where it is null or no object.
func Attributes(v tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&attributes) != nil {
		return nil
	}
	return maps.Clone(attributes) // or a change of it would change v
}

// Sort separates errors from warnings. Each is one line: the attribute, the summary, the detail.
func Sort(diagnostics []*tfprotov6.Diagnostic) (errs, warnings []string) {
	for _, d := range diagnostics {
		line := d.Summary + ": " + d.Detail
		if d.Attribute != nil {
			line = strings.Join(Names(d.Attribute), ".") + ": " + line
		}
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, line)
		} else {
			warnings = append(warnings, line)
		}
	}
	return errs, warnings
}

// Names are the attributes on a path, without indexes and keys.
func Names(path *tftypes.AttributePath) []string {
	var found []string
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			found = append(found, string(name))
		}
	}
	return found
}

// HasError tells whether there is an error among some diagnostics.
func HasError(diagnostics []*tfprotov6.Diagnostic) bool { return Failed(diagnostics) != nil }

// Failed is the first error of some diagnostics; nil where there is none.
func Failed(diagnostics []*tfprotov6.Diagnostic) error {
	if errs, _ := Sort(diagnostics); len(errs) > 0 {
		return fmt.Errorf("%s", errs[0])
	}
	return nil
}
