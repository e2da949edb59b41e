package vm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// An apply that is interrupted while VMs are being made leaves every one of them in the state, and taints
// none: those that are waited for, and those whose create call has not been answered yet.
func TestAccVM_interruptedApplyLeavesNoOrphan(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "vm.create", StuckIn: "provisioning"}}
		o.Faults = []refbackend.Fault{{Operation: "createVM", Nth: 3, Latency: 3 * time.Second}}
	})
	cli := acctest.NewCLI(t, b.Config(ubuntu, fmt.Sprintf(`
resource "raff_vm" "test" {
  count       = 6
  project_id  = %q
  name        = "vm-${count.index}"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = [%q]
}
`, b.Production(), sshKey)))

	var output bytes.Buffer
	apply := cli.Command(t.Context(), "apply", "-auto-approve", "-no-color")
	apply.Stdout, apply.Stderr = &output, &output
	apply.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a terminal does: Ctrl-C reaches the provider too
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- apply.Wait() }()

	const vms, answered = 6, 2
	waitFor(t, func() bool {
		// The slow creates are under way once their fault has applied; they come into the journal when they are answered.
		return len(b.Requests("createVM")) == answered && b.Faults()[0].Applied() == vms-answered
	})
	if err := syscall.Kill(-apply.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Errorf("the interrupted apply succeeded:\n%s", &output)
		}
	case <-time.After(time.Minute):
		_ = syscall.Kill(-apply.Process.Pid, syscall.SIGKILL)
		t.Fatalf("the apply did not end:\n%s", &output)
	}

	made, err := client.Collect(b.Client(t).ListVMs(t.Context(), client.VMFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != vms {
		t.Errorf("expected %d answered and unanswered creates, got %d VMs", vms, len(made))
	}
	recorded := stateIDs(t, cli)
	for _, vm := range made {
		if !slices.Contains(recorded, vm.ID) {
			t.Errorf("VM %s exists and is in no state; the state has %v\n%s", vm.ID, recorded, &output)
		}
	}
	t.Logf("%d VMs were made, %d are in the state", len(made), len(recorded))
}

func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); {
		if time.Now().After(deadline) {
			t.Fatal("the expected requests did not come")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// stateIDs are the ids of the VMs in the state.
func stateIDs(t *testing.T, cli *acctest.CLI) []string {
	t.Helper()
	var state struct {
		Resources []struct {
			Type      string `json:"type"`
			Instances []struct {
				Status     string `json:"status"`
				Attributes struct {
					ID        string `json:"id"`
					ProjectID string `json:"project_id"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(cli.MustRun(t, "state", "pull")), &state); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			if r.Type == "raff_vm" {
				ids = append(ids, instance.Attributes.ID)
				if instance.Status != "" {
					t.Errorf("VM %s is %s", instance.Attributes.ID, instance.Status)
				}
				if instance.Attributes.ProjectID == "" {
					t.Errorf("VM %s has no project in the state", instance.Attributes.ID)
				}
			}
		}
	}
	return ids
}
