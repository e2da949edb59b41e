package client

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	pageSize = 100    // what the client asks for; the server may give less
	maxPages = 10_000 // a server that never ends is an error, not a hang
)

var errEndlessList = errors.New("the list does not end: the server keeps sending pages without anything new")

// Collect returns all elements of a list call, or the first error.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for element, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, element)
	}
	return all, nil
}

// page is the answer {"success":true,"data":[…],"total":n}.
type page[T object] struct {
	envelope
	Data  elements[T] `json:"data"`
	Total *int64      `json:"total"` // of all matches; some lists leave it out
}

func (p *page[T]) incomplete() error { return p.Data.incomplete() }

// pages yields the elements of all pages of a list, which others may have asked for as well; see everyPage and [Together].
func pages[T object](ctx context.Context, r Reader, path []string, query url.Values) iter.Seq2[*T, error] {
	return shared(ctx, r, path, query, func(r Reader, query url.Values) iter.Seq2[*T, error] {
		return everyPage[T](ctx, r, path, query)
	})
}

// everyPage yields the elements of all pages of a list, in the server's order. It asks for the next page only when the
// consumer wants more, and advances by what it got. An element that comes twice, because the list changed meanwhile,
// is yielded once.
func everyPage[T object](ctx context.Context, r Reader, path []string, query url.Values) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		seen := map[string]bool{}
		offset := 0
		for range maxPages {
			got, err := fetchPage[T](ctx, r, path, query, offset)
			if err != nil {
				yield(nil, err)
				return
			}
			fresh := unseen(got.Data.items, seen)
			for _, element := range fresh {
				if !yield(element, nil) {
					return
				}
			}
			count := len(got.Data.items)
			offset += count
			if count == 0 || got.Total != nil && int64(offset) >= *got.Total {
				return
			}
			if len(fresh) == 0 {
				break
			}
		}
		yield(nil, &Error{
			Method: http.MethodGet, Path: "/" + strings.Join(path, "/"), Project: r.scope.project,
			Message: errEndlessList.Error(), Err: errEndlessList,
		})
	}
}

func fetchPage[T object](
	ctx context.Context, r Reader, path []string, query url.Values, offset int,
) (*page[T], error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	paging := pagingOf(ctx)
	query.Set("limit", strconv.FormatInt(paging.limit(offset), 10))
	query.Set("offset", strconv.Itoa(offset))
	var out page[T]
	err := r.do(ctx, request{method: http.MethodGet, path: path, query: query}, &out)
	if paging != nil {
		paging.total = out.Total
	}
	return &out, err
}

// whole yields the elements of a list that the API does not page, and that others may have asked for; see [Together].
func whole[T object](ctx context.Context, r Reader, path []string, query url.Values) iter.Seq2[*T, error] {
	return shared(ctx, r, path, query, func(r Reader, query url.Values) iter.Seq2[*T, error] {
		return onePage[T](ctx, r, path, query)
	})
}

// onePage yields the elements of a list that the API does not page.
func onePage[T object](ctx context.Context, r Reader, path []string, query url.Values) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		var out page[T]
		if err := r.do(ctx, request{method: http.MethodGet, path: path, query: query}, &out); err != nil {
			yield(nil, err)
			return
		}
		for _, element := range unseen(out.Data.items, map[string]bool{}) {
			if !yield(element, nil) {
				return
			}
		}
	}
}

// unseen returns pointers to the elements that are not in seen, and adds them to it.
func unseen[T object](items []T, seen map[string]bool) []*T {
	fresh := make([]*T, 0, len(items))
	for i := range items {
		if id := items[i].identity(); !seen[id] {
			seen[id] = true
			fresh = append(fresh, &items[i])
		}
	}
	return fresh
}

// filter builds a query of the pairs whose value is not empty.
func filter(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}
