package client

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

// answer is what a successful answer is decoded into: the envelope that every answer of the API has, and a payload
// under a name that depends on the call.
type answer interface {
	// status returns the envelope.
	status() *envelope
	// incomplete returns an error when the payload lacks what the caller needs.
	incomplete() error
}

// envelope is the part that all answers share. By itself it is the answer of calls that return nothing else.
type envelope struct {
	Success *bool     `json:"success"`
	Code    looseText `json:"error"`
	Message looseText `json:"message"`
	Reason  looseText `json:"reason"`
}

func (e *envelope) status() *envelope { return e }

func (e *envelope) incomplete() error {
	if e.Success == nil {
		return errNoSuccess
	}
	return nil
}

// object is a wire type that has an identifier, empty where the server left it out.
type object interface {
	identity() string
}

var (
	errNoSuccess = errors.New("the answer does not say that it succeeded")
	errNoData    = errors.New("the answer has no data")
	errNoID      = errors.New("the answer has an object without id")
	errOther     = errors.New("the answer is about another object than the one that was asked for")
)

// single is the answer {"success":true,"data":{…}}.
type single[T object] struct {
	envelope
	Data  *T     `json:"data"`
	about string // the id that the object has to have, if any
}

func (s *single[T]) incomplete() error {
	if err := checkObject(s.Data); err != nil {
		return err
	}
	if s.about != "" && !strings.EqualFold(s.about, (*s.Data).identity()) {
		return errOther
	}
	return nil
}

func checkObject[T object](o *T) error {
	switch {
	case o == nil:
		return errNoData
	case (*o).identity() == "":
		return errNoID
	}
	return nil
}

// payload makes a call that answers with one object under "data".
func payload[T object](ctx context.Context, r Reader, req request) (*T, error) {
	out := single[T]{about: req.about}
	if err := r.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return out.Data, nil
}

// nothing makes a call whose answer holds no payload.
func nothing(ctx context.Context, r Reader, req request) error {
	return r.do(ctx, req, &envelope{})
}

// elements is a JSON list that tells null, which is an empty list, from absent, which is a broken answer.
type elements[T object] struct {
	present bool
	items   []T
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *elements[T]) UnmarshalJSON(data []byte) error {
	e.present, e.items = true, nil
	if n := length(data); n > 0 {
		e.items = make([]T, 0, n)
	}
	return json.Unmarshal(data, &e.items)
}

func (e elements[T]) elementType() reflect.Type { return reflect.TypeFor[T]() }

func (e *elements[T]) incomplete() error {
	if !e.present {
		return errNoData
	}
	for i := range e.items {
		if e.items[i].identity() == "" {
			return errNoID
		}
	}
	return nil
}
