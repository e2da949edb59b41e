package tfkit

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Kind is what the stages need to know of a resource type.
type Kind struct {
	// Name is what messages call one of its objects: "VM", "security group".
	Name string
	// Type is the resource type: "raff_vm".
	Type string
	// Account tells that such objects are of the account, and in no project.
	Account bool
	// List lists such objects.
	List Listing
	// OfParents tells that List lists the objects that these belong to, since the API has no list of them.
	OfParents bool
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

// Read is the stage of a Read that asks the API, by read. It returns whether there is an object; where there
// is none, or another error, it has done what is to be done. A 404 is looked into: read is asked again, for
// longer where the object is so new that the API's reads may lag behind, and see missing.
func Read[T any](
	ctx context.Context, b *ResourceBase, kind Kind, m Model, req resource.ReadRequest, resp *resource.ReadResponse,
	read func(ctx context.Context) (T, error),
) (T, bool) {
	var none T
	object := b.stored(ctx, kind, m, req.Private, req.State, &resp.Diagnostics)
	imported := JustImported(ctx, req)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, freshKey, nil)...)
	value, err := read(ctx)
	if err != nil && rehearsing(ctx) { // to be looked into once, by the call that counts
		AddError(&resp.Diagnostics, "Unable to read "+kind.Name, m.Object(), err)
		return none, false
	}
	if errors.Is(err, client.ErrNotFound) && !imported && !b.sameAccount(ctx, m.Object(), object.account, looking, &resp.Diagnostics) {
		keep(ctx, m, resp)
		return none, false
	}
	switch {
	case errors.Is(err, ErrEnded) && imported: // which a copy may have said
		value, err = read(client.Afresh(ctx))
	case (errors.Is(err, client.ErrNotFound) || errors.Is(err, ErrEnded)) && !imported:
		value, err = readAgain(client.Afresh(ctx), bornAt(ctx, req.Private, &resp.Diagnostics), read)
	}
	switch {
	case err == nil:
		b.Run.read(kind.Type, object.id(), textOf(resp.State.Raw, "vm_id").ValueString())
		if object.account == "" || rememberedAccount(ctx, req.Private, &resp.Diagnostics) == "" {
			b.rememberAccount(ctx, resp.Private, &resp.Diagnostics)
		}
		return value, true
	case !errors.Is(err, client.ErrNotFound) && !errors.Is(err, ErrEnded):
		AddError(&resp.Diagnostics, "Unable to read "+kind.Name, m.Object(), err)
	case imported || errors.Is(err, ErrEnded) || b.missing(ctx, object, looking, &resp.Diagnostics):
		b.Run.end(kind.Type, object.id())
		b.Forget(ctx, m, resp)
	default:
		keep(ctx, m, resp)
	}
	return none, false
}

// keep leaves the state as it is. Where another object has the error, this one needs an identity as after any read.
func keep(ctx context.Context, m Model, resp *resource.ReadResponse) {
	if resp.Identity != nil && !resp.Diagnostics.HasError() {
		Set(ctx, resp.Identity, m.Identity(), &resp.Diagnostics)
	}
}

// stored is an object of the state, with the account that it is of.
func (b *ResourceBase) stored(ctx context.Context, kind Kind, m Model, from private, state tfsdk.State, diags *diag.Diagnostics) stored {
	account := accountOf(ctx, from, state, diags)
	if account != "" {
		b.Run.ofAccount(account)
	}
	o := stored{Model: m, kind: kind, account: account, lists: map[string]Listing{}}
	for _, ref := range kind.References {
		if ref.Interface || !kind.OfParents {
			continue
		}
		o.parents = append(o.parents, objectKey{ref.To.Type, textOf(state.Raw, ref.Attribute).ValueString()})
		o.lists[ref.To.Type] = ref.To.List
	}
	return o
}

// ErrEnded is what a read returns where the API shows that an object has ended: what it belonged to is there
// without it. That needs no proof, but a second look.
var ErrEnded = errors.New("ended")

// Forget takes an object out of the state. The identity stays, since the framework asks for one after
// every read, and a Terraform that knows no identities has none stored.
func (b *ResourceBase) Forget(ctx context.Context, m Model, resp *resource.ReadResponse) {
	resp.State.RemoveResource(ctx)
	if resp.Identity != nil {
		Set(ctx, resp.Identity, m.Identity(), &resp.Diagnostics)
	}
}
