package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Remove takes an object of a project that is gone out of the state. The identity stays, since the
// framework asks for one after every read, and a Terraform that knows no identities has none stored.
func Remove(ctx context.Context, resp *resource.ReadResponse, id, projectID types.String) {
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(SetIdentity(ctx, resp.Identity, id, projectID)...)
}

// RemoveAccount is Remove for an object of the account.
func RemoveAccount(ctx context.Context, resp *resource.ReadResponse, id types.String) {
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(SetAccountIdentity(ctx, resp.Identity, id)...)
}
