// Package effects says what a planned change does beyond the values that a plan shows: what stops, what is lost for
// good, what goes along with an object and what is left behind.
//
// It is the one table behind the warnings of a plan and the review of a saved one, so that the two cannot disagree. It
// needs no network and no key: what is known of other objects is asked of a World.
package effects

import (
	"cmp"
	"slices"
)

// Action is what a plan does to an object.
type Action string

// The actions. Replace is a deletion and a creation, in either order.
const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Order is which of the two objects of a replacement comes first.
type Order string

// The orders. A provider is not told which it is; a saved plan says so.
const (
	UnknownOrder Order = ""
	CreateFirst  Order = "create-first"
	DeleteFirst  Order = "delete-first"
)

// Kind is the kind of an effect, as `review --fail-on` names it.
type Kind string

// The kinds of effects, the gravest first.
const (
	Fails      Kind = "fails"      // the change cannot succeed as it is planned
	Reinstall  Kind = "reinstall"  // the OS disk of a machine is wiped
	DataLoss   Kind = "data-loss"  // data is deleted for good
	Credential Kind = "credential" // a secret stops to be valid
	Address    Kind = "address"    // an address is given up
	Access     Kind = "access"     // somebody loses rights, or a way in
	Stop       Kind = "stop"       // a running machine is stopped, perhaps to be started again
	Final      Kind = "final"      // the change cannot be taken back
	Move       Kind = "move"       // the object changes to another project
	Left       Kind = "left"       // something is left behind, and may be paid for
)

// Kinds are all kinds of effects, the gravest first.
var Kinds = []Kind{Fails, Reinstall, DataLoss, Credential, Address, Access, Stop, Final, Move, Left}

// Effect is one thing that a change does.
type Effect struct {
	Kind Kind
	// Attribute is the attribute that brings it about; empty where the whole object does.
	Attribute string
	// Short is a clause about the object, as "is stopped and started again".
	Short string
	// Text says what happens, in one sentence or more that name what is affected. It can be read without the plan, where
	// it is told which object it is about: "It is stopped …".
	Text string
	// Takes are other objects that are deleted with this one.
	Takes []Item
	// Beyond tells that it is about more than the object itself.
	Beyond bool
	// Implied tells that the action says it by itself, as the destruction of a VM does of its disk: a review counts it,
	// and a plan does not warn of it alone.
	Implied bool
}

// Change is a planned change of one object.
type Change struct {
	Type   string // of the resource, as "raff_vm"
	Action Action
	// Before is the object as it is, the zero value for a new one; After is the object as it is planned, the zero value
	// for one that is destroyed.
	Before, After Object
	// ReplacedBy are the attributes that replace the object; empty for another reason, as a taint.
	ReplacedBy []string
	// Order is that of a replacement.
	Order Order
}

// Item is another object, as a World knows it.
type Item struct {
	Type, ID, Name, ProjectID string
	CreatedAt                 string // RFC 3339; empty where it is not known
	Increment                 *int64 // of a backup: its place in a series, from 0; nil for one by itself
	Ends                      bool   // it is destroyed or replaced by the same plan
}

// Found is what a World knows of some objects.
type Found struct {
	Items []Item
	// Gap says why there may be more, as a relative clause: "which could not be listed"; empty where these are all.
	Gap string
}

// World answers for the objects around one that changes.
type World interface {
	// OfVM returns the objects of a type that belong to a VM or are attached to it: "raff_snapshot", "raff_backup" or
	// "raff_volume".
	OfVM(resourceType, vmID string) Found
	// InVPC returns the VMs that are in a VPC.
	InVPC(vpcID string) Found
	// InProject returns the objects that are in a project.
	InProject(projectID string) Found
	// WithRole returns the members and API keys that have a role.
	WithRole(roleID string) Found
	// Permissions returns the permissions of a role, and false where they are not known.
	Permissions(roleID string) ([]string, bool)
}

// Of returns what a change does, the gravest first; nothing for a change whose values say it all.
func Of(c Change, w World) []Effect {
	if c.Action == Create {
		return nil
	}
	var all []Effect
	if find, ok := table[c.Type]; ok {
		all = find(c, w)
	}
	all = append(all, move(c)...)
	slices.SortStableFunc(all, func(a, b Effect) int {
		return cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind))
	})
	return all
}

// table has the effects of each type of resource. Those that are not in it have none: what is attached is attached again,
// and the plan shows it.
var table = map[string]func(Change, World) []Effect{
	"raff_api_key":         ofAPIKey,
	"raff_backup":          ofBackup,
	"raff_backup_schedule": ofBackupSchedule,
	"raff_invitation":      ofInvitation,
	"raff_ip":              ofIP,
	"raff_member":          ofMember,
	"raff_project":         ofProject,
	"raff_project_member":  ofMember,
	"raff_role":            ofRole,
	"raff_security_group":  ofSecurityGroup,
	"raff_snapshot":        ofSnapshot,
	"raff_ssh_key":         ofSSHKey,
	"raff_vm":              ofVM,
	"raff_volume":          ofVolume,
	"raff_vpc":             ofVPC,
}
