package protocol

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Listed is a result of a list, as `terraform query` asks for it.
type Listed struct {
	Name     string            // as people tell the object from others
	Identity map[string]string // without what is null; empty where the result has diagnostics only
	State    tftypes.Value     // null where the resource was not asked for
	// Diagnostics are about the object, or say why there is none.
	Diagnostics []*tfprotov6.Diagnostic
}

// List lists the objects of a type, as a list block with some attributes does. limit 0 is for no limit. What comes is
// read lazily.
func (p *Provider) List(
	ctx context.Context, typeName string, attributes map[string]tftypes.Value, limit int64, includeResource bool,
) (iter.Seq2[Listed, error], error) {
	schema := p.Schemas.ListResourceSchemas[typeName]
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if schema == nil || !ok {
		return nil, fmt.Errorf("%s cannot be listed", typeName)
	}
	config, err := Dynamic(Empty(schema.ValueType(), attributes))
	if err != nil {
		return nil, err
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: typeName, Config: config, Limit: limit, IncludeResource: includeResource})
	if err != nil {
		return nil, err
	}
	return func(yield func(Listed, error) bool) {
		for result := range stream.Results {
			if !yield(p.listed(typeName, result)) {
				return
			}
		}
	}, nil
}

func (p *Provider) listed(typeName string, result tfprotov6.ListResourceResult) (Listed, error) {
	listed := Listed{Name: result.DisplayName, Diagnostics: result.Diagnostics}
	var err error
	if listed.State, err = p.Value(typeName, result.Resource); err != nil {
		return listed, err
	}
	listed.Identity, err = p.Identity(typeName, result.Identity)
	return listed, err
}
