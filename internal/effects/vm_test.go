package effects

import "testing"

// web is a VM as a plan has it.
func web(more attributes) attributes {
	all := attributes{
		"id": "v-1", "name": "web", "project_id": "p", "status": "active", "pricing_id": num("9"), "disk_size": num("50"), "template_id": "t-1",
		"ssh_keys": []any{"k-1"}, "password_wo_version": num("0"), "rebuild_policy": "error", "public_ipv4": true, "public_ipv4_address": "203.0.113.7",
		"volume_action": "detach", "delete_vpc": false, "extra_storage": num("0"), "tags": []any{"a"},
	}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func TestVM_inPlace(t *testing.T) {
	burdened := known{ofVM: map[string]Found{"raff_snapshot": items("raff_snapshot", "s"), "raff_backup": items("raff_backup", "b")}}
	check(t, "raff_vm", map[string]row{
		"tags":        {action: Update, before: web(nil), change: attributes{"tags": []any{"b"}}, title: `VM "web"`},
		"not known":   {action: Update, before: web(nil), unknown: []string{"pricing_id", "template_id", "power_state", "public_ipv4"}},
		"first value": {action: Update, before: web(attributes{"ssh_keys": nil, "rebuild_policy": "reinstall"}), change: attributes{"ssh_keys": []any{"k"}}},
		"resized": {
			action: Update, before: web(nil), change: attributes{"pricing_id": num("10")}, want: []Kind{Stop},
			says: []string{"stopped for the change of pricing_id (9 becomes 10)", "minutes", "brought back to the power state"}, title: `VM "web" is stopped and started again`,
		},
		"resized with its disk": {
			action: Update, before: web(attributes{"power_state": "active"}), change: attributes{"pricing_id": num("10"), "disk_size": num("80")},
			want: []Kind{Stop, Final}, says: []string{"from 50 to 80 GiB for good", `power_state = "active" has it running afterwards`},
		},
		"resized and stopped": {
			action: Update, before: web(nil), change: attributes{"pricing_id": num("10"), "power_state": "passive"}, want: []Kind{Stop},
			says: []string{"and stays so"}, lacks: []string{"started again"}, title: `VM "web" is stopped`,
		},
		"resized at rest": {action: Update, before: web(attributes{"status": "passive"}), change: attributes{"disk_size": num("80")}, want: []Kind{Final}},
		"stopped": {
			action: Update, before: web(attributes{"power_state": "active"}), change: attributes{"power_state": "passive"}, want: []Kind{Stop}, title: `VM "web" is stopped`,
		},
		"started": {action: Update, before: web(attributes{"status": "passive", "power_state": "passive"}), change: attributes{"power_state": "active"}},
		"address off": {
			action: Update, before: web(nil), change: attributes{"public_ipv4": false}, want: []Kind{Address},
			says: []string{"203.0.113.7 back to the pool for good"}, title: `VM "web" gives up 203.0.113.7`,
		},
		"reinstalled": {
			action: Update, before: web(nil), change: attributes{"template_id": "t-2", "rebuild_policy": "reinstall"}, want: []Kind{Reinstall},
			says: []string{"for the change of template_id", "OS disk is wiped", "Its addresses, volumes, VPC and tags stay"}, title: `VM "web" is reinstalled`,
		},
		"reinstalled with losses": {
			action: Update, before: web(attributes{"rebuild_policy": "reinstall"}), change: attributes{"password_wo_version": num("1"), "ssh_keys": []any{"k-2"}}, world: burdened,
			want: []Kind{Reinstall, DataLoss}, says: []string{"ssh_keys and password_wo_version", `snapshot "s" (id-s), backup "b" (id-b)`},
		},
	})
}

func TestVM_end(t *testing.T) {
	burdened := known{ofVM: map[string]Found{
		"raff_snapshot": items("raff_snapshot", "s"), "raff_backup": items("raff_backup", "b"), "raff_volume": items("raff_volume", "d"),
	}}
	check(t, "raff_vm", map[string]row{
		"destroyed": {action: Delete, before: web(nil), want: []Kind{DataLoss, Address}, title: `VM "web" is destroyed`},
		"destroyed with others": {
			action: Delete, before: web(nil), world: burdened, want: []Kind{DataLoss, DataLoss, DataLoss, Address},
			says: []string{"Deleted with it, for good: snapshot \"s\"", "Perhaps deleted with it", `backup "b"`}, lacks: []string{"volume"},
		},
		"destroyed with its volumes and VPC": {
			action: Delete, before: web(attributes{"volume_action": "delete", "delete_vpc": true, "vpc_id": "n"}),
			world: known{ofVM: map[string]Found{"raff_volume": items("raff_volume", "d")}},
			want:  []Kind{DataLoss, DataLoss, DataLoss, Address}, says: []string{`volume_action = "delete" says`, `volume "d"`, "VPC (n)", "delete_vpc = true"},
		},
		"extra storage stays": {
			action: Delete, before: web(attributes{"extra_storage": num("20")}), world: known{ofVM: map[string]Found{"raff_volume": items("raff_volume", "d")}},
			want: []Kind{DataLoss, Address, Left}, says: []string{"Left behind, and paid for", "extra_storage = 20"},
		},
		"replaced by a typo": {
			action: Replace, before: web(attributes{"region": "us-east"}), change: attributes{"region": "us-eats"}, replaced: []string{"region"},
			want: []Kind{DataLoss, Address, Stop}, says: []string{`because of region ("us-east" becomes "us-eats")`, "begins with that of its template", "down from its deletion"},
			title: `VM "web" is replaced`,
		},
		"replaced at rest": {action: Replace, before: web(attributes{"status": "passive", "public_ipv4_address": nil}), want: []Kind{DataLoss}},
		"created first under its name": {
			action: Replace, before: web(nil), order: CreateFirst, want: []Kind{Fails, DataLoss, Address, Stop}, says: []string{`the name "web", which is unique`},
			title: `VM "web" cannot be replaced as planned`,
		},
		"created first under another": {
			action: Replace, before: web(nil), change: attributes{"name": "web-2"}, order: CreateFirst, want: []Kind{DataLoss, Address, Stop},
		},
	})
}

// What the end of a VM means by itself is no reason for a warning; what goes with it is, and is refused where it is protected.
func TestVM_implied(t *testing.T) {
	c := row{action: Delete, before: web(nil)}.of("raff_vm")
	for _, e := range Of(c, known{}) {
		if !e.Implied || e.Beyond {
			t.Errorf("%+v", e)
		}
	}
	for _, e := range Of(c, known{ofVM: map[string]Found{"raff_snapshot": items("raff_snapshot", "s")}}) {
		if e.Beyond && (e.Implied || len(e.Takes) != 1) {
			t.Errorf("%+v", e)
		}
	}
}
