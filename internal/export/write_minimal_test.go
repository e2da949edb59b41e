package export_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// body is the body of a block of the kind and labels in the files.
func body(t *testing.T, files export.Files, kind string, labels ...string) *hclsyntax.Body {
	t.Helper()
	for _, b := range blocks(t, files) {
		if b.Type == kind && slices.Equal(b.Labels, labels) {
			return b.Body
		}
	}
	t.Fatalf("there is no block %s %q", kind, labels)
	return nil
}

// blocks are all blocks of the files.
func blocks(t *testing.T, files export.Files) []*hclsyntax.Block {
	t.Helper()
	var all []*hclsyntax.Block
	for name, content := range files.Content {
		if filepath.Ext(name) != ".tf" {
			continue
		}
		file, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if b, ok := file.Body.(*hclsyntax.Body); ok {
			all = append(all, b.Blocks...)
		}
	}
	return all
}

// bodies are the bodies of the resources by type and id, as the import blocks connect them.
func bodies(t *testing.T, files export.Files) map[string]*hclsyntax.Body {
	t.Helper()
	found := map[string]*hclsyntax.Body{}
	for _, b := range blocks(t, files) {
		if b.Type != "import" {
			continue
		}
		id, _ := b.Body.Attributes["id"].Expr.Value(nil)
		to, _ := hcl.AbsTraversalForExpr(b.Body.Attributes["to"].Expr)
		attribute, _ := to[1].(hcl.TraverseAttr)
		found[to.RootName()+" "+id.AsString()] = body(t, files, "resource", to.RootName(), attribute.Name)
	}
	return found
}

// unknownToImports are what a new object needs and no import knows.
var unknownToImports = map[string]tftypes.Value{
	"raff_vm.ssh_keys":               tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)}),
	"raff_vm.password_wo":            tftypes.NewValue(tftypes.String, "Correct-Horse-42"),
	"raff_vm.power_state":            tftypes.NewValue(tftypes.String, "passive"),
	"raff_member.target_user_id":     tftypes.NewValue(tftypes.String, "569b5e93-a77d-4eef-a282-a9aca146f9cf"),
	"raff_member.api_key_id":         tftypes.NewValue(tftypes.String, "5c46b501-e23f-4199-b903-7568d585c8c2"),
	"raff_project_member.api_key_id": tftypes.NewValue(tftypes.String, "5c46b501-e23f-4199-b903-7568d585c8c2"),
}

// trial is an object with its configuration.
type trial struct {
	p        *protocol.Provider
	imported protocol.Object
	config   map[string]tftypes.Value // of an import
	created  map[string]tftypes.Value // of a new object
}

func newTrial(t *testing.T, p *protocol.Provider, o *export.Object, written *hclsyntax.Body) trial {
	t.Helper()
	imported, diagnostics, err := p.Import(t.Context(), o.Type, o.ID)
	if err == nil {
		imported, diagnostics, err = p.Read(t.Context(), imported)
	}
	if err != nil || protocol.Failed(diagnostics) != nil {
		t.Fatal(o.ID, err, diagnostics)
	}
	one := trial{p: p, imported: imported, config: map[string]tftypes.Value{}, created: map[string]tftypes.Value{}}
	values := protocol.Attributes(o.State)
	for name := range written.Attributes {
		switch unknown, ok := unknownToImports[o.Type+"."+name]; {
		case !ok:
			one.config[name], one.created[name] = values[name], values[name]
		case !values[name].IsNull():
			t.Fatalf("%s.%s is known to an import", o.Type, name)
		default:
			one.created[name] = unknown
		}
	}
	return one
}

// plans are what the plans of an import and of a new object show, without some attribute.
func (o *trial) plans(t *testing.T, without string) (imported, created string) {
	t.Helper()
	show := func(object protocol.Object, config map[string]tftypes.Value) string {
		left := map[string]tftypes.Value{}
		for name, value := range config {
			if name != without {
				left[name] = value
			}
		}
		typ := o.p.Schema(o.imported.Type).ValueType()
		config2 := protocol.Empty(typ, left)
		if problems := o.invalid(t, config2); problems != "" {
			return problems
		}
		planned, err := o.p.Plan(t.Context(), object, config2, false)
		if err != nil {
			t.Fatal(err)
		}
		errs, _ := protocol.Sort(planned.Diagnostics)
		return planned.State.String() + strings.Join(errs, "\n")
	}
	none := protocol.Object{Type: o.imported.Type, State: tftypes.NewValue(o.imported.State.Type(), nil)}
	return show(o.imported, o.config), show(none, o.created)
}

// invalid says what is wrong with a configuration by itself.
func (o *trial) invalid(t *testing.T, config tftypes.Value) string {
	t.Helper()
	for _, a := range o.p.Schema(o.imported.Type).Block.Attributes {
		if a.Required && protocol.Attributes(config)[a.Name].IsNull() {
			return a.Name + " is required"
		}
	}
	value, err := protocol.Dynamic(config)
	if err != nil {
		t.Fatal(err)
	}
	response, err := o.p.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: o.imported.Type, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	errs, _ := protocol.Sort(response.Diagnostics)
	return strings.Join(errs, "\n")
}

// Each attribute that is written changes a plan where it is left out, of the import or of a new object. What an import
// knows changes nothing by being written. Neither does what is left out.
func TestWrite_minimal(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	odd(t, b)
	joined(t, b)
	p := providerWith(t, b, b.OwnerKey)
	account := read(t, b, export.Options{})
	found := bodies(t, written(t, p, account, export.Options{}))
	types := map[string]bool{}
	for i := range account.Objects {
		o := &account.Objects[i]
		written, ok := found[o.Type+" "+o.ID]
		if !ok {
			if o.Platform == "" {
				t.Errorf("%s %s is not written", o.Type, o.ID)
			}
			continue
		}
		types[o.Type] = true
		one := newTrial(t, p, o, written)
		planned, err := p.Plan(t.Context(), one.imported, protocol.Empty(p.Schema(o.Type).ValueType(), one.config), false)
		if err != nil || protocol.Failed(planned.Diagnostics) != nil {
			t.Fatal(err, planned.Diagnostics)
		}
		if diffs, _ := o.State.Diff(planned.State); len(diffs) > 0 {
			t.Errorf("%s %s: the import changes %v", o.Type, o.Name, diffs)
		}
		imported, created := one.plans(t, "")
		for name := range written.Attributes {
			importedWithout, createdWithout := one.plans(t, name)
			if importedWithout == imported && createdWithout == created {
				t.Errorf("%s %s: %s can be left out", o.Type, o.Name, name)
			}
		}
	}
	for typeName := range p.Schemas.ResourceSchemas {
		if !types[typeName] {
			t.Errorf("no %s was tried", typeName)
		}
	}
}
