package volume_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const address = "raff_volume.test"

// config is a volume of 10 GB; settings replace or add to the minimal ones.
func config(projectID, settings string) string {
	var block strings.Builder
	for _, line := range []string{`name = "data"`, `size = 10`} {
		name, _, _ := strings.Cut(line, " ")
		if !regexp.MustCompile(`(?m)^\s*` + name + `\s*=`).MatchString(settings) {
			fmt.Fprintf(&block, "  %s\n", line)
		}
	}
	return fmt.Sprintf("resource \"raff_volume\" \"test\" {\n  project_id = %q\n%s%s\n}\n", projectID, block.String(), settings)
}

func getVolume(ctx context.Context, c *client.Client, id string) error {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return err
	}
	_, err = c.GetVolume(ctx, number)
	return err
}

func number(t *testing.T, id string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAccVolume(t *testing.T) {
	b := acctest.New(t)
	minimal := b.Config(config(b.Production(), ""))
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{
				Config: minimal,
				Check:  resource.ComposeTestCheckFunc(b.Exists(t, "raff_volume", getVolume), acctest.IDOf(address, &id)),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "region", knownvalue.StringExact("us-east")), // the project's default
					acctest.PlannedAttribute(address, "volume_type", knownvalue.StringExact("nvme")),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("id")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9]+$`))),
					acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Production())),
					acctest.Attribute(address, "size", knownvalue.Int64Exact(10)),
					acctest.Attribute(address, "filesystem_type", knownvalue.Null()),
					acctest.Attribute(address, "price_per_hour", knownvalue.StringExact("0.000694")),
					acctest.Attribute(address, "monthly_price", knownvalue.StringExact("0.50")),
					acctest.Attribute(address, "deletion_protection", knownvalue.Bool(false)),
					acctest.Attribute(address, "created_at", knownvalue.NotNull()),
				},
			},
			{Config: minimal, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address)},
			{ResourceName: address, ImportState: true, ImportStateId: "data", ExpectError: acctest.Says("Invalid import id", "positive integer")},
			{
				// Naming what the API has filled in, and a file system, which cannot be read back, changes nothing.
				Config: b.Config(config(b.Production(), "region = \"us-east\"\n volume_type = \"nvme\"\n filesystem_type = \"xfs\"")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "price_per_hour", knownvalue.NotNull()),
				),
			},
			{
				Config: b.Config(config(b.Production(), "size = 25\n deletion_protection = true\n timeouts = { update = \"5m\" }")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "price_per_hour", knownvalue.StringExact("0.001736")),
					acctest.PlannedAttribute(address, "monthly_price", knownvalue.StringExact("1.25")),
					acctest.PlannedAttribute(address, "id", knownvalue.NotNull()),
				),
				Check:             acctest.IDOf(address, &same),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "price_per_hour", knownvalue.StringExact("0.001736"))},
			},
			{Config: b.Config(config(b.Production(), "size = 24")), ExpectError: acctest.Says("Volumes never shrink", "has 25 GiB")},
			{
				Config:      b.Config(config(b.Production(), "name = \"other\"\n size = 25\n deletion_protection = true")),
				ExpectError: acctest.Says("Deletion is protected"),
			},
			{Config: b.Config(), ExpectError: acctest.Says("Deletion is protected")},
			{Config: b.Config(config(b.Production(), "size = 25"))},
		},
	})
	if id != same {
		t.Errorf("the volume was replaced: %s became %s", id, same)
	}
	if n := len(b.Requests("resizeVolume")); n != 1 {
		t.Errorf("the volume was resized %d times", n)
	}
	for _, e := range b.Mutations() {
		if e.HeaderProject != b.Production() {
			t.Errorf("%s carried project %q", e.Operation, e.HeaderProject)
		}
	}
}

// What cannot be changed replaces the volume, and the plan says that its data goes.
func TestAccVolume_replace(t *testing.T) {
	b := acctest.New(t)
	replaced := acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), "size = 20\n filesystem_type = \"xfs\""))},
			// The replacement may be smaller: it is another volume.
			{Config: b.Config(config(b.Production(), "name = \"other\"\n filesystem_type = \"xfs\"")), ConfigPlanChecks: replaced},
			{Config: b.Config(config(b.Production(), "name = \"other\"\n filesystem_type = \"ext4\"")), ConfigPlanChecks: replaced},
			{Config: b.Config(config(b.Production(), "name = \"other\"")), ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
			{
				Config:            b.Config(config(b.Staging(), "name = \"other\"")),
				ConfigPlanChecks:  replaced,
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Staging()))},
			},
		},
	})
}

// plugin-testing does not show warnings, so Terraform itself is asked for this one.
func TestAccVolume_renameWarns(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(config(b.Production(), "")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), `"data"`, `"other"`, 1))
	output := cli.MustRun(t, "plan", "-no-color")
	for _, want := range []string{"must be replaced", "Warning: Volume \"data\" (", "because of name (\"data\" becomes \"other\")", "with all data on them"} {
		if !strings.Contains(acctest.Flat(output), want) {
			t.Errorf("%q is missing in:\n%s", want, output)
		}
	}
}

func TestAccVolume_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).Project(b.Production()).DeleteVolume(t.Context(), number(t, id)); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Losing access to a project is no reason to forget what is in it.
func TestAccVolume_unreachableProjectKeepsState(t *testing.T) {
	b := acctest.New(t)
	volume := config(b.Staging(), "")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(volume)},
			{
				Config:      b.ConfigAs(b.ProductionKey, "", volume),
				ExpectError: acctest.Says("Project cannot be reached", "kept in the state"),
			},
			{Config: b.Config(volume), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// A volume that fails on its way is an error that names it, and stays in the state.
func TestAccVolume_waiterFailure(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "volume.create", FailAt: "available", Count: 1}}
	})
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{
				Config:      b.Config(config(b.Production(), "")),
				ExpectError: acctest.Says("Volume was created but is not ready", `"data"`, `"failed"`, "kept in the state", "tainted: the next apply destroys it"),
			},
			{
				Config:           b.Config(config(b.Production(), "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
}

// A volume whose answer was lost could be somebody else's: it is named with what imports it, and not taken.
func TestAccVolume_ambiguousCreateIsNamed(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createVolume", Reset: true, Commit: true, Count: 1}}
	})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.Config(config(b.Production(), "")),
			ExpectError: acctest.Says("Unable to create volume", `volume "data"`, "terraform import <address of the raff_volume>"),
		}},
	})
	if n := len(b.Requests("createVolume")); n != 1 {
		t.Errorf("the create was sent %d times", n)
	}
}

// A volume that is in use elsewhere is waited for until the timeout, and then the VM is named.
func TestAccVolume_inUse(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	project := b.Client(t).Project(b.Production())
	volume := b.Config(config(b.Production(), "timeouts = { delete = \"1s\" }"))
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: volume, Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if _, err := project.AttachVolume(t.Context(), number(t, id), vm.ID); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(),
				ExpectError: acctest.Says("Unable to delete volume", `still in use by VM "web"`, "detach it first"),
			},
			{
				// It still grows, and attaching it is no drift of the volume.
				Config: b.Config(config(b.Production(), "size = 20\n timeouts = { delete = \"1s\" }")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				),
			},
			{
				PreConfig: func() {
					if _, err := project.DetachVolume(t.Context(), number(t, id)); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState: true,
			},
		},
	})
}

func TestAccVolume_badInput(t *testing.T) {
	for name, test := range map[string]struct{ provider, settings, want string }{
		"empty name":          {"", `name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"long name":           {"", fmt.Sprintf("name = %q", strings.Repeat("ä", 65)), `Attribute name UTF-8 character count must be between 1 and 64`},
		"no size":             {"", `size = 0`, `Attribute size value must be at least 1`},
		"unknown file system": {"", `filesystem_type = "ntfs"`, `filesystem_type must be`},
		"not allowed":         {`allowed_project_ids = ["11111111-1111-4111-8111-111111111111"]`, "", `Project is not allowed.*allowed_project_ids`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.ConfigWith(test.provider, config(b.Production(), test.settings)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", config(b.Staging(), "")), `Project cannot be reached.*volume in project`)
	})
	for _, size := range []string{"size = 1", "size = 1001"} {
		t.Run("no volume has "+size, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(config(b.Production(), size)), `No volume has this size with raff_volume\.test, size: .*10 to 1000 GiB`)
		})
	}
}

