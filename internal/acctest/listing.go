package acctest

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Listed is a result of a list that `terraform query` asks for.
type Listed struct {
	Name     string
	Identity map[string]string // without what is null
	State    tftypes.Value     // null where the resource was not asked for
	Errors   []string
	Warnings []string
}

// List asks for the objects of a type, as a list block with some attributes does. limit 0 is for no limit.
func (w *Walk) List(typeName string, attributes map[string]tftypes.Value, limit int64, includeResource bool) (all []Listed) {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ListResourceServer)
	if !ok {
		w.t.Fatal("the provider lists nothing")
	}
	schemas, err := w.server.GetProviderSchema(w.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		w.t.Fatal(err)
	}
	schema := schemas.ListResourceSchemas[typeName]
	if schema == nil {
		w.t.Fatalf("%s cannot be listed", typeName)
	}
	ctx, cancel := w.limited()
	defer cancel()
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: w.Dynamic(w.empty(schema.ValueType(), maps.Clone(attributes))), Limit: limit, IncludeResource: includeResource,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for result := range stream.Results {
		listed := Listed{Name: result.DisplayName, Identity: map[string]string{}, State: w.Value(typeName, result.Resource)}
		listed.Errors, listed.Warnings = sort(result.Diagnostics)
		if result.Identity != nil {
			w.identity(typeName, result.Identity, listed.Identity)
		}
		all = append(all, listed)
	}
	return all
}

// identity reads an identity into a map.
func (w *Walk) identity(typeName string, from *tfprotov6.ResourceIdentityData, into map[string]string) {
	w.t.Helper()
	schemas, err := w.server.GetResourceIdentitySchemas(w.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		w.t.Fatal(err)
	}
	value, err := from.IdentityData.Unmarshal(schemas.IdentitySchemas[typeName].ValueType())
	if err != nil {
		w.t.Fatal(err)
	}
	for name, attribute := range w.Attributes(value) {
		var text string
		if !attribute.IsNull() && attribute.As(&text) == nil {
			into[name] = text
		}
	}
}
