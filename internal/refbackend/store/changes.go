package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"hash/maphash"
	"slices"
)

// ItemChange is the new value of an item; null when it was removed.
type ItemChange struct {
	Key   json.RawMessage `json:"key"`
	Value json.RawMessage `json:"value"`
}

// observe starts to note items; those of before are forgotten.
func (c *Collection[K, V]) observe(by *Watch) {
	c.touched.Observe(by)
	c.saved = map[K]uint64{}
}

var hashSeed = maphash.MakeSeed()

// changes returns the items that were touched and are not as they were last saved, oldest first.
func (c *Collection[K, V]) changes() ([]ItemChange, error) {
	age := func(a, b K) int { return cmp.Or(cmp.Compare(c.sequenceOf(a), c.sequenceOf(b)), cmp.Compare(a, b)) }
	keys := c.touched.Take()
	slices.SortFunc(keys, age)
	var changed []ItemChange
	for _, key := range keys {
		change, err := c.change(key)
		if err != nil {
			return nil, err
		}
		hash := maphash.Bytes(hashSeed, change.Value)
		if known, ok := c.saved[key]; ok && known == hash {
			continue
		}
		c.saved[key] = hash
		if !c.Has(key) {
			delete(c.saved, key)
		}
		changed = append(changed, change)
	}
	return changed, nil
}

// sequenceOf is the place of an item; 0 for one that is no more.
func (c *Collection[K, V]) sequenceOf(key K) uint64 {
	if it, ok := c.items[key]; ok {
		return it.sequence
	}
	return 0
}

func (c *Collection[K, V]) change(key K) (ItemChange, error) {
	name, err := json.Marshal(key)
	if err != nil {
		return ItemChange{}, err
	}
	it, ok := c.items[key]
	if !ok {
		return ItemChange{Key: name, Value: json.RawMessage("null")}, nil
	}
	value, err := json.Marshal(it.value)
	return ItemChange{Key: name, Value: value}, err
}

// apply repeats a saved change.
func (c *Collection[K, V]) apply(change ItemChange) error {
	var key K
	if err := json.Unmarshal(change.Key, &key); err != nil {
		return err
	}
	if bytes.Equal(change.Value, []byte("null")) {
		c.Remove(key)
		return nil
	}
	var value V
	if err := json.Unmarshal(change.Value, &value); err != nil {
		return err
	}
	c.Put(key, value)
	return nil
}
