package reference

// resource is what a page says of a resource in words.
type resource struct {
	cost    string // what an object costs
	destroy string // what a destroy does: what goes along, and what stays
}

// free is the cost of what has no price.
const free = "The catalogue of Raff has no price for it."

// freePool is what backups and snapshots share.
const freePool = "Snapshots and backups of the account share one free pool of 50 GB, and 10 % of the disk of each standard VM or 15 % of another."

// grants are the resources that give somebody a role.
var grants = map[string]bool{
	"raff_api_key": true, "raff_invitation": true, "raff_member": true, "raff_project_member": true, "raff_role": true,
}

// resources are the words by type.
var resources = map[string]resource{
	"raff_api_key": {
		cost: free,
		destroy: "The key is revoked: whoever uses it is refused from then on. Its memberships of projects end with it. " +
			"A key that the provider itself works with is never revoked: such a plan is refused.",
	},
	"raff_backup": {
		cost: "Its size beyond what is free, at the price of the `raff_backup_pricing` data source. " + freePool +
			" A backup is paid for until it is deleted, also when its VM is gone.",
		destroy: "The backup is deleted for good. If later restore points build on it, `delete_series` decides: Terraform waits for them to go, or the whole series is deleted. " +
			"The VM stays as it is.",
	},
	"raff_backup_schedule": {
		cost: "The schedule itself is free. Each backup that it creates is paid for as `raff_backup` is, and `keep_count` limits how many there are.",
		destroy: "The schedule ends. The backups that it has created stay, and are no longer deleted automatically. " +
			"The schedule also ends together with its VM.",
	},
	"raff_invitation": {
		cost:    free,
		destroy: "A pending invitation is cancelled, and its pending member is gone. Somebody who has accepted it stays a member.",
	},
	"raff_ip": {
		cost: "A fixed price by type, whether the address is attached or not: see the `raff_ip_pricing` data source.",
		destroy: "The address is released for good: it cannot be reserved again, and anyone may receive it. " +
			"It has to be detached first, and Terraform waits for that until the delete timeout.",
	},
	"raff_ip_attachment": {
		cost: "The attachment itself is free. The address is paid for as `raff_ip` is, attached or not.",
		destroy: "The address is detached from the VM and stays reserved. If it was the primary one, the address whose interface has the lowest `nic_id` becomes the primary one. " +
			"The last interface of a VM is only removed together with the VM.",
	},
	"raff_member": {
		cost: free,
		destroy: "The member loses its role in the account. A pending member is gone together with its invitation. " +
			"The memberships of projects, the API key and the user stay.",
	},
	"raff_project": {
		cost: "The project itself is free. What is in it is paid for object by object.",
		destroy: "The project is deleted. It has to be empty: the error names what is left in it, and nothing in it is ever deleted along. " +
			"Its memberships end with it. The default project of the account cannot be destroyed.",
	},
	"raff_project_member": {
		cost: free,
		destroy: "The member loses its role in the project, and an API key its access to it. A pending member is gone together with its invitation. " +
			"Other memberships, the API key and the user stay.",
	},
	"raff_role": {
		cost:    free,
		destroy: "The role is deleted. Nobody may have it any more: a role that is in use is refused by the API.",
	},
	"raff_security_group": {
		cost: free,
		destroy: "The group is deleted with its rules. It has to be off all interfaces first: Terraform waits for that until the delete timeout, " +
			"and names the VMs that still use it. The VMs stay.",
	},
	"raff_security_group_attachment": {
		cost:    free,
		destroy: "The group is taken off the interface, whose traffic it filters no longer. The group, the interface and the VM stay.",
	},
	"raff_snapshot": {
		cost: "Its size beyond what is free, at the price of the `raff_snapshot_pricing` data source. " + freePool,
		destroy: "The snapshot is deleted for good. Its VM or volume stays as it is. A snapshot that its source runs on cannot be destroyed. " +
			"The snapshots of a VM are also deleted together with the VM, and by a reinstall. Those of a volume stay.",
	},
	"raff_ssh_key": {
		cost:    free,
		destroy: "The key is deleted from the list of the account. VMs that were created with it keep it.",
	},
	"raff_vm": {
		cost: "The price of its plan, that of the disk beyond what the plan includes, and on Windows a licence. " +
			"The `raff_vm_plan` data source has the prices of plans. Volumes, reserved addresses, snapshots and backups are paid for beside it.",
		destroy: "The VM is deleted with its OS disk, its snapshots, its backup schedules and its notes. Its own public addresses are given up for good. " +
			"Attached volumes stay unless `volume_action = \"delete\"`, and its VPC stays unless `delete_vpc = true` and no other VM uses it. " +
			"Reserved addresses and security groups stay. A volume of `extra_storage` is treated as any attached volume. " +
			"Do not rely on its backups: Raff says both that they stay and that they are deleted.",
	},
	"raff_vm_note": {
		cost:    free,
		destroy: "The note is emptied, since the API cannot delete one. The VM stays as it is. A note is gone together with its VM.",
	},
	"raff_volume": {
		cost: "Its size in GiB at the price of the `raff_volume_pricing` data source, whether it is attached or not.",
		destroy: "The volume is deleted with all data on it. It has to be detached first, and Terraform waits for that until the delete timeout. " +
			"Its snapshots stay.",
	},
	"raff_volume_attachment": {
		cost:    "The attachment itself is free. The volume is paid for as `raff_volume` is, attached or not.",
		destroy: "The volume is detached from the VM, and stays with its data. Unmount its file systems in the VM first.",
	},
	"raff_vpc": {
		cost: free,
		destroy: "The network is deleted. No VM may be in it: Terraform waits for them to leave until the delete timeout, and names those that stay. " +
			"A VM with `delete_vpc = true` can take its VPC along.",
	},
	"raff_vpc_attachment": {
		cost: free,
		destroy: "The interface is removed from the VM, and its address in the VPC is free again. The VPC and the VM stay. " +
			"The last interface of a VM is only removed together with the VM.",
	},
}
