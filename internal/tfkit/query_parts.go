package tfkit

import (
	"context"
	"iter"
	"sync"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// partsAhead is of how many parents the parts are asked for before they are wanted, where all are.
const partsAhead = 8

// partsOf are the parts of a parent, or the error of the list of parents, which has none.
type partsOf[T any] struct {
	parent *T
	found  []Found
	err    error
}

// inOrder yields the parts of the parents, in their order. Those of some more are asked for at the same time.
func inOrder[T any](
	ctx context.Context, parents iter.Seq2[*T, error], ahead int, parts func(ctx context.Context, parent *T) ([]Found, error),
) iter.Seq[partsOf[T]] {
	return func(yield func(partsOf[T]) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var all sync.WaitGroup
		defer all.Wait()
		defer cancel()
		var queue []chan partsOf[T]
		next := func() bool {
			first := <-queue[0]
			queue = queue[1:]
			return yield(first)
		}
		for parent, err := range parents {
			answer := make(chan partsOf[T], 1)
			queue = append(queue, answer)
			if err != nil {
				answer <- partsOf[T]{err: err}
				break
			}
			all.Go(func() {
				found, err := parts(ctx, parent)
				answer <- partsOf[T]{parent, found, err}
			})
			if len(queue) > ahead && !next() {
				return
			}
		}
		for len(queue) > 0 {
			if !next() {
				return
			}
		}
	}
}

// Sought tells of which VMs it is worth while to ask for parts that no list has, since other lists say how many there are: by
// what the parts are counted by, as a project or a security group, how many are not found yet.
type Sought struct {
	mu   sync.Mutex
	left map[string]int64
}

// NewSought returns a Sought of counts. Nil counts are for those that nobody knows.
func NewSought(left map[string]int64) *Sought { return &Sought{left: left} }

// Any tells whether there are parts that are not found yet.
func (s *Sought) Any(of string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left == nil || s.left[of] > 0
}

// Found notes a part.
func (s *Sought) Found(of string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left != nil {
		s.left[of]--
	}
}

// Resting tells whether a VM is what it is: one that is on its way may be about to get what its list does not show.
func Resting(vm *client.VM) bool {
	return vm.Status == client.VMActive || vm.Status == client.VMPassive
}
