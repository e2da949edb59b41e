package client

import "slices"

// fleets are the copies that a client keeps, of each kind of object.
type fleets struct {
	vms       fleet[VM]
	networks  fleet[vmNetworks] // by VM
	notes     fleet[vmNotes]    // by VM
	volumes   fleet[Volume]
	snapshots fleet[Snapshot]
	backups   fleet[Backup]
	schedules fleet[BackupSchedule]
	ips       fleet[IP]
	vpcs      fleet[VPC]
	groups    fleet[SecurityGroup]

	sshKeys        fleet[SSHKey]
	projects       fleet[Project]
	roles          fleet[Role]
	apiKeys        fleet[APIKey]
	members        fleet[Member]
	projectMembers fleet[ProjectMember]
}

func newFleets() fleets {
	at := func(segment string) func(string) []string {
		path := v1(segment)
		return func(string) []string { return path }
	}
	return fleets{
		vms:       fleet[VM]{noun: nounVM, list: at("vms")},
		networks:  fleet[vmNetworks]{noun: nounNetworks},
		notes:     fleet[vmNotes]{noun: nounNotes},
		volumes:   fleet[Volume]{noun: nounVolume, list: at("volumes")},
		snapshots: fleet[Snapshot]{noun: nounSnapshot, list: at("snapshots")},
		backups:   fleet[Backup]{noun: nounBackup, list: at("backups")},
		schedules: fleet[BackupSchedule]{noun: nounSchedule, list: at("backup-schedules")},
		ips:       fleet[IP]{noun: nounIP, list: at("ips")},
		vpcs:      fleet[VPC]{noun: nounVPC, list: at("vpcs"), unpaged: true},
		groups:    fleet[SecurityGroup]{noun: nounGroup, list: at("security-groups"), unpaged: true},

		sshKeys:        fleet[SSHKey]{noun: nounSSHKey, list: at("ssh-keys"), unpaged: true},
		projects:       fleet[Project]{noun: nounProject, list: at("projects")},
		roles:          fleet[Role]{noun: nounRole, list: at("roles")},
		apiKeys:        fleet[APIKey]{noun: nounAPIKey, list: at("api-keys")},
		members:        fleet[Member]{noun: nounMember, list: at("members")},
		projectMembers: fleet[ProjectMember]{noun: nounProjectMember, list: func(place string) []string { return projectMembers(place) }},
	}
}

// vmNetworks are the interfaces of a VM.
type vmNetworks struct {
	vmID string
	nics []*VMNetwork
}

func (n vmNetworks) identity() string { return n.vmID }

func (n vmNetworks) clone() *vmNetworks {
	c := &vmNetworks{vmID: n.vmID, nics: make([]*VMNetwork, len(n.nics))}
	for i, nic := range n.nics {
		copied := *nic
		c.nics[i] = &copied
	}
	return c
}

// vmNotes are the notes on a VM.
type vmNotes struct {
	vmID string
	VMNotes
}

func (n vmNotes) identity() string { return n.vmID }

func (n vmNotes) clone() *vmNotes {
	c := n
	if n.Personal != nil {
		personal := *n.Personal
		c.Personal = &personal
	}
	if n.Account != nil {
		account := *n.Account
		c.Account = &account
	}
	return &c
}

func (v VM) clone() *VM {
	c := v
	c.Tags = slices.Clone(v.Tags)
	return &c
}

func (g SecurityGroup) clone() *SecurityGroup {
	c := g
	c.Rules = slices.Clone(g.Rules)
	return &c
}

func (r Role) clone() *Role {
	c := r
	c.Permissions = slices.Clone(r.Permissions)
	return &c
}

func (k APIKey) clone() *APIKey {
	c := k
	c.ProjectAccesses = slices.Clone(k.ProjectAccesses)
	return &c
}
