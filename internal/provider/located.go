package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/fastpath"
)

// located is the provider's server. It takes off a diagnostic the attribute that its resource or data source does not have:
// the API names the fields of its requests, and not every one of them is an attribute.
type located struct {
	fastpath.Framework
}

// locate returns a server with the diagnostics of another one, each at an attribute that there is.
func locate(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	framework, ok := server.(fastpath.Framework)
	if !ok { // never with the framework of go.mod
		return server
	}
	return &located{framework}
}

// ReadResource implements tfprotov6.ResourceServer.
func (l *located) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := l.Framework.ReadResource(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, resourceSchema(req.TypeName))
	}
	return resp, err
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (l *located) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := l.Framework.PlanResourceChange(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, resourceSchema(req.TypeName))
	}
	return resp, err
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (l *located) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := l.Framework.ApplyResourceChange(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, resourceSchema(req.TypeName))
	}
	return resp, err
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (l *located) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := l.Framework.ReadDataSource(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, func(s *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return s.DataSourceSchemas[req.TypeName]
		})
	}
	return resp, err
}

// OpenEphemeralResource implements tfprotov6.EphemeralResourceServer.
func (l *located) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, err := l.Framework.OpenEphemeralResource(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, func(s *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return s.EphemeralResourceSchemas[req.TypeName]
		})
	}
	return resp, err
}

func resourceSchema(typeName string) func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
	return func(s *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return s.ResourceSchemas[typeName] }
}

// correct takes attributes off diagnostics that the schema does not have. The schemas are asked for where a diagnostic has
// an attribute, and not in every call.
func (l *located) correct(
	ctx context.Context, diagnostics []*tfprotov6.Diagnostic, schemaOf func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema,
) {
	var schema *tfprotov6.Schema
	for _, d := range diagnostics {
		name := rootOf(d.Attribute)
		if name == "" {
			continue
		}
		if schema == nil {
			schemas, err := l.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
			if err != nil || schemaOf(schemas) == nil {
				return
			}
			schema = schemaOf(schemas)
		}
		if !hasAttribute(schema, name) {
			d.Attribute = nil
		}
	}
}

// rootOf is the name of the attribute that a path begins with.
func rootOf(path *tftypes.AttributePath) string {
	if path == nil || len(path.Steps()) == 0 {
		return ""
	}
	name, _ := path.Steps()[0].(tftypes.AttributeName)
	return string(name)
}

func hasAttribute(schema *tfprotov6.Schema, name string) bool {
	for _, a := range schema.Block.Attributes {
		if a.Name == name {
			return true
		}
	}
	for _, b := range schema.Block.BlockTypes {
		if b.TypeName == name {
			return true
		}
	}
	return false
}
