package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The script plans, and writes the comment: for a first apply, for nothing, for a change that stops a server, and for a plan
// that is refused.
func TestAccPlanReview(t *testing.T) {
	e := newExample(t, "examples/stateful-tier", nil)
	e.copy(t, filepath.Join(root, "examples", "plan-review"))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	e.Env = append(e.Env, "RAFF_PROVIDER="+self, "TERRAFORM="+e.Command(t.Context()).Path, "FAIL_ON=destroy,stop,fails")
	args := []string{"-var", "project=staging", "-var", keys}
	review := func(want int, says string, more ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), filepath.Join(e.Dir, "review.sh"), append(args, more...)...) // #nosec G204 -- the script under test
		cmd.Dir, cmd.Env = e.Dir, e.Env
		if code, output := exitCode(t, cmd); code != want || !strings.Contains(output, says) {
			t.Errorf("exit code %d, want %d and %q:\n%s", code, want, says, output)
		}
	}
	review(0, "6 created")
	e.MustRun(t, append([]string{"apply", "-auto-approve"}, args...)...)
	review(0, "No changes")
	review(3, "It is stopped for the change of pricing_id", "-var", "size={vcpu=8,memory_gib=16}")
	review(3, "This plan ended with an error", "-destroy")
	review(1, "nowhere.tfvars", "-var-file", "nowhere.tfvars") // there is no plan
}
