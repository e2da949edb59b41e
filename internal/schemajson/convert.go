package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	tfjson "github.com/hashicorp/terraform-json"
)

// convertProvider returns everything that the provider registers.
func convertProvider(
	schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse,
) *tfjson.ProviderSchema {
	return &tfjson.ProviderSchema{
		ConfigSchema:             convertSchema(schemas.Provider),
		ResourceSchemas:          convertMap(schemas.ResourceSchemas, convertSchema),
		DataSourceSchemas:        convertMap(schemas.DataSourceSchemas, convertSchema),
		EphemeralResourceSchemas: convertMap(schemas.EphemeralResourceSchemas, convertSchema),
		ListResourceSchemas:      convertMap(schemas.ListResourceSchemas, convertSchema),
		ActionSchemas:            convertMap(schemas.ActionSchemas, convertAction),
		Functions:                convertMap(schemas.Functions, convertFunction),
		ResourceIdentitySchemas:  convertMap(identities.IdentitySchemas, convertIdentity),
	}
}

// convertMap returns in with every value converted; nil where in is empty, so that it is left out of the JSON.
func convertMap[From, To any](in map[string]From, convert func(From) To) map[string]To {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]To, len(in))
	for name, value := range in {
		out[name] = convert(value)
	}
	return out
}

func convertSchema(schema *tfprotov6.Schema) *tfjson.Schema {
	return &tfjson.Schema{
		Version: uint64(schema.Version),
		Block:   convertBlock(schema.Block),
	}
}

func convertAction(action *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: convertBlock(action.Schema.Block)}
}

func convertBlock(block *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	nested := make(map[string]*tfjson.SchemaBlockType, len(block.BlockTypes))
	for _, b := range block.BlockTypes {
		nested[b.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: tfjson.SchemaNestingMode(strings.ToLower(b.Nesting.String())),
			Block:       convertBlock(b.Block),
			MinItems:    uint64(b.MinItems),
			MaxItems:    uint64(b.MaxItems),
		}
	}
	return &tfjson.SchemaBlock{
		Attributes:      convertAttributes(block.Attributes),
		NestedBlocks:    nested,
		Description:     block.Description,
		DescriptionKind: convertKind(block.DescriptionKind),
		Deprecated:      block.Deprecated,
	}
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	out := make(map[string]*tfjson.SchemaAttribute, len(attributes))
	for _, a := range attributes {
		out[a.Name] = convertAttribute(a)
	}
	return out
}

func convertAttribute(attribute *tfprotov6.SchemaAttribute) *tfjson.SchemaAttribute {
	out := &tfjson.SchemaAttribute{
		Description:     attribute.Description,
		DescriptionKind: convertKind(attribute.DescriptionKind),
		Deprecated:      attribute.Deprecated,
		Required:        attribute.Required,
		Optional:        attribute.Optional,
		Computed:        attribute.Computed,
		Sensitive:       attribute.Sensitive,
		WriteOnly:       attribute.WriteOnly,
	}
	if nested := attribute.NestedType; nested != nil {
		out.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
			Attributes:  convertAttributes(nested.Attributes),
			NestingMode: tfjson.SchemaNestingMode(strings.ToLower(nested.Nesting.String())),
		}
	} else {
		out.AttributeType = convertType(attribute.Type)
	}
	return out
}

func convertIdentity(identity *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	attributes := make(map[string]*tfjson.IdentityAttribute, len(identity.IdentityAttributes))
	for _, a := range identity.IdentityAttributes {
		attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      convertType(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return &tfjson.IdentitySchema{Version: uint64(identity.Version), Attributes: attributes}
}

func convertFunction(function *tfprotov6.Function) *tfjson.FunctionSignature {
	out := &tfjson.FunctionSignature{
		Description:        function.Description,
		Summary:            function.Summary,
		DeprecationMessage: function.DeprecationMessage,
		ReturnType:         convertType(function.Return.Type),
	}
	for _, p := range function.Parameters {
		out.Parameters = append(out.Parameters, convertParameter(p))
	}
	if function.VariadicParameter != nil {
		out.VariadicParameter = convertParameter(function.VariadicParameter)
	}
	return out
}

func convertParameter(parameter *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	return &tfjson.FunctionParameter{
		Name:        parameter.Name,
		Description: parameter.Description,
		IsNullable:  parameter.AllowNullValue,
		Type:        convertType(parameter.Type),
	}
}

func convertKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	return tfjson.SchemaDescriptionKind(strings.ToLower(kind.String()))
}

// convertType returns the cty type of the same shape; what is no string, number, bool or collection is dynamic.
func convertType(in tftypes.Type) cty.Type {
	switch t := in.(type) {
	case tftypes.List:
		return cty.List(convertType(t.ElementType))
	case tftypes.Set:
		return cty.Set(convertType(t.ElementType))
	case tftypes.Map:
		return cty.Map(convertType(t.ElementType))
	case tftypes.Object:
		return cty.Object(convertMap(t.AttributeTypes, convertType))
	case tftypes.Tuple:
		elements := make([]cty.Type, len(t.ElementTypes))
		for i, element := range t.ElementTypes {
			elements[i] = convertType(element)
		}
		return cty.Tuple(elements)
	}
	switch {
	case in.Is(tftypes.String):
		return cty.String
	case in.Is(tftypes.Number):
		return cty.Number
	case in.Is(tftypes.Bool):
		return cty.Bool
	default:
		return cty.DynamicPseudoType
	}
}
