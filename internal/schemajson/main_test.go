package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeServer answers the two questions that write asks.
type fakeServer struct {
	tfprotov6.ProviderServer

	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

func (s fakeServer) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s fakeServer) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return s.identities, nil
}

func schemaOf(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
}

func TestWriteProvider(t *testing.T) {
	t.Parallel()

	name := &tfprotov6.SchemaAttribute{Name: "name", Type: tftypes.String, Required: true}
	got := written(t, fakeServer{
		schemas: &tfprotov6.GetProviderSchemaResponse{
			Provider:                 schemaOf(),
			ResourceSchemas:          map[string]*tfprotov6.Schema{"raff_a": schemaOf(name)},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"raff_b": schemaOf(name)},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"raff_c": schemaOf(name)},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"raff_d": schemaOf(name)},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"raff_e": {Schema: schemaOf(name)}},
			Functions: map[string]*tfprotov6.Function{"f": {
				Summary:           "Sums up",
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "first", Type: tftypes.Number}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Number, AllowNullValue: true},
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.Number},
			}},
		},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"raff_a": {
				IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "id", Type: tftypes.String, RequiredForImport: true},
					{Name: "project_id", Type: tftypes.String, OptionalForImport: true, Description: "The project."},
				},
			}},
		},
	})

	const block = `{"attributes": {"name": {"type": "string", "description_kind": "plain", "required": true}},
		"description_kind": "plain"}`
	want := `{
		"format_version": "1.0",
		"provider_schemas": {"registry.terraform.io/hashicorp/raff": {
			"provider": {"version": 0, "block": {"description_kind": "plain"}},
			"resource_schemas": {"raff_a": {"version": 0, "block": ` + block + `}},
			"data_source_schemas": {"raff_b": {"version": 0, "block": ` + block + `}},
			"ephemeral_resource_schemas": {"raff_c": {"version": 0, "block": ` + block + `}},
			"list_resource_schemas": {"raff_d": {"version": 0, "block": ` + block + `}},
			"action_schemas": {"raff_e": {"block": ` + block + `}},
			"functions": {"f": {
				"summary": "Sums up",
				"return_type": "number",
				"parameters": [{"name": "first", "type": "number"}],
				"variadic_parameter": {"name": "more", "is_nullable": true, "type": "number"}
			}},
			"resource_identity_schemas": {"raff_a": {"version": 0, "attributes": {
				"id": {"type": "string", "required_for_import": true},
				"project_id": {"type": "string", "description": "The project.", "optional_for_import": true}
			}}}
		}}
	}`
	compareJSON(t, got, want)
}

func TestWriteAttributes(t *testing.T) {
	t.Parallel()

	schema := schemaOf(
		&tfprotov6.SchemaAttribute{
			Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true,
			Description: "A *secret*.", DescriptionKind: tfprotov6.StringKindMarkdown,
		},
		&tfprotov6.SchemaAttribute{Name: "list", Type: tftypes.List{ElementType: tftypes.Bool}, Computed: true},
		&tfprotov6.SchemaAttribute{Name: "set", Type: tftypes.Set{ElementType: tftypes.String}, Deprecated: true},
		&tfprotov6.SchemaAttribute{Name: "map", Type: tftypes.Map{ElementType: tftypes.Number}},
		&tfprotov6.SchemaAttribute{Name: "object", Type: tftypes.Object{
			AttributeTypes: map[string]tftypes.Type{"a": tftypes.String},
		}},
		&tfprotov6.SchemaAttribute{Name: "tuple", Type: tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}}},
		&tfprotov6.SchemaAttribute{Name: "dynamic", Type: tftypes.DynamicPseudoType},
		&tfprotov6.SchemaAttribute{Name: "nested", NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeSet,
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "a", Type: tftypes.String}},
		}},
	)
	schema.Version = 2
	schema.Block.Description = "All kinds."
	schema.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{{
		TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 3,
		Block: &tfprotov6.SchemaBlock{Deprecated: true},
	}}

	got := written(t, fakeServer{
		schemas:    &tfprotov6.GetProviderSchemaResponse{Provider: schema},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{},
	})

	want := `{
		"format_version": "1.0",
		"provider_schemas": {"registry.terraform.io/hashicorp/raff": {"provider": {"version": 2, "block": {
			"description": "All kinds.",
			"description_kind": "plain",
			"attributes": {
				"secret": {"type": "string", "description": "A *secret*.", "description_kind": "markdown",
					"optional": true, "sensitive": true, "write_only": true},
				"list": {"type": ["list", "bool"], "description_kind": "plain", "computed": true},
				"set": {"type": ["set", "string"], "description_kind": "plain", "deprecated": true},
				"map": {"type": ["map", "number"], "description_kind": "plain"},
				"object": {"type": ["object", {"a": "string"}], "description_kind": "plain"},
				"tuple": {"type": ["tuple", ["string", "bool"]], "description_kind": "plain"},
				"dynamic": {"type": "dynamic", "description_kind": "plain"},
				"nested": {"description_kind": "plain", "nested_type": {
					"nesting_mode": "set",
					"attributes": {"a": {"type": "string", "description_kind": "plain"}}
				}}
			},
			"block_types": {"timeouts": {
				"nesting_mode": "list", "min_items": 1, "max_items": 3,
				"block": {"description_kind": "plain", "deprecated": true}
			}}
		}}}}
	}`
	compareJSON(t, got, want)
}

func TestWriteReportsDiagnostics(t *testing.T) {
	t.Parallel()

	server := fakeServer{
		schemas: &tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{
			{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Odd"},
			{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Broken schema", Detail: "no type"},
		}},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{},
	}
	err := write(t.Context(), &bytes.Buffer{}, server)
	if err == nil || !strings.Contains(err.Error(), "Broken schema: no type") {
		t.Errorf("error %v, want the diagnostic's text", err)
	}
}

func written(t *testing.T, server tfprotov6.ProviderServer) []byte {
	t.Helper()

	var out bytes.Buffer
	if err := write(t.Context(), &out, server); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func compareJSON(t *testing.T, got []byte, want string) {
	t.Helper()

	var gotValue, wantValue any
	if err := json.Unmarshal(got, &gotValue); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantValue, gotValue); diff != "" {
		t.Errorf("schemas differ (-want +got):\n%s", diff)
	}
}
