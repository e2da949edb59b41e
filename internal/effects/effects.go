// Package effects says what a planned change does beyond the values that a plan shows: what stops, what is lost for
// good, what goes along with an object and what is left behind.
//
// It is the one table behind the warnings of a plan and the review of a saved one, so that the two cannot disagree. It
// needs no network and no key: what is known of other objects is asked of a World.
package effects

// Action is what a plan does to an object.
type Action string

// The actions. Replace is a deletion and a creation, in either order.
const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Kind is the kind of an effect, as `review --fail-on` names it.
type Kind string

// The kinds of effects.
const (
	Stop       Kind = "stop"       // a running machine is stopped, perhaps to be started again
	Reinstall  Kind = "reinstall"  // the OS disk of a machine is wiped
	DataLoss   Kind = "data-loss"  // data is deleted for good
	Final      Kind = "final"      // the change cannot be taken back
	Credential Kind = "credential" // a secret stops to be valid
	Address    Kind = "address"    // an address is given up
	Move       Kind = "move"       // the object changes to another project
	Left       Kind = "left"       // something is left behind, and may be paid for
	Fails      Kind = "fails"      // the change cannot succeed as it is planned
)

// Effect is one thing that a change does.
type Effect struct {
	Kind Kind
	// Attribute is the attribute that brings it about; empty where the whole object does.
	Attribute string
	// Text says what happens, in one sentence or more that name what is affected. It can be read without the plan.
	Text string
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
	// CreateFirst tells that a replacement creates the new object before it destroys the old one.
	CreateFirst bool
}

// Item is another object, as a World knows it.
type Item struct {
	Type, ID, Name, ProjectID string
	CreatedAt                 string // RFC 3339; empty where it is not known
	Ends                      bool   // it is destroyed or replaced by the same plan
}

// World answers for the objects around one that changes.
type World interface {
	// OfVM returns the objects of a type, as "raff_snapshot", that belong to a VM or are attached to it. complete is false where there
	// may be more than those.
	OfVM(resourceType, vmID string) (found []Item, complete bool)
	// InVPC returns the VMs that are in a VPC.
	InVPC(vpcID string) (found []Item, complete bool)
}

// Of returns what a change does, the gravest first; nothing for a change whose values say it all.
func Of(c Change, w World) []Effect {
	find, ok := table[c.Type]
	if !ok {
		return nil
	}
	return find(c, w)
}

// table has the effects of each type of resource.
var table = map[string]func(Change, World) []Effect{}
