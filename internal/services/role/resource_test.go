package role_test

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
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const address = "raff_role.test"

func TestMain(m *testing.M) { acctest.Main(m) }

// config is a role of a project; settings replace or add to the minimal ones.
func config(settings string) string {
	defaults := map[string]string{"name": `"On call"`, "slug": `"on-call"`, "scope": `"project"`, "permissions": `["vm.view"]`}
	var block strings.Builder
	for _, name := range []string{"name", "slug", "scope", "permissions"} {
		if !regexp.MustCompile(`(?m)^\s*` + name + `\s*=`).MatchString(settings) {
			fmt.Fprintf(&block, "  %s = %s\n", name, defaults[name])
		}
	}
	return fmt.Sprintf("resource \"raff_role\" \"test\" {\n%s%s\n}\n", block.String(), settings)
}

func getRole(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetRole(ctx, id)
	return err
}

func permissions(names ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(names))
	for _, name := range names {
		checks = append(checks, knownvalue.StringExact(name))
	}
	return knownvalue.SetExact(checks)
}

func TestAccRole(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_role", getRole),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("")),
				Check:  b.Exists(t, "raff_role", getRole),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "description", knownvalue.StringExact("")),
					acctest.Attribute(address, "is_system", knownvalue.Bool(false)),
					acctest.Attribute(address, "permissions", permissions("vm.view")),
				},
			},
			{Config: b.Config(config("")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				Config: b.Config(config("name = \"Night shift\"\n description = \"Restarts what hangs\"\n permissions = [\"vm.power\", \"vm.view\"]")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("slug"), knownvalue.StringExact("on-call")),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "permissions", permissions("vm.power", "vm.view"))},
			},
			// A description that is left out is cleared; the order of permissions does not matter.
			{
				Config:            b.Config(config("name = \"Night shift\"\n permissions = [\"vm.view\", \"vm.power\"]")),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "description", knownvalue.StringExact(""))},
			},
			{
				Config:           b.Config(config("slug = \"night-shift\"")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
			{
				Config:           b.Config(config("slug = \"night-shift\"\n scope = \"account\"\n permissions = [\"account.audit.view\"]")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
}

// Permissions that are not known yet are no change; the next plan shows it.
func TestAccRole_permissionsNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	with := func(names string) string {
		return b.Config("resource \"terraform_data\" \"later\" {\n  input = "+names+"\n}\n", config("permissions = terraform_data.later.output"))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: with(`["vm.view"]`)},
			{
				Config:             with(`["vm.view", "vm.power"]`),
				ConfigPlanChecks:   acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				ExpectNonEmptyPlan: true,
			},
			{
				Config:           with(`["vm.view", "vm.power"]`),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			},
		},
	})
}

func TestAccRole_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("")),
				Check:  acctest.IDOf(address, &id),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).DeleteRole(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Another configuration may have created the same role at once: it is named, and not taken.
func TestAccRole_ambiguousCreateIsNamed(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createRole", Truncate: true, Count: 1}}
	})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(config("")), ExpectError: acctest.Says("may have created one of these", "terraform import <address of the raff_role>"),
		}},
	})
	if n := len(b.Requests("createRole")); n != 1 {
		t.Errorf("the create was sent %d times", n)
	}
}

