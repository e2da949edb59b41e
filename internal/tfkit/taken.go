package tfkit

import (
	"context"
	"errors"
	"fmt"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// whyTaken says where it can come from that an object has what a new one, or one that is renamed, wants and what only one
// can have, and what to do then.
func (r *Run) whyTaken(kind Kind, holderID string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{kind.Type, holderID}]
	what := kind.unique()
	switch {
	case what == "":
		return "If an earlier run created it, import it and apply again:"
	case f != nil && f.left:
		return "This run was to destroy it first, and it is still there: see the error of its own, and apply again when that is mended."
	case f != nil && f.over():
		return fmt.Sprintf("This run destroys it only after the new one is created, as lifecycle { create_before_destroy = true } says, and both cannot have the same %s. "+
			"Give the new one another %s, or take create_before_destroy out of the block.", what, what)
	case f != nil:
		return fmt.Sprintf("It is managed by this configuration too. If it is to get another %s in the same apply, Terraform does both at once: %s", what, chain(what))
	}
	return fmt.Sprintf("If an earlier run created it, import it and apply again. If this configuration manages it, and it is to give up its %s in the same apply: "+
		"with create_before_destroy, give the new one another %s; otherwise %s", what, what, chain(what))
}

// chain is what passes a name on from one object to the next in spite of their order.
func chain(what string) string {
	return fmt.Sprintf("have the one that takes the %s depend on the one that gives it up (depends_on). Where two exchange it, apply twice, with a third %s in between.", what, what)
}

// unique is what only one object of a kind can have, and what can pass from one to another; empty for none.
func (k Kind) unique() string {
	switch k.Type {
	case Role.Type:
		return "slug"
	case VM.Type, VPC.Type, Project.Type, SecurityGroup.Type:
		return "name"
	}
	return ""
}

// RenameError adds to the refusal of another name which object has it, and what that can come from. The id is that of the
// object that was to be renamed.
func RenameError(ctx context.Context, d *ProviderData, kind Kind, to Referent, id, name string, refusal error) error {
	if !errors.Is(refusal, client.ErrConflict) {
		return refusal
	}
	for item, err := range to.list(context.WithoutCancel(ctx), d.Client) {
		if err != nil {
			break
		}
		if item.Name == name && item.ID != id {
			return fmt.Errorf("%w\n\nThis is in its way: %s. %s", refusal, Object(to.Name, item.Name, item.ID, item.ProjectID), d.Run.whyTaken(kind, item.ID))
		}
	}
	return refusal
}
