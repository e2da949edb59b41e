package vm_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
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
)

const (
	address  = "raff_vm.test"
	sshKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B test"
	otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM6hNgmo3eVYZ61aDYh+WMYgUZqMI4VPU5et5NX6ixEE other"
	password = "Correct-Horse-42"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// ubuntu is the template that the tests use, by its name: ids belong to the catalogue.
// notReturned is what the API does not return: an import does not know it.
var notReturned = []string{"ssh_keys", "password_wo_version", "extra_storage", "extra_storage_type"}

const ubuntu = `
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}
`

// vmConfig is a VM in a project; settings replace or add to the minimal ones.
func vmConfig(projectID, settings string) string {
	defaults := map[string]string{
		"name":        `"web"`,
		"template_id": `data.raff_template.ubuntu.id`,
		"pricing_id":  `9`,
		"ssh_keys":    fmt.Sprintf("[%q]", sshKey),
	}
	var block strings.Builder
	for _, name := range []string{"name", "template_id", "pricing_id", "ssh_keys"} {
		if !regexp.MustCompile(`(?m)^\s*` + name + `\s*=`).MatchString(settings) {
			fmt.Fprintf(&block, "  %s = %s\n", name, defaults[name])
		}
	}
	return fmt.Sprintf("%s\nresource \"raff_vm\" \"test\" {\n  project_id = %q\n%s%s\n}\n", ubuntu, projectID, block.String(), settings)
}

func getVM(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetVM(ctx, id)
	return err
}

func TestAccVM_minimal(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(vmConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check:  b.Exists(t, "raff_vm", getVM),
				ConfigPlanChecks: acctest.Before(
					// What the catalogue knows is known at plan.
					acctest.PlannedAttribute(address, "cpu", knownvalue.Int64Exact(1)),
					acctest.PlannedAttribute(address, "ram", knownvalue.Int64Exact(2)),
					acctest.PlannedAttribute(address, "disk_size", knownvalue.Int64Exact(50)),
					acctest.PlannedAttribute(address, "total_storage", knownvalue.Int64Exact(50)),
					acctest.PlannedAttribute(address, "monthly_price", knownvalue.StringExact("8.99")),
					acctest.PlannedAttribute(address, "template_name", knownvalue.StringExact("Ubuntu")),
					acctest.PlannedAttribute(address, "region", knownvalue.StringExact("us-east")),
					acctest.PlannedAttribute(address, "effective_tags", knownvalue.SetSizeExact(0)),
					acctest.PlannedAttribute(address, "private_ipv4_address", knownvalue.Null()),
					acctest.PlannedAttribute(address, "public_ipv6_address", knownvalue.Null()),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("public_ipv4_address")),
					acctest.PlannedAttribute(address, "status", knownvalue.StringExact("active")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "status", knownvalue.StringExact("active")),
					acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Production())),
					acctest.Attribute(address, "public_ipv4", knownvalue.Bool(true)),
					acctest.Attribute(address, "public_ipv4_address", knownvalue.NotNull()),
					acctest.Attribute(address, "private_ipv4_address", knownvalue.Null()),
					acctest.Attribute(address, "vpc_id", knownvalue.Null()),
					acctest.Attribute(address, "password_wo", knownvalue.Null()),
					acctest.Attribute(address, "power_state", knownvalue.Null()),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{RefreshState: true},
			{
				ResourceName:            address,
				ImportState:             true,
				ImportStateVerify:       true,
				ImportStateVerifyIgnore: notReturned,
			},
			{
				ResourceName:            address,
				ImportState:             true,
				ImportStateVerify:       true,
				ImportStateIdFunc:       acctest.ProjectAndID(address),
				ImportStateVerifyIgnore: notReturned,
			},
			{
				ResourceName:  address,
				ImportState:   true,
				ImportStateId: "a/b/c",
				ExpectError:   regexp.MustCompile(`Invalid import id`),
			},
		},
	})
	if vpcs, err := client.Collect(b.Client(t).ListVPCs(t.Context())); err != nil || len(vpcs) > 0 {
		t.Errorf("a VPC was made on the side: %v, %v", vpcs, err)
	}
}

