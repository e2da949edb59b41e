// Package input reads the bodies of requests strictly: field by field, each with what it must be. What is wrong with one
// is an [Error] that names the field.
package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// MaxBody is the largest body that is read.
const MaxBody = 1 << 20

// Error says what is wrong with a body; it starts with the name of the field at fault.
type Error struct{ problem string }

// Error implements error.
func (e *Error) Error() string { return e.problem }

func refuse(format string, args ...any) *Error { return &Error{fmt.Sprintf(format, args...)} }

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// IsUUID tells whether a text is a UUID, in either case.
func IsUUID(s string) bool { return uuidPattern.MatchString(s) }

// IsInteger tells whether a text is an integer of 32 bits.
func IsInteger(s string) bool {
	_, err := strconv.ParseInt(s, 10, 32)
	return err == nil
}

// Read reads a body up to the limit.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		return nil, refuse("body: could not be read")
	}
	if len(raw) > MaxBody {
		return nil, refuse("body: larger than %d bytes", MaxBody)
	}
	return bytes.TrimSpace(raw), nil
}

// CheckContentType accepts JSON in UTF-8, and a body that does not say what it is.
func CheckContentType(h http.Header) error {
	sent := h.Get("Content-Type")
	if sent == "" {
		return nil
	}
	if media, _, err := mime.ParseMediaType(sent); err != nil || media != "application/json" {
		return refuse("Content-Type: must be application/json")
	}
	return nil
}

// jsonObject is a decoded object with its names in the order sent.
type jsonObject struct {
	names  []string
	values map[string]any
}

// Parse decodes a body that must be one JSON object.
func Parse(raw []byte) (*Fields, error) {
	if !utf8.Valid(raw) {
		return nil, refuse("body: not valid UTF-8")
	}
	if !json.Valid(raw) {
		return nil, refuse("body: not valid JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := decodeValue(decoder, "")
	if err != nil {
		return nil, err
	}
	object, ok := value.(jsonObject)
	if !ok {
		return nil, refuse("body: must be a JSON object")
	}
	f := New()
	f.object = object
	return f, nil
}

// decodeValue reads one value of input that is known to be valid JSON, and refuses names that appear twice.
func decodeValue(d *json.Decoder, path string) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, refuse("body: not valid JSON")
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(d, path)
	case json.Delim('['):
		return decodeArray(d, path)
	}
	return token, nil
}

func decodeObject(d *json.Decoder, path string) (any, error) {
	object := jsonObject{values: map[string]any{}}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, refuse("body: not valid JSON")
		}
		name, _ := token.(string)
		if _, twice := object.values[name]; twice {
			return nil, refuse("%s: given more than once", path+name)
		}
		value, err := decodeValue(d, path+name+".")
		if err != nil {
			return nil, err
		}
		object.names = append(object.names, name)
		object.values[name] = value
	}
	_, _ = d.Token() // the closing brace
	return object, nil
}

func decodeArray(d *json.Decoder, path string) (any, error) {
	array := []any{}
	for d.More() {
		value, err := decodeValue(d, path)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, _ = d.Token() // the closing bracket
	return array, nil
}
