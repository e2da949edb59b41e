package acctest

import (
	"errors"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestRefusedFirst(t *testing.T) {
	b := New(t)
	project := b.Client(t).Project(b.Production())
	vpc := func() string {
		made, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: "net", CIDR: "10.0.1.0/24", Region: "us-east"})
		if err != nil {
			t.Fatal(err)
		}
		return made.ID
	}
	remove := func(id string, want error) {
		t.Helper()
		if err := project.DeleteVPC(t.Context(), id); !errors.Is(err, want) {
			t.Fatalf("got %v, want %v", err, want)
		}
	}
	// run deletes a VPC as a step would, and returns what the step says.
	run := func(release func() error, apply func()) error {
		step := b.RefusedFirst(t, b.Config(), "deleteVPC", release)
		step.PreConfig()
		apply()
		return step.Check(nil)
	}
	nothing := func() error { return nil }

	expectError(t, "nothing sent", run(nothing, func() {}), "never sent")

	free := vpc()
	expectError(t, "not refused", run(nothing, func() { remove(free, nil) }), "expected the API to refuse deleteVPC with 409")

	used := vpc()
	vm := b.MakeVM(t, b.Production(), "web", func(r *client.CreateVMRequest) { r.SkipVPC, r.VPCID = false, used })
	expectError(t, "release fails", run(func() error { return errors.New("stuck") }, func() { remove(used, client.ErrConflict) }), "stuck")
	expectError(t, "refused to the end", run(nothing, func() { remove(used, client.ErrConflict) }), "did not succeed after the refusal: 409")

	released := make(chan struct{})
	release := func() error {
		defer close(released)
		return project.DeleteVM(t.Context(), vm.ID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach})
	}
	expectError(t, "refused, then done", run(release, func() {
		remove(used, client.ErrConflict)
		<-released
		remove(used, nil)
	}), "")
}
