package volume

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// handover is how long an attachment waits for another VM to let the volume go, which the same apply may
// be about to bring about.
const handover = 30 * time.Second

// attach joins the volume to the VM, once both are ready. It is in the state as soon as the volume is on
// its way. A volume that is attached to this VM already is taken as it is: it is what was asked for.
// taken is called in that case, under the lock of the VM. sent tells that the volume is on its way.
func (r *attachmentResource) attach(ctx context.Context, plan *attachmentModel, out tfkit.Writer, taken func()) (sent bool, err error) {
	project, vmID := r.Client.Project(plan.ProjectID.ValueString()), plan.VMID.ValueString()
	volume, err := freeVolume(ctx, project, plan)
	if err != nil {
		return false, err
	}
	err = tfkit.WithVM(ctx, r.Locks, project, vmID, func(ctx context.Context) error {
		volume, err := project.GetVolume(ctx, volume.ID) // another attachment may just have ended
		switch {
		case err != nil:
			return err
		case volume.VMID == vmID:
			taken()
		default:
			if volume, err = attachVolume(ctx, project, volume.ID, vmID); err != nil {
				return err
			}
		}
		sent = true
		return finishAttach(ctx, project, plan, volume, out)
	})
	return sent, err
}

// freeVolume returns the volume when it is ready, and attached to no VM but the one that is meant. It
// gives another VM a while to let it go, without holding any VM.
func freeVolume(ctx context.Context, project *client.Scoped, plan *attachmentModel) (*client.Volume, error) {
	const held, free = "held", "free"
	id, err := volumeID(plan.VolumeID)
	if err != nil {
		return nil, err
	}
	volume, err := project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil {
		return nil, err
	}
	if volume.ProjectID != "" && volume.ProjectID != plan.ProjectID.ValueString() {
		return nil, fmt.Errorf("it is in project %s: a volume can only be attached to VMs of its own project", volume.ProjectID)
	}
	ctx, cancel := context.WithTimeout(ctx, handover)
	defer cancel()
	_, err = client.Waiter[*client.Volume]{
		Subject: "volume " + plan.VolumeID.ValueString(),
		Pending: []string{held},
		Target:  []string{free},
		Refresh: func(ctx context.Context) (*client.Volume, string, error) {
			if volume.VMID == "" || volume.VMID == plan.VMID.ValueString() {
				return volume, free, nil
			}
			now, err := project.GetVolume(ctx, id)
			if err != nil {
				return nil, "", err
			}
			volume = now
			return now, held, nil
		},
	}.Wait(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the volume is attached to another VM, %s: detach it there first, or import that attachment: terraform import <address of the %s> %s",
			volume.VMID, attachmentKind.Type, plan.VolumeID.ValueString())
	}
	return volume, err
}

// attachVolume attaches a volume that is free. An ambiguous answer is settled by looking.
func attachVolume(ctx context.Context, project *client.Scoped, id int64, vmID string) (*client.Volume, error) {
	return tfkit.AttachOnce(ctx,
		func(ctx context.Context) (*client.Volume, error) { return project.AttachVolume(ctx, id, vmID) },
		func(ctx context.Context) (*client.Volume, error) {
			volume, err := project.GetVolume(ctx, id)
			if err != nil || volume.VMID != vmID {
				return nil, err
			}
			return volume, nil
		})
}

// finishAttach records the attachment and waits for it.
func finishAttach(ctx context.Context, project *client.Scoped, plan *attachmentModel, volume *client.Volume, out tfkit.Writer) error {
	volume.VMID = plan.VMID.ValueString() // which the answer may not show yet
	plan.fromAPI(volume)
	out.Record(ctx, plan)
	attached, err := project.WaitForVolume(ctx, volume.ID, client.VolumeAttached)
	if err == nil {
		plan.fromAPI(attached)
	}
	return err
}

// detach takes the volume off the VM. A VM that is no more, and a volume that is attached elsewhere by now,
// are no errors: this attachment has ended. So has one that was spared by then: another one has taken it over.
func (r *attachmentResource) detach(ctx context.Context, m *attachmentModel, spared func() bool) error {
	id, err := volumeID(m.VolumeID)
	if err != nil {
		return err
	}
	project, vmID := r.Client.Project(m.ProjectID.ValueString()), m.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	if spared() {
		return nil
	}
	attached := func(ctx context.Context) (bool, error) {
		volume, err := project.GetVolume(ctx, id)
		return err == nil && volume.VMID == vmID, err
	}
	if still, err := attached(ctx); err != nil || !still {
		return err
	}
	// A VM that failed lets its volumes go as well.
	if _, err = tfkit.VMAtRest(ctx, project, vmID); err != nil && !errors.Is(err, client.ErrNotFound) {
		return err
	}
	return detachVolume(ctx, project, id, attached)
}

// detachVolume detaches a volume and waits for it. A refusal means that the volume or its VM is busy, or
// that somebody else was faster.
func detachVolume(ctx context.Context, project *client.Scoped, id int64, attached func(context.Context) (bool, error)) error {
	remove := func(ctx context.Context) error {
		_, err := project.DetachVolume(context.WithoutCancel(ctx), id)
		if !errors.Is(err, client.ErrConflict) && !errors.Is(err, client.ErrAmbiguous) {
			return err
		}
		if still, lookErr := attached(ctx); lookErr != nil || still {
			return err
		}
		return nil
	}
	if err := tfkit.DeleteWhenFree(ctx, remove, func(context.Context) []string { return nil }); err != nil {
		return err
	}
	return waitUntilOff(ctx, id, attached)
}

// waitUntilOff waits until a volume is off its VM. It may be on another one already, or be gone.
func waitUntilOff(ctx context.Context, id int64, attached func(context.Context) (bool, error)) error {
	const on, off = "attached", "detached"
	_, err := client.Waiter[struct{}]{
		Subject: fmt.Sprintf("volume %d", id),
		Pending: []string{on},
		Target:  []string{off},
		Refresh: func(ctx context.Context) (struct{}, string, error) {
			still, err := attached(ctx)
			if still {
				return struct{}{}, on, err
			}
			return struct{}{}, off, err
		},
	}.Wait(ctx)
	return err
}

func volumeID(id types.String) (int64, error) {
	number, err := tfkit.ParseIntegerID(id)
	if err != nil {
		return 0, fmt.Errorf("volume id %w", err)
	}
	return number, nil
}
