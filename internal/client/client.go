// Package client speaks the Raff API: HTTP, JSON, projects, errors, retries, rate limits, paging and waiting.
//
// A [Client] makes account-level calls and fleet-wide reads. [Client.Project] gives a [Scoped] client, the only one
// that sends X-Project-ID and the only one that has the mutations of project-scoped objects. Both share the reads of
// [Reader], which go with the header when called on a Scoped and without it when called on a Client.
package client

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

const (
	defaultRequestsPerSecond = 30 // the API's standard tier
	burstFactor              = 2  // both tiers allow a burst of twice their rate: 30/60 and 100/200
	defaultRequestTimeout    = 60 * time.Second
	defaultUserAgent         = "terraform-provider-raff"
)

// Options configures a [Client]. URL and APIKey are required, but for the key of [NewPublic]. There is no default URL on
// purpose, so that a key is never sent anywhere but where its owner said.
type Options struct {
	// URL is the absolute http or https address of the API. A path prefix is allowed; /api/v1 at the end is left out.
	URL string
	// APIKey is sent as X-API-Key with every request, and to no other host.
	APIKey string
	// UserAgent is sent with every request; empty means the name of this provider.
	UserAgent string
	// HTTPClient gives the transport and the cookie jar; nil means a pooled one that honours the proxy environment.
	// Its Timeout and CheckRedirect are not used: RequestTimeout and the rule on redirects of this package are.
	HTTPClient *http.Client
	// RequestsPerSecond caps the rate of requests, retries included. 0 means 30, and lets the API raise it.
	RequestsPerSecond float64
	// Burst is how many requests may go at once after a rest; 0 means twice the rate.
	Burst int
	// MaxRetries is how often one request is sent again at most; 0 means never. One that is refused for the rate limit is sent
	// again for two minutes at least, unless it is 0.
	MaxRetries int
	// RequestTimeout bounds one attempt, from connecting to the last byte of the answer; 0 means 60 s.
	RequestTimeout time.Duration
	// Clock is what retries, the rate limit and waiters measure time with; nil means the real one.
	Clock Clock
}

// ErrInvalidKey is what errors.Is finds where [New] refuses the API key, and not another option.
var ErrInvalidKey = errors.New("invalid API key")

// Client makes account-level calls and fleet-wide reads. It never sends X-Project-ID. It is safe for concurrent use.
type Client struct {
	Reader
	Public
}

// Reader has the reads of project-scoped objects. It is embedded in [Client] and [Scoped] and can be passed on by
// itself where the caller's project does not matter. Get one from a Client, a Scoped or [Client.ReaderIn].
type Reader struct {
	*core
	scope scope
}

// core is what all readers of one client share.
type core struct {
	url        string // without a slash at the end
	apiKey     string
	userAgent  string
	transport  http.RoundTripper
	jar        http.CookieJar
	limiter    *limiter
	clock      Clock
	maxRetries int
	timeout    time.Duration

	calls atomic.Int64 // under way

	serverClock serverClock
	account     ownAccount

	changes changes
	reading reading
	fleets  fleets
	rolls   rolls

	vmWatch     watch[VM]
	volumeWatch watch[Volume]
	backupWatch watch[Backup]

	vmDeletes vmDeletes
}

// New checks the options and returns a client for them. It sends nothing. The error says which option is wrong and
// never contains the key or a password.
func New(options Options) (*Client, error) {
	c, err := newCore(options)
	if err != nil {
		return nil, err
	}
	if err := options.validateKey(); err != nil {
		return nil, err
	}
	reader := Reader{core: c}
	return &Client{Reader: reader, Public: Public{reader: reader}}, nil
}

// newCore returns what all readers of one client share, once the options but for the key are checked.
func newCore(options Options) (*core, error) {
	if err := options.validate(); err != nil {
		return nil, err
	}
	httpClient := options.HTTPClient
	if httpClient == nil {
		httpClient = cleanhttp.DefaultPooledClient()
	}
	c := &core{
		url:        baseURL(options.URL),
		apiKey:     options.APIKey,
		userAgent:  options.UserAgent,
		transport:  oneHost(httpClient.Transport),
		jar:        httpClient.Jar,
		clock:      options.Clock,
		maxRetries: options.MaxRetries,
		timeout:    options.RequestTimeout,
		fleets:     newFleets(),
	}
	if c.userAgent == "" {
		c.userAgent = defaultUserAgent
	}
	if c.clock == nil {
		c.clock = realClock{}
	}
	if c.timeout == 0 {
		c.timeout = defaultRequestTimeout
	}
	c.limiter = newLimiter(c.clock, options.RequestsPerSecond, options.Burst)
	return c, nil
}

