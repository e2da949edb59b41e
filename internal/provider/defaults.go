package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
			value, ok := tfkit.DefaultOf(ctx, a)
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
