package member_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const (
	address      = "raff_member.test"
	inProject    = "raff_project_member.test"
	anInvitation = "raff_invitation.test"
)

// roles are the system roles that the tests use.
const roles = `
data "raff_role" "admin" { slug = "admin" }
data "raff_role" "member" { slug = "member" }
data "raff_role" "viewer" { slug = "viewer" }
data "raff_role" "operator" { slug = "operator" }
`

func memberConfig(settings string) string {
	return withRole("raff_member", "data.raff_role.member.id", settings)
}

// withRole is a resource with a role, unless the settings have one.
func withRole(resourceType, role, settings string) string {
	if !strings.Contains(settings, "role_id") {
		settings = "role_id = " + role + "\n" + settings
	}
	return fmt.Sprintf("%s\nresource %q \"test\" {\n%s\n}\n", roles, resourceType, settings)
}

func getMember(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetMember(ctx, id)
	return err
}

func text(address, name, want string) statecheck.StateCheck {
	return acctest.Attribute(address, name, knownvalue.StringExact(want))
}

// accept accepts the invitation of a resource.
func accept(t *testing.T, b *acctest.Backend, invitation *string) func() {
	return func() {
		if err := b.AcceptInvitation(*invitation); err != nil {
			t.Fatal(err)
		}
	}
}

// systemRole finds the id of a role by its slug.
func systemRole(t *testing.T, b *acctest.Backend, slug string) string {
	t.Helper()
	for role, err := range b.Client(t).ListRoles(t.Context(), client.RoleFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if role.Slug == slug {
			return role.ID
		}
	}
	t.Fatalf("no role %s", slug)
	return ""
}

// join makes a member of the account who has accepted, behind Terraform's back.
func join(t *testing.T, b *acctest.Backend, email, role string) *client.Member {
	t.Helper()
	c := b.Client(t)
	member, err := c.AddMember(t.Context(), client.AddMemberRequest{Email: email, RoleID: systemRole(t, b, role)})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.AcceptInvitation(member.InvitationID); err != nil {
		t.Fatal(err)
	}
	member, err = c.GetMember(t.Context(), member.ID)
	if err != nil {
		t.Fatal(err)
	}
	return member
}

