// Package sshkey has the raff_ssh_key resource and its data sources.
package sshkey

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                = (*sshKeyResource)(nil)
	_ resource.ResourceWithConfigure   = (*sshKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*sshKeyResource)(nil)
	_ resource.ResourceWithImportState = (*sshKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*sshKeyResource)(nil)
)

type sshKeyResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_ssh_key resource.
func NewResource() resource.Resource { return &sshKeyResource{} }

var kind = tfkit.Kind{
	Name: "SSH key", Type: "raff_ssh_key", Account: true,
	List: tfkit.ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.SSHKey, error] {
			return c.ListSSHKeys(ctx)
		},
		func(k *client.SSHKey) string { return k.ID }),
}

func (r *sshKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_key"
}

func (r *sshKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("SSH key")
}

func (r *sshKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan makes the type of the key known.
func (r *sshKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[model](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating || !plan.PublicKey.Equal(tfkit.Get[model](ctx, req.State, &resp.Diagnostics).PublicKey) {
		plan.KeyType = plan.keyType()
	}
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *sshKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	key, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create SSH key", plan.Object(), err)
		return
	}
	plan.fromAPI(key)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// create adds the key. Neither names nor texts are unique.
func (r *sshKeyResource) create(ctx context.Context, plan *model, resp *resource.CreateResponse) (*client.SSHKey, error) {
	request := client.CreateSSHKeyRequest{Name: plan.Name.ValueString(), PublicKey: plan.PublicKey.ValueString()}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.SSHKey]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.SSHKey, error) { return r.Client.CreateSSHKey(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.SSHKey, error] { return r.Client.ListSSHKeys(ctx) },
		Describe: func(k *client.SSHKey) tfkit.Candidate {
			return tfkit.Candidate{
				ID: k.ID, Name: k.Name, CreatedAt: tfkit.TimeOrZero(k.CreatedAt),
				Same: k.Name == request.Name && tfkit.SSHKeyText.Same(plan.PublicKey, types.StringValue(k.PublicKey)),
			}
		},
	})
}

func (r *sshKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	key, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.SSHKey, error) {
		return r.Client.ReadSSHKey(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(key)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// Update renames the key: everything else replaces it, or changes nothing.
func (r *sshKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, plan, req.Private, &resp.Diagnostics) {
		return
	}
	key, err := r.Client.RenameSSHKey(ctx, plan.ID.ValueString(), plan.Name.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to rename SSH key", plan.Object(), err)
		return
	}
	plan.fromAPI(key)
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *sshKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	err := r.Client.DeleteSSHKey(ctx, state.ID.ValueString())
	r.Ended(ctx, kind, state, req, resp, "Unable to delete SSH key", err)
}
