package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*vmDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*vmDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*vmDataSource)(nil)
)

type vmDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_vm data source.
func NewDataSource() datasource.DataSource { return &vmDataSource{} }

func (d *vmDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

func (d *vmDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the VM. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the VM, exactly. Needs `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the VM belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A virtual machine, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *vmDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *vmDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	vm, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VM",
			framework.Object("VM", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString()), err)
		return
	}
	if wanted := m.ProjectID; !wanted.IsNull() && wanted.ValueString() != vm.ProjectID {
		resp.Diagnostics.AddAttributeError(pathProject, "VM is in another project", framework.Object("VM", vm.Name, vm.ID, vm.ProjectID)+
			" is not in project "+wanted.ValueString()+". Correct project_id or leave it out.")
		return
	}
	m.fromAPI(vm)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *vmDataSource) find(ctx context.Context, m *model) (*client.VM, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetVM(ctx, m.ID.ValueString())
	}
	return framework.FindByName(reader.ListVMs(ctx, client.VMFilter{}), m.Name.ValueString(), func(vm *client.VM) (name, id string) {
		return vm.Name, vm.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":                   text("Id of the VM."),
		"project_id":           text("Id of the project that the VM belongs to."),
		"name":                 text("Name of the VM."),
		"status":               text("Status: `initiating`, `provisioning`, `booting`, `active`, `finalizing`, `passive` or `failure`."),
		"cpu":                  number("Number of vCPUs."),
		"ram":                  number("RAM in GB."),
		"storage":              number("Disk that the plan includes, in GB."),
		"added_storage":        number("Disk beyond what the plan includes, in GB."),
		"total_storage":        number("Size of the OS disk in GB."),
		"template_id":          text("Id of the template."),
		"template_name":        text("Name of the template."),
		"template_version":     text("Version of the template."),
		"version":              text("Version of the VM as the API reports it."),
		"price_per_hour":       text("Price in USD an hour, as text."),
		"pricing_id":           number("Id of the plan."),
		"created_by":           text("Id of the user who made the VM."),
		"billing_type":         text("`payg` or `subscription`."),
		"subscription_id":      text("Id of the subscription, where `billing_type` is `subscription`."),
		"backup_type":          text("Type of the backup schedule that was chosen when the VM was made."),
		"region":               text("Region."),
		"public_ipv4_address":  text("Public IPv4 address."),
		"public_ipv6_address":  text("Public IPv6 address."),
		"private_ipv4_address": text("IPv4 address in the VPC."),
		"private_ipv6_address": text("IPv6 address in the VPC."),
		"tags":                 schema.SetAttribute{MarkdownDescription: "All tags of the VM.", ElementType: types.StringType, Computed: true},
		"active":               schema.BoolAttribute{MarkdownDescription: "Whether the API counts the VM as active.", Computed: true},
		"created_at":           text("When the VM was made, RFC 3339."),
		"updated_at":           text("When the VM was last changed, RFC 3339."),
	}
}
