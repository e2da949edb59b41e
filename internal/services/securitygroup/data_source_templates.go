package securitygroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*templatesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*templatesDataSource)(nil)
)

type templatesDataSource struct {
	framework.DataSourceBase
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
			"templates": schema.ListNestedAttribute{
				MarkdownDescription: "The templates, in the order of the API.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":          schema.StringAttribute{MarkdownDescription: "Id, for `template_id` of `raff_security_group`.", Computed: true},
					"name":        schema.StringAttribute{MarkdownDescription: "Name.", Computed: true},
					"description": schema.StringAttribute{MarkdownDescription: "Description.", Computed: true},
					"inbound":     computedRules("Rules for traffic to the VM."),
					"outbound":    computedRules("Rules for traffic from the VM."),
				}},
			},
		},
	}
}

func (d *templatesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	m := templatesModel{Templates: []templateModel{}}
	for template, err := range d.Client.ListSecurityGroupTemplates(ctx) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list security group templates", "templates", err)
			return
		}
		m.Templates = append(m.Templates, templateModel{
			ID:          types.StringValue(template.ID),
			Name:        types.StringValue(template.Name),
			Description: types.StringValue(template.Description),
			Inbound:     ruleSet(rulesFromAPI(template.Rules, inbound)),
			Outbound:    ruleSet(rulesFromAPI(template.Rules, outbound)),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
