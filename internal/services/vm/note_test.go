package vm_test

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
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const note = "raff_vm_note.test"

func noteConfig(projectID, vmID, settings string) string {
	return fmt.Sprintf("resource \"raff_vm_note\" \"test\" {\n project_id = %q\n vm_id = %q\n %s\n}\n", projectID, vmID, settings)
}

func TestAccVMNote(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	config := func(settings string) string { return b.Config(noteConfig(b.Production(), vm.ID, settings)) }
	content := func() string {
		notes, err := b.Client(t).GetVMNotes(t.Context(), vm.ID, client.NoteAccount)
		if err != nil || notes.Account == nil {
			t.Fatalf("got %v, %v", notes, err)
		}
		return notes.Account.Content
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: func(*terraform.State) error {
			if got := content(); got != "" {
				return fmt.Errorf("the note still says %q", got)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{Config: config(`content = "owned by payments"`)},
			{Config: config(`content = "owned by payments"`), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: note, ImportState: true, ImportStateVerify: true},
			{ResourceName: note, ImportState: true, ImportStateVerify: true, ImportStateId: b.Production() + "/" + vm.ID + ":account"},
			{ResourceName: note, ImportState: true, ImportStateId: vm.ID, ExpectError: regexp.MustCompile(`(?s)Invalid import id.*<vm_id>:<type>`)},
			{
				Config: config("content = \"two\\nlines\""),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(note, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(note, tfjsonpath.New("created_at"), knownvalue.NotNull()),
				),
			},
			{
				// Emptied behind Terraform's back: it is written anew.
				PreConfig: func() {
					if _, err := b.Client(t).Project(b.Production()).PutVMNote(t.Context(), vm.ID, client.NoteAccount, ""); err != nil {
						t.Fatal(err)
					}
				},
				Config:           config("content = \"two\\nlines\""),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(note, plancheck.ResourceActionCreate)),
			},
			{
				Config:           config("content = \"mine\"\n type = \"personal\""),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(note, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	for _, e := range b.Requests("upsertVMNote") {
		if e.HeaderProject != b.Production() {
			t.Errorf("%s %s carried project %q", e.Method, e.Path, e.HeaderProject)
		}
	}
}

// What a colleague wrote is not overwritten.
func TestAccVMNote_keepsWhatIsThere(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	if _, err := b.Client(t).Project(b.Production()).PutVMNote(t.Context(), vm.ID, client.NoteAccount, "do not touch"); err != nil {
		t.Fatal(err)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:      b.Config(noteConfig(b.Production(), vm.ID, `content = "mine"`)),
				ExpectError: regexp.MustCompile(`(?s)Unable to create note.*would\s+be\s+lost`),
			},
			{
				Config:             b.Config(noteConfig(b.Production(), vm.ID, `content = "do not touch"`)),
				ResourceName:       note,
				ImportState:        true,
				ImportStateId:      vm.ID + ":account",
				ImportStatePersist: true,
			},
			{
				Config:           b.Config(noteConfig(b.Production(), vm.ID, `content = "do not touch"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}

func TestAccVMNote_disappearsWithItsVM(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(noteConfig(b.Production(), vm.ID, `content = "short"`))},
			{
				PreConfig: func() {
					err := b.Client(t).Project(b.Production()).DeleteVM(context.Background(), vm.ID, client.DeleteVMRequest{VolumeAction: "detach"})
					if err != nil && !errors.Is(err, client.ErrNotFound) {
						t.Fatal(err)
					}
				},
				Config:      b.Config(noteConfig(b.Production(), vm.ID, `content = "short"`)),
				ExpectError: acctest.Says("Unknown VM"), // the note is gone, and cannot be written anew
			},
			{Config: b.Config()},
		},
	})
}

func TestAccVMNote_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"empty":    {`content = ""`, `Attribute content string length must be at least 1`},
		"odd type": {"content = \"x\"\n type = \"secret\"", `type must be`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(noteConfig(b.Production(), "11111111-1111-4111-8111-111111111111", test.settings)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", noteConfig(b.Staging(), "11111111-1111-4111-8111-111111111111", `content = "x"`)), `Project cannot be reached`)
	})
}

func TestAccVMNetworks_dataSource(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(fmt.Sprintf(`
data "raff_vm_networks" "all" { vm_id = %[1]q }
data "raff_vm_networks" "private" {
  vm_id      = %[1]q
  project_id = %[2]q
  type       = "vpc"
}
`, vm.ID, b.Production())),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.raff_vm_networks.private", tfjsonpath.New("networks"), knownvalue.ListSizeExact(0)),
				statecheck.ExpectKnownValue("data.raff_vm_networks.all", tfjsonpath.New("networks"), knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"type": knownvalue.StringExact("public"),
						"ip":   knownvalue.StringExact(vm.PublicIPv4Address),
						"mac":  knownvalue.NotNull(),
					}),
				})),
			},
		}},
	})
}

// Whether a note was emptied is settled by looking, and what was not done is done.
func TestAccVMNote_ambiguousDestroy(t *testing.T) {
	for name, fault := range map[string]refbackend.Fault{
		"done":             {Reset: true, Commit: true, Count: 1},
		"not done":         {Reset: true, Count: 1},
		"done, a bad page": {HTML: true, Commit: true, Count: 1},
		"not done, twice":  {HTML: true, Count: 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			vm := b.MakeVM(t, b.Production(), "web")
			fault.Operation = "updateVMNote"
			b.AddFault(fault)
			b.Test(t, resource.TestCase{
				Steps: []resource.TestStep{
					{Config: b.Config(noteConfig(b.Production(), vm.ID, `content = "owned by payments"`))},
					{Config: b.Config()},
				},
			})
			notes, err := b.Client(t).GetVMNotes(t.Context(), vm.ID, client.NoteAccount)
			if err != nil || notes.Account == nil || notes.Account.Content != "" {
				t.Errorf("got %+v, %v", notes, err)
			}
		})
	}
}
