package examples_test

import (
	"slices"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// The audit names what breaks each rule, changes nothing, and passes an account that breaks none.
func TestAccFleetAudit(t *testing.T) {
	e := newExample(t, "examples/fleet-audit", nil)
	failed := func(args ...string) []string {
		var names []string
		for _, c := range e.plan(t, args...).Checks {
			if c.Status != "pass" {
				names = append(names, c.Address.Display+" "+c.Status)
			}
		}
		slices.Sort(names)
		return names
	}
	if names := failed(); len(names) > 0 {
		t.Errorf("an empty account fails %v", names)
	}

	e.backend.MakeVM(t, e.backend.Staging(), "forgotten")
	project := e.backend.Client(t).Project(e.backend.Staging())
	if _, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "unused", Size: 10, VolumeType: client.VolumeTypeNVMe}); err != nil {
		t.Fatal(err)
	}
	group, err := project.CreateSecurityGroup(t.Context(), client.CreateSecurityGroupRequest{
		Name: "open", Rules: []client.SecurityGroupRule{{RuleType: "INBOUND", Protocol: "TCP", Range: "20:25"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"check.backups fail", "check.budget fail", "check.ssh fail", "check.tags fail", "check.unused fail"}
	if names := failed("-var", "monthly_budget=8"); !slices.Equal(names, want) {
		t.Errorf("failed: %v, want %v", names, want)
	}

	if err := project.DeleteSecurityGroup(t.Context(), group.ID); err != nil {
		t.Fatal(err)
	}
	if names := failed(); slices.Contains(names, "check.ssh fail") || !slices.Contains(names, "check.tags fail") {
		t.Errorf("without the open group: %v", names)
	}
}
