package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// IsOwnKey tells whether the API key of that id is the one that the provider works with. A key that may not look at
// API keys cannot tell, and then the answer is false: the API still refuses what a key must not do to itself.
func IsOwnKey(ctx context.Context, c *client.Client, id types.String) bool {
	if c == nil || !Known(id) || id.ValueString() == "" {
		return false
	}
	key, err := c.GetAPIKey(ctx, id.ValueString())
	return err == nil && c.Uses(key.KeyPrefix)
}

// AddOwnKeyError refuses a change that would take the ground from under the provider.
func AddOwnKeyError(diags *diag.Diagnostics, p path.Path, object, consequence string) {
	diags.AddAttributeError(p, "The API key is in use",
		object+" is the API key that this configuration is applied with: "+consequence+
			". Nothing was changed. Apply this with another API key, for example that of the Owner.")
}
