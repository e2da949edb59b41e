package securitygroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*groupDataSource)(nil)
)

type groupDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_security_group data source.
func NewDataSource() datasource.DataSource { return &groupDataSource{} }

func (d *groupDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group"
}

func (d *groupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A security group, by id, or by name and project.",
		Attributes:          tfkit.ByIDOrName(dataSourceAttributes(), "security group", ""),
	}
}

func (d *groupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *groupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	group, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.SecurityGroup, m.ID, m.Object(), err)
		return
	}
	if !tfkit.InProject(m.ProjectID, "Security group", group.Name, group.ID, group.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(group)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *groupDataSource) find(ctx context.Context, m *dataModel) (*client.SecurityGroup, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetSecurityGroup(ctx, m.ID.ValueString())
	}
	return tfkit.FindByName(reader.ListSecurityGroups(ctx), m.Name.ValueString(), func(g *client.SecurityGroup) (name, id string) {
		return g.Name, g.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          tfkit.Text("Id of the security group."),
		"project_id":  tfkit.Text("Id of the project that the security group belongs to."),
		"name":        tfkit.Text("Name of the security group."),
		"description": tfkit.Text("Description."),
		"inbound":     computedRules("Rules for traffic to the VM."),
		"outbound":    computedRules("Rules for traffic from the VM."),
		"vm_count":    tfkit.Number("Number of interfaces that the group is on."),
		"created_at":  tfkit.Text("Time at which the group was created, in RFC 3339."),
		"updated_at":  tfkit.Text("Time at which the group was last changed, in RFC 3339."),
	}
}

func computedRules(description string) schema.SetNestedAttribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"protocol":  tfkit.Text("Protocol: `TCP`, `UDP`, `ICMP`, `ICMPV6`, `IPSEC` or `ALL`."),
			"ports":     tfkit.Text("Ports of TCP or UDP. Null for all."),
			"ip":        tfkit.Text("Address of the other side, or of its network. Null for any."),
			"size":      tfkit.Number("Prefix length of `ip` in bits. Null for the address alone."),
			"icmp_type": tfkit.Number("Number of the type of ICMP or ICMPV6 message. Null for all."),
		}},
	}
}
