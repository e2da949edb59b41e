package tfkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Fate is what becomes of an object where one that it refers to comes to an end in the same run, and the
// id of the next one is not known yet.
type Fate int

// The fates of an object.
const (
	Stays    Fate = iota // it outlives that one, and stays as it is
	Replaced             // it goes with that one, or has to go before it
	Follows              // it is changed in place
)

// Reference is an attribute that holds the id of another object.
type Reference struct {
	Attribute string
	To        Referent
	Scope     string // that a role must have; empty for any
	IfGone    Fate
	// Interface tells of an attribute with the number of a VM's interface, not an id. The VM is in vm_id,
	// and the interface goes with the object of To that is attached to it.
	Interface bool
}

// checkReferences refuses ids that no other change of the same run can make valid: of objects that do not
// exist, or are in another project. Only what is new is checked.
func (p *Planning) checkReferences(ctx context.Context) {
	for _, ref := range p.kind.References {
		if ref.Interface {
			continue
		}
		if id, changed := p.changedText(ctx, ref.Attribute); changed {
			p.checkReference(ctx, ref, id)
		}
	}
}

// checkIntegerIDs refuses an id that no object can have. It is checked at plan, not in the schema: the configuration is
// validated with made-up ids, too, where the provider is mocked.
func (p *Planning) checkIntegerIDs(ctx context.Context) {
	for _, ref := range p.kind.References {
		if !ref.To.IntegerIDs {
			continue
		}
		if id := p.text(ctx, p.resp.Plan, ref.Attribute); Known(id) && !integerID.MatchString(id.ValueString()) {
			answer := fmt.Sprintf("Find the id with the %s data source.", ref.To.Type)
			if !p.base.Unconfigured() {
				answer = p.base.Inventory.idOfName(ctx, ref.To, p.project.ValueString(), id.ValueString())
			}
			p.Diags.AddAttributeError(path.Root(ref.Attribute), "Invalid id of "+withArticle(ref.To.Name), fmt.Sprintf(
				"%s must be a positive integer, written without leading zeros, got %s. %s", ref.Attribute, quote(id.ValueString()), answer))
		}
	}
}

// changedText returns an attribute that is known and that the plan gives a value it did not have.
func (p *Planning) changedText(ctx context.Context, name string) (value string, changed bool) {
	planned := p.text(ctx, p.resp.Plan, name)
	if !Known(planned) || planned.ValueString() == "" || !p.Creating && planned.Equal(p.text(ctx, p.req.State, name)) {
		return "", false
	}
	// During an apply the object may be so new that no read shows it yet. The API has the last word.
	return planned.ValueString(), !p.base.Run.applies(p.kind.Type, p.id.ValueString(), p.req.ClientCapabilities.DeferralAllowed)
}

func (p *Planning) checkReference(ctx context.Context, ref Reference, id string) {
	at := path.Root(ref.Attribute)
	item, err := p.base.Inventory.Find(ctx, ref.To, p.project.ValueString(), id)
	switch {
	case (absent(err) || errors.Is(err, client.ErrForbidden)) && !ref.To.isID(id):
		AddIDExpected(p.Diags, at, ref.To.Name, id, p.base.Inventory.idOfName(ctx, ref.To, p.project.ValueString(), id))
	case errors.Is(err, client.ErrForbidden): // the key may not look
	case absent(err):
		p.Diags.AddAttributeError(at, "Unknown "+ref.To.Name, fmt.Sprintf(
			"There is no %s %s that the API key can reach. Find one with the %s or %ss data source.",
			ref.To.Name, quote(id), ref.To.Type, ref.To.Type))
	case err != nil:
		AddAttributeError(p.Diags, at, "Unable to read "+ref.To.Name, Object(ref.To.Name, "", id, ""), err)
	case item.ProjectID != "" && Known(p.project) && item.ProjectID != p.project.ValueString():
		p.Diags.AddAttributeError(at, "The "+ref.To.Name+" is in another project", fmt.Sprintf(
			"%s: %s can only refer to %s of the same project, %s.",
			Object(ref.To.Name, item.Name, item.ID, item.ProjectID), p.object(ctx), withArticle(ref.To.Name), p.project.ValueString()))
	case ref.Scope != "" && item.Scope != ref.Scope:
		p.Diags.AddAttributeError(at, "Role of another scope", fmt.Sprintf(
			"Role %s is of scope %s, and one of scope %s is needed here. Find one with the raff_roles data source and scope = %s.",
			quote(item.Name), item.Scope, ref.Scope, quote(ref.Scope)))
	}
}

