package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	acceptance "github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// described is an attribute of any schema.
type described interface {
	GetMarkdownDescription() string
	GetDescription() string
}

// Everything that the provider offers is valid, described to the last attribute, configured by the
// provider, importable with an identity, and has an example and a page.
func TestEverythingRegistered(t *testing.T) {
	ctx := t.Context()
	p := provider.New("test")()
	for _, construct := range p.Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		t.Run(meta.TypeName, func(t *testing.T) { checkResource(ctx, t, r, meta.TypeName) })
	}
	for _, construct := range p.DataSources(ctx) {
		d := construct()
		var meta datasource.MetadataResponse
		d.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		t.Run("data."+meta.TypeName, func(t *testing.T) { checkDataSource(ctx, t, d, meta.TypeName) })
	}
	checkFunctions(ctx, t, p)
	withEphemeral, ok := p.(frameworkprovider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("no ephemeral resources")
	}
	for _, construct := range withEphemeral.EphemeralResources(ctx) {
		e := construct()
		var meta ephemeral.MetadataResponse
		e.Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "raff"}, &meta)
		t.Run("ephemeral."+meta.TypeName, func(t *testing.T) { checkEphemeral(ctx, t, e, meta.TypeName) })
	}
}

func checkEphemeral(ctx context.Context, t *testing.T, e ephemeral.EphemeralResource, name string) {
	var s ephemeral.SchemaResponse
	e.Schema(ctx, ephemeral.SchemaRequest{}, &s)
	if diags := s.Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Errorf("invalid schema: %v", diags)
	}
	if s.Schema.MarkdownDescription == "" {
		t.Error("no description")
	}
	for attribute, a := range s.Schema.Attributes {
		if a.GetMarkdownDescription() == "" {
			t.Errorf("attribute %s has no description", attribute)
		}
	}
	if _, ok := e.(ephemeral.EphemeralResourceWithConfigure); !ok {
		t.Error("not configured")
	}
	if _, ok := e.(ephemeral.EphemeralResourceWithClose); !ok {
		t.Error("never closed")
	}
	exists(t, "examples", "ephemeral-resources", name, "ephemeral-resource.tf")
	exists(t, "docs", "ephemeral-resources", strings.TrimPrefix(name, "raff_")+".md")
}

func checkResource(ctx context.Context, t *testing.T, r resource.Resource, name string) {
	var s resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &s)
	if diags := s.Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Errorf("invalid schema: %v", diags)
	}
	if s.Schema.MarkdownDescription == "" {
		t.Error("no description")
	}
	walkResource(t, "", s.Schema.Attributes)
	if _, ok := r.(resource.ResourceWithImportState); !ok {
		t.Error("not importable")
	}
	if _, ok := r.(resource.ResourceWithIdentity); !ok {
		t.Error("no identity")
	}
	if _, ok := r.(resource.ResourceWithConfigure); !ok {
		t.Error("not configured")
	}
	short := strings.TrimPrefix(name, "raff_")
	exists(t, "examples", "resources", name, "resource.tf")
	exists(t, "examples", "resources", name, "import.sh")
	exists(t, "docs", "resources", short+".md")
}

func walkResource(t *testing.T, prefix string, attributes map[string]schema.Attribute) {
	t.Helper()
	for name, a := range attributes {
		d, ok := a.(described)
		if !ok || d.GetMarkdownDescription() == "" && d.GetDescription() == "" {
			if prefix+name != "timeouts" { // a nested block of its own package, described inside
				t.Errorf("attribute %s%s has no description", prefix, name)
			}
		}
		if nested, ok := a.(schema.NestedAttribute); ok {
			walkResource(t, prefix+name+".", nestedAttributes(nested))
		}
	}
}

func checkDataSource(ctx context.Context, t *testing.T, d datasource.DataSource, name string) {
	var s datasource.SchemaResponse
	d.Schema(ctx, datasource.SchemaRequest{}, &s)
	if diags := s.Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Errorf("invalid schema: %v", diags)
	}
	if s.Schema.MarkdownDescription == "" {
		t.Error("no description")
	}
	for attribute, a := range s.Schema.Attributes {
		if a.GetMarkdownDescription() == "" {
			t.Errorf("attribute %s has no description", attribute)
		}
	}
	if _, ok := d.(datasource.DataSourceWithConfigure); !ok {
		t.Error("not configured")
	}
	exists(t, "examples", "data-sources", name, "data-source.tf")
	exists(t, "docs", "data-sources", strings.TrimPrefix(name, "raff_")+".md")
}

func exists(t *testing.T, elements ...string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(append([]string{"..", ".."}, elements...)...)); err != nil {
		t.Errorf("missing: %v", err)
	}
}

