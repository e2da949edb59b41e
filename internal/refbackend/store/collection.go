// Package store keeps objects in collections, and tells what has changed in them. It knows nothing of what they are.
package store

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
)

// Collection is a map that remembers the order of insertion: lists come out the same way each time.
// Its zero value is empty and ready for use.
type Collection[K cmp.Ordered, V any] struct {
	items   map[K]*item[K, V]
	order   []*item[K, V] // by ascending sequence
	last    uint64
	touched Touched[K]
	saved   map[K]uint64 // hashes of the items as last saved
}

type item[K cmp.Ordered, V any] struct {
	key      K
	value    V
	sequence uint64
	removed  bool // while a loop still has it before it
}

// Get returns the value of a key, and whether there is one.
func (c *Collection[K, V]) Get(key K) (V, bool) {
	if it, ok := c.items[key]; ok {
		c.touched.Touch(key)
		return it.value, true
	}
	var none V
	return none, false
}

// Has tells whether there is a value of that key.
func (c *Collection[K, V]) Has(key K) bool {
	_, ok := c.items[key]
	return ok
}

// Put adds a value at the end, or replaces the one of that key where it stands.
func (c *Collection[K, V]) Put(key K, value V) {
	c.touched.Touch(key)
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

// Remove takes a key out; one that is not there is no error.
func (c *Collection[K, V]) Remove(key K) {
	it, ok := c.items[key]
	if !ok {
		return
	}
	c.touched.Touch(key)
	at, _ := slices.BinarySearchFunc(c.order, it.sequence, func(other *item[K, V], sequence uint64) int {
		return cmp.Compare(other.sequence, sequence)
	})
	c.order = slices.Delete(c.order, at, at+1)
	delete(c.items, key)
	it.removed = true
}

// Len counts the items.
func (c *Collection[K, V]) Len() int { return len(c.order) }

// All yields the values, oldest first. The loop body may remove items.
func (c *Collection[K, V]) All() iter.Seq[V] {
	return c.Where(func(V) bool { return true })
}

// Where yields the values for which keep holds, oldest first. The loop body may remove items; keep changes nothing.
func (c *Collection[K, V]) Where(keep func(V) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, it := range slices.Clone(c.order) {
			if it.removed || !keep(it.value) {
				continue
			}
			c.touched.Touch(it.key)
			if !yield(it.value) {
				return
			}
		}
	}
}

// Peek yields the values, oldest first, to be looked at only: what is changed in the loop may not be saved.
func (c *Collection[K, V]) Peek() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, it := range c.order {
			if !yield(it.value) {
				return
			}
		}
	}
}

// Count tells for how many values keep holds.
func (c *Collection[K, V]) Count(keep func(V) bool) int {
	n := 0
	for _, it := range c.order {
		if keep(it.value) {
			n++
		}
	}
	return n
}

// First returns the oldest value for which keep holds.
func (c *Collection[K, V]) First(keep func(V) bool) (V, bool) {
	for _, it := range c.order {
		if keep(it.value) {
			c.touched.Touch(it.key)
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
func (c Collection[K, V]) MarshalJSON() ([]byte, error) {
	items := make([]savedItem[K, V], 0, len(c.order))
	for _, it := range c.order {
		items = append(items, savedItem[K, V]{it.key, it.value})
	}
	return json.Marshal(items)
}

// UnmarshalJSON replaces the items by those of a saved collection.
func (c *Collection[K, V]) UnmarshalJSON(data []byte) error {
	var items []savedItem[K, V]
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	*c = Collection[K, V]{}
	for _, it := range items {
		c.Put(it.Key, it.Value)
	}
	return nil
}
