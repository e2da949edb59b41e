package provider

import (
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// envOnlyURL names the only address that the provider may talk to. `backend run` sets it for its command, so that a test
// never reaches an account that is real: whatever the configuration says, no key is sent anywhere else, and the keys in
// profiles are not read.
const envOnlyURL = "RAFF_ONLY_API_URL"

// onlyURL is the only address that may be talked to; "" where any may.
type onlyURL string

func onlyAddress() onlyURL { return onlyURL(os.Getenv(envOnlyURL)) }

// allows refuses, at the attribute that says so, another address and a profile, whose keys belong to other addresses.
func (o onlyURL) allows(m *providerModel, diags *diag.Diagnostics) bool {
	if o == "" {
		return true
	}
	if profile := firstNonEmpty(m.Profile.ValueString(), os.Getenv(envProfile)); profile != "" {
		diags.AddAttributeError(path.Root("profile"), "Profiles are out of reach here", fmt.Sprintf(
			"%s is set, as it is under \"terraform-provider-raff backend run\", so that the provider talks to %s and nothing else; "+
				"the profile %q belongs to another address. Nothing was sent. Leave out profile and %s here: the environment gives address and key.",
			envOnlyURL, string(o), profile, envProfile))
		return false
	}
	wanted, from := m.APIURL.ValueString(), "api_url"
	if wanted == "" {
		wanted, from = os.Getenv(envURL), envURL
	}
	if wanted == "" || o.is(wanted) {
		return true
	}
	diags.AddAttributeError(path.Root("api_url"), "Another address than the reference backend's", fmt.Sprintf(
		"%s is set, as it is under \"terraform-provider-raff backend run\", so that the provider talks to %s and nothing else, but %s is %s. "+
			"Nothing was sent. Leave %s out here, or give api_url the value of a variable that is null in tests: the environment gives the address.",
		envOnlyURL, string(o), from, wanted, from))
	return false
}

// is tells whether an address is this one. It compares texts: names that lead to the same place today may not tomorrow.
func (o onlyURL) is(address string) bool { return bareURL(address) == bareURL(string(o)) }

// bareURL is an address without the parts that may be left out.
func bareURL(address string) string {
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(address, "/"), "/api/v1"), "/")
}

// resolve is resolve of settings where any address is allowed. Where only one is, it reads no file: there is a key, or
// there is none.
func (o onlyURL) resolve(apiKey, apiURL, profile string) (settings, error) {
	if o == "" {
		return resolve(apiKey, apiURL, profile)
	}
	return settings{apiKey: firstNonEmpty(apiKey, os.Getenv(envAPIKey)), apiURL: string(o)}, nil
}

// unknownKey explains a key that the only address does not know: one of a real account, as a rule.
func (o onlyURL) unknownKey(err error) *tfkit.NoKey {
	return tfkit.NewNoKey("The API key is not one of the reference backend's", fmt.Sprintf(
		"%s is set, as it is under \"terraform-provider-raff backend run\", so that the provider talks to %s and nothing else, which answered: %s. "+
			"Leave api_key out here, or give it the value of a variable that is null in tests: the environment gives the key.",
		envOnlyURL, string(o), err))
}
