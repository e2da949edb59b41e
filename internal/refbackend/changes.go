package refbackend

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Handlers change objects in place. To save only what a call has changed, collections note which items they have handed
// out while the server says that changes are being made; what came back as it was is left out.

// watch is shared by the collections and processes of a state. While it is on, they note what they hand out.
type watch struct{ on bool }

// watched is the part of a collection that notes items.
type watched[K comparable] struct {
	watch   *watch // nil when nothing is saved
	touched map[K]bool
	saved   map[K]uint64 // hashes of the items as last saved
}

// touch notes an item that may be changed, or is put or removed.
func (w *watched[K]) touch(key K) {
	if w.watch != nil && w.watch.on {
		w.touched[key] = true
	}
}

// observe starts to note items; those of before are forgotten.
func (w *watched[K]) observe(by *watch) {
	*w = watched[K]{watch: by, touched: map[K]bool{}, saved: map[K]uint64{}}
}

// itemChange is the new value of an item; null when it was removed.
type itemChange struct {
	Key   json.RawMessage `json:"key"`
	Value json.RawMessage `json:"value"`
}

// tracked is a collection of any type.
type tracked interface {
	observe(by *watch)
	changes() ([]itemChange, error)
	apply(itemChange) error
}

var hashSeed = maphash.MakeSeed()

// changes returns the items that were touched and are not as they were last saved, oldest first.
func (c *collection[K, V]) changes() ([]itemChange, error) {
	age := func(a, b K) int { return cmp.Or(cmp.Compare(c.sequenceOf(a), c.sequenceOf(b)), cmp.Compare(a, b)) }
	var changed []itemChange
	for _, key := range slices.SortedFunc(maps.Keys(c.touched), age) {
		change, err := c.change(key)
		if err != nil {
			return nil, err
		}
		hash := maphash.Bytes(hashSeed, change.Value)
		if known, ok := c.saved[key]; ok && known == hash {
			continue
		}
		c.saved[key] = hash
		if !c.has(key) {
			delete(c.saved, key)
		}
		changed = append(changed, change)
	}
	clear(c.touched)
	return changed, nil
}

// sequenceOf is the place of an item; 0 for one that is no more.
func (c *collection[K, V]) sequenceOf(key K) uint64 {
	if it, ok := c.items[key]; ok {
		return it.sequence
	}
	return 0
}

func (c *collection[K, V]) change(key K) (itemChange, error) {
	name, err := json.Marshal(key)
	if err != nil {
		return itemChange{}, err
	}
	it, ok := c.items[key]
	if !ok {
		return itemChange{Key: name, Value: json.RawMessage("null")}, nil
	}
	value, err := json.Marshal(it.value)
	return itemChange{Key: name, Value: value}, err
}

// apply repeats a saved change.
func (c *collection[K, V]) apply(change itemChange) error {
	var key K
	if err := json.Unmarshal(change.Key, &key); err != nil {
		return err
	}
	if bytes.Equal(change.Value, []byte("null")) {
		c.remove(key)
		return nil
	}
	var value V
	if err := json.Unmarshal(change.Value, &value); err != nil {
		return err
	}
	c.put(key, value)
	return nil
}

// change is what one call, or the clock, has changed in a state.
type change struct {
	Moment    time.Time                  `json:"moment"`
	Fields    map[string]json.RawMessage `json:"fields,omitempty"` // of the state, collections and processes apart
	Rows      map[string][]itemChange    `json:"rows,omitempty"`   // by collection
	Processes []processChange            `json:"processes,omitempty"`
	Sequence  uint64                     `json:"sequence"` // of the processes
}

// processChange is the change that an object is going through now; nil for none.
type processChange struct {
	Kind    string   `json:"kind"`
	ID      string   `json:"id"`
	Process *process `json:"process"`
}

// changes returns what the touched objects are going through now.
func (q *processes) changes() []processChange {
	var changed []processChange
	for key := range q.touched {
		change := processChange{Kind: key.kind, ID: key.id}
		ofObject := func(p *process) bool { return p.Kind == key.kind && p.ID == key.id }
		if i := slices.IndexFunc(q.Timed, ofObject); i >= 0 {
			change.Process = q.Timed[i]
		} else if i := slices.IndexFunc(q.Counted, ofObject); i >= 0 {
			change.Process = q.Counted[i]
		}
		changed = append(changed, change)
	}
	clear(q.touched)
	return changed
}

// apply repeats a saved change.
func (q *processes) apply(change processChange) {
	q.remove(change.Kind, change.ID)
	if change.Process != nil {
		q.insert(change.Process)
	}
}

// parts returns the collections and the other fields of a state, processes apart, by name.
func (st *state) parts() (collections map[string]tracked, fields map[string]any) {
	collections, fields = map[string]tracked{}, map[string]any{}
	value := reflect.ValueOf(st).Elem()
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i).Addr().Interface()
		switch field := field.(type) {
		case tracked:
			collections[name] = field
		case *processes:
		default:
			fields[name] = field
		}
	}
	return collections, fields
}

// tracker tells what has changed in a state.
type tracker struct {
	watch       watch
	st          *state
	collections map[string]tracked
	fields      map[string]any
	saved       map[string][]byte // fields as last saved
}

// newTracker starts to follow a state, from what it is now.
func newTracker(st *state) *tracker {
	t := &tracker{st: st, saved: map[string][]byte{}}
	t.collections, t.fields = st.parts()
	for _, c := range t.collections {
		c.observe(&t.watch)
	}
	st.Processes.observe(&t.watch)
	return t
}

// following notes changes until the returned function is called. It may be nested.
func (t *tracker) following() (done func()) {
	if t == nil {
		return func() {}
	}
	before := t.watch.on
	t.watch.on = true
	return func() { t.watch.on = before }
}

// moved tells whether a process has begun, ended or come further since the last change was taken.
func (t *tracker) moved() bool { return len(t.st.Processes.touched) > 0 }

// take returns what has changed since it was last asked.
func (t *tracker) take(moment time.Time) (change, error) {
	out := change{Moment: moment, Fields: map[string]json.RawMessage{}, Rows: map[string][]itemChange{}, Sequence: t.st.Processes.Sequence}
	for name, field := range t.fields {
		value, err := json.Marshal(field)
		if err != nil {
			return change{}, fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(t.saved[name], value) {
			t.saved[name], out.Fields[name] = value, value
		}
	}
	for name, c := range t.collections {
		changed, err := c.changes()
		if err != nil {
			return change{}, fmt.Errorf("%s: %w", name, err)
		}
		if len(changed) > 0 {
			out.Rows[name] = changed
		}
	}
	out.Processes = t.st.Processes.changes()
	return out, nil
}

// apply repeats a saved change. The pools have to be restored after the last one.
func (st *state) apply(saved change) error {
	collections, fields := st.parts()
	for name, value := range saved.Fields {
		field, ok := fields[name]
		if !ok {
			return fmt.Errorf("unknown field %s", name)
		}
		fresh := reflect.New(reflect.TypeOf(field).Elem()) // nothing of the old value may shine through
		if err := json.Unmarshal(value, fresh.Interface()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		reflect.ValueOf(field).Elem().Set(fresh.Elem())
	}
	for name, changed := range saved.Rows {
		c, ok := collections[name]
		if !ok {
			return fmt.Errorf("unknown table %s", name)
		}
		for _, change := range changed {
			if err := c.apply(change); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for _, change := range saved.Processes {
		st.Processes.apply(change)
	}
	st.Processes.Sequence = saved.Sequence
	return nil
}
