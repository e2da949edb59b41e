package client

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// noun is a kind of object that a client keeps copies of.
type noun int

const (
	nounVM       noun = iota
	nounNetworks      // of a VM
	nounNotes         // on a VM
	nounVolume
	nounSnapshot
	nounBackup
	nounSchedule
	nounIP
	nounVPC
	nounGroup

	nounSSHKey // this and what follows is of the account
	nounProject
	nounRole
	nounAPIKey
	nounMember
	nounProjectMember

	nounCount
)

// effect says what a change can have changed.
type effect struct {
	path  string // below /api/v1; * stands for an id
	nouns []noun
}

var (
	// everything is what a change of rights can bear on: what the key reaches, and all that is in a project.
	everything = allNouns()
	// ofProject is what goes or comes with a VM.
	ofProject = []noun{
		nounVM, nounNetworks, nounNotes, nounVolume, nounSnapshot, nounBackup, nounSchedule, nounIP, nounVPC, nounGroup,
	}
	ofStorage = []noun{nounVM, nounVolume, nounSnapshot, nounBackup, nounSchedule}
	ofPower   = []noun{nounVM, nounNetworks, nounIP}
	ofDisk    = []noun{nounVM, nounNetworks, nounSnapshot, nounBackup, nounSchedule}
	ofGrants  = []noun{nounMember, nounProjectMember, nounAPIKey}
)

func allNouns() []noun {
	all := make([]noun, nounCount)
	for i := range all {
		all[i] = noun(i)
	}
	return all
}

// effects has a row for the path of every change of the API. A row may name too much, which costs a request, and never too
// little: a copy would be answered from before the change.
var effects = []effect{
	{"vms", ofProject},
	{"vms/bulk", ofProject},
	{"vms/*", ofProject},
	{"vms/*/start", ofPower},
	{"vms/*/stop", ofPower},
	{"vms/*/reboot", ofPower},
	{"vms/*/reboot-hard", ofPower},
	{"vms/*/rename", []noun{nounVM}},
	{"vms/*/console-policy", []noun{nounVM}},
	{"vms/*/reset-password", []noun{nounVM}},
	{"vms/*/save-image", []noun{nounVM}},
	{"vms/*/reinstall", ofDisk},
	{"vms/*/factory-reset", ofDisk},
	{"vms/*/resize", ofPower}, // the platform boots it
	{"vms/*/disk/resize", ofPower},
	{"vms/*/tags", []noun{nounVM}},
	{"vms/*/tags/*", []noun{nounVM}},
	{"vms/*/notes/*", []noun{nounNotes}},
	{"vms/*/notes/*/append", []noun{nounNotes}},
	{"vms/*/vpc", []noun{nounVM, nounNetworks, nounVPC}},
	{"vms/*/vpc/*", []noun{nounVM, nounNetworks, nounVPC}},
	{"vms/*/ip", []noun{nounVM, nounNetworks, nounIP, nounGroup}},
	{"vms/*/ip/*", []noun{nounVM, nounNetworks, nounIP, nounGroup}},
	{"vms/*/security-groups", []noun{nounNetworks, nounGroup}},
	{"vms/*/security-groups/*/*", []noun{nounNetworks, nounGroup}},
	{"vms/*/backups/reset-chain", []noun{nounBackup, nounSchedule}},

	{"volumes", ofStorage},
	{"volumes/*", ofStorage},
	{"volumes/*/attach", ofStorage},
	{"volumes/*/detach", ofStorage},
	{"snapshots", ofStorage},
	{"snapshots/*", ofStorage},
	{"snapshots/*/rename", []noun{nounSnapshot}},
	{"snapshots/*/restore", ofStorage},
	{"backups", ofStorage},
	{"backups/*", ofStorage},
	{"backups/*/chain", ofStorage},
	{"backups/*/restore", ofStorage},
	{"backup-schedules", ofStorage},
	{"backup-schedules/*", ofStorage},

	{"ips/reserve", []noun{nounIP}},
	{"ips/*/reserve", []noun{nounIP}},
	{"ips/*/change", []noun{nounIP}},
	{"vpcs", []noun{nounVPC}},
	{"vpcs/*", []noun{nounVPC, nounNetworks}}, // an interface has the name of its VPC
	{"security-groups", []noun{nounGroup}},
	{"security-groups/*", []noun{nounGroup, nounNetworks}},

	{"ssh-keys", []noun{nounSSHKey}},
	{"ssh-keys/*", []noun{nounSSHKey}},
	{"projects", everything},
	{"projects/*", everything},
	{"projects/*/members", everything},
	{"projects/*/members/*", everything},
	{"projects/*/invitations", ofGrants},
	{"members", everything},
	{"members/*", everything},
	{"invitations", ofGrants},
	{"invitations/*", ofGrants},
	{"roles", []noun{nounRole}},
	{"roles/*", everything},
	{"api-keys", ofGrants},
	{"api-keys/*", everything},
	{"api-keys/*/regenerate", ofGrants},
}

// affected returns what a change of the path, with its version, can have changed: everything where the table does not know it.
func affected(path []string) []noun {
	if len(path) < 2 {
		return everything
	}
	below := path[2:]
	for _, e := range effects {
		if matches(strings.Split(e.path, "/"), below) {
			return e.nouns
		}
	}
	return everything
}

func matches(pattern, path []string) bool {
	return slices.EqualFunc(pattern, path, func(p, segment string) bool { return p == "*" || p == segment })
}

// changes counts what a client has changed, or may have.
type changes struct {
	mu     sync.Mutex
	counts map[spot]int64
	global [nounCount]int64 // of changes that no single project was named for
	total  int64
}

// spot is where copies of a kind are kept: a project, or the account.
type spot struct {
	noun  noun
	place string
}

// count tells how often something of a kind may have changed in a place so far.
func (c *changes) count(at spot) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.global[at.noun] + c.counts[at]
}

// all tells how often anything may have changed so far.
func (c *changes) all() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

func (c *changes) note(nouns []noun, in scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	if c.counts == nil {
		c.counts = map[spot]int64{}
	}
	for _, n := range nouns {
		if in.limited && n < nounSSHKey {
			c.counts[spot{n, in.place()}]++
		} else {
			c.global[n]++
		}
	}
}

// changing notes the beginning of a request, if it changes something, and returns what notes its end. Both count: what is read
// in between may be from before the change.
func (r Reader) changing(req request) (done func()) {
	if req.method == http.MethodGet {
		return func() {}
	}
	return r.noting(affected(req.path))
}

func (r Reader) noting(nouns []noun) (done func()) {
	r.changes.note(nouns, r.scope)
	return func() { r.changes.note(nouns, r.scope) }
}

// changed notes that objects of a type have changed by themselves, as those do that were waited for, with all that changes
// along when such an object is created or deleted.
func changed[T any](r Reader) { r.changes.note(alongWith(*new(T)), r.scope) }

// alongWith returns what the life of an object can change.
func alongWith(object any) []noun {
	switch object.(type) {
	case VM:
		return affected(v1("vms"))
	case Volume:
		return affected(v1("volumes"))
	case Snapshot:
		return affected(v1("snapshots"))
	case Backup:
		return affected(v1("backups"))
	}
	return everything
}
