package acctest

import (
	"context"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func getSSHKey(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetSSHKey(ctx, id)
	return err
}

// stateWith is a state with one object. An empty type leaves it out.
func stateWith(resourceType, id string) *terraform.State {
	resources := map[string]*terraform.ResourceState{}
	if resourceType != "" {
		resources[resourceType+".test"] = &terraform.ResourceState{Type: resourceType, Primary: &terraform.InstanceState{ID: id}}
	}
	return &terraform.State{Modules: []*terraform.ModuleState{{Path: []string{"root"}, Resources: resources}}}
}

// The checks that ask the backend fail where they would ask for nothing.
func TestExistsAndAbsent(t *testing.T) {
	b := New(t)
	key, err := b.Client(t).CreateSSHKey(t.Context(), client.CreateSSHKeyRequest{Name: "ci", PublicKey: SSHKey})
	if err != nil {
		t.Fatal(err)
	}
	const gone = "11111111-1111-4111-8111-111111111111"
	for name, test := range map[string]struct{ stateType, id, checkType, exists, absent string }{
		"there":             {"raff_ssh_key", key.ID, "raff_ssh_key", "", "is still there"},
		"gone":              {"raff_ssh_key", gone, "raff_ssh_key", "raff_ssh_key.test: ", ""},
		"misspelt":          {"raff_ssh_key", gone, "raff_sshkey", `no resource type "raff_sshkey"`, `no resource type "raff_sshkey"`},
		"of another type":   {"raff_vm", gone, "raff_ssh_key", "no raff_ssh_key in the state", "no raff_ssh_key in the state"},
		"nothing":           {"", "", "raff_ssh_key", "no raff_ssh_key in the state", "no raff_ssh_key in the state"},
		"a data source":     {"data.raff_ssh_key", gone, "raff_ssh_key", "no raff_ssh_key in the state", "no raff_ssh_key in the state"},
		"misspelt the same": {"raff_sshkey", gone, "raff_sshkey", `no resource type "raff_sshkey"`, `no resource type "raff_sshkey"`},
	} {
		b.made = objects{}
		s := stateWith(test.stateType, test.id)
		expectError(t, name+" exists", b.Exists(t, test.checkType, getSSHKey)(s), test.exists)
		expectError(t, name+" is absent", b.Absent(t, test.checkType, getSSHKey)(s), test.absent)
	}
}

// What only an earlier step had in the state is checked, too, although terraform-plugin-testing calls no
// CheckDestroy then.
func TestAbsentChecksEveryStep(t *testing.T) {
	b := New(t)
	const forgotten = "removed {\n  from = raff_ssh_key.test\n  lifecycle {\n    destroy = false\n  }\n}\n"
	var destroyed error
	absent := b.Absent(t, "raff_ssh_key", getSSHKey)
	b.Test(t, resource.TestCase{
		CheckDestroy: func(s *terraform.State) error {
			destroyed = absent(s)
			return nil
		},
		Steps: []resource.TestStep{
			{Config: b.Config("resource \"raff_ssh_key\" \"test\" {\n  name = \"ci\"\n  public_key = \"" + SSHKey + "\"\n}\n")},
			{Config: b.Config(forgotten)},
		},
	})
	expectError(t, "CheckDestroy", destroyed, "is still there")
}

func TestReachable(t *testing.T) {
	check := func(*terraform.State) error { return nil }
	fails := regexp.MustCompile("no")
	for name, test := range map[string]struct {
		step resource.TestStep
		want string
	}{
		"applied":              {resource.TestStep{Check: check, ConfigStateChecks: []statecheck.StateCheck{nil}}, ""},
		"planned":              {resource.TestStep{PlanOnly: true}, ""},
		"planned, with checks": {resource.TestStep{PlanOnly: true, Check: check}, "only plans"},
		"refused":              {resource.TestStep{ExpectError: fails}, ""},
		"refused, with checks": {resource.TestStep{ExpectError: fails, ConfigStateChecks: []statecheck.StateCheck{nil}}, "fails"},
		"imported":             {resource.TestStep{ImportState: true, Check: check}, "ImportStateCheck"},
	} {
		expectError(t, name, reachable(test.step), test.want)
	}
}

func TestAllApplied(t *testing.T) {
	b := New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "listSSHKeys", Status: http.StatusBadRequest, Nth: 2}}
	})
	list := func() error {
		_, err := client.Collect(b.Client(t).ListSSHKeys(t.Context()))
		return err
	}
	if err := list(); err != nil {
		t.Fatal(err)
	}
	expectError(t, "before", allApplied(b.Faults()), "never applied")
	if err := list(); err == nil {
		t.Fatal("the fault did not apply")
	}
	expectError(t, "after", allApplied(b.Faults()), "")
}

// failing notes that a test has failed, and lets it go on.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestRequestsOfNoOperation(t *testing.T) {
	b := New(t)
	for operation, failed := range map[string]bool{"listSSHKeys": false, "listSshKeys": true} {
		f := &failing{TB: t}
		b.t = f
		b.Requests(operation)
		if f.failed != failed {
			t.Errorf("%s: failed is %v, want %v", operation, f.failed, failed)
		}
	}
}
