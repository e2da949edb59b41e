package review

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestRun_usage(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		args []string
		code int
		want string
	}{
		"help":            {[]string{"--help"}, exitOK, "--fail-on LIST"},
		"no plan":         {nil, exitUsage, "no plan is named"},
		"unknown flag":    {[]string{"--verbose", "-"}, exitUsage, "-verbose"},
		"unknown format":  {[]string{"--format", "html", "-"}, exitUsage, "there are markdown, json and text"},
		"twice stdin":     {[]string{"-", "-"}, exitUsage, "can only be read once"},
		"too many names":  {[]string{"--name", "a", "--name", "b", "-"}, exitUsage, "2 names for 1 plans"},
		"empty name":      {[]string{"--name", " ", "-"}, exitUsage, "a name is expected"},
		"no condition":    {[]string{"--fail-on", " , ", "-"}, exitUsage, "names no condition"},
		"wrong condition": {[]string{"--fail-on", "destroy,delete", "-"}, exitUsage, `"delete" is no condition`},
		"cost unquoted":   {[]string{"--fail-on", "destroy,cost", "-"}, exitUsage, "quotes"},
		"cost of what":    {[]string{"--fail-on", "cost>much", "-"}, exitUsage, "no amount"},
		"cost exponent":   {[]string{"--fail-on", "cost>1e9", "-"}, exitUsage, "no amount"},
		"no such file":    {[]string{"nowhere.json"}, exitFailed, "nowhere.json: no such file"},
		"directory":       {[]string{t.TempDir()}, exitFailed, "is a directory"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			if code := Run(test.args, strings.NewReader(""), &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if stdout.Len() > 0 || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("expected %q, got %q and %q", test.want, stdout.String(), stderr.String())
			}
		})
	}
}

func TestRun_unreadable(t *testing.T) {
	t.Parallel()

	for plan, want := range map[string]string{
		"":                        "nothing in it",
		" \n":                     "nothing in it",
		"PK\x03\x04xyz":           `as "terraform plan -out" saves it`,
		"{":                       "ends early",
		"Terraform will perform":  "line 1 is no JSON",
		"{\n\"format_version\" 1": "line 2 is no JSON",
		"[]":                      "is not what a plan has there",
		"{}":                      "no format_version",
		`{"format_version":"2.0","planned_values":{}}`:       "only 1.x can be read",
		`{"format_version":"1.2","values":{}}`:               "this is a state",
		`{"format_version":"1.2","resource_changes":1}`:      "resource_changes in line 1",
		`{"@level":"info"}` + "\n" + `{"@level":"info"}`:     "more than one JSON value",
		`{"format_version":"1.2","planned_values":{}} x`:     "more than one JSON value",
		`{"format_version":"10.0","planned_values":{}}`:      "only 1.x can be read",
		`{"format_version":"1.2\u0000","planned_values":{}}`: "only 1.x can be read",
	} {
		comment, said, code := reviewed(t, []byte(plan))
		if code != exitFailed || comment != "" || !strings.Contains(said, want) || !strings.HasPrefix(said, "review: standard input: ") {
			t.Errorf("%q: exit code %d, expected %q, got %q", plan, code, want, said)
		}
		if strings.Contains(said, "Go struct") || strings.Contains(said, "Go value") {
			t.Errorf("%q: a Go value in %q", plan, said)
		}
	}
}

func TestRun_versions(t *testing.T) {
	t.Parallel()

	for _, version := range []string{"1.0", "1.2", "1.9", "1.42", "1"} {
		plan := `{"format_version":"` + version + `","terraform_version":"1.16.0","planned_values":{},"news":[1]}`
		if _, said, code := reviewed(t, []byte(plan)); code != exitOK {
			t.Errorf("%s: exit code %d: %s", version, code, said)
		}
	}
}

// PowerShell writes what is redirected into a file in UTF-16, or with a mark at its beginning.
func TestRun_byteOrderMarks(t *testing.T) {
	t.Parallel()

	plan := string(planJSON(t, []object{changed("raff_vm.web", deleted, with(vm, object{"name": "Zoë"}), nil)}))
	little, big := []byte("\xff\xfe"), []byte("\xfe\xff")
	for _, unit := range utf16.Encode([]rune(plan)) {
		little = binary.LittleEndian.AppendUint16(little, unit)
		big = binary.BigEndian.AppendUint16(big, unit)
	}
	for _, text := range [][]byte{little, big, []byte("\xef\xbb\xbf" + plan)} {
		if comment, said, code := reviewed(t, text); code != exitOK || !strings.Contains(comment, `VM "Zoë"`) {
			t.Errorf("%q: exit code %d: %s%s", text[:3], code, comment, said)
		}
	}
}

