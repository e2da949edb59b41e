// Package tfkit holds what every service shares with the Terraform plugin framework: the stages of an
// RPC, attributes and diagnostics, as functions. No base class knows how to create or read anything.
package tfkit

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ProviderData is what the provider's Configure prepares and every resource and data source gets.
type ProviderData struct {
	// Client is nil while the provider's configuration is unknown, which Terraform allows during a
	// plan: its key may come from a resource that the same apply creates. It is nil as well where there is
	// no key that the API takes, which is then in NoKey.
	Client *client.Client
	// NoKey says why there is no key; nil where there is one, or it is not known yet.
	NoKey *NoKey
	// DefaultTags are added to every VM.
	DefaultTags []string
	// DeletionProtection is the default of deletion_protection: null for false, unknown while the provider's
	// configuration does not say it yet.
	DeletionProtection types.Bool
	// Projects knows which projects may be used and remembers which were found reachable.
	Projects *ProjectGuard
	// Catalog answers questions about plans, templates and regions.
	Catalog *Catalog
	// Inventory finds the objects that a plan refers to, and those that have a name.
	Inventory *Inventory
	// Locks serialises the operations on one VM.
	Locks *Locks
	// Run remembers what Terraform has asked for so far.
	Run *Run
	// Opened is what ephemeral resources have opened and not closed yet, of the whole process.
	Opened *Opened

	absences  *absences
	creations *creations
	own       cached[*rights] // of the API key
}

// NewProviderData prepares the data of a provider. c is nil while the configuration is unknown;
// allowedProjects is nil for no restriction.
func NewProviderData(c *client.Client, defaultTags, allowedProjects []string) *ProviderData {
	busy := func() bool { return c != nil && c.Busy() }
	return &ProviderData{
		Client:      c,
		DefaultTags: defaultTags,
		Projects:    NewProjectGuard(c, allowedProjects),
		Catalog:     NewCatalog(c),
		Inventory:   newInventory(c),
		Locks:       NewLocks(),
		Run:         newRun(busy),
		absences:    &absences{lost: map[string]int{}},
		creations:   &creations{},
	}
}

// ReadCatalog has the public catalogue read without a key, where there is none.
func (d *ProviderData) ReadCatalog(public *client.Public) { d.Catalog.public = public }

// base is what resources, data sources and ephemeral resources get from the provider.
type base struct {
	*ProviderData
}

// Unconfigured tells whether there is no client yet, because the provider's configuration is
// unknown at plan or because the framework only validates.
func (b *base) Unconfigured() bool {
	return b.ProviderData == nil || b.Client == nil
}

func (b *base) configure(data any, diags *diag.Diagnostics) {
	if data == nil { // the framework validates without a configured provider
		return
	}
	d, ok := data.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *tfkit.ProviderData, got %T. Please report this to the provider's developers.", data))
		return
	}
	b.ProviderData = d
}

// ResourceBase stores the provider's data. Resources embed it, and call its stages.
type ResourceBase struct{ base }

// Configure implements resource.ResourceWithConfigure.
func (b *ResourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// Ready is the first stage of an RPC that changes something: it returns whether the provider is
// configured, nothing is wrong so far, and the project is allowed or, where it is null, an object of the
// account.
func (b *ResourceBase) Ready(projectID types.String, diags *diag.Diagnostics) bool {
	if !b.Configured(diags) {
		return false
	}
	b.Run.changes()
	b.Projects.CheckAllowed(path.Root("project_id"), projectID, diags)
	if projectID.IsNull() {
		b.Projects.CheckAccount("The object", diags)
	}
	return !diags.HasError()
}

// Timeout reads one of the timeouts of a resource: a method of timeouts.Value.
type Timeout func(ctx context.Context, byDefault time.Duration) (time.Duration, diag.Diagnostics)

// Begin is Ready for an operation that takes its time. The context that it returns ends with the
// timeout; cancel must be called in any case.
func (b *ResourceBase) Begin(
	ctx context.Context, projectID types.String, timeout Timeout, byDefault time.Duration, diags *diag.Diagnostics,
) (_ context.Context, cancel context.CancelFunc, ok bool) {
	if !b.Ready(projectID, diags) {
		return ctx, func() {}, false
	}
	limit, problems := timeout(ctx, byDefault)
	diags.Append(problems...)
	ctx, cancel = context.WithTimeout(ctx, limit)
	return ctx, cancel, !diags.HasError()
}

// DataSourceBase stores the provider's data. Data sources embed it, and call its stages.
type DataSourceBase struct{ base }

// Configure implements datasource.DataSourceWithConfigure.
func (b *DataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// EphemeralBase stores the provider's data. Ephemeral resources embed it.
type EphemeralBase struct{ base }

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (b *EphemeralBase) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}
