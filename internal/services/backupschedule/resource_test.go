package backupschedule_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

const (
	address = "raff_backup_schedule.test"
	daily   = "type = \"daily\"\n time = \"8am\"\n keep_count = 7"
)

func config(projectID, vmID, settings string) string {
	return fmt.Sprintf("resource \"raff_backup_schedule\" \"test\" {\n  project_id = %q\n  vm_id = %q\n%s\n}\n", projectID, vmID, settings)
}

func getSchedule(ctx context.Context, c *client.Client, id string) error {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return err
	}
	_, err = c.GetBackupSchedule(ctx, number)
	return err
}

// idOf remembers the id of the schedule.
func idOf(id *int64) resource.TestCheckFunc {
	return func(s *terraform.State) (err error) {
		*id, err = strconv.ParseInt(s.RootModule().Resources[address].Primary.ID, 10, 64)
		return err
	}
}

func TestAccBackupSchedule(t *testing.T) {
	b := acctest.New(t)
	vm, other := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Production(), "db")
	made := len(b.Mutations())
	with := func(settings string) string { return b.Config(config(b.Production(), vm.ID, settings)) }
	updated := plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup_schedule", getSchedule),
		Steps: []resource.TestStep{
			{
				Config: with(daily),
				Check:  b.Exists(t, "raff_backup_schedule", getSchedule),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9]+$`))),
					acctest.Attribute(address, "runtime", knownvalue.StringExact("Daily at 8am")),
					acctest.Attribute(address, "time", knownvalue.StringExact("8am")),
					acctest.Attribute(address, "day_of_week", knownvalue.Null()),
					acctest.Attribute(address, "name", knownvalue.StringExact("web-daily")),
					acctest.Attribute(address, "keep_count", knownvalue.Int64Exact(7)),
				},
			},
			{Config: with(daily), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateIdFunc: acctest.ProjectAndID(address),
			},
			{ResourceName: address, ImportState: true, ImportStateId: "daily", ExpectError: acctest.Says("Invalid import id")},
			// The same time in other words.
			{Config: with("type = \"daily\"\n time = \"08:00\"\n keep_count = 7"), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config: with("type = \"weekly\"\n day_of_week = \"Saturday\"\n time = \"20:30\"\n keep_count = 3"),
				ConfigPlanChecks: acctest.Before(
					updated,
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("runtime")),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("created_at"), knownvalue.NotNull()),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "runtime", knownvalue.StringExact("Saturday 8:30pm")),
					acctest.Attribute(address, "time", knownvalue.StringExact("20:30")),
					acctest.Attribute(address, "day_of_week", knownvalue.StringExact("Saturday")),
				},
			},
			{
				Config: with("type = \"weekly\"\n day_of_week = \"Saturday\"\n time = \"8:30pm\"\n keep_count = 4"),
				ConfigPlanChecks: acctest.Before(
					updated,
					plancheck.ExpectKnownValue(address, tfjsonpath.New("runtime"), knownvalue.StringExact("Saturday 8:30pm")),
				),
			},
			{Config: with(daily), ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "day_of_week", knownvalue.Null())}},
			{
				Config:           b.Config(config(b.Production(), other.ID, daily)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	if n := len(b.Requests("updateBackupSchedule")); n != 3 {
		t.Errorf("the schedule was updated %d times", n)
	}
	for _, e := range b.Mutations()[made:] {
		if e.HeaderProject != b.Production() {
			t.Errorf("%s carried project %q", e.Operation, e.HeaderProject)
		}
	}
}

// A change made elsewhere is seen, though the API returns only a text, and taken back.
func TestAccBackupSchedule_drift(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	schedule := b.Config(config(b.Production(), vm.ID, "type = \"weekly\"\n day_of_week = \"Saturday\"\n time = \"08:00\"\n keep_count = 7"))
	project := b.Client(t).Project(b.Production())
	var id int64
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: schedule, Check: idOf(&id)},
			{
				PreConfig: func() {
					at, day := "9:15am", "Sunday"
					if _, err := project.UpdateBackupSchedule(t.Context(), id, client.UpdateBackupScheduleRequest{Time: &at, DayOfWeek: &day}); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
			},
			{
				Config: schedule,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "time", knownvalue.StringExact("08:00")),
					acctest.Attribute(address, "runtime", knownvalue.StringExact("Saturday 8am")),
				},
			},
			{
				PreConfig: func() {
					if err := project.DeleteBackupSchedule(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Backups come and go without Terraform: that is no change, and they stay when the schedule goes.
func TestAccBackupSchedule_keepsItsBackups(t *testing.T) {
	manual := clock.Manual(time.Now())
	b := acctest.New(t, func(o *refbackend.Options) { o.Clock, o.NoRateLimit = manual, true })
	vm := b.MakeVM(t, b.Production(), "web")
	schedule := b.Config(config(b.Production(), vm.ID, "type = \"daily\"\n time = \"8am\"\n keep_count = 3"))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup_schedule", getSchedule),
		Steps: []resource.TestStep{
			{Config: schedule},
			{
				PreConfig:        func() { manual.Advance(5 * 24 * time.Hour) },
				Config:           schedule,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{Config: b.Config(config(b.Production(), vm.ID, "type = \"daily\"\n time = \"8am\"\n keep_count = 2"))},
		},
	})
	backups, err := client.Collect(b.Client(t).ListBackups(t.Context(), client.BackupFilter{VMID: vm.ID}))
	if err != nil || len(backups) != 2 {
		t.Errorf("%d backups left, %v", len(backups), err)
	}
}

func TestAccBackupSchedule_badInput(t *testing.T) {
	const vm = "00000000-0000-4000-8000-000000000000"
	for name, test := range map[string]struct{ settings, want string }{
		"unknown type":       {"type = \"hourly\"\n time = \"8am\"\n keep_count = 1", `type must be`},
		"bad time":           {"type = \"daily\"\n time = \"noon\"\n keep_count = 1", `Invalid time of day.*"noon" must be a time of day in UTC like 8am`},
		"bare hour":          {"type = \"daily\"\n time = \"8\"\n keep_count = 1", `Invalid time of day`},
		"weekly, no day":     {"type = \"weekly\"\n time = \"8am\"\n keep_count = 1", `Missing day of the week.*needs day_of_week`},
		"daily with a day":   {"type = \"daily\"\n day_of_week = \"Monday\"\n time = \"8am\"\n keep_count = 1", `A daily schedule has no day`},
		"unknown day":        {"type = \"weekly\"\n day_of_week = \"Caturday\"\n time = \"8am\"\n keep_count = 1", `day_of_week must be`},
		"nothing to be kept": {"type = \"daily\"\n time = \"8am\"\n keep_count = 0", `keep_count value must be between 1 and 100`},
		"too many":           {"type = \"daily\"\n time = \"8am\"\n keep_count = 101", `keep_count value must be between 1 and 100`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(config(b.Production(), vm, test.settings)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", config(b.Staging(), vm, daily)), `Project cannot be reached`)
	})
	t.Run("not allowed", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigWith(`allowed_project_ids = ["`+vm+`"]`, config(b.Staging(), vm, daily)), `Project is not allowed`)
	})
}

func TestAccBackupSchedule_dataSources(t *testing.T) {
	b := acctest.New(t)
	web, db := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Staging(), "db")
	schedules := fmt.Sprintf(`
resource "raff_backup_schedule" "web" {
  project_id  = %q
  vm_id       = %q
  type        = "weekly"
  day_of_week = "Saturday"
  time        = "13:00"
  keep_count  = 4
}

resource "raff_backup_schedule" "db" {
  project_id = %q
  vm_id      = %q
  type       = "daily"
  time       = "8am"
  keep_count = 2
}
`, b.Production(), web.ID, b.Staging(), db.ID)
	check := func(address, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+address, tfjsonpath.New(name), value)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(schedules, fmt.Sprintf(`
data "raff_backup_schedule" "by_id" { id = raff_backup_schedule.web.id }
data "raff_backup_schedule" "by_name" {
  project_id = %[1]q
  name       = raff_backup_schedule.db.name
}
data "raff_backup_schedules" "staging" {
  project_id = %[1]q
  depends_on = [raff_backup_schedule.web, raff_backup_schedule.db]
}
data "raff_backup_schedules" "vm" {
  vm_id      = %[2]q
  depends_on = [raff_backup_schedule.web, raff_backup_schedule.db]
}
data "raff_backup_schedules" "fleet" {
  depends_on = [raff_backup_schedule.web, raff_backup_schedule.db]
}
`, b.Staging(), web.ID)),
				ConfigStateChecks: []statecheck.StateCheck{
					check("raff_backup_schedule.by_id", "time", knownvalue.StringExact("1pm")),
					check("raff_backup_schedule.by_id", "day_of_week", knownvalue.StringExact("Saturday")),
					check("raff_backup_schedule.by_name", "vm_id", knownvalue.StringExact(db.ID)),
					check("raff_backup_schedule.by_name", "day_of_week", knownvalue.Null()),
					check("raff_backup_schedules.staging", "schedules", knownvalue.ListSizeExact(1)),
					check("raff_backup_schedules.vm", "schedules", knownvalue.ListSizeExact(1)),
					check("raff_backup_schedules.fleet", "schedules", knownvalue.ListSizeExact(2)),
				},
			},
			{Config: b.Config(schedules, `data "raff_backup_schedule" "none" { id = "2147483646" }`), ExpectError: acctest.Says("Unable to read backup schedule", "404")},
			{Config: b.Config(schedules, `data "raff_backup_schedule" "none" {}`), ExpectError: acctest.Says("Exactly one of these attributes must be configured")},
			{
				Config:      b.Config(schedules, fmt.Sprintf("data \"raff_backup_schedule\" \"other\" {\n id = raff_backup_schedule.web.id\n project_id = %q\n}", b.Staging())),
				ExpectError: acctest.Says("Backup schedule is in another project"),
			},
			{Config: b.Config(schedules)},
		},
	})
}
