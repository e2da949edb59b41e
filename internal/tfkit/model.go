package tfkit

import (
	"context"
	"math/big"
	"reflect"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Source is a plan, a state or a configuration.
type Source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Target is a plan, a state or an identity.
type Target interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// Get reads a plan, a state or a configuration into a new model.
//
// The outcome is that of the framework's own Get, which compiles a regular expression for each tag of the model and
// copies the schema at every call. Here the layout of a model is worked out once. What is out of the ordinary is left to
// the framework, errors above all.
func Get[M any](ctx context.Context, from Source, diags *diag.Diagnostics) *M {
	m := new(M)
	fill(ctx, from, m, diags)
	return m
}

// fill is Get for a model that m points to.
func fill(ctx context.Context, from Source, m any, diags *diag.Diagnostics) {
	model := reflect.ValueOf(m).Elem()
	if raw, schema := opened(from); schema != nil {
		if l := layoutOf(ctx, model.Type(), schema); l != nil && l.decode(ctx, raw, model) {
			return
		}
		model.SetZero() // some of it may be decoded
	}
	diags.Append(from.Get(ctx, m)...)
}

// Set writes a model, or a pointer to one, into a plan, a state or an identity. It is the counterpart of Get.
func Set(ctx context.Context, to Target, m any, diags *diag.Diagnostics) {
	var raw *tftypes.Value
	var schema any
	switch to := to.(type) {
	case *tfsdk.Plan:
		raw, schema = &to.Raw, to.Schema
	case *tfsdk.State:
		raw, schema = &to.Raw, to.Schema
	case *tfsdk.ResourceIdentity:
		raw, schema = &to.Raw, to.Schema
	}
	model := reflect.Indirect(reflect.ValueOf(m))
	if model.Kind() == reflect.Struct && !model.CanAddr() {
		addressable := reflect.New(model.Type()).Elem()
		addressable.Set(model)
		model = addressable
	}
	if schema != nil && model.Kind() == reflect.Struct {
		if l := layoutOf(ctx, model.Type(), schema); l != nil {
			if value, ok := l.encode(ctx, model); ok {
				*raw = value
				return
			}
		}
	}
	diags.Append(to.Set(ctx, m)...)
}

// opened returns what a source is made of, without a schema where it is of a kind that is not known.
func opened(from Source) (raw tftypes.Value, schema any) {
	switch from := from.(type) {
	case tfsdk.Config:
		return from.Raw, from.Schema
	case tfsdk.Plan:
		return from.Raw, from.Schema
	case tfsdk.State:
		return from.Raw, from.Schema
	}
	return tftypes.Value{}, nil
}

// layout says which field of a model has which attribute.
type layout struct {
	fields []field
	object tftypes.Object
}

// field is a field of a model, and the attribute of the same name.
type field struct {
	name      string
	index     []int
	typ       attr.Type
	terraform tftypes.Type
	null      reflect.Value // the attr.Value for null
	rows      *layout       // of the elements of a slice of models
}

// layouts are the layouts by model, for the schema that the model was last used with. A process has one schema of each type;
// where there are several providers in one, as in tests, each makes the layout anew.
var layouts sync.Map // modelKey to *schemaLayout

type modelKey struct{ model, schema reflect.Type }

type schemaLayout struct {
	*layout            // nil: the framework is to do it
	attributes uintptr // of the schema
	schema     any     // keeps the attributes, so that no other schema can have that address
}

// layoutOf returns the layout of a model for a schema, nil where they do not go together, or where it takes the framework.
func layoutOf(ctx context.Context, model reflect.Type, schema any) *layout {
	var attributes uintptr
	var object attr.Type
	switch s := schema.(type) {
	case resource.Schema:
		attributes = reflect.ValueOf(s.Attributes).Pointer()
	case datasource.Schema:
		attributes = reflect.ValueOf(s.Attributes).Pointer()
	case identityschema.Schema:
		attributes = reflect.ValueOf(s.Attributes).Pointer()
	default:
		return nil
	}
	if attributes == 0 {
		return nil // it has none, as others may
	}
	key := modelKey{model, reflect.TypeOf(schema)}
	if found, ok := layouts.Load(key); ok {
		if l, _ := found.(*schemaLayout); l.attributes == attributes {
			return l.layout
		}
	}
	switch s := schema.(type) {
	case resource.Schema:
		object = s.Type()
	case datasource.Schema:
		object = s.Type()
	case identityschema.Schema:
		object = s.Type()
	}
	l := &schemaLayout{layout: newLayout(ctx, model, object), attributes: attributes, schema: schema}
	layouts.Store(key, l)
	return l.layout
}

// newLayout returns the layout of a model for an object, nil where it takes the framework.
func newLayout(ctx context.Context, model reflect.Type, object attr.Type) *layout {
	of, ok := object.(types.ObjectType)
	if !ok || model.Kind() != reflect.Struct {
		return nil
	}
	fields, ok := tagged(model, nil)
	if !ok || len(fields) != len(of.AttrTypes) {
		return nil
	}
	l := &layout{fields: fields, object: tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}}
	for i := range fields {
		f := &fields[i]
		f.typ, ok = of.AttrTypes[f.name]
		if !ok || !f.complete(ctx, model.FieldByIndex(f.index).Type) {
			return nil
		}
		l.object.AttributeTypes[f.name] = f.terraform
	}
	if len(l.object.AttributeTypes) != len(fields) { // a name is there twice
		return nil
	}
	return l
}

