package tfkit

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Listing lists the ids of the objects of a kind: those in a project or, where projectID is empty, those
// of the account. It fails with client.ErrForbidden where the key does not reach them: no other call tells
// what a key cannot reach from what does not exist.
type Listing func(ctx context.Context, c *client.Client, projectID string) iter.Seq2[string, error]

// ListIn makes a Listing of a list of objects of projects.
func ListIn[T any](list func(ctx context.Context, r client.Reader) iter.Seq2[T, error], id func(T) string) Listing {
	return func(ctx context.Context, c *client.Client, projectID string) iter.Seq2[string, error] {
		return idsOf(list(ctx, c.ReaderIn(projectID)), id)
	}
}

// ListAll makes a Listing of a list of objects of the account.
func ListAll[T any](list func(ctx context.Context, c *client.Client) iter.Seq2[T, error], id func(T) string) Listing {
	return func(ctx context.Context, c *client.Client, _ string) iter.Seq2[string, error] {
		return idsOf(list(ctx, c), id)
	}
}

func idsOf[T any](objects iter.Seq2[T, error], id func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for object, err := range objects {
			if err != nil {
				yield("", err)
				return
			}
			if !yield(id(object), nil) {
				return
			}
		}
	}
}

// reach asks for the first object, which tells whether the key reaches such objects.
func (l Listing) reach(ctx context.Context, c *client.Client, projectID string) error {
	for _, err := range l(ctx, c, projectID) {
		return err
	}
	return nil
}

// all returns the ids of all objects.
func (l Listing) all(ctx context.Context, c *client.Client, projectID string) (map[string]bool, error) {
	ids := map[string]bool{}
	for id, err := range l(ctx, c, projectID) {
		if err != nil {
			return nil, err
		}
		ids[id] = true
	}
	return ids, nil
}

// current answers a question anew: an answer counts for all who began to ask before it was looked for.
type current[T any] struct {
	mu    sync.Mutex
	asked time.Time
	value T
	err   error
}

// get returns an answer that was looked for after since.
func (c *current[T]) get(since time.Time, ask func() (T, error)) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked.After(since) {
		c.asked = time.Now()
		c.value, c.err = ask()
	}
	return c.value, c.err
}

// answers are current answers, by what was asked.
type answers[T any] struct {
	mu sync.Mutex
	by map[string]*current[T]
}

func (a *answers[T]) of(question string) *current[T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.by == nil {
		a.by = map[string]*current[T]{}
	}
	if a.by[question] == nil {
		a.by[question] = &current[T]{}
	}
	return a.by[question]
}
