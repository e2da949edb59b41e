package store

// Objects are changed in place. To save only what was changed, collections note which items they have handed out while a
// Watch is on; what came back as it was is left out.

// Watch is shared by all that note what they hand out.
type Watch struct{ on bool }

// Touched are the keys that were handed out, put or removed while a Watch was on. Its zero value notes nothing.
type Touched[K comparable] struct {
	watch *Watch // nil when nothing is saved
	seen  map[K]bool
}

// Observe starts to note keys; those of before are forgotten.
func (t *Touched[K]) Observe(by *Watch) { *t = Touched[K]{watch: by, seen: map[K]bool{}} }

// Touch notes the key of what may be changed, or is put or removed.
func (t *Touched[K]) Touch(key K) {
	if t.watch != nil && t.watch.on {
		t.seen[key] = true
	}
}

// Any tells whether there are keys.
func (t *Touched[K]) Any() bool { return len(t.seen) > 0 }

// Take returns the keys, in any order, and forgets them.
func (t *Touched[K]) Take() []K {
	keys := make([]K, 0, len(t.seen))
	for key := range t.seen {
		keys = append(keys, key)
	}
	clear(t.seen)
	return keys
}
