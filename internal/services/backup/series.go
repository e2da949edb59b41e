package backup

import (
	"context"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// series is a backup with the other restore points that it shares its storage with.
type series struct {
	earlier []*client.Backup // that it builds on
	later   []*client.Backup // that build on it
}

// findSeries reads the VM's backups and picks those of the series that a backup is in.
func findSeries(ctx context.Context, reader client.Reader, vmID, id string) (series, error) {
	all, err := client.Collect(reader.ListBackups(ctx, client.BackupFilter{VMID: vmID}))
	if err != nil {
		return series{}, err
	}
	return seriesOf(all, id), nil
}

// seriesOf finds the series of a backup among those of its VM. The API names no series, but a VM has one at a time: a
// series lasts from a baseline to the next one.
func seriesOf(all []*client.Backup, id string) series {
	points := slices.DeleteFunc(slices.Clone(all), func(b *client.Backup) bool { return b.IncrementID == nil })
	slices.SortStableFunc(points, func(a, b *client.Backup) int { return created(a).Compare(created(b)) })
	at := slices.IndexFunc(points, func(b *client.Backup) bool { return b.ID == id })
	if at < 0 {
		return series{}
	}
	first, last := at, at+1
	for first > 0 && *points[first].IncrementID != 0 {
		first--
	}
	for last < len(points) && *points[last].IncrementID != 0 {
		last++
	}
	return series{earlier: points[first:at], later: points[at+1 : last]}
}

func created(b *client.Backup) time.Time { return tfkit.TimeOrZero(b.CreatedAt) }

// names lists backups for a diagnostic.
func names(backups []*client.Backup) []string {
	list := make([]string, 0, len(backups))
	for _, b := range backups {
		list = append(list, tfkit.Object("backup", b.Name, b.ID, ""))
	}
	return list
}
