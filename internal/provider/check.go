package provider

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// envAllowedAccounts names the allowed accounts where the configuration does not.
const envAllowedAccounts = "RAFF_ALLOWED_ACCOUNT_IDS"

// allowedAccounts returns the accounts that the key may be of, or nil for any.
func allowedAccounts(ctx context.Context, configured types.Set, diags *diag.Diagnostics) []string {
	if ids := knownStrings(ctx, configured, diags); ids != nil {
		return ids
	}
	var ids []string
	for id := range strings.SplitSeq(os.Getenv(envAllowedAccounts), ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkAPI asks the API once, before anything else: a wrong address is one error here, and would be one for each object
// otherwise, or be taken for an account in which nothing exists. A key that the API does not take is returned, and said by
// what needs one: the catalogue is public.
func checkAPI(ctx context.Context, data *tfkit.ProviderData, allowedAccounts []string, diags *diag.Diagnostics) *tfkit.NoKey {
	err := data.Client.Check(ctx)
	switch {
	case err == nil && allowedAccounts != nil:
		tfkit.CheckAccount(ctx, data, allowedAccounts, diags)
	case err == nil:
	case errors.Is(err, client.ErrUnauthorized) && !errors.Is(err, client.ErrForeign) && onlyAddress() != "":
		return onlyAddress().unknownKey(err)
	case errors.Is(err, client.ErrUnauthorized) && !errors.Is(err, client.ErrForeign):
		return tfkit.KeyNotAccepted(data.Client.URL(), err)
	case isAnswer(err):
		diags.AddAttributeError(path.Root("api_url"), "The address does not answer as the Raff API", fmt.Sprintf(
			"%s: %s\n\nCheck api_url, RAFF_API_URL or the profile.%s What the state has is kept, and nothing was changed.",
			data.Client.URL(), err, withoutPath(data.Client.URL())))
	default:
		tfkit.AddAttributeError(diags, path.Root("api_url"), "The Raff API cannot be used", data.Client.URL(), err)
	}
	return nil
}

// isAnswer tells whether an error is an answer that the API does not give to this question: of something else, or a
// refusal of the address.
func isAnswer(err error) bool {
	var e *client.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Status >= 200 && e.Status < 300 || e.Status == 404 || e.Status == 405 || e.Foreign && e.Status < 500
}

// withoutPath suggests an address without its path, which is wrong more often than the host that has answered.
func withoutPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return ""
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host}
	return fmt.Sprintf(" The address has the path %s, under which the provider asks for /api/v1. Without it, it is %q.", u.Path, bare.String())
}
