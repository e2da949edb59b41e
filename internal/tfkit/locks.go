package tfkit

import (
	"context"
	"sync"
)

// Locks is a set of mutexes by key. The API refuses concurrent operations on one VM, so each
// change of a VM runs under the lock of its id.
type Locks struct {
	mu   sync.Mutex
	held map[string]*keyLock
}

type keyLock struct {
	token chan struct{} // holds one token while the lock is free
	users int
}

// NewLocks returns an empty set.
func NewLocks() *Locks {
	return &Locks{held: map[string]*keyLock{}}
}

// Lock waits until the key is free or the context ends. It returns the function that frees the key
// again, or the context's error.
func (l *Locks) Lock(ctx context.Context, key string) (unlock func(), err error) {
	l.mu.Lock()
	k := l.held[key]
	if k == nil {
		k = &keyLock{token: make(chan struct{}, 1)}
		k.token <- struct{}{}
		l.held[key] = k
	}
	k.users++
	l.mu.Unlock()

	select {
	case <-k.token:
		return func() {
			k.token <- struct{}{}
			l.leave(key, k)
		}, nil
	case <-ctx.Done():
		l.leave(key, k)
		return nil, ctx.Err()
	}
}

// leave forgets the key when nobody holds or awaits it any more.
func (l *Locks) leave(key string, k *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.users--; k.users == 0 {
		delete(l.held, key)
	}
}
