package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// What a snapshot is of.
const (
	SnapshotOfVM     = "vm"
	SnapshotOfVolume = "volume"
)

// SnapshotActive is the status of the snapshot that its source was reverted to and runs on. It cannot be deleted.
// All other snapshots have an empty status.
const SnapshotActive = "active"

// Snapshot is a point-in-time copy of a VM or a volume. The API does not name a source volume.
type Snapshot struct {
	ID           int64      `json:"id" api:"required"`
	AccountID    string     `json:"account_id"`
	ProjectID    string     `json:"project_id"`
	CreatedBy    string     `json:"created_by"`
	Type         string     `json:"type" api:"required"` // SnapshotOfVM or SnapshotOfVolume
	Name         string     `json:"name" api:"required"`
	Size         string     `json:"size"`        // as the API renders it
	TargetSize   string     `json:"target_size"` // of the source disk at the time
	Status       string     `json:"status"`
	VMID         string     `json:"product_vm"`     // the source VM
	PricePerHour string     `json:"price_per_hour"` // USD, a decimal number
	CreatedAt    *time.Time `json:"created_at"`
}

func (s Snapshot) identity() string { return integerID(s.ID) }

// SnapshotFilter narrows a list of snapshots; empty fields do not.
type SnapshotFilter struct {
	VMID     string
	VolumeID int64
	Type     string // SnapshotOfVM or SnapshotOfVolume
}

// CreateSnapshotRequest describes a new snapshot: of a VM, which must be active, or of a volume.
type CreateSnapshotRequest struct {
	ResourceType string `json:"resource_type"`         // SnapshotOfVM or SnapshotOfVolume
	VMID         string `json:"resource_id,omitempty"` // of the VM, when it is one
	VolumeID     int64  `json:"volume_id,omitempty"`   // of the volume, when it is one
	Name         string `json:"name"`                  // 1 to 128 characters, need not be unique
}

// GetSnapshot returns the snapshot with the given id.
func (r Reader) GetSnapshot(ctx context.Context, id int64) (*Snapshot, error) {
	return payload[Snapshot](ctx, r, request{method: http.MethodGet, path: v1("snapshots", integerID(id)), about: integerID(id)})
}

// ReadSnapshot is [Reader.GetSnapshot] for reading many; see [Reader.ReadVM].
func (r Reader) ReadSnapshot(ctx context.Context, id int64) (*Snapshot, error) {
	return r.fleets.snapshots.getInProject(ctx, r, integerID(id), func(ctx context.Context) (*Snapshot, error) { return r.GetSnapshot(ctx, id) })
}

// ListSnapshots yields the snapshots in the reader's scope.
func (r Reader) ListSnapshots(ctx context.Context, f SnapshotFilter) iter.Seq2[*Snapshot, error] {
	query := filter("vm_id", f.VMID, "volume_id", integerID(f.VolumeID), "type", f.Type)
	return pages[Snapshot](ctx, r, v1("snapshots"), query)
}

// CreateSnapshot takes a snapshot. A VM is provisioning meanwhile; see [Reader.WaitForVM].
func (s *Scoped) CreateSnapshot(ctx context.Context, body CreateSnapshotRequest) (*Snapshot, error) {
	return payload[Snapshot](ctx, s.Reader, request{method: http.MethodPost, path: v1("snapshots"), body: body})
}

// RenameSnapshot gives a snapshot another name, 1 to 128 characters.
func (s *Scoped) RenameSnapshot(ctx context.Context, id int64, name string) (*Snapshot, error) {
	body := struct {
		Name string `json:"name"`
	}{name}
	req := request{method: http.MethodPatch, path: v1("snapshots", integerID(id), "rename"), about: integerID(id), body: body}
	return payload[Snapshot](ctx, s.Reader, req)
}

// RestoreSnapshot reverts the source to the snapshot, which becomes the active one. A VM must be passive.
func (s *Scoped) RestoreSnapshot(ctx context.Context, id int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodPost, path: v1("snapshots", integerID(id), "restore")})
}

// DeleteSnapshot deletes a snapshot. [ErrConflict]: it is the active one.
func (s *Scoped) DeleteSnapshot(ctx context.Context, id int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("snapshots", integerID(id))})
}
