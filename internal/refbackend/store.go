package refbackend

import (
	"encoding/json"
	"net/netip"
	"time"
)

// state is everything that a backend remembers of its account. It is plain data without functions or cycles, so that
// it can be saved as JSON and restored; the journal, fault rules and rate limits are not part of it. Collections hold
// pointers, which never leave the server's lock: answers are built afresh.
type state struct {
	AccountID   string
	AccountName string
	Seeded      SeededAccount // what was printed at the start

	Users          collection[string, *user]
	Roles          collection[string, *role]
	APIKeys        collection[string, *apiKey]
	Members        collection[string, *member]
	ProjectMembers collection[string, *projectMember]
	Invitations    collection[string, *invitation]
	SSHKeys        collection[string, *sshKey]

	Projects       collection[string, *project]
	VMs            collection[string, *vm]
	Images         collection[string, *image]
	Notes          collection[string, *note]
	VPCs           collection[string, *vpc]
	IPs            collection[string, *floatingIP]
	SecurityGroups collection[string, *securityGroup]
	Volumes        collection[int, *volume]
	Snapshots      collection[int, *snapshot]
	Backups        collection[string, *backup]
	Schedules      collection[int, *schedule]

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
