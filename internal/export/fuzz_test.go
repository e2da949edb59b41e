package export_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

var (
	fuzzedOnce sync.Once
	fuzzed     export.Account
)

// fuzzedAccount is an account with an object of every type, which is read once.
func fuzzedAccount(t *testing.T) export.Account {
	t.Helper()
	fuzzedOnce.Do(func() {
		b := acctest.NewInProcess(t, unlimited)
		b.Furnish(t)
		fuzzed = read(t, b, export.Options{})
	})
	return fuzzed
}

// freeTexts are attributes whose value is up to people.
var freeTexts = map[string]bool{"name": true, "description": true, "content": true, "tags": true}

// FuzzWrite gives objects any name and any text. What is written has to be HCL in its usual form that says just that, with
// a label of its own for each object.
func FuzzWrite(f *testing.F) {
	for _, text := range []string{"web", "", "${x}", "%{ if", "\"", "\\", "\n", "\r\n\t", "EOT", "$${", "🚀", "e\u0301", "1", "-", "\u2028", "\x00\x1b[31m", "#", "a b"} {
		f.Add(text, text+text, false)
		f.Add("x"+text, "\n"+text+"\n", true)
	}
	f.Fuzz(func(t *testing.T, name, text string, modules bool) {
		name, text = strings.ToValidUTF8(name, "?"), strings.ToValidUTF8(text, "?")
		account := export.Account{Objects: append([]export.Object(nil), fuzzedAccount(t).Objects...)}
		for i := range account.Objects {
			if account.Objects[i].Selected {
				account.Objects[i] = renamed(account.Objects[i], name, text)
			}
		}
		p := provided(t)
		files, err := export.Write(t.Context(), p, account, export.Options{Modules: modules})
		if err != nil {
			t.Fatal(err)
		}
		expectLaidOut(t, files)
		c := parse(t, p, files.Content)
		expectSaid(t, c, account)
	})
}

// renamed is an object with other texts. A project keeps its name, which a module has.
func renamed(o export.Object, name, text string) export.Object {
	attributes := protocol.Attributes(o.State)
	for attribute, value := range attributes {
		switch {
		case !freeTexts[attribute] || value.IsNull():
		case attribute == "tags":
			attributes[attribute] = tftypes.NewValue(value.Type(), []tftypes.Value{tftypes.NewValue(tftypes.String, text)})
		case attribute == "name":
			attributes[attribute] = tftypes.NewValue(tftypes.String, name)
		default:
			attributes[attribute] = tftypes.NewValue(tftypes.String, text)
		}
	}
	o.Name, o.State = name, tftypes.NewValue(o.State.Type(), attributes)
	return o
}

func expectLaidOut(t *testing.T, files export.Files) {
	t.Helper()
	for name, content := range files.Content {
		if filepath.Ext(name) == ".tf" && !bytes.Equal(hclwrite.Format(content), content) {
			t.Errorf("%s is not laid out as usual:\n%s", name, content)
		}
	}
}

// expectSaid expects the configuration to say the texts that the objects have.
func expectSaid(t *testing.T, c *configuration, account export.Account) {
	t.Helper()
	c.unknown()
	objects := map[string]export.Object{}
	for _, o := range account.Objects {
		objects[o.Type+" "+o.ID] = o
	}
	for _, address := range c.resources() {
		o, ok := objects[typeAt(address)+" "+c.imports[address]]
		if !ok {
			t.Fatalf("%s is no object", address)
		}
		config, _ := c.config(address)
		has := protocol.Attributes(fromCty(t, toCty(t, o.State), o.State.Type())) // texts as Terraform has them
		for attribute, value := range protocol.Attributes(config) {
			if freeTexts[attribute] && !value.IsNull() && !value.Equal(has[attribute]) {
				t.Errorf("%s: %s is written as %s, and is %s", address, attribute, value, has[attribute])
			}
		}
	}
}

// unknown has nothing be known that a configuration refers to.
func (c *configuration) unknown() {
	c.state = func(string) cty.Value { return cty.DynamicVal }
	for _, m := range c.modules {
		for name, block := range m.blocks {
			if block.Type == "data" {
				c.read[m.address(name)] = cty.DynamicVal
			}
		}
	}
}

// FuzzFromState reads anything as a state. It is refused, or what is written of it is HCL.
func FuzzFromState(f *testing.F) {
	old, err := filepath.Glob("../provider/testdata/sdkv2/*")
	if err != nil || len(old) == 0 {
		f.Fatal(old, err)
	}
	for _, path := range old {
		content, err := os.ReadFile(path) // #nosec G304 -- of the test
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte(`{"version": 4, "resources": [{"mode": "managed", "type": "raff_ssh_key", "name": "a", "provider": "provider[\"registry.terraform.io/rafftechnologies/raff\"]",
		"instances": [{"index_key": "x\"${y}", "schema_version": 1, "attributes": {"id": "1", "name": "${z}", "public_key": "k", "key_type": null}}]}]}`))
	f.Add([]byte(`{"version": 4, "resources": [{"module": "module.a[\"b.c\"]", "mode": "managed", "type": "raff_vm", "name": "a", "provider": "provider[\"registry.terraform.io/rafftechnologies/raff\"]",
		"instances": [{"schema_version": 0, "attributes": {"id": "", "name": 3, "tags": {"a": "b"}}}]}]}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		p := provided(t)
		account, err := export.FromState(t.Context(), p, bytes.NewReader(state), export.Options{Offline: true})
		if err != nil {
			return
		}
		files, err := export.Write(t.Context(), p, account, export.Options{Offline: true})
		if err != nil {
			return
		}
		for name, content := range files.Content {
			if filepath.Ext(name) == ".tf" {
				if _, diagnostics := hclwrite.ParseConfig(content, name, hcl.InitialPos); diagnostics.HasErrors() {
					t.Errorf("%s: %v\n%s", name, diagnostics, content)
				}
			}
		}
	})
}
