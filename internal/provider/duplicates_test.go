package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func textValue(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// Whatever there can be only one of, a second one is refused with one error: at the attribute, with what there is, and with
// the command that imports it.
func TestDuplicates(t *testing.T) {
	b := acctest.New(t)
	ids := b.Furnish(t)
	w := b.NewWalk(t, "")
	owner := onlyMember(t, b)
	for _, test := range []struct {
		typeName string
		changes  map[string]tftypes.Value // of what there is
		at       string                   // attribute
		id       string                   // that imports it; the one that there is by default
	}{
		{typeName: "raff_project", at: "name"},
		{typeName: "raff_role", at: "slug"},
		{typeName: "raff_vpc", at: "cidr"},
		{typeName: "raff_vpc", at: "name", changes: map[string]tftypes.Value{"cidr": textValue("10.9.0.0/24")}},
		{typeName: "raff_security_group", at: "name"},
		{typeName: "raff_vm", at: "name", changes: map[string]tftypes.Value{
			"ssh_keys": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{textValue(acctest.SSHKey)}),
		}},
		{typeName: "raff_member", at: "email"},
		{typeName: "raff_member", at: "target_user_id", id: owner.ID, changes: map[string]tftypes.Value{
			"email": tftypes.NewValue(tftypes.String, nil), "target_user_id": textValue(owner.UserID),
		}},
		{typeName: "raff_invitation", at: "email"},
		{typeName: "raff_invitation", at: "email", id: "<id>", changes: map[string]tftypes.Value{"email": textValue(owner.Email)}},
		{typeName: "raff_vpc_attachment", at: ""},
		{typeName: "raff_vm_note", at: "", changes: map[string]tftypes.Value{"content": textValue("something else")}},
	} {
		o, errs := w.Import(test.typeName, ids[test.typeName])
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		config := w.With(w.Config(o), test.changes)
		walk := b.NewWalk(t, "")
		p := walk.Plan(acctest.Object{Type: test.typeName, Name: "again", State: tftypes.NewValue(config.Type(), nil)}, config)
		if len(p.Errors) > 0 {
			t.Errorf("%s: refused at plan, where another change of the run can make room: %q", test.typeName, p.Errors)
			continue
		}
		_, errs, _ = walk.Apply(p)
		if len(errs) != 1 {
			t.Errorf("%s: %d errors: %q", test.typeName, len(errs), errs)
			continue
		}
		id, attribute := test.id, ""
		if id == "" {
			id = ids[test.typeName]
		}
		if name, _, _ := strings.Cut(errs[0], ": "); slices.Contains(rootNames(walk, test.typeName), name) {
			attribute = name
		}
		if attribute != test.at || !strings.Contains(errs[0], "terraform import <address of the raff_") || !strings.HasSuffix(errs[0], "> "+id) {
			t.Errorf("%s: want it at %q, with the import of %s: %s", test.typeName, test.at, id, errs[0])
		}
		if n := strings.Count(errs[0], b.Production()); n > 1 {
			t.Errorf("%s: the project comes %d times: %s", test.typeName, n, errs[0])
		}
		if strings.Contains(errs[0], "Owner") {
			t.Errorf("%s: a duplicate is not about the Owner: %s", test.typeName, errs[0])
		}
	}
}

func rootNames(w *acctest.Walk, typeName string) []string {
	var names []string
	for _, a := range w.Schemas[typeName].Block.Attributes {
		names = append(names, a.Name)
	}
	return names
}

// onlyMember is the member that every account begins with.
func onlyMember(t *testing.T, b *acctest.Backend) *client.Member {
	t.Helper()
	members, err := client.Collect(b.Client(t).ListMembers(t.Context(), client.MemberFilter{Status: client.MemberActive}))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if m.UserID != "" {
			return m
		}
	}
	t.Fatalf("no Owner among %d members", len(members))
	return nil
}
