package planchecks

import (
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Validators returns the validators of an attribute, whatever its type.
func Validators(a Attribute) []Described {
	switch a := a.(type) {
	case interface{ StringValidators() []validator.String }:
		return described(a.StringValidators())
	case interface{ Int64Validators() []validator.Int64 }:
		return described(a.Int64Validators())
	case interface{ SetValidators() []validator.Set }:
		return described(a.SetValidators())
	case interface{ ListValidators() []validator.List }:
		return described(a.ListValidators())
	case interface{ Float64Validators() []validator.Float64 }:
		return described(a.Float64Validators())
	case interface{ BoolValidators() []validator.Bool }:
		return described(a.BoolValidators())
	}
	return nil
}

func described[V Described](validators []V) []Described {
	all := make([]Described, len(validators))
	for i, v := range validators {
		all[i] = v
	}
	return all
}
