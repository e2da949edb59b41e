package tfkit

import (
	"context"
	"errors"
	"sync"
)

// Opened is what ephemeral resources have opened and Terraform has not closed: after an error it never
// does. It is the provider process's, and closed at its end.
type Opened struct {
	mu    sync.Mutex
	close map[string]func(ctx context.Context) error // by id
}

// NewOpened returns an empty set.
func NewOpened() *Opened { return &Opened{close: map[string]func(ctx context.Context) error{}} }

// Add notes that something was opened, and how it is closed.
func (o *Opened) Add(id string, closeIt func(ctx context.Context) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.close[id] = closeIt
}

// Remove notes that it was closed.
func (o *Opened) Remove(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.close, id)
}

// Close closes what is still open, all at once, and returns what could not be closed before the context
// ended.
func (o *Opened) Close(ctx context.Context) error {
	o.mu.Lock()
	left := o.close
	o.close = map[string]func(ctx context.Context) error{}
	o.mu.Unlock()

	failed := make(chan error, len(left))
	for _, closeIt := range left {
		go func() { failed <- closeIt(ctx) }()
	}
	var err error
	for range left {
		err = errors.Join(err, <-failed)
	}
	return err
}
