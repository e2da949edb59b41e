package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"go.yaml.in/yaml/v3"
)

// DefaultURL is where the provider talks to when neither the configuration, nor the environment,
// nor the profile names another address.
const DefaultURL = "https://api.rafftechnologies.com"

// Environment variables of the provider.
const (
	envAPIKey       = "RAFF_API_KEY"
	envURL          = "RAFF_API_URL"
	envProfile      = "RAFF_PROFILE"
	envInsecureHTTP = "RAFF_ALLOW_INSECURE_HTTP"
)

// cliConfig is the configuration file of the Raff CLI, as far as the provider uses it. Keys are
// written with hyphens or underscores.
type cliConfig struct {
	CurrentProfile string
	Profiles       map[string]cliProfile
}

type cliProfile struct {
	APIURL string
	APIKey string
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (c *cliConfig) UnmarshalYAML(node *yaml.Node) error {
	var raw struct {
		CurrentHyphen     string                `yaml:"current-profile"`
		CurrentUnderscore string                `yaml:"current_profile"`
		Profiles          map[string]cliProfile `yaml:"profiles"`
	}
	if err := node.Decode(&raw); err != nil {
		return err
	}
	c.CurrentProfile = firstNonEmpty(raw.CurrentHyphen, raw.CurrentUnderscore)
	c.Profiles = raw.Profiles
	return nil
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *cliProfile) UnmarshalYAML(node *yaml.Node) error {
	var raw struct {
		URLHyphen     string `yaml:"api-url"`
		URLUnderscore string `yaml:"api_url"`
		KeyHyphen     string `yaml:"api-key"`
		KeyUnderscore string `yaml:"api_key"`
	}
	if err := node.Decode(&raw); err != nil {
		return err
	}
	p.APIURL = firstNonEmpty(raw.URLHyphen, raw.URLUnderscore)
	p.APIKey = firstNonEmpty(raw.KeyHyphen, raw.KeyUnderscore)
	return nil
}

// parseCLIConfig reads the CLI's configuration. The error says where the file is wrong, and never
// repeats its content, which has keys in it.
func parseCLIConfig(content []byte) (cliConfig, error) {
	var c cliConfig
	if err := yaml.Unmarshal(content, &c); err != nil {
		return cliConfig{}, errors.New("it is not valid YAML of the expected form (current-profile, profiles.<name>.api-url, profiles.<name>.api-key)")
	}
	return c, nil
}

// cliSource is where a cliConfig was read from.
type cliSource struct {
	path string
	mode fs.FileMode // 0 where there is no file
}

// readCLIConfig reads ~/.raff/config.yaml. A missing file is an empty configuration.
func readCLIConfig() (cliConfig, cliSource, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return cliConfig{}, cliSource{}, nil //nolint:nilerr // without a home there is no file to read
	}
	file := cliSource{path: filepath.Join(home, ".raff", "config.yaml")}
	content, mode, err := readFile(file.path)
	if errors.Is(err, os.ErrNotExist) {
		return cliConfig{}, file, nil
	}
	if err != nil {
		return cliConfig{}, file, fmt.Errorf("cannot read the configuration of the Raff CLI: %w", err)
	}
	file.mode = mode
	c, err := parseCLIConfig(content)
	if err != nil {
		return cliConfig{}, file, fmt.Errorf("cannot read %s: %w", file.path, err)
	}
	return c, file, nil
}

// settings are what the provider needs to talk to the API.
type settings struct {
	apiKey string
	apiURL string
	source cliSource // of the profile, where one was looked for
}

// resolve takes each setting from the configuration, then the environment, then the profile. The
// profile is the one named, or the CLI's current one; a profile that is named must exist.
func resolve(apiKey, apiURL, profile string) (settings, error) {
	s := settings{
		apiKey: firstNonEmpty(apiKey, os.Getenv(envAPIKey)),
		apiURL: firstNonEmpty(apiURL, os.Getenv(envURL)),
	}
	profile = firstNonEmpty(profile, os.Getenv(envProfile))
	if s.apiKey != "" && profile == "" {
		// A key that was given does not depend on the CLI's file, and must not be sent to an address
		// that belongs to another key.
		s.apiURL = firstNonEmpty(s.apiURL, DefaultURL)
		return s, nil
	}
	config, file, err := readCLIConfig()
	if err != nil {
		return s, err
	}
	named := profile != ""
	profile = firstNonEmpty(profile, config.CurrentProfile)
	p, found := config.Profiles[profile]
	if named && !found {
		return s, fmt.Errorf("there is no profile %q in %s", profile, file.path)
	}
	s.source = file
	s.apiKey = firstNonEmpty(s.apiKey, p.APIKey)
	s.apiURL = firstNonEmpty(s.apiURL, p.APIURL, DefaultURL)
	return s, nil
}

// HasKey tells whether a provider whose configuration has no key, and names a profile or none, finds one in the environment or
// in the profile. A profile that cannot be read may have one.
func HasKey(profile string) bool {
	s, err := onlyAddress().resolve("", "", profile)
	return err != nil || s.apiKey != ""
}

// insecureHTTPAllowed tells whether a key may be sent where plaintext says that it can be read: by the configuration or,
// where that says nothing, by the environment.
func insecureHTTPAllowed(configured types.Bool) bool {
	if !configured.IsNull() {
		return configured.ValueBool()
	}
	allowed, err := strconv.ParseBool(os.Getenv(envInsecureHTTP))
	return err == nil && allowed
}

// plaintext tells whether a key sent to the address could be read on the way: http to anything but
// this machine.
func plaintext(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}

// addressProblem says what is wrong with an address of the API, where the corrected form is obvious, and gives that form.
func addressProblem(address string) (problem, corrected string) {
	if strings.Contains(address, "@") || strings.ContainsAny(address, "?#") {
		return "", "" // the client refuses these, and does not repeat what may be a password
	}
	scheme, rest, found := strings.Cut(strings.TrimSpace(address), "://")
	switch {
	case strings.TrimSpace(address) != address:
		return "has spaces around it", strings.TrimSpace(address)
	case !found && schemeTypo.MatchString(address):
		return "does not begin with https://", "https://" + schemeTypo.ReplaceAllString(address, "")
	case !found:
		return "has no scheme", defaultScheme(address) + address
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return "begins with " + scheme + "://, and only https:// and http:// are understood", "https://" + rest
	}
	return "", ""
}

// schemeTypo is a scheme whose colon or slashes are not as they should be.
var schemeTypo = regexp.MustCompile(`^(?i:https?)(:/?|/+)(/*)`)

// defaultScheme is how an address without a scheme is most likely meant: this machine is asked in plain text.
func defaultScheme(address string) string {
	if host := "http://" + address; !plaintext(host) {
		return "http://"
	}
	return "https://"
}

// httpClient returns an HTTP client that honours the proxy environment and trusts, besides the
// system's certificate authorities, those of the PEM file, if one is given.
func httpClient(caFile string) (*http.Client, error) {
	c := cleanhttp.DefaultPooledClient()
	if caFile == "" {
		return c, nil
	}
	pem, _, err := readFile(caFile)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no PEM certificate", caFile)
	}
	transport, ok := c.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("the HTTP transport takes no certificates")
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return c, nil
}

func firstNonEmpty(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