// oneHost lets a transport keep all its idle connections to one host, which is all that a client talks to. The usual
// two or three per host would make parallel requests connect again and again.
func oneHost(transport http.RoundTripper) http.RoundTripper {
	if transport == nil {
		transport = http.DefaultTransport
	}
	standard, ok := transport.(*http.Transport)
	if !ok {
		return transport
	}
	standard = standard.Clone()
	standard.MaxIdleConnsPerHost = standard.MaxIdleConns
	return standard
}

func (o Options) validate() error {
	if err := validateURL(o.URL); err != nil {
		return err
	}
	switch {
	case strings.ContainsFunc(o.UserAgent, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("the user agent contains control characters")
	case o.RequestsPerSecond < 0 || math.IsNaN(o.RequestsPerSecond) || math.IsInf(o.RequestsPerSecond, 0):
		return fmt.Errorf("requests per second must be a positive number, not %v", o.RequestsPerSecond)
	case o.Burst < 0:
		return fmt.Errorf("the burst must not be negative, not %d", o.Burst)
	case o.MaxRetries < 0:
		return fmt.Errorf("the number of retries must not be negative, not %d", o.MaxRetries)
	case o.RequestTimeout < 0:
		return fmt.Errorf("the request timeout must not be negative, not %s", o.RequestTimeout)
	}
	return nil
}

func (o Options) validateKey() error {
	switch {
	case o.APIKey == "":
		return fmt.Errorf("%w: the API key is empty", ErrInvalidKey)
	case !isToken(o.APIKey):
		return fmt.Errorf("%w: the API key contains spaces, line breaks or other characters that no key has", ErrInvalidKey)
	}
	return nil
}

// validateURL refuses everything that could send the key elsewhere than meant, or that cannot have a path appended.
func validateURL(raw string) error {
	if raw == "" {
		return errors.New("the API URL is empty")
	}
	u, err := url.Parse(raw)
	if err != nil {
		// url.Error repeats the text, which may hold a password.
		var parseErr *url.Error
		if errors.As(err, &parseErr) {
			err = parseErr.Err
		}
		return fmt.Errorf("the API URL cannot be parsed: %w", err)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the API URL must begin with https:// or http://")
	case u.User != nil:
		return errors.New("the API URL must not contain a user name or password")
	case u.Hostname() == "":
		return errors.New("the API URL has no host")
	case u.RawQuery != "" || u.ForceQuery:
		return errors.New("the API URL must not contain a query")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return errors.New("the API URL must not contain a fragment")
	}
	return nil
}

// baseURL is the address that paths are appended to. Whoever names it with /api/v1 means the same.
func baseURL(raw string) string {
	const version = "/api/v1"
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(raw, "/"), version), "/")
}

// isToken reports whether s is made of visible ASCII only, as a header value that is an identifier or key must be.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// request is one call of the API, before it has a client.
type request struct {
	method string
	path   []string   // segments below the client's URL, unescaped
	query  url.Values // may be nil
	body   any        // encoded as JSON; nil means no body
	about  string     // id of the object that the answer has to be about; empty for a new one, and for lists
}

// v1 returns the path of the given segments below the API's version.
func v1(segments ...string) []string {
	return append([]string{"api", "v1"}, segments...)
}

// do makes one call, with its retries, and decodes the answer into out. Every call of this package goes through here.
// It is not exported: a mutation of a project-scoped object can only be made by the methods of [Scoped].
// The error is an *[Error].
func (r Reader) do(ctx context.Context, req request, out answer) error {
	x, err := newExchange(r, req)
	if err != nil {
		return err
	}
	r.calls.Add(1)
	defer r.calls.Add(-1)
	defer r.changing(req)()
	return x.run(ctx, out)
}

// URL returns the address of the API, without /api/v1.
func (c *Client) URL() string { return c.url }

// Busy reports whether calls are under way.
func (c *Client) Busy() bool { return c.calls.Load() > 0 }