// A pending invitation is no drift, and neither is its acceptance. What the server fills in replaces nobody.
func TestAccMember_byEmail(t *testing.T) {
	b := acctest.New(t)
	var invitation, id, after string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_member", getMember),
		Steps: []resource.TestStep{
			{
				Config:            b.Config(memberConfig(`email = "Ann@example.com"`)),
				Check:             resource.ComposeTestCheckFunc(acctest.Remember(address, "invitation_id", &invitation), acctest.IDOf(address, &id)),
				ConfigStateChecks: []statecheck.StateCheck{text(address, "status", "pending"), acctest.Attribute(address, "user_id", knownvalue.Null())},
			},
			{Config: b.Config(memberConfig(`email = "Ann@example.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(memberConfig(`email = "ann@EXAMPLE.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				// The role of a pending member can change.
				Config:            b.Config(memberConfig("email = \"Ann@example.com\"\n role_id = data.raff_role.admin.id")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{text(address, "role_slug", "admin"), text(address, "status", "pending")},
			},
			{
				PreConfig:        accept(t, b, &invitation),
				Config:           b.Config(memberConfig("email = \"Ann@example.com\"\n role_id = data.raff_role.admin.id")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{
				Config:            b.Config(memberConfig("email = \"Ann@example.com\"\n suspended = true")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{text(address, "status", "suspended"), text(address, "role_slug", "member"), acctest.Attribute(address, "user_id", knownvalue.NotNull())},
			},
			{
				Config:            b.Config(memberConfig(`email = "Ann@example.com"`)),
				ConfigStateChecks: []statecheck.StateCheck{text(address, "status", "active")},
				Check:             acctest.IDOf(address, &after),
			},
			{
				Config:           b.Config(memberConfig(`email = "bob@example.com"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	if id != after {
		t.Error("the member was replaced")
	}
	for _, e := range b.Mutations() {
		if e.HeaderProject != "" {
			t.Errorf("%s %s carried a project", e.Method, e.Path)
		}
	}
}

func TestAccMember_byUser(t *testing.T) {
	b := acctest.New(t)
	// Somebody who is in a project only.
	invitation, err := b.Client(t).CreateProjectInvitation(t.Context(), b.Staging(), client.CreateInvitationRequest{
		Email: "guest@example.com", RoleID: systemRole(t, b, "viewer"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.AcceptInvitation(invitation.ID); err != nil {
		t.Fatal(err)
	}
	byUser := b.Config(`
data "raff_project_member" "guest" {
  project_id = "`+b.Staging()+`"
  email      = "guest@example.com"
}
`, memberConfig(`target_user_id = data.raff_project_member.guest.user_id`))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: byUser, ConfigStateChecks: []statecheck.StateCheck{text(address, "email", "guest@example.com"), text(address, "status", "active")}},
			{Config: byUser, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"target_user_id"}},
			// The same person by address is the same member.
			{Config: b.Config(memberConfig(`email = "guest@example.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
		},
	})
	// The grant in the project is another member, which stays.
	members, err := client.Collect(b.Client(t).ListProjectMembers(t.Context(), b.Staging(), client.MemberFilter{}))
	if err != nil || len(members) != 1 {
		t.Errorf("the project has the members %v, %v", members, err)
	}
	if n := len(b.Requests("updateMember")); n != 0 {
		t.Errorf("the member was changed %d times", n)
	}
}

func TestAccMember_byKey(t *testing.T) {
	b := acctest.New(t)
	const key = "resource \"raff_api_key\" \"ci\" {\n  name = \"ci\"\n}\n"
	byKey := b.Config(key, memberConfig("api_key_id = raff_api_key.ci.id\n suspended = true"))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_member", getMember),
		Steps: []resource.TestStep{
			{Config: byKey, ConfigStateChecks: []statecheck.StateCheck{text(address, "status", "suspended"), acctest.Attribute(address, "user_id", knownvalue.Null())}},
			{Config: byKey, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				// The key shows the role that it has as a member, which is no change of the key.
				Config:           b.Config(key, memberConfig("api_key_id = raff_api_key.ci.id")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			},
			{Config: b.Config(key, memberConfig("api_key_id = raff_api_key.ci.id")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_key_id"}},
		},
	})
}

// An imported member is recorded as what the configuration calls it, without a request.
func TestAccMember_import(t *testing.T) {
	b := acctest.New(t)
	ann := join(t, b, "ann@example.com", "member")
	for name, config := range map[string]string{
		"by address": memberConfig(`email = "ann@example.com"`),
	} {
		t.Run(name, func(t *testing.T) {
			b.Test(t, resource.TestCase{
				Steps: []resource.TestStep{
					{Config: b.Config(config), ResourceName: address, ImportState: true, ImportStateId: ann.ID, ImportStatePersist: true},
					{Config: b.Config(config), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
					{
						Config:           b.Config(memberConfig(fmt.Sprintf("target_user_id = %q", ann.UserID))),
						ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
					},
				},
			})
		})
	}
	if n := len(b.Requests("updateMember")); n != 0 {
		t.Errorf("the member was changed %d times", n)
	}
}

func TestAccMember_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(memberConfig(`email = "gone@example.com"`)), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).RemoveMember(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Another configuration may have added the same member at once: it is named, and not taken.
func TestAccMember_ambiguousCreateIsNamed(t *testing.T) {
	const key = "resource \"raff_api_key\" \"ci\" {\n  name = \"ci\"\n}\n"
	for name, config := range map[string]string{
		"by address": memberConfig(`email = "ann@example.com"`),
		"by key":     key + memberConfig(`api_key_id = raff_api_key.ci.id`),
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t, func(o *refbackend.Options) {
				o.Faults = []refbackend.Fault{{Operation: "addMember", Truncate: true, Count: 1}}
			})
			b.Test(t, resource.TestCase{Steps: []resource.TestStep{{
				Config: b.Config(config), ExpectError: acctest.Says("terraform import <address of the raff_member>"),
			}}})
			if n := len(b.Requests("addMember")); n != 1 {
				t.Errorf("the create was sent %d times", n)
			}
		})
	}
}

func TestAccMember_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"nobody":            {``, `Exactly one of these attributes must be configured.*email,target_user_id,api_key_id`},
		"two people":        {"email = \"a@example.com\"\n target_user_id = \"x\"", `Exactly one of these attributes`},
		"no address":        {`email = "ann"`, `must be an email address`},
		"project role":      {"email = \"a@example.com\"\n role_id = data.raff_role.viewer.id", `Role of another scope.*"viewer" is of scope project`},
		"no such role":      {"email = \"a@example.com\"\n role_id = \"11111111-1111-4111-8111-111111111111\"", `Unknown role`},
		"suspended pending": {"email = \"a@example.com\"\n suspended = true", `A pending member cannot be suspended`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(memberConfig(test.settings)), test.want)
		})
	}
}

// What only the API knows is explained when it refuses.
func TestAccMember_refusedByAPI(t *testing.T) {
	b := acctest.New(t)
	join(t, b, "ann@example.com", "member")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:      b.Config(memberConfig(`email = "ann@example.com"`)),
				ExpectError: regexp.MustCompile(`(?s)Unable to add member.*invited already.*This is in its way.*terraform\s+import\s+<address of the raff_member>`),
			},
			{
				Config:      b.Config(`data "raff_role" "owner" { slug = "owner" }`, memberConfig("email = \"x@example.com\"\n role_id = data.raff_role.owner.id")),
				ExpectError: regexp.MustCompile(`(?s)Unable to add member.*ownership`),
			},
		},
	})
}

