package tfkit

import "reflect"

// Fill is fill, for tests.
var Fill = fill

// Pair is a model and the schema that it was used with.
type Pair struct {
	Model  reflect.Type
	Schema any
	Lean   bool // the framework is not needed
}

// Pairs are the models that were used in this process so far.
func Pairs() []Pair {
	var pairs []Pair
	layouts.Range(func(key, value any) bool {
		l := value.(*schemaLayout)
		pairs = append(pairs, Pair{key.(modelKey).model, l.schema, l.layout != nil})
		return true
	})
	return pairs
}
