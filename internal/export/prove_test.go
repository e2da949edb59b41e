package export_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// imported imports all that a configuration imports, as a plan does, and has it be what expressions refer to.
func (c *configuration) imported() (objects map[string]protocol.Object, problems []string) {
	c.t.Helper()
	objects = map[string]protocol.Object{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for address, id := range c.imports {
		all.Go(func() {
			object, err := importOne(c.t, c.p, typeAt(address), id)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				problems = append(problems, fmt.Sprintf("%s: cannot be imported: %v", address, err))
			}
			objects[address] = object
		})
	}
	all.Wait()
	values := map[string]cty.Value{}
	for address, object := range objects {
		values[address] = toCty(c.t, object.State)
	}
	c.state = func(address string) cty.Value { return values[address] }
	slices.Sort(problems)
	return objects, problems
}

// typeAt is the type of the resource at an address.
func typeAt(address string) string {
	parts := strings.Split(address, ".")
	return parts[len(parts)-2]
}

func importOne(t *testing.T, p *protocol.Provider, typeName, id string) (protocol.Object, error) {
	object, diagnostics, err := p.Import(t.Context(), typeName, id)
	if err == nil {
		err = protocol.Failed(diagnostics)
	}
	if err != nil {
		return object, err
	}
	object, diagnostics, err = p.Read(t.Context(), object)
	if err == nil {
		err = protocol.Failed(diagnostics)
	}
	if err == nil && object.State.IsNull() {
		err = fmt.Errorf("there is no %s", id)
	}
	if err == nil { // Terraform has its texts in one form of Unicode, whatever the provider says
		object.State = fromCty(t, toCty(t, object.State), object.State.Type())
	}
	return object, err
}

// prove plans a configuration in this process, and says what else the plan does than importing. Nothing is said of a
// configuration that is just what there is.
func (c *configuration) prove() (problems []string) {
	c.t.Helper()
	objects, problems := c.imported()
	if len(problems) > 0 {
		return problems
	}
	for _, address := range c.resources() {
		object, ok := objects[address]
		if !ok {
			problems = append(problems, address+": is not imported")
			continue
		}
		delete(objects, address)
		problems = append(problems, c.proveOne(address, object)...)
	}
	for _, address := range slices.Sorted(maps.Keys(objects)) {
		problems = append(problems, address+": is imported and not configured")
	}
	return problems
}

func (c *configuration) proveOne(address string, object protocol.Object) (problems []string) {
	c.t.Helper()
	config, ignored := c.config(address)
	if err := c.validate(object.Type, config); err != nil {
		return []string{address + ": " + err.Error()}
	}
	return c.changes(address, object, kept(config, object.State, ignored))
}

// changes are what the plan of a configuration changes.
func (c *configuration) changes(address string, object protocol.Object, config tftypes.Value) (problems []string) {
	c.t.Helper()
	planned, err := c.p.Plan(c.t.Context(), object, config, false)
	if err == nil {
		err = protocol.Failed(planned.Diagnostics)
	}
	if err != nil {
		return []string{address + ": " + err.Error()}
	}
	for _, path := range planned.Replaces {
		problems = append(problems, fmt.Sprintf("%s: is replaced because of %s", address, path))
	}
	for _, text := range difference(c.t, object.State, planned.State) {
		problems = append(problems, address+": "+text)
	}
	return problems
}

// kept is a configuration in which some attributes are as they are already.
func kept(config, state tftypes.Value, ignored []string) tftypes.Value {
	if len(ignored) == 0 {
		return config
	}
	attributes, prior := protocol.Attributes(config), protocol.Attributes(state)
	for _, name := range ignored {
		attributes[name] = prior[name]
	}
	return tftypes.NewValue(config.Type(), attributes)
}

func (c *configuration) validate(typeName string, config tftypes.Value) error {
	value, err := protocol.Dynamic(config)
	if err != nil {
		return err
	}
	response, err := c.p.Server.ValidateResourceConfig(c.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: value,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return err
	}
	return protocol.Failed(response.Diagnostics)
}

// expectProven expects the configuration to be just what there is.
func (c *configuration) expectProven() {
	c.t.Helper()
	if problems := c.prove(); len(problems) > 0 {
		c.t.Errorf("the plan does more than import:\n%s", strings.Join(problems, "\n"))
	}
}

var (
	schemasOnce sync.Once
	schemas     *protocol.Provider
)

// provided is a provider that is good for its schemas only.
func provided(t *testing.T) *protocol.Provider {
	t.Helper()
	schemasOnce.Do(func() { schemas, _ = protocol.New(context.Background(), provider.NewServer("test")()) })
	if schemas == nil {
		t.Fatal("the provider has no schemas")
	}
	return schemas
}
