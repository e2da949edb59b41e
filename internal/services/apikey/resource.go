// Package apikey has the raff_api_key resource, the ephemeral resource of that name, and the data sources.
package apikey

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                = (*apiKeyResource)(nil)
	_ resource.ResourceWithConfigure   = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*apiKeyResource)(nil)
)

type apiKeyResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_api_key resource.
func NewResource() resource.Resource { return &apiKeyResource{} }

var kind = tfkit.Kind{
	Name: "API key", Type: "raff_api_key", Account: true,
	List:       tfkit.APIKey.List,
	References: []tfkit.Reference{{Attribute: "role_id", To: tfkit.Role, Scope: client.ScopeAccount, IfGone: tfkit.Replaced}},
	Settled:    []string{"rotation_trigger"},
}

func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("API key")
}

func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	key, err := tfkit.Create(ctx, &r.ResourceBase, resp, creation(r.Client, plan.Object(), client.CreateAPIKeyRequest{
		Name:          plan.Name.ValueString(),
		RateLimitTier: plan.RateLimitTier.ValueString(),
		ExpiresAt:     parseTime(plan.ExpiresAt),
		RoleID:        plan.RoleID.ValueString(),
	}))
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create API key", plan.Object(), err)
		return
	}
	// From here on the key exists, and nobody else knows its secret: it is in the state before anything else is done.
	out, m := r.Created(ctx, req, resp), *plan
	m.fromAPI(&key.APIKey)
	m.keepRole(plan)
	m.Secret = types.StringValue(key.Secret)
	active := plan.IsActive.ValueBool()
	if active {
		out.Store(ctx, &m)
		return
	}
	if !out.Record(ctx, &m) {
		return
	}
	inactive, err := r.Client.UpdateAPIKey(context.WithoutCancel(ctx), key.ID, client.UpdateAPIKeyRequest{IsActive: &active})
	if err != nil {
		tfkit.AddAttributeError(&resp.Diagnostics, path.Root("is_active"), "API key was created but is still active", m.Object(), tfkit.Tainted(kind, err))
		return
	}
	m.fromAPI(inactive)
	m.keepRole(plan)
	out.Store(ctx, &m)
}

// creation is how a key is created. A key whose answer was lost is nobody's to take: its secret was shown in that answer
// only, and one of that name may be somebody else's, who would lose it with a new secret.
func creation(c *client.Client, object string, request client.CreateAPIKeyRequest) tfkit.Creation[*client.APIKeyWithSecret] {
	return tfkit.Creation[*client.APIKeyWithSecret]{
		Kind: kind, Object: object,
		Send: func(ctx context.Context) (*client.APIKeyWithSecret, error) { return c.CreateAPIKey(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.APIKeyWithSecret, error] { return withoutSecrets(ctx, c) },
		Describe: func(k *client.APIKeyWithSecret) tfkit.Candidate {
			return tfkit.Candidate{
				ID: k.ID, Name: k.Name, CreatedAt: tfkit.TimeOrZero(k.CreatedAt), CreatedBy: k.CreatedBy,
				Same: k.Name == request.Name && k.RoleID == request.RoleID && (request.RateLimitTier == "" || k.RateLimitTier == request.RateLimitTier) &&
					sameExpiry(k.ExpiresAt, request.ExpiresAt),
			}
		},
	}
}

// sameExpiry tells whether two keys end at the same moment, or never. The API may keep whole seconds only.
func sameExpiry(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Sub(*b).Abs() < time.Second
}

// withoutSecrets yields the keys of the account, whose secrets nobody can look up.
func withoutSecrets(ctx context.Context, c *client.Client) iter.Seq2[*client.APIKeyWithSecret, error] {
	return func(yield func(*client.APIKeyWithSecret, error) bool) {
		for key, err := range c.ListAPIKeys(ctx, client.APIKeyFilter{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&client.APIKeyWithSecret{APIKey: *key}, nil) {
				return
			}
		}
	}
}

// regenerate gives a key a new secret. Doing so again is harmless while nobody knows the last one, so that an
// ambiguous answer is tried once more.
func regenerate(ctx context.Context, c *client.Client, id string) (*client.APIKeyWithSecret, error) {
	ctx = context.WithoutCancel(ctx)
	key, err := c.RegenerateAPIKey(ctx, id)
	if errors.Is(err, client.ErrAmbiguous) {
		return c.RegenerateAPIKey(ctx, id)
	}
	return key, err
}

func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := tfkit.JustImported(ctx, req)
	key, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.APIKey, error) {
		return r.Client.ReadAPIKey(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	before := *state
	state.fromAPI(key)
	if !imported {
		state.keepRole(&before)
	}
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	out, updated := tfkit.Updated(req, resp), *state
	if plan.touches(state) {
		key, err := r.Client.UpdateAPIKey(ctx, state.ID.ValueString(), client.UpdateAPIKeyRequest{
			Name:          plan.Name.ValueStringPointer(),
			RateLimitTier: plan.RateLimitTier.ValueStringPointer(),
			ExpiresAt:     parseTime(plan.ExpiresAt),
			IsActive:      plan.IsActive.ValueBoolPointer(),
		})
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to update API key", state.Object(), err)
			return
		}
		updated.ExpiresAt = plan.ExpiresAt
		updated.fromAPI(key)
		updated.keepRole(state)
		if !out.Record(ctx, &updated) {
			return
		}
	}
	if plan.rotates(state) {
		key, err := regenerate(ctx, r.Client, state.ID.ValueString())
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to regenerate API key", state.Object(), err)
			return
		}
		updated.fromAPI(&key.APIKey)
		updated.keepRole(state)
		updated.Secret = types.StringValue(key.Secret)
	}
	updated.RotationTrigger, updated.DeletionProtection = plan.RotationTrigger, plan.DeletionProtection
	out.Store(ctx, &updated)
}

func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	if r.Client.Uses(state.KeyPrefix.ValueString()) { // as of a tainted key, which no plan has refused
		tfkit.AddOwnKeyError(&resp.Diagnostics, path.Root("id"), state.Object(), "revoking it would end this run half way")
		return
	}
	err := r.Client.RevokeAPIKey(ctx, state.ID.ValueString())
	r.Ended(ctx, kind, state, req, resp, "Unable to revoke API key", err)
}
