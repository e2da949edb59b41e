package effects

import (
	"fmt"
	"strings"
)

// The states that a VM rests in.
const (
	active  = "active"
	passive = "passive"
)

func ofVM(c Change, w World) []Effect {
	if c.ends() {
		return append(endOfVM(c), alongWithVM(c, w)...)
	}
	var all []Effect
	all = append(all, reinstall(c, w)...)
	all = append(all, stop(c)...)
	all = append(all, diskGrowth(c)...)
	return append(all, poolAddresses(c)...)
}

// reinstall is the effect of what only a rebuild can change, under a policy that does so in place.
func reinstall(c Change, w World) []Effect {
	changed := changed(c, "template_id", "ssh_keys", "password_wo_version")
	if len(changed) == 0 || c.After.Text("rebuild_policy") != "reinstall" {
		return nil
	}
	id := c.Before.Text("id")
	e := Effect{
		Kind: Reinstall, Attribute: changed[0], Short: "is reinstalled",
		Text: "It is reinstalled for the change of " + and(changed) + ": its OS disk is wiped with everything on it, its snapshots and backups are deleted, " +
			"and it serves nothing until it is set up again. Its addresses, volumes, VPC and tags stay.",
	}
	var lost []string
	for _, of := range []string{"raff_snapshot", "raff_backup"} {
		if found := w.OfVM(of, id); found.there() {
			e.Takes = append(e.Takes, found.Items...)
			lost = append(lost, list(found, "its "+Noun(of)+"s"))
		}
	}
	if len(lost) == 0 {
		return []Effect{e}
	}
	return []Effect{e, {
		Kind: DataLoss, Attribute: changed[0], Short: "loses its snapshots and backups", Beyond: true,
		Text: "Deleted with the OS disk, for good: " + strings.Join(lost, ", ") + ".",
	}}
}

// changed are those of the attributes that a change gives another value.
func changed(c Change, names ...string) []string {
	var all []string
	for _, name := range names {
		if c.changes(name) {
			all = append(all, name)
		}
	}
	return all
}

// stop is the effect of a change for which a running VM is stopped, and of a power state that keeps it stopped.
func stop(c Change) []Effect {
	status, wanted := c.Before.Text("status"), c.After.Text("power_state")
	resized := changed(c, "pricing_id", "disk_size")
	switch {
	case status == passive:
		return nil
	case len(resized) == 0 && wanted == passive && c.Before.Text("power_state") != passive:
		return []Effect{{
			Kind: Stop, Attribute: "power_state", Short: "is stopped",
			Text: `It is stopped, and stays so for as long as power_state is "passive": nothing on it answers. It exists and is paid for.`,
		}}
	case len(resized) == 0:
		return nil
	}
	what := make([]string, len(resized))
	for i, name := range resized {
		what[i] = name + from(c, name)
	}
	e := Effect{Kind: Stop, Attribute: resized[0], Short: "is stopped and started again"}
	if wanted == passive {
		e.Short = "is stopped"
		e.Text = `It is stopped for the change of ` + and(what) + `, and stays so: power_state is "passive".`
		return []Effect{e}
	}
	e.Text = "It is stopped for the change of " + and(what) + ", and started again when that is done. Nothing on it answers in between, " +
		"for as long as a shutdown, the change and a boot take, which is minutes. "
	if wanted == active {
		e.Text += `power_state = "active" has it running afterwards.`
	} else {
		e.Text += "It is brought back to the power state that it has when the apply begins."
	}
	return []Effect{e}
}

// diskGrowth is the effect of a larger OS disk, whether it is asked for or comes with the plan.
func diskGrowth(c Change) []Effect {
	before, after := c.Before.Integer("disk_size"), c.After.Integer("disk_size")
	if !c.changes("disk_size") || after <= before {
		return nil
	}
	return []Effect{{
		Kind: Final, Attribute: "disk_size", Short: "gets a larger disk for good",
		Text: fmt.Sprintf("Its OS disk grows from %d to %d GiB for good: a disk never shrinks, and a plan that includes less does not fit it any more.", before, after),
	}}
}

