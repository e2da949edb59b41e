package framework

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// InProject tells whether an object that was found by its id lies in the project that a data source names, if it
// names one, and adds an error where it does not.
func InProject(wanted types.String, noun, name, id, projectID string, diags *diag.Diagnostics) bool {
	if wanted.IsNull() || wanted.ValueString() == projectID {
		return true
	}
	diags.AddAttributeError(path.Root("project_id"), noun+" is in another project",
		Object(noun, name, id, projectID)+" is not in project "+wanted.ValueString()+". Correct project_id or leave it out.")
	return false
}
