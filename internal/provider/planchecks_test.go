package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/planchecks"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// Checks that no test of a service provokes.
func TestPlanChecks_provoked(t *testing.T) {
	b := acctest.New(t)
	tags := make([]string, 21)
	for i := range tags {
		tags[i] = fmt.Sprintf("%q", fmt.Sprint("tag", i))
	}
	b.Refused(t, b.ConfigWith(`default_tags = ["one more"]`, vmOf(b, fmt.Sprintf("tags = [%s]", strings.Join(tags[:20], ", ")))),
		`^Too many tags with raff_vm\.x, tags: .*these are 21`)
	for _, test := range []struct{ config, want string }{
		{vmOf(b, fmt.Sprintf("tags = [%s]", strings.Join(tags, ", "))), `^Invalid Attribute Value with raff_vm\.x, tags: `},
		{vmOf(b, `power_state = "on"`), `^Invalid value with raff_vm\.x, power_state: `},
		{vmOf(b, `name = ""`), `^Invalid Attribute Value Length with raff_vm\.x, name: `},
		{`data "raff_ips" "x" { status = "gone" }`, `^Invalid value with data\.raff_ips\.x, status: .*"free" or "in-use", got "gone"`},
		{`data "raff_ips" "x" { status = "" }`, `^Invalid value with data\.raff_ips\.x, status: `},
		{`data "raff_roles" "x" { scope = "global" }`, `^Invalid value with data\.raff_roles\.x, scope: `},
	} {
		b.Refused(t, b.Config(test.config), test.want)
	}
	for name, errs := range map[string][]string{
		"allowed_account_ids: The account of the API key is not known": unknownAccount(t, b),
		"vm_id: The VM is in another region":                           otherRegion(t, b),
	} {
		if len(errs) != 1 || !strings.HasPrefix(errs[0], name) {
			t.Errorf("want %q: %q", name, errs)
		}
	}
}

// vmOf is a VM with some other settings.
func vmOf(b *acctest.Backend, settings string) string {
	all := map[string]string{
		"project_id": fmt.Sprintf("%q", b.Production()), "name": `"x"`, "pricing_id": "9", "template_id": "data.raff_template.x.id",
		"ssh_keys": fmt.Sprintf("[%q]", acctest.SSHKey),
	}
	for line := range strings.SplitSeq(settings, "\n") {
		if name, value, found := strings.Cut(line, " = "); found {
			all[strings.TrimSpace(name)] = value
		}
	}
	var lines []string
	for name, value := range all {
		lines = append(lines, name+" = "+value)
	}
	slices.Sort(lines)
	return "data \"raff_template\" \"x\" {\n name = \"Ubuntu\"\n version = \"24.04\"\n most_recent = true\n}\nresource \"raff_vm\" \"x\" {\n" +
		strings.Join(lines, "\n") + "\n}\n"
}

// unknownAccount are the errors of a provider whose key shows no account.
func unknownAccount(t *testing.T, b *acctest.Backend) []string {
	t.Helper()
	api := b.Intercept(t)
	api.Set(func(w http.ResponseWriter, r *http.Request) bool {
		return b.Rewritten(w, r, func(object map[string]any) {
			if _, ok := object["account_id"]; ok {
				object["account_id"] = ""
			}
		})
	})
	_, errs := b.NewWalkAs(t, api.URL, b.OwnerKey, map[string]tftypes.Value{
		"allowed_account_ids": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{textValue("11111111-1111-4111-8111-111111111111")}),
	})
	return errs
}

