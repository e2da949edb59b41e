package tfkit

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// WithVM calls change under the lock of a VM, once the VM is at rest. The lock is held for one change
// only, so that others can make the room that one may wait for.
func WithVM(ctx context.Context, locks *Locks, project *client.Scoped, vmID string, change func(ctx context.Context) error) error {
	unlock, err := locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return err
	}
	return change(ctx)
}

// VMAtRest waits until a VM is in no transition, for what is to be taken off it: one that failed is at
// rest, too, and of one in a state that is not known the API has the last word.
func VMAtRest(ctx context.Context, project *client.Scoped, vmID string) (*client.VM, error) {
	vm, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive, client.VMFailure)
	var unexpected *client.UnexpectedStateError
	if errors.As(err, &unexpected) && vm != nil {
		return vm, nil
	}
	return vm, err
}

// AttachOnce sends the request of an attachment. It is not aborted with the run, and neither is the look
// at its outcome: what was asked for must end up in the state. Where the answer does not say what became
// of it, look decides.
func AttachOnce[T any](
	ctx context.Context, send func(ctx context.Context) (*T, error), look func(ctx context.Context) (*T, error),
) (*T, error) {
	ctx = context.WithoutCancel(ctx)
	attached, err := send(ctx)
	if !errors.Is(err, client.ErrAmbiguous) {
		return attached, err
	}
	found, lookErr := look(ctx)
	if lookErr != nil || found == nil {
		return nil, errors.Join(err, lookErr)
	}
	return found, nil
}

// Detachment takes something off a VM.
type Detachment[T any] struct {
	Locks   *Locks
	Project *client.Scoped
	VMID    string
	// Stays tells that the VM outlives the run. What the API does not take off it is an error then; and
	// otherwise is left to it, since it goes with the VM.
	Stays bool
	// Interface tells that an interface goes, and not something on one: the API does not take a VM's last.
	Interface bool
	// Find returns what is to go, nil where it is gone already.
	Find func(ctx context.Context) (*T, error)
	// Detach sends the request.
	Detach func(ctx context.Context, found *T) error
}

// Run detaches once the VM is at rest and can spare it. It waits until the context ends for another
// interface that may take the place of the last one. The error is a *LeftError where it is left to the VM.
func (d Detachment[T]) Run(ctx context.Context) error {
	return DeleteWhenFree(ctx, d.try, func(ctx context.Context) []string {
		if !d.last(ctx) {
			return nil
		}
		return []string{fmt.Sprintf("VM %s as its last interface", d.VMID)}
	})
}

func (d Detachment[T]) try(ctx context.Context) error {
	unlock, err := d.Locks.Lock(ctx, d.VMID)
	if err != nil {
		return err
	}
	defer unlock()
	found, err := d.Find(ctx)
	if err != nil || found == nil {
		return err
	}
	vm, err := VMAtRest(ctx, d.Project, d.VMID)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) && !d.Stays {
			return &LeftError{err.Error()}
		}
		return err
	}
	err = d.Detach(ctx, found)
	switch {
	case !errors.Is(err, client.ErrConflict):
		return err
	case vm.Status == client.VMFailure && d.Stays:
		return fmt.Errorf("the VM has failed, and the API takes nothing off it: %s. Have it repaired, or destroy the VM as well", err.Error())
	case vm.Status == client.VMFailure:
		return &LeftError{"the VM has failed, and the API takes nothing off it: " + err.Error()}
	case !d.Stays && d.last(ctx):
		return &LeftError{"it is the VM's last interface, which the API does not take away: " + err.Error()}
	}
	return err
}

// last tells whether an interface is the VM's last one.
func (d Detachment[T]) last(ctx context.Context) bool {
	if !d.Interface {
		return false
	}
	nics, err := client.Collect(d.Project.ListVMNetworks(ctx, d.VMID, ""))
	return err == nil && len(nics) == 1
}

// LeftError tells that something was left on a VM that may go in the same run, and why.
type LeftError struct{ reason string }

func (e *LeftError) Error() string { return e.reason }

// AddDetachError adds the diagnostic of a Detachment that has ended with an error: a warning where it was
// left to the VM.
func AddDetachError(diags *diag.Diagnostics, summary string, kind Kind, m Model, err error) {
	var left *LeftError
	if !errors.As(err, &left) {
		AddError(diags, summary, m.Object(), err)
		return
	}
	id, _ := identityOf(m)
	diags.AddWarning("The "+kind.Name+" goes with its VM", fmt.Sprintf(
		"%s was left as it is, and out of the state: %s\n\nIt ends when the VM is destroyed. "+
			"If the VM stays, import it again: terraform import <address of the %s> %s", m.Object(), left.reason, kind.Type, id.ValueString()))
}

// staysKey marks in the private state an attachment whose VM is known to outlive the run.
const staysKey = "vm_stays"

// VMStays tells a Delete whether the plan has shown that the VM outlives the run.
func VMStays(ctx context.Context, req resource.DeleteRequest) bool {
	data, _ := req.Private.GetKey(ctx, staysKey)
	return string(data) == "true"
}

// markStays notes in the plan whether the VM of an attachment outlives the run: at apply Terraform destroys
// the attachment first, when nothing could tell.
func (p *Planning) markStays(ctx context.Context) {
	if !p.kind.OnVM {
		return
	}
	vmID := p.text(ctx, p.req.State, "vm_id").ValueString()
	var data []byte // none removes the key
	p.vmStays = p.Destroying && p.base.Run.outlives(ctx, vmID) || !p.Destroying && !p.base.Run.over(VM.Type, vmID)
	if p.vmStays {
		data = []byte(`true`)
	}
	p.Diags.Append(p.resp.Private.SetKey(ctx, staysKey, data)...)
}
