package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// Changes are what has changed in a state: a struct with collections, fields that are saved as a whole, and fields that
// note by themselves what is touched ([Observer]), which are not part of it.
type Changes struct {
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
	Rows   map[string][]ItemChange    `json:"rows,omitempty"` // by collection
}

// Observer is a field of a state that tells its changes itself.
type Observer interface{ Observe(by *Watch) }

// tracked is a collection of any type.
type tracked interface {
	observe(by *Watch)
	changes() ([]ItemChange, error)
	apply(change ItemChange) error
}

// parts are the fields of a state, by name.
type parts struct {
	collections map[string]tracked
	fields      map[string]any
	observers   []Observer
}

// partsOf sorts the fields of the struct that a pointer leads to.
func partsOf(state any) parts {
	p := parts{collections: map[string]tracked{}, fields: map[string]any{}}
	value := reflect.ValueOf(state).Elem()
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i).Addr().Interface()
		switch field := field.(type) {
		case tracked:
			p.collections[name] = field
		case Observer:
			p.observers = append(p.observers, field)
		default:
			p.fields[name] = field
		}
	}
	return p
}

// Tracker tells what has changed in a state.
type Tracker struct {
	watch Watch
	parts parts
	saved map[string][]byte // fields as last saved
}

// NewTracker starts to follow the state that a pointer leads to, from what it is now.
func NewTracker(state any) *Tracker {
	t := &Tracker{parts: partsOf(state), saved: map[string][]byte{}}
	for _, c := range t.parts.collections {
		c.observe(&t.watch)
	}
	for _, o := range t.parts.observers {
		o.Observe(&t.watch)
	}
	return t
}

// Following notes changes until the returned function is called. It may be nested. A nil Tracker notes nothing.
func (t *Tracker) Following() (done func()) {
	if t == nil {
		return func() {}
	}
	before := t.watch.on
	t.watch.on = true
	return func() { t.watch.on = before }
}

// Take returns what has changed since it was last asked.
func (t *Tracker) Take() (Changes, error) {
	out := Changes{Fields: map[string]json.RawMessage{}, Rows: map[string][]ItemChange{}}
	for name, field := range t.parts.fields {
		value, err := json.Marshal(field)
		if err != nil {
			return Changes{}, fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(t.saved[name], value) {
			t.saved[name], out.Fields[name] = value, value
		}
	}
	for name, c := range t.parts.collections {
		changed, err := c.changes()
		if err != nil {
			return Changes{}, fmt.Errorf("%s: %w", name, err)
		}
		if len(changed) > 0 {
			out.Rows[name] = changed
		}
	}
	return out, nil
}

// Apply repeats changes in the state that a pointer leads to.
func (saved Changes) Apply(state any) error {
	p := partsOf(state)
	for name, value := range saved.Fields {
		field, ok := p.fields[name]
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
		c, ok := p.collections[name]
		if !ok {
			return fmt.Errorf("unknown table %s", name)
		}
		for _, change := range changed {
			if err := c.apply(change); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}