// families are the public addresses that a VM has of its own.
var families = []struct{ toggle, address, name string }{
	{"public_ipv4", "public_ipv4_address", "IPv4"},
	{"public_ipv6", "public_ipv6_address", "IPv6"},
}

// poolAddresses is the effect of turning off an address of the VM's own.
func poolAddresses(c Change) []Effect {
	var all []Effect
	for _, f := range families {
		address := c.Before.Text(f.address)
		if address == "" || !c.changes(f.toggle) || c.After.Bool(f.toggle) {
			continue
		}
		all = append(all, Effect{
			Kind: Address, Attribute: f.toggle, Short: "gives up " + address,
			Text: fmt.Sprintf("It gives its public %s address %s back to the pool for good: turned on again, %s brings another one. "+
				"What is known by that address, as DNS records and firewalls elsewhere, has to be changed.", f.name, address, f.toggle),
		})
	}
	return all
}

// endOfVM is what a VM is by itself, and loses in any case.
func endOfVM(c Change) []Effect {
	implied := c.Action == Delete
	all := []Effect{{
		Kind: DataLoss, Short: "loses its OS disk", Text: "Its OS disk is deleted with everything on it.", Implied: implied,
	}}
	if c.Action == Replace {
		all[0].Text = "Its OS disk is deleted with everything on it, and the new VM begins with that of its template."
		all = append(all, nameInTheWay(c)...)
		if c.Before.Text("status") != passive {
			all = append(all, Effect{Kind: Stop, Short: "is down", Text: "It is down from its deletion until the new VM is set up."})
		}
	}
	for _, f := range families {
		if address := c.Before.Text(f.address); address != "" {
			all = append(all, Effect{
				Kind: Address, Attribute: f.toggle, Short: "gives up " + address, Implied: implied,
				Text: fmt.Sprintf("Its public %s address %s goes back to the pool for good.", f.name, address),
			})
		}
	}
	return all
}

// alongWithVM is what the end of a VM takes along and what it leaves behind, whoever has created it.
func alongWithVM(c Change, w World) []Effect {
	id := c.Before.Text("id")
	var all []Effect
	add := func(kind Kind, attribute string, takes []Item, format string, values ...any) {
		all = append(all, Effect{
			Kind: kind, Attribute: attribute, Short: "takes others along", Takes: takes, Beyond: true, Text: fmt.Sprintf(format, values...),
		})
	}
	if found := w.OfVM("raff_snapshot", id); found.there() {
		add(DataLoss, "", found.Items, "Deleted with it, for good: %s.", list(found, "its snapshots"))
	}
	deleting, extra := c.Before.Text("volume_action") == "delete", c.Before.Integer("extra_storage")
	if deleting || extra > 0 {
		found := w.OfVM("raff_volume", id)
		switch {
		case !found.there():
		case deleting:
			add(DataLoss, "volume_action", found.Items,
				"Deleted with it, with their data, as volume_action = \"delete\" says, unless detached before: %s.", list(found, "the volumes that are attached to it"))
		default:
			add(Left, "extra_storage", nil, "Left behind, and paid for: %s. One volume came with the VM (extra_storage = %d) and is no resource of its own: "+
				"import it as a raff_volume, or delete it yourself.", list(found, "the volumes that are attached to it"), extra)
		}
	}
	if vpc := c.Before.Text("vpc_id"); vpc != "" && c.Before.Bool("delete_vpc") {
		add(DataLoss, "delete_vpc", []Item{{Type: "raff_vpc", ID: vpc}},
			"Deleted with it, as delete_vpc = true says, unless another VM is in it: %s.", describe("VPC", "", vpc, ""))
	}
	if found := w.OfVM("raff_backup", id); found.there() {
		add(DataLoss, "", nil, "Perhaps deleted with it, since what Raff says about the backups of a deleted VM differs: %s.", list(found, "its backups"))
	}
	return all
}
