package client

import (
	"bytes"
	"reflect"
	"strings"
	"sync"
)

// shape is what an answer has to have to be complete, by its wire type.
type shape struct {
	kind     shapeKind
	element  *shape                // of a list
	fields   map[string]shapeField // of an object
	required uint64                // the bits of all fields that are required
}

type shapeField struct {
	*shape
	bit    uint64 // 0 where the field may be missing
	needed bool   // null does not do
}

type shapeKind int

const (
	scalarShape shapeKind = iota
	listShape
	objectShape
)

var shapes sync.Map // reflect.Type to *shape, nil where it takes check

// shapeOf returns the shape of a wire type, nil where only check can tell.
func shapeOf(typ reflect.Type) *shape {
	if found, ok := shapes.Load(typ); ok {
		s, _ := found.(*shape)
		return s
	}
	s, _ := newShape(typ)
	shapes.Store(typ, s)
	return s
}

func newShape(typ reflect.Type) (*shape, bool) {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	l, isList := reflect.Zero(typ).Interface().(list)
	switch {
	case isList:
		return newListShape(l.elementType())
	case typ == timeType || reflect.PointerTo(typ).Implements(unmarshaler):
		return &shape{}, true
	case typ.Kind() == reflect.Struct:
		s := &shape{kind: objectShape, fields: map[string]shapeField{}}
		return s, s.add(typ)
	case typ.Kind() == reflect.Slice:
		return newListShape(typ.Elem())
	case typ.Kind() == reflect.String || typ.Kind() == reflect.Bool || typ.Kind() == reflect.Int64 || typ.Kind() == reflect.Float64:
		return &shape{}, true
	}
	return nil, false
}

func newListShape(element reflect.Type) (*shape, bool) {
	of, ok := newShape(element)
	return &shape{kind: listShape, element: of}, ok
}

// add adds the fields of a struct. It returns false where that is beyond a shape.
func (s *shape) add(typ reflect.Type) bool {
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			if field.Type.Kind() != reflect.Struct || !s.add(field.Type) {
				return false
			}
			continue
		case name == "":
			continue
		}
		of, ok := newShape(field.Type)
		if _, twice := s.fields[name]; twice || !ok {
			return false
		}
		added := shapeField{shape: of}
		if field.Tag.Get("api") == requiredTag {
			added.bit = s.required + 1 // the lowest bit that is free
			added.needed = field.Type.Kind() != reflect.Slice
			s.required |= added.bit
		}
		s.fields[name] = added
		if s.required == 1<<64-1 {
			return false // there may be more
		}
	}
	return true
}

// complete tells that check finds nothing in a text that json.Unmarshal takes for the type of the shape. It says so only where
// that is sure, and allocates nothing.
func (s *shape) complete(text []byte) bool {
	if s == nil {
		return false
	}
	r := reader{text}
	return s.read(&r, false)
}

// reader reads a text that is known to be JSON.
type reader struct{ rest []byte }

// next skips what goes between values, and returns the first character of the next one.
func (r *reader) next() byte {
	for len(r.rest) > 0 {
		switch c := r.rest[0]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.rest = r.rest[1:]
		default:
			return c
		}
	}
	return 0
}

// read reads a value and tells whether it is complete. needed is a value that null does not do for.
func (s *shape) read(r *reader, needed bool) bool {
	switch c := r.next(); {
	case c == 'n':
		r.skip()
		return !needed
	case c == '{' && s.kind == objectShape:
		return s.readObject(r)
	case c == '[' && s.kind == listShape:
		return s.readList(r)
	}
	r.skip()
	return s.kind == scalarShape
}

func (s *shape) readObject(r *reader) bool {
	r.rest = r.rest[1:]
	var found uint64
	for c := r.next(); c != '}'; c = r.next() {
		if c != '"' {
			return false
		}
		n := stringLength(r.rest)
		name := r.rest[1 : n-1]
		r.rest = r.rest[n:]
		if bytes.IndexByte(name, '\\') >= 0 {
			return false // it may be any name
		}
		field, known := s.fields[string(name)]
		if !known {
			r.next()
			r.skip()
			continue
		}
		if !field.read(r, field.needed) {
			return false
		}
		found |= field.bit
	}
	r.rest = r.rest[1:]
	return found == s.required
}

func (s *shape) readList(r *reader) bool {
	r.rest = r.rest[1:]
	for c := r.next(); c != ']'; c = r.next() {
		if c == 0 || !s.element.read(r, true) {
			return false
		}
	}
	r.rest = r.rest[1:]
	return true
}

// skip skips the value that comes next.
func (r *reader) skip() {
	for depth := 0; r.next() != 0; {
		n := 1
		switch r.rest[0] {
		case '"':
			n = stringLength(r.rest)
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		default: // a number or a word
			if n = bytes.IndexAny(r.rest, ",:{}[]\" \t\r\n"); n < 0 {
				n = len(r.rest)
			}
		}
		if r.rest = r.rest[n:]; depth == 0 {
			return
		}
	}
}

// length is how many elements a list has that is known to be JSON; 0 for anything else.
func length(text []byte) int {
	r := reader{text}
	if r.next() != '[' {
		return 0
	}
	r.rest = r.rest[1:]
	n := 0
	for c := r.next(); c != ']' && c != 0; c = r.next() {
		r.skip()
		n++
	}
	return n
}
