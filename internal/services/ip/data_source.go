package ip

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
	_ datasource.DataSource                     = (*ipDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*ipDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*ipDataSource)(nil)
)

type ipDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_ip data source.
func NewDataSource() datasource.DataSource { return &ipDataSource{} }

func (d *ipDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip"
}

func (d *ipDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the address. Either this or `ip_address`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["ip_address"] = schema.StringAttribute{
		MarkdownDescription: "The address itself. Either this or `id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the address belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A public address, reserved or in use by a VM: by id, or by the address itself.",
		Attributes:          attributes,
	}
}

func (d *ipDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("ip_address"))}
}

func (d *ipDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ip, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read IP", m.object(), err)
		return
	}
	if !framework.InProject(m.ProjectID, "IP", ip.Address, ip.ID, ip.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(ip)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *ipDataSource) find(ctx context.Context, m *model) (*client.IP, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetIP(ctx, m.ID.ValueString())
	}
	wanted := m.Address.ValueString()
	return framework.FindByName(reader.ListIPs(ctx, client.IPFilter{}), wanted, func(ip *client.IP) (name, id string) {
		if sameAddress(ip.Address, wanted) {
			return wanted, ip.ID
		}
		return ip.Address, ip.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":         text("Id of the address."),
		"project_id": text("Id of the project that the address belongs to."),
		"account_id": text("Id of the account."),
		"ip_address": text("The address."),
		"type":       text("`IPv4` or `IPv6`."),
		"status":     text("`free` or `in-use`."),
		"reserved":   schema.BoolAttribute{MarkdownDescription: "Whether the address is kept when it is detached.", Computed: true},
		"region":     text("Region."),
		"created_by": text("Id of the user who reserved the address."),
		"created_at": text("When the address was taken, RFC 3339."),
		"updated_at": text("When the address was last changed, RFC 3339."),
	}
}
