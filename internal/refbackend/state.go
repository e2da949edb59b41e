package refbackend

import (
	"encoding/json"
	"net/netip"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// state is everything that a backend remembers of its account. It is plain data without functions or cycles, so that
// it can be saved as JSON and restored; the journal, fault rules and rate limits are not part of it. Collections hold
// pointers, which never leave the server's lock: answers are built afresh.
type state struct {
	AccountID   string
	AccountName string
	Seeded      SeededAccount // what was printed at the start

	Users          store.Collection[string, *user]
	Roles          store.Collection[string, *role]
	APIKeys        store.Collection[string, *apiKey]
	Members        store.Collection[string, *member]
	ProjectMembers store.Collection[string, *projectMember]
	Invitations    store.Collection[string, *invitation]
	SSHKeys        store.Collection[string, *sshKey]

	Projects       store.Collection[string, *project]
	VMs            store.Collection[string, *vm]
	Images         store.Collection[string, *image]
	Notes          store.Collection[string, *note]
	VPCs           store.Collection[string, *vpc]
	IPs            store.Collection[string, *floatingIP]
	SecurityGroups store.Collection[string, *securityGroup]
	Volumes        store.Collection[int, *volume]
	Snapshots      store.Collection[int, *snapshot]
	Backups        store.Collection[string, *backup]
	Schedules      store.Collection[int, *schedule]

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
	for ip := range st.IPs.All() {
		st.IDs.pool(ip.Family).Used[ip.Address] = true
	}
}

// stamps are the times that most objects carry.
type stamps struct {
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (s *Server) stamped() stamps { return stamps{CreatedAt: s.now, UpdatedAt: s.now} }
