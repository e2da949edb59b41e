package acctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Get asks the backend for one object by its id.
type Get func(ctx context.Context, c *client.Client, id string) error

// Exists checks that the backend has every object of a resource type that is in the state.
func (b *Backend) Exists(t *testing.T, resourceType string, get Get) resource.TestCheckFunc {
	t.Helper()
	c := b.Client(t)
	return func(s *terraform.State) error {
		return eachOfType(s, resourceType, func(address, id string) error {
			if err := get(context.Background(), c, id); err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
			return nil
		})
	}
}

// Absent is a CheckDestroy: the backend has none of the objects that were in the state.
func (b *Backend) Absent(t *testing.T, resourceType string, get Get) resource.TestCheckFunc {
	t.Helper()
	c := b.Client(t)
	return func(s *terraform.State) error {
		return eachOfType(s, resourceType, func(address, id string) error {
			err := get(context.Background(), c, id)
			if errors.Is(err, client.ErrNotFound) {
				return nil
			}
			return fmt.Errorf("%s: expected the object to be gone, got %w", address, err)
		})
	}
}

func eachOfType(s *terraform.State, resourceType string, check func(address, id string) error) error {
	for _, module := range s.Modules {
		for address, r := range module.Resources {
			if r.Type != resourceType || strings.HasPrefix(address, "data.") {
				continue
			}
			if err := check(address, r.Primary.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Mutations are the journal's requests that change something, oldest first.
func (b *Backend) Mutations() []refbackend.Entry {
	return slices.DeleteFunc(b.Journal(), func(e refbackend.Entry) bool { return e.Method == http.MethodGet })
}

// Requests are the journal's requests of one operation (its operationId), oldest first.
func (b *Backend) Requests(operation string) []refbackend.Entry {
	return slices.DeleteFunc(b.Journal(), func(e refbackend.Entry) bool { return e.Operation != operation })
}
