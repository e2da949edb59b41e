package client

import (
	"context"
	"net/http"
	"time"
)

// Kinds of notes on a VM.
const (
	NotePersonal = "personal" // one per user and VM, seen by its writer only
	NoteAccount  = "account"  // one per VM, seen by the account
)

// VMNote is a text on a VM.
type VMNote struct {
	ID        string    `json:"id"`
	VMID      string    `json:"vm_id"`
	UserID    string    `json:"user_id"`
	Type      string    `json:"type"` // NotePersonal or NoteAccount
	Content   string    `json:"content"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (n VMNote) identity() string { return n.ID }

// VMNotes are the notes on a VM; nil where there is none.
type VMNotes struct {
	Personal *VMNote `json:"personal_note"`
	Account  *VMNote `json:"account_note"`
}

type notesAnswer struct {
	envelope
	VMNotes
}

type noteAnswer struct {
	envelope
	Note *VMNote `json:"note"`
}

func (a *noteAnswer) incomplete() error { return checkObject(a.Note) }

// noteBody is sent with an empty content too: it clears the note.
type noteBody struct {
	Content string `json:"content"`
}

// GetVMNotes returns the notes on a VM, of one kind or, when kind is empty, of both.
func (r Reader) GetVMNotes(ctx context.Context, vmID, kind string) (*VMNotes, error) {
	var out notesAnswer
	req := request{method: http.MethodGet, path: v1("vms", vmID, "notes"), query: filter("type", kind)}
	if err := r.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return &out.VMNotes, nil
}

// PutVMNote writes a note, whether there is one or not.
func (s *Scoped) PutVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPut, v1("vms", vmID, "notes", kind), content)
}

// UpdateVMNote replaces a note. [ErrNotFound]: there is none.
func (s *Scoped) UpdateVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPatch, v1("vms", vmID, "notes", kind), content)
}

// AppendVMNote adds a line to a note, or writes the first.
func (s *Scoped) AppendVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPost, v1("vms", vmID, "notes", kind, "append"), content)
}

func (s *Scoped) writeNote(ctx context.Context, method string, path []string, content string) (*VMNote, error) {
	var out noteAnswer
	if err := s.do(ctx, request{method: method, path: path, body: noteBody{content}}, &out); err != nil {
		return nil, err
	}
	return out.Note, nil
}
