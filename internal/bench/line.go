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

func (l *line) add(key, value string) { fmt.Fprintf(&l.text, " %s=%s", key, value) }

func (l *line) count(key string, n int) { l.add(key, strconv.Itoa(n)) }

func (l *line) seconds(key string, d time.Duration) { l.number(key, d.Seconds()) }

// number adds a number with two places.
func (l *line) number(key string, n float64) { l.add(key, strconv.FormatFloat(n, 'f', 2, 64)) }

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
