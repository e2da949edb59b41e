package provider_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// canary is an address that must not be talked to; it counts who does.
func canary(t *testing.T) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// Where RAFF_ONLY_API_URL names an address, no configuration, environment or profile leads anywhere else.
func TestOnlyAddress(t *testing.T) {
	b := acctest.NewInProcess(t)
	elsewhere, requests := canary(t)
	home := t.TempDir()
	profiles := "current-profile: work\nprofiles: {work: {api-url: \"" + elsewhere + "\", api-key: raff_" + strings.Repeat("1", 64) + "}}"
	if err := os.Mkdir(filepath.Join(home, ".raff"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".raff", "config.yaml"), []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	null, unknown := tftypes.NewValue(tftypes.String, nil), tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

	for name, test := range map[string]struct {
		settings map[string]tftypes.Value
		env      map[string]string
		want     []string // of the one error; none: it is accepted
		asked    int      // requests to the backend
		later    bool     // the error is that of a data source which needs a key
	}{
		"nothing configured":              {asked: 1},
		"the same address":                {settings: map[string]tftypes.Value{"api_url": text(b.URL + "/api/v1/")}, asked: 1},
		"another address":                 {settings: map[string]tftypes.Value{"api_url": text(elsewhere)}, want: []string{"api_url: ", elsewhere, b.URL, "Nothing was sent"}},
		"another name of this machine":    {settings: map[string]tftypes.Value{"api_url": text(strings.Replace(b.URL, "127.0.0.1", "localhost", 1))}, want: []string{"api_url: "}},
		"the same address, as a prefix":   {settings: map[string]tftypes.Value{"api_url": text(b.URL + ".example.com")}, want: []string{"api_url: "}},
		"another address, key not known":  {settings: map[string]tftypes.Value{"api_url": text(elsewhere), "api_key": unknown}, want: []string{"api_url: "}},
		"an address that is not known":    {settings: map[string]tftypes.Value{"api_url": unknown}},
		"another address of environment":  {env: map[string]string{"RAFF_API_URL": elsewhere}, want: []string{"api_url: ", "RAFF_API_URL is " + elsewhere}},
		"a profile":                       {settings: map[string]tftypes.Value{"profile": text("work")}, want: []string{"profile: ", `"work"`, b.URL}},
		"a profile of the environment":    {env: map[string]string{"RAFF_PROFILE": "work"}, want: []string{"profile: ", "RAFF_PROFILE"}},
		"no key, and one in the profiles": {env: map[string]string{"RAFF_API_KEY": ""}, want: []string{"Missing API key"}, later: true},
		"a key of somewhere else": {
			settings: map[string]tftypes.Value{"api_key": text("raff_" + strings.Repeat("1", 64))},
			want:     []string{"The API key is not one of the reference backend's", "Leave api_key out"}, asked: 1, later: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", home)
			t.Setenv("RAFF_ONLY_API_URL", b.URL)
			t.Setenv("RAFF_API_URL", b.URL)
			t.Setenv("RAFF_API_KEY", b.OwnerKey)
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			settings := map[string]tftypes.Value{"api_url": null, "api_key": null}
			for attribute, value := range test.settings {
				settings[attribute] = value
			}
			before := len(b.Journal())
			w, errs := b.NewWalkAs(t, "", "", settings)
			if test.later {
				errs = append(errs, projectsErrors(t, w)...)
			}
			if len(errs) != min(len(test.want), 1) {
				t.Fatalf("got %q", errs)
			}
			for _, part := range test.want {
				if !strings.Contains(errs[0], part) {
					t.Errorf("%q is not in %q", part, errs[0])
				}
			}
			if asked := len(b.Journal()) - before; asked != test.asked {
				t.Errorf("%d requests to the backend, want %d", asked, test.asked)
			}
		})
	}
	if n := requests.Load(); n > 0 {
		t.Errorf("%d requests reached another address", n)
	}
	// The canary sings where nothing is in the way.
	if _, errs := b.NewWalkAs(t, elsewhere, b.OwnerKey, nil); len(errs) != 1 || requests.Load() == 0 {
		t.Errorf("%q, %d requests", errs, requests.Load())
	}
}

// projectsErrors are the errors of a data source that needs a key.
func projectsErrors(t *testing.T, w *acctest.Walk) (errs []string) {
	t.Helper()
	schemas, err := w.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.DataSourceSchemas["raff_projects"].ValueType()
	resp, err := w.Server().ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "raff_projects", Config: w.Dynamic(tftypes.NewValue(typ, nulls(t, typ))),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		errs = append(errs, d.Summary+": "+d.Detail)
	}
	return errs
}
