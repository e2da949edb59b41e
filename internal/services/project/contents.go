package project

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// namedObjects is how many objects of a type a diagnostic names.
const namedObjects = 3

// contents describes what lies in a project, a line per type: how many there are, and the first names. Types that the
// key may not list are left out; the API's own message counts them.
func contents(ctx context.Context, project *client.Scoped) []string {
	var lines []string
	for _, line := range []string{
		some("VM", "VMs", project.ListVMs(ctx, client.VMFilter{}), func(o *client.VM) string { return o.Name }),
		some("volume", "volumes", project.ListVolumes(ctx, client.VolumeFilter{}), func(o *client.Volume) string { return o.Name }),
		some("snapshot", "snapshots", project.ListSnapshots(ctx, client.SnapshotFilter{}), func(o *client.Snapshot) string { return o.Name }),
		some("backup", "backups", project.ListBackups(ctx, client.BackupFilter{}), func(o *client.Backup) string {
			return cmp.Or(o.Name, o.ID)
		}),
		some("backup schedule", "backup schedules", project.ListBackupSchedules(ctx, client.BackupScheduleFilter{}),
			func(o *client.BackupSchedule) string { return o.Name }),
		some("VPC", "VPCs", project.ListVPCs(ctx), func(o *client.VPC) string { return o.Name }),
		some("public IP", "public IPs", project.ListIPs(ctx, client.IPFilter{}), func(o *client.IP) string { return o.Address }),
		some("security group", "security groups", project.ListSecurityGroups(ctx), func(o *client.SecurityGroup) string { return o.Name }),
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// some describes the objects of one type; it is empty when there are none, or the key may not see them.
func some[T any](singular, plural string, objects iter.Seq2[*T, error], name func(*T) string) string {
	count := 0
	var names []string
	for object, err := range objects {
		if err != nil {
			return ""
		}
		if count++; count <= namedObjects {
			names = append(names, name(object))
		}
	}
	switch {
	case count == 0:
		return ""
	case count == 1:
		return fmt.Sprintf("1 %s: %s", singular, names[0])
	case count <= namedObjects:
		return fmt.Sprintf("%d %s: %s", count, plural, strings.Join(names, ", "))
	default:
		return fmt.Sprintf("%d %s: %s and %d more", count, plural, strings.Join(names, ", "), count-namedObjects)
	}
}
