package export

import (
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types of resource.
const (
	raffProject          = "raff_project"
	raffVM               = "raff_vm"
	raffVMNote           = "raff_vm_note"
	raffVPC              = "raff_vpc"
	raffVPCAttachment    = "raff_vpc_attachment"
	raffIP               = "raff_ip"
	raffIPAttachment     = "raff_ip_attachment"
	raffGroup            = "raff_security_group"
	raffGroupAttachment  = "raff_security_group_attachment"
	raffVolume           = "raff_volume"
	raffVolumeAttachment = "raff_volume_attachment"
	raffSnapshot         = "raff_snapshot"
	raffBackup           = "raff_backup"
	raffSchedule         = "raff_backup_schedule"
	raffSSHKey           = "raff_ssh_key"
	raffRole             = "raff_role"
	raffAPIKey           = "raff_api_key"
	raffMember           = "raff_member"
	raffProjectMember    = "raff_project_member"
	raffInvitation       = "raff_invitation"
)

// reference is an attribute that holds something of another object.
type reference struct {
	attribute string
	to        string // resource type
	holds     string // attribute of the other one
	// mayBeGone tells that the object outlives the other one, and keeps its id: one that was not found is no data source,
	// since that would fail.
	mayBeGone bool
}

var (
	toProject = reference{attribute: "project_id", to: raffProject, holds: "id"}
	toVM      = reference{attribute: "vm_id", to: raffVM, holds: "id"}
	toRole    = reference{attribute: "role_id", to: raffRole, holds: "id"}
	toKey     = reference{attribute: "api_key_id", to: raffAPIKey, holds: "id"}
	toVolume  = reference{attribute: "volume_id", to: raffVolume, holds: "id"}
	toVPC     = reference{attribute: "vpc_id", to: raffVPC, holds: "id"}
)

// references are all attributes that hold something of another object. A list holds something of several.
var references = map[string][]reference{
	raffVM:           {toProject, toVPC, {attribute: "ssh_keys", to: raffSSHKey, holds: "public_key"}},
	raffVMNote:       {toProject, toVM},
	raffVPC:          {toProject},
	raffIP:           {toProject},
	raffGroup:        {toProject},
	raffVolume:       {toProject},
	raffInvitation:   {toProject, toRole},
	raffAPIKey:       {toRole},
	raffMember:       {toRole, toKey},
	raffSchedule:     {toProject, toVM},
	raffIPAttachment: {toProject, toVM, {attribute: "ip_id", to: raffIP, holds: "id"}},
	raffBackup:       {toProject, {attribute: "vm_id", to: raffVM, holds: "id", mayBeGone: true}},
	raffSnapshot: {
		toProject, {attribute: "vm_id", to: raffVM, holds: "id", mayBeGone: true}, {attribute: "volume_id", to: raffVolume, holds: "id", mayBeGone: true},
	},
	raffVPCAttachment:    {toProject, toVM, toVPC},
	raffVolumeAttachment: {toProject, toVM, toVolume},
	raffProjectMember:    {toProject, toRole, toKey},
	raffGroupAttachment: {
		toProject, toVM, {attribute: "security_group_id", to: raffGroup, holds: "id"}, {attribute: "nic_id", to: raffIPAttachment, holds: "nic_id"},
	},
}

// literalIDs are the attributes with an id that is no reference, and why.
var literalIDs = map[string]string{
	"raff_vm.template_id":                "Templates are of the catalogue, and a newer one would rebuild the VM.",
	"raff_vm.pricing_id":                 "Plans are of the catalogue, and another one would resize the VM.",
	"raff_security_group.template_id":    "Templates are of the catalogue, and known by a word.",
	"raff_member.target_user_id":         "Users are people, and no objects of an account.",
	"raff_project_member.target_user_id": "Users are people, and no objects of an account.",
}

func referenceOf(typeName, attribute string) (reference, bool) {
	for _, r := range references[typeName] {
		if r.attribute == attribute {
			return r, true
		}
	}
	return reference{}, false
}

// held is an attribute of an object that is a text or a number; empty where it has none.
func held(o *Object, name string) string {
	return plain(valueOf(o, name))
}

// valueOf is an attribute of an object; null where it has none of that name. Objects are looked into all the time, so that
// nothing is copied.
func valueOf(o *Object, name string) tftypes.Value {
	var attributes map[string]tftypes.Value
	if o.State.IsNull() || !o.State.IsKnown() || o.State.As(&attributes) != nil {
		return tftypes.Value{}
	}
	return attributes[name]
}

// plain is a value that is a text or a number, and empty for others.
func plain(v tftypes.Value) string {
	var text string
	var number big.Float
	switch {
	case v.IsNull() || !v.IsKnown():
	case v.As(&text) == nil:
		return text
	case v.As(&number) == nil:
		return number.Text('f', -1)
	}
	return ""
}

// turnedOn tells whether a switch of an object is on.
func turnedOn(o *Object, name string) bool {
	var on bool
	value := valueOf(o, name)
	return !value.IsNull() && value.As(&on) == nil && on
}

// idOf is the id of an object without its project.
func idOf(o *Object) string {
	if id := held(o, "id"); id != "" {
		return id
	}
	return bareID(o.ID)
}

func bareID(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// referents finds objects by what others hold of them.
type referents map[string]*Object

func newReferents(objects []*Object) referents {
	found := referents{}
	for _, o := range objects {
		found[o.Type+" id "+strings.ToLower(idOf(o))] = o
		switch o.Type {
		case raffSSHKey:
			found[o.Type+" public_key "+keyMaterial(held(o, "public_key"))] = o
		case raffIPAttachment:
			found[o.Type+" nic_id "+held(o, "vm_id")+" "+held(o, "nic_id")] = o
		}
	}
	return found
}

// find is the object that an attribute of another one holds something of; nil where it was not read.
func (r referents) find(from *Object, ref reference, value string) *Object {
	switch ref.holds {
	case "public_key":
		value = keyMaterial(value)
	case "nic_id":
		value = held(from, "vm_id") + " " + value
	default:
		value = strings.ToLower(value)
	}
	return r[ref.to+" "+ref.holds+" "+value]
}

// keyMaterial is an SSH key without its comment.
func keyMaterial(key string) string {
	fields := strings.Fields(key)
	return strings.Join(fields[:min(len(fields), 2)], " ")
}
