package ip

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	pathVM      = path.Root("vm_id")
	pathPrimary = path.Root("primary")
)

// mostIPv4 is how many public IPv4 addresses a VM takes; of IPv6 it takes one.
const mostIPv4 = 4

// ModifyPlan makes known what is known of the address, says what is in its way and where a change moves the VM's primary
// address, and marks as unknown only what a change touches.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, attachmentKind, req, resp)
	p := attachmentPlanner{r: r, stage: stage, diags: &resp.Diagnostics}
	if !stage.Creating {
		p.state = tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	}
	if stage.Destroying && !resp.Diagnostics.HasError() {
		p.sayWhatFollows(ctx, false)
	}
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	p.plan = tfkit.Get[attachmentModel](ctx, resp.Plan, &resp.Diagnostics)
	p.run(ctx)
	tfkit.Set(ctx, &resp.Plan, p.plan, &resp.Diagnostics)
	stage.Finish(ctx)
	if p.leaves(ctx) && !resp.Diagnostics.HasError() {
		p.sayWhatFollows(ctx, len(stage.Replaced(ctx)) > 0 && p.plan.Primary.ValueBool() && p.plan.VMID.Equal(p.state.VMID))
	}
}

// attachmentPlanner works on one plan of one attachment.
type attachmentPlanner struct {
	r     *attachmentResource
	stage *tfkit.Planning
	plan  *attachmentModel
	state *attachmentModel // nil: it is attached
	diags *diag.Diagnostics
}

func (p *attachmentPlanner) run(ctx context.Context) {
	moved := p.state != nil && !p.plan.VMID.Equal(p.state.VMID)
	switch {
	case p.state == nil: // a replacement is planned as a creation too
		p.r.planAddress(ctx, p.stage, p.plan)
		if p.plan.Primary.ValueBool() {
			p.plan.IsPrimary = types.BoolValue(true)
		}
		p.checkRoom(ctx)
	case moved:
		p.plan.NICID, p.plan.MAC, p.plan.IsPrimary = types.Int64Unknown(), types.StringUnknown(), types.BoolUnknown()
		if len(p.stage.Replaced(ctx)) == 0 {
			p.checkRoom(ctx)
		}
	case p.plan.Primary.ValueBool() && !p.state.IsPrimary.IsNull() && !p.state.IsPrimary.ValueBool():
		p.refuseLater()
	}
	p.checkClaim()
}

// leaves tells whether the plan takes an address off its VM.
func (p *attachmentPlanner) leaves(ctx context.Context) bool {
	return p.state != nil && (len(p.stage.Replaced(ctx)) > 0 || !tfkit.SameKnown(p.plan.VMID, p.state.VMID))
}

// refuseLater refuses to make a primary address of one that is another: no call of the API does. One that has lost its
// place elsewhere is only reported.
func (p *attachmentPlanner) refuseLater() {
	text := p.plan.Object() + " is not the VM's primary address, and the API has no call that makes it so. " +
		"Replace all attachments of the VM in one apply (-replace), the others with this one in depends_on; or take primary = true back."
	if p.state.Primary.ValueBool() {
		p.diags.AddAttributeWarning(pathPrimary, "The address is not the primary one any more", text)
		return
	}
	p.diags.AddAttributeError(pathPrimary, "The address is not the primary one", text)
}

// checkClaim refuses a second primary address, and one of a family of which there is only one.
func (p *attachmentPlanner) checkClaim() {
	if tfkit.Known(p.plan.Primary) && isIPv6(p.plan.Address.ValueString()) {
		p.diags.AddAttributeError(pathPrimary, "Only IPv4 addresses can be the primary one",
			p.plan.Object()+": a VM has one IPv6 address. Remove primary.")
		return
	}
	if !p.plan.Primary.ValueBool() || !tfkit.Known(p.plan.VMID) || !tfkit.Known(p.plan.IPID) {
		return
	}
	if other := p.stage.Claim(p.plan.VMID.ValueString(), p.plan.IPID.ValueString()); other != "" {
		p.diags.AddAttributeError(pathPrimary, "Another address is to be the primary one", fmt.Sprintf(
			"%s: the attachment of IP %s to this VM has primary = true too. A VM has one primary address.", p.plan.Object(), other))
	}
}

var errNotReserved = errors.New("it is not reserved: it came with a VM and stays with it")

