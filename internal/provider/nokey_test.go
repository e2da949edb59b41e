package provider_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// catalogue are the data sources for which the API wants no key, with what finds something.
var catalogue = map[string]map[string]tftypes.Value{
	"raff_backup_pricing":   nil,
	"raff_ip_pricing":       nil,
	"raff_regions":          nil,
	"raff_snapshot_pricing": nil,
	"raff_template":         {"name": textValue("Ubuntu"), "version": textValue("24.04"), "most_recent": tftypes.NewValue(tftypes.Bool, true)},
	"raff_templates":        nil,
	"raff_vm_plan":          {"min_vcpu": tftypes.NewValue(tftypes.Number, 1)},
	"raff_vm_plans":         nil,
	"raff_volume_pricing":   nil,
}

// keyless is a provider that has no key that it could use, or does not know it yet.
type keyless struct {
	t       *testing.T
	b       *acctest.Backend
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse

	mu   sync.Mutex
	keys map[string]string // what was sent, by path
}

// newKeyless configures such a provider, against an address that notes the keys that are sent to it.
func newKeyless(t *testing.T, b *acctest.Backend, settings map[string]tftypes.Value, deferralAllowed bool) (*keyless, *tfprotov6.ConfigureProviderResponse) {
	t.Helper()
	k := &keyless{t: t, b: b, server: provider.NewServer("test")(), keys: map[string]string{}}
	api := b.Intercept(t)
	api.Set(func(_ http.ResponseWriter, r *http.Request) bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.keys[r.URL.Path] = r.Header.Get("X-API-Key")
		return false
	})
	schemas, err := k.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	k.schemas = schemas
	config := nulls(t, schemas.Provider.ValueType())
	config["api_url"] = textValue(api.URL)
	maps.Copy(config, settings)
	resp, err := k.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config:             dynamic(t, tftypes.NewValue(schemas.Provider.ValueType(), config)),
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: deferralAllowed},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k, resp
}

// nulls are the attributes of an object, all of them null.
func nulls(t *testing.T, typ tftypes.Type) map[string]tftypes.Value {
	t.Helper()
	object, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is no object", typ)
	}
	all := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
	}
	return all
}

func dynamic(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// sent are the paths of the requests so far, and none of them went with a key of the environment.
func (k *keyless) sent() []string {
	k.t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for path, key := range k.keys {
		if key == k.b.OwnerKey {
			k.t.Errorf("%s was asked with a key that nobody has configured", path)
		}
	}
	return slices.Sorted(maps.Keys(k.keys))
}

// config is a configuration of one schema: null, but for some attributes.
func (k *keyless) config(schema *tfprotov6.Schema, values map[string]tftypes.Value) *tfprotov6.DynamicValue {
	k.t.Helper()
	attributes := nulls(k.t, schema.ValueType())
	maps.Copy(attributes, values)
	return dynamic(k.t, tftypes.NewValue(schema.ValueType(), attributes))
}

// data reads a data source.
func (k *keyless) data(name string) *tfprotov6.ReadDataSourceResponse {
	k.t.Helper()
	resp, err := k.server.ReadDataSource(k.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: k.config(k.schemas.DataSourceSchemas[name], catalogue[name]),
		ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: true},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return resp
}

// state is a state of a resource type with nothing but an id in it.
func (k *keyless) state(name string) *tfprotov6.DynamicValue {
	k.t.Helper()
	return k.config(k.schemas.ResourceSchemas[name], map[string]tftypes.Value{"id": textValue("11111111-1111-4111-8111-111111111111")})
}

func (k *keyless) read(name string) *tfprotov6.ReadResourceResponse {
	k.t.Helper()
	resp, err := k.server.ReadResource(k.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: k.state(name), ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{DeferralAllowed: true},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return resp
}

// plan plans a type: a new object, a change of one, and the end of one.
func (k *keyless) plan(name string) []*tfprotov6.PlanResourceChangeResponse {
	k.t.Helper()
	schema := k.schemas.ResourceSchemas[name]
	null, config := dynamic(k.t, tftypes.NewValue(schema.ValueType(), nil)), k.config(schema, nil)
	var all []*tfprotov6.PlanResourceChangeResponse
	for _, change := range [][2]*tfprotov6.DynamicValue{{null, config}, {k.state(name), k.state(name)}, {k.state(name), null}} {
		given := config
		if change[1] == null {
			given = null
		}
		resp, err := k.server.PlanResourceChange(k.t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: name, PriorState: change[0], ProposedNewState: change[1], Config: given,
			ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true},
		})
		if err != nil {
			k.t.Fatal(err)
		}
		all = append(all, resp)
	}
	return all
}

