package provider_test

import (
	"iter"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// rounds is how often everything is made and destroyed.
const rounds = 10

// A configuration with every resource type, in two projects, is made and destroyed time and again,
// with 30 operations at once and states that take their time. Each time it plans empty, a refresh
// finds nothing, and destroying leaves nothing behind.
func TestAccEverything_tenTimes(t *testing.T) {
	fast := clock.Scaled(300)
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Timing = refbackend.Realistic
		o.Clock = fast
	})
	before := inventory(t, b)
	cli := acctest.NewCLI(t, b.Config())
	for round := range rounds {
		cli.Write(t, "everything.tf", idleSchedules(everything(t, b, ""), fast.Now()))
		cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-parallelism=30")
		for _, args := range [][]string{
			{"plan", "-no-color", "-detailed-exitcode"},
			{"apply", "-refresh-only", "-auto-approve", "-no-color"},
			{"plan", "-no-color", "-detailed-exitcode"},
		} {
			if output, err := cli.Run(t.Context(), args...); err != nil {
				t.Fatalf("round %d: %v: %v\n%s", round, args, err, output)
			}
		}
		cli.MustRun(t, "destroy", "-auto-approve", "-no-color", "-parallelism=30")
		if after := inventory(t, b); !maps.Equal(before, after) {
			t.Fatalf("round %d left something behind: %v, was %v", round, after, before)
		}
	}
}

// idleSchedules has the backup schedules be due at the hour that is just over: for as long as possible,
// and on a slow computer too, they do not back anything up.
func idleSchedules(config string, now time.Time) string {
	hour := now.UTC().Add(-time.Hour).Format(`"15:00"`)
	return strings.NewReplacer(`"08:00"`, hour, `"13:00"`, hour).Replace(config)
}

// inventory counts what the account has, by type.
func inventory(t *testing.T, b *acctest.Backend) map[string]int {
	t.Helper()
	ctx, c := t.Context(), b.Client(t)
	return map[string]int{
		"projects":         count(t, c.ListProjects(ctx)),
		"VMs":              count(t, c.ListVMs(ctx, client.VMFilter{})),
		"VPCs":             count(t, c.ListVPCs(ctx)),
		"addresses":        count(t, c.ListIPs(ctx, client.IPFilter{})),
		"security groups":  count(t, c.ListSecurityGroups(ctx)),
		"volumes":          count(t, c.ListVolumes(ctx, client.VolumeFilter{})),
		"snapshots":        count(t, c.ListSnapshots(ctx, client.SnapshotFilter{})),
		"backups":          count(t, c.ListBackups(ctx, client.BackupFilter{})),
		"backup schedules": count(t, c.ListBackupSchedules(ctx, client.BackupScheduleFilter{})),
		"SSH keys":         count(t, c.ListSSHKeys(ctx)),
		"roles":            count(t, c.ListRoles(ctx, client.RoleFilter{})),
		"members":          count(t, c.ListMembers(ctx, client.MemberFilter{})),
		"API keys":         count(t, c.ListAPIKeys(ctx, client.APIKeyFilter{})),
		"project members": count(t, c.ListProjectMembers(ctx, b.Production(), client.MemberFilter{})) +
			count(t, c.ListProjectMembers(ctx, b.Staging(), client.MemberFilter{})),
	}
}

func count[T any](t *testing.T, list iter.Seq2[T, error]) int {
	t.Helper()
	all, err := client.Collect(list)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
