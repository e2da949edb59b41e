package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	defaultMaxRetries     = 5
	defaultRequestTimeout = time.Minute
)

// missingKey is said by whatever needs a key where there is none.
var missingKey = tfkit.NewNoKey("Missing API key",
	"Set the environment variable "+envAPIKey+", or api_key in the provider's configuration, or a profile of the Raff CLI. "+
		"To try the provider without an account, start its reference backend: terraform-provider-raff backend.")

// AboutKey tells whether an error, its summary first, says that there is no key that could be used.
func AboutKey(text string) bool {
	none := errors.New("")
	for _, why := range []*tfkit.NoKey{missingKey, tfkit.KeyNotAccepted("", none), onlyURL("").unknownKey(none)} {
		if strings.HasPrefix(text, why.Summary()+": ") {
			return true
		}
	}
	return false
}

// connection is how the provider talks to the API.
type connection struct {
	client  *client.Client // nil without a key that can be used
	public  *client.Public // reads the public catalogue where there is no client; nil while the address is not known
	noKey   *tfkit.NoKey   // why there is no client; nil while it is not known yet
	options client.Options
}

// connect prepares the connection, or adds a diagnostic at the attribute that is wrong. It sends nothing.
func (p *raffProvider) connect(ctx context.Context, m *providerModel, terraformVersion string, diags *diag.Diagnostics) connection {
	if m.addressUnknown() {
		return connection{}
	}
	s, err := m.settings()
	if err != nil {
		diags.AddAttributeError(path.Root("profile"), "Unable to read the profile", err.Error()+". Correct it, or give api_key and api_url.")
		return connection{}
	}
	tflog.Info(ctx, "Configuring the Raff client", map[string]any{"api_url": s.apiURL, "default_url": s.apiURL == DefaultURL})
	warnOfReaders(s.source, diags)
	options, ok := m.options(s, userAgent(p.version, terraformVersion), diags)
	how := connection{options: options}
	switch {
	case !ok:
		return how
	case m.unknown():
		return how.withoutKey(nil, diags)
	case s.apiKey == "":
		return how.withoutKey(missingKey, diags)
	case plaintext(s.apiURL) && !insecureHTTPAllowed(m.AllowInsecureHTTP):
		diags.AddAttributeError(path.Root("api_url"), "The API key would be sent unencrypted",
			"The address "+s.apiURL+" is not on this machine and does not use https, so the key could be read on the way. Nothing was sent. "+
				"Use an https address or, on a network that nobody else can listen to, set allow_insecure_http = true or "+envInsecureHTTP+"=true.")
		return how
	}
	how.options.APIKey = s.apiKey
	how.client, err = client.New(how.options)
	addOptionError(err, diags)
	return how
}

// withoutKey is the connection of somebody who has no key that can be used.
func (how connection) withoutKey(why *tfkit.NoKey, diags *diag.Diagnostics) connection {
	options := how.options
	options.APIKey = ""
	public, err := client.NewPublic(options)
	addOptionError(err, diags)
	return connection{public: public, noKey: why, options: options}
}

// addOptionError says which setting the client does not take.
func addOptionError(err error, diags *diag.Diagnostics) {
	if err == nil {
		return
	}
	at := path.Root("api_url")
	if errors.Is(err, client.ErrInvalidKey) {
		at = path.Root("api_key")
	}
	diags.AddAttributeError(at, "Invalid provider configuration", err.Error()+".")
}

// addressUnknown tells whether it is not known yet where the API is, or whom to trust there.
func (m *providerModel) addressUnknown() bool {
	if m.CAFile.IsUnknown() {
		return true
	}
	if onlyAddress() != "" {
		return false
	}
	given := firstNonEmpty(m.APIURL.ValueString(), os.Getenv(envURL)) != ""
	return m.APIURL.IsUnknown() || m.Profile.IsUnknown() && !given
}

// settings are what resolve finds. A key that is not known yet is one that is given: it never goes to the address of the
// profile of another one.
func (m *providerModel) settings() (settings, error) {
	apiKey := m.APIKey.ValueString()
	if m.APIKey.IsUnknown() {
		apiKey = "unknown"
	}
	return onlyAddress().resolve(apiKey, m.APIURL.ValueString(), m.Profile.ValueString())
}

// options are those of a client without a key. What is not known yet has its default.
func (m *providerModel) options(s settings, agent string, diags *diag.Diagnostics) (_ client.Options, ok bool) {
	if problem, corrected := addressProblem(s.apiURL); problem != "" {
		diags.AddAttributeError(path.Root("api_url"), "Invalid address of the API", fmt.Sprintf(
			"The address %q, which comes from api_url, %s or the profile, %s. Nothing was sent. Write %q.", s.apiURL, envURL, problem, corrected))
		return client.Options{}, false
	}
	transport, err := httpClient(m.CAFile.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("ca_file"), "Unable to read the certificate authorities", err.Error())
		return client.Options{}, false
	}
	maxRetries := defaultMaxRetries
	if tfkit.Known(m.MaxRetries) {
		maxRetries = int(m.MaxRetries.ValueInt64())
	}
	timeout, ok := m.timeout(diags)
	return client.Options{
		URL:               s.apiURL,
		UserAgent:         agent,
		HTTPClient:        transport,
		RequestsPerSecond: m.RequestsPerSecond.ValueFloat64(),
		MaxRetries:        maxRetries,
		RequestTimeout:    timeout,
	}, ok
}

// timeout is how long one request may take.
func (m *providerModel) timeout(diags *diag.Diagnostics) (_ time.Duration, ok bool) {
	if !tfkit.Known(m.RequestTimeout) {
		return defaultRequestTimeout, true
	}
	timeout, err := time.ParseDuration(m.RequestTimeout.ValueString())
	if err != nil { // the validator has refused it already
		diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", err.Error())
	}
	return timeout, err == nil
}

// warnOfReaders warns of a file with keys in it that others may read.
func warnOfReaders(file cliSource, diags *diag.Diagnostics) {
	if othersMayRead(file.mode) {
		diags.AddAttributeWarning(path.Root("profile"), "Others may read the API keys of the Raff CLI", fmt.Sprintf(
			"%s has the mode %04o, so that other users of this machine may read or change the keys in it. Run: chmod 600 %s",
			file.path, file.mode.Perm(), file.path))
	}
}

// userAgent names the provider and Terraform with their versions, and what the user adds.
func userAgent(version, terraformVersion string) string {
	agent := fmt.Sprintf("terraform-provider-raff/%s Terraform/%s", version, terraformVersion)
	if extra := strings.TrimSpace(os.Getenv("TF_APPEND_USER_AGENT")); extra != "" {
		agent += " " + extra
	}
	return agent
}
