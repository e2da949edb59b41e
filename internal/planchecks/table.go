package planchecks

// providerChecks are the checks of the configuration of the provider.
var providerChecks = []Check{
	{
		Types: "provider", Attribute: "api_key", When: Asked,
		Refused: "No key in the configuration, the environment or the profile, where something needs one. The data sources of the catalogue do not.",
		Summary: "Missing API key", Test: "provider.TestAccProvider_badConfiguration",
	},
	{
		Types: "provider", Attribute: "api_key", When: Asked,
		Refused: "A key that is not one of the reference backend's, where only it may be used.",
		Summary: "The API key is not one of the reference backend's", Test: "provider.TestOnlyAddress",
	},
	{
		Types: "provider", Attribute: "api_url", When: Asked,
		Refused: "An address without a scheme, with another scheme, or with spaces.",
		Summary: "Invalid address of the API", Test: "provider.TestAccProvider_badConfiguration",
	},
	{
		Types: "provider", Attribute: "api_url", When: Asked,
		Refused: "An address without TLS that is not on this machine, unless `allow_insecure_http = true`.",
		Summary: "The API key would be sent unencrypted", Test: "provider.TestAccProvider_badConfiguration", Says: "would be sent unencrypted",
	},
	{
		Types: "provider", Attribute: "api_url", When: Asked,
		Refused: "Another address than the reference backend's, where only it may be used.",
		Summary: "Another address than the reference backend's", Test: "provider.TestOnlyAddress", Says: "\"api_url: ",
	},
	{
		Types: "provider", Attribute: "profile", When: Asked,
		Refused: "A profile, where only the reference backend may be used.",
		Summary: "Profiles are out of reach here", Test: "provider.TestOnlyAddress", Says: "\"profile: ",
	},
	{
		Types: "provider", Attribute: "profile", Warning: true, When: Asked,
		Refused: "Others may read the file with the profiles.",
		Summary: "Others may read the API keys of the Raff CLI", Test: "provider.TestClient_warnsOfReaders", Says: "has the mode",
	},
	{
		Types: "provider", When: Asked,
		Refused: "Any other setting that the client does not take.",
		Summary: "Invalid provider configuration", Test: "provider.TestAccProvider_badConfiguration", Says: "api_url.*query",
	},
	{
		Types: "provider", Attribute: "request_timeout", When: Always,
		Refused: "A text that is not a positive duration.",
		Summary: "Invalid duration", Test: "provider.TestAccProvider_badConfiguration",
	},
	{
		Types: "provider", Attribute: "allowed_account_ids", When: Asked,
		Refused: "A key of an account that is not on the list.",
		Summary: "Account is not allowed", Test: "provider.TestAccAllowedAccounts",
	},
	{
		Types: "provider", Attribute: "allowed_account_ids", When: Asked,
		Refused: "A key of which the account cannot be told.",
		Summary: "The account of the API key is not known", Test: "provider.TestPlanChecks_provoked",
	},
}

