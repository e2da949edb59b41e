package client

import (
	"context"
	"errors"
	"iter"
	"math"
	"net/url"
	"strings"
	"sync"
	"time"
)

type togetherKey struct{}

// together says how lists are asked for together.
type together struct{ everywhere bool }

// Together returns a context for reading much at once, as a list of everything does. Whoever asks for a whole list that
// somebody else has asked for gets a copy of the answer, for as long as copies of objects count (see [Reader.ReadVM]), and the
// Read… calls answer with the objects of the lists. everywhere has the lists of all projects answer for those of one.
func Together(ctx context.Context, everywhere bool) context.Context {
	return context.WithValue(ctx, togetherKey{}, &together{everywhere})
}

// togetherOf returns how a list is to be asked for together with others; nil where it is asked for by itself, as one is of
// which only a part is wanted.
func togetherOf(ctx context.Context) *together {
	if paging := pagingOf(ctx); paging != nil && paging.wanted < math.MaxInt64 {
		return nil
	}
	t, _ := ctx.Value(togetherKey{}).(*together)
	return t
}

// rolls are the lists that were asked for together.
type rolls struct {
	mu sync.Mutex
	by map[string]*roll
}

// roll is a list that came, or is on its way.
type roll struct {
	changes  int64
	stretch  int64
	began    time.Time
	ready    chan struct{} // closed when it is here
	elements any           // []*T
	err      error
}

// claim returns the list that counts, and whether the caller is the one to ask for it.
func (r *rolls) claim(key string, changes, stretch int64, now time.Time) (_ *roll, mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.by[key]
	if known != nil && known.changes == changes && known.stretch == stretch && now.Sub(known.began) <= readingLongest {
		return known, false
	}
	if r.by == nil {
		r.by = map[string]*roll{}
	}
	claimed := &roll{changes: changes, stretch: stretch, began: now, ready: make(chan struct{})}
	r.by[key] = claimed
	return claimed, true
}

// end hands a list out. One that failed is asked for again by whoever comes later.
func (r *rolls) end(key string, done *roll) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if done.err != nil && r.by[key] == done {
		delete(r.by, key)
	}
	close(done.ready)
}

// shared yields the elements of a list that others may ask for, too. list asks the API.
func shared[T object](
	ctx context.Context, r Reader, path []string, query url.Values, list func(r Reader, query url.Values) iter.Seq2[*T, error],
) iter.Seq2[*T, error] {
	how := togetherOf(ctx)
	if how == nil {
		return list(r, query)
	}
	query, status := widened[T](query)
	return func(yield func(*T, error) bool) {
		all, err := calledIn(ctx, how, r, path, query, list)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, o := range all {
			if (status == "" || statusOf(o) == status) && !yield(clone(o), nil) {
				return
			}
		}
	}
}

// calledIn returns the elements of a list, of one project out of those of all where that is asked for. Elements that do not say
// where they are leave it to the project's own list.
func calledIn[T object](
	ctx context.Context, how *together, r Reader, path []string, query url.Values, list func(r Reader, query url.Values) iter.Seq2[*T, error],
) ([]*T, error) {
	if !how.everywhere || !r.scope.limited || !inProjects[T]() {
		return called(ctx, r, path, query, list)
	}
	unscoped := Reader{core: r.core}
	all, err := called(ctx, unscoped, path, query, list)
	if err != nil {
		return nil, err
	}
	var here []*T
	for _, o := range all {
		switch placeOf(unscoped, path, o) {
		case "":
			return called(ctx, r, path, query, list)
		case r.scope.place():
			here = append(here, o)
		}
	}
	return here, nil
}

// called returns the elements of a list that is asked for once. They are everybody's.
func called[T object](
	ctx context.Context, r Reader, path []string, query url.Values, list func(r Reader, query url.Values) iter.Seq2[*T, error],
) ([]*T, error) {
	key := strings.Join(append([]string{r.scope.place(), query.Encode()}, path...), "\x00")
	for {
		now := r.clock.Now()
		changes, stretch := r.changes.all(), r.reading.begin(now)
		claimed, mine := r.rolls.claim(key, changes, stretch, now)
		if mine {
			elements, err := Collect(list(r, query))
			claimed.elements, claimed.err = elements, err
			if err == nil && r.changes.all() == changes {
				keep(r, path, now, stretch, elements)
			}
			r.rolls.end(key, claimed)
		} else {
			select {
			case <-claimed.ready:
			case <-ctx.Done():
			}
		}
		r.reading.end(r.clock.Now())
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case !mine && (errors.Is(claimed.err, context.Canceled) || errors.Is(claimed.err, context.DeadlineExceeded)): // by whoever asked
			continue
		}
		elements, _ := claimed.elements.([]*T)
		return elements, claimed.err
	}
}

// keep has the Read… calls answer with the elements of a list.
func keep[T object](r Reader, path []string, began time.Time, stretch int64, elements []*T) {
	f := fleetOf[T](&r.fleets)
	if f == nil {
		return
	}
	for _, o := range elements {
		f.shelf(placeOf(r, path, o)).keep(&query[T]{r: r, began: began, stretch: stretch}, o)
	}
}

// keep puts an object that a list had on the shelf.
func (s *shelf[T]) keep(q *query[T], o *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current(q).kept[(*o).identity()] = o
}

// fleetOf returns the fleet of a kind of object; nil where there is none.
func fleetOf[T object](f *fleets) *fleet[T] {
	for _, one := range []any{
		&f.vms, &f.volumes, &f.snapshots, &f.backups, &f.schedules, &f.ips, &f.vpcs, &f.groups,
		&f.sshKeys, &f.projects, &f.roles, &f.apiKeys, &f.members, &f.projectMembers,
	} {
		if found, ok := one.(*fleet[T]); ok {
			return found
		}
	}
	return nil
}

// inProjects tells whether objects of a type are in projects, and say in which.
func inProjects[T any]() bool {
	switch any(*new(T)).(type) {
	case VM, Volume, Snapshot, Backup, BackupSchedule, IP, VPC, SecurityGroup:
		return true
	}
	return false
}

// placeOf returns where copies of an object that a list had are kept.
func placeOf[T any](r Reader, path []string, o *T) string {
	var project string
	switch o := any(o).(type) {
	case *VM:
		project = o.ProjectID
	case *Volume:
		project = o.ProjectID
	case *Snapshot:
		project = o.ProjectID
	case *Backup:
		project = o.ProjectID
	case *BackupSchedule:
		project = o.ProjectID
	case *IP:
		project = o.ProjectID
	case *VPC:
		project = o.ProjectID
	case *SecurityGroup:
		project = o.ProjectID
	case *ProjectMember:
		return path[len(path)-2] // of projects/{id}/members
	default:
		return ""
	}
	if project == "" {
		return r.scope.place()
	}
	return scope{project: project}.place()
}

// widened returns the query of a list without the status, where all of them are few: then one list answers for each status.
func widened[T any](query url.Values) (wide url.Values, status string) {
	switch any(*new(T)).(type) {
	case Member, ProjectMember, IP:
		wide = url.Values{}
		for name, values := range query {
			if name == "status" {
				status = values[0]
				continue
			}
			wide[name] = values
		}
		return wide, status
	}
	return query, ""
}

func statusOf(o any) string {
	switch o := o.(type) {
	case *Member:
		return o.Status
	case *ProjectMember:
		return o.Status
	case *IP:
		return o.Status
	}
	return ""
}
