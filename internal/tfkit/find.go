package tfkit

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// ErrNoneOfThatName means that a list was read to its end and has no object of the name.
var ErrNoneOfThatName = errors.New("there is none of that name that the API key can reach")

// FindByName returns the one object of a list with exactly this name. None is ErrNoneOfThatName, and
// several are an error that names their ids, for nouns whose names are not unique.
func FindByName[T any](objects iter.Seq2[T, error], name string, describe func(T) (name, id string)) (T, error) {
	var none T
	var found []T
	var ids []string
	for object, err := range objects {
		if err != nil {
			return none, err
		}
		if n, id := describe(object); n == name {
			found = append(found, object)
			ids = append(ids, id)
		}
	}
	switch len(found) {
	case 0:
		return none, ErrNoneOfThatName
	case 1:
		return found[0], nil
	default:
		return none, fmt.Errorf("the name is not unique, choose one by its id: %s", strings.Join(ids, ", "))
	}
}