// sharedChecks are the checks that hold for many types.
var sharedChecks = []Check{
	{
		Types: "all", Attribute: "project_id", When: Asked,
		Refused: "A project that is not in `allowed_project_ids`, and any move out of one.",
		Summary: "Project is not allowed", Test: "services/vm.TestAccVM_projectNotAllowedAtApply",
	},
	{
		Types: "all", Attribute: "project_id", When: Asked,
		Refused: "A project that does not exist, or that the API key does not reach.",
		Summary: "Project cannot be reached", Test: "services/backup.TestAccBackup_badInput",
	},
	{
		Types: "all", Attribute: "project_id", When: Asked,
		Refused: "An object that was imported with another project than its own.",
		Summary: "The object is in another project", Test: "services/ip.TestAccIP_importNamesTheProject",
	},
	{
		Types: "all", When: Asked,
		Refused: "An object of the account, where `allowed_project_ids` restricts changes to projects.",
		Summary: "The account is not allowed", Test: "provider.TestAccAllowedProjects_everyType",
	},
	{
		Types: "all", Attribute: "*_id", When: Asked,
		Refused: "A name in the place of an id. The error says which id is meant.",
		Summary: "An id is expected", Test: "provider.TestMisnamed",
	},
	{
		Types: "all", Attribute: "volume_id", When: Asked,
		Refused: "A text that is not the number of a volume. The error says which one is meant.",
		Summary: "Invalid id of …", Test: "provider.TestMisnamed",
	},
	{
		Types: "all", Attribute: "*_id", When: Asked,
		Refused: "The id of an object that does not exist, or that the API key does not reach.",
		Summary: "Unknown …", Test: "services/apikey.TestParseTime",
	},
	{
		Types: "all", Attribute: "*_id", When: Asked,
		Refused: "The id of an object in another project.",
		Summary: "The … is in another project", Test: "provider.TestAccCases_moveThatCannotArriveIsRefused",
	},
	{
		Types: "all", Attribute: "role_id", When: Asked,
		Refused: "A role of the wrong scope.",
		Summary: "Role of another scope", Test: "services/member.TestAccInvitation_badInput",
	},
	{
		Types: "all", Attribute: "region", When: Asked,
		Refused: "A region that is not in the catalogue. So is `default_region`.",
		Summary: "Unknown region", Test: "services/project.TestAccProject_badInput",
	},
	{
		Types: "raff_vm raff_vpc raff_security_group raff_project raff_role", Attribute: "name", Warning: true, When: Asked,
		Refused: "A name or slug that another object has, unless that one is managed in the same run.",
		Summary: "The … is taken", Test: "provider.TestMain",
	},
	{
		Types: "all", Attribute: "deletion_protection", When: Asked,
		Refused: "The destruction or replacement of a protected object.",
		Summary: "Deletion is protected", Test: "services/snapshot.TestAccSnapshot_deletionProtection",
	},
	{
		Types: "all", When: Apply,
		Refused: "A replacement that no earlier plan of the run has shown.",
		Summary: "Plan again", Test: "services/apikey.TestAccAPIKey_roleNotKnownYet",
	},
}

// vmChecks are the checks of VMs.
var vmChecks = []Check{
	{
		Types: "raff_vm", Attribute: "template_id", When: Asked,
		Refused: "A template that is not in the catalogue.",
		Summary: "Unknown template", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "pricing_id", When: Asked,
		Refused: "A plan that is not in the catalogue.",
		Summary: "Unknown plan", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "pricing_id", When: Asked,
		Refused: "A plan with less memory or disk than the template needs.",
		Summary: "The plan is too small for the template", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "pricing_id", Warning: true, When: Asked,
		Refused: "A plan that is out of stock.",
		Summary: "The plan is out of stock", Test: "services/vm.TestVM_templateAndPlanFit", Says: "out of stock",
	},
	{
		Types: "raff_vm", Attribute: "pricing_id", When: Asked,
		Refused: "A standard plan for a Windows template.",
		Summary: "Windows needs a Windows plan", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "pricing_id", When: Asked,
		Refused: "A Windows plan for another template.",
		Summary: "Only Windows takes a Windows plan", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "ssh_keys", When: Asked,
		Refused: "Neither SSH keys nor a password for a new VM.",
		Summary: "No way to log in", Test: "services/vm.TestAccVM_rebuildPolicy",
	},
	{
		Types: "raff_vm", Attribute: "ssh_keys", When: Asked,
		Refused: "SSH keys for Windows.",
		Summary: "Windows takes no SSH keys", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "password_wo", When: Asked,
		Refused: "Windows without a password.",
		Summary: "Windows needs a password", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "password_wo", When: Always,
		Refused: "A password that the API does not take: the error says why.",
		Summary: "Weak password", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "ssh_keys", When: Always,
		Refused: "A text that is not a public key. So is `public_key` of `raff_ssh_key`.",
		Summary: "Invalid SSH key", Test: "services/vm.TestAccVM_badInput",
	},
	{
		Types: "raff_vm", Attribute: "public_ipv4", When: Asked,
		Refused: "A VM with neither a VPC nor a public address.",
		Summary: "VM without a network", Test: "services/vm.TestAccVM_vpc",
	},
	{
		Types: "raff_vm", Attribute: "public_ipv4", Warning: true, When: Asked,
		Refused: "An address of its own for a VM that has reserved ones.",
		Summary: "An own address beside reserved ones", Test: "services/vm.TestVM_ownAddressBesideReservedOnes", Says: "can only be the first one",
	},
	{
		Types: "raff_vm", Attribute: "tags", When: Asked,
		Refused: "More tags than a VM can have, with `default_tags`.",
		Summary: "Too many tags", Test: "provider.TestPlanChecks_provoked",
	},
	{
		Types: "raff_vm", Attribute: "disk_size", When: Asked,
		Refused: "A disk smaller than it is, or than the plan includes.",
		Summary: "Disks never shrink", Test: "services/vm.TestAccVM_resize",
	},
	{
		Types: "raff_vm", When: Asked,
		Refused: "A change that needs a stop, with `power_state = \"active\"` kept and stops refused.",
		Summary: "The VM would have to be stopped", Test: "services/vm.TestAccVM_resize", Says: "would have to be stopped",
	},
	{
		Types: "raff_vm", Attribute: "template_id ssh_keys extra_storage", When: Asked,
		Refused: "What only a reinstall or a replacement can change, under `rebuild_policy = \"error\"`.",
		Summary: "Only a rebuild can change this", Test: "services/vm.TestAccVM_rebuildPolicy",
	},
	{
		Types: "raff_vm", Attribute: "extra_storage", When: Asked,
		Refused: "Another extra storage, under `rebuild_policy = \"reinstall\"`.",
		Summary: "A reinstall cannot change the extra storage", Test: "services/vm.TestAccVM_rebuildPolicy",
	},
	{
		Types: "raff_vm", Attribute: "template_id", When: Asked,
		Refused: "Another system that a reinstall cannot bring, under `rebuild_policy = \"reinstall\"`.",
		Summary: "Only a replacement can do this", Test: "services/vm.TestVM_templateAndPlanFit",
	},
}

