package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// A field of a wire type with the tag api:"required" is in every answer: the API's description says so. Where it is
// missing, the answer is broken; its zero value would be taken for what the API has.
const requiredTag = "required"

// unmarshal decodes an answer. An error says where the answer is not what was expected, in the terms of JSON; what was
// expected is decoded all the same.
func unmarshal(body []byte, out any) error {
	body = wholeNumbers(body)
	decodeErr := json.Unmarshal(body, out)
	typ := reflect.TypeOf(out).Elem()
	if decodeErr == nil && shapeOf(typ).complete(body) {
		return nil
	}
	// Something is wrong. What it is takes a second look at the answer.
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if err := check(typ, tree, ""); err != nil {
		return err
	}
	return decodeErr
}

// wholeNumbers writes the numbers of a JSON text that have only zeros behind the point without it: 10.0 is the integer
// 10, however a server writes it.
func wholeNumbers(body []byte) []byte {
	if !bytes.Contains(body, []byte(".0")) {
		return body
	}
	var whole []byte // nil: so far it is the body
	done := 0        // how much of the body is in it
	for at := 0; at < len(body); {
		n, rest := 1, body[at:]
		switch c := rest[0]; {
		case c == '"':
			n = stringLength(rest)
		case c == '-' || c >= '0' && c <= '9':
			n = len(rest) - len(bytes.TrimLeft(rest, "+-.0123456789eE"))
			if integer, fraction, ok := bytes.Cut(rest[:n], []byte(".")); ok && len(fraction) > 0 && len(bytes.Trim(fraction, "0")) == 0 {
				whole = append(whole, body[done:at+len(integer)]...)
				done = at + n
			}
		}
		at += n
	}
	if done == 0 {
		return body
	}
	return append(whole, body[done:]...)
}

// stringLength is the length of the JSON string that a text begins with, with its quotes.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

var timeType = reflect.TypeFor[time.Time]()

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// list is a wire type that decodes itself from a list.
type list interface{ elementType() reflect.Type }

// check compares a JSON value with the type that it is decoded into. null is as good as absent, and an empty list.
func check(typ reflect.Type, value any, at string) error {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	l, isList := reflect.Zero(typ).Interface().(list)
	switch {
	case value == nil:
		return nil
	case isList:
		return checkList(l.elementType(), value, at)
	case typ == timeType:
		return checkTime(value, at)
	case reflect.PointerTo(typ).Implements(unmarshaler): // a text that takes anything
		return nil
	case typ.Kind() == reflect.Struct:
		return checkFields(typ, value, at)
	case typ.Kind() == reflect.Slice:
		return checkList(typ.Elem(), value, at)
	}
	return checkScalar(typ.Kind(), value, at)
}

func checkFields(typ reflect.Type, value any, at string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return unexpected(at, "an object", value)
	}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			if err := checkFields(field.Type, value, at); err != nil {
				return err
			}
			continue
		case name == "":
			continue
		}
		found, there := object[name]
		if field.Tag.Get("api") == requiredTag && (!there || found == nil && field.Type.Kind() != reflect.Slice) {
			return errors.New("it has no " + join(at, name))
		}
		if err := check(field.Type, found, join(at, name)); err != nil {
			return err
		}
	}
	return nil
}

func checkList(element reflect.Type, value any, at string) error {
	items, ok := value.([]any)
	if !ok {
		return unexpected(at, "a list", value)
	}
	for i, item := range items {
		here := at + "[" + strconv.Itoa(i) + "]"
		if item == nil {
			return errors.New("it has null at " + here)
		}
		if err := check(element, item, here); err != nil {
			return err
		}
	}
	return nil
}

func checkTime(value any, at string) error {
	text, ok := value.(string)
	if _, err := time.Parse(time.RFC3339, text); !ok || err != nil {
		return unexpected(at, "a time", value)
	}
	return nil
}

func checkScalar(kind reflect.Kind, value any, at string) error {
	switch kind {
	case reflect.String:
		if _, ok := value.(string); !ok {
			return unexpected(at, "a string", value)
		}
	case reflect.Bool:
		if _, ok := value.(bool); !ok {
			return unexpected(at, "true or false", value)
		}
	case reflect.Int64:
		number, ok := value.(json.Number)
		if !ok {
			return unexpected(at, "an integer", value)
		}
		if _, err := strconv.ParseInt(number.String(), 10, 64); err != nil {
			return unexpected(at, "an integer of 64 bits", value)
		}
	case reflect.Float64:
		number, ok := value.(json.Number)
		if !ok {
			return unexpected(at, "a number", value)
		}
		if _, err := number.Float64(); err != nil {
			return unexpected(at, "a number of 64 bits", value)
		}
	default: // a wire type of another kind is a mistake of this package, which its tests find
		return fmt.Errorf("%s is decoded into an unexpected type", at)
	}
	return nil
}

// unexpected says where an answer has another type. The value itself may be long, or secret.
func unexpected(at, want string, value any) error {
	got := "an object"
	switch v := value.(type) {
	case string:
		got = "a string"
	case bool:
		got = strconv.FormatBool(v)
	case json.Number:
		got = "the number " + shortened(v.String())
	case []any:
		got = "a list"
	}
	if at == "" {
		at = "it"
	}
	return fmt.Errorf("%s is %s, and %s is expected", at, got, want)
}

func shortened(number string) string {
	const most = 30
	if len(number) > most {
		return number[:most] + "…"
	}
	return number
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
