package review

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// FuzzRun gives anything for a plan: it is refused, or reviewed in all formats, and the comment is harmless.
func FuzzRun(f *testing.F) {
	f.Add([]byte(`{"format_version":"1.2","planned_values":{},"errored":true}`))
	f.Add([]byte(`{"format_version":"1.2","resource_changes":[{"type":"raff_vm","change":{"actions":["delete"],"before":[1]}}]}`))
	web := with(vm, object{"name": hostile, "template_id": "1", "tags": []any{hostile, 1, nil, true}, "disk_size": 50, "vpc_id": "n1"})
	f.Add(planJSON(f, []object{
		changed("raff_vm.web", updated, web, with(web, object{"template_id": "2", "rebuild_policy": "reinstall", "disk_size": 70, "monthly_price": "9"}),
			object{"after_unknown": object{"tags": []any{false, true}}, "before_sensitive": object{"name": true}, "replace_paths": [][]any{{"tags", 0}, {}}}),
		changed("raff_vpc.n", anew, object{"id": "n1", "name": "n"}, object{"name": "n"}, object{"replace_paths": [][]any{{"cidr"}}}),
		changed("raff_vm.b", deleted, vm, nil, object{"deposed": "x", "previous_address": "raff_vm.a"}),
	}, inState(resourceOf("raff_vm.web", web), resourceOf("raff_snapshot.s", object{"id": "1", "vm_id": "v1"})), object{
		"configuration":    object{"root_module": object{"resources": []object{{"type": "raff_vm", "name": "web", "expressions": object{"x": object{"references": []any{"a.b", 1}}}}}}},
		"deferred_changes": []object{{"reason": "x"}}, "resource_drift": []object{changed("raff_vm.web", updated, web, vm)},
		"checks": []object{{"status": "fail"}}, "output_changes": object{"x": object{"actions": []string{"create"}}},
	}))
	f.Fuzz(func(t *testing.T, plan []byte) { checkAnything(t, plan) })
}

// FuzzRun_altered puts other values in some places of a plan, so that most of it is still one.
func FuzzRun_altered(f *testing.F) {
	web := with(vm, object{"template_id": "1", "tags": []any{"a"}, "disk_size": 50, "vpc_id": "n1", "volume_action": "delete"})
	plan := planJSON(f, []object{
		changed("raff_vm.web", anew, web, with(web, object{"template_id": "2"}), object{"replace_paths": [][]any{{"template_id"}}, "after_unknown": object{"id": true}}),
		changed("raff_vm.a", updated, web, with(web, object{"disk_size": 70, "tags": []any{"b"}}), object{"before_sensitive": object{"tags": []any{true}}}),
		changed("raff_vpc.n", anew, object{"id": "n1", "name": "n"}, object{"name": "n"}, object{"replace_paths": [][]any{{"cidr"}}}),
		changed("raff_security_group.g", updated, object{"id": "1", "inbound": []any{object{"protocol": "TCP", "ports": "22", "ip": "0.0.0.0", "size": 0}}}, object{}),
		changed("raff_api_key.k", updated, object{"id": "k", "rotation_trigger": "1"}, object{"id": "k", "rotation_trigger": "2"}),
		changed("raff_backup_schedule.s", updated, object{"vm_id": "v1", "keep_count": 9}, object{"vm_id": "v1", "keep_count": 2}),
		changed("null_resource.x", created, nil, object{}),
	}, inState(resourceOf("raff_vm.web", web), resourceOf("raff_backup.s", object{"id": "1", "vm_id": "v1"}), resourceOf("raff_role.r", object{"id": "r", "permissions": []any{"a"}})), object{
		"configuration": object{"root_module": object{
			"resources":    []object{{"type": "raff_vm", "name": "web", "expressions": object{"template_id": object{"references": []any{"raff_vm.a.id", "raff_vm.a"}}}}},
			"module_calls": object{"m": object{"module": object{}}},
		}},
		"deferred_changes": []object{{"reason": "x", "resource_change": changed("raff_vm.d", created, nil, vm)}},
		"checks":           []object{{"status": "fail", "address": object{"to_display": "check.c"}, "instances": []object{{"problems": []object{{"message": "no"}}}}}},
	})
	for seed := range uint64(20) {
		f.Add(seed, hostile)
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		var tree any
		decoder := json.NewDecoder(bytes.NewReader(plan))
		decoder.UseNumber()
		if err := decoder.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(seed, 1))
		for range 1 + random.IntN(6) {
			tree = altered(tree, random, text)
		}
		mutant, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		checkAnything(t, mutant)
	})
}

// altered is a value with another one somewhere in it.
func altered(value any, random *rand.Rand, text string) any {
	switch v := value.(type) {
	case map[string]any:
		if all := names(v); len(all) > 0 && random.IntN(12) > 0 {
			name := all[random.IntN(len(all))]
			v[name] = altered(v[name], random, text)
			return v
		}
	case []any:
		if len(v) > 0 && random.IntN(12) > 0 {
			i := random.IntN(len(v))
			v[i] = altered(v[i], random, text)
			return v
		}
	}
	others := []any{nil, true, false, text, json.Number("-7"), json.Number("1e400"), []any{}, []any{text, nil, true}, object{}, object{text: text, "id": true}, "delete", "known"}
	return others[random.IntN(len(others))]
}

// checkAnything runs a review of what may be a plan.
func checkAnything(t *testing.T, plan []byte) {
	t.Helper()
	for _, format := range []string{"markdown", "text", "json"} {
		var stdout, stderr bytes.Buffer
		code := Run([]string{"--format", format, "--fail-on", "fails,unknown,cost>1", "-"}, bytes.NewReader(plan), &stdout, &stderr)
		switch {
		case code == exitFailed:
			if stdout.Len() > 0 || stderr.Len() == 0 {
				t.Errorf("%q is written of an unreadable plan, and %q is said", stdout.String(), stderr.String())
			}
		case code != exitOK && code != exitMet:
			t.Errorf("exit code %d", code)
		case format == "markdown":
			checkHarmless(t, stdout.String())
		case format == "json" && !json.Valid(stdout.Bytes()), !utf8.Valid(stdout.Bytes()):
			t.Errorf("%q", stdout.String())
		}
	}
}
