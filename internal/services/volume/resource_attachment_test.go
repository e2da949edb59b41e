package volume_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const attachment = "raff_volume_attachment.test"

// attachmentConfig attaches a volume to a VM; both are expressions.
func attachmentConfig(projectID, volume, vm string) string {
	return fmt.Sprintf(`
resource "raff_volume_attachment" "test" {
  project_id = %q
  volume_id  = %s
  vm_id      = %s
}
`, projectID, volume, vm)
}

// attached is a volume of 10 GB that is attached to a VM.
func attached(projectID, vm string) string {
	return config(projectID, "") + attachmentConfig(projectID, "raff_volume.test.id", vm)
}

// isAttached says that a volume is attached where the state says.
func isAttached(t *testing.T, b *acctest.Backend, to *client.VM) statecheck.StateCheck {
	t.Helper()
	return checkFunc(func(ctx context.Context) error {
		for volume, err := range b.Client(t).ListVolumes(ctx, client.VolumeFilter{VMID: to.ID}) {
			if err != nil || volume.Status == client.VolumeAttached {
				return err
			}
		}
		return fmt.Errorf("no volume is attached to VM %s", to.Name)
	})
}

type checkFunc func(context.Context) error

func (f checkFunc) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = f(ctx)
}

func TestAccVolumeAttachment(t *testing.T) {
	b := acctest.New(t)
	one, two := b.MakeVM(t, b.Production(), "one"), b.MakeVM(t, b.Production(), "two")
	project := b.Client(t).Project(b.Production())
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{
				Config: b.Config(attached(b.Production(), strconv.Quote(one.ID))),
				Check:  acctest.IDOf(attachment, &id),
				ConfigStateChecks: []statecheck.StateCheck{
					isAttached(t, b, one),
					statecheck.ExpectKnownValue(attachment, tfjsonpath.New("vm_id"), knownvalue.StringExact(one.ID)),
				},
			},
			{Config: b.Config(attached(b.Production(), strconv.Quote(one.ID))), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{RefreshState: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(attachment)},
			{
				// A move.
				Config:            b.Config(attached(b.Production(), strconv.Quote(two.ID))),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate), plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				ConfigStateChecks: []statecheck.StateCheck{isAttached(t, b, two)},
			},
			{
				// Somebody detaches it: that is a change of the attachment, and of nothing else.
				PreConfig: func() {
					if _, err := project.DetachVolume(t.Context(), number(t, id)); err != nil {
						t.Fatal(err)
					}
				},
				Config:            b.Config(attached(b.Production(), strconv.Quote(two.ID))),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionCreate), plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				ConfigStateChecks: []statecheck.StateCheck{isAttached(t, b, two)},
			},
			{
				// Somebody moves it: it is moved back.
				PreConfig: func() {
					if _, err := project.DetachVolume(t.Context(), number(t, id)); err != nil {
						t.Fatal(err)
					}
					if _, err := project.AttachVolume(t.Context(), number(t, id), one.ID); err != nil {
						t.Fatal(err)
					}
				},
				Config:            b.Config(attached(b.Production(), strconv.Quote(two.ID))),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{isAttached(t, b, two)},
			},
			{
				// Destroying the attachment keeps the volume.
				Config:           b.Config(config(b.Production(), "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionDestroy)),
				ConfigStateChecks: []statecheck.StateCheck{checkFunc(func(ctx context.Context) error {
					volume, err := project.GetVolume(ctx, number(t, id))
					if err == nil && volume.Status != client.VolumeAvailable {
						err = fmt.Errorf("the volume is %s", volume.Status)
					}
					return err
				})},
			},
		},
	})
	for _, e := range b.Mutations() {
		if e.HeaderProject != b.Production() {
			t.Errorf("%s carried project %q", e.Operation, e.HeaderProject)
		}
	}
}

const template = `
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}
`

func vmConfig(projectID, name, settings string) string {
	return fmt.Sprintf(template+`
resource "raff_vm" "test" {
  project_id  = %q
  name        = %q
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = [%q]
  %s
}
`, projectID, name, acctest.SSHKey, settings)
}

// Where its VM is replaced the volume is detached before the VM goes, whatever the VM would do to its volumes, and
// attached to the new one.
func TestAccVolumeAttachment_vmIsReplaced(t *testing.T) {
	b := acctest.New(t)
	var id, same string
	vm := func(extraStorage string) string {
		return vmConfig(b.Production(), "web", "rebuild_policy = \"replace\"\n volume_action = \"delete\"\n extra_storage = "+extraStorage)
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{Config: b.Config(vm("0"), attached(b.Production(), "raff_vm.test.id")), Check: acctest.IDOf(address, &id)},
			{
				Config: b.Config(vm("10"), attached(b.Production(), "raff_vm.test.id")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction("raff_vm.test", plancheck.ResourceActionReplace),
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				),
				Check: acctest.IDOf(address, &same),
			},
		},
	})
	if id != same {
		t.Errorf("the volume was replaced: %s became %s", id, same)
	}
}

