package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func value(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// helper is a key that may invite and make keys and roles, and is an Operator in production.
func helper(t *testing.T, b *acctest.Backend) (secret string, roles map[string]string) {
	t.Helper()
	c := b.Client(t)
	all, err := client.Collect(c.ListRoles(t.Context(), client.RoleFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	roles = map[string]string{}
	for _, r := range all {
		roles[r.Slug] = r.ID
	}
	role, err := c.CreateRole(t.Context(), client.CreateRoleRequest{
		Name: "Helper", Slug: "helper", Scope: client.ScopeAccount, Permissions: []string{
			"account.members.view", "account.members.invite", "account.roles.view", "account.roles.create", "account.roles.manage",
			"account.apikeys.view", "account.apikeys.create", "account.projects.view",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	roles["helper"] = role.ID
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "helper", RoleID: role.ID})
	if err != nil {
		t.Fatal(err)
	}
	request := client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: roles["operator"]}
	if _, err := c.AddProjectMember(t.Context(), b.Production(), request); err != nil {
		t.Fatal(err)
	}
	return key.Secret, roles
}

// Nobody grants what they do not hold: the plan says so wherever the key may look, and the error of the apply names the
// permission. What the key holds, and what is not known, is granted without a word.
func TestProtocol_grantsOfMoreThanTheKeyHolds(t *testing.T) {
	b := acctest.New(t)
	secret, roles := helper(t, b)
	names := func(permissions ...string) tftypes.Value {
		elements := make([]tftypes.Value, len(permissions))
		for i, p := range permissions {
			elements[i] = value(p)
		}
		return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
	}
	role := func(scope string, permissions ...string) map[string]tftypes.Value {
		return map[string]tftypes.Value{"name": value("x"), "slug": value("x"), "scope": value(scope), "permissions": names(permissions...)}
	}
	invitation := func(role, project string) map[string]tftypes.Value {
		values := map[string]tftypes.Value{"email": value("x@example.com"), "role_id": value(role)}
		if project != "" {
			values["project_id"] = value(project)
		}
		return values
	}
	for name, test := range map[string]struct {
		resource string
		values   map[string]tftypes.Value
		lacking  string // a permission that the plan names; empty for no warning
	}{
		"a role of less":              {"raff_role", role("account", "account.members.view"), ""},
		"a role of more":              {"raff_role", role("account", "account.members.view", "account.members.remove"), "account.members.remove"},
		"a project role of less":      {"raff_role", role("project", "vm.view", "vm.backup"), ""},
		"a project role of more":      {"raff_role", role("project", "vm.view", "vm.delete"), "vm.delete"},
		"a key of less":               {"raff_api_key", map[string]tftypes.Value{"name": value("x"), "role_id": value(roles["helper"])}, ""},
		"a key of more":               {"raff_api_key", map[string]tftypes.Value{"name": value("x"), "role_id": value(roles["admin"])}, "account.projects.create"},
		"an invitation to more":       {"raff_invitation", invitation(roles["admin"], ""), "account.projects.create"},
		"an invitation to a project":  {"raff_invitation", invitation(roles["viewer"], b.Production()), ""},
		"more in a project":           {"raff_invitation", invitation(roles["project-admin"], b.Production()), "vm.delete"},
		"a member of more":            {"raff_member", map[string]tftypes.Value{"email": value("x@example.com"), "role_id": value(roles["admin"])}, "account.projects.create"},
		"a member of more, unknown":   {"raff_member", map[string]tftypes.Value{"email": value("x@example.com"), "role_id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, ""},
		"a project member of as much": {"raff_project_member", map[string]tftypes.Value{"email": value("x@example.com"), "role_id": value(roles["operator"]), "project_id": value(b.Production())}, ""},
		"a project member of more":    {"raff_project_member", map[string]tftypes.Value{"email": value("x@example.com"), "role_id": value(roles["project-admin"]), "project_id": value(b.Production())}, "vm.delete"},
	} {
		t.Run(name, func(t *testing.T) {
			w, errs := b.NewWalkAs(t, "", secret, nil)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			p := w.Plan(w.New(test.resource, "x", test.values))
			if len(p.Errors) > 0 {
				t.Fatal(p.Errors)
			}
			if test.lacking == "" {
				if len(p.Warnings) > 0 {
					t.Errorf("warnings of nothing: %q", p.Warnings)
				}
				return
			}
			if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "More than the API key holds itself") || !strings.Contains(p.Warnings[0], test.lacking) {
				t.Errorf("want a warning of %s: %q", test.lacking, p.Warnings)
			}
			if test.resource == "raff_member" || test.resource == "raff_project_member" {
				return // as an invitation
			}
			_, errs, _ = w.Apply(p)
			if len(errs) != 1 || !strings.Contains(errs[0], "missing permission ") || !strings.Contains(errs[0], "needs the permission ") {
				t.Errorf("the apply says %q", errs)
			}
			// The Owner holds everything.
			w = b.NewWalk(t, "")
			if p := w.Plan(w.New(test.resource, "x", test.values)); len(p.Errors)+len(p.Warnings) > 0 {
				t.Errorf("to the Owner: %q %q", p.Errors, p.Warnings)
			}
		})
	}
	w := b.NewWalk(t, "")
	p := w.Plan(w.New("raff_invitation", "x", invitation(roles["owner"], "")))
	if !slices.ContainsFunc(p.Warnings, func(s string) bool { return strings.Contains(s, "given by nobody") }) {
		t.Errorf("the Owner's role: %q", p.Warnings)
	}
}