// planAddress makes the address known, refuses one that is not reserved, and warns of one that another VM has.
func (r *attachmentResource) planAddress(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel) {
	plan.ID = plan.IPID
	ip, ok := stage.Referent(ctx, toIP)
	if !ok {
		r.planNewAddress(ctx, plan, stage.Diags)
		return
	}
	plan.Address = types.StringValue(ip.Value)
	switch {
	case !ip.Reserved:
		addUnattachable(stage.Diags, plan, errNotReserved)
	case !ip.Free:
		warnOfUse(ctx, stage, ip)
	}
}

// planNewAddress makes the address known during an apply: it may be so new that it is waited for.
func (r *attachmentResource) planNewAddress(ctx context.Context, plan *attachmentModel, diags *diag.Diagnostics) {
	if r.Unconfigured() || !tfkit.Known(plan.IPID) || !tfkit.Known(plan.ProjectID) {
		return
	}
	m, err := r.mover(ctx, plan)
	switch {
	case errors.Is(err, client.ErrForbidden): // the key may not look
	case err != nil:
		addUnattachable(diags, plan, err)
	default:
		plan.Address = types.StringValue(m.ip.Address)
	}
}

func addUnattachable(diags *diag.Diagnostics, plan *attachmentModel, err error) {
	tfkit.AddAttributeError(diags, path.Root("ip_id"), "IP cannot be attached", plan.Object(), err)
}

// warnOfUse warns of an address that another VM has.
func warnOfUse(ctx context.Context, stage *tfkit.Planning, ip tfkit.Item) {
	if vm, ok := stage.Referent(ctx, toVM); ok {
		nics, _ := stage.Interfaces(ctx, vm)
		if slices.ContainsFunc(nics, func(nic *client.VMNetwork) bool { return tfkit.SameAddress(nic.IP, ip.Value) }) {
			return // it is there already
		}
	}
	what := tfkit.Object("IP", ip.Value, ip.ID, ip.ProjectID) + " is attached to "
	if vm := stage.VMWith(ctx, ip.Value); vm.ID == "" { // it is no primary address, or the key may not look
		what += "a VM already."
	} else {
		what += tfkit.Object("VM", vm.Name, vm.ID, "") + " already."
	}
	warnOfAttachment(ctx, stage, "ip_id", "The address is in use", ip.ID, what)
}

// warnOfAttachment warns of a reserved address that is on a VM, unless that is a matter of this run.
func warnOfAttachment(ctx context.Context, stage *tfkit.Planning, attribute, summary, ipID, what string) {
	stage.WarnHolder(ctx, attribute, summary, attachment, tfkit.Item{ID: ipID}, what, ipID)
}

// attachment is what stands for an attachment in the run; its id is that of the address.
var attachment = tfkit.Referent{Name: attachmentKind.Name, Type: attachmentKind.Type}

// occupant is an address that the VM has besides the one that is planned.
type occupant struct {
	nic      *client.VMNetwork
	reserved tfkit.Item // the zero Item for an address of the VM's own
}

// occupants are the public addresses of a family that a VM has, besides one, and that no plan of this run takes off it
// as far as is known.
func occupants(ctx context.Context, stage *tfkit.Planning, vm tfkit.Item, address string) []occupant {
	nics, ok := stage.Interfaces(ctx, vm)
	if !ok {
		return nil
	}
	var found []occupant
	for _, nic := range nics {
		if nic.Type == client.NetworkVPC || !sameFamily(nic.IP, address) || tfkit.SameAddress(nic.IP, address) {
			continue
		}
		reserved, err := stage.ReservedIP(ctx, nic.IP)
		if err != nil { // the key may not look
			return nil
		}
		if reserved.ID == "" || !stage.Ending(ctx, attachment, reserved.ID) {
			found = append(found, occupant{nic, reserved})
		}
	}
	slices.SortFunc(found, func(a, b occupant) int { return int(a.nic.NICID - b.nic.NICID) })
	return found
}

// checkRoom refuses or warns where the VM has no room for the address, or another primary one.
func (p *attachmentPlanner) checkRoom(ctx context.Context) {
	if !tfkit.Known(p.plan.VMID) || !tfkit.Known(p.plan.Address) {
		return
	}
	address, vmID := p.plan.Address.ValueString(), p.plan.VMID.ValueString()
	joining, most := 0, 1
	if !isIPv6(address) {
		joining, most = p.stage.Join(vmID, p.plan.IPID.ValueString()), mostIPv4
	}
	vm, ok := p.stage.Referent(ctx, toVM)
	var there []occupant
	if ok {
		there = occupants(ctx, p.stage, vm, address)
	}
	if joining+len(there) >= most {
		p.refuseMore(ctx, vm, there, joining, most)
	}
	if p.plan.Primary.ValueBool() && len(there) > 0 && !p.diags.HasError() {
		p.checkPrimary(ctx, vm, there)
	}
}

