package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*apiKeyDataSource)(nil)
)

type apiKeyDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_api_key data source.
func NewDataSource() datasource.DataSource { return &apiKeyDataSource{} }

func (d *apiKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (d *apiKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = lookup("Id of the API key. Either this or `name`.")
	attributes["name"] = lookup("Name of the API key, exactly. It must be unique. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of the account, by id or by name, and the projects that it reaches. Its secret is not shown by the API.",
		Attributes:          attributes,
	}
}

func lookup(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func (d *apiKeyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *apiKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read API key", m.object(), err)
		return
	}
	m.fromAPI(key)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *apiKeyDataSource) find(ctx context.Context, m *dataModel) (*client.APIKey, error) {
	if !m.ID.IsNull() {
		return d.Client.GetAPIKey(ctx, m.ID.ValueString())
	}
	keys := d.Client.ListAPIKeys(ctx, client.APIKeyFilter{})
	return framework.FindByName(keys, m.Name.ValueString(), func(k *client.APIKey) (name, id string) { return k.Name, k.ID })
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":              text("Id of the API key."),
		"account_id":      text("Id of the account."),
		"name":            text("Name of the API key."),
		"key_prefix":      text("The first 13 characters of the key, by which people recognise it."),
		"scope":           text("Always `public`."),
		"rate_limit_tier": text("`standard` for 30 requests a second, or `high` for 100."),
		"expires_at":      text("When the key stops working, RFC 3339. Empty for never."),
		"last_used_at":    text("When the key was last used, RFC 3339. Empty for never."),
		"is_active":       schema.BoolAttribute{MarkdownDescription: "Whether the key works.", Computed: true},
		"role_id":         text("Id of the key's role in the account. Empty for none."),
		"role_name":       text("Name of the key's role in the account."),
		"role_slug":       text("Slug of the key's role in the account."),
		"project_accesses": schema.ListNestedAttribute{
			MarkdownDescription: "The projects that the key was added to, and its role in each.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"project_id":   text("Id of the project."),
				"project_name": text("Name of the project."),
				"role_id":      text("Id of the key's role in the project."),
				"role_name":    text("Name of the key's role in the project."),
				"role_slug":    text("Slug of the key's role in the project."),
			}},
		},
		"created_by": text("Id of the user who made the key."),
		"created_at": text("When the key was made, RFC 3339."),
	}
}
