package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// States of a VM. Creation goes initiating, provisioning, booting, active; stop goes active, finalizing, passive;
// start goes passive, booting, active. A VM under snapshot or backup is provisioning.
const (
	VMInitiating   = "initiating"
	VMProvisioning = "provisioning"
	VMBooting      = "booting"
	VMActive       = "active"
	VMFinalizing   = "finalizing"
	VMPassive      = "passive"
	VMFailure      = "failure"
)

var (
	vmTransitional = []string{VMInitiating, VMProvisioning, VMBooting, VMFinalizing}
	vmStable       = []string{VMActive, VMPassive}
)

// What happens to a VM's volumes when it is deleted.
const (
	VolumeActionDetach = "detach" // they are kept, and stay billable
	VolumeActionDelete = "delete"
)

// VM is a virtual machine. Sizes are GB. Texts are empty where the API sends none.
type VM struct {
	ID     string `json:"id" api:"required"`
	Name   string `json:"name" api:"required"`
	Status string `json:"status" api:"required"`

	CPU          int64 `json:"cpu" api:"required"`
	RAM          int64 `json:"ram" api:"required"`
	Storage      int64 `json:"storage" api:"required"`       // what the plan includes
	AddedStorage int64 `json:"added_storage" api:"required"` // on top of the plan
	TotalStorage int64 `json:"total_storage" api:"required"` // size of the OS disk

	TemplateID      string `json:"template_id" api:"required"`
	TemplateName    string `json:"template_name" api:"required"`
	TemplateVersion string `json:"template_version" api:"required"`
	Version         string `json:"version"`

	PricePerHour   string `json:"price_per_hour" api:"required"` // USD, a decimal number
	PricingID      int64  `json:"pricing_id" api:"required"`
	BillingType    string `json:"billing_type"` // payg or subscription
	SubscriptionID string `json:"subscription_id"`
	BackupType     string `json:"backup_type"`

	ConsoleRequireMFA bool `json:"console_require_mfa"` // off where the API does not say

	Region    string `json:"region" api:"required"`
	ProjectID string `json:"project_id"`
	CreatedBy string `json:"created_by"`

	PublicIPv4Address  string `json:"public_ipv4_address"`
	PublicIPv6Address  string `json:"public_ipv6_address"`
	PrivateIPv4Address string `json:"private_ipv4_address"`
	PrivateIPv6Address string `json:"private_ipv6_address"`

	Tags      []VMTag   `json:"tags"`
	Active    bool      `json:"active" api:"required"`
	CreatedAt time.Time `json:"created_at" api:"required"`
	UpdatedAt time.Time `json:"updated_at" api:"required"`
}

func (v VM) identity() string { return v.ID }

// VMFilter narrows a list of VMs; empty fields do not.
type VMFilter struct {
	ProjectID string // as query, beside the scope of the client
	Region    string
	Status    string
}

// CreateVMRequest describes a new VM. Name, TemplateID, PricingID and Region are required.
// Linux needs SSHKeys or Password, Windows needs Password.
type CreateVMRequest struct {
	Name       string `json:"name"` // 1 to 64 characters, unique in the account
	TemplateID string `json:"template_id"`
	PricingID  int64  `json:"pricing_id"`
	Region     string `json:"region"`

	SSHKeys  []string `json:"ssh_keys,omitempty"` // public keys, not ids
	Password string   `json:"password,omitempty"`

	ExtraStorage     int64  `json:"extra_storage,omitempty"`      // GB of a volume made along; 0 means none
	ExtraStorageType string `json:"extra_storage_type,omitempty"` // ext4, xfs or btrfs

	BackupType string `json:"backup_type,omitempty"` // none, daily or weekly
	BackupTime string `json:"backup_time,omitempty"`
	BackupDate string `json:"backup_date,omitempty"` // day of the week

	Tags []string `json:"tags,omitempty"` // names

	// The network: VPCID, or VPCName and VPCCIDR, or SkipVPC; with none of these the API makes a VPC on the side.
	VPCID   string `json:"vpc_id,omitempty"`
	VPCName string `json:"vpc_name,omitempty"`
	VPCCIDR string `json:"vpc_cidr,omitempty"`
	// Always sent: what is not wanted is said, not left to a default.
	SkipVPC      bool `json:"skip_vpc"`
	SkipPublicIP bool `json:"skip_public_ip"`
}

