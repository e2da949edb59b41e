package tfkit

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// clockSkew is how far the clocks of this machine and the API may differ.
const clockSkew = time.Minute

// Candidate is an object that an ambiguous create may have made.
type Candidate struct {
	ID        string
	Matches   bool // it has the name, and whatever else tells it from others
	CreatedAt time.Time
}

// Settle decides what an ambiguous create did, by looking. Exactly one matching object that was
// created since the request began is adopted. None or several are an error: it wraps the ambiguous
// one, names the candidates and the command that imports one as typeName.
func Settle[T any](ambiguous error, typeName string, began time.Time, objects iter.Seq2[T, error], describe func(T) Candidate) (T, error) {
	var found []T
	var ids []string
	var none T
	for object, err := range objects {
		if err != nil {
			return none, fmt.Errorf("%w; looking for the object failed too: %w", ambiguous, err)
		}
		c := describe(object)
		if c.Matches && c.CreatedAt.After(began.Add(-clockSkew)) {
			found = append(found, object)
			ids = append(ids, c.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return none, fmt.Errorf("%w; no new object of that name was found", ambiguous)
	default:
		return none, fmt.Errorf("%w; it may have created one of %s: import the right one with terraform import <address of the %s> <id>",
			ambiguous, strings.Join(ids, ", "), typeName)
	}
}
