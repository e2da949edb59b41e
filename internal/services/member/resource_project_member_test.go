package member_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const newKey = "resource \"raff_api_key\" \"ci\" {\n  name = \"ci\"\n}\n"

func projectMemberConfig(projectID, settings string) string {
	return withRole("raff_project_member", "data.raff_role.viewer.id", fmt.Sprintf("project_id = %q\n%s", projectID, settings))
}

// in makes a Get of the members of projects: it finds one that is in any of them.
func in(projectIDs ...string) acctest.Get {
	return func(ctx context.Context, c *client.Client, id string) error {
		var err error
		for _, projectID := range projectIDs {
			if _, err = c.GetProjectMember(ctx, projectID, id); !errors.Is(err, client.ErrNotFound) {
				return err
			}
		}
		return err
	}
}

func TestAccProjectMember_byKey(t *testing.T) {
	b := acctest.New(t)
	const byKey = "api_key_id = raff_api_key.ci.id"
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_project_member", in(b.Production(), b.Staging())),
		Steps: []resource.TestStep{
			{
				Config: b.Config(newKey, projectMemberConfig(b.Production(), byKey)),
				Check:  b.Exists(t, "raff_project_member", in(b.Production())),
				ConfigStateChecks: []statecheck.StateCheck{
					text(inProject, "project_id", b.Production()), text(inProject, "status", "active"), text(inProject, "role_slug", "viewer"),
				},
			},
			{Config: b.Config(newKey, projectMemberConfig(b.Production(), byKey)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				ResourceName: inProject, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_key_id"},
				ImportStateIdFunc: acctest.ProjectAndID(inProject),
			},
			// The id alone is found in the projects that the key sees.
			{ResourceName: inProject, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_key_id"}},
			{
				Config:            b.Config(newKey, projectMemberConfig(b.Production(), byKey+"\n role_id = data.raff_role.operator.id\n suspended = true")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(inProject, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{text(inProject, "status", "suspended"), text(inProject, "role_slug", "operator")},
			},
			{
				Config:            b.Config(newKey, projectMemberConfig(b.Production(), byKey+"\n role_id = data.raff_role.operator.id")),
				ConfigStateChecks: []statecheck.StateCheck{text(inProject, "status", "active")},
			},
			{
				Config:           b.Config(newKey, projectMemberConfig(b.Staging(), byKey)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(inProject, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
}

// A person of the account is added at once, and an address is invited.
func TestAccProjectMember_people(t *testing.T) {
	b := acctest.New(t)
	ann := join(t, b, "ann@example.com", "member")
	byUser := b.Config(`data "raff_member" "ann" { email = "ANN@example.com" }`,
		projectMemberConfig(b.Production(), "target_user_id = data.raff_member.ann.user_id"))
	var invitation string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_project_member", in(b.Production())),
		Steps: []resource.TestStep{
			{Config: byUser, ConfigStateChecks: []statecheck.StateCheck{text(inProject, "email", "ann@example.com"), text(inProject, "user_id", ann.UserID)}},
			{Config: byUser, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config:            b.Config(projectMemberConfig(b.Production(), `email = "guest@example.com"`)),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(inProject, plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{text(inProject, "status", "pending")},
				Check:             acctest.Remember(inProject, "invitation_id", &invitation),
			},
			{
				PreConfig:        accept(t, b, &invitation),
				Config:           b.Config(projectMemberConfig(b.Production(), `email = "guest@example.com"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
	if err := getMember(t.Context(), b.Client(t), ann.ID); err != nil {
		t.Errorf("the member of the account is gone with the grant: %v", err)
	}
}

// Several grants of one project do not know of each other: each is one member, and nobody else is touched.
func TestAccProjectMember_leavesOthersAlone(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{Config: b.Config(newKey, projectMemberConfig(b.Production(), "api_key_id = raff_api_key.ci.id"))}},
	})
	members, err := client.Collect(b.Client(t).ListProjectMembers(t.Context(), b.Production(), client.MemberFilter{}))
	if err != nil || len(members) != 1 {
		t.Errorf("the seeded member of production is gone: %v, %v", members, err)
	}
}

func TestAccProjectMember_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(projectMemberConfig(b.Staging(), `email = "gone@example.com"`)), Check: acctest.IDOf(inProject, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).RemoveProjectMember(t.Context(), b.Staging(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// A member by an address is known by it. Of a key the API does not say which one a member is: the error names it.
func TestAccProjectMember_ambiguousCreate(t *testing.T) {
	for name, test := range map[string]struct{ operation, settings string }{
		"by key":     {"addProjectMember", "api_key_id = raff_api_key.ci.id"},
		"by address": {"createProjectInvitation", `email = "ann@example.com"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t, func(o *refbackend.Options) {
				o.Faults = []refbackend.Fault{{Operation: test.operation, Reset: true, Commit: true, Count: 1}}
			})
			config := b.Config(newKey, projectMemberConfig(b.Staging(), test.settings))
			adopted := resource.TestCase{
				CheckDestroy: b.Absent(t, "raff_project_member", in(b.Staging())),
				Steps:        []resource.TestStep{{Config: config, Check: b.Exists(t, "raff_project_member", in(b.Staging()))}},
			}
			if name == "by key" {
				adopted = resource.TestCase{Steps: []resource.TestStep{{
					Config: config, ExpectError: acctest.Says("terraform import <address of the raff_project_member>"),
				}}}
			}
			b.Test(t, adopted)
			if n := len(b.Requests(test.operation)); n != 1 {
				t.Errorf("the create was sent %d times", n)
			}
		})
	}
}

func TestAccProjectMember_badInput(t *testing.T) {
	nowhere := "11111111-1111-4111-8111-111111111111"
	for name, test := range map[string]struct {
		config func(b *acctest.Backend) string
		want   string
	}{
		"nobody": {func(b *acctest.Backend) string { return b.Config(projectMemberConfig(b.Staging(), "")) }, `Exactly one of these attributes`},
		"account role": {
			func(b *acctest.Backend) string {
				return b.Config(projectMemberConfig(b.Staging(), "email = \"a@example.com\"\n role_id = data.raff_role.admin.id"))
			}, `Role of another scope.*"admin" is of scope account`,
		},
		"no such project": {
			func(b *acctest.Backend) string {
				return b.Config(projectMemberConfig(nowhere, `email = "a@example.com"`))
			}, `Project cannot be reached.*11111111`,
		},
		"project that is not allowed": {
			func(b *acctest.Backend) string {
				return b.ConfigWith(fmt.Sprintf("allowed_project_ids = [%q]", b.Production()), projectMemberConfig(b.Staging(), `email = "a@example.com"`))
			}, `Project is not allowed.*allowed_project_ids`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, test.config(b), test.want)
		})
	}
}

// The grant of the key that the provider works with is neither taken away nor changed.
func TestAccProjectMember_keyInUse(t *testing.T) {
	b := acctest.New(t)
	c := b.Client(t)
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "own", RoleID: systemRole(t, b, "admin")})
	if err != nil {
		t.Fatal(err)
	}
	own, err := c.AddProjectMember(t.Context(), b.Staging(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: systemRole(t, b, "project-admin")})
	if err != nil {
		t.Fatal(err)
	}
	as := func(blocks ...string) string { return b.ConfigAs(key.Secret, "", blocks...) }
	same := fmt.Sprintf("api_key_id = %q\n role_id = data.raff_role.admin_of_project.id", key.ID)
	const role = "data \"raff_role\" \"admin_of_project\" { slug = \"project-admin\" }\n"
	refused := regexp.MustCompile(`(?s)The API key is in use.*Nothing was\s+changed`)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:       as(role, projectMemberConfig(b.Staging(), same)),
				ResourceName: inProject, ImportState: true, ImportStateId: b.Staging() + "/" + own.ID, ImportStatePersist: true,
			},
			{Config: as(role, projectMemberConfig(b.Staging(), same)), ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(inProject, plancheck.ResourceActionUpdate))},
			{Config: as(role, projectMemberConfig(b.Staging(), same)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: as(role, projectMemberConfig(b.Staging(), fmt.Sprintf("api_key_id = %q", key.ID))), ExpectError: refused},
			{Config: as(role, projectMemberConfig(b.Staging(), same+"\n suspended = true")), ExpectError: refused},
			{Config: as(role), ExpectError: refused},
			// Another key may.
			{Config: b.Config(role)},
		},
	})
}

func TestAccMember_dataSources(t *testing.T) {
	b := acctest.New(t)
	ann := join(t, b, "ann@example.com", "member")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(fmt.Sprintf(`
data "raff_member" "by_id" { id = %q }
data "raff_member" "by_email" { email = "Ann@Example.com" }
data "raff_members" "all" {}
data "raff_members" "pending" { status = "pending" }
data "raff_project_members" "production" { project_id = %[2]q }
data "raff_project_members" "suspended" {
  project_id = %[2]q
  status     = "suspended"
}
data "raff_project_member" "first" {
  project_id = %[2]q
  id         = data.raff_project_members.production.members[0].id
}
`, ann.ID, b.Production())),
				ConfigStateChecks: []statecheck.StateCheck{
					text("data.raff_member.by_id", "email", "ann@example.com"),
					text("data.raff_member.by_email", "id", ann.ID),
					text("data.raff_member.by_email", "role_slug", "member"),
					acctest.Attribute("data.raff_members.all", "members", knownvalue.ListSizeExact(2)),
					acctest.Attribute("data.raff_members.pending", "members", knownvalue.ListSizeExact(0)),
					acctest.Attribute("data.raff_project_members.production", "members", knownvalue.ListSizeExact(1)),
					acctest.Attribute("data.raff_project_members.suspended", "members", knownvalue.ListSizeExact(0)),
					text("data.raff_project_member.first", "role_slug", "project-admin"),
				},
			},
			{
				Config:      b.Config(`data "raff_member" "none" { email = "nobody@example.com" }`),
				ExpectError: regexp.MustCompile(`(?s)member "nobody@example\.com".*none of that\s+name`),
			},
			{
				Config:      b.ConfigAs(b.ProductionKey, "", fmt.Sprintf("data \"raff_project_members\" \"other\" {\n  project_id = %q\n}\n", b.Staging())),
				ExpectError: regexp.MustCompile(`(?s)Unable to list project members.*` + b.Staging()),
			},
			{Config: b.Config()},
		},
	})
}