// What the API does not return of an imported VM is recorded from the first configuration that gives it:
// nothing is sent for it, and a later change goes through without taking the keys for a change.
func TestAccVM_importRecordsWhatTheAPIDoesNotReturn(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web", func(r *client.CreateVMRequest) { r.Tags = []string{"a", "default"} })
	config := func(settings string) string {
		return b.ConfigWith(`default_tags = ["default"]`, vmConfig(b.Production(), importedSettings+settings))
	}
	created := len(b.Mutations())
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config(""), ResourceName: address, ImportState: true, ImportStateId: vm.ID, ImportStatePersist: true},
			{
				Config: config(""),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "status", knownvalue.StringExact("active")),
				),
				Check: func(*terraform.State) error {
					if sent := b.Mutations()[created:]; len(sent) > 0 {
						return fmt.Errorf("recording sent %v", sent)
					}
					return nil
				},
			},
			{Config: config(""), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config: config("\n  name = \"renamed\""),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "id", knownvalue.StringExact(vm.ID)),
				),
			},
		},
	})
}

const importedSettings = `
  tags                = ["a"]
  password_wo         = "Correct-Horse-42"
  password_wo_version = 3
  extra_storage       = 10
  extra_storage_type  = "xfs"
`

func TestAccVM_updateInPlace(t *testing.T) {
	b := acctest.New(t)
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), `tags = ["a", "b"]`)), Check: acctest.IDOf(address, &id)},
			{
				Config: b.ConfigWith(`default_tags = ["team"]`, vmConfig(b.Production(), `
					name        = "renamed"
					tags        = ["b", "c"]
					power_state = "passive"
					public_ipv6 = true`)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "effective_tags", knownvalue.SetExact([]knownvalue.Check{
						knownvalue.StringExact("b"), knownvalue.StringExact("c"), knownvalue.StringExact("team"),
					})),
					// What the change does not touch stays known.
					acctest.PlannedAttribute(address, "public_ipv4_address", knownvalue.NotNull()),
					acctest.PlannedAttribute(address, "cpu", knownvalue.Int64Exact(1)),
					acctest.PlannedAttribute(address, "created_at", knownvalue.NotNull()),
					acctest.PlannedAttribute(address, "status", knownvalue.StringExact("passive")),
				),
				Check: acctest.IDOf(address, &same),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "name", knownvalue.StringExact("renamed")),
					acctest.Attribute(address, "tags", knownvalue.SetSizeExact(2)),
					acctest.Attribute(address, "status", knownvalue.StringExact("passive")),
					acctest.Attribute(address, "public_ipv6_address", knownvalue.NotNull()),
				},
			},
			{
				// Not managed any more: the VM stays as it is.
				Config: b.Config(vmConfig(b.Production(), `name = "renamed"`)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "status", knownvalue.StringExact("passive")),
					acctest.Attribute(address, "effective_tags", knownvalue.SetSizeExact(0)),
					acctest.Attribute(address, "public_ipv6_address", knownvalue.Null()),
				},
			},
			{
				Config:            b.Config(vmConfig(b.Production(), "name = \"renamed\"\n power_state = \"active\"")),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "status", knownvalue.StringExact("active"))},
			},
		},
	})
	if id != same {
		t.Errorf("the VM was replaced: %s became %s", id, same)
	}
}

