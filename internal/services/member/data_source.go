package member

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*memberDataSource)(nil)
)

type memberDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_member data source.
func NewDataSource() datasource.DataSource { return &memberDataSource{} }

func (d *memberDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (d *memberDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := memberAttributes()
	attributes["id"] = tfkit.Lookup("Id of the member. Either this or `email`.")
	attributes["email"] = tfkit.Lookup("Email address of the member, in any letter case. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A member of the account, by id or by email address. Its `user_id` is the `target_user_id` of a `raff_project_member`.",
		Attributes:          attributes,
	}
}

func (d *memberDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "email")
}

func (d *memberDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[memberModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	member, err := d.find(ctx, m)
	if err != nil {
		object := tfkit.Object("member", m.Email.ValueString(), m.ID.ValueString(), "")
		tfkit.AddError(&resp.Diagnostics, "Unable to read member", object, err)
		return
	}
	m.fromAPI(member)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *memberDataSource) find(ctx context.Context, m *memberModel) (*client.Member, error) {
	if !m.ID.IsNull() {
		return d.Client.GetMember(ctx, m.ID.ValueString())
	}
	members := d.Client.ListMembers(ctx, client.MemberFilter{})
	return tfkit.FindByName(members, strings.ToLower(m.Email.ValueString()), func(m *client.Member) (email, id string) {
		return strings.ToLower(m.Email), m.ID
	})
}

// membershipAttributes are the attributes of dataMembership, all computed.
func membershipAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                    tfkit.Text("Id of the member."),
		"email":                 tfkit.Text("Email address. That of an API key does not receive mail."),
		"user_id":               tfkit.Text("Id of the user. Empty for an API key, and until an invitation is accepted."),
		"role_id":               tfkit.Text("Id of the role."),
		"role_name":             tfkit.Text("Name of the role."),
		"role_slug":             tfkit.Text("Slug of the role."),
		"status":                tfkit.Text("Status: `pending` until the invitation is accepted, then `active`, or `suspended`."),
		"invitation_id":         tfkit.Text("Id of the invitation, while the member is pending."),
		"invitation_expires_at": tfkit.Text("Time at which the invitation expires, in RFC 3339."),
		"invited_by":            tfkit.Text("Id of the user who added the member."),
		"invited_at":            tfkit.Text("Time at which the member was added, in RFC 3339."),
		"accepted_at":           tfkit.Text("Time at which the invitation was accepted, in RFC 3339."),
		"created_at":            tfkit.Text("Time at which the membership was created, in RFC 3339."),
	}
}

// memberAttributes are the attributes of memberModel, all computed.
func memberAttributes() map[string]schema.Attribute {
	attributes := membershipAttributes()
	attributes["account_id"] = tfkit.Text("Id of the account that it belongs to.")
	attributes["updated_at"] = tfkit.Text("Time at which the membership was last changed, in RFC 3339.")
	return attributes
}
