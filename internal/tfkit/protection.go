package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Destroying tells whether a plan destroys the object.
func Destroying(req resource.ModifyPlanRequest) bool { return req.Plan.Raw.IsNull() }

// Creating tells whether a plan makes a new object.
func Creating(req resource.ModifyPlanRequest) bool { return req.State.Raw.IsNull() }

// CheckDeletionProtection refuses a plan that destroys the object, or replaces it because of the named
// attributes, while deletion_protection is true in the state.
func CheckDeletionProtection(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, object string, replacing ...string) {
	if Creating(req) {
		return
	}
	protection := path.Root("deletion_protection")
	if _, guarded := req.State.Schema.GetAttributes()["deletion_protection"]; !guarded {
		return
	}
	var protected types.Bool
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, protection, &protected)...)
	if !protected.ValueBool() {
		return
	}
	if Destroying(req) {
		resp.Diagnostics.AddAttributeError(protection, "Deletion is protected", protectionDetail(object, "destroyed"))
		return
	}
	for _, name := range replacing {
		resp.Diagnostics.AddAttributeError(path.Root(name), "Deletion is protected", "A change of "+name+" replaces the object. "+protectionDetail(object, "replaced"))
	}
}

// AddProtectedError refuses a deletion that no plan announced, as of a tainted object.
func AddProtectedError(diags *diag.Diagnostics, object string) {
	diags.AddAttributeError(path.Root("deletion_protection"), "Deletion is protected", protectionDetail(object, "destroyed"))
}

func protectionDetail(object, verb string) string {
	return object + " has deletion_protection = true and is not " + verb + ". " +
		"If that is what you want, set deletion_protection = false, apply, and then plan this change again."
}
