package tfkit

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Kind is what the stages need to know of a resource type.
type Kind struct {
	// Name is what messages call one of its objects: "VM", "security group".
	Name string
	// Type is the resource type: "raff_vm".
	Type string
	// Probe tells whether the key reaches such objects in a project; nil for objects of the account.
	Probe Probe
	// References are the attributes that hold the ids of other objects.
	References []Reference
	// Settled are further attributes that a plan leaves as they are while their values are not known
	// yet, because a change stops or rebuilds the object, or because they usually come from a data
	// source. Those whose change replaces the object, and references, are so anyway.
	Settled []string
	// Unrecorded are the attributes that the API does not return. An import does not know them: the
	// first configuration that gives one is recorded, and from then on changes are changes.
	Unrecorded []string
	// OnVM tells of a part of the VM in vm_id, which ends with the VM.
	OnVM bool
}

// Found is the stage of a Read after the API was asked. It returns whether there is an object; where
// there is none, or another error, it has done what is to be done.
func (b *ResourceBase) Found(ctx context.Context, kind Kind, m Model, err error, resp *resource.ReadResponse) bool {
	id, _ := identityOf(m)
	switch {
	case err == nil:
		b.Run.read(kind.Type, id.ValueString(), attachedTo(ctx, resp))
		return true
	case errors.Is(err, client.ErrNotFound):
		if b.gone(ctx, kind, m, resp) {
			b.Run.end(kind.Type, id.ValueString())
			b.Forget(ctx, m, resp)
		}
	default:
		AddError(&resp.Diagnostics, "Unable to read "+kind.Name, m.Object(), err)
	}
	return false
}

// attachedTo returns the VM that an object belongs to, if it does.
func attachedTo(ctx context.Context, resp *resource.ReadResponse) string {
	var vmID types.String
	if _, ok := resp.State.Schema.GetAttributes()["vm_id"]; ok {
		resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("vm_id"), &vmID)...)
	}
	return vmID.ValueString()
}

// gone decides what a 404 means.
func (b *ResourceBase) gone(ctx context.Context, kind Kind, m Model, resp *resource.ReadResponse) bool {
	id, projectID := identityOf(m)
	if kind.Type == Project.Type {
		return b.Projects.Deleted(ctx, m.Object(), id.ValueString(), &resp.Diagnostics)
	}
	if kind.Probe == nil || projectID.IsNull() { // of the account, or an import that named no project
		return true
	}
	return b.Projects.Gone(ctx, b.Run, kind, id.ValueString(), projectID.ValueString(), &resp.Diagnostics)
}

// Forget takes an object out of the state. The identity stays, since the framework asks for one after
// every read, and a Terraform that knows no identities has none stored.
func (b *ResourceBase) Forget(ctx context.Context, m Model, resp *resource.ReadResponse) {
	resp.State.RemoveResource(ctx)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, m.Identity())...)
	}
}

// Lister lists the objects that a create may have made.
type Lister[T any] func(ctx context.Context) iter.Seq2[T, error]

// Create sends the request of a create once. It is not aborted with the run: what was asked for must
// end up in the state. An ambiguous answer is settled by looking; see Settle.
func Create[T any](
	ctx context.Context, kind Kind, send func(ctx context.Context) (T, error), list Lister[T], describe func(T) Candidate,
) (T, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	created, err := send(ctx)
	if !errors.Is(err, client.ErrAmbiguous) {
		return created, err
	}
	return Settle(err, kind.Type, began, list(ctx), describe)
}
