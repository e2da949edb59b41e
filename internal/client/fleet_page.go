package client

import (
	"context"
	"net/http"
	"sync"
	"time"
)

const (
	// costFactor bounds the requests, as a multiple of those of the cheaper way.
	costFactor = 3
	// plainGets is how many objects are asked for one by one before the first page: as many as a page may cost in vain.
	plainGets = 3
	// worthBeginning is how many pages a list may have for each object that was asked for, so that pages are tried one by one.
	worthBeginning = 8
	// lingerTime is how long others are waited for before an object is asked for by itself.
	lingerTime = 50 * time.Millisecond
	// pagesAtOnce bounds how many pages are under way at the same time.
	pagesAtOnce = 4
)

// stretch is what was asked for, and found, in one place while one stretch of reading lasts and nothing is changed.
type stretch[T object] struct {
	number  int64
	changes int64
	started time.Time

	copies   map[string]*T
	kept     map[string]*T   // which lists had that were asked for together
	asked    map[string]bool // ids
	requests int             // gets and pages

	unpaged bool
	pages   int   // that came
	size    int   // of a page
	offset  int   // of the next one
	total   int64 // of the list; -1 where it is not known
	ended   bool  // no more pages: the list is here, has failed, or there is none

	fetching  chan struct{}            // closed when the pages under way are here; nil: there are none
	lingering chan struct{}            // closed when the lingering is over; nil: there is none
	gets      map[string]chan struct{} // under way; closed when they are over
}

// worthwhile returns how many pages to fetch next, for so many objects that are waited for. Where pages are tried, what is
// waited for can still be asked for one by one after them: each object that comes raises the bound by more than its own get.
func (st *stretch[T]) worthwhile(waiting int) int {
	plain := plainGets
	if st.unpaged {
		plain = 1 // the list is one request
	}
	length, asked := st.length(), len(st.asked)
	left, most := length-st.pages, costFactor*min(asked, length)
	switch {
	case st.ended || asked <= plain:
		return 0
	case st.pages == 0: // it tells how long the list is
		return 1
	case st.total >= 0 && st.requests+left <= most: // it is wanted whole, or might as well be
		return left
	case length <= worthBeginning*asked && st.requests+1+waiting <= most:
		return 1
	}
	return 0
}

// turn returns what to wait for before the next get: another one, where pages are tried. Whoever gets its answer comes back
// with the next object, and so do more pages become worth their while.
func (st *stretch[T]) turn() <-chan struct{} {
	if st.pages == 0 || st.length() > worthBeginning*len(st.asked) {
		return nil
	}
	for _, done := range st.gets {
		return done
	}
	return nil
}

// length is how many pages the list has, as far as that is known.
func (st *stretch[T]) length() int {
	if st.unpaged || st.pages == 0 {
		return 1
	}
	if st.total < 0 || st.size == 0 {
		return st.pages + 1
	}
	left := (int(st.total) - st.offset + st.size - 1) / st.size
	return st.pages + max(left, 1) // it has not ended
}

// fetch puts the next pages on the shelf, without the lock, while others wait.
func (s *shelf[T]) fetch(ctx context.Context, q *query[T], st *stretch[T], count int) {
	done := make(chan struct{})
	st.fetching = done
	st.requests += count
	first, size := st.offset, st.size
	s.mu.Unlock()
	got := make([]*page[T], count)
	errs := make([]error, count)
	slots := make(chan struct{}, pagesAtOnce)
	var all sync.WaitGroup
	for i := range count {
		slots <- struct{}{}
		all.Go(func() {
			got[i], errs[i] = s.page(ctx, q.r, first+i*size)
			<-slots
		})
	}
	all.Wait()
	s.mu.Lock()
	for i := range count {
		if errs[i] != nil {
			st.ended = ctx.Err() == nil // or somebody else goes on
			break
		}
		st.put(got[i], first+i*size)
	}
	st.fetching = nil
	close(done)
}

func (s *shelf[T]) page(ctx context.Context, r Reader, offset int) (*page[T], error) {
	path := s.list(s.spot.place)
	if !s.unpaged {
		return fetchPage[T](ctx, r, path, nil, offset)
	}
	var out page[T]
	err := r.do(ctx, request{method: http.MethodGet, path: path}, &out)
	return &out, err
}

// put puts a page on the shelf.
func (st *stretch[T]) put(got *page[T], offset int) {
	items := got.Data.items
	for i := range items {
		st.copies[items[i].identity()] = &items[i]
	}
	st.pages++
	st.size = max(st.size, len(items))
	st.offset = offset + len(items)
	if st.total = -1; got.Total != nil {
		st.total = *got.Total
	}
	st.ended = st.unpaged || len(items) == 0 || st.total >= 0 && int64(st.offset) >= st.total
}
