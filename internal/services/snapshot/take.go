package snapshot

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// taker takes one snapshot.
type taker struct {
	base    *tfkit.ResourceBase
	project *client.Scoped
	plan    *resourceModel
	request client.CreateSnapshotRequest
}

// prepare waits until the source can be copied, and locks the VM that is involved.
func (t *taker) prepare(ctx context.Context) (unlock func(), err error) {
	t.request = client.CreateSnapshotRequest{Name: t.plan.Name.ValueString()}
	if t.plan.VolumeID.IsNull() {
		t.request.ResourceType, t.request.VMID = client.SnapshotOfVM, t.plan.VMID.ValueString()
		return t.prepareVM(ctx)
	}
	id, err := tfkit.ParseIntegerID(t.plan.VolumeID)
	if err != nil {
		return nil, fmt.Errorf("volume id %w", err)
	}
	t.request.ResourceType, t.request.VolumeID = client.SnapshotOfVolume, id
	volume, err := t.project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil || volume.VMID == "" {
		return func() {}, err
	}
	return t.base.Locks.Lock(ctx, volume.VMID)
}

func (t *taker) prepareVM(ctx context.Context) (unlock func(), err error) {
	unlock, err = t.base.Locks.Lock(ctx, t.request.VMID)
	if err != nil {
		return nil, err
	}
	vm, err := t.project.WaitForVM(ctx, t.request.VMID, client.VMActive, client.VMPassive)
	if err == nil && vm.Status != client.VMActive {
		err = fmt.Errorf("VM %q (%s) is stopped, and only a running VM can be copied: start it first, or take snapshots of its volumes", vm.Name, vm.ID)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// take takes the snapshot. Names of snapshots are not unique.
func (t *taker) take(ctx context.Context, resp *resource.CreateResponse) (*client.Snapshot, error) {
	return tfkit.Create(ctx, t.base, resp, tfkit.Creation[*client.Snapshot]{
		Kind: kind, Object: t.plan.Object(),
		Send: func(ctx context.Context) (*client.Snapshot, error) { return t.project.CreateSnapshot(ctx, t.request) },
		List: func(ctx context.Context) iter.Seq2[*client.Snapshot, error] {
			return t.project.ListSnapshots(ctx, client.SnapshotFilter{
				VMID: t.request.VMID, VolumeID: t.request.VolumeID, Type: t.request.ResourceType,
			})
		},
		Describe: func(s *client.Snapshot) tfkit.Candidate {
			return tfkit.Candidate{
				ID: tfkit.IntegerID(s.ID).ValueString(), Name: s.Name, ProjectID: s.ProjectID,
				CreatedAt: tfkit.TimeOrZero(s.CreatedAt), CreatedBy: s.CreatedBy,
				Same: s.Name == t.request.Name,
			}
		},
	})
}

// finish waits until the VM has returned to its state. A snapshot of a volume is done at once.
func (t *taker) finish(ctx context.Context) error {
	if t.request.VMID == "" {
		return nil
	}
	_, err := t.project.WaitForVM(ctx, t.request.VMID, client.VMActive, client.VMPassive)
	return err
}
