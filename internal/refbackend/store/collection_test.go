package store

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A collection is a map whose values come out in the order in which their keys were added.
func TestCollection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items Collection[int, string]
		var order []int
		values := map[int]string{}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				key, value := rapid.IntRange(0, 9).Draw(t, "key"), rapid.String().Draw(t, "value")
				if _, ok := values[key]; !ok {
					order = append(order, key)
				}
				values[key] = value
				items.Put(key, value)
			},
			"remove": func(t *rapid.T) {
				key := rapid.IntRange(0, 9).Draw(t, "key")
				delete(values, key)
				order = slices.DeleteFunc(order, func(k int) bool { return k == key })
				items.Remove(key)
			},
			"save and restore": func(t *rapid.T) {
				text, err := json.Marshal(items)
				if err != nil {
					t.Fatal(err)
				}
				items = Collection[int, string]{}
				if err := json.Unmarshal(text, &items); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				var want []string
				for _, key := range order {
					want = append(want, values[key])
					if value, ok := items.Get(key); !ok || value != values[key] || !items.Has(key) {
						t.Fatalf("%d: %q, %v", key, value, ok)
					}
				}
				if got := slices.Collect(items.All()); !slices.Equal(got, want) || items.Len() != len(want) {
					t.Fatalf("got %q, want %q", got, want)
				}
			},
		})
	})
}

func TestCollectionLoopMayRemove(t *testing.T) {
	var items Collection[int, int]
	for i := range 5 {
		items.Put(i, i)
	}
	var seen []int
	for i := range items.All() {
		seen = append(seen, i)
		items.Remove(i)
		items.Remove(i + 1)
	}
	if !slices.Equal(seen, []int{0, 2, 4}) || items.Len() != 0 {
		t.Errorf("saw %v, %d left", seen, items.Len())
	}
}
