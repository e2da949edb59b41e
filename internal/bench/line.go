package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// line is what is said of a case: its kind, and values in the order in which they were added.
type line struct {
	text strings.Builder
}

func newLine(kind string) *line {
	l := &line{}
	l.text.WriteString(kind)
	return l
}

func (l *line) add(key, value string) *line {
	fmt.Fprintf(&l.text, " %s=%s", key, value)
	return l
}

func (l *line) count(key string, n int) *line { return l.add(key, strconv.Itoa(n)) }

// ratio is a number with two places; "n/a" where it would be divided by nothing.
func (l *line) ratio(key string, of, by float64) *line {
	if by == 0 {
		return l.add(key, unknown)
	}
	return l.add(key, strconv.FormatFloat(of/by, 'f', 2, 64))
}

func (l *line) seconds(key string, d time.Duration) *line {
	return l.add(key, strconv.FormatFloat(d.Seconds(), 'f', 2, 64))
}

// String is the line.
func (l *line) String() string { return l.text.String() }

// unknown stands for what is not measured.
const unknown = "n/a"

// median is the middle one of some values, the lower one of two; 0 where there are none.
func median[T int | int64 | float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// each is one value of every measurement.
func each[M any, T any](measured []M, of func(M) T) []T {
	values := make([]T, 0, len(measured))
	for _, m := range measured {
		values = append(values, of(m))
	}
	return values
}
