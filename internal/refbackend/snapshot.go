package refbackend

import "strconv"

// snapshot is a copy of a VM or volume at a point in time.
type snapshot struct {
	ID      int
	Project string
	Name    string
	VM      string // source; "" when it is a volume
	Volume  int    // source; 0 when it is a VM
	stamps
}

var snapshotNoun = noun{
	kind: "snapshot", name: "snapshot", plural: "snapshots", integer: true,
	find: func(st *state, id string) (string, bool) {
		sn, ok := st.snapshot(id)
		if !ok {
			return "", false
		}
		return sn.Project, true
	},
	count: func(st *state, project string) int {
		return st.Snapshots.count(func(sn *snapshot) bool { return sn.Project == project })
	},
}

func snapshotOperations() []*operation { return nil }

// snapshot returns the snapshot with the id of a path.
func (st *state) snapshot(id string) (*snapshot, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Snapshots.get(n)
}

// removeVMSnapshots destroys the snapshots of a VM.
func (s *Server) removeVMSnapshots(vm string) {
	for sn := range s.state.Snapshots.where(func(sn *snapshot) bool { return sn.VM == vm }) {
		s.cancel(&snapshotNoun, strconv.Itoa(sn.ID))
		s.state.Snapshots.remove(sn.ID)
	}
}

// enterSnapshot removes a snapshot when its time has come.
func (s *Server) enterSnapshot(id, status string) {
	if sn, ok := s.state.snapshot(id); ok && status == gone {
		s.state.Snapshots.remove(sn.ID)
	}
}