// DeleteVMRequest says what goes along with a VM. Both fields are always sent, since the API's defaults destroy.
type DeleteVMRequest struct {
	VolumeAction string `json:"volume_action"` // VolumeActionDetach or VolumeActionDelete
	DeleteVPC    bool   `json:"delete_vpc"`    // has no effect on a VPC that other VMs use
}

// DeleteVMsRequest is a DeleteVMRequest for 1 to 50 VMs.
type DeleteVMsRequest struct {
	IDs []string `json:"ids"`
	DeleteVMRequest
}

// DeleteVMsResult is the outcome of a bulk deletion, in which each VM is judged by itself.
type DeleteVMsResult struct {
	Message      string
	TotalCount   int64
	SuccessCount int64
	FailedCount  int64
	Results      []DeleteVMResult // at least one
}

// DeleteVMResult is the outcome for one VM.
type DeleteVMResult struct {
	ID      string `json:"id"`
	Success bool   `json:"success"`
	Message string `json:"message"`
	Error   string `json:"error"`
}

type bulkAnswer struct {
	envelope
	TotalCount   int64            `json:"total_count"`
	SuccessCount int64            `json:"success_count"`
	FailedCount  int64            `json:"failed_count"`
	Results      []DeleteVMResult `json:"results"`
}

// status hides a "success" that is false where there are results: it only says that none of the VMs was deleted.
func (b *bulkAnswer) status() *envelope {
	if len(b.Results) > 0 {
		return &envelope{}
	}
	return &b.envelope
}

func (b *bulkAnswer) incomplete() error {
	if len(b.Results) == 0 {
		return errNoData
	}
	return nil
}

// ReinstallVMRequest wipes a VM's OS disk and installs a template. TemplateID is required.
type ReinstallVMRequest struct {
	TemplateID           string   `json:"template_id"`
	Password             string   `json:"password,omitempty"`
	SSHKeys              []string `json:"ssh_keys,omitempty"`
	AutoGeneratePassword bool     `json:"auto_generate_password,omitempty"` // emailed to the account's owner
}

// ResizeResult is the outcome of a resize of a VM, its disk, or a volume.
type ResizeResult struct {
	Message string
	ID      string
	Billing *ResizeBillingDetails // nil unless billed by subscription
}

// ResizeBillingDetails is what a resize costs, in USD.
type ResizeBillingDetails struct {
	Type            string  `json:"type"`            // upgrade, downgrade or none
	ProRataAmount   float64 `json:"pro_rata_amount"` // charged, or credited when negative
	BalanceApplied  float64 `json:"balance_applied"`
	NewMonthlyPrice float64 `json:"new_monthly_price"`
	NewPricePerHour string  `json:"new_price_per_hour"`
}

type resizeAnswer struct {
	envelope
	ID      string                `json:"id"`
	Billing *ResizeBillingDetails `json:"billing"`
}

func resize(ctx context.Context, r Reader, req request) (*ResizeResult, error) {
	var out resizeAnswer
	if err := r.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return &ResizeResult{Message: string(out.Message), ID: out.ID, Billing: out.Billing}, nil
}

// SaveImageRequest makes an image of a VM's disk. Name is required, 1 to 128 characters.
type SaveImageRequest struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	DiskID      int64  `json:"disk_id"`               // 0 is the OS disk, 1 and up the volumes
	SnapshotID  *int64 `json:"snapshot_id,omitempty"` // nil captures the current state of the disk
}

