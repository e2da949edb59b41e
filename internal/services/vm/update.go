package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *vmResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	config := tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Update, updateTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	state.record(plan, tfkit.Recorded(ctx, kind, req, resp))
	u := updater{r: r, project: r.Client.Project(state.ProjectID.ValueString()), id: state.ID.ValueString(), plan: plan, state: state, config: config}
	failed := u.run(ctx)
	if failed != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to update VM", state.Object(), failed)
	}
	ctx = context.WithoutCancel(ctx)
	vm, err := u.project.GetVM(ctx, u.id)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read VM", state.Object(), err)
		return
	}
	out := tfkit.Updated(req, resp)
	if failed != nil {
		// What was done is recorded, what was not keeps its old value: the next plan shows the rest.
		r.fill(ctx, state, vm, &resp.Diagnostics)
		out.Record(ctx, state)
		return
	}
	planned := *plan
	r.fill(ctx, plan, vm, &resp.Diagnostics)
	if err := r.readVPC(ctx, vm, &planned, plan); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the VM's networks", state.Object(), err)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, nil)...)
	out.Store(ctx, plan)
}

// record takes over what the API does not return and the configuration of an imported VM gives for the
// first time: nothing is changed about it.
func (m *resourceModel) record(plan *resourceModel, names []string) {
	for _, name := range names {
		switch name {
		case "ssh_keys":
			m.SSHKeys = plan.SSHKeys
		case "password_wo_version":
			m.PasswordWOVersion = plan.PasswordWOVersion
		case "extra_storage":
			m.ExtraStorage = plan.ExtraStorage
		case "extra_storage_type":
			m.ExtraStorageType = plan.ExtraStorageType
		}
	}
}

// updater brings one VM from its state to its plan, one step after the other. A finished step is
// recorded in state where the API does not return what it changed.
type updater struct {
	r                   *vmResource
	project             *client.Scoped
	id                  string
	plan, state, config *resourceModel
}

func (u *updater) run(ctx context.Context) error {
	if !touches(u.plan, u.state) {
		return nil
	}
	unlock, err := u.r.Locks.Lock(ctx, u.id)
	if err != nil {
		return err
	}
	defer unlock()
	before, err := u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	if err != nil {
		return err
	}
	// The network comes first: a VPC that turns out not to exist is refused before anything is touched.
	steps := []func(context.Context, *client.VM) error{u.rewire, u.secure, u.rename, u.retag, u.reinstall, u.resize}
	if u.grows() { // the new template may need it
		steps = []func(context.Context, *client.VM) error{u.rewire, u.secure, u.rename, u.retag, u.resize, u.reinstall}
	}
	for _, step := range steps {
		if err := step(ctx, before); err != nil {
			return startAgain(ctx, u.project, u.id, wantedPower(u.plan.PowerState, before.Status), err)
		}
	}
	return setPower(ctx, u.project, u.id, wantedPower(u.plan.PowerState, before.Status))
}

// startAgain starts a VM that is to run and that a change stopped before it failed, even if the apply was
// interrupted: a running service must not stay down for it. It does not wait. It returns why the change
// failed, and why the VM may be stopped now: that is no mere interrupt.
func startAgain(ctx context.Context, project *client.Scoped, id, wanted string, failed error) error {
	if wanted != client.VMActive {
		return failed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), startAgainTimeout)
	defer cancel()
	vm, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	if err == nil && vm.Status == client.VMPassive {
		err = project.StartVM(ctx, id)
	}
	if err == nil {
		return failed
	}
	err = fmt.Errorf("the VM may be stopped now, starting it again failed: %w", err)
	if tfkit.Interrupted(failed) {
		return fmt.Errorf("%s\n%w", failed.Error(), err)
	}
	return errors.Join(failed, err)
}

// secure sets the console policy.
func (u *updater) secure(ctx context.Context, vm *client.VM) error {
	if u.plan.ConsoleRequireMFA.ValueBool() == u.state.ConsoleRequireMFA.ValueBool() {
		return nil
	}
	return setConsolePolicy(ctx, u.project, u.id, u.plan.ConsoleRequireMFA, vm.ConsoleRequireMFA)
}

// setConsolePolicy sets whether the console of a VM asks for a second factor, where that is not as wanted.
func setConsolePolicy(ctx context.Context, project *client.Scoped, id string, wanted types.Bool, actual bool) error {
	if wanted.ValueBool() == actual {
		return nil
	}
	if err := project.SetVMConsolePolicy(ctx, id, wanted.ValueBool()); err != nil {
		return fmt.Errorf("setting console_require_mfa to %t: %w", wanted.ValueBool(), err)
	}
	return nil
}

