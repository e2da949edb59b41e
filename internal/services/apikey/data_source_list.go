package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*apiKeysDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)
)

type apiKeysDataSource struct {
	tfkit.DataSourceBase
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
			"api_keys": tfkit.List("The API keys, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *apiKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.APIKeys, err = tfkit.Items(d.Client.ListAPIKeys(ctx, client.APIKeyFilter{}), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "API keys", "", err, resp)
}
