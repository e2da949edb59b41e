// Package framework holds what every service shares with the Terraform plugin framework: small
// functions and attributes, no base class that knows how to create or read anything.
package framework

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ProviderData is what the provider's Configure prepares and every resource and data source gets.
type ProviderData struct {
	// Client is nil while the provider's configuration is unknown, which Terraform allows during a
	// plan: its key may come from a resource that the same apply makes.
	Client *client.Client
	// DefaultTags are added to every VM.
	DefaultTags []string
	// Projects knows which projects may be used and remembers which were found reachable.
	Projects *ProjectGuard
	// Catalog answers questions about plans, templates and regions.
	Catalog *Catalog
	// Locks serialises the operations on one VM.
	Locks *Locks
}

// ResourceBase stores the provider's data. Resources embed it; it does nothing else.
type ResourceBase struct {
	*ProviderData
}

// Configure implements resource.ResourceWithConfigure.
func (b *ResourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.ProviderData = providerData(req.ProviderData, &resp.Diagnostics)
}

// Unconfigured tells whether there is no client yet, because the provider's configuration is
// unknown at plan or because the framework only validates.
func (b *ResourceBase) Unconfigured() bool {
	return b.ProviderData == nil || b.Client == nil
}

// DataSourceBase stores the provider's data. Data sources embed it; it does nothing else.
type DataSourceBase struct {
	*ProviderData
}

// Configure implements datasource.DataSourceWithConfigure.
func (b *DataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.ProviderData = providerData(req.ProviderData, &resp.Diagnostics)
}

// Unconfigured tells whether there is no client yet; see ResourceBase.Unconfigured.
func (b *DataSourceBase) Unconfigured() bool {
	return b.ProviderData == nil || b.Client == nil
}

// EphemeralBase stores the provider's data. Ephemeral resources embed it; it does nothing else.
type EphemeralBase struct {
	*ProviderData
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (b *EphemeralBase) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	b.ProviderData = providerData(req.ProviderData, &resp.Diagnostics)
}

// Unconfigured tells whether there is no client yet; see ResourceBase.Unconfigured.
func (b *EphemeralBase) Unconfigured() bool {
	return b.ProviderData == nil || b.Client == nil
}

// AddUnconfiguredError explains why an operation cannot run while the provider's configuration is
// unknown.
func AddUnconfiguredError(diags *diag.Diagnostics) {
	diags.AddError(
		"Provider configuration is not known yet",
		"The provider's api_key, api_url or profile depends on something that is only known after apply, "+
			"so the Raff API cannot be asked now. Apply what they depend on first, for example with -target, "+
			"or give them as variables.",
	)
}

func providerData(data any, diags *diag.Diagnostics) *ProviderData {
	if data == nil { // the framework validates without a configured provider
		return nil
	}
	d, ok := data.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *framework.ProviderData, got %T. Please report this to the provider's developers.", data))
		return nil
	}
	return d
}
