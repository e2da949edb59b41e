package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// checkFunctions looks at every function as TestEverythingRegistered does at all else.
func checkFunctions(ctx context.Context, t *testing.T, p frameworkprovider.Provider) {
	t.Helper()
	with, ok := p.(frameworkprovider.ProviderWithFunctions)
	if !ok {
		t.Fatal("no functions")
	}
	for _, construct := range with.Functions(ctx) {
		f := construct()
		var meta function.MetadataResponse
		f.Metadata(ctx, function.MetadataRequest{}, &meta)
		t.Run("function."+meta.Name, func(t *testing.T) {
			var defined function.DefinitionResponse
			f.Definition(ctx, function.DefinitionRequest{}, &defined)
			if defined.Definition.Summary == "" || defined.Definition.MarkdownDescription == "" {
				t.Error("no summary or no description")
			}
			for _, parameter := range defined.Definition.Parameters {
				if parameter.GetMarkdownDescription() == "" {
					t.Errorf("parameter %s has no description", parameter.GetName())
				}
			}
			exists(t, "examples", "functions", meta.Name, "function.tf")
			exists(t, "docs", "functions", meta.Name+".md")
		})
	}
}

// caller calls functions over the protocol, of a provider that was never configured.
type caller struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	defined map[string]*tfprotov6.Function
}

func newCaller(t *testing.T) *caller {
	t.Helper()
	server := provider.NewServer("test")()
	resp, err := server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp)
	}
	return &caller{t, server, resp.Functions}
}

// call calls a function, and returns its result or the text of its error.
func (c *caller) call(name string, arguments ...tftypes.Value) (tftypes.Value, string) {
	c.t.Helper()
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		req.Arguments = append(req.Arguments, dynamic(c.t, argument))
	}
	resp, err := c.server.CallFunction(c.t.Context(), req)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error.Text
	}
	value, err := resp.Result.Unmarshal(c.defined[name].Return.Type)
	if err != nil {
		c.t.Fatal(err)
	}
	return value, ""
}

// must is call for what has no error.
func (c *caller) must(name string, arguments ...tftypes.Value) tftypes.Value {
	c.t.Helper()
	value, problem := c.call(name, arguments...)
	if problem != "" {
		c.t.Fatalf("%s: %s", name, problem)
	}
	return value
}

func textList(all ...string) tftypes.Value {
	values := make([]tftypes.Value, len(all))
	for i, text := range all {
		values[i] = textValue(text)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, values)
}

// What is not known yet gives a result that is not known yet, whatever it is a part of.
func TestFunctions_unknown(t *testing.T) {
	c := newCaller(t)
	for name, f := range c.defined {
		for unknownOne := range f.Parameters {
			var arguments []tftypes.Value
			for i, parameter := range f.Parameters {
				value := anything(parameter.Type)
				if i == unknownOne {
					value = tftypes.NewValue(parameter.Type, tftypes.UnknownValue)
				}
				arguments = append(arguments, value)
			}
			if got := c.must(name, arguments...); got.IsKnown() {
				t.Errorf("%s without argument %d is %s", name, unknownOne, got)
			}
		}
	}
	unknownText := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	object, _ := c.defined["rule"].Return.Type.(tftypes.Object)
	partly := map[string]tftypes.Value{"protocol": textValue("TCP"), "ports": unknownText}
	for attribute, typ := range object.AttributeTypes {
		if _, ok := partly[attribute]; !ok {
			partly[attribute] = tftypes.NewValue(typ, nil)
		}
	}
	for name, got := range map[string]tftypes.Value{
		"rules": c.must("rules", tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{textValue("tcp"), unknownText})),
		"build_id": c.must("build_id", textValue("raff_vpc_attachment"), tftypes.NewValue(tftypes.Map{ElementType: tftypes.String},
			map[string]tftypes.Value{"vm_id": unknownText})),
		"rule_text": c.must("rule_text", textValue("inbound"), tftypes.NewValue(object, partly)),
	} {
		if got.IsKnown() {
			t.Errorf("%s of what is known in part is %s", name, got)
		}
	}
}

