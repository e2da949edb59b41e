package refbackend

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
)

// table is a map that remembers the order of insertion: lists come out the same way each time.
// Its zero value is empty and ready for use.
type table[K cmp.Ordered, V any] struct {
	rows  map[K]row[V]
	order []K // by ascending sequence
	last  uint64
}

type row[V any] struct {
	value    V
	sequence uint64
}

// get returns the value of a key, and whether there is one.
func (t *table[K, V]) get(key K) (V, bool) {
	r, ok := t.rows[key]
	return r.value, ok
}

// has tells whether there is a value of that key.
func (t *table[K, V]) has(key K) bool {
	_, ok := t.rows[key]
	return ok
}

// put adds a value at the end, or replaces the one of that key where it stands.
func (t *table[K, V]) put(key K, value V) {
	if r, ok := t.rows[key]; ok {
		t.rows[key] = row[V]{value, r.sequence}
		return
	}
	if t.rows == nil {
		t.rows = map[K]row[V]{}
	}
	t.last++
	t.rows[key] = row[V]{value, t.last}
	t.order = append(t.order, key)
}

// remove takes a key out; one that is not there is no error.
func (t *table[K, V]) remove(key K) {
	r, ok := t.rows[key]
	if !ok {
		return
	}
	at, _ := slices.BinarySearchFunc(t.order, r.sequence, func(k K, sequence uint64) int {
		return cmp.Compare(t.rows[k].sequence, sequence)
	})
	t.order = slices.Delete(t.order, at, at+1)
	delete(t.rows, key)
}

// len counts the rows.
func (t *table[K, V]) len() int { return len(t.order) }

// all yields the values, oldest first. The loop body may remove rows.
func (t *table[K, V]) all() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, key := range slices.Clone(t.order) {
			if r, ok := t.rows[key]; ok && !yield(r.value) {
				return
			}
		}
	}
}

// where yields the values for which keep holds, oldest first.
func (t *table[K, V]) where(keep func(V) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		for value := range t.all() {
			if keep(value) && !yield(value) {
				return
			}
		}
	}
}

// count tells for how many values keep holds.
func (t *table[K, V]) count(keep func(V) bool) int {
	n := 0
	for range t.where(keep) {
		n++
	}
	return n
}

// first returns the oldest value for which keep holds.
func (t *table[K, V]) first(keep func(V) bool) (V, bool) {
	for value := range t.where(keep) {
		return value, true
	}
	var none V
	return none, false
}

type savedRow[K cmp.Ordered, V any] struct {
	Key   K
	Value V
}

// MarshalJSON writes the rows in their order.
func (t table[K, V]) MarshalJSON() ([]byte, error) {
	rows := make([]savedRow[K, V], 0, len(t.order))
	for _, key := range t.order {
		rows = append(rows, savedRow[K, V]{key, t.rows[key].value})
	}
	return json.Marshal(rows)
}

// UnmarshalJSON replaces the rows by those of a saved table.
func (t *table[K, V]) UnmarshalJSON(data []byte) error {
	var rows []savedRow[K, V]
	if err := json.Unmarshal(data, &rows); err != nil {
		return err
	}
	*t = table[K, V]{}
	for _, r := range rows {
		t.put(r.Key, r.Value)
	}
	return nil
}
