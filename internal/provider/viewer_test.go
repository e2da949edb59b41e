package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// viewPermission are the types that belong to the account, and the permission that reading one needs: none for an SSH key,
// and for a project a grant in it is enough.
var viewPermission = map[string]string{
	"raff_role":       "account.roles.view",
	"raff_api_key":    "account.apikeys.view",
	"raff_member":     "account.members.view",
	"raff_invitation": "account.members.view",
}

// A key that may only look is enough to refresh and plan everything: the Viewer role in each project, and for what belongs to
// the account a role with three permissions. It changes nothing, and without that role only the types of the account
// are refused.
func TestAccEveryResource_viewerPlans(t *testing.T) {
	b, objects := applied(t)
	c := b.Client(t)
	viewer, secret := viewerKey(t, c)
	mutations := len(b.Mutations())

	w, errs := b.NewWalkAs(t, "", secret, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var ofProjects []acctest.Object
	for _, o := range objects {
		permission, account := viewPermission[o.Type]
		if !account || isProjectInvitation(w, o) {
			ofProjects = append(ofProjects, o)
			continue
		}
		if _, errs, _ := w.Refresh(o); len(errs) != 1 || !strings.Contains(errs[0], permission) {
			t.Errorf("%s: errors %q without %s", o.Address(), errs, permission)
		}
	}
	settled(t, w, ofProjects)
	if n := len(b.Mutations()) - mutations; n > 0 {
		t.Errorf("planning has sent %d requests that change something", n)
	}

	giveAccountView(t, c, viewer)
	w, errs = b.NewWalkAs(t, "", secret, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	settled(t, w, objects)

	// Changes, new objects and data sources are planned as well.
	cli := acctest.NewCLI(t, b.ConfigAs(secret, ""))
	cli.Write(t, "everything.tf", everything(t, b, "-new"))
	mutations = len(b.Mutations())
	if output := cli.MustRun(t, "plan", "-no-color"); !strings.Contains(output, "0 to change, 0 to destroy") {
		t.Errorf("the plan of new objects:\n%s", output)
	}
	if n := len(b.Mutations()) - mutations; n > 0 {
		t.Errorf("planning has sent %d requests that change something", n)
	}
}

// isProjectInvitation tells an invitation to a project, which those who see its members see.
func isProjectInvitation(w *acctest.Walk, o acctest.Object) bool {
	project, ok := w.Attributes(o.State)["project_id"]
	return ok && !project.IsNull()
}

// viewerKey creates a key with the Viewer role in every project.
func viewerKey(t *testing.T, c *client.Client) (id, secret string) {
	t.Helper()
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "viewer"})
	if err != nil {
		t.Fatal(err)
	}
	roles, err := client.Collect(c.ListRoles(t.Context(), client.RoleFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	role := roles[slices.IndexFunc(roles, func(r *client.Role) bool { return r.Slug == "viewer" })]
	for project, err := range c.ListProjects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.AddProjectMember(t.Context(), project.ID, client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: role.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return key.ID, key.Secret
}

// giveAccountView gives the key a role in the account that sees its roles, keys and members.
func giveAccountView(t *testing.T, c *client.Client, keyID string) {
	t.Helper()
	role, err := c.CreateRole(t.Context(), client.CreateRoleRequest{
		Name: "Account viewer", Slug: "account-viewer", Scope: client.ScopeAccount,
		Permissions: []string{"account.roles.view", "account.apikeys.view", "account.members.view"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddMember(t.Context(), client.AddMemberRequest{APIKeyID: keyID, RoleID: role.ID}); err != nil {
		t.Fatal(err)
	}
}
