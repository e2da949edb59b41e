package export_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// listed is an account, as the lists show it.
func listed(t *testing.T, p *protocol.Provider) export.Account {
	t.Helper()
	var account export.Account
	for typeName := range p.Schemas.ListResourceSchemas {
		results, err := p.List(t.Context(), typeName, nil, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		for result, err := range results {
			if err != nil || len(result.Diagnostics) > 0 {
				t.Fatal(err, result.Diagnostics)
			}
			account.Objects = append(account.Objects, listedObject(typeName, result))
		}
	}
	slices.SortFunc(account.Objects, func(a, b export.Object) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ProjectID, b.ProjectID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return account
}

func listedObject(typeName string, result protocol.Listed) export.Object {
	o := export.Object{
		Type: typeName, ID: result.Identity["id"], ProjectID: result.Identity["project_id"], Name: result.Name, State: result.State, Selected: true,
	}
	if o.ProjectID != "" {
		o.ID = o.ProjectID + "/" + o.ID
	}
	attributes := protocol.Attributes(o.State)
	switch {
	case flag(attributes["is_default"]), flag(attributes["is_system"]), word(attributes["role_slug"]) == "owner":
		o.Platform = "It is of the platform."
	}
	return o
}

func flag(v tftypes.Value) (on bool) {
	_ = v.As(&on)
	return on
}

func word(v tftypes.Value) (text string) {
	_ = v.As(&text)
	return text
}

// written are the files of an account.
func written(t *testing.T, p *protocol.Provider, account export.Account, options export.Options) export.Files {
	t.Helper()
	files, err := export.Write(t.Context(), p, account, options)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