func TestAccRole_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"empty name":            {`name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"slug in capitals":      {`slug = "On Call"`, `lower case letters, digits and hyphens`},
		"long slug":             {fmt.Sprintf("slug = %q", strings.Repeat("s", 65)), `1 to 64 lower case letters, digits and hyphens`},
		"unknown scope":         {`scope = "global"`, `scope must be`},
		"no permissions":        {`permissions = []`, `permissions set must contain at least 1`},
		"unknown permission":    {`permissions = ["vm.view", "vm.fly"]`, `Invalid permissions.*no permission "vm.fly"; there are vm.view, vm.create.*raff_permissions`},
		"permission of nothing": {`permissions = ["fly"]`, `no permission "fly"\. The raff_permissions`},
		"other scope":           {`permissions = ["account.audit.view"]`, `"account.audit.view" is a permission of scope account, and this role is of scope project`},
		"project permission":    {`scope = "account"`, `"vm.view" is a permission of scope project, and this role is of scope account`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(config(test.settings)), test.want)
		})
	}
}

// A slug that another role has is told at plan, since that role may go in the same run, and refused by the API.
func TestAccRole_slugIsTaken(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(config(`slug = "viewer"`)))
	output := acctest.Flat(cli.MustRun(t, "plan", "-no-color"))
	if want := `The slug is taken.*role "viewer" \(.*terraform import <address of the raff_role> `; !regexp.MustCompile(want).MatchString(output) {
		t.Errorf("expected a match of %q: %s", want, output)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.Config(config(`slug = "viewer"`)),
			ExpectError: regexp.MustCompile(`(?s)Unable to create role.*slug "viewer" is taken`),
		}},
	})
}

// A system role can be read and imported, but neither changed nor destroyed.
func TestAccRole_systemRole(t *testing.T) {
	b := acctest.New(t)
	var viewer *client.Role
	for role, err := range b.Client(t).ListRoles(t.Context(), client.RoleFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if role.Slug == "viewer" {
			viewer = role
		}
	}
	quoted := make([]string, 0, len(viewer.Permissions))
	for _, name := range viewer.Permissions {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	same := fmt.Sprintf("name = \"Viewer\"\n slug = \"viewer\"\n permissions = [%s]", strings.Join(quoted, ", "))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:       b.Config(config(same)),
				ResourceName: address, ImportState: true, ImportStateId: viewer.ID, ImportStatePersist: true,
			},
			{Config: b.Config(config(same)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(config(strings.Replace(same, `slug = "viewer"`, `slug = "mine"`, 1))), ExpectError: regexp.MustCompile(`System roles cannot be changed`)},
			{Config: b.Config(config(same + "\n description = \"mine\"")), ExpectError: regexp.MustCompile(`System roles cannot be changed`)},
			{Config: b.Config(), ExpectError: regexp.MustCompile(`System roles cannot be deleted`)},
			{Config: b.Config("removed {\n  from = raff_role.test\n  lifecycle {\n    destroy = false\n  }\n}\n")},
		},
	})
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}

// A role that somebody has is not deleted, and the error names who has it.
func TestAccRole_inUse(t *testing.T) {
	b := acctest.New(t)
	c := b.Client(t)
	var grant *client.ProjectMember
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_role", getRole),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("")),
				Check: func(s *terraform.State) error {
					key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "pager"})
					if err != nil {
						return err
					}
					grant, err = c.AddProjectMember(t.Context(), b.Staging(), client.AddProjectMemberRequest{
						APIKeyID: key.ID, RoleID: s.RootModule().Resources[address].Primary.ID,
					})
					return err
				},
			},
			{Config: b.Config(), ExpectError: regexp.MustCompile(`(?s)Role is in use.*1 project member.*role of project member.*in\s+project.*create_before_destroy`)},
			{
				PreConfig: func() {
					if err := c.RemoveProjectMember(t.Context(), b.Staging(), grant.ID); err != nil {
						t.Fatal(err)
					}
				},
				Config: b.Config(),
			},
		},
	})
}

// A key without the permission gets an error that names it, and where to look.
func TestAccRole_missingPermission(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.ConfigAs(b.ProductionKey, "", config("")),
			ExpectError: regexp.MustCompile(`(?s)Unable to create role.*needs the permission account.roles.create in the\s+account.*account\s+role`),
		}},
	})
}

func TestAccRole_dataSources(t *testing.T) {
	b := acctest.New(t)
	value := func(address, name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(`
data "raff_role" "by_slug" { slug = "project-admin" }
data "raff_role" "by_name" {
  name  = "Member"
  scope = "account"
}
data "raff_role" "by_id" { id = data.raff_role.by_slug.id }
data "raff_roles" "all" {}
data "raff_roles" "account" { scope = "account" }
data "raff_permissions" "all" {}
data "raff_permissions" "account" { scope = "account" }
`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("data.raff_role.by_slug", "name", knownvalue.StringExact("Project Admin")),
					value("data.raff_role.by_slug", "is_system", knownvalue.Bool(true)),
					value("data.raff_role.by_slug", "created_at", knownvalue.Null()),
					value("data.raff_role.by_name", "permissions", permissions("account.settings.view", "account.members.view", "account.projects.view")),
					value("data.raff_role.by_id", "slug", knownvalue.StringExact("project-admin")),
					value("data.raff_roles.all", "roles", knownvalue.ListSizeExact(8)),
					value("data.raff_roles.account", "roles", knownvalue.ListSizeExact(4)),
					value("data.raff_permissions.account", "permissions", knownvalue.ListSizeExact(21)),
					value("data.raff_permissions.account", "names", knownvalue.SetSizeExact(21)),
					value("data.raff_permissions.all", "permissions", knownvalue.ListSizeExact(53)),
				},
			},
			{
				// Any key reads the permissions.
				Config: b.ConfigAs(b.ProductionKey, "", `data "raff_permissions" "project" { scope = "project" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("data.raff_permissions.project", "names", knownvalue.SetSizeExact(32)),
				},
			},
			{
				Config:      b.Config(`data "raff_role" "none" { slug = "nowhere" }`),
				ExpectError: regexp.MustCompile(`(?s)role "nowhere".*none of that\s+name`),
			},
			{
				Config:      b.Config("data \"raff_role\" \"both\" {\n  slug = \"viewer\"\n  name = \"Viewer\"\n}\n"),
				ExpectError: regexp.MustCompile(`Exactly one of these attributes must be configured`),
			},
			{Config: b.Config()},
		},
	})
}
