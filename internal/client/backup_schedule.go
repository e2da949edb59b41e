package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Kinds of backup schedules.
const (
	ScheduleDaily  = "daily"
	ScheduleWeekly = "weekly"
)

// RunFailed is the LastRunStatus of a schedule whose last run made no backup.
const RunFailed = "failed"

// BackupSchedule makes backups of a VM again and again. The API returns the time and the day only as Runtime.
type BackupSchedule struct {
	ID           int64      `json:"id" api:"required"`
	AccountID    string     `json:"account_id"`
	ProjectID    string     `json:"project_id"`
	CreatedBy    string     `json:"created_by"`
	Region       string     `json:"region"`
	VMID         string     `json:"product_vm"`
	Name         string     `json:"name" api:"required"`
	Type         string     `json:"type" api:"required"` // ScheduleDaily or ScheduleWeekly
	Runtime      string     `json:"runtime"`             // "Daily at 8am", "Saturday 8am"; UTC
	KeepCount    int64      `json:"keep_count" api:"required"`
	PricePerHour string     `json:"price_per_hour"` // USD, a decimal number
	Size         string     `json:"size"`           // of the backups kept, as the API renders it
	CreatedAt    *time.Time `json:"created_at"`

	// What follows is nil or empty where the API does not say. Only the service sets it.
	Enabled             *bool      `json:"enabled"`
	NextRunAt           *time.Time `json:"next_run_at"`
	LastRunAt           *time.Time `json:"last_run_at"`
	LastRunStatus       string     `json:"last_run_status"` // succeeded, failed or skipped
	ConsecutiveFailures *int64     `json:"consecutive_failures"`
}

func (s BackupSchedule) identity() string { return integerID(s.ID) }

// BackupScheduleFilter narrows a list of schedules; empty fields do not.
type BackupScheduleFilter struct {
	VMID string
}

// CreateBackupScheduleRequest describes a new schedule. All fields are required, DayOfWeek only for a weekly one.
type CreateBackupScheduleRequest struct {
	VMID      string `json:"vm_id"`
	Type      string `json:"type"`
	Time      string `json:"time"`                  // "8am" or "13:00", UTC
	DayOfWeek string `json:"day_of_week,omitempty"` // Monday to Sunday
	KeepCount int64  `json:"keep_count"`            // 2 to 100
}

// UpdateBackupScheduleRequest changes a schedule; fields that are nil stay.
type UpdateBackupScheduleRequest struct {
	Type      *string `json:"type,omitempty"`
	Time      *string `json:"time,omitempty"`
	DayOfWeek *string `json:"day_of_week,omitempty"`
	KeepCount *int64  `json:"keep_count,omitempty"` // 2 to 100
}

// GetBackupSchedule returns the schedule with the given id.
func (r Reader) GetBackupSchedule(ctx context.Context, id int64) (*BackupSchedule, error) {
	return payload[BackupSchedule](ctx, r, request{method: http.MethodGet, path: schedulePath(id), about: integerID(id)})
}

// ReadBackupSchedule is [Reader.GetBackupSchedule] for reading many; see [Reader.ReadVM].
func (r Reader) ReadBackupSchedule(ctx context.Context, id int64) (*BackupSchedule, error) {
	return r.fleets.schedules.getInProject(ctx, r, integerID(id), func(ctx context.Context) (*BackupSchedule, error) {
		return r.GetBackupSchedule(ctx, id)
	})
}

// ListBackupSchedules yields the schedules in the reader's scope.
func (r Reader) ListBackupSchedules(ctx context.Context, f BackupScheduleFilter) iter.Seq2[*BackupSchedule, error] {
	return pages[BackupSchedule](ctx, r, v1("backup-schedules"), filter("vm_id", f.VMID))
}

// CreateBackupSchedule creates a schedule. A VM may have several.
func (s *Scoped) CreateBackupSchedule(ctx context.Context, body CreateBackupScheduleRequest) (*BackupSchedule, error) {
	req := request{method: http.MethodPost, path: v1("backup-schedules"), body: body}
	return payload[BackupSchedule](ctx, s.Reader, req)
}

// UpdateBackupSchedule changes a schedule.
func (s *Scoped) UpdateBackupSchedule(
	ctx context.Context, id int64, body UpdateBackupScheduleRequest,
) (*BackupSchedule, error) {
	req := request{method: http.MethodPatch, path: schedulePath(id), about: integerID(id), body: body}
	return payload[BackupSchedule](ctx, s.Reader, req)
}

// DeleteBackupSchedule deletes a schedule and keeps its backups.
func (s *Scoped) DeleteBackupSchedule(ctx context.Context, id int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: schedulePath(id)})
}

func schedulePath(id int64) []string { return v1("backup-schedules", integerID(id)) }
