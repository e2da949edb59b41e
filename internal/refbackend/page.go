package refbackend

import (
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// maxLimit is the longest page; larger limits are clamped to it.
const maxLimit = 100

// parseQueryString is url.ParseQuery, which also refuses semicolons and bad escapes.
func parseQueryString(raw string) (url.Values, error) { return url.ParseQuery(raw) }

// pageNumber takes limit or offset out of a query.
func pageNumber(values url.Values, name string, byDefault, least int) (int, error) {
	sent, ok := values[name]
	if !ok {
		return byDefault, nil
	}
	delete(values, name)
	n, err := strconv.Atoi(sent[0])
	if len(sent) != 1 || err != nil || n < least {
		return 0, badRequest("%s: must be an integer of at least %d", name, least)
	}
	return n, nil
}

// listing answers the list of a type.
type listing[T any] struct {
	noun    *noun
	id      func(T) string
	project func(T) string // nil for account-level types
	show    func(T) any
	untold  bool // the list is paged without telling the total
}

// answer keeps the objects that the call may see, cuts its page out of them and shows only those. Paged lists carry
// the total of all matches.
func (l listing[T]) answer(s *Server, c *call, matching iter.Seq[T]) any {
	var kept []T
	for object := range matching {
		if l.project != nil && !s.inScope(c, l.project(object)) {
			continue
		}
		if !s.hides(c, l.noun, l.id(object)) {
			kept = append(kept, object)
		}
	}
	deleted := s.staleItems(c, l.noun)
	total := len(kept) + len(deleted)
	from, to := 0, total
	if c.op.page > 0 {
		from = min(c.offset, total)
		to = min(from+c.limit, total)
	}
	shown := make([]any, 0, to-from)
	for i := from; i < to; i++ {
		if i >= len(kept) {
			shown = append(shown, deleted[i-len(kept)])
			continue
		}
		shown = append(shown, l.show(kept[i]))
	}
	for _, object := range kept[min(from, len(kept)):min(to, len(kept))] {
		s.observed(l.noun, l.id(object))
	}
	if c.op.page == 0 || l.untold {
		return dataBody{Success: true, Data: shown}
	}
	return pageBody{Success: true, Data: shown, Total: total}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
