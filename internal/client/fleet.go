package client

import (
	"context"
	"sync"
	"time"
)

const (
	// fleetAfter is how many plain gets come before the first list: a few objects are cheaper one by one.
	fleetAfter = 3
	// fleetAge is how long an object of a list counts as fresh.
	fleetAge = 10 * time.Second
)

// fleet answers gets of one type of object from its list, where many are wanted. The API allows few requests a
// second, and a page has 100 objects.
//
// In each project, the first gets are plain ones. From then on a get may be answered by the next page of the list
// instead, as long as no more pages were asked for than gets were made, plus one. That costs at most about twice the
// requests of the better of both ways, whichever objects of the list are wanted. An object that the list does not have
// is asked for by itself, so that a 404 is always a real one. Anything that this client changes empties the fleet.
type fleet[T object] struct {
	mu      sync.Mutex
	shelves map[string]*shelf[T] // by project
}

// shelf has what is known of one project. Its lock is held while a page is fetched, so that others wait for it.
type shelf[T object] struct {
	mu      sync.Mutex
	objects map[string]shelved[T]
	gets    int // made since the shelf was empty
	pages   int // fetched since then
	offset  int // of the next page
	ended   bool
	touched time.Time
	writes  int64 // of the client when the shelf was empty
}

type shelved[T object] struct {
	object *T
	at     time.Time
}

// get returns the object with the id: from the list of r's project, or by plain. Without a project it is always plain.
func (f *fleet[T]) get(ctx context.Context, r Reader, list []string, id string, plain func(context.Context, string) (*T, error)) (*T, error) {
	if !r.scope.limited {
		return plain(ctx, id)
	}
	if object := f.shelf(r.scope.project).find(ctx, r, list, id); object != nil {
		return object, nil
	}
	return plain(ctx, id)
}

func (f *fleet[T]) shelf(project string) *shelf[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shelves == nil {
		f.shelves = map[string]*shelf[T]{}
	}
	s := f.shelves[project]
	if s == nil {
		s = &shelf[T]{}
		f.shelves[project] = s
	}
	return s
}

// find returns a copy of the object, or nil where it is to be asked for by itself.
func (s *shelf[T]) find(ctx context.Context, r Reader, list []string, id string) *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emptyIfStale(r)
	for {
		if found, ok := s.objects[id]; ok && r.clock.Now().Sub(found.at) < fleetAge {
			object := *found.object
			return &object
		}
		if s.ended || s.gets < fleetAfter || s.pages > s.gets {
			s.gets++
			return nil
		}
		s.fetch(ctx, r, list)
	}
}

// emptyIfStale empties the shelf when this client has changed something, or nothing was fetched for long.
func (s *shelf[T]) emptyIfStale(r Reader) {
	writes, now := r.writes.Load(), r.clock.Now()
	if s.objects == nil || writes != s.writes || now.Sub(s.touched) >= fleetAge {
		s.objects = map[string]shelved[T]{}
		s.gets, s.pages, s.offset, s.ended = 0, 0, 0, false
		s.writes, s.touched = writes, now
	}
}

// fetch puts the next page on the shelf. A list that fails ends here: the gets that follow will say why.
func (s *shelf[T]) fetch(ctx context.Context, r Reader, list []string) {
	s.pages++
	got, err := fetchPage[T](ctx, r, list, nil, s.offset)
	if err != nil {
		s.ended = true
		return
	}
	s.touched = r.clock.Now()
	items := got.Data.items
	for i := range items {
		s.objects[items[i].identity()] = shelved[T]{&items[i], s.touched}
	}
	s.offset += len(items)
	s.ended = len(items) == 0 || got.Total != nil && int64(s.offset) >= *got.Total
}
