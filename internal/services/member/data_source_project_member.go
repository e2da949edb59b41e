package member

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*projectMemberDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*projectMemberDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*projectMemberDataSource)(nil)
	_ datasource.DataSource                     = (*projectMembersDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*projectMembersDataSource)(nil)
)

type projectMemberDataSource struct {
	tfkit.DataSourceBase
}

// NewProjectMemberDataSource returns the raff_project_member data source.
func NewProjectMemberDataSource() datasource.DataSource { return &projectMemberDataSource{} }

func (d *projectMemberDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project_member"
}

func (d *projectMemberDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := membershipAttributes()
	attributes["project_id"] = projectID()
	attributes["id"] = tfkit.Lookup("Id of the project member. Either this or `email`.")
	attributes["email"] = tfkit.Lookup("Email address of the member, in any letter case. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A member of a project, by id or by email address.",
		Attributes:          attributes,
	}
}

func projectID() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the project.",
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func (d *projectMemberDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "email")
}

func (d *projectMemberDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[projectMemberModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	member, err := d.find(ctx, m)
	if err != nil {
		object := tfkit.Object("project member", m.Email.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
		tfkit.AddError(&resp.Diagnostics, "Unable to read project member", object, err)
		return
	}
	m.fromAPI(member)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *projectMemberDataSource) find(ctx context.Context, m *projectMemberModel) (*client.ProjectMember, error) {
	project := m.ProjectID.ValueString()
	if !m.ID.IsNull() {
		return d.Client.GetProjectMember(ctx, project, m.ID.ValueString())
	}
	members := d.Client.ListProjectMembers(ctx, project, client.MemberFilter{})
	return tfkit.FindByName(members, strings.ToLower(m.Email.ValueString()), func(m *client.ProjectMember) (email, id string) {
		return strings.ToLower(m.Email), m.ID
	})
}

type projectMembersDataSource struct {
	tfkit.DataSourceBase
}

// NewProjectMembersDataSource returns the raff_project_members data source.
func NewProjectMembersDataSource() datasource.DataSource { return &projectMembersDataSource{} }

type projectMembersModel struct {
	ProjectID types.String         `tfsdk:"project_id"`
	Status    types.String         `tfsdk:"status"`
	Members   []projectMemberModel `tfsdk:"members"`
}

func (d *projectMembersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project_members"
}

func (d *projectMembersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	item := membershipAttributes()
	item["project_id"] = tfkit.Text("Id of the project.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "The members of a project, people and API keys, pending ones too.",
		Attributes: map[string]schema.Attribute{
			"project_id": projectID(),
			"status":     statusFilter(),
			"members":    tfkit.List("The members, in the order of the API.", item),
		},
	}
}

func (d *projectMembersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[projectMembersModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	project, filter := m.ProjectID.ValueString(), client.MemberFilter{Status: m.Status.ValueString()}
	var err error
	m.Members, err = tfkit.Items(d.Client.ListProjectMembers(ctx, project, filter), (*projectMemberModel).fromAPI)
	tfkit.Listed(ctx, m, "project members", project, err, resp)
}