// apply applies the end of an object of a type, which asks the API.
func (k *keyless) apply(name string) []*tfprotov6.Diagnostic {
	k.t.Helper()
	null := dynamic(k.t, tftypes.NewValue(k.schemas.ResourceSchemas[name].ValueType(), nil))
	resp, err := k.server.ApplyResourceChange(k.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, PriorState: k.state(name), PlannedState: null, Config: null,
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return resp.Diagnostics
}

func (k *keyless) list(name string) []*tfprotov6.Diagnostic {
	k.t.Helper()
	server, ok := k.server.(tfprotov6.ListResourceServer)
	if !ok {
		k.t.Fatal("the provider lists nothing")
	}
	stream, err := server.ListResource(k.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: name, Config: k.config(k.schemas.ListResourceSchemas[name], nil), Limit: 1,
	})
	if err != nil {
		k.t.Fatal(err)
	}
	var all []*tfprotov6.Diagnostic
	for result := range stream.Results {
		all = append(all, result.Diagnostics...)
	}
	return all
}

// refusals counts the errors with a summary, and those with its whole detail; any other diagnostic is an error of the test.
func refusals(t *testing.T, what, summary, whole string, diagnostics []*tfprotov6.Diagnostic) (errs, full int) {
	t.Helper()
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError || d.Summary != summary {
			t.Errorf("%s: %s: %s", what, d.Summary, d.Detail)
			continue
		}
		errs++
		if strings.Contains(d.Detail, whole) {
			full++
		}
	}
	return errs, full
}

// Where Terraform allows it, a configuration that is not known yet defers everything, and nothing is asked.
func TestDeferral(t *testing.T) {
	unknownText, allowedProjects := tftypes.NewValue(tftypes.String, tftypes.UnknownValue), tftypes.Set{ElementType: tftypes.String}
	for name, settings := range map[string]map[string]tftypes.Value{
		"key":                 {"api_key": unknownText},
		"address":             {"api_url": unknownText},
		"profile":             {"profile": unknownText},
		"allowed_project_ids": {"allowed_project_ids": tftypes.NewValue(allowedProjects, tftypes.UnknownValue)},
		"one allowed project": {"allowed_project_ids": tftypes.NewValue(allowedProjects, []tftypes.Value{unknownText})},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.NewInProcess(t)
			t.Setenv("RAFF_API_KEY", b.OwnerKey)
			k, configured := newKeyless(t, b, settings, true)
			if len(configured.Diagnostics) > 0 {
				t.Fatalf("configured with %v", configured.Diagnostics[0])
			}
			checkDeferred(t, k)
			if sent := k.sent(); len(sent) > 0 {
				t.Errorf("asked for %v", sent)
			}
		})
	}
}

