// Package sshkey has the raff_ssh_key resource and its data sources.
package sshkey

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*sshKeyResource)(nil)
	_ resource.ResourceWithConfigure   = (*sshKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*sshKeyResource)(nil)
	_ resource.ResourceWithImportState = (*sshKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*sshKeyResource)(nil)
)

type sshKeyResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_ssh_key resource.
func NewResource() resource.Resource { return &sshKeyResource{} }

func (r *sshKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_key"
}

func (r *sshKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.AccountIdentitySchema("SSH key")
}

func (r *sshKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportAccountState(ctx, req, resp)
}

// ModifyPlan makes the type of a new key known, and marks as unknown what renaming touches.
func (r *sshKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if framework.Destroying(req) {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if framework.Creating(req) || !plan.PublicKey.Equal(state.PublicKey) {
		plan.KeyType = types.StringUnknown()
		if framework.Known(plan.PublicKey) {
			algorithm, _, _ := strings.Cut(strings.TrimSpace(plan.PublicKey.ValueString()), " ")
			plan.KeyType = types.StringValue(algorithm)
		}
	}
	if !framework.Creating(req) && !plan.Name.Equal(state.Name) {
		plan.UpdatedAt = types.StringUnknown()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *sshKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := r.create(ctx, client.CreateSSHKeyRequest{
		Name: plan.Name.ValueString(), PublicKey: plan.PublicKey.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create SSH key", plan.object(), err)
		return
	}
	plan.fromAPI(key)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

// create adds the key. The request is not aborted with the apply, and an ambiguous answer is settled by looking for
// the key.
func (r *sshKeyResource) create(ctx context.Context, request client.CreateSSHKeyRequest) (*client.SSHKey, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	key, err := r.Client.CreateSSHKey(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return key, err
	}
	wanted := types.StringValue(request.PublicKey)
	return framework.Settle(err, "raff_ssh_key", began, r.Client.ListSSHKeys(ctx), func(k *client.SSHKey) framework.Candidate {
		return framework.Candidate{
			ID:        k.ID,
			Matches:   k.Name == request.Name && framework.SSHKeyText.Same(wanted, types.StringValue(k.PublicKey)),
			CreatedAt: framework.TimeOrZero(k.CreatedAt),
		}
	})
}

func (r *sshKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := r.Client.GetSSHKey(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		framework.RemoveAccount(ctx, resp, state.ID)
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read SSH key", state.object(), err)
		return
	}
	state.fromAPI(key)
	resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
}

// Update renames the key: everything else replaces it, or changes nothing.
func (r *sshKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := r.Client.RenameSSHKey(ctx, plan.ID.ValueString(), plan.Name.ValueString())
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to rename SSH key", plan.object(), err)
		return
	}
	plan.fromAPI(key)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

func (r *sshKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.Client.DeleteSSHKey(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, client.ErrNotFound) {
		framework.AddError(&resp.Diagnostics, "Unable to delete SSH key", state.object(), err)
	}
}

func save(ctx context.Context, m *model, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetAccountIdentity(ctx, identity, m.ID)...)
	return diags
}
