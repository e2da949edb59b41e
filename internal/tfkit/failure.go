package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// failedKey marks in the private state an object whose failure was reported.
const failedKey = "failed"

// ReportFailure warns of an object that has failed, at the first refresh that finds it so. next says what
// can be done.
func ReportFailure(ctx context.Context, failed bool, m Model, next string, req resource.ReadRequest, resp *resource.ReadResponse) {
	reported, diags := req.Private.GetKey(ctx, failedKey)
	resp.Diagnostics.Append(diags...)
	switch {
	case failed && len(reported) == 0:
		resp.Diagnostics.AddWarning("The object has failed", m.Object()+" has failed, says the API. "+next)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, failedKey, []byte(`true`))...)
	case !failed && len(reported) > 0:
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, failedKey, nil)...)
	}
}