// anything is a value of a type that no function gets to look at.
func anything(typ tftypes.Type) tftypes.Value {
	object, ok := typ.(tftypes.Object)
	switch {
	case ok:
		attributes := map[string]tftypes.Value{}
		for name, attribute := range object.AttributeTypes {
			attributes[name] = tftypes.NewValue(attribute, nil)
		}
		return tftypes.NewValue(typ, attributes)
	case typ.Is(tftypes.String):
		return textValue("anything")
	}
	return tftypes.NewValue(typ, tftypes.UnknownValue)
}

// No parameter takes null: Terraform refuses it by itself. A null in a collection is refused with its place.
func TestFunctions_null(t *testing.T) {
	c := newCaller(t)
	for name, f := range c.defined {
		for _, parameter := range f.Parameters {
			if parameter.AllowNullValue {
				t.Errorf("%s takes null as %s", name, parameter.Name)
			}
		}
	}
	null := tftypes.NewValue(tftypes.String, nil)
	_, problem := c.call("rules", tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{textValue("tcp"), null}))
	if !strings.Contains(problem, "texts[1] is null") {
		t.Errorf("got %q", problem)
	}
	_, problem = c.call("build_id", textValue("raff_vm"), tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"id": null}))
	if !strings.Contains(problem, "<id> is empty") {
		t.Errorf("got %q", problem)
	}
}

// The errors of functions name the place, and what is expected there.
func TestFunctions_errors(t *testing.T) {
	c := newCaller(t)
	for want, call := range map[string]func() (tftypes.Value, string){
		`rule "tcp/22 from here", at character 13, "here": expected an address`: func() (tftypes.Value, string) { return c.call("rule", textValue("tcp/22 from here")) },
		`it has 2 networks, and one rule has one. Use provider::raff::rules(["tcp from ::1, ::2"])`: func() (tftypes.Value, string) {
			return c.call("rule", textValue("tcp from ::1, ::2"))
		},
		`texts[1]: rule "sctp", at character 1, "sctp": expected a protocol`: func() (tftypes.Value, string) { return c.call("rules", textList("tcp", "sctp")) },
		`texts[2]: rule "udp to ::1" says to, and "tcp from ::1" says from`: func() (tftypes.Value, string) {
			return c.call("rules", textList("tcp from ::1", "icmp", "udp to ::1"))
		},
		`There is no resource type "raff_load_balancer". There are raff_api_key,`: func() (tftypes.Value, string) {
			return c.call("split_id", textValue("raff_load_balancer"), textValue("x"))
		},
		`The direction is "in": expected "inbound" or "outbound"`: func() (tftypes.Value, string) {
			return c.call("rule_text", textValue("in"), c.must("rule", textValue("tcp")))
		},
	} {
		if _, problem := call(); !strings.Contains(problem, want) {
			t.Errorf("want %q, got %q", want, problem)
		}
	}
}

// What rule and rules return is what raff_security_group takes, and what rule_text takes.
func TestFunctions_rulesArePlanned(t *testing.T) {
	b := acctest.NewInProcess(t)
	w, c := b.NewWalk(t, ""), newCaller(t)
	typ, _ := w.Schemas["raff_security_group"].ValueType().(tftypes.Object)
	set, _ := typ.AttributeTypes["inbound"].(tftypes.Set)
	if got := c.defined["rules"].Return.Type; !got.Equal(typ.AttributeTypes["inbound"]) {
		t.Errorf("rules returns %s, and inbound is %s", got, typ.AttributeTypes["inbound"])
	}
	if got := c.defined["rule"].Return.Type; !got.Equal(set.ElementType) {
		t.Errorf("rule returns %s, and a rule is %s", got, set.ElementType)
	}
	in := c.must("rules", textList("tcp/22,8000-8100 from 10.0.0.0/8, 2001:db8::/32", "icmp/echo-request", "icmpv6", "tcp/22,8000-8100 from 10.0.0.0/8"))
	out := tftypes.NewValue(typ.AttributeTypes["outbound"], []tftypes.Value{c.must("rule", textValue("all to any"))})
	o, config := w.New("raff_security_group", "x", map[string]tftypes.Value{
		"project_id": textValue(b.Production()), "name": textValue("web"), "inbound": in, "outbound": out,
	})
	planned := w.Plan(o, config)
	if len(planned.Errors) > 0 || !w.Attributes(planned.Planned)["inbound"].Equal(in) {
		t.Fatalf("%q, %s", planned.Errors, w.Attributes(planned.Planned)["inbound"])
	}
	applied, errs, _ := w.Apply(planned)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	refreshed, errs, _ := w.Refresh(applied)
	if changes := w.Changes(w.Plan(refreshed, config)); len(errs) > 0 || len(changes) > 0 {
		t.Errorf("%q, the second plan changes %q", errs, changes)
	}
	var rules []tftypes.Value
	if err := w.Attributes(refreshed.State)["inbound"].As(&rules); err != nil || len(rules) != 4 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for _, rule := range rules {
		var text string
		if err := c.must("rule_text", textValue("inbound"), rule).As(&text); err != nil {
			t.Fatal(err)
		}
		if again := c.must("rule", textValue(text)); !again.Equal(rule) {
			t.Errorf("%s is %q, and that is %s", rule, text, again)
		}
	}
}

