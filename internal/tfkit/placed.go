package tfkit

import (
	"context"
	"slices"
)

// VMStays tells whether the VM that an attachment is on is known to outlive the run. It is known once the plan is
// finished, or destroys the attachment.
func (p *Planning) VMStays() bool { return p.vmStays }

// StaysOn tells whether a plan of this run keeps an attachment on a VM. Terraform may make that plan later than the one
// that asks, so the answer waits until it does, or until nothing else is going on.
func (p *Planning) StaysOn(ctx context.Context, to Referent, id, vmID string) bool {
	if !p.base.Run.has(ctx, to.Type, id) || p.base.Run.ending(ctx, to.Type, id) {
		return false
	}
	return p.base.Run.staysOn(to.Type, id, vmID)
}

// Join notes that the plan attaches an object to a VM, and returns how many others of the kind this run attaches to it.
func (p *Planning) Join(vmID, id string) int { return p.base.Run.join(p.kind.Type, vmID, id) }

// Claim notes that an object is to be the one of its kind on a VM that has a part which only one can have. It returns the
// id of another one that is to be so, or nothing.
func (p *Planning) Claim(vmID, id string) string { return p.base.Run.claim(p.kind.Type, vmID, id) }

func (r *Run) staysOn(resourceType, id, vmID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{resourceType, id}]
	return f != nil && f.stays && !f.ends && f.on == vmID
}

func (r *Run) join(resourceType, vmID, id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := objectKey{resourceType, vmID}
	if !slices.Contains(r.joining[key], id) {
		r.joining[key] = append(r.joining[key], id)
	}
	return slices.Index(r.joining[key], id)
}

func (r *Run) claim(resourceType, vmID, id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := objectKey{resourceType, vmID}
	if first, ok := r.claims[key]; ok && first != id {
		return first
	}
	r.claims[key] = id
	return ""
}
