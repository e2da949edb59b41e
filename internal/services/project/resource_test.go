package project_test

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

const address = "raff_project.test"

func TestMain(m *testing.M) { acctest.Main(m) }

func config(settings string) string {
	return fmt.Sprintf("resource \"raff_project\" \"test\" {\n%s\n}\n", settings)
}

func getProject(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetProject(ctx, id)
	return err
}

func TestAccProject(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_project", getProject),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config(`name = "Payments EU"`)),
				Check:  b.Exists(t, "raff_project", getProject),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "slug", knownvalue.StringExact("payments-eu")),
					acctest.Attribute(address, "description", knownvalue.StringExact("")),
					acctest.Attribute(address, "default_region", knownvalue.StringExact("us-east")),
					acctest.Attribute(address, "is_default", knownvalue.Bool(false)),
				},
			},
			{Config: b.Config(config(`name = "Payments EU"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				Config: b.Config(config("name = \"Renamed\"\n description = \"What it is for\"\n default_region = \"us-east\"")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("slug"), knownvalue.StringExact("payments-eu")),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "description", knownvalue.StringExact("What it is for"))},
			},
			{
				// A description that is left out is cleared.
				Config:            b.Config(config(`name = "Renamed"`)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "description", knownvalue.StringExact(""))},
			},
			{
				// Protection is Terraform's own: nothing is sent.
				Config:           b.Config(config("name = \"Renamed\"\n deletion_protection = true")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			},
			{Config: b.Config(), ExpectError: regexp.MustCompile(`Deletion is protected`)},
			{Config: b.Config(config(`name = "Renamed"`))},
		},
	})
	if n := len(b.Requests("updateProject")); n != 2 {
		t.Errorf("the project was updated %d times, want 2", n)
	}
	for _, e := range b.Mutations() {
		if e.HeaderProject != "" {
			t.Errorf("%s %s carried a project", e.Method, e.Path)
		}
	}
}

// An import changes nothing that the configuration leaves out. What was given once and is left out again is taken back.
func TestAccProject_import(t *testing.T) {
	b := acctest.New(t)
	made, err := b.Client(t).CreateProject(t.Context(), client.CreateProjectRequest{Name: "made", Description: "by hand"})
	if err != nil {
		t.Fatal(err)
	}
	description := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{acctest.Attribute(address, "description", knownvalue.StringExact(want))}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(`name = "made"`)), ResourceName: address, ImportState: true, ImportStateId: made.ID, ImportStatePersist: true},
			{Config: b.Config(config(`name = "made"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(config(`name = "renamed"`)), ConfigStateChecks: description("by hand")},
			{Config: b.Config(config("name = \"renamed\"\n description = \"by Terraform\"")), ConfigStateChecks: description("by Terraform")},
			{Config: b.Config(config(`name = "renamed"`)), ConfigStateChecks: description("")},
		},
	})
}

// A taken name may be given free in the same run, so that the plan only tells who has it.
func TestAccProject_takenName(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(config(`name = "staging"`)))
	output := acctest.Flat(cli.MustRun(t, "plan", "-no-color"))
	want := fmt.Sprintf(`The name is taken.*project "staging" \(%[1]s\) has this name.*terraform import <address of the raff_project> %[1]s`, b.Staging())
	if !regexp.MustCompile(want).MatchString(output) {
		t.Errorf("expected a match of %q: %s", want, output)
	}
}

func TestAccProject_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(config(`name = "gone"`)),
				Check:  acctest.IDOf(address, &id),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).DeleteProject(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Another configuration may have created the same project at once: it is named, and not taken.
func TestAccProject_ambiguousCreateIsNamed(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createProject", Truncate: true, Count: 1}}
	})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(config(`name = "once"`)), ExpectError: acctest.Says("may have created one of these", "terraform import <address of the raff_project>"),
		}},
	})
	if n := len(b.Requests("createProject")); n != 1 {
		t.Errorf("the create was sent %d times", n)
	}
}

