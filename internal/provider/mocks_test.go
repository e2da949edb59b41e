package provider_test

import (
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// mocks are the defaults that a file has, by block and attribute: "mock_resource raff_vm", "status".
type mocks map[string]map[string]cty.Value

func examplesOfTesting(elements ...string) string {
	return filepath.Join(append([]string{"..", "..", "examples", "testing"}, elements...)...)
}

// readMocks reads the mock blocks of a file, those in mock_provider as well.
func readMocks(t *testing.T, path string) mocks {
	t.Helper()
	text, err := os.ReadFile(path) // #nosec G304 -- of this repository
	if err != nil {
		t.Fatal(err)
	}
	file, diags := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatalf("%s is no native HCL", path)
	}
	all, blocks := mocks{}, body.Blocks
	for len(blocks) > 0 {
		block := blocks[0]
		blocks = append(blocks[1:len(blocks):len(blocks)], block.Body.Blocks...)
		if !strings.HasPrefix(block.Type, "mock_") || block.Type == "mock_provider" {
			continue
		}
		defaults, diags := block.Body.Attributes["defaults"].Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		all[block.Type+" "+block.Labels[0]] = defaults.AsValueMap()
	}
	return all
}

// shippedMocks are those in examples/testing/mocks.
func shippedMocks(t *testing.T) mocks {
	t.Helper()
	all := readMocks(t, examplesOfTesting("mocks", "resources.tfmock.hcl"))
	maps.Copy(all, readMocks(t, examplesOfTesting("mocks", "data.tfmock.hcl")))
	return all
}

// mockable are the attributes of a type that a mock makes up, and that need a default: those that are computed, but for
// ids, of which each object has one of its own, and for lists of objects, which are empty whatever the default is.
func mockable(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
	attributes := map[string]*tfprotov6.SchemaAttribute{}
	for _, a := range schema.Block.Attributes {
		id := a.Name == "id" || strings.HasSuffix(a.Name, "_id") || strings.HasSuffix(a.Name, "_by")
		objects := a.NestedType != nil && a.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeSingle
		if a.Computed && !objects && !(id && a.Type.Is(tftypes.String)) {
			attributes[a.Name] = a
		}
	}
	return attributes
}

func schemasOfMocks(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	server := provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*tfprotov6.Schema{}
	for name, schema := range schemas.ResourceSchemas {
		all["mock_resource "+name] = schema
	}
	for name, schema := range schemas.DataSourceSchemas {
		all["mock_data "+name] = schema
	}
	return all
}

// Every attribute that a mock would make up has a default of its type, and nothing else has one.
func TestMocks_complete(t *testing.T) {
	shipped, schemas := shippedMocks(t), schemasOfMocks(t)
	for block, schema := range schemas {
		attributes := mockable(schema)
		for name, a := range attributes {
			switch value, ok := shipped[block][name]; {
			case !ok:
				t.Errorf("examples/testing/mocks: %s has no default of %s", block, name)
			case !fits(value, a):
				t.Errorf("examples/testing/mocks: %s: %s is %#v, which is no %s", block, name, value, a.ValueType())
			}
		}
		for name := range shipped[block] {
			if attributes[name] == nil {
				t.Errorf("examples/testing/mocks: %s has a default of %s, which nothing makes up", block, name)
			}
		}
	}
	for block := range shipped {
		if schemas[block] == nil {
			t.Errorf("examples/testing/mocks: %s: there is no such type", block)
		}
	}
}

// fits tells whether a default is of the type of its attribute.
func fits(value cty.Value, a *tfprotov6.SchemaAttribute) bool {
	if a.NestedType != nil {
		if !value.Type().IsObjectType() || value.LengthInt() != len(a.NestedType.Attributes) {
			return false
		}
		return !slices.ContainsFunc(a.NestedType.Attributes, func(nested *tfprotov6.SchemaAttribute) bool {
			return !value.Type().HasAttribute(nested.Name) || !fits(value.GetAttr(nested.Name), nested)
		})
	}
	switch typ := value.Type(); {
	case a.Type.Is(tftypes.String):
		return typ == cty.String
	case a.Type.Is(tftypes.Number):
		return typ == cty.Number
	case a.Type.Is(tftypes.Bool):
		return typ == cty.Bool
	default:
		return typ.IsTupleType()
	}
}

// A default has the form that the API gives the attribute: a time, an address, one of the words that its description lists.
func TestMocks_form(t *testing.T) {
	b := acctest.NewInProcess(t)
	ids, w, shipped := b.Furnish(t), b.NewWalk(t, ""), shippedMocks(t)
	for typeName, id := range ids {
		o, errs := w.Import(typeName, id)
		if len(errs) > 0 {
			t.Errorf("%s: %s", typeName, errs)
			continue
		}
		given := w.Attributes(o.State)
		for name, a := range mockable(w.Schemas[typeName]) {
			var is string
			if a.NestedType != nil || !a.Type.Is(tftypes.String) || given[name].IsNull() || given[name].As(&is) != nil || is == "" {
				continue
			}
			for _, block := range []string{"mock_resource ", "mock_data "} {
				value, ok := shipped[block+typeName][name]
				if !ok || value.AsString() == "" {
					continue
				}
				if got := value.AsString(); form(got) != form(is) || !listed(a.Description, is, got) {
					t.Errorf("examples/testing/mocks: %s%s: %s is %q, the API gives values such as %q", block, typeName, name, got, is)
				}
			}
		}
	}
}