// checkDeferred walks over all that the provider offers.
func checkDeferred(t *testing.T, k *keyless) {
	t.Helper()
	deferred := func(what string, d *tfprotov6.Deferred, diagnostics []*tfprotov6.Diagnostic) {
		t.Helper()
		if len(diagnostics) > 0 {
			t.Errorf("%s: %s: %s", what, diagnostics[0].Summary, diagnostics[0].Detail)
		}
		if d == nil || d.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
			t.Errorf("%s: deferred as %v", what, d)
		}
	}
	for name := range k.schemas.DataSourceSchemas {
		resp := k.data(name)
		deferred("data."+name, resp.Deferred, resp.Diagnostics)
	}
	for name := range k.schemas.ResourceSchemas {
		resp := k.read(name)
		deferred("the read of "+name, resp.Deferred, resp.Diagnostics)
		for _, planned := range k.plan(name) {
			deferred("the plan of "+name, planned.Deferred, planned.Diagnostics)
		}
		imported, err := k.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
			TypeName: name, ID: "11111111-1111-4111-8111-111111111111",
			ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{DeferralAllowed: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		deferred("the import of "+name, imported.Deferred, imported.Diagnostics)
		// An apply cannot be deferred, and a query neither.
		for what, diagnostics := range map[string][]*tfprotov6.Diagnostic{"apply": k.apply(name), "list": k.list(name)} {
			if errs, _ := refusals(t, what+" of "+name, "Provider configuration is not known yet", "", diagnostics); errs != 1 {
				t.Errorf("the %s of %s: %d errors", what, name, errs)
			}
		}
	}
	for name, schema := range k.schemas.EphemeralResourceSchemas {
		opened, err := k.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
			TypeName: name, Config: k.config(schema, nil), ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{DeferralAllowed: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		deferred("ephemeral."+name, opened.Deferred, opened.Diagnostics)
	}
}

// A configuration that is known is never deferred: during an apply, Terraform allows it although the plan did not.
func TestDeferral_notOfWhatIsKnown(t *testing.T) {
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	k, configured := newKeyless(t, b, map[string]tftypes.Value{"api_key": textValue(b.ProductionKey)}, true)
	if len(configured.Diagnostics) > 0 {
		t.Fatal(configured.Diagnostics[0])
	}
	for name := range k.schemas.DataSourceSchemas {
		if resp := k.data(name); resp.Deferred != nil {
			t.Errorf("data.%s is deferred", name)
		}
	}
	for name := range k.schemas.ResourceSchemas {
		for _, planned := range k.plan(name) {
			if planned.Deferred != nil {
				t.Errorf("the plan of %s is deferred", name)
			}
		}
	}
}

// Without a key that could be used, the catalogue can be read, and all else says once what is missing. No key of the
// environment takes the place of one that is configured and not known yet, or wrong.
func TestNoKey(t *testing.T) {
	for name, test := range map[string]struct {
		settings       map[string]tftypes.Value
		environment    bool // has the Owner's key
		summary, whole string
		unknown        bool
	}{
		"none": {summary: "Missing API key", whole: "Set the environment variable RAFF_API_KEY, or api_key in the provider's configuration"},
		"a wrong one": {
			settings: map[string]tftypes.Value{"api_key": textValue("raff_" + strings.Repeat("0", 64))}, environment: true,
			summary: "The API key is not accepted", whole: "Check api_key or RAFF_API_KEY",
		},
		"one that is not known yet": {
			settings: map[string]tftypes.Value{"api_key": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, environment: true,
			summary: "Provider configuration is not known yet", whole: "depends on something that is only known after apply", unknown: true,
		},
		"another setting is not known yet": {
			settings:    map[string]tftypes.Value{"default_tags": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, tftypes.UnknownValue)},
			environment: true, summary: "Provider configuration is not known yet", whole: "depends on something", unknown: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
			if test.environment {
				t.Setenv("RAFF_API_KEY", b.OwnerKey)
			}
			k, configured := newKeyless(t, b, test.settings, false)
			if len(configured.Diagnostics) > 0 {
				t.Fatalf("configured with %+v", configured.Diagnostics[0])
			}
			checkCatalogue(t, k)
			full := checkOthers(t, k, test.summary, test.whole)
			read := checkResources(t, k, test.summary, test.unknown)
			if full != 1 || read != 1 {
				t.Errorf("%d of what needs a key say what to do, and %d resources say something", full, read)
			}
			for _, path := range k.sent() {
				if !strings.HasPrefix(path, "/api/v1/public/") && (name != "a wrong one" || path != "/api/v1/projects") {
					t.Errorf("%s was asked", path)
				}
			}
		})
	}
}

