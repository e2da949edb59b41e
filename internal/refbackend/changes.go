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

// Handlers change objects in place. To save only what a call has changed, tables note which rows they have handed out
// while the server says that changes are being made; what came back as it was is left out of the record.

// watch is shared by the tables and processes of a state. While it is on, they note what they hand out.
type watch struct{ on bool }

// watched is the part of a table that notes rows.
type watched[K comparable] struct {
	watch   *watch // nil when nothing is saved
	touched map[K]bool
	saved   map[K]uint64 // hashes of the rows as last recorded
}

// touch notes a row that may be changed, or is put or removed.
func (w *watched[K]) touch(key K) {
	if w.watch != nil && w.watch.on {
		w.touched[key] = true
	}
}

// observe starts to note rows; those of before are forgotten.
func (w *watched[K]) observe(by *watch) {
	*w = watched[K]{watch: by, touched: map[K]bool{}, saved: map[K]uint64{}}
}

// rowChange is the new value of a row; null when it was removed.
type rowChange struct {
	Key   json.RawMessage `json:"key"`
	Value json.RawMessage `json:"value"`
}

// recorder is a table of any type.
type recorder interface {
	observe(by *watch)
	changes() ([]rowChange, error)
	apply(rowChange) error
}

var hashSeed = maphash.MakeSeed()

// changes returns the rows that were touched and are not as they were last recorded, oldest first.
func (t *table[K, V]) changes() ([]rowChange, error) {
	age := func(a, b K) int { return cmp.Or(cmp.Compare(t.sequenceOf(a), t.sequenceOf(b)), cmp.Compare(a, b)) }
	var changed []rowChange
	for _, key := range slices.SortedFunc(maps.Keys(t.touched), age) {
		change, err := t.change(key)
		if err != nil {
			return nil, err
		}
		hash := maphash.Bytes(hashSeed, change.Value)
		if known, ok := t.saved[key]; ok && known == hash {
			continue
		}
		t.saved[key] = hash
		if !t.has(key) {
			delete(t.saved, key)
		}
		changed = append(changed, change)
	}
	clear(t.touched)
	return changed, nil
}

// sequenceOf is the place of a row; 0 for one that is no more.
func (t *table[K, V]) sequenceOf(key K) uint64 {
	if r, ok := t.rows[key]; ok {
		return r.sequence
	}
	return 0
}

func (t *table[K, V]) change(key K) (rowChange, error) {
	name, err := json.Marshal(key)
	if err != nil {
		return rowChange{}, err
	}
	r, ok := t.rows[key]
	if !ok {
		return rowChange{Key: name, Value: json.RawMessage("null")}, nil
	}
	value, err := json.Marshal(r.value)
	return rowChange{Key: name, Value: value}, err
}

// apply repeats a recorded change.
func (t *table[K, V]) apply(change rowChange) error {
	var key K
	if err := json.Unmarshal(change.Key, &key); err != nil {
		return err
	}
	if bytes.Equal(change.Value, []byte("null")) {
		t.remove(key)
		return nil
	}
	var value V
	if err := json.Unmarshal(change.Value, &value); err != nil {
		return err
	}
	t.put(key, value)
	return nil
}

// record is what one call, or the clock, has changed in a state.
type record struct {
	Moment    time.Time                  `json:"moment"`
	Fields    map[string]json.RawMessage `json:"fields,omitempty"` // of the state, tables and processes apart
	Rows      map[string][]rowChange     `json:"rows,omitempty"`   // by table
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

// apply repeats a recorded change.
func (q *processes) apply(change processChange) {
	q.remove(change.Kind, change.ID)
	if change.Process != nil {
		q.insert(change.Process)
	}
}

// parts returns the tables and the other fields of a state, processes apart, by name.
func (st *state) parts() (tables map[string]recorder, fields map[string]any) {
	tables, fields = map[string]recorder{}, map[string]any{}
	value := reflect.ValueOf(st).Elem()
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i).Addr().Interface()
		switch field := field.(type) {
		case recorder:
			tables[name] = field
		case *processes:
		default:
			fields[name] = field
		}
	}
	return tables, fields
}

// ledger turns changes of a state into records.
type ledger struct {
	watch  watch
	st     *state
	tables map[string]recorder
	fields map[string]any
	saved  map[string][]byte // fields as last recorded
}

// newLedger starts to follow a state; records tell what happens to it from now on.
func newLedger(st *state) *ledger {
	l := &ledger{st: st, saved: map[string][]byte{}}
	l.tables, l.fields = st.parts()
	for _, t := range l.tables {
		t.observe(&l.watch)
	}
	st.Processes.observe(&l.watch)
	return l
}

// following notes changes until the returned function is called. It may be nested.
func (l *ledger) following() (done func()) {
	if l == nil {
		return func() {}
	}
	before := l.watch.on
	l.watch.on = true
	return func() { l.watch.on = before }
}

// moved tells whether a process has begun, ended or come further since the last record.
func (l *ledger) moved() bool { return len(l.st.Processes.touched) > 0 }

// record returns what has changed since the last record.
func (l *ledger) record(moment time.Time) (record, error) {
	out := record{Moment: moment, Fields: map[string]json.RawMessage{}, Rows: map[string][]rowChange{}, Sequence: l.st.Processes.Sequence}
	for name, field := range l.fields {
		value, err := json.Marshal(field)
		if err != nil {
			return record{}, fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(l.saved[name], value) {
			l.saved[name], out.Fields[name] = value, value
		}
	}
	for name, t := range l.tables {
		changed, err := t.changes()
		if err != nil {
			return record{}, fmt.Errorf("%s: %w", name, err)
		}
		if len(changed) > 0 {
			out.Rows[name] = changed
		}
	}
	out.Processes = l.st.Processes.changes()
	return out, nil
}

// replay repeats what a record tells. The pools have to be restored after the last record.
func (st *state) replay(r record) error {
	tables, fields := st.parts()
	for name, value := range r.Fields {
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
	for name, changed := range r.Rows {
		t, ok := tables[name]
		if !ok {
			return fmt.Errorf("unknown table %s", name)
		}
		for _, change := range changed {
			if err := t.apply(change); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for _, change := range r.Processes {
		st.Processes.apply(change)
	}
	st.Processes.Sequence = r.Sequence
	return nil
}
