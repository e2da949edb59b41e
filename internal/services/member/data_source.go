package member

import (
	"context"
	"strings"

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
	_ datasource.DataSource                     = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*memberDataSource)(nil)
)

type memberDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_member data source.
func NewDataSource() datasource.DataSource { return &memberDataSource{} }

func (d *memberDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (d *memberDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := memberAttributes()
	attributes["id"] = lookup("Id of the member. Either this or `email`.")
	attributes["email"] = lookup("Email address of the member, in any letter case. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A member of the account, by id or by email address. Its `user_id` is the `target_user_id` of a `raff_project_member`.",
		Attributes:          attributes,
	}
}

func lookup(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func idOrEmail() []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("email"))}
}

func (d *memberDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return idOrEmail()
}

func (d *memberDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m memberModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	member, err := d.find(ctx, &m)
	if err != nil {
		object := framework.Object("member", m.Email.ValueString(), m.ID.ValueString(), "")
		framework.AddError(&resp.Diagnostics, "Unable to read member", object, err)
		return
	}
	m.fromAPI(member)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *memberDataSource) find(ctx context.Context, m *memberModel) (*client.Member, error) {
	if !m.ID.IsNull() {
		return d.Client.GetMember(ctx, m.ID.ValueString())
	}
	members := d.Client.ListMembers(ctx, client.MemberFilter{})
	return framework.FindByName(members, strings.ToLower(m.Email.ValueString()), func(m *client.Member) (email, id string) {
		return strings.ToLower(m.Email), m.ID
	})
}

// membershipAttributes are the attributes of membership, all computed.
func membershipAttributes() map[string]schema.Attribute {
	text := computedText
	return map[string]schema.Attribute{
		"id":                    text("Id of the member."),
		"email":                 text("Email address. That of an API key is none that receives mail."),
		"user_id":               text("Id of the user. Empty for an API key, and until an invitation is accepted."),
		"role_id":               text("Id of the role."),
		"role_name":             text("Name of the role."),
		"role_slug":             text("Slug of the role."),
		"status":                text("`pending` until the invitation is accepted, `active`, or `suspended`."),
		"invitation_id":         text("Id of the invitation, while the member is pending."),
		"invitation_expires_at": text("When the invitation expires, RFC 3339."),
		"invited_by":            text("Id of the user who added the member."),
		"invited_at":            text("When the member was added, RFC 3339."),
		"accepted_at":           text("When the invitation was accepted, RFC 3339."),
		"created_at":            text("When the membership was made, RFC 3339."),
	}
}

func computedText(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// memberAttributes are the attributes of memberModel, all computed.
func memberAttributes() map[string]schema.Attribute {
	attributes := membershipAttributes()
	attributes["account_id"] = computedText("Id of the account.")
	attributes["updated_at"] = computedText("When the membership was last changed, RFC 3339.")
	return attributes
}
