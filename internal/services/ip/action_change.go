package ip

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	changeType    = "raff_ip_change"
	changeTimeout = 5 * time.Minute
)

var (
	_ action.Action               = (*changeAction)(nil)
	_ action.ActionWithConfigure  = (*changeAction)(nil)
	_ action.ActionWithModifyPlan = (*changeAction)(nil)
)

type changeAction struct {
	tfkit.ActionBase
}

// NewChangeAction returns the action raff_ip_change.
func NewChangeAction() action.Action { return &changeAction{} }

type changeModel struct {
	ProjectID types.String   `tfsdk:"project_id"`
	IPID      types.String   `tfsdk:"ip_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (a *changeAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = changeType
}

func (a *changeAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Exchanges a reserved address for another one of the pool. The address must be reserved and detached. It is given up for good. " +
			"The new one has an id of its own, which the progress of the action says.\n\n" +
			"An address that Terraform manages is refused, since its `raff_ip` would lose it: replace that with `terraform apply -replace`.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.ActionProjectID("address"),
			"ip_id":      tfkit.ActionID("address", ""),
			"timeouts":   tfkit.ActionTimeouts(ctx, changeTimeout),
		},
	}
}

var pathIPID = path.Root("ip_id")

// ModifyPlan refuses an address that Terraform manages, or that cannot be exchanged.
func (a *changeAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[changeModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	stage, found, ok := a.Plan(ctx, req, m.ProjectID, tfkit.ActionTarget{Action: changeType, Attribute: "ip_id", To: tfkit.IP, ID: m.IPID}, resp)
	if !ok {
		return
	}
	object := tfkit.Object("IP", found.Value, found.ID, found.ProjectID)
	now, err := a.Client.ReaderIn(found.ProjectID).GetIP(ctx, found.ID)
	switch {
	case stage.Managed(ctx, tfkit.IP, found.ID):
		resp.Diagnostics.AddAttributeError(pathIPID, "The address is managed by Terraform", object+
			" is one of a raff_ip, which would lose it: the new address has another id. Nothing was changed. Plan with -replace=<address of the raff_ip> instead.")
	case err != nil: // the API has the last word
	case !now.Reserved:
		resp.Diagnostics.AddAttributeError(pathIPID, "The address is not reserved", object+
			" came with a VM and goes with it. Only a reserved address can be exchanged. Nothing was changed.")
	case now.Status == client.IPInUse:
		stage.Exclude(ctx, pathIPID, tfkit.IPAttachment, found.ID, "The address is attached", object+
			" is attached to a VM, and only a detached address can be exchanged.")
	}
}

func (a *changeAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[changeModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in := tfkit.Invocation{
		Type: changeType, Failed: "Unable to exchange IP", Object: tfkit.Object("IP", "", m.IPID.ValueString(), m.ProjectID.ValueString()),
		ProjectID: m.ProjectID, Timeout: m.Timeouts.Invoke, ByDefault: changeTimeout,
	}
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		old, err := project.GetIP(ctx, m.IPID.ValueString())
		if err == nil {
			err = changeable(project, old)
		}
		if err != nil {
			return err
		}
		p.Say("Exchanging IP %s (%s) for another one", old.Address, old.ID)
		next, err := exchange(ctx, project, old)
		if err != nil {
			return err
		}
		p.Say("IP %s (%s) takes the place of %s", next.Address, next.ID, old.Address)
		return nil
	})
}

// changeable returns an error where an address cannot be exchanged.
func changeable(project *client.Scoped, ip *client.IP) error {
	switch {
	case !ip.Reserved:
		return fmt.Errorf("%s came with a VM and goes with it: only a reserved address can be exchanged", ip.Address)
	case ip.Status == client.IPInUse:
		return fmt.Errorf("%s is attached to a VM: detach it first", ip.Address)
	}
	return tfkit.CheckProject(project, "address", ip.ProjectID)
}

// exchange exchanges an address. It is not aborted with the run: the new address has to be known. Where the answer does not
// tell which one it is, it is looked for among those that are new.
func exchange(ctx context.Context, project *client.Scoped, old *client.IP) (*client.IP, error) {
	ctx = context.WithoutCancel(ctx)
	before, err := free(ctx, project, old.Type)
	if err != nil {
		return nil, err
	}
	changed, err := project.ChangeIP(ctx, old.ID)
	if err == nil {
		return &changed.New, nil
	}
	if !errors.Is(err, client.ErrAmbiguous) {
		return nil, err
	}
	after, lookErr := free(ctx, project, old.Type)
	if lookErr != nil {
		return nil, fmt.Errorf("%w; looking for the new address failed too: %s", err, lookErr.Error())
	}
	if after[old.ID] != nil {
		return nil, fmt.Errorf("%w; %s is still there", err, old.Address)
	}
	var fresh []*client.IP
	var names []string
	for id, ip := range after {
		if before[id] == nil {
			fresh, names = append(fresh, ip), append(names, fmt.Sprintf("%s (%s)", ip.Address, ip.ID))
		}
	}
	if len(fresh) == 1 {
		return fresh[0], nil
	}
	return nil, fmt.Errorf("%w; %s is gone, and these addresses are new: %s", err, old.Address, strings.Join(names, ", "))
}

// free are the reserved addresses of a family that are attached to no VM, by id.
func free(ctx context.Context, project *client.Scoped, family string) (map[string]*client.IP, error) {
	reserved := true
	found := map[string]*client.IP{}
	for ip, err := range project.ListIPs(ctx, client.IPFilter{Reserved: &reserved, Status: client.IPFree}) {
		if err != nil {
			return nil, err
		}
		if ip.Type == family {
			found[ip.ID] = ip
		}
	}
	return found, nil
}
