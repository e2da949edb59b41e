package effects

import "fmt"

func ofVolume(c Change, _ World) []Effect {
	switch before, after := c.Before.Integer("size"), c.After.Integer("size"); {
	case c.Action == Delete:
		return []Effect{{
			Kind: DataLoss, Short: "loses its data",
			Text: fmt.Sprintf("Its %d GiB are deleted with all data on them. Snapshots of it stay, and are paid for.", before),
		}}
	case c.Action == Replace:
		return []Effect{{
			Kind: DataLoss, Short: "loses its data",
			Text: fmt.Sprintf("Its %d GiB are deleted with all data on them, and the new volume is empty. Snapshots of it stay.", before),
		}}
	case c.changes("size") && after > before:
		return []Effect{{
			Kind: Final, Attribute: "size", Short: "grows for good",
			Text: fmt.Sprintf("It grows from %d to %d GiB for good: a volume never shrinks, and is paid for at its size. "+
				"The file system on it does not grow by itself.", before, after),
		}}
	}
	return nil
}