// tagged lists the fields of a model, with those of the models in it.
func tagged(model reflect.Type, at []int) ([]field, bool) {
	var fields []field
	for i := range model.NumField() {
		f := model.Field(i)
		tag, hasTag := f.Tag.Lookup("tfsdk")
		index := append(slices.Clone(at), i)
		switch {
		case f.Anonymous && !hasTag && f.Type.Kind() == reflect.Struct:
			inner, ok := tagged(f.Type, index)
			if !ok {
				return nil, false
			}
			fields = append(fields, inner...)
		case f.Anonymous || !f.IsExported() || tag == "" || tag == "-":
			return nil, false
		default:
			fields = append(fields, field{name: tag, index: index})
		}
	}
	return fields, true
}

// complete adds what follows from the attribute's type. It returns false where only the framework knows how to put that
// into a field of the type.
func (f *field) complete(ctx context.Context, typ reflect.Type) bool {
	f.terraform = f.typ.TerraformType(ctx)
	if f.terraform.Is(tftypes.DynamicPseudoType) {
		return false
	}
	if list, ok := f.typ.(types.ListType); ok && typ.Kind() == reflect.Slice {
		f.rows = newLayout(ctx, typ.Elem(), list.ElemType)
		return f.rows != nil
	}
	null, err := f.typ.ValueFromTerraform(ctx, tftypes.NewValue(f.terraform, nil))
	if _, validates := null.(xattr.ValidateableAttribute); err != nil || validates {
		return false
	}
	f.null = reflect.ValueOf(null)
	return f.null.Type() == typ
}

// decode fills a model. It returns false where that takes the framework.
func (l *layout) decode(ctx context.Context, raw tftypes.Value, model reflect.Value) bool {
	var values map[string]tftypes.Value
	if raw.IsNull() || !raw.IsKnown() || raw.As(&values) != nil || len(values) != len(l.fields) {
		return false
	}
	var s scratch
	for i := range l.fields {
		f := &l.fields[i]
		value, ok := values[f.name]
		if typ := value.Type(); !ok || typ == nil || !typ.Equal(f.terraform) || !f.decode(ctx, value, model.FieldByIndex(f.index), &s) {
			return false
		}
	}
	return true
}

// scratch is what values are unpacked into.
type scratch struct {
	text   string
	flag   bool
	number big.Float
}

