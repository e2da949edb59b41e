package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// failedKey marks in the private state an object whose failure was reported, and neverReadyKey one whose Create was
// interrupted, until it is seen ready.
const (
	failedKey     = "failed"
	neverReadyKey = "never_ready"
)

// ReportFailure warns of an object that has failed, at the first refresh that finds it so. next says what
// can be done. An object that failed before it was ever ready, after an interrupt had ended the wait for it, is no good to
// anybody: as Terraform would have tainted it, it is replaced by the next plan.
func ReportFailure(ctx context.Context, failed, ready bool, m Model, next string, req resource.ReadRequest, resp *resource.ReadResponse) {
	reported, diags := req.Private.GetKey(ctx, failedKey)
	resp.Diagnostics.Append(diags...)
	unready, diags := req.Private.GetKey(ctx, neverReadyKey)
	resp.Diagnostics.Append(diags...)
	switch {
	case failed && len(unready) > 0:
		resp.Diagnostics.AddWarning("The object has failed", m.Object()+" has failed before it was ready, says the API. "+
			"The next apply destroys it and creates another one, unless it has deletion_protection = true.")
	case failed && len(reported) == 0:
		resp.Diagnostics.AddWarning("The object has failed", m.Object()+" has failed, says the API. "+next)
	}
	mark := func(key string, set, isSet bool) {
		var data []byte // none removes the key
		if set {
			data = []byte(`true`)
		}
		if set != isSet {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, key, data)...)
		}
	}
	mark(failedKey, failed, len(reported) > 0)
	mark(neverReadyKey, len(unready) > 0 && !ready, len(unready) > 0)
}

// replaceFailed has the plan replace an object that failed before it was ever ready, unless it is protected.
func (p *Planning) replaceFailed(ctx context.Context) {
	for _, key := range []string{failedKey, neverReadyKey} {
		data, diags := p.req.Private.GetKey(ctx, key)
		p.Diags.Append(diags...)
		if len(data) == 0 {
			return
		}
	}
	if p.protected(ctx) {
		return
	}
	p.Diags.Append(p.resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringUnknown())...)
	p.Replace("id")
}
