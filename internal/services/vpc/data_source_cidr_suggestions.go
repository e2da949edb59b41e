package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*suggestionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*suggestionsDataSource)(nil)
)

type suggestionsDataSource struct {
	tfkit.DataSourceBase
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
			"project_id":     tfkit.Filter("Id of a project to ask in. The suggestions are those of the account and do not depend on it. Default: none."),
			"suggested":      tfkit.Text("The range to take unless there is a reason for another."),
			"suggested_ips":  tfkit.Number("Number of addresses for VMs in it."),
			"existing_count": tfkit.Number("Number of VPCs that the account has."),
			"alternatives": tfkit.List("Other free ranges, small, medium and large.", map[string]schema.Attribute{
				"cidr":          tfkit.Text("The range itself."),
				"available_ips": tfkit.Number("Number of addresses for VMs."),
				"size":          tfkit.Text("Size of the range: `small`, `medium` or `large`."),
			}),
		},
	}
}

func (d *suggestionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[suggestionsModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	found, err := d.Client.ReaderIn(m.ProjectID.ValueString()).SuggestCIDRs(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read CIDR suggestions",
			tfkit.Object("CIDR suggestions", "", "", m.ProjectID.ValueString()), err)
		return
	}
	m.Suggested = tfkit.StringOrNull(found.Suggested)
	m.SuggestedIPs = types.Int64PointerValue(found.SuggestedIPs)
	m.ExistingCount = types.Int64PointerValue(found.ExistingCount)
	m.Alternatives = []suggestionModel{}
	for _, s := range found.Alternatives {
		m.Alternatives = append(m.Alternatives, suggestionModel{
			CIDR: types.StringValue(s.CIDR), AvailableIPs: types.Int64PointerValue(s.AvailableIPs), Size: types.StringValue(s.Size),
		})
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}
