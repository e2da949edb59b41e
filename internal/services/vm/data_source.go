package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*vmDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*vmDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*vmDataSource)(nil)
)

type vmDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_vm data source.
func NewDataSource() datasource.DataSource { return &vmDataSource{} }

func (d *vmDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

func (d *vmDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A virtual machine, by id, or by name and project.",
		Attributes:          tfkit.ByIDOrName(dataSourceAttributes(), "VM", ""),
	}
}

func (d *vmDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *vmDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	vm, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.VM, m.ID, m.Object(), err)
		return
	}
	if !tfkit.InProject(m.ProjectID, "VM", vm.Name, vm.ID, vm.ProjectID, &resp.Diagnostics) {
		return
	}
	fillPriced(ctx, d.Catalog, tfkit.NewPricing("the VM", &resp.Diagnostics))(m, vm)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *vmDataSource) find(ctx context.Context, m *dataModel) (*client.VM, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetVM(ctx, m.ID.ValueString())
	}
	return tfkit.FindByName(reader.ListVMs(ctx, client.VMFilter{}), m.Name.ValueString(), func(vm *client.VM) (name, id string) {
		return vm.Name, vm.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                   tfkit.Text("Id of the VM."),
		"project_id":           tfkit.Text("Id of the project that the VM belongs to."),
		"name":                 tfkit.Text("Name of the VM."),
		"status":               tfkit.Text("Status: `initiating`, `provisioning`, `booting`, `active`, `finalizing`, `passive` or `failure`."),
		"cpu":                  tfkit.Number("Number of vCPUs."),
		"ram":                  tfkit.Number("RAM in GiB."),
		"storage":              tfkit.Number("Size in GiB of the disk that the plan includes."),
		"added_storage":        tfkit.Number("Size in GiB of the disk beyond what the plan includes."),
		"total_storage":        tfkit.Number("Size of the OS disk in GiB."),
		"template_id":          tfkit.Text("Id of the template."),
		"template_name":        tfkit.Text("Name of the template."),
		"template_version":     tfkit.Text("Version of the template."),
		"version":              tfkit.Text("Version of the VM as the API reports it."),
		"price_per_hour":       tfkit.PricePerHour(pricedHour),
		"monthly_price":        tfkit.MonthlyPrice(pricedMonth),
		"pricing_id":           tfkit.Number("Id of the plan."),
		"created_by":           tfkit.Text("Id of the user who created the VM."),
		"billing_type":         tfkit.Text("How the VM is paid for: `payg` (pay as you go) or `subscription`."),
		"subscription_id":      tfkit.Text("Id of the subscription, where `billing_type` is `subscription`."),
		"backup_type":          tfkit.Text("Type of the backup schedule that was chosen when the VM was created."),
		"region":               tfkit.Text("Code of the region."),
		"public_ipv4_address":  tfkit.Text("Primary public IPv4 address. The `raff_vm_networks` data source has them all."),
		"public_ipv6_address":  tfkit.Text("Public IPv6 address."),
		"private_ipv4_address": tfkit.Text("IPv4 address in the VPC."),
		"private_ipv6_address": tfkit.Text("IPv6 address in the VPC."),
		"console_require_mfa":  tfkit.Flag("Whether the console asks for a second factor, so that API keys cannot open it."),
		"tags":                 schema.SetAttribute{MarkdownDescription: "All tags of the VM.", ElementType: types.StringType, Computed: true},
		"active":               tfkit.Flag("Whether the VM is active in the terms of the API."),
		"created_at":           tfkit.Text("Time at which the VM was created, in RFC 3339."),
		"updated_at":           tfkit.Text("Time at which the VM was last changed, in RFC 3339."),
	}
}
