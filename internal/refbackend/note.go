package refbackend

import (
	"net/http"
	"time"
)

// The scopes of a note.
const (
	notePersonal = "personal" // one per user and VM, seen by nobody else
	noteAccount  = "account"  // one per VM
)

var noteTypes = []string{notePersonal, noteAccount}

// note is a text on a VM, for one user or for the account.
type note struct {
	ID      string
	VM      string
	User    string // who wrote it
	Type    string // one of noteTypes
	Content string
	stamps
}

func noteOperations() []*operation {
	return []*operation{
		{
			id: "getVMNotes", method: http.MethodGet, path: vmPath + "/notes", kind: get, on: &vmNoun, permission: "vm.view",
			query: []filter{{name: "type", values: noteTypes}}, handle: (*Server).getVMNotes,
		},
		vmOperation("upsertVMNote", http.MethodPut, "/notes/{type}", "vm.manage", requiredBody, (*Server).upsertVMNote),
		vmOperation("updateVMNote", http.MethodPatch, "/notes/{type}", "vm.manage", requiredBody, (*Server).updateVMNote),
		vmOperation("appendVMNote", http.MethodPost, "/notes/{type}/append", "vm.manage", requiredBody, (*Server).appendVMNote),
	}
}

type noteBody struct {
	ID        string    `json:"id"`
	VMID      string    `json:"vm_id"`
	UserID    string    `json:"user_id"`
	Type      string    `json:"type"`
	Content   string    `json:"content"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func showNote(n *note) *noteBody {
	return &noteBody{
		ID: n.ID, VMID: n.VM, UserID: n.User, Type: n.Type, Content: n.Content, CreatedAt: n.CreatedAt, UpdatedAt: n.UpdatedAt,
	}
}

type notesBody struct {
	Success  bool      `json:"success"`
	Personal *noteBody `json:"personal_note,omitempty"`
	Account  *noteBody `json:"account_note,omitempty"`
}

type writtenNoteBody struct {
	Success bool      `json:"success"`
	Note    *noteBody `json:"note"`
}

func (s *Server) getVMNotes(c *call) (any, error) {
	answer := notesBody{Success: true}
	if n, ok := s.note(c, notePersonal); ok && c.matches("type", notePersonal) {
		answer.Personal = showNote(n)
	}
	if n, ok := s.note(c, noteAccount); ok && c.matches("type", noteAccount) {
		answer.Account = showNote(n)
	}
	return answer, nil
}

func (s *Server) upsertVMNote(c *call) (any, error) {
	return s.writeNote(c, func(_, text string) string { return text })
}

// updateVMNote replaces a note that there is.
func (s *Server) updateVMNote(c *call) (any, error) {
	kind := c.params["type"]
	if _, ok := s.note(c, kind); !ok {
		return nil, notFound("the VM has no %s note", kind)
	}
	return s.upsertVMNote(c)
}

func (s *Server) appendVMNote(c *call) (any, error) {
	return s.writeNote(c, func(before, text string) string { return before + "\n" + text })
}

// writeNote changes a note, or makes the first one of what was sent.
func (s *Server) writeNote(c *call, change func(before, text string) string) (any, error) {
	text := c.input.String("content").Required().Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	n, ok := s.note(c, c.params["type"])
	if ok {
		n.Content, n.User, n.UpdatedAt = change(n.Content, text), c.key.CreatedBy, s.now
	} else {
		n = &note{
			ID: s.state.IDs.uuid(), VM: c.id(), User: c.key.CreatedBy, Type: c.params["type"], Content: text,
			stamps: s.stamped(),
		}
		s.state.Notes.Put(n.ID, n)
	}
	return writtenNoteBody{true, showNote(n)}, nil
}

// note finds the note of a kind on the VM that the path names: of personal ones, that of the key's user.
func (s *Server) note(c *call, kind string) (*note, bool) {
	return s.state.Notes.First(func(n *note) bool {
		return n.VM == c.id() && n.Type == kind && (kind == noteAccount || n.User == c.key.CreatedBy)
	})
}

// removeNotes takes the notes of a VM away, with the VM.
func (s *Server) removeNotes(vm string) {
	for n := range s.state.Notes.Where(func(n *note) bool { return n.VM == vm }) {
		s.state.Notes.Remove(n.ID)
	}
}
