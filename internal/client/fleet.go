package client

import (
	"context"
	"sync"
	"time"
)

// fleet answers gets of one kind of object, from its list where many are wanted, and with copies. The API allows few requests
// a second, and a page has 100 objects.
//
// A copy answers for as long as one stretch of reading lasts (see reading), [readingLongest] at most, and until this client
// changes anything that can have changed the object (see effects). So a copy is no older than the first of the reads that
// belong together, and no read that begins after a change of this client, or after a rest, is answered from before it. A copy
// that was fetched while a change was under way is not used.
//
// In each place, a project or the account, the first few gets are plain ones. From then on pages of the list are fetched, as
// long as all requests are at most [costFactor] times those of the cheaper way, that of one get for each object that was
// asked for and that of the whole list, whatever is asked for later. Where that allows all pages that are left, they are
// fetched at once. An object that the list does not have is asked for by itself, so that a 404 is always a real one.
type fleet[T object] struct {
	noun noun
	// list is the path of the list in a place; nil where there is none, so that each object is asked for by itself, once.
	list func(place string) []string
	// unpaged: the API answers with the whole list.
	unpaged bool

	mu      sync.Mutex
	shelves map[string]*shelf[T] // by place
}

// shelf has the copies of one place.
type shelf[T object] struct {
	*fleet[T]
	spot spot

	mu      sync.Mutex
	waiting map[string]int // reads that wait for an object and have not asked for it by themselves, by id
	stretch *stretch[T]
}

// query is one read of one object.
type query[T object] struct {
	r        Reader
	id       string
	plain    func(ctx context.Context) (*T, error)
	began    time.Time
	stretch  int64
	lingered bool // since the last page, and the last get of another
}

// get returns the object with the id: a copy, which the caller may change, or what plain gets.
func (f *fleet[T]) get(
	ctx context.Context, r Reader, place, id string, plain func(ctx context.Context) (*T, error),
) (*T, error) {
	q := &query[T]{r: r, id: id, plain: plain, began: r.clock.Now()}
	q.stretch = r.reading.begin(q.began)
	defer func() { r.reading.end(r.clock.Now()) }()
	return f.shelf(place).get(ctx, q)
}

// getInProject is get for objects of projects. Without a project it is always a plain one.
func (f *fleet[T]) getInProject(
	ctx context.Context, r Reader, id string, plain func(ctx context.Context) (*T, error),
) (*T, error) {
	if !r.scope.limited {
		return plain(ctx)
	}
	return f.get(ctx, r, r.scope.place(), id, plain)
}

func (f *fleet[T]) shelf(place string) *shelf[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shelves == nil {
		f.shelves = map[string]*shelf[T]{}
	}
	s := f.shelves[place]
	if s == nil {
		s = &shelf[T]{fleet: f, spot: spot{f.noun, place}, waiting: map[string]int{}}
		f.shelves[place] = s
	}
	return s
}

func (s *shelf[T]) get(ctx context.Context, q *query[T]) (*T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[q.id]++
	defer s.leave(q.id)
	for {
		if ctx.Err() != nil {
			return s.unlocked(ctx, q) // which fails at once, and says of what
		}
		st := s.current(q)
		if found, ok := st.kept[q.id]; ok && !isAfresh(ctx) {
			return clone(found), nil
		}
		st.asked[q.id] = true
		if isAfresh(ctx) {
			return s.ask(ctx, q, st)
		}
		if found, ok := st.copies[q.id]; ok {
			return clone(found), nil
		}
		var ready <-chan struct{}
		switch {
		case st.gets[q.id] != nil:
			ready = st.gets[q.id]
		case st.fetching != nil:
			ready, q.lingered = st.fetching, false
		default:
			if count := st.worthwhile(s.unanswered(st)); count > 0 {
				s.fetch(ctx, q, st, count)
				q.lingered = false
				continue
			}
			other := st.turn()
			switch {
			case st.ended || len(st.asked) == 1 || q.lingered && other == nil:
				return s.ask(ctx, q, st)
			case other != nil:
				ready, q.lingered = other, false
			case st.lingering == nil:
				s.linger(ctx, q, st)
				q.lingered = true
				continue
			default:
				ready, q.lingered = st.lingering, true
			}
		}
		s.await(ctx, ready)
	}
}

// await waits without the lock, or until ctx ends.
func (s *shelf[T]) await(ctx context.Context, ready <-chan struct{}) {
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-ready:
	case <-ctx.Done():
	}
}

// current returns the stretch that counts for a read.
func (s *shelf[T]) current(q *query[T]) *stretch[T] {
	changes := q.r.changes.count(s.spot)
	st := s.stretch
	if st == nil || st.changes != changes || st.number != q.stretch || q.began.Sub(st.started) > readingLongest {
		st = &stretch[T]{
			number: q.stretch, changes: changes, started: q.r.clock.Now(), unpaged: s.unpaged, ended: s.list == nil, total: -1,
			copies: map[string]*T{}, kept: map[string]*T{}, asked: map[string]bool{}, gets: map[string]chan struct{}{},
		}
		s.stretch = st
	}
	return st
}

// unanswered counts the objects that are waited for and are not there.
func (s *shelf[T]) unanswered(st *stretch[T]) int {
	count := 0
	for id := range s.waiting {
		if st.copies[id] == nil && st.gets[id] == nil {
			count++
		}
	}
	return count
}

func (s *shelf[T]) leave(id string) {
	if s.waiting[id]--; s.waiting[id] <= 0 {
		delete(s.waiting, id)
	}
}

// ask gets one object by itself. Others that want it wait for the answer.
func (s *shelf[T]) ask(ctx context.Context, q *query[T], st *stretch[T]) (*T, error) {
	if st.gets[q.id] != nil { // a second look beside another
		return s.unlocked(ctx, q)
	}
	done := make(chan struct{})
	st.gets[q.id] = done
	st.requests++
	object, err := s.unlocked(ctx, q)
	delete(st.gets, q.id)
	close(done)
	delete(st.copies, q.id)
	delete(st.kept, q.id)
	if err != nil {
		return nil, err
	}
	st.copies[q.id] = object
	return clone(object), nil
}

// unlocked asks for an object by itself, without the lock.
func (s *shelf[T]) unlocked(ctx context.Context, q *query[T]) (*T, error) {
	s.mu.Unlock()
	defer s.mu.Lock()
	return q.plain(ctx)
}

// linger lets others come before an object is asked for by itself: Terraform reads ten at a time, and those that come together
// are better answered by a list. They wait for the end of it, or go on with a page.
func (s *shelf[T]) linger(ctx context.Context, q *query[T], st *stretch[T]) {
	done := make(chan struct{})
	st.lingering = done
	s.mu.Unlock()
	_ = q.r.clock.Sleep(ctx, lingerTime) // where ctx has ended, the get says so
	s.mu.Lock()
	st.lingering = nil
	close(done)
}

// clone copies an object, so that its copy can be changed.
func clone[T any](o *T) *T {
	if c, ok := any(o).(interface{ clone() *T }); ok {
		return c.clone()
	}
	c := *o
	return &c
}
