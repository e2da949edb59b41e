package apikey

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ ephemeral.EphemeralResource              = (*ephemeralKey)(nil)
	_ ephemeral.EphemeralResourceWithConfigure = (*ephemeralKey)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*ephemeralKey)(nil)
)

const (
	// defaultLifetime is after how long an ephemeral key stops working where nobody could revoke it.
	defaultLifetime = time.Hour
	// openedKey is where the private data has the id of the key, as a JSON string.
	openedKey = "id"
)

type ephemeralKey struct {
	tfkit.EphemeralBase
}

// NewEphemeralResource returns the ephemeral resource raff_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource { return &ephemeralKey{} }

type ephemeralModel struct {
	Name          types.String `tfsdk:"name"`
	RoleID        types.String `tfsdk:"role_id"`
	RateLimitTier types.String `tfsdk:"rate_limit_tier"`
	Lifetime      types.String `tfsdk:"lifetime"`
	Projects      []grantModel `tfsdk:"projects"`
	ID            types.String `tfsdk:"id"`
	KeyPrefix     types.String `tfsdk:"key_prefix"`
	ExpiresAt     types.String `tfsdk:"expires_at"`
	Secret        types.String `tfsdk:"secret"`
}

// grantModel is a role in a project.
type grantModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	RoleID    types.String `tfsdk:"role_id"`
}

func (m *ephemeralModel) object() string {
	return tfkit.Object("ephemeral API key", m.Name.ValueString(), m.ID.ValueString(), "")
}

func (e *ephemeralKey) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (e *ephemeralKey) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	secret := computed("The key itself, `raff_…`, for the `api_key` of a provider.")
	secret.Sensitive = true
	resp.Schema = schema.Schema{
		MarkdownDescription: "A short-lived API key: created when Terraform begins to need it, and revoked when it no longer does. " +
			"Neither the plan nor the state contains anything of it.\n\n" +
			"Terraform opens it in the plan and again in the apply, so each has a key of its own. " +
			"It is revoked at the end of a run that failed or was interrupted, too. " +
			"A run that is killed cannot revoke its key, which then stops working after its `lifetime`.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key, 1 to 128 characters.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: "Id of a role with the scope `account`: what the key may do in the account. Default: no role in the account.",
				Optional:            true,
				Validators:          notEmpty,
			},
			"rate_limit_tier": schema.StringAttribute{
				MarkdownDescription: "Limit of requests: `standard` for 30 requests a second, `high` for 100, which Raff support has to approve first. Default: `standard`.",
				Optional:            true,
				Validators:          []validator.String{tfkit.Choice(client.TierStandard, client.TierHigh)},
			},
			"lifetime": schema.StringAttribute{
				MarkdownDescription: "How long the key works, at least a minute, for example `30m`. Choose more than the run takes. Default: `1h`.",
				Optional:            true,
				Validators:          []validator.String{lifetime{}},
			},
			"projects": schema.SetNestedAttribute{
				MarkdownDescription: "The projects that the key reaches. Default: none.",
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"project_id": schema.StringAttribute{MarkdownDescription: "Id of the project.", Required: true, Validators: notEmpty},
					"role_id": schema.StringAttribute{
						MarkdownDescription: "Id of the key's role in the project, of the scope `project`.", Required: true, Validators: notEmpty,
					},
				}},
			},
			"id":         computed("Id of the API key."),
			"key_prefix": computed("The first 13 characters of the key, by which people recognise it."),
			"expires_at": computed("Time at which the key stops working, in RFC 3339."),
			"secret":     secret,
		},
	}
}

// Open creates the key and grants it its projects. A key that could not get all of them is revoked again.
func (e *ephemeralKey) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	m := tfkit.Get[ephemeralModel](ctx, req.Config, &resp.Diagnostics)
	if !e.Configured(&resp.Diagnostics) {
		return
	}
	for _, grant := range m.Projects {
		e.Projects.CheckAllowed(path.Root("projects"), grant.ProjectID, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() && !m.RoleID.IsNull() { // otherwise it reaches nothing but its projects
		e.Projects.CheckAccount(m.object()+" has a role in the account, so it", &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	expiresAt := time.Now().Add(m.lasts()).UTC().Truncate(time.Second)
	key, err := tfkit.SendOnce(ctx, e.ProviderData, creation(e.Client, m.object(), client.CreateAPIKeyRequest{
		Name:          m.Name.ValueString(),
		RateLimitTier: m.RateLimitTier.ValueString(),
		ExpiresAt:     &expiresAt,
		RoleID:        m.RoleID.ValueString(),
	}))
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create API key", m.object()+", which ends by itself at "+expiresAt.Format(time.RFC3339), err)
		return
	}
	e.Opened.Add(key.ID, func(ctx context.Context) error { return e.revokeKey(ctx, key.ID) })
	m.ID = types.StringValue(key.ID)
	m.KeyPrefix = types.StringValue(key.KeyPrefix)
	m.ExpiresAt = types.StringValue(expiresAt.Format(time.RFC3339))
	m.Secret = types.StringValue(key.Secret)

	e.grant(ctx, m, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, openedKey, []byte(strconv.Quote(key.ID)))...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
	if resp.Diagnostics.HasError() { // Terraform closes only what was opened
		e.revoke(ctx, key.ID, &resp.Diagnostics)
	}
}

// lasts is the lifetime of the key.
func (m *ephemeralModel) lasts() time.Duration {
	d, err := time.ParseDuration(m.Lifetime.ValueString())
	if err != nil { // not given: the validator has refused everything else
		return defaultLifetime
	}
	return d
}

// grant adds the key to its projects.
func (e *ephemeralKey) grant(ctx context.Context, m *ephemeralModel, diags *diag.Diagnostics) {
	for _, grant := range m.Projects {
		_, err := e.Client.AddProjectMember(ctx, grant.ProjectID.ValueString(), client.AddProjectMemberRequest{
			APIKeyID: m.ID.ValueString(), RoleID: grant.RoleID.ValueString(),
		})
		if err != nil {
			tfkit.AddAttributeError(diags, path.Root("projects"), "Unable to add API key to project",
				fmt.Sprintf("%s, project %s", m.object(), grant.ProjectID.ValueString()), err)
			return
		}
	}
}

// Close revokes the key, and with it all that it was granted.
func (e *ephemeralKey) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	if !e.Configured(&resp.Diagnostics) {
		return
	}
	data, diags := req.Private.GetKey(ctx, openedKey)
	resp.Diagnostics.Append(diags...)
	id, err := strconv.Unquote(string(data))
	if err != nil {
		resp.Diagnostics.AddError("Unable to revoke ephemeral API key",
			"Terraform did not hand back which key it was. It stops working at its expiry.")
		return
	}
	e.revoke(ctx, id, &resp.Diagnostics)
}

// revoke ends a key even where the run was interrupted.
func (e *ephemeralKey) revoke(ctx context.Context, id string, diags *diag.Diagnostics) {
	if err := e.revokeKey(context.WithoutCancel(ctx), id); err != nil {
		tfkit.AddError(diags, "Unable to revoke ephemeral API key",
			tfkit.Object("API key", "", id, "")+" stops working at its expiry; revoke it before, if you can", err)
		return
	}
	e.Opened.Remove(id)
}

// revokeKey ends a key. One that is gone already has ended.
func (e *ephemeralKey) revokeKey(ctx context.Context, id string) error {
	if err := e.Client.RevokeAPIKey(ctx, id); err != nil && !errors.Is(err, client.ErrNotFound) {
		return err
	}
	return nil
}
