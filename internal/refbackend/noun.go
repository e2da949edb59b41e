package refbackend

// noun is a type of object as the server sees it.
type noun struct {
	kind   string // the type's name in processes, faults and messages: "vm"
	name   string // one of it, in messages: "VM"
	plural string // "VMs"

	// integer tells that ids are integers, not UUIDs.
	integer bool
	// find returns the project of the object with that id, "" for an account-level object, and whether there is one.
	find func(st *state, id string) (project string, ok bool)
	// count tells how many lie in a project; nil for account-level types.
	count func(st *state, project string) int
	// failed is the state of an object whose change went wrong; "" for types that cannot fail.
	failed string
}

// nouns are all types, in the order in which messages name them.
var nouns = []*noun{
	&projectNoun, &vmNoun, &vpcNoun, &ipNoun, &securityGroupNoun, &volumeNoun, &snapshotNoun, &backupNoun,
	&scheduleNoun, &sshKeyNoun, &memberNoun, &projectMemberNoun, &roleNoun, &apiKeyNoun, &invitationNoun,
}
