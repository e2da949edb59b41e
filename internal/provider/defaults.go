package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Defaults are the defaults that the schemas of the resources have, by type and attribute: raff_vm.public_ipv4. The
// protocol has no place for them.
func Defaults(ctx context.Context) (map[string]tftypes.Value, error) {
	all := map[string]tftypes.Value{}
	for _, construct := range New("")().Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		var s resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &s)
		for name, a := range s.Schema.Attributes {
			value, ok := defaultOf(ctx, a)
			if !ok {
				continue
			}
			raw, err := value.ToTerraformValue(ctx)
			if err != nil {
				return nil, fmt.Errorf("the default of %s.%s: %w", meta.TypeName, name, err)
			}
			all[meta.TypeName+"."+name] = raw
		}
	}
	return all, nil
}

// defaultOf is the default of an attribute, if it has one.
func defaultOf(ctx context.Context, a schema.Attribute) (attr.Value, bool) {
	switch a := a.(type) {
	case schema.StringAttribute:
		if a.Default != nil {
			var resp defaults.StringResponse
			a.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
			return resp.PlanValue, true
		}
	case schema.BoolAttribute:
		if a.Default != nil {
			var resp defaults.BoolResponse
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
			return resp.PlanValue, true
		}
	case schema.Int64Attribute:
		if a.Default != nil {
			var resp defaults.Int64Response
			a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
			return resp.PlanValue, true
		}
	case schema.SetAttribute:
		if a.Default != nil {
			var resp defaults.SetResponse
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &resp)
			return resp.PlanValue, true
		}
	case schema.SetNestedAttribute:
		if a.Default != nil {
			var resp defaults.SetResponse
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &resp)
			return resp.PlanValue, true
		}
	}
	return nil, false
}
