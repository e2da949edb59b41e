package effects

import (
	"fmt"
	"slices"
)

func ofBackupSchedule(c Change, w World) []Effect {
	backups := func() Found { return w.OfVM("raff_backup", c.Before.Text("vm_id")) }
	if c.ends() {
		return leftBackups(c, backups())
	}
	before, after := c.Before.Integer("keep_count"), c.After.Integer("keep_count")
	if !c.changes("keep_count") || after >= before {
		return nil
	}
	there := backups()
	if there.Gap == "" && int64(len(there.Items)) <= after {
		return nil // there are no more than are kept
	}
	text := fmt.Sprintf("It keeps %d backups instead of %d: Raff deletes its older ones for good, at most %d, as soon as this is applied.", after, before, before-after)
	if old := older(there, int(after)); len(old.Items) > 0 {
		text += fmt.Sprintf(" The backups of the VM that are not among its newest %d, of which those of this schedule go: %s.", after, list(old, ""))
	}
	return []Effect{{Kind: DataLoss, Attribute: "keep_count", Short: "loses older backups", Text: text}}
}

// older are the backups of a VM but for the newest ones, the oldest first.
func older(found Found, newest int) Found {
	byTime := slices.Clone(found.Items)
	slices.SortStableFunc(byTime, func(a, b Item) int { return a.created().Compare(b.created()) })
	return Found{Items: byTime[:max(0, len(byTime)-newest)], Gap: found.Gap}
}

// leftBackups says that nothing deletes the backups of a schedule that is gone.
func leftBackups(c Change, backups Found) []Effect {
	if !backups.there() {
		return nil
	}
	text := "The backups that it has created stay, are paid for, and are no longer deleted by themselves."
	if len(backups.Items) > 0 {
		text += " The VM has " + list(backups, "") + "."
	}
	if c.Action == Replace {
		text += " The new schedule counts only its own."
	}
	return []Effect{{Kind: Left, Short: "leaves its backups behind", Text: text, Beyond: true}}
}
