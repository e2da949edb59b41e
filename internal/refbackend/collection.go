package refbackend

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
)

// collection is a map that remembers the order of insertion: lists come out the same way each time.
// Its zero value is empty and ready for use.
type collection[K cmp.Ordered, V any] struct {
	items map[K]*item[K, V]
	order []*item[K, V] // by ascending sequence
	last  uint64
	watched[K]
}

type item[K cmp.Ordered, V any] struct {
	key      K
	value    V
	sequence uint64
	removed  bool // while a loop still has it before it
}

// get returns the value of a key, and whether there is one.
func (c *collection[K, V]) get(key K) (V, bool) {
	if it, ok := c.items[key]; ok {
		c.touch(key)
		return it.value, true
	}
	var none V
	return none, false
}

// has tells whether there is a value of that key.
func (c *collection[K, V]) has(key K) bool {
	_, ok := c.items[key]
	return ok
}

// put adds a value at the end, or replaces the one of that key where it stands.
func (c *collection[K, V]) put(key K, value V) {
	c.touch(key)
	if it, ok := c.items[key]; ok {
		it.value = value
		return
	}
	if c.items == nil {
		c.items = map[K]*item[K, V]{}
	}
	c.last++
	it := &item[K, V]{key: key, value: value, sequence: c.last}
	c.items[key] = it
	c.order = append(c.order, it)
}

// remove takes a key out; one that is not there is no error.
func (c *collection[K, V]) remove(key K) {
	it, ok := c.items[key]
	if !ok {
		return
	}
	c.touch(key)
	at, _ := slices.BinarySearchFunc(c.order, it.sequence, func(other *item[K, V], sequence uint64) int {
		return cmp.Compare(other.sequence, sequence)
	})
	c.order = slices.Delete(c.order, at, at+1)
	delete(c.items, key)
	it.removed = true
}

// len counts the items.
func (c *collection[K, V]) len() int { return len(c.order) }

// all yields the values, oldest first. The loop body may remove items.
func (c *collection[K, V]) all() iter.Seq[V] {
	return c.where(func(V) bool { return true })
}

// where yields the values for which keep holds, oldest first. The loop body may remove items; keep changes nothing.
func (c *collection[K, V]) where(keep func(V) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, it := range slices.Clone(c.order) {
			if it.removed || !keep(it.value) {
				continue
			}
			c.touch(it.key)
			if !yield(it.value) {
				return
			}
		}
	}
}

// peek yields the values, oldest first, to be looked at only: what is changed in the loop may not be saved.
func (c *collection[K, V]) peek() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, it := range c.order {
			if !yield(it.value) {
				return
			}
		}
	}
}

// count tells for how many values keep holds.
func (c *collection[K, V]) count(keep func(V) bool) int {
	n := 0
	for _, it := range c.order {
		if keep(it.value) {
			n++
		}
	}
	return n
}

// first returns the oldest value for which keep holds.
func (c *collection[K, V]) first(keep func(V) bool) (V, bool) {
	for _, it := range c.order {
		if keep(it.value) {
			c.touch(it.key)
			return it.value, true
		}
	}
	var none V
	return none, false
}

type savedItem[K cmp.Ordered, V any] struct {
	Key   K
	Value V
}

// MarshalJSON writes the items in their order.
func (c collection[K, V]) MarshalJSON() ([]byte, error) {
	items := make([]savedItem[K, V], 0, len(c.order))
	for _, it := range c.order {
		items = append(items, savedItem[K, V]{it.key, it.value})
	}
	return json.Marshal(items)
}

// UnmarshalJSON replaces the items by those of a saved collection.
func (c *collection[K, V]) UnmarshalJSON(data []byte) error {
	var items []savedItem[K, V]
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	*c = collection[K, V]{}
	for _, it := range items {
		c.put(it.Key, it.Value)
	}
	return nil
}
