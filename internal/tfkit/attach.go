package tfkit

import (
	"context"
	"errors"
	"fmt"

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

// DetachWhenFree takes something off a VM, once the VM is at rest and can spare it: the API does not take
// a VM's last interface, and waiting for another one ends with the context. find returns nil where it is
// gone already.
func DetachWhenFree[T any](
	ctx context.Context, locks *Locks, project *client.Scoped, vmID string,
	find func(ctx context.Context) (*T, error), detach func(ctx context.Context, found *T) error,
) error {
	remove := func(ctx context.Context) error {
		unlock, err := locks.Lock(ctx, vmID)
		if err != nil {
			return err
		}
		defer unlock()
		found, err := find(ctx)
		if err != nil || found == nil {
			return err
		}
		if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
			return err
		}
		return detach(ctx, found)
	}
	return DeleteWhenFree(ctx, remove, func(ctx context.Context) []string {
		nics, err := client.Collect(project.ListVMNetworks(ctx, vmID, ""))
		if err != nil || len(nics) != 1 {
			return nil
		}
		return []string{fmt.Sprintf("VM %s as its last interface", vmID)}
	})
}