// refuseMore says that the VM has no room: an error where all addresses are known to stay, else a warning.
func (p *attachmentPlanner) refuseMore(ctx context.Context, vm tfkit.Item, there []occupant, joining, most int) {
	kept := 0
	for _, o := range there {
		if o.reserved.ID != "" && p.stage.StaysOn(ctx, attachment, o.reserved.ID, vm.ID) {
			kept++
		}
	}
	if joining+kept >= most {
		p.diags.AddAttributeError(pathVM, "Too many addresses", fmt.Sprintf(
			"%s: this configuration gives the VM %d other public addresses of the family, and it takes %d. Attach it to another VM, or remove an attachment.",
			p.plan.Object(), joining+kept, most))
		return
	}
	for _, o := range there {
		p.warnOfOccupant(ctx, vm, o, most)
	}
}

// warnOfOccupant warns of an address that is in the way of another one.
func (p *attachmentPlanner) warnOfOccupant(ctx context.Context, vm tfkit.Item, o occupant, most int) {
	takes := "takes one IPv6 address."
	if most > 1 {
		takes = fmt.Sprintf("takes %d public IPv4 addresses.", most)
	}
	object := tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID)
	if o.reserved.ID != "" {
		warnOfAttachment(ctx, p.stage, "vm_id", "The VM has another reserved address", o.reserved.ID,
			fmt.Sprintf("%s has %s, and %s", object, tfkit.Object("IP", o.nic.IP, o.reserved.ID, ""), takes))
		return
	}
	p.stage.WarnHolder(ctx, "vm_id", "A reserved address beside an own one", tfkit.VM, vm, fmt.Sprintf(
		"%s has %s, an address of its own, and %s To make room for a reserved one, set %s = false on its raff_vm.",
		object, o.nic.IP, takes, ownSwitch(o.nic.IP)), vm.ID)
}

// checkPrimary refuses a primary address for a VM that has others which stay, and warns of those that may go.
func (p *attachmentPlanner) checkPrimary(ctx context.Context, vm tfkit.Item, there []occupant) {
	object := tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID)
	for _, o := range there {
		if o.reserved.ID != "" && p.stage.StaysOn(ctx, attachment, o.reserved.ID, vm.ID) {
			p.diags.AddAttributeError(pathPrimary, "The VM has another primary address", fmt.Sprintf(
				"%s has %s, and only its first public IPv4 address can be the primary one. Take primary = true back, or replace the attachments of the others too (-replace), with this one in their depends_on.",
				object, tfkit.Object("IP", o.nic.IP, o.reserved.ID, "")))
			return
		}
	}
	p.diags.AddAttributeWarning(pathPrimary, "The VM has another address", fmt.Sprintf(
		"%s has %s, and only its first public IPv4 address can be the primary one. Unless that is detached first, this attachment waits for it until its timeout, and fails.",
		object, there[0].nic.IP))
}

// sayWhatFollows says which address becomes the VM's primary one where the plan takes that off it, and refuses that where
// the one that comes in its place has to be the primary one.
func (p *attachmentPlanner) sayWhatFollows(ctx context.Context, refuse bool) {
	if !p.state.IsPrimary.ValueBool() || isIPv6(p.state.Address.ValueString()) || !p.stage.VMStays() || p.r.Unconfigured() {
		return
	}
	vm := tfkit.Item{ID: p.state.VMID.ValueString(), ProjectID: p.state.ProjectID.ValueString()}
	there := occupants(ctx, p.stage, vm, p.state.Address.ValueString())
	if len(there) == 0 {
		return
	}
	next := there[0].nic
	if refuse {
		p.diags.AddAttributeError(pathPrimary, "Another address would become the primary one", fmt.Sprintf(
			"%s is replaced, and as soon as it is detached, %s (interface %d) becomes the VM's primary address. No call of the API changes that. "+
				"Replace the other attachments of the VM too (-replace), with this one in their depends_on, or take primary = true back.",
			p.state.Object(), next.IP, next.NICID))
		return
	}
	p.diags.AddWarning("The primary address changes", fmt.Sprintf(
		"%s is detached by this plan, and is the VM's primary address. %s takes its place: of those that stay, its interface has the lowest number (%d).", p.state.Object(), next.IP, next.NICID))
}