// checkCatalogue reads the data sources of the catalogue.
func checkCatalogue(t *testing.T, k *keyless) {
	t.Helper()
	for name := range catalogue {
		resp := k.data(name)
		if len(resp.Diagnostics) > 0 {
			t.Errorf("data.%s: %s: %s", name, resp.Diagnostics[0].Summary, resp.Diagnostics[0].Detail)
			continue
		}
		state, err := resp.State.Unmarshal(k.schemas.DataSourceSchemas[name].ValueType())
		if err != nil || !state.IsFullyKnown() || state.IsNull() {
			t.Errorf("data.%s: %v, %v", name, state, err)
		}
	}
}

// checkOthers asks for all other data sources, the ephemeral resources and the lists: each has an error, and one of them
// says what to do. It returns how many do.
func checkOthers(t *testing.T, k *keyless, summary, whole string) (full int) {
	t.Helper()
	ask := func(what string, diagnostics []*tfprotov6.Diagnostic) {
		t.Helper()
		errs, inFull := refusals(t, what, summary, whole, diagnostics)
		if errs != 1 {
			t.Errorf("%s: %d errors", what, errs)
		}
		full += inFull
	}
	for name := range k.schemas.DataSourceSchemas {
		if _, public := catalogue[name]; !public {
			ask("data."+name, k.data(name).Diagnostics)
		}
	}
	for name := range k.schemas.ListResourceSchemas {
		ask("list "+name, k.list(name))
	}
	for name := range k.schemas.ResourceSchemas {
		ask("the apply of "+name, k.apply(name))
	}
	for name, schema := range k.schemas.EphemeralResourceSchemas {
		opened, err := k.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: k.config(schema, nil)})
		if err != nil {
			t.Fatal(err)
		}
		ask("ephemeral."+name, opened.Diagnostics)
	}
	return full
}

// checkResources reads and plans an object of every type, and returns how many errors that gave. Where the key is not known
// yet, a plan is made all the same.
func checkResources(t *testing.T, k *keyless, summary string, unknown bool) (errs int) {
	t.Helper()
	for name := range k.schemas.ResourceSchemas {
		resp := k.read(name)
		n, _ := refusals(t, "the read of "+name, summary, "", resp.Diagnostics)
		errs += n
		if resp.NewState == nil {
			t.Errorf("the read of %s forgets the object", name)
		}
		if unknown {
			continue
		}
		for _, planned := range k.plan(name) {
			n, _ := refusals(t, "the plan of "+name, summary, "", planned.Diagnostics)
			errs += n
		}
	}
	return errs
}

// The address that is not known yet is not guessed, not even for the catalogue.
func TestNoKey_unknownAddress(t *testing.T) {
	b := acctest.NewInProcess(t)
	t.Setenv("RAFF_API_URL", b.URL)
	t.Setenv("RAFF_API_KEY", b.OwnerKey)
	unknownText := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	before := len(b.Journal())
	k, configured := newKeyless(t, b, map[string]tftypes.Value{"api_url": unknownText}, false)
	if len(configured.Diagnostics) > 0 {
		t.Fatal(configured.Diagnostics[0])
	}
	for name := range catalogue {
		if errs, _ := refusals(t, name, "Provider configuration is not known yet", "", k.data(name).Diagnostics); errs != 1 {
			t.Errorf("data.%s: %d errors", name, errs)
		}
	}
	// That of the environment is certain where a profile is what is not known.
	k, _ = newKeyless(t, b, map[string]tftypes.Value{"api_url": tftypes.NewValue(tftypes.String, nil), "profile": unknownText}, false)
	if asked := len(b.Journal()) - before; asked > 0 {
		t.Errorf("%d requests", asked)
	}
	checkCatalogue(t, k)
}

// A template that is an image of the account is not seen without a key, and the error says so.
func TestNoKey_template(t *testing.T) {
	b := acctest.NewInProcess(t)
	k, _ := newKeyless(t, b, nil, false)
	resp, err := k.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "raff_template", Config: k.config(k.schemas.DataSourceSchemas["raff_template"], map[string]tftypes.Value{"name": textValue("golden")}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "No template matches" || !strings.Contains(resp.Diagnostics[0].Detail, "had no API key") {
		t.Errorf("got %+v", resp.Diagnostics)
	}
}
