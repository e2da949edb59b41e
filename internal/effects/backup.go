package effects

import "slices"

func ofBackup(c Change, w World) []Effect {
	if !c.ends() {
		return nil
	}
	text := "It is deleted for good: what it holds cannot be restored any more, and it may be the only copy of a VM that is gone."
	if c.Action == Replace {
		text += " The new backup is of the VM as it is then." + keepSource("vm_id")
	} else {
		text += " To keep it, have Terraform forget it with a removed block that has destroy = false: it stays in Raff."
	}
	return append([]Effect{{Kind: DataLoss, Short: "is deleted", Text: text}}, rest(c, w)...)
}

// keepSource says how what was taken of an object survives another value of the attribute that names that.
func keepSource(attribute string) string {
	return " To keep the old one, add lifecycle { ignore_changes = [" + attribute + "] } to the resource, " +
		"or have Terraform forget it first with a removed block that has destroy = false: it stays in Raff."
}

// rest is what becomes of the other restore points of the series that a backup is in.
func rest(c Change, w World) []Effect {
	id := c.Before.Text("id")
	earlier, later := series(w.OfVM("raff_backup", c.Before.Text("vm_id")).Items, id)
	if len(later) == 0 {
		return nil
	}
	if c.Before.Bool("delete_series") {
		others := slices.Concat(earlier, later)
		return []Effect{{
			Kind: DataLoss, Attribute: "delete_series", Short: "takes a series along", Takes: others, Beyond: true,
			Text: "Later restore points build on it, and delete_series is true: the whole series is deleted, which also has " + list(Found{Items: others}, "") + ".",
		}}
	}
	building := Found{Items: later}.staying()
	if !building.there() {
		return nil
	}
	return []Effect{{
		Kind: Fails, Attribute: "delete_series", Short: "cannot be deleted as planned", Beyond: true,
		Text: "Later restore points build on it: " + list(building, "") + ". Unless they are destroyed by the same plan, destroying it fails after the delete timeout. " +
			"To delete the whole series with it, set delete_series = true and apply first.",
	}}
}

// series returns the restore points that a backup builds on, and those that build on it. A VM has one series at a time,
// from a baseline to the next one.
func series(all []Item, id string) (earlier, later []Item) {
	points := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return i.Increment == nil })
	slices.SortStableFunc(points, func(a, b Item) int { return a.created().Compare(b.created()) })
	at := slices.IndexFunc(points, func(i Item) bool { return i.ID == id })
	if at < 0 {
		return nil, nil
	}
	first, last := at, at+1
	for first > 0 && *points[first].Increment != 0 {
		first--
	}
	for last < len(points) && *points[last].Increment != 0 {
		last++
	}
	return slices.Clone(points[first:at]), slices.Clone(points[at+1 : last])
}
