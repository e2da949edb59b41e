package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Kinds of notes on a VM.
const (
	NotePersonal = "personal" // one per user and VM, seen by its writer only
	NoteAccount  = "account"  // one per VM, seen by the account
)

// VMNote is a text on a VM.
type VMNote struct {
	ID        string    `json:"id" api:"required"`
	VMID      string    `json:"vm_id" api:"required"`
	UserID    string    `json:"user_id" api:"required"`
	Type      string    `json:"type" api:"required"` // NotePersonal or NoteAccount
	Content   string    `json:"content" api:"required"`
	CreatedAt time.Time `json:"created_at" api:"required"`
	UpdatedAt time.Time `json:"updated_at" api:"required"`
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
	vmID string
}

func (a *notesAnswer) incomplete() error {
	return errors.Join(on(a.vmID, a.Personal), on(a.vmID, a.Account))
}

type noteAnswer struct {
	envelope
	Note *VMNote `json:"note"`
	vmID string
}

func (a *noteAnswer) incomplete() error {
	if err := checkObject(a.Note); err != nil {
		return err
	}
	return on(a.vmID, a.Note)
}

// on returns an error where a note, if there is one, is on another VM.
func on(vmID string, n *VMNote) error {
	if n != nil && !strings.EqualFold(n.VMID, vmID) {
		return errOther
	}
	return nil
}

// noteBody is sent with an empty content too: it clears the note.
type noteBody struct {
	Content string `json:"content"`
}

// GetVMNotes returns the notes on a VM, of one kind or, when kind is empty, of both.
func (r Reader) GetVMNotes(ctx context.Context, vmID, kind string) (*VMNotes, error) {
	out := notesAnswer{vmID: vmID}
	req := request{method: http.MethodGet, path: v1("vms", vmID, "notes"), query: filter("type", kind)}
	if err := r.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return &out.VMNotes, nil
}

// ReadVMNotes is [Reader.GetVMNotes] of both kinds, for reading many; see [Reader.ReadVM].
func (r Reader) ReadVMNotes(ctx context.Context, vmID string) (*VMNotes, error) {
	all, err := r.fleets.notes.getInProject(ctx, r, vmID, func(ctx context.Context) (*vmNotes, error) {
		notes, err := r.GetVMNotes(ctx, vmID, "")
		if err != nil {
			return nil, err
		}
		return &vmNotes{vmID, *notes}, nil
	})
	if err != nil {
		return nil, err
	}
	return &all.VMNotes, nil
}

// PutVMNote writes a note, whether there is one or not.
func (s *Scoped) PutVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPut, vmID, content, kind)
}

// UpdateVMNote replaces a note. [ErrNotFound]: there is none.
func (s *Scoped) UpdateVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPatch, vmID, content, kind)
}

// AppendVMNote adds a line to a note, or writes the first.
func (s *Scoped) AppendVMNote(ctx context.Context, vmID, kind, content string) (*VMNote, error) {
	return s.writeNote(ctx, http.MethodPost, vmID, content, kind, "append")
}

func (s *Scoped) writeNote(ctx context.Context, method, vmID, content string, below ...string) (*VMNote, error) {
	out := noteAnswer{vmID: vmID}
	path := append(v1("vms", vmID, "notes"), below...)
	if err := s.do(ctx, request{method: method, path: path, body: noteBody{content}}, &out); err != nil {
		return nil, err
	}
	return out.Note, nil
}