var mac = regexp.MustCompile(`^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)

// form is what kind of text a value is.
func form(value string) string {
	if _, err := time.Parse(time.RFC3339, value); err == nil {
		return "time"
	}
	if _, err := netip.ParseAddr(value); err == nil {
		return "address"
	}
	if _, err := netip.ParsePrefix(value); err == nil {
		return "range"
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return "number"
	}
	if mac.MatchString(value) {
		return "hardware address"
	}
	return "text"
}

var quoted = regexp.MustCompile("`([A-Za-z0-9-]+)`")

// listed tells whether a value is one of the words that a description lists, or the real value is none of them either.
func listed(description, is, value string) bool {
	var words []string
	for _, match := range quoted.FindAllStringSubmatch(description, -1) {
		words = append(words, match[1])
	}
	return !slices.Contains(words, is) || slices.Contains(words, value)
}

// optional are the rows of a mock block that OpenTofu refuses where the configuration gives what they are of.
var optional = regexp.MustCompile(`(?m)^\n? +# optional\n(    .*\n)+`)

// inlineMocks is a mock_provider block as OpenTofu takes it: it has no source.
func inlineMocks(t *testing.T) string {
	t.Helper()
	var inline strings.Builder
	inline.WriteString("mock_provider \"raff\" {\n")
	for _, name := range []string{"resources.tfmock.hcl", "data.tfmock.hcl"} {
		text, err := os.ReadFile(examplesOfTesting("mocks", name))
		if err != nil {
			t.Fatal(err)
		}
		inline.Write(optional.ReplaceAll(text, nil))
	}
	inline.WriteString("}\n")
	return inline.String()
}

// A configuration with every resource type is planned and applied without any backend: with the mocks that are shipped, and
// with none, where references hold what nobody would call an id.
func TestAccMocks_everything(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, everything(t, b, ""))
	cli.Env = append(cli.Env, "RAFF_API_URL="+b.URL, "RAFF_API_KEY="+b.OwnerKey) // where a request would be seen
	const runs = "run \"apply\" {}\nrun \"plan\" {\n  command = plan\n}\n"
	const plans = `
data "raff_vm_plan" "cheapest" {
  min_vcpu = 1
}

resource "raff_vm" "planned" {
  project_id  = raff_project.least.id
  name        = "planned"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.cheapest.id
  ssh_keys    = local.ssh_keys
}

data "raff_volume" "same" {
  id = raff_volume.least.id
}

data "raff_snapshots" "of_volume" {
  volume_id = raff_volume.least.id
}
`
	cli.Write(t, "plans.tf", plans)
	directories := []string{filepath.Join(cli.Dir, "tests"), filepath.Join(cli.Dir, "mocks")}
	for _, directory := range directories {
		if err := os.Mkdir(directory, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"resources.tfmock.hcl", "data.tfmock.hcl"} {
		text, err := os.ReadFile(examplesOfTesting("mocks", name))
		if err != nil {
			t.Fatal(err)
		}
		cli.Write(t, filepath.Join("mocks", name), string(text))
	}
	cli.Write(t, filepath.Join("tests", "bare.tftest.hcl"), "mock_provider \"raff\" {}\n"+runs)
	cli.Write(t, filepath.Join("tests", "shipped.tftest.hcl"), "mock_provider \"raff\" {\n  source = \"./mocks\"\n}\n"+runs)
	cli.Write(t, filepath.Join("tests", "shipped.tofutest.hcl"), inlineMocks(t)+runs) // goes before the other one in OpenTofu
	if output := cli.MustRun(t, "test", "-no-color"); !strings.Contains(output, "4 passed, 0 failed") {
		t.Error(output)
	}
	if n := len(b.Journal()); n != 0 {
		t.Errorf("the backend was asked %d times", n)
	}
}

// The example for OpenTofu has the same runs as the one for Terraform, and defaults out of the shipped ones.
func TestMocks_ofOpenTofu(t *testing.T) {
	shipped := shippedMocks(t)
	for block, defaults := range readMocks(t, examplesOfTesting("tests", "mocked.tofutest.hcl")) {
		for name, value := range defaults {
			if want, ok := shipped[block][name]; !ok || !value.RawEquals(want) {
				t.Errorf("mocked.tofutest.hcl: %s: %s is %#v, and %#v in examples/testing/mocks", block, name, value, want)
			}
		}
	}
	runs := func(name string) string {
		text, err := os.ReadFile(examplesOfTesting("tests", name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(text), "\nvariables {")
		return after
	}
	if runs("mocked.tofutest.hcl") != runs("mocked.tftest.hcl") {
		t.Error("mocked.tofutest.hcl and mocked.tftest.hcl have different variables or runs")
	}
}
