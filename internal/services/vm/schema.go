package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Values of rebuild_policy.
const (
	rebuildError     = "error"
	rebuildReinstall = "reinstall"
	rebuildReplace   = "replace"
	rebuildIgnore    = "ignore"
)

// Limits of the API.
const (
	maxTags         = 20
	maxExtraStorage = 10_000 // GB
)

// extraStorageType is the file system that the API chooses by default.
const extraStorageType = "ext4"

func (r *vmResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
	}
	for name, a := range configurable() {
		attributes[name] = a
	}
	for name, a := range computed() {
		attributes[name] = a
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A virtual machine.\n\n" +
			"Name, plan, disk, tags, networks, console policy and power are changed in place. What only a rebuild can change " +
			"(template, SSH keys, password) follows `rebuild_policy`, which refuses by default. A VM never gets a VPC that was not asked for, " +
			"and destroying it keeps its volumes and its VPC unless told otherwise.\n\n" +
			"A plan that destroys, replaces or reinstalls a VM names in one warning what goes with it, whoever created it: its snapshots, attached volumes under " +
			"`volume_action = \"delete\"`, its VPC under `delete_vpc`, and its backups, of which Raff says both that they go and that they stay. " +
			"It also names the volumes that stay behind of `extra_storage`. Terraform does not show this warning for a VM that `-replace` names.",
		Attributes: attributes,
	}
}

// configurable are the attributes that a user may set.
func configurable() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": tfkit.ProjectIDAttribute("VM"),
		"name": schema.StringAttribute{
			MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place.",
			Required:            true,
			Validators:          []validator.String{tfkit.NameLength()},
		},
		"template_id": schema.StringAttribute{
			MarkdownDescription: "Id of the operating system template, see the `raff_template` data source. A change follows `rebuild_policy`.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"pricing_id": schema.Int64Attribute{
			MarkdownDescription: "Id of the plan (vCPUs, RAM, included disk, price), see the `raff_vm_plan` data source. " +
				"A change resizes the VM in place: it is stopped, resized and brought back to the power state it had. " +
				"If it is running, this needs `allow_stopping_for_update`.",
			Required: true,
		},
		"region": tfkit.RegionAttribute("VM", ""),
		"disk_size": schema.Int64Attribute{
			MarkdownDescription: "Size of the OS disk in GB. Default: what the plan includes, or the size it has. Grows in place, which stops a running VM and " +
				"needs `allow_stopping_for_update`. A disk never shrinks: a smaller size is refused at plan.",
			Optional:      true,
			Computed:      true,
			Validators:    []validator.Int64{int64validator.AtLeast(1)},
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"ssh_keys": schema.SetAttribute{
			MarkdownDescription: "Public SSH keys (the keys themselves, not ids) for the first login. A Linux VM needs `ssh_keys` or `password_wo`, a Windows VM takes none. " +
				"The API does not return them: the first ones that the configuration of an imported VM gives are only recorded. A change follows `rebuild_policy`; " +
				"changed comments and spaces do not count. Default: none.",
			ElementType:   types.StringType,
			Optional:      true,
			Computed:      true,
			Default:       setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{})),
			PlanModifiers: []planmodifier.Set{setplanmodifier.UseStateForUnknown(), tfkit.SSHKeyText.KeepSetInPlan()},
			Validators:    []validator.Set{setvalidator.ValueStringsAre(tfkit.SSHPublicKey())},
		},
		"password_wo": schema.StringAttribute{
			MarkdownDescription: "Password of root or Administrator: at least 12 characters of `A-Z a-z 0-9 @+-_.,!`, among them 2 upper case letters, 2 digits and 1 of the special ones. " +
				"Write-only: it is never stored in the plan or the state. Windows needs it. Change `password_wo_version` along with it.",
			Optional:   true,
			Sensitive:  true,
			WriteOnly:  true,
			Validators: []validator.String{passwordValidator{}},
		},
		"password_wo_version": schema.Int64Attribute{
			MarkdownDescription: "Any number; change it whenever `password_wo` changes. A change follows `rebuild_policy`, because the API sets a given password only when it builds a VM. Default: `0`.",
			Optional:            true,
			Computed:            true,
			Default:             int64default.StaticInt64(0),
		},
		"vpc_id": schema.StringAttribute{
			MarkdownDescription: "Id of the VPC that the VM is in, in the same project. Left out: none, and none is created automatically; interfaces of `raff_vpc_attachment` are not touched. " +
				"Changed in place: the VM joins the new VPC before it leaves the old one. An imported VM stays in its VPC until this is set for the first time.",
			Optional:      true,
			Computed:      true,
			Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"public_ipv4": schema.BoolAttribute{
			MarkdownDescription: "Whether the VM has a public IPv4 address of its own from the pool. Changed in place; the address is released when this is turned off. " +
				"It is the VM's primary address, and can only be its first: reserved ones of `raff_ip_attachment` come beside it, up to four in all, or take its place with `false`. Default: `true`.",
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
		},
		"public_ipv6": schema.BoolAttribute{
			MarkdownDescription: "Whether the VM has a public IPv6 address of its own from the pool. Changed in place. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"tags": schema.SetAttribute{
			MarkdownDescription: "Tags, at most 20 together with the provider's `default_tags`, each 1 to 64 characters. Changed in place. Default: none; an imported VM keeps its tags until they are set for the first time.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			Validators: []validator.Set{
				setvalidator.SizeAtMost(maxTags),
				setvalidator.ValueStringsAre(tfkit.NameLength()),
			},
		},
		"console_require_mfa": schema.BoolAttribute{
			MarkdownDescription: "Whether the console asks for a second factor. While it does, API keys cannot open the console; who may open it at all is the permission `vm.console`. " +
				"Changed in place, and set by a call of its own once the VM runs. Default: `false`; a VM that was imported, or has been managed since before the provider supported this, keeps its setting until this is set for the first time.",
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
		},
		"power_state": schema.StringAttribute{
			MarkdownDescription: "`active` keeps the VM running, `passive` keeps it stopped. Left out: power is not managed, and the VM may be started and stopped elsewhere.",
			Optional:            true,
			Validators:          []validator.String{tfkit.Choice(client.VMActive, client.VMPassive)},
		},
		"rebuild_policy": schema.StringAttribute{
			MarkdownDescription: "What a change of `template_id`, `ssh_keys`, `password_wo_version`, `extra_storage` or `extra_storage_type` does. " +
				"`error` (default): the plan is refused. `reinstall`: the VM is reinstalled in place, which wipes its OS disk and deletes its snapshots and backups " +
				"and keeps its addresses, volumes, VPC and tags; it cannot change the extra storage. `replace`: the VM is destroyed and created anew. `ignore`: the change is not made.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString(rebuildError),
			Validators: []validator.String{tfkit.Choice(rebuildError, rebuildReinstall, rebuildReplace, rebuildIgnore)},
		},
		"allow_stopping_for_update": schema.BoolAttribute{
			MarkdownDescription: "Whether Terraform may stop the running VM to change its plan or its disk. Its power state is restored afterwards. Default: `false`, and such a plan is refused.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"deletion_protection": tfkit.DeletionProtectionAttribute("VM", ", or reinstall it in place,"),
		"volume_action": schema.StringAttribute{
			MarkdownDescription: "What happens to attached volumes when the VM is destroyed: `detach` keeps them, `delete` deletes them with their data. Always sent, since the API itself defaults to `delete`. Default: `detach`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(client.VolumeActionDetach),
			Validators:          []validator.String{tfkit.Choice(client.VolumeActionDetach, client.VolumeActionDelete)},
		},
		"delete_vpc": schema.BoolAttribute{
			MarkdownDescription: "Whether destroying the VM also deletes its VPC if no other VM uses it. Always sent, since the API itself defaults to `true`. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"extra_storage": schema.Int64Attribute{
			MarkdownDescription: "Size in GB (0 to 10,000) of an additional volume that is created together with the VM. Terraform does not manage this volume afterwards: prefer a `raff_volume` resource, " +
				"which can grow and be kept. A change follows `rebuild_policy`. Default: `0`, no volume.",
			Optional:   true,
			Computed:   true,
			Default:    int64default.StaticInt64(0),
			Validators: []validator.Int64{int64validator.Between(0, maxExtraStorage)},
		},
		"extra_storage_type": schema.StringAttribute{
			MarkdownDescription: "File system of the extra storage on Linux: `ext4`, `xfs` or `btrfs`. Only used when the VM is created; a change follows `rebuild_policy`. Default: `ext4`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(extraStorageType),
			Validators: []validator.String{
				tfkit.Choice("ext4", "xfs", "btrfs"),
				stringvalidator.AlsoRequires(pathExtraStorage.Expression()),
			},
		},
	}
}

