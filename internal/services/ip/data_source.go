package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*ipDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*ipDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*ipDataSource)(nil)
)

type ipDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_ip data source.
func NewDataSource() datasource.DataSource { return &ipDataSource{} }

func (d *ipDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip"
}

func (d *ipDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = tfkit.Lookup("Id of the address. Either this or `ip_address`.")
	attributes["ip_address"] = tfkit.Lookup("The address itself. Either this or `id`.")
	attributes["project_id"] = tfkit.Lookup("Id of the project that the address belongs to. Default: that of the address.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A public address, reserved or in use by a VM: by id, or by the address itself.",
		Attributes:          attributes,
	}
}

func (d *ipDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "ip_address")
}

func (d *ipDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	ip, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.IP, m.ID, m.Object(), err)
		return
	}
	if !tfkit.InProject(m.ProjectID, "IP", ip.Address, ip.ID, ip.ProjectID, &resp.Diagnostics) {
		return
	}
	fillPriced(ctx, d.Catalog, tfkit.NewPricing("the address", &resp.Diagnostics))(m, ip)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *ipDataSource) find(ctx context.Context, m *dataModel) (*client.IP, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetIP(ctx, m.ID.ValueString())
	}
	wanted := m.Address.ValueString()
	return tfkit.FindByName(reader.ListIPs(ctx, client.IPFilter{}), wanted, func(ip *client.IP) (name, id string) {
		if tfkit.SameAddress(ip.Address, wanted) {
			return wanted, ip.ID
		}
		return ip.Address, ip.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the address."),
		"project_id":     tfkit.Text("Id of the project that the address belongs to."),
		"account_id":     tfkit.Text("Id of the account that it belongs to."),
		"ip_address":     tfkit.Text("The address itself."),
		"price_per_hour": tfkit.PricePerHour(onlyReserved),
		"monthly_price":  tfkit.MonthlyPrice(onlyReserved),
		"type":           tfkit.Text("Type of the address: `IPv4` or `IPv6`."),
		"status":         tfkit.Text("Status: `free` or `in-use`."),
		"reserved":       tfkit.Flag("Whether the address is kept when it is detached."),
		"region":         tfkit.Text("Code of the region."),
		"created_by":     tfkit.Text("Id of the user who reserved the address."),
		"created_at":     tfkit.Text("Time at which the address was taken, in RFC 3339."),
		"updated_at":     tfkit.Text("Time at which the address was last changed, in RFC 3339."),
	}
}
