package client

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

const (
	// watchShare is the pause between two looks at an object, as a share of how long it was waited for.
	watchShare = 0.2
	// watchSlowest is the longest pause between two looks at an object.
	watchSlowest = 10 * time.Second
	// watchSpent is how much of a request each waiting object may take while it waits, where others wait too: the looks
	// at all of them are so far apart, but neither less than watchGap nor more than watchSlowestGap.
	watchSpent      = 0.33
	watchGap        = 250 * time.Millisecond
	watchSlowestGap = 2 * time.Second
	// watchJitter is how much longer a pause may be, as a share of it, so that processes do not stay in step.
	watchJitter = 0.1
	// watchGuess is how many pages a list is taken to have while that is not known.
	watchGuess = 3
	// watchSlack is how far an object may have moved in a list since it was seen there.
	watchSlack = 10
	// watchMemory is how long it is believed how many requests a look at the list takes, and that it cannot be read.
	watchMemory = 30 * time.Second
)

// watch has those who wait for objects of one type share what they read: in each project, one look at a time serves
// all of them. Where few wait, each asks for its own object; otherwise pages of the list are read until all were seen.
type watch[T object] struct {
	mu     sync.Mutex
	groups map[string]*watchGroup[T] // by project
}

// group returns those who wait in r's project.
func (w *watch[T]) group(r Reader, list []string) *watchGroup[T] {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.groups == nil {
		w.groups = map[string]*watchGroup[T]{}
	}
	g := w.groups[r.scope.project]
	if g == nil {
		g = &watchGroup[T]{lead: make(chan struct{}, 1), reader: r, path: list}
		w.groups[r.scope.project] = g
	}
	return g
}

// watchGroup are those who wait for objects of one type in one project. One of them leads: it waits until the next look
// is due, makes it, and tells the others. Its context ends its look; another one leads then.
type watchGroup[T object] struct {
	lead   chan struct{} // holds the token of the one who leads
	reader Reader
	path   []string // of the list

	mu      sync.Mutex
	waiting []*watcher[T]            // for the next look
	wake    context.CancelFunc       // ends the pause of the one who leads
	ended   time.Time                // when the last look ended
	cost    int                      // requests of the last look
	pages   int                      // what the last look at the list took
	listed  time.Time                // when that was
	first   int                      // where in the list the first of them was
	refused time.Time                // when the list could not be read
	usual   map[string]time.Duration // by goal, the shortest that it has taken; of what is known to be under way
}

// watcher is one wait for one object.
type watcher[T object] struct {
	group *watchGroup[T]
	id    string
	goal  string // what is under way: waits for the same take about as long. Empty where that is not known
	gone  bool   // it waits for the object to go
	began time.Time

	// For the next look; group.mu is held.
	joined time.Time
	due    time.Time
	served chan struct{} // closed when the look is over

	// What the last look has shown, valid after served.
	object *T
	place  int  // of it in the list
	absent bool // a complete list does not have it
	unsure int  // looks in a row at a list that changed meanwhile, and did not show it
	looks  int
}

// maxUnsure is how often a list may change while it is looked at, before an object that is to go is asked for by itself.
const maxUnsure = 3

// watcher begins a wait for an object.
func (g *watchGroup[T]) watcher(id, goal string) *watcher[T] {
	now := g.reader.clock.Now()
	return &watcher[T]{group: g, id: id, goal: goal, gone: goal == StateGone, began: now, due: now}
}

// turn waits for a look that begins after the call. What it has shown is in w then: the object, or that a complete
// list does not have it, or neither: then w is to ask by itself. The error is the context's.
func (w *watcher[T]) turn(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := w.group
	g.join(w)
	for {
		select {
		case <-w.served:
			return nil
		case <-ctx.Done():
			g.leave(w)
			return ctx.Err()
		case g.lead <- struct{}{}:
			err := g.look(ctx, w)
			<-g.lead
			if err != nil {
				g.leave(w)
				return err
			}
		}
	}
}

