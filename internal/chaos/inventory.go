package chaos

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Key names an object as Terraform does: by its resource type and its import id.
type Key struct{ Type, ID string }

// String writes the type and the id.
func (k Key) String() string { return k.Type + " " + k.ID }

// Object is something that an account has.
type Object struct {
	Key
	Name    string // what people tell it by; empty where it has none
	Project string // empty for an object of the account
	Also    []Key  // what else names the same thing: a pending member is its invitation
	// Edge tells that the object is only a relation of two others, and gone with either.
	Edge bool
}

// keys are all names of the object.
func (o Object) keys() []Key { return append([]Key{o.Key}, o.Also...) }

// rows is a table of the backend's archive.
type rows[V any] []struct{ Value V }

type (
	namedRow struct{ ID, Name, Project string }
	// archivedVM and the others are the fields of the backend's objects that tell what there is.
	archivedVM struct {
		namedRow
		NICs []struct {
			ID                     int
			Type                   string
			VPC, IP, SecurityGroup string
		}
	}
	archivedNote struct{ VM, Type, Content string }
	archivedIP   struct {
		namedRow
		Address  string
		Reserved bool
		VM       string
	}
	archivedVolume struct {
		ID                int
		Name, Project, VM string
	}
	numberedRow struct {
		ID            int
		Name, Project string
	}
	archivedRole struct {
		namedRow
		System bool
	}
	archivedMember struct{ ID, Project, Email, APIKeyID, Invitation string }
	archivedInvite struct{ ID, Project, Email string }
)

// archived is the archive of a backend, as far as it tells what exists.
type archived struct {
	State *struct {
		Projects       rows[namedRow]
		VMs            rows[archivedVM]
		Notes          rows[archivedNote]
		VPCs           rows[namedRow]
		IPs            rows[archivedIP]
		SecurityGroups rows[namedRow]
		Volumes        rows[archivedVolume]
		Snapshots      rows[numberedRow]
		Backups        rows[namedRow]
		Schedules      rows[numberedRow]
		SSHKeys        rows[namedRow]
		Roles          rows[archivedRole]
		APIKeys        rows[namedRow]
		Members        rows[archivedMember]
		ProjectMembers rows[archivedMember]
		Invitations    rows[archivedInvite]
	}
}

// readInventory lists what an archive of a backend holds. The archive is the truth: no fault hides anything in it, and
// reading it counts as no request.
func readInventory(archive []byte) ([]Object, error) {
	var a archived
	if err := json.Unmarshal(archive, &a); err != nil {
		return nil, fmt.Errorf("the backend's archive: %w", err)
	}
	if a.State == nil {
		return nil, fmt.Errorf("the backend's archive has no state")
	}
	var all []Object
	named := func(typ string, table rows[namedRow]) {
		for _, r := range table {
			all = append(all, Object{Key: Key{typ, r.Value.ID}, Name: r.Value.Name, Project: r.Value.Project})
		}
	}
	numbered := func(typ string, table rows[numberedRow]) {
		for _, r := range table {
			all = append(all, Object{Key: Key{typ, strconv.Itoa(r.Value.ID)}, Name: r.Value.Name, Project: r.Value.Project})
		}
	}
	s := a.State
	named("raff_project", s.Projects)
	named("raff_vpc", s.VPCs)
	named("raff_security_group", s.SecurityGroups)
	named("raff_backup", s.Backups)
	named("raff_ssh_key", s.SSHKeys)
	named("raff_api_key", s.APIKeys)
	numbered("raff_snapshot", s.Snapshots)
	numbered("raff_backup_schedule", s.Schedules)
	for _, r := range s.Roles {
		if !r.Value.System {
			all = append(all, Object{Key: Key{"raff_role", r.Value.ID}, Name: r.Value.Name})
		}
	}
	all = append(all, a.storage()...)
	all = append(all, a.machines()...)
	return append(all, a.people()...), nil
}

// storage are the volumes and the reserved addresses, with what they are attached to.
func (a archived) storage() []Object {
	var all []Object
	for _, r := range a.State.Volumes {
		id := strconv.Itoa(r.Value.ID)
		all = append(all, Object{Key: Key{"raff_volume", id}, Name: r.Value.Name, Project: r.Value.Project})
		if r.Value.VM != "" {
			all = append(all, Object{Key: Key{"raff_volume_attachment", id}, Name: r.Value.Name, Project: r.Value.Project, Edge: true})
		}
	}
	for _, r := range a.State.IPs {
		if !r.Value.Reserved { // it came with a VM and goes with it
			continue
		}
		all = append(all, Object{Key: Key{"raff_ip", r.Value.ID}, Name: r.Value.Address, Project: r.Value.Project})
		if r.Value.VM != "" {
			all = append(all, Object{Key: Key{"raff_ip_attachment", r.Value.ID}, Name: r.Value.Address, Project: r.Value.Project, Edge: true})
		}
	}
	return all
}

// machines are the VMs, with what their interfaces are in, and their notes.
func (a archived) machines() []Object {
	var all []Object
	for _, r := range a.State.VMs {
		vm := r.Value
		all = append(all, Object{Key: Key{"raff_vm", vm.ID}, Name: vm.Name, Project: vm.Project})
		for _, nic := range vm.NICs {
			if nic.VPC != "" {
				all = append(all, Object{Key: Key{"raff_vpc_attachment", vm.ID + ":" + nic.VPC}, Name: vm.Name, Project: vm.Project, Edge: true})
			}
			if nic.SecurityGroup != "" {
				id := fmt.Sprintf("%s:%d:%s", vm.ID, nic.ID, nic.SecurityGroup)
				all = append(all, Object{Key: Key{"raff_security_group_attachment", id}, Name: vm.Name, Project: vm.Project, Edge: true})
			}
		}
	}
	for _, r := range a.State.Notes {
		if strings.TrimSpace(r.Value.Content) != "" { // an empty note counts as none: the API cannot delete one
			all = append(all, Object{Key: Key{"raff_vm_note", r.Value.VM + ":" + r.Value.Type}, Edge: true})
		}
	}
	return all
}

// people are the members and the invitations. A pending member and its invitation are one thing.
func (a archived) people() []Object {
	pending := map[string]Key{}
	var all []Object
	members := func(typ string, table rows[archivedMember]) {
		for _, r := range table {
			if r.Value.Invitation != "" {
				pending[r.Value.Invitation] = Key{typ, r.Value.ID}
				continue
			}
			all = append(all, Object{Key: Key{typ, r.Value.ID}, Name: r.Value.Email + r.Value.APIKeyID, Project: r.Value.Project})
		}
	}
	members("raff_member", a.State.Members)
	members("raff_project_member", a.State.ProjectMembers)
	for _, r := range a.State.Invitations {
		o := Object{Key: Key{"raff_invitation", r.Value.ID}, Name: r.Value.Email, Project: r.Value.Project}
		if member, ok := pending[r.Value.ID]; ok {
			o.Also = []Key{member}
		}
		all = append(all, o)
	}
	return all
}
