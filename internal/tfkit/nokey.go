package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// NoKey says why there is no API key that could be used. What needs one says it, and the public catalogue does not.
type NoKey struct {
	summary, detail string // of the diagnostic
}

// NewNoKey returns what whatever needs a key says.
func NewNoKey(summary, detail string) *NoKey { return &NoKey{summary, detail} }

// Summary is that of the diagnostic.
func (k *NoKey) Summary() string { return k.summary }

// KeyNotAccepted is the NoKey of a key that the API at an address has refused with err.
func KeyNotAccepted(address string, err error) *NoKey {
	return NewNoKey("The API key is not accepted", detail(address, err))
}

// unknownKey is the NoKey of a provider whose configuration is not known yet.
var unknownKey = NewNoKey("Provider configuration is not known yet",
	"The provider's api_key, api_url or profile depends on something that is only known after apply, "+
		"so the Raff API cannot be asked now. Apply what they depend on first, for example with -target, "+
		"or give them as variables.")

// Questions of [Run.first].
const (
	saidNoKey           = "no key"
	saidNoKeyOfResource = "no key for a resource"
)

// Configured is the first stage of an RPC that asks the API. It returns whether that is possible and
// nothing is wrong so far, and adds an error where there is no client.
func (b *base) Configured(diags *diag.Diagnostics) bool {
	if b.Unconfigured() {
		b.sayNoKey(diags)
	}
	return !diags.HasError()
}

// sayNoKey adds the error that there is no client: in full for the first one that needs it, and in short for the others.
func (b *base) sayNoKey(diags *diag.Diagnostics) {
	why := unknownKey
	if b.ProviderData != nil && b.NoKey != nil {
		why = b.NoKey
	}
	if b.ProviderData == nil || b.Run.first(saidNoKey) {
		diags.AddError(why.summary, why.detail)
		return
	}
	diags.AddError(why.summary, "This one needs it too, and was left as it is.")
}

// Readable is Configured for a Read, of the object that the state has: an error that is the same for every object comes
// once, which ends the plan.
func (b *ResourceBase) Readable(ctx context.Context, m Model, resp *resource.ReadResponse) bool {
	if !b.Unconfigured() {
		return !resp.Diagnostics.HasError()
	}
	b.sayOnce(&resp.Diagnostics)
	keep(ctx, m, resp)
	return false
}

// sayOnce adds the error that there is no client for the first resource that needs it. Errors of data sources do not
// count: in a check block they are warnings only.
func (b *ResourceBase) sayOnce(diags *diag.Diagnostics) {
	if b.ProviderData == nil || b.Run.first(saidNoKeyOfResource) {
		b.sayNoKey(diags)
	}
}

// CatalogConfigured is Configured for what only reads the public catalogue, which needs an address and no key.
func (b *DataSourceBase) CatalogConfigured(diags *diag.Diagnostics) bool {
	if b.ProviderData == nil || b.Catalog.public == nil {
		b.sayNoKey(diags)
	}
	return !diags.HasError()
}
