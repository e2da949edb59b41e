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
	rows  map[K]*row[K, V]
	order []*row[K, V] // by ascending sequence
	last  uint64
	watched[K]
}

type row[K cmp.Ordered, V any] struct {
	key      K
	value    V
	sequence uint64
	removed  bool // while a loop still has it before it
}

// get returns the value of a key, and whether there is one.
func (t *table[K, V]) get(key K) (V, bool) {
	if r, ok := t.rows[key]; ok {
		t.touch(key)
		return r.value, true
	}
	var none V
	return none, false
}

// has tells whether there is a value of that key.
func (t *table[K, V]) has(key K) bool {
	_, ok := t.rows[key]
	return ok
}

// put adds a value at the end, or replaces the one of that key where it stands.
func (t *table[K, V]) put(key K, value V) {
	t.touch(key)
	if r, ok := t.rows[key]; ok {
		r.value = value
		return
	}
	if t.rows == nil {
		t.rows = map[K]*row[K, V]{}
	}
	t.last++
	r := &row[K, V]{key: key, value: value, sequence: t.last}
	t.rows[key] = r
	t.order = append(t.order, r)
}

// remove takes a key out; one that is not there is no error.
func (t *table[K, V]) remove(key K) {
	r, ok := t.rows[key]
	if !ok {
		return
	}
	t.touch(key)
	at, _ := slices.BinarySearchFunc(t.order, r.sequence, func(other *row[K, V], sequence uint64) int {
		return cmp.Compare(other.sequence, sequence)
	})
	t.order = slices.Delete(t.order, at, at+1)
	delete(t.rows, key)
	r.removed = true
}

// len counts the rows.
func (t *table[K, V]) len() int { return len(t.order) }

// all yields the values, oldest first. The loop body may remove rows.
func (t *table[K, V]) all() iter.Seq[V] {
	return t.where(func(V) bool { return true })
}

// where yields the values for which keep holds, oldest first. The loop body may remove rows; keep changes nothing.
func (t *table[K, V]) where(keep func(V) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, r := range slices.Clone(t.order) {
			if r.removed || !keep(r.value) {
				continue
			}
			t.touch(r.key)
			if !yield(r.value) {
				return
			}
		}
	}
}

// peek yields the values, oldest first, to be looked at only: what is changed in the loop may not be saved.
func (t *table[K, V]) peek() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, r := range t.order {
			if !yield(r.value) {
				return
			}
		}
	}
}

// count tells for how many values keep holds.
func (t *table[K, V]) count(keep func(V) bool) int {
	n := 0
	for _, r := range t.order {
		if keep(r.value) {
			n++
		}
	}
	return n
}

// first returns the oldest value for which keep holds.
func (t *table[K, V]) first(keep func(V) bool) (V, bool) {
	for _, r := range t.order {
		if keep(r.value) {
			t.touch(r.key)
			return r.value, true
		}
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
	for _, r := range t.order {
		rows = append(rows, savedRow[K, V]{r.key, r.value})
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