// otherRegion are the errors of the plan of an attachment between two regions.
func otherRegion(t *testing.T, b *acctest.Backend) []string {
	t.Helper()
	vm := b.MakeVM(t, b.Production(), "far")
	volume, err := b.Client(t).Project(b.Production()).CreateVolume(t.Context(), client.CreateVolumeRequest{
		Name: "near", Size: 10, VolumeType: client.VolumeTypeNVMe,
	})
	if err != nil {
		t.Fatal(err)
	}
	api := b.Intercept(t)
	api.Set(func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, "/api/v1/vms") && b.Rewritten(w, r, func(object map[string]any) {
			if object["id"] == vm.ID {
				object["region"] = "elsewhere"
			}
		})
	})
	w := b.NewWalk(t, api.URL)
	o, config := w.New("raff_volume_attachment", "x", map[string]tftypes.Value{
		"project_id": textValue(b.Production()), "vm_id": textValue(vm.ID), "volume_id": textValue(fmt.Sprint(volume.ID)),
	})
	return w.Plan(o, config).Errors
}

// unchecked are the attributes that hold what has a form, and that no validator checks, with the reason.
var unchecked = map[string]string{}

// formed are the ends of the names of attributes whose values have a form.
var formed = []string{"_id", "cidr", "ip", "email", "time", "_at", "region", "slug", "public_key", "address", "type", "period", "scope"}

// Every text that has a form is checked, or is listed with the reason why not.
func TestPlanChecks_formsAreChecked(t *testing.T) {
	for name, a := range planchecks.Schemas(t.Context(), provider.New("test")()) {
		text, isText := a.(interface{ StringValidators() []validator.String })
		has := isText && slices.ContainsFunc(formed, func(end string) bool { return strings.HasSuffix(name, end) })
		if has && len(text.StringValidators()) == 0 && unchecked[name] == "" {
			t.Errorf("%s has no validator", name)
		}
		if unchecked[name] != "" && (!has || len(text.StringValidators()) > 0) {
			t.Errorf("%s is listed as not checked", name)
		}
	}
}

// wrongTexts and wrongNumbers have, for every form, one value at least that is not of it.
var (
	wrongTexts   = []string{"", strings.Repeat("ä", 300), "not of any form!", "10.0.0.5/8"}
	wrongNumbers = []int64{-1, 0, 101, 1 << 40}
)

// Every validator of a text or a number refuses something, with one diagnostic for one mistake, at the attribute.
func TestPlanChecks_formsRefuse(t *testing.T) {
	checked := 0
	for name, a := range planchecks.Schemas(t.Context(), provider.New("test")()) {
		at := path.Root(name[strings.LastIndex(name, ".")+1:])
		var refused int
		note := func(value any, diags diag.Diagnostics) {
			if len(diags) == 0 {
				return
			}
			refused++
			located, ok := diags[0].(diag.DiagnosticWithPath)
			if len(diags) > 1 || !ok || !located.Path().Equal(at) {
				t.Errorf("%s = %v: want one diagnostic at %s: %v", name, value, at, diags)
			}
		}
		switch a := a.(type) {
		case interface{ StringValidators() []validator.String }:
			if len(a.StringValidators()) == 0 {
				continue
			}
			for _, value := range wrongTexts {
				note(value, validateText(t, a.StringValidators(), at, value))
			}
		case interface{ Int64Validators() []validator.Int64 }:
			if len(a.Int64Validators()) == 0 {
				continue
			}
			for _, value := range wrongNumbers {
				resp := &validator.Int64Response{}
				for _, v := range a.Int64Validators() {
					v.ValidateInt64(t.Context(), validator.Int64Request{Path: at, ConfigValue: types.Int64Value(value)}, resp)
				}
				note(value, resp.Diagnostics)
			}
		default:
			continue
		}
		checked++
		if refused == 0 {
			t.Errorf("%s refuses nothing of %q and %v", name, wrongTexts, wrongNumbers)
		}
	}
	if checked < 80 {
		t.Errorf("only %d attributes have a validator", checked)
	}
}

// validateText asks the validators of a text that need no other attribute.
func validateText(t *testing.T, validators []validator.String, at path.Path, value string) diag.Diagnostics {
	t.Helper()
	resp := &validator.StringResponse{}
	for _, v := range validators {
		if strings.Contains(v.Description(t.Context()), "also") || strings.Contains(v.Description(t.Context()), "nsure") {
			continue // it looks at other attributes
		}
		v.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: types.StringValue(value)}, resp)
	}
	return resp.Diagnostics
}