// States take their time: the attachment waits for volume and VM, and everything goes in order.
func TestAccVolumeAttachment_waits(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Step: 100 * time.Millisecond}}
	})
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), "web", ""), attached(b.Production(), "raff_vm.test.id"))},
			{Config: b.Config(vmConfig(b.Production(), "web", ""), attached(b.Production(), "raff_vm.test.id")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
	for _, e := range b.Mutations() {
		if e.Status >= 400 {
			t.Errorf("%s was refused: %d", e.Operation, e.Status)
		}
	}
}

// The order of a destroy comes out right without a reference that tells it.
func TestAccVolumeAttachment_destroyWithoutReferences(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	var id string
	volume := config(b.Production(), "")
	cli := acctest.NewCLI(t, b.Config(volume))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	for found, err := range b.Client(t).ListVolumes(t.Context(), client.VolumeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		id = fmt.Sprint(found.ID)
	}
	cli.Write(t, "main.tf", cli.Read(t, "main.tf")+attachmentConfig(b.Production(), strconv.Quote(id), strconv.Quote(vm.ID)))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	if left, err := client.Collect(b.Client(t).ListVolumes(t.Context(), client.VolumeFilter{})); err != nil || len(left) > 0 {
		t.Errorf("%d volumes left, %v", len(left), err)
	}
	if !slices.ContainsFunc(b.Requests("detachVolume"), func(e refbackend.Entry) bool { return e.Status == 200 }) {
		t.Error("the volume was never detached")
	}
}

// Whatever goes wrong on the way is an error that names both, and what was begun is in the state.
func TestAccVolumeAttachment_waiterFailure(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "volume.attach", FailAt: "attached", Count: 1}}
	})
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{
				Config:      b.Config(attached(b.Production(), strconv.Quote(vm.ID))),
				ExpectError: acctest.Says("Unable to attach volume", "of volume", "to VM", `"failed"`),
			},
			{Config: b.Config()},
		},
	})
}

// An answer that was lost is settled by looking at the volume, for attaching as for detaching.
func TestAccVolumeAttachment_ambiguous(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{
			{Operation: "attachVolume", Reset: true, Commit: true, Count: 1},
			{Operation: "detachVolume", Reset: true, Commit: true, Count: 1},
		}
	})
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{{
			Config:            b.Config(attached(b.Production(), strconv.Quote(vm.ID))),
			ConfigStateChecks: []statecheck.StateCheck{isAttached(t, b, vm)},
		}},
	})
	if attach, detach := len(b.Requests("attachVolume")), len(b.Requests("detachVolume")); attach != 1 || detach != 1 {
		t.Errorf("attached %d times, detached %d times", attach, detach)
	}
}

// A volume of another VM is not taken away from it.
func TestAccVolumeAttachment_refused(t *testing.T) {
	b := acctest.New(t)
	one, two := b.MakeVM(t, b.Production(), "one"), b.MakeVM(t, b.Production(), "two")
	elsewhere := b.MakeVM(t, b.Staging(), "elsewhere")
	project := b.Client(t).Project(b.Production())
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{
				Config:      b.Config(attached(b.Production(), strconv.Quote(elsewhere.ID))),
				ExpectError: acctest.Says("The VM is in another project", `"elsewhere"`),
			},
			{
				PreConfig: func() {
					if _, err := project.AttachVolume(t.Context(), number(t, id), one.ID); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(strings.Replace(attached(b.Production(), strconv.Quote(two.ID)), "vm_id ", "timeouts = { create = \"1s\" }\n  vm_id ", 1)),
				ExpectError: acctest.Says("attached to another VM", "detach it there first"),
			},
			// What was asked for is taken as it is.
			{Config: b.Config(attached(b.Production(), strconv.Quote(one.ID)))},
		},
	})
	if n := len(b.Requests("attachVolume")); n != 1 {
		t.Errorf("the volume was attached %d times", n)
	}
	for name, test := range map[string]struct{ config, want string }{
		"a project's name":    {attachmentConfig("staging", `"1"`, strconv.Quote(one.ID)), `An id is expected.*project_id takes the id of a project, got "staging". Project "staging" has the id `},
		"no volume id":        {attachmentConfig(b.Production(), `"data"`, strconv.Quote(one.ID)), `volume_id must be a positive integer`},
		"unreachable project": {attachmentConfig(unknown, `"1"`, strconv.Quote(one.ID)), `Project cannot be reached`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(test.config), test.want)
		})
	}
}

const unknown = "00000000-0000-4000-8000-000000000000"
