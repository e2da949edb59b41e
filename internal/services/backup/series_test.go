package backup

import (
	"slices"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestSeriesOf(t *testing.T) {
	increment := func(n int64) *int64 { return &n }
	var all []*client.Backup
	for i, b := range []struct {
		id        string
		increment *int64
	}{
		{"a0", increment(0)},
		{"a1", increment(1)},
		{"alone", nil},
		{"a2", increment(2)},
		{"b0", increment(0)},
		{"b1", increment(1)},
		{"c0", increment(0)},
	} {
		at := time.Unix(int64(i), 0)
		all = append(all, &client.Backup{ID: b.id, IncrementID: b.increment, CreatedAt: &at})
	}
	slices.Reverse(all) // the order of the API does not matter
	ids := func(backups []*client.Backup) []string {
		list := []string{}
		for _, b := range backups {
			list = append(list, b.ID)
		}
		return list
	}
	for id, want := range map[string]struct{ earlier, later []string }{
		"a0":      {[]string{}, []string{"a1", "a2"}},
		"a1":      {[]string{"a0"}, []string{"a2"}},
		"a2":      {[]string{"a0", "a1"}, []string{}},
		"b0":      {[]string{}, []string{"b1"}},
		"b1":      {[]string{"b0"}, []string{}},
		"c0":      {[]string{}, []string{}},
		"alone":   {[]string{}, []string{}},
		"unknown": {[]string{}, []string{}},
	} {
		s := seriesOf(all, id)
		if !slices.Equal(ids(s.earlier), want.earlier) || !slices.Equal(ids(s.later), want.later) {
			t.Errorf("%s: %v and %v, want %v", id, ids(s.earlier), ids(s.later), want)
		}
	}
}
