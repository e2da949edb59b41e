package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	// maxBulk is how many VMs the API deletes with one request at most.
	maxBulk = 50
	// gatherStep is how long a deletion waits for others to come along; each time some have come, it waits again.
	gatherStep = 30 * time.Millisecond
	// gatherSteps is how often it waits at most.
	gatherSteps = 10
)

// vmDeletes has VMs travel together that are to be deleted at about the same time: one request asks for up to 50.
// The answer judges each by itself. What is not said to be deleted is asked for by its own request then, whose answer
// is the one that counts.
type vmDeletes struct {
	mu        sync.Mutex
	gathering map[vmDeleteKey]*vmDelete
}

// vmDeleteKey is what the VMs of one request have in common.
type vmDeleteKey struct {
	project string
	body    DeleteVMRequest
}

// vmDelete is one request on its way. vmDeletes.mu guards its members until it is closed.
type vmDelete struct {
	members []string
	full    chan struct{} // closed when no more fit in
	closed  bool          // nobody joins or leaves any more
	done    chan struct{} // closed when deleted is known
	deleted map[string]bool
}

// together deletes the VM along with others. It tells whether that was done: otherwise the VM is to be deleted by
// itself. Until the request is sent, the end of ctx takes the VM out of it; after that, an interrupt does not leave
// open what has become of it.
func (d *vmDeletes) together(ctx context.Context, s *Scoped, id string, body DeleteVMRequest) bool {
	if ctx.Err() != nil {
		return false
	}
	key := vmDeleteKey{s.scope.project, body}
	batch, leads := d.join(key, id)
	switch {
	case batch == nil:
		return false
	case leads:
		d.gather(ctx, s.clock, key, batch)
		d.send(ctx, s, key, batch)
		return batch.deleted[id]
	}
	select {
	case <-batch.done:
	case <-ctx.Done():
		if d.leave(batch, id) {
			return false
		}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return false // its own request says so
		}
		<-batch.done
	}
	return batch.deleted[id]
}

// join adds a VM to the request that gathers VMs, and tells whether it is the first one. It returns nil where the VM
// is in it already.
func (d *vmDeletes) join(key vmDeleteKey, id string) (batch *vmDelete, leads bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if batch = d.gathering[key]; batch == nil {
		batch = &vmDelete{members: []string{id}, full: make(chan struct{}), done: make(chan struct{})}
		if d.gathering == nil {
			d.gathering = map[vmDeleteKey]*vmDelete{}
		}
		d.gathering[key] = batch
		return batch, true
	}
	if slices.Contains(batch.members, id) {
		return nil, false
	}
	batch.members = append(batch.members, id)
	if len(batch.members) == maxBulk {
		delete(d.gathering, key) // the next one begins another request
		close(batch.full)
	}
	return batch, false
}

// leave takes a VM out of a request, and tells whether that was in time.
func (d *vmDeletes) leave(batch *vmDelete, id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if batch.closed {
		return false
	}
	batch.members = slices.DeleteFunc(batch.members, func(member string) bool { return member == id })
	return true
}

// gather waits for as long as others join, and closes the request.
func (d *vmDeletes) gather(ctx context.Context, clock Clock, key vmDeleteKey, batch *vmDelete) {
	wait, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-batch.full:
			cancel()
		case <-over:
		}
	}()
	for range gatherSteps {
		before := d.size(batch)
		if clock.Sleep(wait, gatherStep) != nil || d.size(batch) == before {
			break
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gathering[key] == batch {
		delete(d.gathering, key)
	}
	batch.closed = true
}

func (d *vmDeletes) size(batch *vmDelete) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(batch.members)
}

// send asks for the deletion of all members, where there are several, and tells them what has become of it. Where the
// one that sends was interrupted before, the others go by themselves.
func (d *vmDeletes) send(ctx context.Context, s *Scoped, key vmDeleteKey, batch *vmDelete) {
	defer close(batch.done)
	if len(batch.members) < 2 || ctx.Err() != nil {
		return
	}
	result, err := s.DeleteVMs(ctx, DeleteVMsRequest{IDs: batch.members, DeleteVMRequest: key.body})
	if err != nil {
		return
	}
	batch.deleted = map[string]bool{}
	for _, each := range result.Results {
		batch.deleted[each.ID] = each.Success
	}
}
