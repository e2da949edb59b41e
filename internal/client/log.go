package client

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	mask          = "***"
	maxLoggedBody = 64 << 10 // characters
	// minSecretLength is the shortest value that is masked wherever it appears. Masking shorter ones would garble the
	// text; they are masked in their own fields all the same.
	minSecretLength = 4
)

func (x *exchange) logFields() map[string]any {
	fields := map[string]any{
		"http_method": x.method,
		"http_path":   x.target,
		"attempt":     x.attempt,
		"request_id":  x.requestID,
	}
	if x.scope.limited {
		fields["project_id"] = x.scope.project
	}
	return fields
}

// The fields of an entry are put together only where it is written, which at the usual levels it is not.

func (x *exchange) logRequest(req *http.Request) {
	if !tflog.IsDebug(req.Context()) {
		return
	}
	fields := x.logFields()
	if query := req.URL.RawQuery; query != "" {
		fields["http_query"] = query
	}
	tflog.Debug(req.Context(), "Sending API request", fields)
	if x.encoded != nil {
		tflog.Trace(req.Context(), "API request body", x.logFields(), map[string]any{
			"body": loggedBody{x.redactor, x.encoded},
		})
	}
}

func (x *exchange) logResponse(ctx context.Context, resp *http.Response, body []byte, took time.Duration) {
	if !tflog.IsDebug(ctx) {
		return
	}
	tflog.Debug(ctx, "Received API response", x.logFields(), map[string]any{
		"http_status": resp.StatusCode,
		"duration_ms": took.Milliseconds(),
	})
	tflog.Trace(ctx, "API response body", x.logFields(), map[string]any{"body": loggedBody{x.redactor, body}})
}

func (x *exchange) logFailure(ctx context.Context, err error, took time.Duration) {
	if !tflog.IsDebug(ctx) {
		return
	}
	tflog.Debug(ctx, "API request failed", x.logFields(), map[string]any{
		"error":       x.redactor.text(err.Error()),
		"duration_ms": took.Milliseconds(),
	})
}

func (x *exchange) logRetry(ctx context.Context) {
	if !tflog.IsDebug(ctx) {
		return
	}
	tflog.Debug(ctx, "Retrying API request", x.logFields(), map[string]any{
		"delay_ms": x.delay.Milliseconds(),
		"reason":   x.redactor.text(x.failure),
	})
}

// logNotice tells why everything becomes slow, once and not for each request that waits.
func (x *exchange) logNotice(ctx context.Context, n notice) {
	if n.shared {
		tflog.Info(ctx, "Other clients use the API key as well; its rate limit is shared with them", map[string]any{
			"requests_per_second": math.Round(10*n.rate) / 10,
		})
	}
	if n.pause > 0 {
		tflog.Warn(ctx, "Pausing all API requests, since the API refused one over the rate limit of the key", map[string]any{
			"pause_ms": n.pause.Milliseconds(),
		})
	}
}

// loggedBody masks a body only when it is really written, which at the usual levels it is not.
type loggedBody struct {
	redactor *redactor
	body     []byte
}

func (b loggedBody) String() string { return b.redactor.body(b.body) }

// MarshalText implements encoding.TextMarshaler, which is what the JSON log asks for.
func (b loggedBody) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

var (
	// keyPattern matches API keys and their prefixes, whoever's they are.
	keyPattern = regexp.MustCompile(`raff_[0-9A-Fa-f]+`)
	// secretPattern matches secret fields in text that is not valid JSON.
	secretPattern = regexp.MustCompile(`(?i)("[a-z_-]*(?:password|secret|token|api[_-]?key)"\s*:\s*)"(?:[^"\\]|\\.)*"?`)
)

// secretField reports whether a field of this name holds a secret. Public keys are none.
func secretField(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, secret := range []string{"password", "secret", "token", "api_key"} {
		if name == secret || strings.HasSuffix(name, "_"+secret) {
			return true
		}
	}
	return false
}

// redactor masks the secrets of one exchange: the key, whatever looks like one, secret fields by their names, and
// the values that the request sent in such fields wherever they turn up. It looks for them at first use: most exchanges have
// nothing to mask.
type redactor struct {
	apiKey  string
	payload []byte // of the request, as JSON
	once    sync.Once
	secrets *strings.Replacer
}

func newRedactor(apiKey string, payload []byte) *redactor {
	return &redactor{apiKey: apiKey, payload: payload}
}

func (r *redactor) findSecrets() {
	var pairs []string
	if r.apiKey != "" {
		pairs = append(pairs, r.apiKey, mask)
	}
	var parsed any
	if json.Unmarshal(r.payload, &parsed) == nil {
		walkSecrets(parsed, func(secret string) string {
			if len(secret) >= minSecretLength {
				pairs = append(pairs, secret, mask)
			}
			return secret
		})
	}
	r.secrets = strings.NewReplacer(pairs...)
}

// text masks secrets in text, by their values and by their form.
func (r *redactor) text(s string) string {
	r.once.Do(r.findSecrets)
	s = r.secrets.Replace(s)
	s = keyPattern.ReplaceAllString(s, mask)
	return secretPattern.ReplaceAllString(s, `${1}"`+mask+`"`)
}

const (
	maxMessage = 1000 // characters
	maxExcerpt = 200  // characters
)

// message makes one masked line of bounded length, for errors.
func (r *redactor) message(s string) string {
	return cut(r.text(oneLine(s)), maxMessage)
}

// excerpt returns the masked beginning of a body that could not be understood, as one line.
func (r *redactor) excerpt(body []byte) string {
	if len(body) == 0 {
		return "the body is empty"
	}
	return cut(r.text(oneLine(string(body[:min(len(body), maxLoggedBody)]))), maxExcerpt)
}

// body masks secrets in a body. JSON is masked in its decoded form, where escapes hide nothing.
func (r *redactor) body(body []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var parsed any
	if decoder.Decode(&parsed) != nil || decoder.More() {
		return cut(r.text(strings.ToValidUTF8(string(body), "�")), maxLoggedBody)
	}
	parsed = walkStrings(parsed, func(name, value string) string {
		if secretField(name) {
			return mask
		}
		return r.text(value)
	})
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(parsed); err != nil {
		return mask
	}
	return cut(r.text(strings.TrimSpace(out.String())), maxLoggedBody) // again, for the names of fields
}

// cut shortens text to a number of characters.
func cut(s string, characters int) string {
	count := 0
	for i := range s {
		if count == characters {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// oneLine replaces line breaks, control characters and repeated spaces, so that a server cannot forge lines.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "�"), func(r rune) bool {
		return r <= ' ' || r == 0x7f
	}), " ")
}

func walkSecrets(value any, visit func(string) string) {
	walkStrings(value, func(name, text string) string {
		if secretField(name) {
			visit(text)
		}
		return text
	})
}

// walkStrings replaces every string in a decoded JSON value by what edit makes of it and of the name of its field.
// The elements of a list have the name of the list.
func walkStrings(value any, edit func(name, value string) string) any {
	return walkNamed("", value, edit)
}

func walkNamed(name string, value any, edit func(name, value string) string) any {
	switch v := value.(type) {
	case string:
		return edit(name, v)
	case []any:
		for i := range v {
			v[i] = walkNamed(name, v[i], edit)
		}
	case map[string]any:
		for key := range v {
			v[key] = walkNamed(key, v[key], edit)
		}
	}
	return value
}
