package refbackend

import (
	"encoding/json"
	"net/netip"
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

// UnmarshalJSON restores a saved state, and what follows from it.
func (st *state) UnmarshalJSON(data []byte) error {
	type plain state // without this method
	if err := json.Unmarshal(data, (*plain)(st)); err != nil {
		return err
	}
	st.restorePools()
	return nil
}

// restorePools takes the addresses of all floating IPs from their pools.
func (st *state) restorePools() {
	st.IDs.IPv4.Used, st.IDs.IPv6.Used = map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for ip := range st.IPs.all() {
		st.IDs.pool(ip.Family).Used[ip.Address] = true
	}
}

// stamps are the times that most objects carry.
type stamps struct {
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (s *Server) stamped() stamps { return stamps{CreatedAt: s.now, UpdatedAt: s.now} }