func TestAccVolume_dataSources(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	volumes := config(b.Production(), "") + fmt.Sprintf(`
resource "raff_volume_attachment" "test" {
  project_id = %[1]q
  volume_id  = raff_volume.test.id
  vm_id      = %[2]q
}

resource "raff_volume" "twin" {
  count      = 2
  project_id = %[3]q
  name       = "twin"
  size       = 10
}
`, b.Production(), vm.ID, b.Staging())
	check := func(address, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+address, tfjsonpath.New(name), value)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(volumes, fmt.Sprintf(`
data "raff_volume" "by_id" { id = raff_volume_attachment.test.volume_id }
data "raff_volume" "by_name" {
  project_id = %[1]q
  name       = "data"
  depends_on = [raff_volume_attachment.test]
}
data "raff_volumes" "production" {
  project_id = %[1]q
  depends_on = [raff_volume_attachment.test, raff_volume.twin]
}
data "raff_volumes" "fleet" {
  region     = "us-east"
  depends_on = [raff_volume_attachment.test, raff_volume.twin]
}
data "raff_volumes" "vm" {
  vm_id      = raff_volume_attachment.test.vm_id
  depends_on = [raff_volume.twin]
}
`, b.Production())),
				ConfigStateChecks: []statecheck.StateCheck{
					check("raff_volume.by_id", "name", knownvalue.StringExact("data")),
					check("raff_volume.by_id", "status", knownvalue.StringExact("attached")),
					check("raff_volume.by_name", "vm_id", knownvalue.StringExact(vm.ID)),
					check("raff_volumes.production", "volumes", knownvalue.ListSizeExact(1)),
					check("raff_volumes.fleet", "volumes", knownvalue.ListSizeExact(3)),
					check("raff_volumes.vm", "volumes", knownvalue.ListSizeExact(1)),
				},
			},
			{
				Config:      b.Config(volumes, fmt.Sprintf("data \"raff_volume\" \"twin\" {\n project_id = %q\n name = \"twin\"\n}", b.Staging())),
				ExpectError: acctest.Says("name is not unique, choose one by its id"),
			},
			{
				Config:      b.Config(volumes, fmt.Sprintf("data \"raff_volume\" \"other\" {\n project_id = %q\n id = raff_volume.test.id\n}", b.Staging())),
				ExpectError: acctest.Says("Volume is in another project"),
			},
			{Config: b.Config(volumes, `data "raff_volume" "none" { id = "2147483646" }`), ExpectError: acctest.Says("Unable to read volume", "404")},
			{Config: b.Config(volumes, `data "raff_volume" "none" { id = "data" }`), ExpectError: acctest.Says("An id is expected", `Volume "data" has the id`)},
			{Config: b.Config(volumes, `data "raff_volume" "none" {}`), ExpectError: acctest.Says("Exactly one of these attributes must be configured")},
			{Config: b.Config(volumes)},
		},
	})
	for _, e := range b.Requests("listVolumes") {
		if e.HeaderProject != "" && e.HeaderProject != b.Production() && e.HeaderProject != b.Staging() {
			t.Errorf("a list named project %q", e.HeaderProject)
		}
	}
}
