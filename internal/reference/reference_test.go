package reference_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/reference"
)

// attribute is what the schemas of resources, data sources and ephemeral resources have alike.
type attribute interface {
	GetMarkdownDescription() string
	GetDescription() string
	IsRequired() bool
	IsOptional() bool
	IsComputed() bool
	IsWriteOnly() bool
}

// eachAttribute visits all attributes of a kind of types, nested ones too.
func eachAttribute(t *testing.T, visit func(kind, path string, a attribute)) {
	t.Helper()
	ctx, p := t.Context(), provider.New("test")()
	var own frameworkprovider.SchemaResponse
	p.Schema(ctx, frameworkprovider.SchemaRequest{}, &own)
	walk(own.Schema.Attributes, "provider", "provider", visit)
	for name, s := range resourceSchemas(ctx, p) {
		walk(s.Attributes, "resource", name, visit)
	}
	for _, construct := range p.DataSources(ctx) {
		var m datasource.MetadataResponse
		construct().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "raff"}, &m)
		var s datasource.SchemaResponse
		construct().Schema(ctx, datasource.SchemaRequest{}, &s)
		walk(s.Schema.Attributes, "data source", m.TypeName, visit)
	}
	with, ok := p.(frameworkprovider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("no ephemeral resources")
	}
	for _, construct := range with.EphemeralResources(ctx) {
		var m ephemeral.MetadataResponse
		construct().Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "raff"}, &m)
		var s ephemeral.SchemaResponse
		construct().Schema(ctx, ephemeral.SchemaRequest{}, &s)
		walk(s.Schema.Attributes, "ephemeral resource", m.TypeName, visit)
	}
	acts, ok := p.(frameworkprovider.ProviderWithActions)
	if !ok {
		t.Fatal("no actions")
	}
	for _, construct := range acts.Actions(ctx) {
		var m action.MetadataResponse
		construct().Metadata(ctx, action.MetadataRequest{ProviderTypeName: "raff"}, &m)
		var s action.SchemaResponse
		construct().Schema(ctx, action.SchemaRequest{}, &s)
		walk(s.Schema.Attributes, "action", m.TypeName, visit)
		for stage, want := range map[reference.Stage]bool{reference.Plan: true, reference.Invoke: true, reference.Create: false} {
			if _, got := reference.Permissions(m.TypeName, stage); got != want {
				t.Errorf("%s: permissions of %s: %t", m.TypeName, stage, got)
			}
		}
	}
}

func resourceSchemas(ctx context.Context, p frameworkprovider.Provider) map[string]schema.Schema {
	found := map[string]schema.Schema{}
	for _, construct := range p.Resources(ctx) {
		var m resource.MetadataResponse
		construct().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "raff"}, &m)
		var s resource.SchemaResponse
		construct().Schema(ctx, resource.SchemaRequest{}, &s)
		found[m.TypeName] = s.Schema
	}
	return found
}

// text is the description of an attribute.
func text(a attribute) string {
	if markdown := a.GetMarkdownDescription(); markdown != "" {
		return markdown
	}
	return a.GetDescription()
}

var (
	units = regexp.MustCompile(`\bGiB\b|\bin MB\b|\bUSD\b|\b[Nn]umber\b|\b[Ii]d\b|\bbits\b|\bVersion\b`)
	// vocabulary are words that the descriptions do without: GB is only the unit of prices.
	vocabulary = regexp.MustCompile(`, RFC 3339|\bHardware address\b|Left out:|\b[0-9] GB of|in GB\b|\bvCPU\b`)
	filter     = regexp.MustCompile(`^(Only|Whether) |Either this|One of this|Needs .project_id.|only a role of this scope|only this plan`)
)

