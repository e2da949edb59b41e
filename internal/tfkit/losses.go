package tfkit

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// What goes with a VM, or stays behind.
var (
	Snapshot = Referent{
		Name: "snapshot", Type: "raff_snapshot", List: listSnapshots, IntegerIDs: true,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			return byInteger(id, func(n int64) (Item, error) {
				snapshot, err := c.ReaderIn(projectID).GetSnapshot(ctx, n)
				return one(snapshot, err, snapshotItem)
			})
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListSnapshots(ctx, client.SnapshotFilter{}), snapshotItem)
		},
	}
	Backup = Referent{
		Name: "backup", Type: "raff_backup", List: listBackups,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			backup, err := c.ReaderIn(projectID).GetBackup(ctx, id)
			return one(backup, err, backupItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListBackups(ctx, client.BackupFilter{}), backupItem)
		},
	}
)

func snapshotItem(o *client.Snapshot) Item {
	return Item{ID: IntegerID(o.ID).ValueString(), Name: o.Name, ProjectID: o.ProjectID, VM: o.VMID}
}

func backupItem(o *client.Backup) Item {
	return Item{
		ID: o.ID, Name: o.Name, ProjectID: o.ProjectID, VM: o.VMID, CreatedAt: OptionalTime(o.CreatedAt).ValueString(), Increment: o.IncrementID,
	}
}

// mostListed is how many objects of a kind a diagnostic names.
const mostListed = 10

// listedOnce is all with one try: a list that fails is not asked for again.
func (i *Inventory) listedOnce(ctx context.Context, of Referent) ([]Item, error) {
	i.mu.Lock()
	failed := i.failed[of.Type]
	i.mu.Unlock()
	if failed != nil {
		return nil, failed
	}
	items, err := i.all(ctx, of)
	if err != nil && ctx.Err() == nil {
		i.mu.Lock()
		i.failed[of.Type] = err
		i.mu.Unlock()
	}
	return items, err
}

// Predecessor returns the object that has the name of the new one and comes to an end in this run: the one
// whose place that takes. Names of the kind must be unique.
func (p *Planning) Predecessor(ctx context.Context, of Referent) (Item, bool) {
	name, changed := p.changedText(ctx, "name")
	if !p.Creating || p.base.Unconfigured() || !changed {
		return Item{}, false
	}
	item, err := p.base.Inventory.Named(ctx, of, name)
	return item, err == nil && item.ID != "" && p.base.Run.ending(ctx, of.Type, item.ID)
}

// attachedVolume is the attachment of a volume, which has the volume's id.
var attachedVolume = Referent{Type: "raff_volume_attachment"}

// IPAttachment is the attachment of a reserved address, which has the id of that.
var IPAttachment = Referent{Type: "raff_ip_attachment"}

// takeAlong notes that what the plan does to the object, as "which this plan destroys", takes another one along,
// and refuses it where that one is protected.
func (p *Planning) takeAlong(ctx context.Context, item effects.Item, done string) {
	with := p.object(ctx) + ", " + done + ","
	if p.base.Run.take(item.Type, item.ID, with) && !p.freed(ctx, item.Type, item.ID) {
		p.addTakenError(Object(effects.Noun(item.Type), item.Name, item.ID, item.ProjectID), item.Type, with)
	}
}

// refuseTaken refuses a plan that keeps a protected object which another plan of the run takes along.
func (p *Planning) refuseTaken(ctx context.Context) {
	id := p.id.ValueString()
	with := p.base.Run.takenWith(p.kind.Type, id)
	if with != "" && p.protected(ctx) && !p.freed(ctx, p.kind.Type, id) {
		p.addTakenError(p.object(ctx), p.kind.Type, with)
	}
}

// freed tells whether a volume is detached before its VM goes.
func (p *Planning) freed(ctx context.Context, resourceType, id string) bool {
	return resourceType == Volume.Type && p.Ending(ctx, attachedVolume, id)
}

func (p *Planning) addTakenError(object, resourceType, with string) {
	p.Diags.AddAttributeError(path.Root("id"), protectedSummary, fmt.Sprintf(
		"%s has deletion_protection = true, and %s would take it along.\n\nIf that is what you want:\n"+
			"  1. Set deletion_protection = false in the block of the %s, and apply. Do so without this change.\n  2. Then plan this change again.",
		object, with, resourceType))
}
