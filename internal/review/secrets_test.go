package review

import (
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	t.Parallel()

	key := object{"id": "k1", "name": "hunter2-ci", "secret": "raff_topsecret", "key_prefix": "raff_12345678", "rotation_trigger": "1", "expires_at": "x7q"}
	marks := object{"secret": true, "name": true, "expires_at": true}
	web := with(vm, object{"tags": []string{"public", "tellnobody"}, "disk_size": 50, "size": 1, "status": "active"})
	plan := planJSON(t, []object{
		changed("raff_api_key.ci", updated, key, with(key, object{"rotation_trigger": "2", "secret": "raff_nextsecret", "expires_at": "zzz9"}),
			object{"before_sensitive": marks, "after_sensitive": marks}),
		changed("raff_vm.web", updated, web, with(web, object{"tags": []string{"tellnobody"}, "disk_size": 4321}),
			object{"before_sensitive": object{"tags": []bool{false, true}}, "after_sensitive": object{"tags": []bool{true}, "disk_size": true}}),
		changed("raff_vm.b", deleted, with(vm, object{"name": "opensesame"}), nil, object{"before_sensitive": true}),
		changed("raff_member.m", created, nil, object{"email": "eve@example.com"}, object{"after_sensitive": object{"email": true}}),
	}, object{
		"resource_drift": []object{changed("raff_vm.c", updated, with(vm, object{"name": "rumpelstiltskin"}), vm, object{"before_sensitive": object{"name": true}})},
		"checks":         []object{{"address": object{"to_display": "check.c"}, "status": "fail", "instances": []object{{"problems": []object{{"message": "It is opensesame."}}}}}},
	})
	for _, format := range []string{"markdown", "text", "json"} {
		comment, said, code := reviewed(t, plan, "--format", format, "--fail-on", "destroy")
		if code != exitMet {
			t.Fatal(said)
		}
		for _, secret := range []string{"hunter2", "topsecret", "nextsecret", "x7q", "zzz9", "tellnobody", "4321", "opensesame", "eve@example", "rumpelstiltskin"} {
			if strings.Contains(comment, secret) || strings.Contains(said, secret) {
				t.Errorf("%s: %q is in\n%s%s", format, secret, comment, said)
			}
		}
		if !strings.Contains(comment, string(hidden)) || !strings.Contains(comment, "public") {
			t.Errorf("%s: %s", format, comment)
		}
	}
}
