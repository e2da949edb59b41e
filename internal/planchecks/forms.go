package planchecks

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Attribute is what the walk over the schemas needs of an attribute of any of them.
type Attribute interface {
	GetDescription() string
	IsOptional() bool
	IsRequired() bool
}

// Described is what every validator says of itself.
type Described interface {
	Description(ctx context.Context) string
}

// Schemas returns the attributes of every resource, data source and action of a provider that a configuration can set,
// by "raff_vm.name", "data.raff_vm.name" or "action.raff_vm_power.operation".
func Schemas(ctx context.Context, p provider.Provider) map[string]Attribute {
	all := map[string]Attribute{}
	for _, construct := range p.Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		var schema resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &schema)
		for name, a := range schema.Schema.Attributes {
			all[meta.TypeName+"."+name] = a
		}
	}
	for _, construct := range p.DataSources(ctx) {
		d := construct()
		var meta datasource.MetadataResponse
		d.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		var schema datasource.SchemaResponse
		d.Schema(ctx, datasource.SchemaRequest{}, &schema)
		for name, a := range schema.Schema.Attributes {
			all["data."+meta.TypeName+"."+name] = a
		}
	}
	with, _ := p.(provider.ProviderWithActions)
	for _, construct := range with.Actions(ctx) {
		act := construct()
		var meta action.MetadataResponse
		act.Metadata(ctx, action.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		var schema action.SchemaResponse
		act.Schema(ctx, action.SchemaRequest{}, &schema)
		for name, a := range schema.Schema.Attributes {
			all["action."+meta.TypeName+"."+name] = a
		}
	}
	for key, a := range all {
		if !a.IsOptional() && !a.IsRequired() {
			delete(all, key)
		}
	}
	return all
}

// Forms returns what the attributes of a provider take, in the words of their validators and in order.
func Forms(ctx context.Context, p provider.Provider) []Form {
	var forms []Form
	for key, a := range Schemas(ctx, p) {
		var takes []string
		for _, v := range Validators(a) {
			if text := v.Description(ctx); !slices.Contains(takes, text) {
				takes = append(takes, text)
			}
		}
		if len(takes) > 0 {
			cut := strings.LastIndex(key, ".")
			forms = append(forms, Form{Type: key[:cut], Attribute: key[cut+1:], Takes: strings.Join(takes, "; ")})
		}
	}
	slices.SortFunc(forms, func(a, b Form) int { return strings.Compare(a.Type+" "+a.Attribute, b.Type+" "+b.Attribute) })
	return forms
}
