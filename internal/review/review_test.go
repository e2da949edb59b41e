package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type object = map[string]any

// planJSON is a plan with changes, and with more where that is given.
func planJSON(t testing.TB, changes []object, more ...object) []byte {
	t.Helper()
	p := object{"format_version": "1.2", "planned_values": object{"root_module": object{}}, "resource_changes": changes}
	for _, one := range more {
		for name, value := range one {
			p[name] = value
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// changed is a change of a resource; more are fields of it, or of its "change".
func changed(address string, actions []string, before, after any, more ...object) object {
	parts := strings.Split(address[max(0, strings.LastIndex(address, "raff_"), strings.LastIndex(address, "terraform_data.")):], ".")
	change := object{"actions": actions, "before": before, "after": after, "after_unknown": object{}, "before_sensitive": object{}, "after_sensitive": object{}}
	name, _, _ := strings.Cut(parts[1], "[")
	c := object{"address": address, "mode": "managed", "type": parts[0], "name": name, "change": change}
	for _, one := range more {
		for field, value := range one {
			switch field {
			case "after_unknown", "before_sensitive", "after_sensitive", "replace_paths", "importing":
				change[field] = value
			default:
				c[field] = value
			}
		}
	}
	return c
}

// inState is a state with resources of type and name, each with values.
func inState(resources ...object) object {
	return object{"prior_state": object{"values": object{"root_module": object{"resources": resources}}}}
}

func resourceOf(address string, values object) object {
	kind, name, _ := strings.Cut(address, ".")
	return object{"address": address, "mode": "managed", "type": kind, "name": name, "values": values}
}

// reviewed is what Run writes about a plan, with its exit code and what it says on the standard error.
func reviewed(t testing.TB, plan []byte, args ...string) (comment, said string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(append(args, "-"), bytes.NewReader(plan), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

// expect looks for texts in a review, and for texts that must not be in it after "!".
func expect(t *testing.T, plan []byte, want ...string) {
	t.Helper()
	comment, said, code := reviewed(t, plan)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, said)
	}
	for _, w := range want {
		if unwanted, not := strings.CutPrefix(w, "!"); not {
			if strings.Contains(comment, unwanted) {
				t.Errorf("%q is in\n%s", unwanted, comment)
			}
		} else if !strings.Contains(comment, w) {
			t.Errorf("%q is not in\n%s", w, comment)
		}
	}
}

var (
	vm      = object{"id": "v1", "name": "web", "project_id": "p", "status": "active", "monthly_price": "8.99"}
	created = []string{"create"}
	updated = []string{"update"}
	deleted = []string{"delete"}
	anew    = []string{"delete", "create"}
	same    = []string{"no-op"}
)

func with(o, more object) object {
	all := object{}
	for _, one := range []object{o, more} {
		for name, value := range one {
			all[name] = value
		}
	}
	return all
}

func TestReview_whatHappens(t *testing.T) {
	t.Parallel()

	taken := object{"action_reason": "delete_because_each_key"}
	tests := map[string]struct {
		plan []byte
		want []string
	}{
		"nothing": {planJSON(t, []object{changed("raff_vm.web", same, vm, vm)}), []string{"**No changes.**", "!Cost", "!raff_vm"}},
		"outputs only": {
			planJSON(t, nil, object{"output_changes": object{"a": object{"actions": updated}}}),
			[]string{"**No changes** but to outputs.", "Outputs that change: `a`."},
		},
		"refresh only": {
			planJSON(t, nil, object{"resource_drift": []object{
				changed("raff_vm.web", updated, vm, with(vm, object{"status": "passive"})), changed("raff_volume.data", deleted, object{"id": "1", "name": "data"}, nil),
			}}),
			[]string{"**No changes.** Only the state", "### Changed elsewhere since the last apply (2)", "- `raff_vm.web`: VM \"web\"\n  - `status`: `\"active\"` → `\"passive\"`", `volume "data" (1) is gone`},
		},
		"module and key": {
			planJSON(t, []object{changed(`module.net["a.b"].raff_vm.web["x"]`, deleted, vm, nil, taken)}),
			[]string{"- `module.net[\"a.b\"].raff_vm.web[\"x\"]`: VM \"web\" (its key is no longer in for_each)"},
		},
		"deposed": {
			planJSON(t, []object{changed("raff_vm.web", same, vm, vm), changed("raff_vm.web", deleted, with(vm, object{"id": "v0"}), nil, object{"deposed": "1234abcd"})}),
			[]string{"**1 destroyed.**", "which another one has already taken the place of", "from 17.98 to 8.99 USD (-8.99)"},
		},
		"tainted": {
			planJSON(t, []object{changed("raff_vm.web", anew, vm, vm, object{"action_reason": "replace_because_tainted"})}),
			[]string{"### Replaced (1)", "it is tainted", "OS disk is deleted"},
		},
		"created first": {
			planJSON(t, []object{changed("raff_ip.a", []string{"create", "delete"}, object{"id": "1", "ip_address": "192.0.2.1", "type": "IPv4"},
				object{"type": "IPv6"}, object{"replace_paths": [][]string{{"type"}}})}),
			[]string{"because of `type`; the new one is created first", "`type`: `\"IPv4\"` → `\"IPv6\"`"},
		},
		"moved": {
			planJSON(t, []object{changed("raff_vm.web", same, vm, vm, object{"previous_address": "raff_vm.old"})}),
			[]string{"**1 moved in the state.**", "### Imported or moved, and not changed (1)", "Moved in the state from `raff_vm.old`."},
		},
		"imported": {
			planJSON(t, []object{changed("raff_vm.web", same, vm, vm, object{"importing": object{"id": "v1"}})}),
			[]string{"**1 imported.**", "Imported by `v1`."},
		},
		"imported by identity": {
			planJSON(t, []object{changed("raff_vm.web", updated, vm, with(vm, object{"name": "www"}), object{"importing": object{"identity": object{"id": "v1"}}})}),
			[]string{"**1 changed in place, 1 imported.**", "Imported by `its identity`."},
		},
		"forgotten": {
			planJSON(t, []object{changed("raff_vm.web", []string{"forget"}, vm, nil)}),
			[]string{"**1 no longer managed.**", "stays at Raff, and is paid for", "8.99 USD, as before", "!Data loss"},
		},
		"unknown action": {
			planJSON(t, []object{changed("raff_vm.web", []string{"transmogrify"}, vm, vm)}), []string{"Changed in a way that this version does not know (1)"},
		},
		"deferred": {
			planJSON(t, nil, object{"complete": false, "deferred_changes": []object{{
				"reason": "instance_count_unknown", "resource_change": changed("raff_vm.web", created, nil, vm),
			}}}),
			[]string{"**This plan is not complete.**", "### Left to a later plan (1)", "- `raff_vm.web`: how many there are is known only after the apply"},
		},
		"errored": {
			planJSON(t, nil, object{"errored": true, "complete": false}),
			[]string{"**This plan ended with an error and cannot be applied.**", "No change was planned.", "!not complete"},
		},
		"checks": {
			planJSON(t, []object{changed("raff_vm.web", created, nil, vm)}, object{"checks": []object{
				{"address": object{"to_display": "check.budget"}, "status": "fail", "instances": []object{{"problems": []object{{"message": "Too much."}}}}},
				{"address": object{"to_display": "check.later"}, "status": "unknown"},
				{"address": object{"to_display": "check.fine"}, "status": "pass"},
			}}),
			[]string{"**Conditions of the configuration that are not met:**\n\n- `check.budget`: Too much.", "decided at apply: `check.later`.", "!check.fine"},
		},
		"data sources": {
			planJSON(t, []object{changed("raff_vm.x", []string{"read"}, nil, object{}, object{"mode": "data", "address": "data.raff_vm.x"})}),
			[]string{"**No changes.**"},
		},
		"other providers": {
			planJSON(t, []object{changed("null_resource.a", anew, object{}, object{}), changed("null_resource.b", created, nil, object{})}),
			[]string{"Of other providers, whose effects are not reviewed here: 1 replaced, 1 created (`null_resource.a`, `null_resource.b`)."},
		},
		"everything goes": {
			planJSON(t, []object{changed("raff_vm.a", deleted, vm, nil), changed("raff_vm.b", deleted, vm, nil)}),
			[]string{"**Everything that this state has at Raff is destroyed: 2 objects.**"},
		},
		"actions": {
			planJSON(t, nil, object{"action_invocations": []object{{"address": "action.raff_reboot.x"}}}),
			[]string{"Runs 1 action: `action.raff_reboot.x`"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, test.plan, test.want...)
		})
	}
}

func TestReview_whatGoesAlong(t *testing.T) {
	t.Parallel()

	volatile := with(vm, object{"volume_action": "delete", "vpc_id": "n1"})
	state := inState(
		resourceOf("raff_vm.web", volatile),
		resourceOf("raff_snapshot.s", object{"id": "7", "name": "before", "vm_id": "v1"}),
		resourceOf("raff_backup.b", object{"id": "8", "name": "nightly", "vm_id": "v1"}),
		resourceOf("raff_volume.d", object{"id": "9", "name": "data"}),
		resourceOf("raff_volume_attachment.d", object{"id": "9", "volume_id": "9", "vm_id": "v1"}),
		resourceOf("raff_vpc.n", object{"id": "n1", "name": "net", "cidr": "10.0.0.0/24"}),
	)
	expect(t, planJSON(t, []object{changed("raff_vm.web", deleted, volatile, nil)}, state),
		`snapshot "before" (7)`, `backup "nightly" (8)`, `volume "data" (9)`, gap, "Only this state was looked at")
	network := object{"id": "n1", "name": "net", "cidr": "10.0.0.0/24"}
	expect(t, planJSON(t, []object{changed("raff_vpc.n", anew, network, with(network, object{"cidr": "10.1.0.0/24", "id": nil}),
		object{"replace_paths": [][]string{{"cidr"}}, "after_unknown": object{"id": true}})}, state),
		"**Of these:** 1 cannot succeed as planned", "### Cannot succeed as planned (1)", `VM "web"`, "to be replaced, because of `cidr`")
	expect(t, planJSON(t, []object{changed("raff_vpc.n", deleted, network, nil), changed("raff_vm.web", deleted, volatile, nil)}, state),
		"!Cannot succeed")
}

func TestReview_attributes(t *testing.T) {
	t.Parallel()

	rule := func(ip string, size int) object {
		return object{"protocol": "TCP", "ports": "22", "ip": ip, "size": size}
	}
	expect(t, planJSON(t, []object{
		changed("raff_security_group.g", updated, object{"name": "g", "inbound": []object{rule("192.0.2.0", 24)}},
			object{"name": "g", "inbound": []object{rule("0.0.0.0", 0)}}),
		changed("raff_vm.web", updated, with(vm, object{"tags": []string{"a"}, "effective_tags": []string{"a"}}),
			with(vm, object{"tags": []string{"a", "b"}, "effective_tags": []string{"a", "b"}, "vpc_id": nil}), object{"after_unknown": object{"vpc_id": true}}),
	}),
		"`inbound`: removes `TCP 22 from 192.0.2.0/24`; adds `TCP 22 from anywhere (0.0.0.0/0)`", "`tags`: adds `\"b\"`", "!effective_tags",
		"Known after the apply: `vpc_id`")
}

func TestReview_references(t *testing.T) {
	t.Parallel()

	expression := func(references ...string) object { return object{"references": references} }
	inner := object{"resources": []object{{"mode": "managed", "type": "raff_vm", "name": "web", "expressions": object{
		"pricing_id": expression("terraform_data.plan.output", "terraform_data.plan"), "vpc_id": expression("raff_vpc.net.id", "raff_vpc.net"),
	}}}}
	root := object{"configuration": object{"root_module": object{"module_calls": object{"m": object{"module": inner}}}}}
	web := with(vm, object{"pricing_id": 9})
	plan := planJSON(t, []object{
		changed(`module.m["a]"].raff_vm.web`, updated, web, with(web, object{"vpc_id": nil}),
			object{"module_address": `module.m["a]"]`, "after_unknown": object{"vpc_id": true}}),
		changed(`module.m["a]"].terraform_data.plan`, created, nil, object{}, object{"after_unknown": object{"output": true}}),
	}, root)
	expect(t, plan, "`vpc_id`: `null` → `raff_vpc.net.id` (known after the apply)",
		"### Not decided yet (1)", "`pricing_id` stays as it is until `terraform_data.plan.output` is known")
	if _, said, code := reviewed(t, plan, "--fail-on", "cost>1000"); code != exitMet || !strings.Contains(said, "cannot be told") {
		t.Errorf("exit code %d: %s", code, said)
	}
}

func TestReview_severalEnvironments(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	var args []string
	for _, name := range []string{"staging.json", "production.tfplan.json"} {
		file := filepath.Join(dir, name)
		args = append(args, file)
		if err := os.WriteFile(file, planJSON(t, []object{changed("raff_vm.web", deleted, vm, nil)}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := Run(append(args, "--fail-on=destroy", "--title", "The shop"), nil, &stdout, &stderr); code != exitMet {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"## The shop\n", "### staging\n", "### production\n", "#### Destroyed (1)", "**Stopped by --fail-on:**", "- **destroy**: staging: `raff_vm.web`"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("%q is not in\n%s", want, stdout.String())
		}
	}
	if want := "review: staging: destroy: raff_vm.web\nreview: production: destroy: raff_vm.web\n"; stderr.String() != want {
		t.Errorf("got %q, want %q", stderr.String(), want)
	}
}

func TestReview_huge(t *testing.T) {
	t.Parallel()

	const n = 5000
	var changes, state []object
	for i := range n {
		each := with(vm, object{"id": fmt.Sprint("v", i), "name": fmt.Sprint("web-", i), "ssh_keys": []string{strings.Repeat("k", 400)}, "vpc_id": "n1"})
		address := fmt.Sprintf("raff_vm.web[%d]", i)
		state = append(state, resourceOf(address, each))
		switch i % 3 {
		case 0:
			changes = append(changes, changed(address, deleted, each, nil))
		case 1:
			changes = append(changes, changed(address, updated, each, with(each, object{"name": "other"})))
		default:
			changes = append(changes, changed(address, anew, each, with(each, object{"region": "b"}), object{"replace_paths": [][]string{{"region"}}}))
		}
	}
	text := planJSON(t, changes, inState(state...))
	begun := time.Now()
	comment, _, code := reviewed(t, text, "--fail-on", "destroy,data-loss")
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if code != exitMet || len(comment) > limit {
		t.Errorf("exit code %d, %d bytes", code, len(comment))
	}
	for _, want := range []string{"**1,667 destroyed, 1,666 replaced, 1,667 changed in place.**", "### Destroyed (1,667)", "more\n", "from 44950.00 to 29963.67 USD (-14986.33)"} {
		if !strings.Contains(comment, want) {
			t.Errorf("%q is not in\n%.3000s", want, comment)
		}
	}
	for _, line := range strings.Split(comment, "\n") {
		if strings.HasPrefix(line, "- … and ") && !strings.HasSuffix(line, " more") {
			t.Errorf("%q", line)
		}
	}
	if text, _, _ := reviewed(t, text, "--format", "text"); strings.Count(text, "- raff_vm.web[") != n {
		t.Error("the text does not have every object")
	}
}

func TestReview_manyEnvironments(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(file, planJSON(t, []object{changed("raff_vm.web", deleted, vm, nil)}), 0o600); err != nil {
		t.Fatal(err)
	}
	args := make([]string, 1000)
	for i := range args {
		args[i] = file
	}
	var stdout, stderr bytes.Buffer
	if code := Run(args, nil, &stdout, &stderr); code != exitOK || stdout.Len() > limit || !strings.HasSuffix(stdout.String(), cut) {
		t.Errorf("exit code %d, %d bytes: %s", code, stdout.Len(), stderr.String())
	}
}

func TestReview_json(t *testing.T) {
	t.Parallel()

	comment, _, _ := reviewed(t, planJSON(t, []object{
		changed("raff_vm.web", updated, vm, with(vm, object{"monthly_price": nil, "pricing_id": 3}), object{"after_unknown": object{"monthly_price": true}}),
	}), "--format=json", "--fail-on", "unknown", "--name", "x")
	var got struct {
		Format       string `json:"format_version"`
		Environments []struct {
			Name    string
			Changes []struct{ Address, Type, Label, Action string }
			Cost    struct {
				Before, After string
				Complete      bool
				Change        *string
				Objects       []map[string]any
			} `json:"monthly_cost"`
		}
		Failed []Reason `json:"failed_on"`
	}
	if err := json.Unmarshal([]byte(comment), &got); err != nil {
		t.Fatal(err)
	}
	e := got.Environments[0]
	if got.Format != "1.0" || e.Name != "x" || e.Changes[0].Action != "update" || e.Changes[0].Label != `VM "web"` {
		t.Errorf("%s", comment)
	}
	if c := e.Cost; c.Before != "8.99" || c.After != "0.00" || c.Complete || c.Change != nil || c.Objects[0]["before"] != "8.99" || c.Objects[0]["after"] != nil {
		t.Errorf("%s", comment)
	}
	if len(got.Failed) != 1 || got.Failed[0].Condition != "unknown" || got.Failed[0].Addresses[0] != "raff_vm.web" {
		t.Errorf("%s", comment)
	}
}
