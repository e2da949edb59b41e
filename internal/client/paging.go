package client

import "context"

// Paging tells a list how many elements are wanted, and is told how many there are. It is for one list at a time.
type Paging struct {
	wanted int64
	total  *int64
}

// NewPaging returns a Paging for as many elements as are wanted.
func NewPaging(wanted int64) *Paging { return &Paging{wanted: wanted} }

// Total returns how many elements the server says that there are. ok is false where it does not.
func (p *Paging) Total() (total int64, ok bool) {
	if p.total == nil {
		return 0, false
	}
	return *p.total, true
}

// limit is how many elements to ask for, after so many.
func (p *Paging) limit(have int) int64 {
	if p == nil {
		return pageSize
	}
	return min(pageSize, max(1, p.wanted-int64(have)))
}

type pagingKey struct{}

// WithPaging has a list that is asked for with the context follow p.
func WithPaging(ctx context.Context, p *Paging) context.Context {
	return context.WithValue(ctx, pagingKey{}, p)
}

// pagingOf returns the Paging of a context; nil for none.
func pagingOf(ctx context.Context) *Paging {
	p, _ := ctx.Value(pagingKey{}).(*Paging)
	return p
}
