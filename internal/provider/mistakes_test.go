package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// What people get wrong is one error at plan, at the attribute that is wrong, and sends no change.
func TestMistakes_refusedAtPlan(t *testing.T) {
	b := acctest.New(t)
	ids := b.Furnish(t)
	elsewhere := b.MakeVM(t, b.Staging(), "elsewhere")
	foreign, err := b.Client(t).Project(b.Staging()).CreateVPC(t.Context(), client.CreateVPCRequest{Name: "foreign", CIDR: "10.78.0.0/24", Region: "us-east"})
	if err != nil {
		t.Fatal(err)
	}
	const nobody = "00000000-0000-4000-8000-000000000000"
	changed := len(b.Mutations())
	for name, test := range map[string]struct{ kind, attributes, at, says string }{
		"volume of 5 GiB":            {"volume", `name = "x", size = 5`, "size", "a volume has 10 to 1000 GiB"},
		"volume of 2 TiB":            {"volume", `name = "x", size = 2048`, "size", "a volume has 10 to 1000 GiB"},
		"VPC of another project":     {"vm", newVM(t, b) + `, vpc_id = "` + foreign.ID + `"`, "vpc_id", "project"},
		"attachment of no volume":    {"volume_attachment", `volume_id = "4711", vm_id = "` + ids["raff_vm"] + `"`, "volume_id", "4711"},
		"attachment to no VM":        {"volume_attachment", `volume_id = "` + ids["raff_volume"] + `", vm_id = "` + nobody + `"`, "vm_id", nobody},
		"attachment to a foreign VM": {"vpc_attachment", `vpc_id = "` + ids["raff_vpc"] + `", vm_id = "` + elsewhere.ID + `"`, "vm_id", "project"},
		"address of no one":          {"ip_attachment", `ip_id = "` + nobody + `", vm_id = "` + ids["raff_vm"] + `"`, "ip_id", nobody},
		"backup of no VM":            {"backup", `vm_id = "` + nobody + `"`, "vm_id", nobody},
		"snapshot of no VM":          {"snapshot", `name = "x", vm_id = "` + nobody + `"`, "vm_id", nobody},
		"snapshot of no volume":      {"snapshot", `name = "x", volume_id = "4711"`, "volume_id", "4711"},
		"schedule of no VM":          {"backup_schedule", `type = "daily", time = "03:30", keep_count = 3, vm_id = "` + nobody + `"`, "vm_id", nobody},
		"note on no VM":              {"vm_note", `content = "x", vm_id = "` + nobody + `"`, "vm_id", nobody},
		"protocol in lower case":     {"security_group", `name = "x", inbound = [{ protocol = "tcp", ports = "22" }]`, "inbound", `TCP`},
		"range that is no network":   {"vpc", `name = "x", cidr = "10.1.0.1/24"`, "cidr", "10.1.0.0/24"},
		"range that is public":       {"vpc", `name = "x", cidr = "8.8.8.0/24"`, "cidr", "private"},
	} {
		t.Run(name, func(t *testing.T) {
			block := fmt.Sprintf("resource \"raff_%s\" \"x\" {\nproject_id = %q\n%s\n}", test.kind, b.Production(), strings.ReplaceAll(test.attributes, ", ", "\n"))
			block = strings.ReplaceAll(block, "\nports", ", ports")
			b.RefusedSince(t, changed, b.Config(block), fmt.Sprintf(`with raff_%s\.x, %s[^:]*: .*%s`, test.kind, test.at, test.says))
		})
	}
}

// newVM is a VM that could be created, but for what is added.
func newVM(t *testing.T, b *acctest.Backend) string {
	t.Helper()
	for template, err := range b.Client(t).ListTemplates(t.Context(), client.TemplateFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if template.Name == "Ubuntu" {
			return fmt.Sprintf(`name = "x", template_id = %q, pricing_id = 9, ssh_keys = [%q]`, template.ID, acctest.SSHKey)
		}
	}
	t.Fatal("there is no template of Ubuntu")
	return ""
}

// What another change of the same run can make room for is one warning at plan, at the attribute.
func TestMistakes_warnedOfAtPlan(t *testing.T) {
	b := acctest.New(t)
	ids := b.Furnish(t)
	w := b.NewWalk(t, "")
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	for typeName, test := range map[string]struct {
		at    string
		other map[string]tftypes.Value
	}{
		"raff_vm":             {"name", nil},
		"raff_vpc":            {"name", map[string]tftypes.Value{"cidr": text("10.99.0.0/24")}},
		"raff_project":        {"name", nil},
		"raff_role":           {"slug", nil},
		"raff_security_group": {"name", nil},
	} {
		t.Run(typeName, func(t *testing.T) {
			there, errs := w.Import(typeName, ids[typeName])
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			attributes := w.Attributes(w.Config(there))
			if keys, ok := attributes["ssh_keys"]; ok { // which the API does not return
				attributes["ssh_keys"] = tftypes.NewValue(keys.Type(), []tftypes.Value{text(acctest.SSHKey)})
			}
			another, config := w.New(typeName, "another", attributes)
			p := b.NewWalk(t, "").Plan(another, w.With(config, test.other))
			taken := slices.DeleteFunc(slices.Clone(p.Warnings), func(s string) bool { return !strings.HasPrefix(s, test.at+": The ") })
			if len(taken) != 1 || !strings.Contains(taken[0], "import") || len(p.Errors) > 0 {
				t.Errorf("warnings %q, errors %q", p.Warnings, p.Errors)
			}
		})
	}
}

// The one that has the name can be gone between the refusal and the look for it: where this run destroys objects of the
// type, the create is sent once more.
func TestNameOfOneThatIsGoneMeanwhile(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	for destroys, requests := range map[bool]int{true: 2, false: 1} {
		w := b.NewWalk(t, "")
		there, errs := w.Import("raff_vm", vm.ID)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		attributes := w.Attributes(w.Config(there))
		attributes["ssh_keys"] = tftypes.NewValue(attributes["ssh_keys"].Type(), []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)})
		attributes["name"] = tftypes.NewValue(tftypes.String, fmt.Sprintf("next-%v", destroys))
		other := b.MakeVM(t, b.Production(), fmt.Sprintf("other-%v", destroys))
		if destroys {
			o, errs := w.Import("raff_vm", other.ID)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if _, errs, _ := w.Apply(w.Plan(o, w.Null(o))); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
		b.ClearJournal()
		b.AddFault(refbackend.Fault{Operation: "createVM", Status: http.StatusConflict, Message: "a VM of that name already exists", Count: 1})
		o, config := w.New("raff_vm", "next", attributes)
		_, errs, _ = w.Apply(w.Plan(o, config))
		if n := len(b.Requests("createVM")); n != requests || (len(errs) > 0) == destroys {
			t.Errorf("destroys %v: %d requests, %q", destroys, n, errs)
		}
	}
}
