package refbackend

// backup is a restore point of a VM, which outlives the VM.
type backup struct {
	ID      string
	Project string
	Name    string
	VM      string
	Status  string
	stamps
}

var backupNoun = noun{
	kind: "backup", name: "backup", plural: "backups",
	find: func(st *state, id string) (string, bool) {
		b, ok := st.Backups.get(id)
		if !ok {
			return "", false
		}
		return b.Project, true
	},
	count: func(st *state, project string) int {
		return st.Backups.count(func(b *backup) bool { return b.Project == project })
	},
	failed: "failed",
}

func backupOperations() []*operation { return nil }

// removeBackups destroys the backups of a VM.
func (s *Server) removeBackups(vm string) {
	for b := range s.state.Backups.where(func(b *backup) bool { return b.VM == vm }) {
		s.cancel(&backupNoun, b.ID)
		s.state.Backups.remove(b.ID)
	}
}

// enterBackup takes a backup to a state when its time has come.
func (s *Server) enterBackup(id, status string) {
	b, ok := s.state.Backups.get(id)
	switch {
	case !ok:
	case status == gone:
		s.state.Backups.remove(id)
	default:
		b.Status, b.UpdatedAt = status, s.now
	}
}
