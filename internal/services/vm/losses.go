package vm

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// losses are what the state of a VM says of that which goes with it, or stays behind.
type losses struct {
	ID, Name, Object string
	DeleteVolumes    bool
	ExtraStorage     int64
	VPC              string // that is deleted; empty for none
}

func lossesOf(m *resourceModel) losses {
	l := losses{
		ID: m.ID.ValueString(), Name: m.Name.ValueString(), Object: m.Object(),
		DeleteVolumes: m.VolumeAction.ValueString() == client.VolumeActionDelete, ExtraStorage: m.ExtraStorage.ValueInt64(),
	}
	if m.DeleteVPC.ValueBool() {
		l.VPC = m.VPCID.ValueString()
	}
	return l
}

// warnOfReplaced is warnOfLosses where a plan that makes a VM is all that Terraform asks for, as of a tainted one:
// the VM that goes is known by its name, which is unique, and its settings are taken for those of the next one.
func warnOfReplaced(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	if gone, ok := stage.Predecessor(ctx, tfkit.VM); ok {
		l := lossesOf(plan)
		l.ID, l.Object = gone.ID, tfkit.Object("VM", gone.Name, gone.ID, gone.ProjectID)
		warnOfLosses(ctx, stage, l)
	}
}

// warnOfLosses says in the plan what the end of a VM takes along, and what it leaves behind, whoever has made it.
// The summary names the VM: Terraform shows one of several warnings with the same.
func warnOfLosses(ctx context.Context, stage *tfkit.Planning, l losses) {
	const done = "which this plan destroys"
	var text []string
	add := func(format string, values ...any) { text = append(text, fmt.Sprintf(format, values...)) }

	if snapshots, unlisted := stage.OfVM(ctx, tfkit.Snapshot, l.ID); len(snapshots) > 0 || unlisted != nil {
		stage.TakeAlong(ctx, tfkit.Snapshot, snapshots, done)
		add("Deleted with it, for good: %s.", named(tfkit.Snapshot, snapshots, unlisted, "its snapshots"))
	}
	if l.DeleteVolumes || l.ExtraStorage > 0 {
		volumes, unlisted := stage.OfVM(ctx, tfkit.Volume, l.ID)
		switch {
		case len(volumes) == 0 && unlisted == nil:
		case l.DeleteVolumes:
			stage.TakeAlong(ctx, tfkit.Volume, volumes, done)
			add("Deleted with it, with their data, as volume_action = \"delete\" says, unless detached before: %s.", named(tfkit.Volume, volumes, unlisted, "the volumes that are attached to it"))
		default:
			add("Left behind, and paid for: %s. One volume came with the VM (extra_storage = %d) and is no resource of its own: "+
				"import it as a raff_volume, or delete it yourself.", named(tfkit.Volume, volumes, unlisted, "the volumes that are attached to it"), l.ExtraStorage)
		}
	}
	if l.VPC != "" {
		stage.TakeAlong(ctx, tfkit.VPC, []tfkit.Item{{ID: l.VPC}}, done)
		add("Deleted with it, as delete_vpc = true says, unless another VM is in it: %s.", tfkit.Object("VPC", "", l.VPC, ""))
	}
	if backups, unlisted := stage.OfVM(ctx, tfkit.Backup, l.ID); len(backups) > 0 || unlisted != nil {
		add("Perhaps deleted with it, since what Raff says about the backups of a deleted VM differs: %s.", named(tfkit.Backup, backups, unlisted, "its backups"))
	}
	if len(text) > 0 && !stage.Diags.HasError() {
		stage.Diags.AddWarning(fmt.Sprintf("More than VM %q is affected", l.Name),
			l.Object+" is destroyed by this plan.\n  - "+strings.Join(text, "\n  - "))
	}
}

// named names what was found, or says that it could not be listed.
func named(of tfkit.Referent, found []tfkit.Item, unlisted error, what string) string {
	if unlisted != nil {
		return fmt.Sprintf("%s, which could not be listed (%s)", what, unlisted)
	}
	return tfkit.NameItems(of, found)
}

// warnOfReinstall says in the plan what a reinstall deletes.
func (p *planner) warnOfReinstall(ctx context.Context, attributes []string) {
	const done = "which this plan reinstalls"
	text := fmt.Sprintf("Applying this plan reinstalls %s for the change of %s: the OS disk is wiped, and its snapshots and backups are deleted. "+
		"Addresses, volumes, VPC and tags stay.", p.object(), strings.Join(attributes, ", "))
	for _, of := range []tfkit.Referent{tfkit.Snapshot, tfkit.Backup} {
		found, unlisted := p.stage.OfVM(ctx, of, p.state.ID.ValueString())
		p.stage.TakeAlong(ctx, of, found, done)
		if len(found) > 0 || unlisted != nil {
			text += "\n  - Deleted: " + named(of, found, unlisted, "its "+of.Name+"s") + "."
		}
	}
	p.diags.AddAttributeWarning(path.Root(attributes[0]), "The VM is reinstalled", text)
}
