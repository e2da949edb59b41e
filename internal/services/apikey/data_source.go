package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*apiKeyDataSource)(nil)
)

type apiKeyDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_api_key data source.
func NewDataSource() datasource.DataSource { return &apiKeyDataSource{} }

func (d *apiKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (d *apiKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = tfkit.Lookup("Id of the API key. Either this or `name`.")
	attributes["name"] = tfkit.Lookup("Name of the API key, exactly. It must be unique. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of the account, by id or by name, and the projects that it reaches. Its secret is not shown by the API.",
		Attributes:          attributes,
	}
}

func (d *apiKeyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *apiKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	key, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.APIKey, m.ID, m.Object(), err)
		return
	}
	m.fromAPI(key)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *apiKeyDataSource) find(ctx context.Context, m *dataModel) (*client.APIKey, error) {
	if !m.ID.IsNull() {
		return d.Client.GetAPIKey(ctx, m.ID.ValueString())
	}
	keys := d.Client.ListAPIKeys(ctx, client.APIKeyFilter{})
	return tfkit.FindByName(keys, m.Name.ValueString(), func(k *client.APIKey) (name, id string) { return k.Name, k.ID })
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":              tfkit.Text("Id of the API key."),
		"account_id":      tfkit.Text("Id of the account that it belongs to."),
		"name":            tfkit.Text("Name of the API key."),
		"key_prefix":      tfkit.Text("The first 13 characters of the key, by which people recognise it."),
		"scope":           tfkit.Text("Scope of the key, which is always `public`."),
		"rate_limit_tier": tfkit.Text("Limit of requests: `standard` for 30 requests a second, `high` for 100."),
		"expires_at":      tfkit.Text("Time at which the key stops working, in RFC 3339. Empty for never."),
		"last_used_at":    tfkit.Text("Time at which the key was last used, in RFC 3339. Empty for never."),
		"is_active":       tfkit.Flag("Whether the key works."),
		"role_id":         tfkit.Text("Id of the key's role in the account. Empty for none."),
		"role_name":       tfkit.Text("Name of the key's role in the account."),
		"role_slug":       tfkit.Text("Slug of the key's role in the account."),
		"project_accesses": tfkit.List("The projects that the key was added to, and its role in each.", map[string]schema.Attribute{
			"project_id":   tfkit.Text("Id of the project."),
			"project_name": tfkit.Text("Name of the project."),
			"role_id":      tfkit.Text("Id of the key's role in the project."),
			"role_name":    tfkit.Text("Name of the key's role in the project."),
			"role_slug":    tfkit.Text("Slug of the key's role in the project."),
		}),
		"created_by": tfkit.Text("Id of the user who created the key."),
		"created_at": tfkit.Text("Time at which the key was created, in RFC 3339."),
	}
}
