package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*suggestionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*suggestionsDataSource)(nil)
)

type suggestionsDataSource struct {
	framework.DataSourceBase
}

// NewSuggestionsDataSource returns the raff_vpc_cidr_suggestions data source.
func NewSuggestionsDataSource() datasource.DataSource { return &suggestionsDataSource{} }

type suggestionsModel struct {
	ProjectID     types.String      `tfsdk:"project_id"`
	Suggested     types.String      `tfsdk:"suggested"`
	SuggestedIPs  types.Int64       `tfsdk:"suggested_ips"`
	Alternatives  []suggestionModel `tfsdk:"alternatives"`
	ExistingCount types.Int64       `tfsdk:"existing_count"`
}

type suggestionModel struct {
	CIDR         types.String `tfsdk:"cidr"`
	AvailableIPs types.Int64  `tfsdk:"available_ips"`
	Size         types.String `tfsdk:"size"`
}

func (d *suggestionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc_cidr_suggestions"
}

func (d *suggestionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Address ranges that no VPC of the account uses.\n\n" +
			"The suggestions change once a range is taken. A `cidr` that is taken from here directly would therefore replace the VPC at the next plan: " +
			"copy the range into the configuration, or add `cidr` to `ignore_changes` in the VPC's `lifecycle` block.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Id of a project to ask in. It has no influence on the suggestions: they are the account's.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"suggested":      schema.StringAttribute{MarkdownDescription: "The range to take unless there is a reason for another.", Computed: true},
			"suggested_ips":  schema.Int64Attribute{MarkdownDescription: "Number of addresses for VMs in it.", Computed: true},
			"existing_count": schema.Int64Attribute{MarkdownDescription: "Number of VPCs that there are.", Computed: true},
			"alternatives": schema.ListNestedAttribute{
				MarkdownDescription: "Other free ranges, small, medium and large.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cidr":          schema.StringAttribute{MarkdownDescription: "The range.", Computed: true},
					"available_ips": schema.Int64Attribute{MarkdownDescription: "Number of addresses for VMs.", Computed: true},
					"size":          schema.StringAttribute{MarkdownDescription: "`small`, `medium` or `large`.", Computed: true},
				}},
			},
		},
	}
}

func (d *suggestionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m suggestionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := d.Client.ReaderIn(m.ProjectID.ValueString()).SuggestCIDRs(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read CIDR suggestions",
			framework.Object("CIDR suggestions", "", "", m.ProjectID.ValueString()), err)
		return
	}
	m.Suggested = framework.StringOrNull(found.Suggested)
	m.SuggestedIPs = types.Int64Value(found.SuggestedIPs)
	m.ExistingCount = types.Int64Value(found.ExistingCount)
	m.Alternatives = []suggestionModel{}
	for _, s := range found.Alternatives {
		m.Alternatives = append(m.Alternatives, suggestionModel{
			CIDR: types.StringValue(s.CIDR), AvailableIPs: types.Int64Value(s.AvailableIPs), Size: types.StringValue(s.Size),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
