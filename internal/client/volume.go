package client

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// States of a volume.
const (
	VolumeCreating  = "creating"
	VolumeAvailable = "available" // not attached
	VolumeAttached  = "attached"
	VolumeDeleting  = "deleting"
	VolumeFailed    = "failed"
)

// VolumeTypeNVMe is the storage class there is.
const VolumeTypeNVMe = "nvme"

// Volume is a block storage volume.
type Volume struct {
	ID           int64      `json:"id" api:"required"`
	AccountID    string     `json:"account_id"`
	ProjectID    string     `json:"project_id"`
	VMID         string     `json:"product_vm"` // the VM it is attached to; empty when detached
	Name         string     `json:"name" api:"required"`
	VolumeType   string     `json:"volume_type" api:"required"`
	Size         int64      `json:"size" api:"required"` // GB
	Status       string     `json:"status" api:"required"`
	PricePerHour string     `json:"price_per_hour"` // USD, a decimal number
	Region       string     `json:"region"`
	CreatedAt    *time.Time `json:"created_at"`
	UpdatedAt    *time.Time `json:"updated_at"`
}

func (v Volume) identity() string { return integerID(v.ID) }

// VolumeFilter narrows a list of volumes; empty fields do not.
type VolumeFilter struct {
	VMID   string
	Region string
}

// CreateVolumeRequest describes a new volume. Name, Size and VolumeType are required.
type CreateVolumeRequest struct {
	Name           string `json:"name"` // 1 to 64 characters; it cannot be changed later
	Size           int64  `json:"size"` // GB
	VolumeType     string `json:"volume_type"`
	FilesystemType string `json:"filesystem_type,omitempty"` // ext4, xfs or btrfs; the API does not return it
	VMID           string `json:"vm_id,omitempty"`           // attaches it to this VM
	Region         string `json:"region,omitempty"`
}

// GetVolume returns the volume with the given id.
func (r Reader) GetVolume(ctx context.Context, id int64) (*Volume, error) {
	return payload[Volume](ctx, r, request{method: http.MethodGet, path: v1("volumes", integerID(id)), about: integerID(id)})
}

// ReadVolume is [Reader.GetVolume] for reading many; see [Reader.ReadVM].
func (r Reader) ReadVolume(ctx context.Context, id int64) (*Volume, error) {
	return r.fleets.volumes.getInProject(ctx, r, integerID(id), func(ctx context.Context) (*Volume, error) { return r.GetVolume(ctx, id) })
}

// ListVolumes yields the volumes in the reader's scope.
func (r Reader) ListVolumes(ctx context.Context, f VolumeFilter) iter.Seq2[*Volume, error] {
	return pages[Volume](ctx, r, v1("volumes"), filter("vm_id", f.VMID, "region", f.Region))
}

// WaitForVolume waits until the volume is in one of the target states, [VolumeAvailable] when none is given. There is
// no state between available and attached, so each is on the way to the other.
func (r Reader) WaitForVolume(ctx context.Context, id int64, target ...string) (*Volume, error) {
	life := r.volumeLifecycle(id)
	life.pending = []string{VolumeCreating} // a volume that is being deleted becomes nothing else
	return life.wait(ctx, r, target)
}

// WaitForNewVolume is [Reader.WaitForVolume] for a volume that was just created, and is to be [VolumeAvailable].
func (r Reader) WaitForNewVolume(ctx context.Context, id int64) (*Volume, error) {
	life := r.volumeLifecycle(id)
	life.pending = []string{VolumeCreating}
	return life.born(ctx, r)
}

// WaitForVolumeGone waits until the volume is no longer found. listed tells that a complete list of the
// project has shown that: the key still reaches the project.
func (r Reader) WaitForVolumeGone(ctx context.Context, id int64) (listed bool, err error) {
	return r.volumeLifecycle(id).gone(ctx, r)
}

func (r Reader) volumeLifecycle(id int64) lifecycle[Volume] {
	return lifecycle[Volume]{
		id:      integerID(id),
		name:    "volume " + strconv.FormatInt(id, 10),
		pending: []string{VolumeCreating, VolumeDeleting},
		stable:  []string{VolumeAvailable, VolumeAttached},
		failure: []string{VolumeFailed},
		leaves:  true,
		state:   func(volume *Volume) string { return volume.Status },
		get:     func(ctx context.Context) (*Volume, error) { return r.GetVolume(ctx, id) },
		watch:   &r.volumeWatch,
		list:    v1("volumes"),
	}
}

// CreateVolume creates a volume in the project. It answers before the volume is ready; see [Reader.WaitForVolume].
func (s *Scoped) CreateVolume(ctx context.Context, body CreateVolumeRequest) (*Volume, error) {
	return payload[Volume](ctx, s.Reader, request{method: http.MethodPost, path: v1("volumes"), body: body})
}

// AttachVolume attaches a volume to a VM of the same region and project.
func (s *Scoped) AttachVolume(ctx context.Context, id int64, vmID string) (*Volume, error) {
	body := struct {
		VMID string `json:"vm_id"`
	}{vmID}
	return s.volumeAction(ctx, id, "attach", body)
}

// DetachVolume detaches a volume from its VM.
func (s *Scoped) DetachVolume(ctx context.Context, id int64) (*Volume, error) {
	return s.volumeAction(ctx, id, "detach", nil)
}

func (s *Scoped) volumeAction(ctx context.Context, id int64, action string, body any) (*Volume, error) {
	req := request{method: http.MethodPost, path: v1("volumes", integerID(id), action), about: integerID(id), body: body}
	return payload[Volume](ctx, s.Reader, req)
}

// ResizeVolume grows a volume to newSize GB; volumes never shrink.
func (s *Scoped) ResizeVolume(ctx context.Context, id, newSize int64) (*ResizeResult, error) {
	body := newSizeRequest{NewSize: newSize}
	return resize(ctx, s.Reader, request{method: http.MethodPatch, path: v1("volumes", integerID(id)), body: body})
}

// DeleteVolume deletes a detached volume. [ErrConflict]: it is attached.
func (s *Scoped) DeleteVolume(ctx context.Context, id int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("volumes", integerID(id))})
}
