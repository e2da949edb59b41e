package project

import (
	"errors"
	"iter"
	"testing"
)

func TestSome(t *testing.T) {
	of := func(names ...string) iter.Seq2[*string, error] {
		return func(yield func(*string, error) bool) {
			for i := range names {
				if !yield(&names[i], nil) {
					return
				}
			}
		}
	}
	broken := func(yield func(*string, error) bool) { yield(nil, errors.New("forbidden")) }
	for name, test := range map[string]struct {
		objects iter.Seq2[*string, error]
		want    string
	}{
		"none":      {of(), ""},
		"one":       {of("a"), "1 VM: a"},
		"three":     {of("a", "b", "c"), "3 VMs: a, b, c"},
		"five":      {of("a", "b", "c", "d", "e"), "5 VMs: a, b, c and 2 more"},
		"forbidden": {broken, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := some("VM", "VMs", test.objects, func(s *string) string { return *s }); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
