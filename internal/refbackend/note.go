package refbackend

// noteTypes are the scopes of a note.
var noteTypes = []string{"personal", "account"}

// note is a text on a VM, for one user or for the account.
type note struct {
	ID      string
	VM      string
	User    string
	Type    string // one of noteTypes
	Content string
	stamps
}

func noteOperations() []*operation { return nil }

// removeNotes takes the notes of a VM away, with the VM.
func (s *Server) removeNotes(vm string) {
	for n := range s.state.Notes.where(func(n *note) bool { return n.VM == vm }) {
		s.state.Notes.remove(n.ID)
	}
}