func TestAccProject_defaultIsNeverDeleted(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:             b.Config(config(`name = "default"`)),
				ResourceName:       address,
				ImportState:        true,
				ImportStateId:      b.Projects["default"],
				ImportStatePersist: true,
			},
			{Config: b.Config(config(`name = "default"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(), ExpectError: regexp.MustCompile(`The default project cannot be deleted`)},
			{Config: b.Config(`
removed {
  from = raff_project.test
  lifecycle {
    destroy = false
  }
}
`)},
		},
	})
}

// A project that is not empty says what is left in it.
func TestAccProject_notEmpty(t *testing.T) {
	b := acctest.New(t)
	c := b.Client(t)
	var project *client.Scoped
	var vpcs []string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_project", getProject),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config(`name = "full"`)),
				Check: func(s *terraform.State) error {
					project = c.Project(s.RootModule().Resources[address].Primary.ID)
					for i := range 4 {
						vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: fmt.Sprintf("net-%d", i), CIDR: fmt.Sprintf("10.%d.0.0/24", i)})
						if err != nil {
							return err
						}
						vpcs = append(vpcs, vpc.ID)
					}
					_, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "data", Size: 10, VolumeType: "nvme", Region: "us-east"})
					return err
				},
			},
			{
				Config:      b.Config(),
				ExpectError: regexp.MustCompile(`(?s)Project is not empty.*4 VPCs.*1 volume: data.*4 VPCs: net-0, net-1, net-2 and 1 more`),
			},
			{
				PreConfig: func() {
					for _, id := range vpcs {
						if err := project.DeleteVPC(t.Context(), id); err != nil {
							t.Fatal(err)
						}
					}
					for volume, err := range project.ListVolumes(t.Context(), client.VolumeFilter{}) {
						if err == nil {
							err = project.DeleteVolume(t.Context(), volume.ID)
						}
						if err != nil {
							t.Fatal(err)
						}
					}
				},
				Config: b.Config(),
			},
		},
	})
}

func TestAccProject_badInput(t *testing.T) {
	for name, test := range map[string]struct{ provider, settings, want string }{
		"empty name":     {"", `name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"long name":      {"", fmt.Sprintf("name = %q", strings.Repeat("ä", 65)), `Attribute name UTF-8 character count must be between 1 and 64`},
		"unknown region": {"", "name = \"new\"\n default_region = \"us-eats\"", `Unknown region.*"us-eats".*us-east`},
		"not allowed": {
			`allowed_project_ids = ["11111111-1111-4111-8111-111111111111"]`, `name = "new"`, `Project is not allowed.*allowed_project_ids`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.ConfigWith(test.provider, config(test.settings)), test.want)
		})
	}
}

func TestAccProject_dataSources(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(fmt.Sprintf(`
data "raff_project" "by_name" { name = "production" }
data "raff_project" "by_id" { id = %q }
data "raff_projects" "all" {}
`, b.Staging())),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.raff_project.by_name", tfjsonpath.New("id"), knownvalue.StringExact(b.Production())),
					statecheck.ExpectKnownValue("data.raff_project.by_id", tfjsonpath.New("name"), knownvalue.StringExact("staging")),
					statecheck.ExpectKnownValue("data.raff_projects.all", tfjsonpath.New("projects"), knownvalue.ListSizeExact(3)),
				},
			},
			{
				// Another key sees only its own.
				Config: b.ConfigAs(b.ProductionKey, "", `data "raff_projects" "all" {}`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.raff_projects.all", tfjsonpath.New("projects"), knownvalue.ListSizeExact(1)),
				},
			},
			{
				Config:      b.Config(`data "raff_project" "none" { name = "nowhere" }`),
				ExpectError: regexp.MustCompile(`(?s)project "nowhere".*none of that\s+name`),
			},
			{
				Config:      b.Config(`data "raff_project" "both" {}`),
				ExpectError: regexp.MustCompile(`Exactly one of these attributes must be configured`),
			},
			{Config: b.Config()},
		},
	})
}