func TestAccProvider_badConfiguration(t *testing.T) {
	const list = `data "raff_projects" "all" {}`
	for name, test := range map[string]struct{ provider, want string }{
		"no key":           {`api_url = "http://127.0.0.1:9"`, `Missing API key.*RAFF_API_KEY.*terraform-provider-raff backend`},
		"no scheme":        {"api_key = \"raff_x\"\n api_url = \"api.example.com\"", `Invalid address of the API with provider, api_url.*has no scheme.*Write "https://api.example.com"`},
		"a port alone":     {"api_key = \"raff_x\"\n api_url = \"api.example.com:8443/api/v1\"", `Invalid address of the API with provider, api_url.*Write "https://api.example.com:8443/api/v1"`},
		"this machine":     {"api_key = \"raff_x\"\n api_url = \"127.0.0.1:9\"", `Invalid address of the API with provider, api_url.*has no scheme.*Write "http://127.0.0.1:9"`},
		"one slash":        {"api_key = \"raff_x\"\n api_url = \"https:/api.example.com\"", `Invalid address of the API with provider, api_url.*Write "https://api.example.com"`},
		"no colon":         {"api_key = \"raff_x\"\n api_url = \"https//api.example.com\"", `Invalid address of the API with provider, api_url.*Write "https://api.example.com"`},
		"odd scheme":       {"api_key = \"raff_x\"\n api_url = \"htps://api.example.com\"", `Invalid address of the API with provider, api_url.*htps://.*Write "https://api.example.com"`},
		"a space":          {"api_key = \"raff_x\"\n api_url = \"https://api.example.com \"", `Invalid address of the API with provider, api_url.*spaces.*Write "https://api.example.com"`},
		"a query":          {"api_key = \"raff_x\"\n api_url = \"https://api.example.com/?a=b\"", `api_url.*query`},
		"a password":       {"api_key = \"raff_x\"\n api_url = \"https://u:p@api.example.com\"", `api_url.*user name or password`},
		"a broken key":     {"api_key = \"raff x\"\n api_url = \"http://127.0.0.1:9\"", `api_key.*invalid API key`},
		"a bad duration":   {"api_key = \"raff_x\"\n request_timeout = \"soon\"", `Invalid duration`},
		"no such CA file":  {"api_key = \"raff_x\"\n ca_file = \"/nonexistent.pem\"", `Unable to read the certificate authorities.*ca_file`},
		"an endless CA":    {"api_key = \"raff_x\"\n ca_file = \"/dev/zero\"", `Unable to read the certificate authorities.*ca_file.*/dev/zero is a device`},
		"plain http":       {"api_key = \"raff_x\"\n api_url = \"http://192.0.2.1\"", `would be sent unencrypted.*api_url.*allow_insecure_http`},
		"no such profile":  {`profile = "nowhere"`, `Unable to read the profile.*nowhere`},
		"negative retries": {"api_key = \"raff_x\"\n max_retries = -1", `max_retries value must be between 0 and 100`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, "provider \"raff\" {\n"+test.provider+"\n}\n"+list, test.want)
		})
	}
}

// An address with a path that the API does not have is answered with the one without it.
func TestAccProvider_addressWithPath(t *testing.T) {
	b := acctest.New(t)
	for _, path := range []string{"/v1", "/api", "/dashboard"} {
		_, errs := b.NewWalkAs(t, b.URL+path, b.OwnerKey, nil)
		if len(errs) != 1 || !strings.HasPrefix(errs[0], "api_url: ") || !strings.Contains(errs[0], `Without it, it is "`+b.URL+`".`) {
			t.Errorf("%s: %q", path, errs)
		}
	}
	for _, path := range []string{"", "/", "/api/v1", "/api/v1/"} {
		if _, errs := b.NewWalkAs(t, b.URL+path, b.OwnerKey, nil); len(errs) > 0 {
			t.Errorf("%s: %q", path, errs)
		}
	}
}

func TestAccProvider_unknownKey(t *testing.T) {
	b := acctest.New(t)
	b.Refused(t, b.ConfigAs("raff_"+strings.Repeat("0", 64), "", `data "raff_projects" "all" {}`), `401.*Check api_key or RAFF_API_KEY`)
}

// A provider whose key is only known at apply plans what it can, and applies.
func TestAccProvider_keyKnownAtApply(t *testing.T) {
	b := acctest.New(t)
	config := strings.Replace(b.ConfigAs("?", `default_tags = ["team"]`), `"?"`, "terraform_data.key.output", 1) + `
resource "terraform_data" "key" {
  input = "` + b.OwnerKey + `"
}

resource "raff_project" "test" {
  name = "made-with-a-late-key"
}
`
	b.Test(t, acceptance.TestCase{Steps: []acceptance.TestStep{{Config: config}}})
}
