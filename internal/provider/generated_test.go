package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// What Terraform writes for imported objects of the account is valid and changes nothing.
func TestAccGeneratedConfiguration_account(t *testing.T) {
	b := acctest.New(t)
	config := b.Config()
	for address, id := range accountObjects(t, b) {
		config += fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, id)
	}
	cli := acctest.NewCLI(t, config)
	changes := len(b.Mutations())
	plan := cli.MustRun(t, "plan", "-generate-config-out=generated.tf", "-no-color")
	if !strings.Contains(plan, "0 to add, 0 to change, 0 to destroy") {
		t.Errorf("the generated configuration changes something:\n%s", plan)
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")
	if n := len(b.Mutations()) - changes; n > 0 {
		t.Errorf("%d requests changed something", n)
	}
}

// accountObjects makes an object of each kind behind Terraform's back and returns their ids by address.
func accountObjects(t *testing.T, b *acctest.Backend) map[string]string {
	t.Helper()
	ctx, c := t.Context(), b.Client(t)
	ids := map[string]string{}
	keep := func(address, id string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		ids[address] = id
	}
	sshKey, err := c.CreateSSHKey(ctx, client.CreateSSHKeyRequest{
		Name: "laptop", PublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPsxJc5JmPHyh8s0kRPjHzhbbM5LzTzsFZqBTSEHaG1Y me@laptop",
	})
	keep("raff_ssh_key.laptop", sshKey.ID, err)
	people, err := c.CreateRole(ctx, client.CreateRoleRequest{
		Name: "People", Slug: "people", Scope: client.ScopeAccount, Permissions: []string{"account.members.view", "account.audit.view"},
	})
	keep("raff_role.people", people.ID, err)
	power, err := c.CreateRole(ctx, client.CreateRoleRequest{
		Name: "Power", Slug: "power", Description: "Switches", Scope: client.ScopeProject, Permissions: []string{"vm.power"},
	})
	keep("raff_role.power", power.ID, err)
	expiry := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	key, err := c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: "ci", ExpiresAt: &expiry})
	keep("raff_api_key.ci", key.ID, err)
	member, err := c.AddMember(ctx, client.AddMemberRequest{APIKeyID: key.ID, RoleID: people.ID})
	keep("raff_member.key", member.ID, err)
	pending, err := c.AddMember(ctx, client.AddMemberRequest{Email: "Ann@example.com", RoleID: people.ID})
	keep("raff_member.pending", pending.ID, err)
	joined, err := c.AddMember(ctx, client.AddMemberRequest{Email: "bob@example.com", RoleID: people.ID})
	keep("raff_member.joined", joined.ID, err)
	if err := b.AcceptInvitation(joined.InvitationID); err != nil {
		t.Fatal(err)
	}
	grant, err := c.AddProjectMember(ctx, b.Staging(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: power.ID})
	keep("raff_project_member.key", grant.ID, err)
	invitation, err := c.CreateProjectInvitation(ctx, b.Staging(), client.CreateInvitationRequest{Email: "guest@example.com", RoleID: power.ID})
	keep("raff_invitation.guest", invitation.ID, err)
	return ids
}
