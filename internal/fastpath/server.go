// Package fastpath stands before the framework's server and answers by itself what is the same in every plan of a fleet:
// a state that needs no upgrade, a configuration without a mistake, an object that is as the state says, and a plan that
// changes nothing. The framework walks the schema for each of these, path by path, which takes most of a plan's time.
//
// It has no rules of its own. It calls the same validators, and the same Read and ModifyPlan of the resources, on the
// same values. Only the answer "nothing" is its own: whatever else comes out, a diagnostic above all, is forgotten, and the
// framework is asked from the beginning. Services therefore see a second call, and [tfkit.Rehearse] tells them of the first.
package fastpath

import (
	"context"
	"os"
	"strconv"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// EnvOff is the environment variable that turns the package off, with true or 1, and has the framework answer everything.
const EnvOff = "RAFF_DISABLE_FASTPATH"

// Provider is a provider that tells what its Configure has prepared.
type Provider interface {
	provider.Provider
	// ResourceData returns what its resources are configured with, nil before Configure.
	ResourceData() any
}

// Framework is what the framework's server implements.
type Framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// Server answers some calls by itself and passes the others on to the framework.
type Server struct {
	Framework
	provider Provider
	off      bool

	invocations invocations

	learn sync.Once
	kinds map[string]*kind // by resource type
}

// New returns the server of a provider. Without the calls that it answers by itself, it is the framework's.
func New(p Provider) tfprotov6.ProviderServer {
	server := providerserver.NewProtocol6(p)()
	framework, ok := server.(Framework)
	if !ok { // never with the framework of go.mod
		return server
	}
	return Before(framework, p)
}

// Before returns the server of a provider that passes on to a given one what it does not answer by itself.
func Before(framework Framework, p Provider) *Server {
	off, _ := strconv.ParseBool(os.Getenv(EnvOff))
	return &Server{Framework: framework, provider: p, off: off}
}

// kind returns what is known of a resource type, or nil where the framework is to be asked.
func (s *Server) kind(ctx context.Context, resourceType string) *kind {
	if s.off {
		return nil
	}
	s.learn.Do(func() { s.kinds = kindsOf(context.WithoutCancel(ctx), s.provider) })
	return s.kinds[resourceType]
}

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (s *Server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	if s.kind(ctx, req.TypeName).valid(ctx, s.provider.ResourceData(), req) {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	return s.Framework.ValidateResourceConfig(ctx, req)
}

// UpgradeResourceState implements tfprotov6.ResourceServer.
func (s *Server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	if s.kind(ctx, req.TypeName).current(req) {
		return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
	}
	return s.Framework.UpgradeResourceState(ctx, req)
}

// ReadResource implements tfprotov6.ResourceServer.
func (s *Server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	if resp, ok := s.kind(ctx, req.TypeName).read(ctx, s.provider.ResourceData(), req); ok {
		return resp, nil
	}
	return s.Framework.ReadResource(ctx, req)
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s *Server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	if resp, ok := s.kind(ctx, req.TypeName).plan(ctx, s.provider.ResourceData(), req); ok {
		return resp, nil
	}
	return s.Framework.PlanResourceChange(ctx, req)
}

// UpgradeResourceIdentity implements tfprotov6.ResourceServer.
func (s *Server) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.UpgradeResourceIdentity(ctx, req)
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (s *Server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.ApplyResourceChange(ctx, req)
}

// ImportResourceState implements tfprotov6.ResourceServer.
func (s *Server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.ImportResourceState(ctx, req)
}

// ValidateDataResourceConfig implements tfprotov6.DataSourceServer.
func (s *Server) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.ValidateDataResourceConfig(ctx, req)
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s *Server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.ReadDataSource(ctx, req)
}