// networkChecks are the checks of networks.
var networkChecks = []Check{
	{
		Types: "raff_vpc", Attribute: "cidr", When: Always,
		Refused: "A range that is not private, not aligned, or not from /16 to /28.",
		Summary: "Invalid CIDR", Test: "services/vpc.TestAccVPC_badInput",
	},
	{
		Types: "raff_vpc", Attribute: "cidr", Warning: true, When: Asked,
		Refused: "A range that overlaps with that of another VPC.",
		Summary: "The range overlaps with another VPC", Test: "services/vpc.TestAccVPC_overlapIsAWarning",
	},
	{
		Types: "raff_vpc_attachment", Attribute: "ip", When: Asked,
		Refused: "A text that is not an IPv4 address, or one that the VPC cannot give.",
		Summary: "Invalid address", Test: "provider.TestAccProvider_badConfiguration",
	},
	{
		Types: "raff_vpc_attachment", Attribute: "vpc_id", Warning: true, When: Asked,
		Refused: "A VM that is in the VPC already.",
		Summary: "The VM is in the VPC already", Test: "services/vpc.TestAccVPCAttachment_warnsOfInterface",
	},
	{
		Types: "raff_ip_attachment", Attribute: "ip_id", When: Asked,
		Refused: "An address that is not reserved.",
		Summary: "IP cannot be attached", Test: "services/ip.TestAccIPAttachment_refused",
	},
	{
		Types: "raff_ip_attachment", Attribute: "vm_id", When: Asked,
		Refused: "More addresses than a VM can have.",
		Summary: "Too many addresses", Test: "services/ip.TestIPAttachment_four",
	},
	{
		Types: "raff_ip_attachment", Attribute: "vm_id", Warning: true, When: Asked,
		Refused: "A reserved address for a VM that has one of its own.",
		Summary: "A reserved address beside an own one", Test: "services/ip.TestAccIPAttachment_warnings",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", When: Asked,
		Refused: "An address that is not the primary one and cannot become it.",
		Summary: "The address is not the primary one", Test: "services/ip.TestIPAttachment_primaryGoes",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", When: Asked,
		Refused: "An IPv6 address as the primary one.",
		Summary: "Only IPv4 addresses can be the primary one", Test: "services/ip.TestIPAttachment_primaryIsTaken",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", When: Asked,
		Refused: "Two primary addresses of one VM.",
		Summary: "Another address is to be the primary one", Test: "services/ip.TestIPAttachment_primaryIsTaken",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", When: Asked,
		Refused: "A VM whose primary address is another one.",
		Summary: "The VM has another primary address", Test: "services/ip.TestIPAttachment_primaryIsTaken",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", Warning: true, When: Asked,
		Refused: "A VM whose primary address may be another one.",
		Summary: "The VM has another address", Test: "services/ip.TestIPAttachment_primaryIsTaken",
	},
	{
		Types: "raff_ip_attachment", Attribute: "primary", When: Asked,
		Refused: "A detachment that has another address become the primary one.",
		Summary: "Another address would become the primary one", Test: "services/ip.TestIPAttachment_primaryGoes",
	},
	{
		Types: "raff_security_group", Attribute: "inbound outbound", When: Always,
		Refused: "A rule that cannot be. The error names the rule.",
		Summary: "Invalid rule", Test: "services/securitygroup.TestAccSecurityGroup_unknownAtPlan",
	},
	{
		Types: "raff_security_group", Attribute: "inbound", Warning: true, When: Asked,
		Refused: "Ports that the platform takes out of the rules.",
		Summary: "Some ports are never opened", Test: "services/securitygroup.TestAccSecurityGroup_strippedPortsAreWarnedOf",
	},
	{
		Types: "raff_security_group_attachment", Attribute: "vm_id", Warning: true, When: Asked,
		Refused: "A VM without a public interface.",
		Summary: "The VM has no public interface", Test: "services/securitygroup.TestAccSecurityGroupAttachment_warnings",
	},
	{
		Types: "raff_security_group_attachment", Attribute: "vm_id", Warning: true, When: Asked,
		Refused: "An interface that has another group.",
		Summary: "The interface has another security group", Test: "services/securitygroup.TestAccSecurityGroupAttachment_warnings",
	},
}

