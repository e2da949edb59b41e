package reference_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// walk visits attributes by name, nested ones too. A is the attribute of one kind of schema.
func walk[A attribute](attributes map[string]A, kind, prefix string, visit func(kind, path string, a attribute)) {
	for name, a := range attributes {
		path := prefix + "." + name
		visit(kind, path, a)
		for nested, inner := range nestedIn(a) {
			visit(kind, path+"."+nested, inner)
			for deeper, last := range nestedIn(inner) {
				visit(kind, path+"."+nested+"."+deeper, last)
			}
		}
	}
}

// nestedIn are the attributes of a nested attribute. The packages of the framework have a type each for the same.
func nestedIn(a attribute) map[string]attribute {
	value := reflect.ValueOf(a)
	field := value.FieldByName("Attributes")
	if object := value.FieldByName("NestedObject"); object.IsValid() {
		field = object.FieldByName("Attributes")
	}
	found := map[string]attribute{}
	if !field.IsValid() {
		return found
	}
	for _, key := range field.MapKeys() {
		if inner, ok := field.MapIndex(key).Interface().(attribute); ok {
			found[key.String()] = inner
		}
	}
	return found
}

// number tells whether the values of an attribute are numbers.
func number(a attribute) bool {
	return slices.Contains([]string{"Int64Attribute", "NumberAttribute", "Float64Attribute"}, reflect.TypeOf(a).Name())
}

// described is what a default or a validator says of itself.
func described(v reflect.Value) string {
	d, ok := v.Interface().(interface {
		Description(ctx context.Context) string
	})
	if !ok {
		return ""
	}
	return d.Description(context.Background())
}

// defaultOf is the static default of an attribute, as its text has to give it; none where it has no default.
func defaultOf(a attribute) []string {
	field := reflect.ValueOf(a).FieldByName("Default")
	if !field.IsValid() || field.IsNil() {
		return nil
	}
	value := described(field)
	if _, text, ok := strings.Cut(value, "value defaults to "); ok && !strings.HasPrefix(text, "[") {
		return []string{strings.Trim(text, `"`)}
	}
	return nil
}

// limit are the ways to write one limit of a validator.
type limit struct {
	of    string
	words []string
}

var (
	amounts  = regexp.MustCompile(` [0-9]+(\.[0-9]+)?\b`)
	notEmpty = regexp.MustCompile(`at least (0|1)( elements)?$`)
	choices  = regexp.MustCompile(`^must be [A-Za-z0-9_, -]+$`)
)

// limitsOf are the numbers and the choices that the validators of an attribute name. That something may not be empty
// needs no words.
func limitsOf(a attribute) []limit {
	field := reflect.ValueOf(a).FieldByName("Validators")
	if !field.IsValid() {
		return nil
	}
	var found []limit
	for i := range field.Len() {
		said := described(field.Index(i))
		switch {
		case notEmpty.MatchString(said) || strings.Contains(said, "such as") || strings.Contains(said, "email address"):
		case choices.MatchString(said):
			for _, value := range strings.FieldsFunc(strings.TrimPrefix(said, "must be "), func(r rune) bool { return r == ',' || r == ' ' }) {
				if value != "or" {
					found = append(found, limit{said, []string{"`" + value + "`"}})
				}
			}
		default:
			for _, amount := range amounts.FindAllString(said, -1) {
				amount = strings.TrimSpace(amount)
				if strings.Contains(amount, ".") {
					amount = strings.TrimRight(amount, "0")
				}
				found = append(found, limit{said, []string{amount, grouped(amount)}})
			}
		}
	}
	return found
}

// grouped is a large number as people write it: 10,000.
func grouped(amount string) string {
	if len(amount) <= 3 || strings.Contains(amount, ".") {
		return amount
	}
	return fmt.Sprintf("%s,%s", amount[:len(amount)-3], amount[len(amount)-3:])
}
