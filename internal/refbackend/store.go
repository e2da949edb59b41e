package refbackend

import (
	"time"
)

// state is everything that a backend remembers of its account. It is plain data without functions or cycles, so that
// it can be saved as JSON and restored; the journal, fault rules and rate limits are not part of it. Tables hold
// pointers, which never leave the server's lock: answers are built afresh.
type state struct {
	AccountID   string
	AccountName string
	Seeded      SeededAccount // what was printed at the start

	Users          table[string, *user]
	Roles          table[string, *role]
	APIKeys        table[string, *apiKey]
	Members        table[string, *member]
	ProjectMembers table[string, *projectMember]
	Invitations    table[string, *invitation]
	SSHKeys        table[string, *sshKey]

	Projects       table[string, *project]
	VMs            table[string, *vm]
	Images         table[string, *image]
	Notes          table[string, *note]
	VPCs           table[string, *vpc]
	IPs            table[string, *floatingIP]
	SecurityGroups table[string, *securityGroup]
	Volumes        table[int, *volume]
	Snapshots      table[int, *snapshot]
	Backups        table[string, *backup]
	Schedules      table[int, *schedule]

	Processes processes
	IDs       generator
	Jitter    random // how long realistic changes take
}

// stamps are the times that most objects carry.
type stamps struct {
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (s *Server) stamped() stamps { return stamps{CreatedAt: s.now, UpdatedAt: s.now} }
