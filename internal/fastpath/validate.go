package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// valid tells whether no validator has anything to say of a configuration.
func (k *kind) valid(ctx context.Context, data any, req *tfprotov6.ValidateResourceConfigRequest) bool {
	if k == nil {
		return false
	}
	raw, attributes, ok := k.decode(req.Config)
	if !ok {
		return false
	}
	check := validation{config: tfsdk.Config{Schema: k.schema, Raw: raw}}
	validateReq := resource.ValidateConfigRequest{Config: check.config}
	if c := req.ClientCapabilities; c != nil {
		check.capabilities.WriteOnlyAttributesAllowed = c.WriteOnlyAttributesAllowed
		validateReq.ClientCapabilities.WriteOnlyAttributesAllowed = c.WriteOnlyAttributesAllowed
	}
	r := k.configured(ctx, data)
	if r == nil || !validAsWhole(ctx, r, validateReq) {
		return false
	}
	for name, a := range k.attributes {
		if !check.attribute(ctx, root(name), a.Attribute, a.typ, attributes[name]) {
			return false
		}
	}
	return true
}

// validAsWhole asks the validators of a resource itself.
func validAsWhole(ctx context.Context, r resource.Resource, req resource.ValidateConfigRequest) bool {
	if with, ok := r.(resource.ResourceWithConfigValidators); ok {
		for _, v := range with.ConfigValidators(ctx) {
			var resp resource.ValidateConfigResponse
			if v.ValidateResource(ctx, req, &resp); len(resp.Diagnostics) > 0 {
				return false
			}
		}
	}
	if with, ok := r.(resource.ResourceWithValidateConfig); ok {
		var resp resource.ValidateConfigResponse
		if with.ValidateConfig(ctx, req, &resp); len(resp.Diagnostics) > 0 {
			return false
		}
	}
	return true
}

// validation is of one configuration.
type validation struct {
	config       tfsdk.Config
	capabilities validator.ValidateSchemaClientCapabilities
}

// place is where an attribute is, at the top or in another one.
type place struct {
	path.Path
	expression path.Expression
}

func root(name string) place { return place{path.Root(name), path.MatchRoot(name)} }

func (p place) at(name string) place { return place{p.AtName(name), p.expression.AtName(name)} }

func (p place) in(element attr.Value) place {
	return place{p.AtSetValue(element), p.expression.AtSetValue(element)}
}

// attribute asks the validators of an attribute, and of those in it.
func (v validation) attribute(ctx context.Context, at place, a schema.Attribute, typ attr.Type, given tftypes.Value) bool {
	null := given.IsNull()
	switch {
	case a.IsRequired() && null,
		a.IsComputed() && !a.IsOptional() && !null,
		a.IsWriteOnly() && !v.capabilities.WriteOnlyAttributesAllowed && !null,
		a.GetDeprecationMessage() != "" && !null:
		return false
	}
	value, err := typ.ValueFromTerraform(ctx, given)
	if err != nil {
		return false
	}
	if _, own := value.(xattr.ValidateableAttribute); own {
		return false
	}
	return v.value(ctx, at, a, value) && v.within(ctx, at, a, given)
}

// value asks the validators of an attribute itself.
func (v validation) value(ctx context.Context, at place, a schema.Attribute, value attr.Value) bool {
	switch typed := a.(type) {
	case schema.StringAttribute:
		given, ok := value.(basetypes.StringValue)
		req := validator.StringRequest{Config: v.config, ConfigValue: given, Path: at.Path, PathExpression: at.expression, ClientCapabilities: v.capabilities}
		return ok && clean(typed.Validators, func(check validator.String) int {
			var resp validator.StringResponse
			check.ValidateString(ctx, req, &resp)
			return len(resp.Diagnostics)
		})
	case schema.Int64Attribute:
		given, ok := value.(basetypes.Int64Value)
		req := validator.Int64Request{Config: v.config, ConfigValue: given, Path: at.Path, PathExpression: at.expression, ClientCapabilities: v.capabilities}
		return ok && clean(typed.Validators, func(check validator.Int64) int {
			var resp validator.Int64Response
			check.ValidateInt64(ctx, req, &resp)
			return len(resp.Diagnostics)
		})
	case schema.BoolAttribute:
		given, ok := value.(basetypes.BoolValue)
		req := validator.BoolRequest{Config: v.config, ConfigValue: given, Path: at.Path, PathExpression: at.expression, ClientCapabilities: v.capabilities}
		return ok && clean(typed.Validators, func(check validator.Bool) int {
			var resp validator.BoolResponse
			check.ValidateBool(ctx, req, &resp)
			return len(resp.Diagnostics)
		})
	case schema.NumberAttribute:
		return len(typed.Validators) == 0
	case schema.SetAttribute:
		return v.set(ctx, at, typed.Validators, value)
	case schema.SetNestedAttribute:
		return v.set(ctx, at, typed.Validators, value)
	case schema.SingleNestedAttribute:
		return len(typed.Validators) == 0
	}
	return false // of a kind that no resource has yet
}

func (v validation) set(ctx context.Context, at place, validators []validator.Set, value attr.Value) bool {
	given, ok := value.(basetypes.SetValue)
	req := validator.SetRequest{Config: v.config, ConfigValue: given, Path: at.Path, PathExpression: at.expression, ClientCapabilities: v.capabilities}
	return ok && clean(validators, func(check validator.Set) int {
		var resp validator.SetResponse
		check.ValidateSet(ctx, req, &resp)
		return len(resp.Diagnostics)
	})
}

// within asks the validators of the attributes that are in another one.
func (v validation) within(ctx context.Context, at place, a schema.Attribute, given tftypes.Value) bool {
	if given.IsNull() || !given.IsKnown() {
		return true
	}
	switch typed := a.(type) {
	case schema.SingleNestedAttribute:
		return v.nested(ctx, at, typed.Attributes, given)
	case schema.SetNestedAttribute:
		var elements []tftypes.Value
		if given.As(&elements) != nil {
			return false
		}
		for _, element := range elements {
			value, err := typed.NestedObject.Type().ValueFromTerraform(ctx, element)
			if err != nil || !v.object(ctx, at.in(value), typed.NestedObject.Validators, value) ||
				!v.nested(ctx, at.in(value), typed.NestedObject.Attributes, element) {
				return false
			}
		}
	}
	return true
}

func (v validation) object(ctx context.Context, at place, validators []validator.Object, value attr.Value) bool {
	given, ok := value.(basetypes.ObjectValue)
	req := validator.ObjectRequest{Config: v.config, ConfigValue: given, Path: at.Path, PathExpression: at.expression, ClientCapabilities: v.capabilities}
	return ok && clean(validators, func(check validator.Object) int {
		var resp validator.ObjectResponse
		check.ValidateObject(ctx, req, &resp)
		return len(resp.Diagnostics)
	})
}

func (v validation) nested(ctx context.Context, at place, attributes map[string]schema.Attribute, given tftypes.Value) bool {
	var values map[string]tftypes.Value
	if given.IsNull() || !given.IsKnown() || given.As(&values) != nil { // the framework knows what that means
		return false
	}
	for name, a := range attributes {
		if !v.attribute(ctx, at.at(name), a, a.GetType(), values[name]) {
			return false
		}
	}
	return true
}

// clean tells whether no validator has left a diagnostic.
func clean[V any](validators []V, diagnostics func(V) int) bool {
	for _, v := range validators {
		if diagnostics(v) > 0 {
			return false
		}
	}
	return true
}
