// Package apikey has the raff_api_key resource, the ephemeral resource of that name, and the data sources.
package apikey

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*apiKeyResource)(nil)
	_ resource.ResourceWithConfigure   = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*apiKeyResource)(nil)
)

type apiKeyResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_api_key resource.
func NewResource() resource.Resource { return &apiKeyResource{} }

func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.AccountIdentitySchema("API key")
}

func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportAccountState(ctx, req, resp)
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	active := plan.IsActive.ValueBool()
	key, err := createKey(ctx, r.Client, client.CreateAPIKeyRequest{
		Name:          plan.Name.ValueString(),
		RateLimitTier: plan.RateLimitTier.ValueString(),
		ExpiresAt:     parseTime(plan.ExpiresAt),
		RoleID:        plan.RoleID.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create API key", plan.object(), err)
		return
	}
	// From here on the key exists, and nobody else knows its secret: it is in the state before anything else is done.
	plan.fromAPI(&key.APIKey)
	plan.Secret = types.StringValue(key.Secret)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() || active {
		return
	}
	inactive, err := r.Client.UpdateAPIKey(context.WithoutCancel(ctx), key.ID, client.UpdateAPIKeyRequest{IsActive: &active})
	if err != nil {
		framework.AddAttributeError(&resp.Diagnostics, path.Root("is_active"), "API key was created but is still active", plan.object()+" is kept in the state", err)
		return
	}
	plan.fromAPI(inactive)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

// createKey makes a key. The request is not aborted with the run. An ambiguous answer is settled by looking for the
// key; its secret is lost with the answer, so that it gets another one.
func createKey(ctx context.Context, c *client.Client, request client.CreateAPIKeyRequest) (*client.APIKeyWithSecret, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	key, err := c.CreateAPIKey(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return key, err
	}
	keys := c.ListAPIKeys(ctx, client.APIKeyFilter{})
	found, err := framework.Settle(err, "raff_api_key", began, keys, func(k *client.APIKey) framework.Candidate {
		return framework.Candidate{ID: k.ID, Matches: k.Name == request.Name, CreatedAt: framework.TimeOrZero(k.CreatedAt)}
	})
	if err != nil {
		return nil, err
	}
	return regenerate(ctx, c, found.ID)
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
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := r.Client.GetAPIKey(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		framework.RemoveAccount(ctx, resp, state.ID)
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read API key", state.object(), err)
		return
	}
	state.fromAPI(key)
	resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
}

func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	updated := state
	if plan.touches(&state) {
		key, err := r.Client.UpdateAPIKey(ctx, state.ID.ValueString(), client.UpdateAPIKeyRequest{
			Name:          plan.Name.ValueStringPointer(),
			RateLimitTier: plan.RateLimitTier.ValueStringPointer(),
			ExpiresAt:     parseTime(plan.ExpiresAt),
			IsActive:      plan.IsActive.ValueBoolPointer(),
		})
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to update API key", state.object(), err)
			return
		}
		updated.ExpiresAt = plan.ExpiresAt
		updated.fromAPI(key)
		resp.Diagnostics.Append(save(ctx, &updated, &resp.State, resp.Identity)...)
	}
	if plan.rotates(&state) {
		key, err := regenerate(ctx, r.Client, state.ID.ValueString())
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to regenerate API key", state.object(), err)
			return
		}
		updated.fromAPI(&key.APIKey)
		updated.Secret = types.StringValue(key.Secret)
	}
	updated.RotationTrigger = plan.RotationTrigger
	resp.Diagnostics.Append(save(ctx, &updated, &resp.State, resp.Identity)...)
}

func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Client.Uses(state.KeyPrefix.ValueString()) { // as of a tainted key, which no plan has refused
		framework.AddOwnKeyError(&resp.Diagnostics, path.Root("id"), state.object(), "revoking it would end this run half way")
		return
	}
	if err := r.Client.RevokeAPIKey(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, client.ErrNotFound) {
		framework.AddError(&resp.Diagnostics, "Unable to revoke API key", state.object(), err)
	}
}

func save(ctx context.Context, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetAccountIdentity(ctx, identity, m.ID)...)
	return diags
}
