package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// kind is what is to be known of a resource type, worked out once. A nil kind leaves everything to the framework.
type kind struct {
	create     func() resource.Resource
	schema     schema.Schema
	typ        tftypes.Object
	attributes map[string]*attribute

	identity     identityschema.Schema
	identityType tftypes.Type // nil: it has no identity
}

// attribute is one at the top of a schema.
type attribute struct {
	schema.Attribute
	typ attr.Type
	tf  tftypes.Type
	// byDefault is the value of an attribute with a default that the configuration leaves out.
	byDefault *tftypes.Value
	// nestedDefault tells that an attribute in it has a default.
	nestedDefault bool
}

// kindsOf works out what is to be known of all resource types. Of one with blocks, which the package does not know, the
// framework knows more.
func kindsOf(ctx context.Context, p Provider) map[string]*kind {
	var meta provider.MetadataResponse
	p.Metadata(ctx, provider.MetadataRequest{}, &meta)
	kinds := map[string]*kind{}
	for _, create := range p.Resources(ctx) {
		r := create()
		var named resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: meta.TypeName}, &named)
		if k := kindOf(ctx, create); k != nil {
			kinds[named.TypeName] = k
		}
	}
	return kinds
}

func kindOf(ctx context.Context, create func() resource.Resource) *kind {
	r := create()
	var resp resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &resp)
	typ, ok := resp.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if !ok || len(resp.Schema.Blocks) > 0 || resp.Schema.DeprecationMessage != "" || resp.Diagnostics.HasError() {
		return nil
	}
	k := &kind{create: create, schema: resp.Schema, typ: typ, attributes: map[string]*attribute{}}
	for name, a := range resp.Schema.Attributes {
		known := &attribute{Attribute: a, typ: a.GetType(), tf: typ.AttributeTypes[name], nestedDefault: nestedDefault(a)}
		if byDefault, has := tfkit.DefaultOf(ctx, a); has {
			value, err := byDefault.ToTerraformValue(ctx)
			if err != nil {
				return nil
			}
			known.byDefault = &value
		}
		k.attributes[name] = known
	}
	if identified, ok := r.(resource.ResourceWithIdentity); ok {
		var resp resource.IdentitySchemaResponse
		identified.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &resp)
		k.identity, k.identityType = resp.IdentitySchema, resp.IdentitySchema.Type().TerraformType(ctx)
	}
	return k
}

// configured returns a resource as the framework would use it for one call, or nil where it does not take its data.
func (k *kind) configured(ctx context.Context, data any) resource.Resource {
	r := k.create()
	if c, ok := r.(resource.ResourceWithConfigure); ok {
		var resp resource.ConfigureResponse
		c.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &resp)
		if len(resp.Diagnostics) > 0 {
			return nil
		}
	}
	return r
}

// nestedDefault tells whether an attribute in another one has a default, or may have one.
func nestedDefault(a schema.Attribute) bool {
	nested, ok := a.(schema.NestedAttribute)
	if !ok {
		return false
	}
	for _, inner := range nested.GetNestedObject().GetAttributes() {
		attribute, known := inner.(schema.Attribute)
		if !known || nestedDefault(attribute) {
			return true
		}
		if _, has := tfkit.DefaultOf(context.Background(), attribute); has {
			return true
		}
	}
	return false
}
