package securitygroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*templatesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*templatesDataSource)(nil)
)

type templatesDataSource struct {
	tfkit.DataSourceBase
}

// NewTemplatesDataSource returns the raff_security_group_templates data source.
func NewTemplatesDataSource() datasource.DataSource { return &templatesDataSource{} }

type templatesModel struct {
	Templates []templateModel `tfsdk:"templates"`
}

type templateModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Inbound     types.Set    `tfsdk:"inbound"`
	Outbound    types.Set    `tfsdk:"outbound"`
}

func (d *templatesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group_templates"
}

func (d *templatesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The platform's templates for security groups. They belong to no project.",
		Attributes: map[string]schema.Attribute{
			"templates": tfkit.List("The templates, in the order of the API.", map[string]schema.Attribute{
				"id":          tfkit.Text("Id of the template, for `template_id` of `raff_security_group`."),
				"name":        tfkit.Text("Name of the template."),
				"description": tfkit.Text("Description."),
				"inbound":     computedRules("Rules for traffic to the VM."),
				"outbound":    computedRules("Rules for traffic from the VM."),
			}),
		},
	}
}

func (m *templateModel) fromAPI(t *client.SecurityGroupTemplate) {
	m.ID = types.StringValue(t.ID)
	m.Name = types.StringValue(t.Name)
	m.Description = types.StringValue(t.Description)
	m.Inbound = ruleSet(rulesFromAPI(t.Rules, inbound))
	m.Outbound = ruleSet(rulesFromAPI(t.Rules, outbound))
}

func (d *templatesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[templatesModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Templates, err = tfkit.Items(d.Client.ListSecurityGroupTemplates(ctx), (*templateModel).fromAPI)
	tfkit.Listed(ctx, m, "security group templates", "", err, resp)
}
