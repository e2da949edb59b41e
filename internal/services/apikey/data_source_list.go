package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*apiKeysDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)
)

type apiKeysDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_api_keys data source.
func NewListDataSource() datasource.DataSource { return &apiKeysDataSource{} }

type listModel struct {
	APIKeys []dataModel `tfsdk:"api_keys"`
}

func (d *apiKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_keys"
}

func (d *apiKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All API keys of the account, and the projects that each reaches. Their secrets are not shown by the API.",
		Attributes: map[string]schema.Attribute{
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The API keys, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *apiKeysDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	m := listModel{APIKeys: []dataModel{}}
	for key, err := range d.Client.ListAPIKeys(ctx, client.APIKeyFilter{}) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list API keys", "API keys", err)
			return
		}
		var item dataModel
		item.fromAPI(key)
		m.APIKeys = append(m.APIKeys, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