// VMImage is an image that was made of a VM's disk. Its ID serves as template id.
type VMImage struct {
	ID          string     `json:"id" api:"required"`
	Name        string     `json:"name" api:"required"`
	Version     string     `json:"version"`
	Description string     `json:"description"`
	OSType      string     `json:"os_type"`
	IsWindows   bool       `json:"is_windows"`
	Region      string     `json:"region" api:"required"`
	CreatedAt   *time.Time `json:"created_at"`
}

func (i VMImage) identity() string { return i.ID }

// GetVM returns the VM with the given id. [ErrNotFound]: there is none, or the key cannot reach its project.
func (r Reader) GetVM(ctx context.Context, id string) (*VM, error) {
	return payload[VM](ctx, r, request{method: http.MethodGet, path: v1("vms", id), about: id})
}

// ReadVM is [Reader.GetVM] for reading many: in a project it may answer from the list, or with what was read before. That is
// never from before a change of this client that can bear on it, and never from before the reads that this one follows
// without a rest of 10 seconds; and no older than 15 minutes when it is asked for.
func (r Reader) ReadVM(ctx context.Context, id string) (*VM, error) {
	return r.fleets.vms.getInProject(ctx, r, id, func(ctx context.Context) (*VM, error) { return r.GetVM(ctx, id) })
}

// ListVMs yields the VMs in the reader's scope.
func (r Reader) ListVMs(ctx context.Context, f VMFilter) iter.Seq2[*VM, error] {
	return pages[VM](ctx, r, v1("vms"), filter("project_id", f.ProjectID, "region", f.Region, "status", f.Status))
}

// WaitForVM waits until the VM is in one of the target states, [VMActive] when none is given. The other stable state
// is waited on only until the change shows. A failed VM gives a [FailureStateError] unless that is a target.
func (r Reader) WaitForVM(ctx context.Context, id string, target ...string) (*VM, error) {
	return r.vmLifecycle(id).wait(ctx, r, target)
}

// WaitForNewVM is [Reader.WaitForVM] for a VM that was just created, and is to be [VMActive].
func (r Reader) WaitForNewVM(ctx context.Context, id string) (*VM, error) {
	return r.vmLifecycle(id).born(ctx, r)
}

// WaitForVMGone waits until the VM is no longer found. listed tells that a complete list of the
// project has shown that: the key still reaches the project.
func (r Reader) WaitForVMGone(ctx context.Context, id string) (listed bool, err error) {
	return r.vmLifecycle(id).gone(ctx, r)
}

func (r Reader) vmLifecycle(id string) lifecycle[VM] {
	return lifecycle[VM]{
		id:      id,
		name:    "VM " + id,
		pending: vmTransitional,
		stable:  vmStable,
		failure: []string{VMFailure},
		state:   func(vm *VM) string { return vm.Status },
		get:     func(ctx context.Context) (*VM, error) { return r.GetVM(ctx, id) },
		watch:   &r.vmWatch,
		list:    v1("vms"),
	}
}

// CreateVM creates a VM in the project. It answers before the VM is ready; see [Reader.WaitForVM].
func (s *Scoped) CreateVM(ctx context.Context, body CreateVMRequest) (*VM, error) {
	return payload[VM](ctx, s.Reader, request{method: http.MethodPost, path: v1("vms"), body: body})
}

// DeleteVM deletes a VM, its snapshots, and what the request says.
func (s *Scoped) DeleteVM(ctx context.Context, id string, body DeleteVMRequest) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("vms", id), body: body})
}

// DeleteVMBatched is [Scoped.DeleteVM] for deleting many: VMs that are to go at the same time, with the same request,
// travel together. The outcome of each is the same as by itself.
func (s *Scoped) DeleteVMBatched(ctx context.Context, id string, body DeleteVMRequest) error {
	if s.vmDeletes.together(ctx, s, id, body) {
		return nil
	}
	return s.DeleteVM(ctx, id, body)
}

