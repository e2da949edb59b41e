package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// Listed is a result of a list that `terraform query` asks for.
type Listed struct {
	protocol.Listed
	Errors   []string
	Warnings []string
}

// List asks for the objects of a type, as a list block with some attributes does. limit 0 is for no limit.
func (w *Walk) List(typeName string, attributes map[string]tftypes.Value, limit int64, includeResource bool) (all []Listed) {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	results, err := w.provider.List(ctx, typeName, attributes, limit, includeResource)
	if err != nil {
		w.t.Fatal(err)
	}
	for result, err := range results {
		if err != nil {
			w.t.Fatal(err)
		}
		listed := Listed{Listed: result}
		listed.Errors, listed.Warnings = protocol.Sort(result.Diagnostics)
		all = append(all, listed)
	}
	return all
}
