package securitygroup

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
	_ datasource.DataSource                     = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*groupDataSource)(nil)
)

type groupDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_security_group data source.
func NewDataSource() datasource.DataSource { return &groupDataSource{} }

func (d *groupDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group"
}

func (d *groupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the security group. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the security group, exactly. Needs `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the security group belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A security group, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *groupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *groupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	group, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read security group", m.object(), err)
		return
	}
	if !framework.InProject(m.ProjectID, "Security group", group.Name, group.ID, group.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(group)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *groupDataSource) find(ctx context.Context, m *model) (*client.SecurityGroup, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetSecurityGroup(ctx, m.ID.ValueString())
	}
	return framework.FindByName(reader.ListSecurityGroups(ctx), m.Name.ValueString(), func(g *client.SecurityGroup) (name, id string) {
		return g.Name, g.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":          text("Id of the security group."),
		"project_id":  text("Id of the project that the security group belongs to."),
		"name":        text("Name of the security group."),
		"description": text("Description."),
		"inbound":     computedRules("Rules for traffic to the VM."),
		"outbound":    computedRules("Rules for traffic from the VM."),
		"vm_count":    schema.Int64Attribute{MarkdownDescription: "Number of interfaces that have the group.", Computed: true},
		"created_at":  text("When the group was made, RFC 3339."),
		"updated_at":  text("When the group was last changed, RFC 3339."),
	}
}

func computedRules(description string) schema.SetNestedAttribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"protocol":  schema.StringAttribute{MarkdownDescription: "`TCP`, `UDP`, `ICMP`, `ICMPV6`, `IPSEC` or `ALL`.", Computed: true},
			"ports":     schema.StringAttribute{MarkdownDescription: "Ports of TCP or UDP, null for all.", Computed: true},
			"ip":        schema.StringAttribute{MarkdownDescription: "Address of the other side or of its network, null for any.", Computed: true},
			"size":      schema.Int64Attribute{MarkdownDescription: "Prefix length of `ip`, null for the address alone.", Computed: true},
			"icmp_type": schema.Int64Attribute{MarkdownDescription: "Type of ICMP or ICMPV6 message, null for all.", Computed: true},
		}},
	}
}
