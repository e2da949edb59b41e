package client

import (
	"context"
	"net/http"
	"time"
)

// VMTag is a tag of a VM. A VM has 20 at most.
type VMTag struct {
	ID        string    `json:"id" api:"required"`
	Name      string    `json:"name" api:"required"`     // 1 to 64 characters
	Priority  int64     `json:"priority" api:"required"` // lower sorts first
	CreatedAt time.Time `json:"created_at" api:"required"`
}

func (t VMTag) identity() string { return t.ID }

// AddVMTagRequest describes a new tag. Name is required.
type AddVMTagRequest struct {
	Name     string `json:"name"`
	Priority int64  `json:"priority"`
}

// UpdateVMTagRequest changes a tag; fields that are nil stay. At least one is needed.
type UpdateVMTagRequest struct {
	Name     *string `json:"name,omitempty"`
	Priority *int64  `json:"priority,omitempty"`
}

type tagsAnswer struct {
	envelope
	Tags elements[VMTag] `json:"tags"`
}

func (a *tagsAnswer) incomplete() error { return a.Tags.incomplete() }

// AddVMTag adds a tag to a VM and returns all tags of the VM.
func (s *Scoped) AddVMTag(ctx context.Context, vmID string, body AddVMTagRequest) ([]VMTag, error) {
	return s.changeTags(ctx, request{method: http.MethodPost, path: v1("vms", vmID, "tags"), body: body})
}

// UpdateVMTag changes a tag and returns all tags of the VM.
func (s *Scoped) UpdateVMTag(ctx context.Context, vmID, tagID string, body UpdateVMTagRequest) ([]VMTag, error) {
	return s.changeTags(ctx, request{method: http.MethodPatch, path: v1("vms", vmID, "tags", tagID), body: body})
}

// RemoveVMTag removes a tag from a VM and returns the tags that remain.
func (s *Scoped) RemoveVMTag(ctx context.Context, vmID, tagID string) ([]VMTag, error) {
	return s.changeTags(ctx, request{method: http.MethodDelete, path: v1("vms", vmID, "tags", tagID)})
}

func (s *Scoped) changeTags(ctx context.Context, req request) ([]VMTag, error) {
	var out tagsAnswer
	if err := s.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return out.Tags.items, nil
}