// The Owner cannot be removed, suspended or given another role.
func TestAccMember_ownerIsProtected(t *testing.T) {
	b := acctest.New(t)
	members, err := client.Collect(b.Client(t).ListMembers(t.Context(), client.MemberFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	const owner = "email = \"owner@example.com\"\n role_id = data.raff_role.owner.id"
	role := "data \"raff_role\" \"owner\" { slug = \"owner\" }\n"
	refused := regexp.MustCompile(`(?s)The Owner is protected.*owner@example\.com.*Transfer the\s+ownership`)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(role, memberConfig(owner)), ResourceName: address, ImportState: true, ImportStateId: members[0].ID, ImportStatePersist: true},
			{Config: b.Config(role, memberConfig(owner)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(role, memberConfig(owner+"\n suspended = true")), ExpectError: refused},
			{Config: b.Config(role, memberConfig(`email = "owner@example.com"`)), ExpectError: refused},
			{Config: b.Config(role, memberConfig("email = \"other@example.com\"\n role_id = data.raff_role.owner.id")), ExpectError: refused},
			{Config: b.Config(role), ExpectError: refused},
			{Config: b.Config("removed {\n  from = raff_member.test\n  lifecycle {\n    destroy = false\n  }\n}\n")},
		},
	})
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}

// A refusal that only the API can know of, such as the last member manager, is explained.
func TestAccMember_lastManagerIsProtected(t *testing.T) {
	b := acctest.New(t)
	const last = "the last member with account.members.manage cannot be removed or changed"
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(memberConfig("email = \"ann@example.com\"\n role_id = data.raff_role.admin.id"))},
			{
				PreConfig: func() {
					b.AddFault(refbackend.Fault{Operation: "removeMember", Status: 409, Message: last, Count: 1})
				},
				Config:      b.Config(roles),
				ExpectError: regexp.MustCompile(`(?s)Unable to remove member.*ann@example\.com.*last\s+member\s+with\s+account.members.manage.*Raff\s+protects\s+the\s+last`),
			},
		},
	})
}