// Referent returns the object that an attribute newly refers to, for checks of a service's own, and
// false where there is none or the key may not see it.
func (p *Planning) Referent(ctx context.Context, ref Reference) (Item, bool) {
	if p.base.Unconfigured() {
		return Item{}, false
	}
	id, changed := p.changedText(ctx, ref.Attribute)
	if !changed {
		return Item{}, false
	}
	item, err := p.base.Inventory.Find(ctx, ref.To, p.project.ValueString(), id)
	return item, err == nil
}

// Others lists the objects of a kind that the key can reach, once in a run.
func (p *Planning) Others(ctx context.Context, to Referent) ([]Item, error) {
	return p.base.Inventory.all(ctx, to)
}

// Changed tells whether an attribute that is a text is to be checked: it is known, the plan gives it a
// value that it did not have, and nothing is applied yet.
func (p *Planning) Changed(ctx context.Context, name string) bool {
	_, changed := p.changedText(ctx, name)
	return changed
}

// Ending tells whether an object comes to an end in this run. Terraform may plan it later than the one
// that asks, so the answer waits until it does, or until nothing else is going on.
func (p *Planning) Ending(ctx context.Context, to Referent, id string) bool {
	p.base.Run.has(ctx, to.Type, id)
	return p.base.Run.ending(ctx, to.Type, id)
}

// checkRegion refuses a region that the catalogue does not have, whatever attribute holds it.
func (p *Planning) checkRegion(ctx context.Context) {
	for _, name := range []string{"region", "default_region"} {
		code, changed := p.changedText(ctx, name)
		if !changed {
			continue
		}
		regions, err := p.base.Catalog.Regions(ctx)
		if err != nil {
			AddAttributeError(p.Diags, path.Root(name), "Unable to read the catalogue", "Regions", err)
			continue
		}
		codes := make([]string, len(regions))
		for i, r := range regions {
			codes[i] = r.Code
		}
		if !slices.Contains(codes, code) {
			p.Diags.AddAttributeError(path.Root(name), "Unknown region", fmt.Sprintf(
				"There is no region %s. There are: %s. Nothing was changed.", quote(code), strings.Join(codes, ", ")))
		}
	}
}

// WarnTaken warns where another object has a name that must be unique. It may make room in the same run,
// and one that is managed in this run is expected to.
func (p *Planning) WarnTaken(ctx context.Context, attribute string, to Referent) {
	if p.base.Unconfigured() || p.Diags.HasError() {
		return
	}
	name, changed := p.changedText(ctx, attribute)
	if !changed {
		return
	}
	holder, err := p.base.Inventory.Named(ctx, to, name)
	if err != nil || holder.ID == "" || holder.ID == p.id.ValueString() {
		return
	}
	p.WarnHolder(ctx, attribute, "The "+attribute+" is taken", to, holder,
		Object(to.Name, holder.Name, holder.ID, holder.ProjectID)+" has this "+attribute+".", holder.ID)
}

// WarnHolder warns of an object that is in the way of the plan, unless it is one of this run. importID is
// what imports it as to.Type.
func (p *Planning) WarnHolder(ctx context.Context, attribute, summary string, to Referent, holder Item, what, importID string) {
	if p.base.Run.has(ctx, to.Type, holder.ID) {
		return
	}
	p.Diags.AddAttributeWarning(path.Root(attribute), summary, fmt.Sprintf(
		"%s Unless it makes room first, the apply fails. If it is the one you mean, import it: terraform import <address of the %s> %s",
		what, to.Type, importID))
}

// LeftOut has the attribute be null where the configuration leaves it out, except for an imported object
// whose configuration has never given it.
func LeftOut[T attr.Value](p *Planning, name string, planned *T, null T) {
	if p.config[name].IsNull() && !p.Unrecorded(name) {
		*planned = null
	}
}

// SameKnown tells whether two values are the same as far as is known: one that is not known yet is no
// change.
func SameKnown(planned, prior attr.Value) bool {
	return planned.IsUnknown() || planned.Equal(prior)
}
