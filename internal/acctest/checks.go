package acctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Get asks the backend for one object by its id.
type Get func(ctx context.Context, c *client.Client, id string) error

// Exists checks that the state has objects of a resource type, and that the backend has all of them.
func (b *Backend) Exists(t *testing.T, resourceType string, get Get) resource.TestCheckFunc {
	t.Helper()
	c := b.Client(t)
	return func(s *terraform.State) error {
		found := objects{}
		found.add(s)
		return found.each(resourceType, func(address, id string) error {
			if err := get(context.Background(), c, id); err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
			return nil
		})
	}
}

// Absent is a CheckDestroy: some step of the test has left objects of a resource type in the state, and
// the backend has none of them.
func (b *Backend) Absent(t *testing.T, resourceType string, get Get) resource.TestCheckFunc {
	t.Helper()
	c := b.Client(t)
	return func(s *terraform.State) error {
		b.made.add(s)
		return b.made.each(resourceType, func(address, id string) error {
			switch err := get(context.Background(), c, id); {
			case err == nil:
				return fmt.Errorf("%s: %s is still there", address, id)
			case !errors.Is(err, client.ErrNotFound):
				return fmt.Errorf("%s: expected %s to be gone: %w", address, id, err)
			}
			return nil
		})
	}
}

// objects are the addresses of the objects of states, by resource type and id.
type objects map[string]map[string]string

// add notes the objects of a state.
func (o objects) add(s *terraform.State) {
	for _, module := range s.Modules {
		for address, r := range module.Resources {
			if strings.HasPrefix(address, "data.") {
				continue
			}
			o.note(r.Type, r.Primary.ID, address)
		}
	}
}

// CheckPlan notes the objects that a plan found in the state.
func (o objects) CheckPlan(_ context.Context, request plancheck.CheckPlanRequest, _ *plancheck.CheckPlanResponse) {
	if prior := request.Plan.PriorState; prior != nil && prior.Values != nil {
		o.addModule(prior.Values.RootModule)
	}
}

func (o objects) addModule(module *tfjson.StateModule) {
	for _, r := range module.Resources {
		if id, ok := r.AttributeValues["id"].(string); ok && r.Mode == tfjson.ManagedResourceMode {
			o.note(r.Type, id, r.Address)
		}
	}
	for _, child := range module.ChildModules {
		o.addModule(child)
	}
}

func (o objects) note(resourceType, id, address string) {
	if o[resourceType] == nil {
		o[resourceType] = map[string]string{}
	}
	o[resourceType][id] = address
}

// each calls check for the objects of a type. It is an error where there are none, and where the provider
// has no such type: check would be called for nothing.
func (o objects) each(resourceType string, check func(address, id string) error) error {
	types, err := resourceTypes()
	switch {
	case err != nil:
		return err
	case !slices.Contains(types, resourceType):
		return fmt.Errorf("the provider has no resource type %q", resourceType)
	case len(o[resourceType]) == 0:
		return fmt.Errorf("there is no %s in the state", resourceType)
	}
	for id, address := range o[resourceType] {
		if err := check(address, id); err != nil {
			return err
		}
	}
	return nil
}

// resourceTypes are the types of the provider.
var resourceTypes = sync.OnceValues(func() ([]string, error) {
	server := provider.NewServer("test")()
	metadata, err := server.GetMetadata(context.Background(), &tfprotov6.GetMetadataRequest{})
	if err != nil {
		return nil, err
	}
	var types []string
	for _, r := range metadata.Resources {
		types = append(types, r.TypeName)
	}
	return types, nil
})

// Mutations are the journal's requests that change something, oldest first.
func (b *Backend) Mutations() []refbackend.Entry {
	return slices.DeleteFunc(b.Journal(), func(e refbackend.Entry) bool { return e.Method == http.MethodGet })
}

// Requests are the journal's requests of one operation (its operationId), oldest first. The test fails where
// there is no such operation: it would find no requests of it whatever happens.
func (b *Backend) Requests(operation string) []refbackend.Entry {
	if !b.HasOperation(operation) {
		b.t.Errorf("the API has no operation %q", operation)
	}
	return slices.DeleteFunc(b.Journal(), func(e refbackend.Entry) bool { return e.Operation != operation })
}