// storageChecks are the checks of what holds data.
var storageChecks = []Check{
	{
		Types: "raff_volume", Attribute: "size", When: Asked,
		Refused: "A new size that is not from 10 to 1,000 GiB.",
		Summary: "No volume has this size", Test: "provider.TestMistakes_refusedAtPlan", Says: "a volume has 10 to 1000 GiB",
	},
	{
		Types: "raff_volume", Attribute: "size", When: Asked,
		Refused: "A volume smaller than it is.",
		Summary: "Volumes never shrink", Test: "services/volume.TestAccVolume",
	},
	{
		Types: "raff_volume_attachment", Attribute: "vm_id", When: Asked,
		Refused: "A VM in another region than the volume.",
		Summary: "The VM is in another region", Test: "provider.TestPlanChecks_provoked",
	},
	{
		Types: "raff_volume_attachment", Attribute: "volume_id", Warning: true, When: Asked,
		Refused: "A volume that is attached to another VM.",
		Summary: "The volume is attached to another VM", Test: "services/volume.TestAccVolumeAttachment_warnsOfTheHolder",
	},
	{
		Types: "raff_snapshot", When: Apply,
		Refused: "The destruction of a snapshot that is active.",
		Summary: "The snapshot is in use", Test: "services/snapshot.TestAccSnapshot_active", Says: "is active, so Raff does not delete it",
	},
	{
		Types: "raff_backup_schedule", Attribute: "time", When: Always,
		Refused: "A text that is not a full hour of the day.",
		Summary: "Invalid time of day", Test: "services/backupschedule.TestAccBackupSchedule_badInput",
	},
	{
		Types: "raff_backup_schedule", Attribute: "day_of_week", When: Always,
		Refused: "A weekly schedule without a day.",
		Summary: "Missing day of the week", Test: "services/backupschedule.TestAccBackupSchedule_badInput",
	},
	{
		Types: "raff_backup_schedule", Attribute: "day_of_week", When: Always,
		Refused: "A daily schedule with a day.",
		Summary: "A daily schedule has no day", Test: "services/backupschedule.TestAccBackupSchedule_badInput",
	},
	{
		Types: "raff_backup_schedule", Attribute: "keep_count", When: Asked,
		Refused: "A count of 1, which the API takes no more.",
		Summary: "Too few backups are kept", Test: "services/backupschedule.TestBackupSchedule_keepsOneOfEarlier", Says: "keep_count is 1",
	},
}

