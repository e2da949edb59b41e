package refbackend

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// A file that a backend wrote before October 2026 opens: it has VMs on plans and of templates that are retired, a schedule
// that keeps one backup, and roles with permissions that are no more.
func TestDataFileOfAnOlderBackend(t *testing.T) {
	content, err := os.ReadFile(filepath.FromSlash("testdata/account-2026-05.raff"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "account")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	b := kept(t, file, Options{})
	b.checkInvariants()
	c := b.production()
	vms := c.get("/api/v1/vms").want(200).expect("total", 3, "data.0.template_name", "Ubuntu", "data.0.template_version", "20.04x64",
		"data.1.template_name", "Windows Server Standard", "data.1.cpu", 2, "data.2.cpu", 32, "data.2.ram", 128,
		"data.0.console_require_mfa", false)
	web, desktop := "/api/v1/vms/"+vms.str("data.0.id"), "/api/v1/vms/"+vms.str("data.1.id")
	c.get(web+"/networks").expect("data.0.is_primary", true)
	c.get(schedulesPath).expect("total", 2, "data.0.next_run_at", "2026-03-05T08:00:00Z", "data.1.next_run_at", "2026-03-05T09:00:00Z",
		"data.0.last_run_at", nil, "data.1.keep_count", 1, "data.1.enabled", true)

	// What runs may be reinstalled unchanged, on the plan that it is on.
	c.post(web+"/reinstall", object{"template_id": vms.str("data.0.template_id"), "ssh_keys": []string{testKey}}).want(200)
	c.post(desktop+"/reinstall", object{"template_id": vms.str("data.1.template_id"), "password": "Correct-Horse-42"}).want(200)

	roles := b.owner("").get(rolesPath + "?scope=project").want(200)
	for i, slug := range roles.list("data", "slug") {
		var got []string
		for _, p := range roles.at("data").([]any)[i].(map[string]any)["permissions"].([]any) {
			got = append(got, p.(string))
		}
		switch slug {
		case "keeper":
			if !slices.Equal(got, []string{"vm.view", "vm.backup"}) {
				t.Errorf("keeper: %v", got)
			}
		case "looker":
			if !slices.Equal(got, []string{"ip.view"}) {
				t.Errorf("looker: %v", got)
			}
		case "operator":
			if !slices.Contains(got, "vm.backup") {
				t.Errorf("operator: %v", got)
			}
		}
	}
	b.clock.Advance(24 * time.Hour)
	c.get(schedulesPath).expect("data.0.last_run_status", "succeeded")
	b.expectOnDisk()
	b.checkInvariants()
}
