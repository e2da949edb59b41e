package planchecks

// actionChecks are the checks of actions that no resource has.
var actionChecks = []Check{
	{
		Types:     "action.raff_vm_power action.raff_vm_reset_password action.raff_vm_factory_reset action.raff_vm_reinstall action.raff_vm_save_image action.raff_backup_create",
		Attribute: "vm_id", When: Asked,
		Refused: "A VM in a state that excludes the action. Where Terraform manages the VM, or has another action on it in the run, this is a warning.",
		Summary: "The state of the VM excludes this", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_snapshot_restore", Attribute: "snapshot_id", When: Asked,
		Refused: "A snapshot of a VM that is not stopped. Where Terraform manages the VM, or has another action on it in the run, this is a warning.",
		Summary: "The state of the VM excludes this", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_vm_reinstall action.raff_vm_factory_reset", Attribute: "vm_id", When: Asked,
		Refused: "A VM that a `raff_vm` of the run protects from deletion.",
		Summary: "Deletion is protected", Test: "provider.TestAction_protected",
	},
	{
		Types: "action.raff_vm_reinstall", Attribute: "template_id", Warning: true, When: Asked,
		Refused: "Another template than the one of a VM that Terraform manages.",
		Summary: "The template is managed elsewhere", Test: "provider.TestAction_onlyWarned",
	},
	{
		Types: "action.raff_vm_save_image", Attribute: "snapshot_id", When: Asked,
		Refused: "A snapshot that is not one of the disk.",
		Summary: "Snapshot of something else", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_backup_restore", Attribute: "backup_id", When: Asked,
		Refused: "A backup that has failed.",
		Summary: "The backup has failed", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_backup_restore", Attribute: "backup_id", When: Asked,
		Refused: "A backup of a VM that does not exist any more.",
		Summary: "The VM of the backup is gone", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_ip_change", Attribute: "ip_id", When: Asked,
		Refused: "An address that a `raff_ip` of the run manages: it would be lost.",
		Summary: "The address is managed by Terraform", Test: "provider.TestAction_managedAddress",
	},
	{
		Types: "action.raff_ip_change", Attribute: "ip_id", When: Asked,
		Refused: "An address that came with a VM.",
		Summary: "The address is not reserved", Test: "provider.TestAction_refusedAtPlan",
	},
	{
		Types: "action.raff_ip_change", Attribute: "ip_id", When: Asked,
		Refused: "An address that is attached. Where Terraform manages the attachment, this is a warning.",
		Summary: "The address is attached", Test: "provider.TestAction_refusedAtPlan",
	},
}
