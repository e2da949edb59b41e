package effects

import "testing"

func TestVolume(t *testing.T) {
	data := attributes{"id": "12", "name": "data", "size": num("10"), "region": "us-east", "project_id": "p"}
	check(t, "raff_volume", map[string]row{
		"grows": {
			action: Update, before: data, change: attributes{"size": num("20")}, want: []Kind{Final}, says: []string{"from 10 to 20 GiB for good", "file system"},
			title: `Volume "data" (12) grows for good`,
		},
		"protected":         {action: Update, before: data, change: attributes{"deletion_protection": true}},
		"size is not known": {action: Update, before: data, unknown: []string{"size"}},
		"destroyed":         {action: Delete, before: data, want: []Kind{DataLoss}, says: []string{"10 GiB are deleted with all data on them", "Snapshots of it stay"}},
		"replaced": {
			action: Replace, before: data, change: attributes{"name": "other"}, replaced: []string{"name"}, want: []Kind{DataLoss},
			says: []string{`because of name ("data" becomes "other")`, "the new volume is empty"}, title: `Volume "data" (12) is replaced`,
		},
	})
}

func TestSnapshot(t *testing.T) {
	before := attributes{"id": "3", "name": "before", "vm_id": "v-1", "project_id": "p"}
	check(t, "raff_snapshot", map[string]row{
		"renamed":     {action: Update, before: before, change: attributes{"name": "after"}},
		"destroyed":   {action: Delete, before: before, want: []Kind{DataLoss}, says: []string{"deleted for good", "destroy = false"}},
		"another VM":  {action: Replace, before: before, change: attributes{"vm_id": "v-2"}, replaced: []string{"vm_id"}, want: []Kind{DataLoss}, says: []string{"ignore_changes = [vm_id]"}},
		"its VM goes": {action: Replace, before: before, unknown: []string{"vm_id"}, replaced: []string{"vm_id"}, want: []Kind{DataLoss}, says: []string{"Its VM is destroyed by this plan"}},
	})
}

// chain is a series of backups, the oldest first.
func chain(names ...string) Found {
	f := items("raff_backup", names...)
	for i := range f.Items {
		at := int64(i)
		f.Items[i].Increment = &at
	}
	return f
}

func TestBackup(t *testing.T) {
	before := attributes{"id": "id-b", "name": "b", "vm_id": "v-1", "project_id": "p", "delete_series": false}
	whole := attributes{"id": "id-b", "name": "b", "vm_id": "v-1", "project_id": "p", "delete_series": true}
	ending := chain("a", "b", "c")
	ending.Items[2].Ends = true
	in := func(f Found) known { return known{ofVM: map[string]Found{"raff_backup": f}} }
	check(t, "raff_backup", map[string]row{
		"setting":   {action: Update, before: before, change: attributes{"delete_series": true}},
		"destroyed": {action: Delete, before: before, want: []Kind{DataLoss}, says: []string{"only copy", "destroy = false"}},
		"last":      {action: Delete, before: before, world: in(chain("a", "b")), want: []Kind{DataLoss}},
		"others build on it": {
			action: Delete, before: before, world: in(chain("a", "b", "c")), want: []Kind{Fails, DataLoss}, says: []string{`backup "c" (id-c)`, "delete_series = true"}, lacks: []string{`"a"`},
			title: `Backup "b" (id-b) cannot be deleted as planned`,
		},
		"others end too": {action: Delete, before: before, world: in(ending), want: []Kind{DataLoss}},
		"the series": {
			action: Delete, before: whole, world: in(chain("a", "b", "c")), want: []Kind{DataLoss, DataLoss}, says: []string{`backup "a" (id-a), backup "c" (id-c)`},
		},
		"renamed": {action: Replace, before: before, change: attributes{"name": "c"}, replaced: []string{"name"}, want: []Kind{DataLoss}, says: []string{"as it is then"}},
	})
}

func TestBackupSchedule(t *testing.T) {
	before := attributes{"id": "7", "name": "nightly", "vm_id": "v-1", "project_id": "p", "keep_count": num("4"), "time": "8am"}
	three := known{ofVM: map[string]Found{"raff_backup": items("raff_backup", "a", "b", "c")}}
	unlisted := known{ofVM: map[string]Found{"raff_backup": {Gap: "which could not be listed"}}}
	check(t, "raff_backup_schedule", map[string]row{
		"another time": {action: Update, before: before, change: attributes{"time": "9am"}},
		"keeps more":   {action: Update, before: before, change: attributes{"keep_count": num("5")}, world: three},
		"keeps fewer": {
			action: Update, before: before, change: attributes{"keep_count": num("2")}, world: three, want: []Kind{DataLoss},
			says: []string{"keeps 2 backups instead of 4", "at most 2", `backup "a" (id-a)`}, lacks: []string{`"b"`}, title: `Backup schedule "nightly" (7) loses older backups`,
		},
		"has no more":            {action: Update, before: before, change: attributes{"keep_count": num("3")}, world: three},
		"has who knows how many": {action: Update, before: before, change: attributes{"keep_count": num("2")}, world: unlisted, want: []Kind{DataLoss}},
		"destroyed":              {action: Delete, before: before, world: three, want: []Kind{Left}, says: []string{"stay", "no longer deleted", `backup "c"`}},
		"destroyed without any":  {action: Delete, before: before},
		"replaced":               {action: Replace, before: before, replaced: []string{"vm_id"}, world: three, want: []Kind{Left}, says: []string{"counts only its own"}},
	})
}