// computed are the attributes that only the API sets.
func computed() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": tfkit.IDAttribute("VM"),
		"effective_tags": schema.SetAttribute{
			MarkdownDescription: "All tags of the VM: `tags` and the provider's `default_tags`.",
			ElementType:         types.StringType,
			Computed:            true,
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		},
		"status":               tfkit.ComputedString("Status: `initiating`, `provisioning`, `booting`, `active`, `finalizing`, `passive` or `failure`."),
		"cpu":                  tfkit.ComputedInt("Number of vCPUs."),
		"ram":                  tfkit.ComputedInt("RAM in GB."),
		"storage":              tfkit.ComputedInt("Disk that the plan includes, in GB."),
		"added_storage":        tfkit.ComputedInt("Disk beyond what the plan includes, in GB."),
		"total_storage":        tfkit.ComputedInt("Size of the OS disk in GB, the same as `disk_size`."),
		"template_name":        tfkit.ComputedString("Name of the template."),
		"template_version":     tfkit.ComputedString("Version of the template."),
		"price_per_hour":       tfkit.PricePerHourAttribute(pricedHour),
		"monthly_price":        tfkit.MonthlyPriceAttribute(pricedMonth, keptPrice),
		"created_by":           tfkit.ComputedString("Id of the user who created the VM."),
		"billing_type":         tfkit.ComputedString("`payg` or `subscription`."),
		"public_ipv4_address":  tfkit.ComputedString("Public IPv4 address of its own, which `public_ipv4` asks for: the primary one. A reserved address is an attribute of its attachment, and is not shown here."),
		"public_ipv6_address":  tfkit.ComputedString("Public IPv6 address of its own, which `public_ipv6` asks for."),
		"private_ipv4_address": tfkit.ComputedString("Address in the VPC of `vpc_id`."),
		"created_at":           tfkit.ComputedString("When the VM was created, RFC 3339."),
	}
}