// Each text is a sentence, numbers have a unit, and what can be left out says what it is then.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	eachAttribute(t, func(kind, path string, a attribute) {
		said := text(a)
		if !strings.HasSuffix(strings.TrimSuffix(said, "**"), ".") || strings.ToUpper(said[:1]) != said[:1] || strings.HasPrefix(said, "`") {
			t.Errorf("%s %s: no whole sentence: %q", kind, path, said)
		}
		if number(a) && !units.MatchString(said) {
			t.Errorf("%s %s: a number without a unit: %q", kind, path, said)
		}
		if found := vocabulary.FindString(said); found != "" {
			t.Errorf("%s %s: %q is not a word of the descriptions: %q", kind, path, found, said)
		}
		if a.IsOptional() && !strings.Contains(said, "Default: ") && (kind != "data source" || !filter.MatchString(said)) {
			t.Errorf("%s %s: no default: %q", kind, path, said)
		}
		for _, value := range defaultOf(a) {
			if !strings.Contains(said, "Default: `"+value+"`") && value != "" {
				t.Errorf("%s %s: the default is %s: %q", kind, path, value, said)
			}
		}
		for _, limit := range limitsOf(a) {
			if !slices.ContainsFunc(limit.words, func(word string) bool { return strings.Contains(said, word) }) {
				t.Errorf("%s %s: nothing of %q, which is a limit (%s): %q", kind, path, limit.words, limit.of, said)
			}
		}
	})
}

// Each attribute of a resource that can be set says what a change does. internal/provider holds it to the plans.
func TestDescriptions_changes(t *testing.T) {
	t.Parallel()
	for typeName, s := range resourceSchemas(t.Context(), provider.New("test")()) {
		for name, a := range s.Attributes {
			said := reference.Changes(text(a))
			switch {
			case a.IsWriteOnly():
				if len(said) > 0 || !strings.Contains(text(a), "Terraform does not notice a change of it alone") {
					t.Errorf("%s.%s: a change is not seen: %s", typeName, name, text(a))
				}
			case a.IsRequired() || a.IsOptional():
				if len(said) == 0 {
					t.Errorf("%s.%s: what does a change do? %s", typeName, name, text(a))
				}
			case len(said) > 0:
				t.Errorf("%s.%s cannot be changed: %s", typeName, name, text(a))
			}
		}
	}
}

// Every page has a subcategory, and every page of a resource all sections.
func TestPages(t *testing.T) {
	t.Parallel()
	eachAttribute(t, func(kind, path string, _ attribute) {
		typeName, _, _ := strings.Cut(path, ".")
		if kind != "provider" && reference.Subcategory(typeName) == "" {
			t.Errorf("%s %s has no subcategory", kind, typeName)
		}
	})
	for typeName, s := range resourceSchemas(t.Context(), provider.New("test")()) {
		var attributes []reference.Attribute
		for name, a := range s.Attributes {
			attributes = append(attributes, reference.Attribute{Name: name, Description: text(a), Settable: a.IsRequired() || a.IsOptional()})
		}
		page := reference.NewPage(typeName, attributes)
		for what, said := range map[string]string{"changes": page.Changes(), "permissions": page.Permissions()} {
			if !strings.HasPrefix(said, "| ") {
				t.Errorf("%s: no rows of %s: %q", typeName, what, said)
			}
		}
		for what, said := range map[string]string{"cost": page.Cost(), "destroy": page.Destroy()} {
			if !strings.HasSuffix(said, ".") {
				t.Errorf("%s: no sentence about the %s: %q", typeName, what, said)
			}
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	for said, want := range map[string][]reference.Change{
		"Size. Grown in place: this stops the VM.":                        {reference.Stops, reference.InPlace},
		"Expiry. Changed in place. Leaving it out replaces the key.":      {reference.Replaces, reference.InPlace},
		"Keys. A change follows `rebuild_policy`.":                        {reference.Rebuild},
		"Policy. A change of the policy itself sends nothing to the API.": {reference.Silent},
		"Period. A later change has no effect.":                           {reference.Ignored},
		"Id of the VM.":                                                   nil,
	} {
		if got := reference.Changes(said); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", said, got, want)
		}
	}
}
