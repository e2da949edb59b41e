package member_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func invitationConfig(settings string) string {
	return withRole("raff_invitation", "data.raff_role.member.id", settings)
}

func projectInvitationConfig(projectID, settings string) string {
	return withRole("raff_invitation", "data.raff_role.viewer.id", fmt.Sprintf("project_id = %q\n%s", projectID, settings))
}

// nobodyPending checks that no invitation is left.
func nobodyPending(t *testing.T, b *acctest.Backend) resource.TestCheckFunc {
	return func(*terraform.State) error {
		members, err := client.Collect(b.Client(t).ListMembers(t.Context(), client.MemberFilter{Status: client.MemberPending}))
		if err != nil {
			return err
		}
		guests, err := client.Collect(b.Client(t).ListProjectMembers(t.Context(), b.Staging(), client.MemberFilter{Status: client.MemberPending}))
		if err != nil {
			return err
		}
		if len(members)+len(guests) > 0 {
			return fmt.Errorf("%d and %d are still invited", len(members), len(guests))
		}
		return nil
	}
}

func TestAccInvitation(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: nobodyPending(t, b),
		Steps: []resource.TestStep{
			{
				Config: b.Config(invitationConfig(`email = "Ann@example.com"`)),
				ConfigStateChecks: []statecheck.StateCheck{
					text(anInvitation, "status", "pending"),
					acctest.Attribute(anInvitation, "project_id", knownvalue.Null()), acctest.Attribute(anInvitation, "member_id", knownvalue.NotNull()),
					acctest.Attribute(anInvitation, "expires_at", knownvalue.NotNull()),
				},
			},
			{Config: b.Config(invitationConfig(`email = "ANN@example.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: anInvitation, ImportState: true, ImportStateVerify: true},
			{
				Config:           b.Config(invitationConfig("email = \"ann@example.com\"\n role_id = data.raff_role.admin.id")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(anInvitation, plancheck.ResourceActionDestroyBeforeCreate)),
			},
			{
				Config:           b.Config(projectInvitationConfig(b.Staging(), `email = "ann@example.com"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(anInvitation, plancheck.ResourceActionDestroyBeforeCreate)),
			},
			{Config: b.Config(projectInvitationConfig(b.Staging(), `email = "ann@example.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: anInvitation, ImportState: true, ImportStateVerify: true},
			{
				ResourceName: anInvitation, ImportState: true, ImportStateVerify: true,
				ImportStateIdFunc: acctest.ProjectAndID(anInvitation),
			},
			{
				Config:            b.Config(invitationConfig(`email = "ann@example.com"`)),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(anInvitation, plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(anInvitation, "project_id", knownvalue.Null())},
			},
		},
	})
}

// An accepted invitation is over, but no drift, and destroying it revokes nobody.
func TestAccInvitation_accepted(t *testing.T) {
	b := acctest.New(t)
	var id, member string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(invitationConfig(`email = "ann@example.com"`)),
				Check:  resource.ComposeTestCheckFunc(acctest.IDOf(anInvitation, &id), acctest.Remember(anInvitation, "member_id", &member)),
			},
			{PreConfig: accept(t, b, &id), Config: b.Config(invitationConfig(`email = "ann@example.com"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{RefreshState: true},
		},
	})
	if err := getMember(t.Context(), b.Client(t), member); err != nil {
		t.Errorf("the member went with the invitation: %v", err)
	}
	if n := len(b.Requests("cancelInvitation")); n != 0 {
		t.Errorf("an accepted invitation was cancelled %d times", n)
	}
}

func TestAccInvitation_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: nobodyPending(t, b),
		Steps: []resource.TestStep{
			{Config: b.Config(projectInvitationConfig(b.Staging(), `email = "gone@example.com"`)), Check: acctest.IDOf(anInvitation, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).CancelInvitation(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				Config:           b.Config(projectInvitationConfig(b.Staging(), `email = "gone@example.com"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(anInvitation, plancheck.ResourceActionCreate)),
			},
		},
	})
}

// Another configuration may have invited the same address at once: the invitation is named, and not taken.
func TestAccInvitation_ambiguousCreateIsNamed(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createAccountInvitation", Truncate: true, Count: 1}}
	})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(invitationConfig(`email = "ann@example.com"`)), ExpectError: acctest.Says("may have created one of these", "terraform import <address of the raff_invitation>"),
		}},
	})
	if n := len(b.Requests("createAccountInvitation")); n != 1 {
		t.Errorf("the invitation was sent %d times", n)
	}
}

func TestAccInvitation_badInput(t *testing.T) {
	for name, test := range map[string]struct{ config, want string }{
		"no address":      {invitationConfig(`email = "ann"`), `must be an email address`},
		"project role":    {invitationConfig("email = \"a@example.com\"\n role_id = data.raff_role.viewer.id"), `Role of another scope`},
		"no such project": {projectInvitationConfig("11111111-1111-4111-8111-111111111111", `email = "a@example.com"`), `Project cannot be reached`},
		"account role":    {projectInvitationConfig("STAGING", "email = \"a@example.com\"\n role_id = data.raff_role.admin.id"), `Role of another scope`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(regexp.MustCompile("STAGING").ReplaceAllString(test.config, b.Staging())), test.want)
		})
	}
	t.Run("nothing to sign up", func(t *testing.T) {
		b := acctest.New(t)
		b.RefusedByCLI(t, b.Config(invitationConfig(``)), `argument "email" is required`)
	})
}