// Through Terraform, or OpenTofu: functions in a resource, in outputs, and in an import block.
func TestAccFunctions(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	cli := acctest.NewCLI(t, b.Config(`
resource "raff_security_group" "web" {
  project_id = "`+b.Production()+`"
  name       = "web"
  inbound    = provider::raff::rules(["tcp/80,443", "tcp/22 from 10.0.0.0/8, 192.168.0.0/16"])
  outbound   = [provider::raff::rule("all to any")]
}

resource "terraform_data" "text" {
  input = "tcp/22"
}

resource "raff_security_group" "late" {
  project_id = "`+b.Production()+`"
  name       = "late"
  inbound    = provider::raff::rules([terraform_data.text.output])
}

resource "raff_vm_note" "web" {
  project_id = "`+b.Production()+`"
  vm_id      = "`+vm.ID+`"
  type       = "account"
  content    = "kept"
}

output "texts" {
  value = sort([for rule in raff_security_group.web.inbound : provider::raff::rule_text("inbound", rule)])
}

output "note" {
  value = provider::raff::split_id("raff_vm_note", raff_vm_note.web.id)
}
`))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if output, err := cli.Run(t.Context(), "plan", "-no-color", "-detailed-exitcode"); err != nil {
		t.Fatalf("the second plan: %v\n%s", err, output)
	}
	if got, want := strings.Join(strings.Fields(cli.MustRun(t, "output", "-json", "texts")), ""),
		`["tcp/22from10.0.0.0/8","tcp/22from192.168.0.0/16","tcp/80,443"]`; got != want {
		t.Errorf("the rules are %s", got)
	}
	if got := cli.MustRun(t, "output", "-json", "note"); !strings.Contains(got, `"type":"account"`) || !strings.Contains(got, vm.ID) {
		t.Errorf("the note is %s", got)
	}
	cli.MustRun(t, "state", "rm", "raff_vm_note.web")
	cli.Write(t, "import.tf", `
import {
  to = raff_vm_note.web
  id = provider::raff::build_id("raff_vm_note", { vm_id = "`+vm.ID+`", type = "account" })
}
`)
	if output := cli.MustRun(t, "plan", "-no-color"); !strings.Contains(output, "1 to import, 0 to add, 0 to change, 0 to destroy") {
		t.Errorf("the import: %s", output)
	}
}

// An empty import id is refused, by the CLI or by the provider, with what is expected.
func TestAccImport_emptyID(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config("resource \"raff_vpc_attachment\" \"x\" {\n  project_id = \""+b.Production()+"\"\n  vm_id = \""+b.Production()+
		"\"\n  vpc_id = \""+b.Production()+"\"\n}\n"))
	output, err := cli.Run(t.Context(), "import", "-no-color", "raff_vpc_attachment.x", "")
	if err == nil || !strings.Contains(acctest.Flat(output), "is <vm_id>:<vpc_id> or <project_id>/<vm_id>:<vpc_id>") {
		t.Errorf("%v\n%s", err, output)
	}
	cli.Write(t, "import.tf", "import {\n  to = raff_vpc_attachment.x\n  id = \"\"\n}\n")
	output, err = cli.Run(t.Context(), "plan", "-no-color")
	if err == nil || !strings.Contains(acctest.Flat(output), "mport ID") && !strings.Contains(acctest.Flat(output), "mport id") {
		t.Errorf("%v\n%s", err, output)
	}
}