func (f *field) decode(ctx context.Context, value tftypes.Value, to reflect.Value, s *scratch) bool {
	switch {
	case value.IsNull() && f.rows != nil:
		return true // no slice
	case f.rows != nil:
		return false
	case value.IsNull():
		to.Set(f.null)
		return true
	case value.IsKnown() && f.decodeScalar(value, to, s):
		return true
	}
	decoded, err := f.typ.ValueFromTerraform(ctx, value)
	if err != nil || !f.valid(ctx, value) || reflect.TypeOf(decoded) != to.Type() {
		return false
	}
	to.Set(reflect.ValueOf(decoded))
	return true
}

// decodeScalar decodes a value of the types that most attributes have, and returns false for any other.
func (f *field) decodeScalar(value tftypes.Value, to reflect.Value, s *scratch) bool {
	switch to := to.Addr().Interface().(type) {
	case *types.String:
		if f.typ != types.StringType || value.As(&s.text) != nil {
			return false
		}
		*to = types.StringValue(s.text)
	case *types.Bool:
		if f.typ != types.BoolType || value.As(&s.flag) != nil {
			return false
		}
		*to = types.BoolValue(s.flag)
	case *types.Int64:
		if f.typ != types.Int64Type || value.As(&s.number) != nil || !s.number.IsInt() {
			return false
		}
		n, accuracy := s.number.Int64()
		if accuracy != big.Exact {
			return false
		}
		*to = types.Int64Value(n)
	default:
		return false
	}
	return true
}

// valid tells whether the attribute's type has no objection to a value.
func (f *field) valid(ctx context.Context, value tftypes.Value) bool {
	//nolint:staticcheck // The framework's own types still have it.
	typ, validates := f.typ.(xattr.TypeWithValidate)
	return !validates || len(typ.Validate(ctx, value, path.Empty())) == 0
}

// encode returns a model as a value. It returns false where that takes the framework.
func (l *layout) encode(ctx context.Context, model reflect.Value) (tftypes.Value, bool) {
	values := make(map[string]tftypes.Value, len(l.fields))
	for i := range l.fields {
		f := &l.fields[i]
		value, ok := f.encode(ctx, model.FieldByIndex(f.index))
		if !ok || !value.Type().Equal(f.terraform) {
			return tftypes.Value{}, false
		}
		values[f.name] = value
	}
	return tftypes.NewValue(l.object, values), true
}

func (f *field) encode(ctx context.Context, from reflect.Value) (tftypes.Value, bool) {
	if f.rows != nil {
		return f.encodeRows(ctx, from)
	}
	switch v := from.Addr().Interface().(type) {
	case *types.String:
		return scalar(textType, v, v.ValueString()), true
	case *types.Bool:
		return scalar(flagType, v, v.ValueBool()), true
	case *types.Int64:
		return scalar(numberType, v, v.ValueInt64()), true
	case attr.Value:
		encoded, err := v.ToTerraformValue(ctx)
		return encoded, err == nil && (encoded.IsNull() || !encoded.IsKnown() || f.valid(ctx, encoded))
	}
	return tftypes.Value{}, false
}

// scalar returns a value of the types that most attributes have.
func scalar[T any](typ tftypes.Type, v interface {
	IsNull() bool
	IsUnknown() bool
}, known T,
) tftypes.Value {
	switch {
	case v.IsNull():
		return tftypes.NewValue(typ, nil)
	case v.IsUnknown():
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	return tftypes.NewValue(typ, known)
}

func (f *field) encodeRows(ctx context.Context, rows reflect.Value) (tftypes.Value, bool) {
	if rows.IsNil() {
		return tftypes.NewValue(f.terraform, nil), true
	}
	values := make([]tftypes.Value, rows.Len())
	for i := range values {
		value, ok := f.rows.encode(ctx, rows.Index(i))
		if !ok {
			return tftypes.Value{}, false
		}
		values[i] = value
	}
	return tftypes.NewValue(f.terraform, values), true
}