func (u *updater) rename(ctx context.Context, _ *client.VM) error {
	if u.plan.Name.Equal(u.state.Name) {
		return nil
	}
	err := u.project.RenameVM(ctx, u.id, u.plan.Name.ValueString())
	return tfkit.RenameError(ctx, u.r.ProviderData, kind, tfkit.VM, u.id, u.plan.Name.ValueString(), err)
}

// retag removes what is too much before it adds what is missing: a VM takes a limited number of tags.
func (u *updater) retag(ctx context.Context, vm *client.VM) error {
	if u.plan.EffectiveTags.Equal(u.state.EffectiveTags) {
		return nil // what somebody else has changed since the plan is for the next one
	}
	wanted := tfkit.SetStrings(u.plan.EffectiveTags)
	for _, tag := range vm.Tags {
		if slices.Contains(wanted, tag.Name) {
			continue
		}
		if _, err := u.project.RemoveVMTag(ctx, u.id, tag.ID); err != nil {
			return fmt.Errorf("removing tag %q: %w", tag.Name, err)
		}
	}
	present := tagNames(vm)
	for _, name := range wanted {
		if slices.Contains(present, name) {
			continue
		}
		if _, err := u.project.AddVMTag(ctx, u.id, client.AddVMTagRequest{Name: name}); err != nil {
			return fmt.Errorf("adding tag %q: %w", name, err)
		}
	}
	return nil
}

func (u *updater) reinstall(ctx context.Context, _ *client.VM) error {
	if !reinstalls(u.plan, u.state) {
		return nil
	}
	// Not aborted with the run: what was wiped has to be known.
	err := u.project.ReinstallVM(context.WithoutCancel(ctx), u.id, client.ReinstallVMRequest{
		TemplateID: u.plan.TemplateID.ValueString(),
		SSHKeys:    tfkit.SetStrings(u.plan.SSHKeys),
		Password:   u.config.PasswordWO.ValueString(),
	})
	if err != nil {
		return err
	}
	u.state.SSHKeys, u.state.PasswordWOVersion = u.plan.SSHKeys, u.plan.PasswordWOVersion
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// resize changes disk and plan, where the plan says so and an update that failed later has not done it
// already. A larger disk comes first: a change of the plan boots the VM.
func (u *updater) resize(ctx context.Context, vm *client.VM) error {
	size := u.plan.DiskSize.ValueInt64()
	if !u.plan.DiskSize.Equal(u.state.DiskSize) && size > max(vm.TotalStorage, u.plan.Storage.ValueInt64()) {
		if err := growDisk(ctx, u.project, u.id, size); err != nil {
			return err
		}
	}
	if u.plan.PricingID.Equal(u.state.PricingID) || u.plan.PricingID.ValueInt64() == vm.PricingID {
		return nil
	}
	if err := setPower(ctx, u.project, u.id, client.VMPassive); err != nil {
		return err
	}
	if _, err := u.project.ResizeVM(ctx, u.id, u.plan.PricingID.ValueInt64()); err != nil {
		return err
	}
	_, err := u.project.WaitForVM(ctx, u.id, client.VMActive)
	return err
}

// grows tells whether the VM gets more than it has.
func (u *updater) grows() bool {
	return u.plan.CPU.ValueInt64() > u.state.CPU.ValueInt64() || u.plan.RAM.ValueInt64() > u.state.RAM.ValueInt64() ||
		u.plan.DiskSize.ValueInt64() > u.state.DiskSize.ValueInt64()
}

// growDisk stops the VM and grows its OS disk to size GB. The VM stays stopped.
func growDisk(ctx context.Context, project *client.Scoped, id string, size int64) error {
	if err := setPower(ctx, project, id, client.VMPassive); err != nil {
		return err
	}
	if _, err := project.ResizeVMDisk(ctx, id, size); err != nil {
		return err
	}
	_, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	return err
}

// setPower starts or stops the VM if it is not in the wanted state, and waits for it.
func setPower(ctx context.Context, project *client.Scoped, id, wanted string) error {
	vm, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	if err != nil || vm.Status == wanted {
		return err
	}
	change := project.StartVM
	if wanted == client.VMPassive {
		change = project.StopVM
	}
	if err := tfkit.Begun(ctx, project, vm, change(ctx, id)); err != nil {
		return err
	}
	_, err = project.WaitForVM(ctx, id, wanted)
	return err
}

// wantedPower is the managed power state, or the one that is to be restored.
func wantedPower(managed types.String, before string) string {
	if tfkit.Known(managed) {
		return managed.ValueString()
	}
	return before
}
