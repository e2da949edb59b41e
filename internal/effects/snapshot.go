package effects

import "slices"

func ofSnapshot(c Change, _ World) []Effect {
	if !c.ends() {
		return nil
	}
	text := "It is deleted for good: the disk as it was then cannot be restored any more."
	switch {
	case c.Action == Delete:
		text += " To keep it, have Terraform forget it with a removed block that has destroy = false: it stays in Raff."
	case slices.Contains(c.ReplacedBy, "vm_id") && c.After.Unknown("vm_id"):
		text = "Its VM is destroyed by this plan, and Raff deletes a VM's snapshots with it: it goes for good with what it holds. Another one is taken of the next VM."
	default:
		text += " The new snapshot is of the disk as it is when it is taken."
		for _, source := range []string{"vm_id", "volume_id"} {
			if slices.Contains(c.ReplacedBy, source) {
				text += keepSource(source)
			}
		}
	}
	return []Effect{{Kind: DataLoss, Short: "is deleted", Text: text}}
}