// accountChecks are the checks of the account.
var accountChecks = []Check{
	{
		Types: "raff_project", When: Apply,
		Refused: "The destruction of the default project.",
		Summary: "The default project cannot be deleted", Test: "services/project.TestAccProject_defaultIsNeverDeleted",
	},
	{
		Types: "raff_project", When: Apply,
		Refused: "The destruction of a project with something in it.",
		Summary: "Project is not empty", Test: "services/project.TestAccProject_notEmpty",
	},
	{
		Types: "raff_role", Attribute: "permissions", When: Asked,
		Refused: "A permission that there is not, or of another scope.",
		Summary: "Invalid permissions", Test: "services/role.TestAccRole_badInput",
	},
	{
		Types: "raff_role", When: Asked,
		Refused: "A change of a system role.",
		Summary: "System roles cannot be …", Test: "services/role.TestAccRole_systemRole",
	},
	{
		Types: "raff_role", When: Apply,
		Refused: "The destruction of a role that somebody has.",
		Summary: "Role is in use", Test: "services/role.TestAccRole_inUse",
	},
	{
		Types: "raff_member raff_project_member", Attribute: "suspended", When: Asked,
		Refused: "The suspension of somebody who has not joined yet.",
		Summary: "A pending member cannot be suspended", Test: "services/member.TestAccMember_badInput",
	},
	{
		Types: "raff_member", Attribute: "role_id", When: Asked,
		Refused: "A change of the Owner.",
		Summary: "The Owner is protected", Test: "services/member.TestAccMember_ownerIsProtected",
	},
	{
		Types: "raff_member", Attribute: "role_id", When: Asked,
		Refused: "A change that leaves nobody who can manage members.",
		Summary: "The last member manager is protected", Test: "services/member.TestPlannerProtectsLastManager",
	},
	{
		Types: "raff_member raff_project_member raff_invitation", Attribute: "role_id", Warning: true, When: Asked,
		Refused: "The role of the Owner, which nobody can give.",
		Summary: "The Owner's role is given by nobody", Test: "provider.TestProtocol_grantsOfMoreThanTheKeyHolds", Says: "given by nobody",
	},
	{
		Types: "raff_member raff_project_member raff_invitation raff_api_key", Attribute: "role_id", Warning: true, When: Asked,
		Refused: "A role with permissions that the API key does not hold itself.",
		Summary: "More than the API key holds itself", Test: "provider.TestProtocol_grantsOfMoreThanTheKeyHolds",
	},
	{
		Types: "raff_api_key raff_member raff_project_member", When: Asked,
		Refused: "A change of the key that the provider uses, or of its rights.",
		Summary: "The API key is in use", Test: "services/apikey.TestAccAPIKey_keyInUse",
	},
	{
		Types: "raff_api_key", Attribute: "expires_at", When: Always,
		Refused: "A text that is not a time of RFC 3339.",
		Summary: "Invalid time", Test: "services/apikey.TestAccAPIKey_badInput",
	},
}

// catalogChecks are the checks of data sources, imports and the forms of values.
var catalogChecks = []Check{
	{
		Types: "data.raff_template", When: Asked,
		Refused: "No template that matches.",
		Summary: "No template matches", Test: "services/catalog.TestAccCatalog",
	},
	{
		Types: "data.raff_template", When: Asked,
		Refused: "Several templates that match.",
		Summary: "Several templates match", Test: "services/catalog.TestAccCatalog",
	},
	{
		Types: "data.raff_vm_plan", When: Asked,
		Refused: "No plan that matches.",
		Summary: "No VM plan matches", Test: "services/catalog.TestAccCatalog",
	},
	{
		Types: "data.raff_vm_plan", When: Always,
		Refused: "A part of an exact size, which is `vcpu`, `memory_gib` and `type`, or one together with `id`, `min_vcpu` or `min_memory_gib`.",
		Summary: "The exact size of a plan has three parts", Test: "services/catalog.TestVMPlan_refused", Says: "set all of them",
	},
	{
		Types: "all", Attribute: "project_id", When: Asked,
		Refused: "An object from a state of the SDKv2 provider whose project is not known, planned with `-refresh=false`.",
		Summary: "The project of the object is not known yet", Test: "provider.TestUpgrade_sdkv2WithoutRefresh",
	},
	{
		Types: "data.all", Attribute: "project_id", When: Asked,
		Refused: "An object that is not in the project that the data source names.",
		Summary: "… is in another project", Test: "provider.TestAccCases_moveThatCannotArriveIsRefused",
	},
	{
		Types: "all", When: Asked,
		Refused: "An import with an id of another form.",
		Summary: "Invalid import id", Test: "services/vpc.TestAccVPC_minimal",
	},
	{
		Types: "all", When: Asked,
		Refused: "An import by an identity whose `id` or `project_id` is empty, or of another form.",
		Summary: "Invalid import identity", Test: "provider.TestImport_refused",
	},
	{
		Types: "all", Attribute: "(several)", When: Always,
		Refused: "A value that is not one of those that there are.",
		Summary: "Invalid value", Test: "provider.TestPlanChecks_provoked",
	},
	{
		Types: "all", Attribute: "name", When: Always,
		Refused: "A name that is empty, or longer than the API takes.",
		Summary: "Invalid Attribute Value Length", Test: "provider.TestPlanChecks_provoked",
	},
}