// join adds w to those who wait for the next look.
func (g *watchGroup[T]) join(w *watcher[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.reader.clock.Now()
	w.served = make(chan struct{})
	w.joined, w.due = now, now
	if w.looks > 0 {
		w.due = now.Add(jittered(watchPause(now.Sub(w.began))))
	}
	// What is known to be under way is not looked at too early where others wait, each of whose looks serves all.
	if w.goal != "" && g.busy(now) {
		w.due = latest(w.due, now.Add(defaultInterval), w.began.Add(g.usual[w.goal]/2))
	}
	g.waiting = append(g.waiting, w)
	if g.wake != nil {
		g.wake()
	}
}

// busy tells whether others wait, or have just done so. g.mu is held.
func (g *watchGroup[T]) busy(now time.Time) bool {
	return len(g.waiting) > 0 || len(g.lead) > 0 || now.Sub(g.ended) < defaultInterval
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// leave takes w from those who wait.
func (g *watchGroup[T]) leave(w *watcher[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.waiting {
		if other == w {
			g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
			return
		}
	}
}

// watchPause is the pause between two looks at an object that was waited for that long.
func watchPause(age time.Duration) time.Duration {
	return min(defaultInterval+time.Duration(watchShare*float64(age)), watchSlowest)
}

func jittered(d time.Duration) time.Duration {
	return d + time.Duration(rand.Float64()*watchJitter*float64(d))
}

// look waits until a look is due, and makes it for all who wait, unless somebody else has served w meanwhile.
func (g *watchGroup[T]) look(ctx context.Context, w *watcher[T]) error {
	if err := g.pause(ctx, w); err != nil {
		return err
	}
	batch, byList := g.begin(w)
	if len(batch) == 0 {
		return nil
	}
	cost := len(batch)
	if byList {
		found, err := g.survey(ctx, batch)
		if err != nil && ctx.Err() != nil { // it is the end of this one's wait alone
			g.putBack(batch)
			return ctx.Err()
		}
		cost = found.pages
		for _, each := range batch {
			if each.take(found) {
				cost++
			}
		}
	}
	g.end(batch, cost, byList)
	return nil
}

// take notes what a look at the list has shown. It tells whether w has to ask by itself.
func (w *watcher[T]) take(found survey[T]) bool {
	w.object, w.place = found.objects[w.id], found.places[w.id]
	w.absent = w.object == nil && found.complete
	if w.object != nil || w.absent || !found.changed {
		w.unsure = 0
	} else {
		w.unsure++
	}
	return w.asks()
}

// asks tells whether w has to ask for its object by itself: the last look has not told enough.
func (w *watcher[T]) asks() bool {
	return w.object == nil && !(w.gone && (w.absent || w.unsure > 0 && w.unsure <= maxUnsure))
}

// pause waits until the next look is due.
func (g *watchGroup[T]) pause(ctx context.Context, w *watcher[T]) error {
	clock := g.reader.clock
	for {
		sleep, cancel := context.WithCancel(ctx)
		g.mu.Lock()
		pause := g.next().Sub(clock.Now())
		done := pause <= 0 || isClosed(w.served)
		g.wake = cancel
		if done {
			g.wake = nil
		}
		g.mu.Unlock()
		if done {
			cancel()
			return ctx.Err()
		}
		err := clock.Sleep(sleep, pause)
		woken := sleep.Err() != nil && ctx.Err() == nil
		cancel()
		g.mu.Lock()
		g.wake = nil
		g.mu.Unlock()
		if err != nil && !woken {
			return err
		}
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// next returns when the next look is due: with the first of those who wait, but not too soon after the last one, unless
// somebody waits alone. g.mu is held.
func (g *watchGroup[T]) next() time.Time {
	var next time.Time
	for _, w := range g.waiting {
		if next.IsZero() || w.due.Before(next) {
			next = w.due
		}
	}
	if earliest := g.ended.Add(g.gap()); earliest.After(next) {
		next = earliest
	}
	return next
}

// gap returns the pause after a look at several objects: the longer they wait already, the fewer they are and the more
// requests the last look took, the longer. g.mu is held.
func (g *watchGroup[T]) gap() time.Duration {
	count := len(g.waiting)
	if count < 2 {
		return 0
	}
	now, ages := g.reader.clock.Now(), time.Duration(0)
	for _, w := range g.waiting {
		ages += now.Sub(w.began)
	}
	age := float64(ages) / float64(count) // half of how long they will have waited, more or less
	gap := time.Duration(2 * age * float64(g.cost) / float64(count) / watchSpent)
	longest := time.Second + time.Duration(watchShare*age)
	return max(min(gap, longest, watchSlowestGap), watchGap)
}

// begin takes those whom a look is to serve, and tells whether it reads the list: for all who wait then, otherwise for
// those alone whose look is due. It takes nobody where w was served already.
func (g *watchGroup[T]) begin(w *watcher[T]) (batch []*watcher[T], byList bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if isClosed(w.served) {
		return nil, false
	}
	now := g.reader.clock.Now()
	pages := watchGuess
	switch {
	case now.Sub(g.refused) < watchMemory:
		pages = len(g.waiting)
	case now.Sub(g.listed) < watchMemory:
		pages = g.pages
	}
	if g.worth(now) > float64(pages) {
		batch, g.waiting = g.waiting, nil
		return batch, true
	}
	batch, g.waiting = partition(g.waiting, func(w *watcher[T]) bool { return !w.due.After(now) })
	for _, each := range batch {
		each.object, each.absent, each.unsure = nil, false, 0
	}
	return batch, false
}

// worth returns how many requests by id a look at the list spares: one for each whose look is due, and part of one for
// the others, as far as their pause is over. g.mu is held.
func (g *watchGroup[T]) worth(now time.Time) float64 {
	worth := 0.0
	for _, w := range g.waiting {
		if pause := w.due.Sub(w.joined); now.Before(w.due) {
			worth += float64(now.Sub(w.joined)) / float64(pause)
		} else {
			worth++
		}
	}
	return worth
}

func partition[E any](all []E, isFirst func(E) bool) (first, second []E) {
	for _, each := range all {
		if isFirst(each) {
			first = append(first, each)
		} else {
			second = append(second, each)
		}
	}
	return first, second
}

// putBack has those wait again whose look was not made.
func (g *watchGroup[T]) putBack(batch []*watcher[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, batch...)
}

// end tells those whom a look has served.
func (g *watchGroup[T]) end(batch []*watcher[T], cost int, byList bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended, g.cost = g.reader.clock.Now(), cost
	if byList {
		g.pages, g.listed = cost, g.ended
	}
	for _, w := range batch {
		w.looks++
		close(w.served)
	}
}

// arrived notes that what w waited for has come, and how long that has taken.
func (w *watcher[T]) arrived() {
	if w.goal == "" {
		return // it may have been there before
	}
	g := w.group
	g.mu.Lock()
	defer g.mu.Unlock()
	took := g.reader.clock.Now().Sub(w.began)
	if g.usual == nil {
		g.usual = map[string]time.Duration{}
	}
	if usual, known := g.usual[w.goal]; !known || took < usual {
		g.usual[w.goal] = took
	}
}

// survey is what a look at the list has shown.
type survey[T object] struct {
	objects  map[string]*T
	places   map[string]int // in the list
	pages    int
	complete bool // there are no other objects: nothing has changed while the pages were read
	changed  bool // something has
}

// survey reads pages of the list until all objects of the batch were seen, or as long as that takes fewer requests than
// to ask for those that were not. It begins where the first of them was seen before, and ends with what comes before
// that.
//
// Whoever waits for an object to go has to know that the list is complete. It may change between two pages, so that an
// object moves to a page that was read before. Where that matters, each page begins with the last object of the one
// before: nothing has moved over that edge as long as it does.
func (g *watchGroup[T]) survey(ctx context.Context, batch []*watcher[T]) (survey[T], error) {
	found := survey[T]{objects: map[string]*T{}, places: map[string]int{}}
	unseen, whole := map[string]bool{}, false
	for _, w := range batch {
		unseen[w.id] = true
		whole = whole || w.gone
	}
	at := cursor[T]{start: g.start(batch), total: -1}
	if whole {
		at.start, at.overlap = 0, 1
	}
	at.offset = at.start
	for len(unseen) > 0 {
		got, err := fetchPage[T](ctx, g.reader, g.path, nil, at.offset)
		found.pages++
		if err != nil {
			g.noteRefused()
			return found, err
		}
		items := got.Data.items
		found.changed = found.changed || at.moved(got.Total, items)
		for i := range items {
			id := items[i].identity()
			found.objects[id], found.places[id] = &items[i], at.offset+i
			delete(unseen, id)
		}
		if got.Total == nil { // where it ends is not known
			break
		}
		if !at.advance(*got.Total, items) {
			found.complete = whole && !found.changed && int64(len(found.objects)) == at.total
			break
		}
		if at.left() > len(unseen) {
			break
		}
	}
	return found, nil
}

// cursor is where in a list the next page begins. It goes once around the list.
type cursor[T object] struct {
	start, offset int
	overlap       int // objects of the page before that the next one begins with
	total         int64
	edge          string // id of the last object of the page before, where pages overlap
}

// moved tells whether a page does not go on where the one before has ended.
func (c *cursor[T]) moved(total *int64, items []T) bool {
	return c.total >= 0 && (total == nil || *total != c.total) || c.edge != "" && (len(items) == 0 || items[0].identity() != c.edge)
}

// advance moves past a page, and tells whether there is another one.
func (c *cursor[T]) advance(total int64, items []T) bool {
	c.total = total
	end := c.offset + len(items)
	atEnd := len(items) <= c.overlap || int64(end) >= total
	if atEnd && c.start == 0 || c.offset < c.start && end >= c.start {
		return false
	}
	c.offset, c.edge = end-c.overlap, ""
	if c.overlap > 0 {
		c.edge = items[len(items)-1].identity()
	}
	if atEnd {
		c.offset = 0
	}
	return true
}

// left returns how many pages there are still.
func (c *cursor[T]) left() int {
	left := c.start - c.offset
	if left <= 0 {
		left += int(c.total)
	}
	return (left + pageSize - 1) / pageSize
}

// start returns where in the list the first object of a batch may be.
func (g *watchGroup[T]) start(batch []*watcher[T]) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	first := -1
	for _, w := range batch {
		if w.object != nil && (first < 0 || w.place < first) {
			first = w.place
		}
	}
	if first >= 0 {
		g.first = max(0, first-watchSlack)
	}
	if g.first < pageSize/2 {
		return 0
	}
	return g.first
}

func (g *watchGroup[T]) noteRefused() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused = g.reader.clock.Now()
}