func TestAccVM_resize(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), ""))},
			{
				Config:      b.Config(vmConfig(b.Production(), `pricing_id = 10`)),
				ExpectError: regexp.MustCompile(`(?s)would have to be stopped.*allow_stopping_for_update`),
			},
			{
				Config: b.Config(vmConfig(b.Production(), "pricing_id = 10\n allow_stopping_for_update = true")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "cpu", knownvalue.Int64Exact(4)),
					acctest.PlannedAttribute(address, "ram", knownvalue.Int64Exact(8)),
					acctest.PlannedAttribute(address, "disk_size", knownvalue.Int64Exact(160)),
					acctest.PlannedAttribute(address, "monthly_price", knownvalue.StringExact("33.99")),
					acctest.PlannedAttribute(address, "status", knownvalue.StringExact("active")),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "status", knownvalue.StringExact("active"))},
			},
			{
				// To a smaller plan: the disk stays as large as it is.
				Config: b.Config(vmConfig(b.Production(), "pricing_id = 9\n allow_stopping_for_update = true")),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "storage", knownvalue.Int64Exact(50)),
					acctest.Attribute(address, "added_storage", knownvalue.Int64Exact(110)),
					acctest.Attribute(address, "disk_size", knownvalue.Int64Exact(160)),
				},
			},
			{
				Config:      b.Config(vmConfig(b.Production(), "disk_size = 60\n allow_stopping_for_update = true")),
				ExpectError: regexp.MustCompile(`(?s)Disks never shrink.*disk of 160\s+GB`),
			},
			{
				Config: b.Config(vmConfig(b.Production(), "disk_size = 170\n allow_stopping_for_update = true\n power_state = \"active\"")),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "total_storage", knownvalue.Int64Exact(170)),
					acctest.Attribute(address, "status", knownvalue.StringExact("active")),
				},
			},
			{
				// A stopped VM needs no leave, and is stopped again afterwards.
				Config: b.Config(vmConfig(b.Production(), "disk_size = 170\n power_state = \"passive\"")),
			},
			{
				Config:            b.Config(vmConfig(b.Production(), "disk_size = 180\n pricing_id = 10\n power_state = \"passive\"")),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "status", knownvalue.StringExact("passive"))},
			},
			{
				// Leaving disk_size out keeps what there is.
				Config:           b.Config(vmConfig(b.Production(), "pricing_id = 10\n power_state = \"passive\"")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}

// What the create call cannot do is done right after it.
func TestAccVM_createWithEverything(t *testing.T) {
	b := acctest.New(t)
	config := b.ConfigWith(`default_tags = ["team"]`, vmConfig(b.Production(), `
		disk_size           = 70
		power_state         = "passive"
		public_ipv6         = true
		password_wo         = "Correct-Horse-42"
		password_wo_version = 1
		tags                = ["web"]
		extra_storage       = 20
		volume_action       = "delete"
		deletion_protection = false
		timeouts            = { create = "5m", delete = "5m" }`))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "status", knownvalue.StringExact("passive")),
					acctest.Attribute(address, "total_storage", knownvalue.Int64Exact(70)),
					acctest.Attribute(address, "public_ipv6_address", knownvalue.NotNull()),
					acctest.Attribute(address, "effective_tags", knownvalue.SetSizeExact(2)),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

func TestAccVM_projectChangeReplaces(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), ""))},
			{
				Config: b.Config(vmConfig(b.Staging(), "")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Staging()))},
			},
		},
	})
}

func TestAccVM_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if err := project.DeleteVM(t.Context(), id, client.DeleteVMRequest{VolumeAction: "detach"}); err != nil {
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
func TestAccVM_unreachableProjectKeepsState(t *testing.T) {
	b := acctest.New(t)
	config := vmConfig(b.Staging(), "")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config)},
			{
				Config:      b.ConfigAs(b.ProductionKey, "", config),
				ExpectError: regexp.MustCompile(`(?s)Project cannot be reached.*kept in the\s+state`),
			},
			{Config: b.Config(config), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// Every change carries the project of its VM, a scoped list names its project, and only the list of
// the fleet goes without one.
func TestAccVM_journal(t *testing.T) {
	b := acctest.New(t)
	const scoped = `
data "raff_vms" "scoped" {
  project_id = raff_vm.test.project_id
}
`
	const fleet = `
data "raff_vms" "fleet" {
  depends_on = [raff_vm.test]
}
`
	lists := func(want map[string]bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			got := map[string]bool{}
			for _, e := range b.Requests("listVMs") {
				got[e.HeaderProject] = true
			}
			if !maps.Equal(got, want) {
				return fmt.Errorf("lists named the projects %v, want %v", got, want)
			}
			return nil
		}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			// Names are unique in the account, so whether one is taken is asked beyond the project.
			{Config: b.Config(vmConfig(b.Production(), `tags = ["a"]`), scoped), Check: lists(map[string]bool{b.Production(): true, "": true})},
			{Config: b.Config(vmConfig(b.Production(), "name = \"renamed\"\n disk_size = 60\n allow_stopping_for_update = true"), fleet)},
		},
	})
	var operations []string
	for _, e := range b.Mutations() {
		operations = append(operations, e.Operation)
		if e.HeaderProject != b.Production() || e.ObjectProject != b.Production() {
			t.Errorf("%s %s carried project %q for an object of %q", e.Method, e.Path, e.HeaderProject, e.ObjectProject)
		}
	}
	want := []string{"createVM", "renameVM", "removeVMTag", "stopVM", "resizeVMDisk", "startVM", "deleteVM"}
	if !slices.Equal(operations, want) {
		t.Errorf("got the mutations %v, want %v", operations, want)
	}
}