func TestNameOfFile(t *testing.T) {
	t.Parallel()

	for file, want := range map[string]string{
		"production.json": "production", "a/production.tfplan.json": "production", "plan.json": "", "./plan.json": "", "staging/plan.json": "staging",
		"envs/staging/tfplan.json": "staging", "/builds/x/plan.json": "", "-": "", "/dev/stdin": "", "/dev/fd/63": "", "../plan.json": "",
	} {
		if got := nameOfFile(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

func TestRun_projectName(t *testing.T) {
	t.Parallel()

	project := object{"id": "p1", "name": "shop-staging"}
	plan := planJSON(t, []object{changed("raff_project.shop", same, project, project), changed("raff_vm.web", deleted, vm, nil)})
	if comment, _, _ := reviewed(t, plan); !strings.HasPrefix(comment, "## Terraform plan: shop-staging\n") {
		t.Errorf("%s", comment)
	}
	if comment, _, _ := reviewed(t, plan, "--name", "x", "--title", "Shop"); !strings.HasPrefix(comment, "## Shop: x\n") {
		t.Errorf("%s", comment)
	}
}

func TestRun_failOn(t *testing.T) {
	t.Parallel()

	priced := func(price any) object { return with(vm, object{"monthly_price": price}) }
	grows := planJSON(t, []object{changed("raff_vm.a", updated, priced("8.99"), priced("58.99")), changed("raff_vm.b", created, nil, priced("0.01"))})
	unpriced := planJSON(t, []object{changed("raff_vm.a", created, nil, priced(nil))})
	stays := planJSON(t, []object{changed("raff_vm.a", updated, priced(nil), with(priced(nil), object{"name": "x"})), changed("raff_vm.b", same, priced(nil), priced(nil))})
	other := planJSON(t, []object{changed("null_resource.a", anew, object{}, object{}), changed("null_resource.b", deleted, object{}, nil)})
	off := planJSON(t, []object{changed("raff_vm.a", updated, vm, with(vm, object{"power_state": "passive"}))})
	key := object{"id": "k", "name": "ci", "key_prefix": "raff_12345678", "rotation_trigger": "1"}
	tests := map[string]struct {
		plan []byte
		list string
		want string // on the standard error; empty: it is not met
	}{
		"cost":                    {grows, "cost>50", "review: cost>50: the cost grows by 50.01 USD a month\n"},
		"cost not reached":        {grows, "cost>50.01", ""},
		"cost with spaces":        {grows, "cost > 50, destroy", "review: cost > 50: the cost grows by 50.01 USD a month\n"},
		"cost zero":               {grows, "cost>0", "review: cost>0: "},
		"cost unknown":            {unpriced, "cost>1000", "review: cost>1000: by how much the cost grows cannot be told, without a price for raff_vm.a\n"},
		"cost unknown, unchanged": {stays, "cost>0,unknown", ""},
		"unknown price":           {unpriced, "unknown", "review: unknown: no price is known for raff_vm.a\n"},
		"destroy of others":       {other, "destroy", "review: destroy: null_resource.b\n"},
		"replace of others":       {other, "replace", "review: replace: null_resource.a\n"},
		"stop":                    {off, "stop", "review: stop: raff_vm.a\n"},
		"not what happens":        {off, "replace,destroy,reinstall,data-loss,credential,address,access,final,move,left,fails,unknown,cost>0", ""},
		"data loss":               {planJSON(t, []object{changed("raff_vm.a", deleted, vm, nil)}), "data-loss,stop", "review: data-loss: raff_vm.a\n"},
		"credential": {
			planJSON(t, []object{changed("raff_api_key.ci", updated, key, with(key, object{"rotation_trigger": "2"}))}), "credential",
			"review: credential: raff_api_key.ci\n",
		},
		"errored":    {planJSON(t, nil, object{"errored": true}), "fails,unknown", "review: fails: the plan ended with an error\nreview: unknown: the plan is not complete\n"},
		"incomplete": {planJSON(t, nil, object{"complete": false}), "fails,unknown", "review: unknown: the plan is not complete\n"},
		"check": {
			planJSON(t, nil, object{"checks": []object{{"address": object{"to_display": "check.c"}, "status": "fail"}}}), "fails",
			"review: fails: conditions of the configuration that are not met: check.c\n",
		},
		"reinstall": {planJSON(t, []object{changed("raff_vm.a", updated, with(vm, object{"template_id": "1"}),
			with(vm, object{"template_id": "2", "rebuild_policy": "reinstall"}))}), "reinstall", "review: reinstall: raff_vm.a\n"},
		"final": {planJSON(t, []object{changed("raff_volume.a", updated, object{"size": 10}, object{"size": 20})}), "final", "review: final: raff_volume.a\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comment, said, code := reviewed(t, test.plan, "--fail-on", test.list)
			want := exitMet
			if test.want == "" {
				want = exitOK
			}
			if code != want || !strings.HasPrefix(said, test.want) || test.want == "" && said != "" {
				t.Errorf("exit code %d, expected %q, got %q", code, test.want, said)
			}
			if (code == exitMet) != strings.Contains(comment, "**Stopped by --fail-on:**") {
				t.Errorf("%s", comment)
			}
		})
	}
}
