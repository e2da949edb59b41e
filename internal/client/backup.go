package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// States of a backup.
const (
	BackupPending   = "pending"
	BackupCreating  = "creating"
	BackupReady     = "ready"
	BackupRestoring = "restoring"
	BackupFailed    = "failed"
)

var backupTransitional = []string{BackupPending, BackupCreating, BackupRestoring}

// Backup is a restore point of a VM, by itself or in an incremental series.
type Backup struct {
	ID           string     `json:"id" api:"required"`
	AccountID    string     `json:"account_id"`
	ProjectID    string     `json:"project_id"`
	CreatedBy    string     `json:"created_by"`
	Region       string     `json:"region"`
	VMID         string     `json:"product_vm"` // the source VM
	Name         string     `json:"name" api:"required"`
	StorageSize  int64      `json:"storage_size" api:"required"` // MB
	Status       string     `json:"status" api:"required"`
	PricePerHour string     `json:"price_per_hour"` // USD, a decimal number
	ExpireDate   *time.Time `json:"expire_date"`    // when it is pruned; nil for never
	IncrementID  *int64     `json:"increment_id"`   // nil: by itself; 0: first of a series; 1 and up: on top
	CreatedAt    *time.Time `json:"created_at"`
}

func (b Backup) identity() string { return b.ID }

// BackupFilter narrows a list of backups; empty fields do not.
type BackupFilter struct {
	VMID string
}

// CreateBackupRequest describes a new backup. VMID is required; without a name the API makes one.
type CreateBackupRequest struct {
	VMID string `json:"vm_id"`
	Name string `json:"name,omitempty"` // 128 characters at most
}

// GetBackup returns the backup with the given id.
func (r Reader) GetBackup(ctx context.Context, id string) (*Backup, error) {
	return payload[Backup](ctx, r, request{method: http.MethodGet, path: v1("backups", id), about: id})
}

// ReadBackup is [Reader.GetBackup] for reading many; see [Reader.ReadVM].
func (r Reader) ReadBackup(ctx context.Context, id string) (*Backup, error) {
	return r.fleets.backups.getInProject(ctx, r, id, func(ctx context.Context) (*Backup, error) { return r.GetBackup(ctx, id) })
}

// ListBackups yields the backups in the reader's scope.
func (r Reader) ListBackups(ctx context.Context, f BackupFilter) iter.Seq2[*Backup, error] {
	return pages[Backup](ctx, r, v1("backups"), filter("vm_id", f.VMID))
}

// WaitForBackup waits until the backup is in one of the target states, [BackupReady] when none is given.
func (r Reader) WaitForBackup(ctx context.Context, id string, target ...string) (*Backup, error) {
	return r.backupLifecycle(id).wait(ctx, r, target)
}

// WaitForNewBackup is [Reader.WaitForBackup] for a backup that was just created, and is to be [BackupReady].
func (r Reader) WaitForNewBackup(ctx context.Context, id string) (*Backup, error) {
	return r.backupLifecycle(id).born(ctx, r)
}

// WaitForBackupGone waits until the backup is no longer found. listed tells that a complete list of the
// project has shown that: the key still reaches the project.
func (r Reader) WaitForBackupGone(ctx context.Context, id string) (listed bool, err error) {
	return r.backupLifecycle(id).gone(ctx, r)
}

func (r Reader) backupLifecycle(id string) lifecycle[Backup] {
	return lifecycle[Backup]{
		id:      id,
		name:    "backup " + id,
		pending: backupTransitional,
		stable:  []string{BackupReady},
		failure: []string{BackupFailed},
		state:   func(backup *Backup) string { return backup.Status },
		get:     func(ctx context.Context) (*Backup, error) { return r.GetBackup(ctx, id) },
		watch:   &r.backupWatch,
		list:    v1("backups"),
	}
}

// CreateBackup backs a VM up. It answers before the backup is ready; see [Reader.WaitForBackup].
func (s *Scoped) CreateBackup(ctx context.Context, body CreateBackupRequest) (*Backup, error) {
	return payload[Backup](ctx, s.Reader, request{method: http.MethodPost, path: v1("backups"), body: body})
}

// RestoreBackup overwrites the VM with the backup, which is restoring meanwhile.
func (s *Scoped) RestoreBackup(ctx context.Context, id string) (*Backup, error) {
	return payload[Backup](ctx, s.Reader, request{method: http.MethodPost, path: v1("backups", id, "restore"), about: id})
}

// DeleteBackup deletes one backup. [ErrConflict]: later ones build on it, see [Scoped.DeleteBackupChain].
func (s *Scoped) DeleteBackup(ctx context.Context, id string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("backups", id)})
}

// DeleteBackupChain deletes the whole series that the backup belongs to.
func (s *Scoped) DeleteBackupChain(ctx context.Context, id string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("backups", id, "chain")})
}

// ResetBackupChain makes the VM's next backup begin a new series. The existing backups stay.
func (s *Scoped) ResetBackupChain(ctx context.Context, vmID string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", vmID, "backups", "reset-chain")})
}
