package member_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const laterOutput = "terraform_data.later.output"

func does(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return acctest.Before(plancheck.ExpectResourceAction(address, action))
}

// A role that is not known yet is no change. Where the member changes anyway, the apply gives it the role.
func TestAccMember_roleNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	ann := join(t, b, "ann@example.com", "member")
	with := func(role, more string) string {
		return b.Config(acctest.Later("data.raff_role."+role+".id"), memberConfig("email = \"ann@example.com\"\n role_id = "+laterOutput+"\n"+more))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(memberConfig(`email = "ann@example.com"`)), ResourceName: address, ImportState: true, ImportStateId: ann.ID, ImportStatePersist: true},
			{Config: with("member", ""), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop)},
			{Config: with("admin", ""), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop), ExpectNonEmptyPlan: true},
			{
				Config:            with("member", "suspended = true"),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectUnknownValue(address, tfjsonpath.New("role_slug"))),
				ConfigStateChecks: []statecheck.StateCheck{text(address, "role_slug", "member"), text(address, "status", "suspended")},
			},
			{
				Config: b.Config(memberConfig("email = \"ann@example.com\"\n role_id = data.raff_role.admin.id")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectKnownValue(address, tfjsonpath.New("role_slug"), knownvalue.StringExact("admin")),
				),
			},
		},
	})
}

// An address that is not known yet is nobody else. One that turns out to be is replaced by the next plan.
func TestAccMember_addressNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	with := func(email, more string) string {
		return b.Config(acctest.Later(fmt.Sprintf("%q", email)), memberConfig("email = "+laterOutput+"\n"+more))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: with("ann@example.com", "")},
			{Config: with("Ann@example.com", ""), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop)},
			{Config: with("ANN@example.com", "role_id = data.raff_role.admin.id"), ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate)},
			{
				Config:           with("bob@example.com", "role_id = data.raff_role.member.id"),
				ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate), ExpectError: acctest.Says("Plan again"),
			},
			{
				Config:           with("bob@example.com", "role_id = data.raff_role.member.id"),
				ConfigPlanChecks: does(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
		},
	})
}

// A user named for the first time, and not known yet, only says who the member is.
func TestAccMember_userNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	ann := join(t, b, "ann@example.com", "member")
	byUser := b.Config(acctest.Later(fmt.Sprintf("%q", ann.UserID)), memberConfig("target_user_id = "+laterOutput))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(memberConfig(`email = "ann@example.com"`)), ResourceName: address, ImportState: true, ImportStateId: ann.ID, ImportStatePersist: true},
			{Config: byUser, ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate)},
			{Config: byUser, ConfigPlanChecks: does(address, plancheck.ResourceActionNoop)},
		},
	})
	if n := len(b.Requests("updateMember")); n != 0 {
		t.Errorf("the member was changed %d times", n)
	}
}

// A member goes with its key, and follows its role.
func TestAccProjectMember_keyAndRoleAreReplaced(t *testing.T) {
	b := acctest.New(t)
	with := func(key, slug string) string {
		return b.Config(fmt.Sprintf(`
resource "raff_api_key" "ci" {
  name = "ci"
%s
}
resource "raff_role" "own" {
  name        = "Own"
  slug        = %q
  scope       = "project"
  permissions = ["vm.view"]
  lifecycle { create_before_destroy = true }
}
`, key, slug), projectMemberConfig(b.Staging(), "api_key_id = raff_api_key.ci.id\n role_id = raff_role.own.id"))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: with(`expires_at = "2040-01-01T00:00:00Z"`, "own")},
			{
				Config:            with(`expires_at = "2040-01-01T00:00:00Z"`, "another"),
				ConfigPlanChecks:  does(inProject, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{text(inProject, "role_slug", "another")},
			},
			{Config: with("", "another"), ConfigPlanChecks: does(inProject, plancheck.ResourceActionDestroyBeforeCreate)},
			{Config: with("", "another"), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// Neither a renamed role nor the role that a key has as a member is a change of the member or of the key, and the
// second plan is empty with all of their outputs.
func TestAccMember_secondPlanIsEmpty(t *testing.T) {
	b := acctest.New(t)
	with := func(name string) string {
		return b.Config(newKey, fmt.Sprintf(`
resource "raff_role" "own" {
  name        = %q
  slug        = "own"
  scope       = "account"
  permissions = ["account.audit.view"]
}
output "key" {
  value     = raff_api_key.ci
  sensitive = true
}
output "member" { value = raff_member.test }
`, name), memberConfig("api_key_id = raff_api_key.ci.id\n role_id = raff_role.own.id"))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: with("Own")},
			{Config: with("Own"), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: with("Renamed"), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop)},
			{
				Config: with("Renamed"), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute("raff_api_key.ci", "role_slug", knownvalue.Null())},
			},
		},
	})
}

// An imported invitation stays in its project until the configuration has named one.
func TestAccInvitation_importLeavesProjectOut(t *testing.T) {
	b := acctest.New(t)
	invitation, err := b.Client(t).CreateProjectInvitation(t.Context(), b.Staging(), client.CreateInvitationRequest{
		Email: "ann@example.com", RoleID: systemRole(t, b, "viewer"),
	})
	if err != nil {
		t.Fatal(err)
	}
	without := b.Config(invitationConfig("email = \"ann@example.com\"\n role_id = data.raff_role.viewer.id"))
	b.Test(t, resource.TestCase{
		CheckDestroy: nobodyPending(t, b),
		Steps: []resource.TestStep{
			{Config: without, ResourceName: anInvitation, ImportState: true, ImportStateId: invitation.ID, ImportStatePersist: true},
			{Config: without, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config:           b.Config(projectInvitationConfig(b.Staging(), `email = "ann@example.com"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}