// DeleteVMs deletes up to 50 VMs. A VM that could not be deleted is not an error here but in the result.
func (s *Scoped) DeleteVMs(ctx context.Context, body DeleteVMsRequest) (*DeleteVMsResult, error) {
	var out bulkAnswer
	err := s.do(ctx, request{method: http.MethodDelete, path: v1("vms", "bulk"), body: body}, &out)
	if err != nil {
		return nil, err
	}
	return &DeleteVMsResult{
		Message:      string(out.Message),
		TotalCount:   out.TotalCount,
		SuccessCount: out.SuccessCount,
		FailedCount:  out.FailedCount,
		Results:      out.Results,
	}, nil
}

// RenameVM gives a VM another name, 1 to 64 characters and unique in the account.
func (s *Scoped) RenameVM(ctx context.Context, id, name string) error {
	body := struct {
		Name string `json:"name"`
	}{name}
	return nothing(ctx, s.Reader, request{method: http.MethodPatch, path: v1("vms", id, "rename"), body: body})
}

// SetVMConsolePolicy says whether the console of a VM asks for a second factor. While it does, API keys cannot open it.
func (s *Scoped) SetVMConsolePolicy(ctx context.Context, id string, requireMFA bool) error {
	body := struct {
		RequireMFA bool `json:"console_require_mfa"`
	}{requireMFA}
	return nothing(ctx, s.Reader, request{method: http.MethodPatch, path: v1("vms", id, "console-policy"), body: body})
}

// StartVM boots a passive VM.
func (s *Scoped) StartVM(ctx context.Context, id string) error { return s.vmAction(ctx, id, "start") }

// StopVM shuts an active VM down.
func (s *Scoped) StopVM(ctx context.Context, id string) error { return s.vmAction(ctx, id, "stop") }

// RebootVM restarts an active VM.
func (s *Scoped) RebootVM(ctx context.Context, id string) error { return s.vmAction(ctx, id, "reboot") }

// HardRebootVM cuts a VM's power and boots it; unsaved data may be lost.
func (s *Scoped) HardRebootVM(ctx context.Context, id string) error {
	return s.vmAction(ctx, id, "reboot-hard")
}

// ResetVMPassword sets a new password, which the API emails to the account's owner.
func (s *Scoped) ResetVMPassword(ctx context.Context, id string) error {
	return s.vmAction(ctx, id, "reset-password")
}

// FactoryResetVM wipes a VM's OS disk and installs the template it was created with.
func (s *Scoped) FactoryResetVM(ctx context.Context, id string) error {
	return s.vmAction(ctx, id, "factory-reset")
}

func (s *Scoped) vmAction(ctx context.Context, id, action string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", id, action)})
}

// ReinstallVM wipes a VM's OS disk, its snapshots and its backups, and installs a template.
func (s *Scoped) ReinstallVM(ctx context.Context, id string, body ReinstallVMRequest) error {
	return nothing(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", id, "reinstall"), body: body})
}

// ResizeVM moves a passive VM to another plan. The platform boots it afterwards.
func (s *Scoped) ResizeVM(ctx context.Context, id string, pricingID int64) (*ResizeResult, error) {
	body := struct {
		PricingID int64 `json:"pricing_id"`
	}{pricingID}
	return resize(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", id, "resize"), body: body})
}

// ResizeVMDisk grows the OS disk of a passive VM to newSize GB.
func (s *Scoped) ResizeVMDisk(ctx context.Context, id string, newSize int64) (*ResizeResult, error) {
	body := newSizeRequest{NewSize: newSize}
	return resize(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", id, "disk", "resize"), body: body})
}

// newSizeRequest grows a disk or a volume, in GB.
type newSizeRequest struct {
	NewSize int64 `json:"new_size"`
}

// SaveVMImage starts making an image of one of a VM's disks.
func (s *Scoped) SaveVMImage(ctx context.Context, id string, body SaveImageRequest) (*VMImage, error) {
	return payload[VMImage](ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", id, "save-image"), body: body})
}
