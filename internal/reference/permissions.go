package reference

import (
	_ "embed"
	"strings"
)

// Stage is what Terraform does with an object.
type Stage string

// The stages, in the order of a page.
const (
	Plan    Stage = "plan" // and refresh, and import
	Create  Stage = "create"
	Update  Stage = "update"
	Destroy Stage = "destroy"
	Invoke  Stage = "invoke" // an action
)

// Stages are all stages.
var Stages = []Stage{Plan, Create, Update, Destroy, Invoke}

// stageTitles are how a page names them.
var stageTitles = map[Stage]string{
	Plan: "Read, plan and import", Create: "Create", Update: "Change in place", Destroy: "Destroy", Invoke: "Invoke",
}

// PermissionsFile has the permissions that each stage of each resource needs. A test in internal/provider counts them, and
// writes them where UPDATE_PERMISSIONS is set. Each is the one that the client names where the API refuses the request.
//
//go:embed permissions.txt
var PermissionsFile string

// ActionPermissionsFile is PermissionsFile for the actions.
//
//go:embed action_permissions.txt
var ActionPermissionsFile string

// Permissions are what the API key needs for a stage of a resource or an action. ok is false for a stage that it has not.
func Permissions(typeName string, stage Stage) (names []string, ok bool) {
	for line := range strings.Lines(PermissionsFile + ActionPermissionsFile) {
		if of, list, _ := strings.Cut(line, ":"); of == typeName+" "+string(stage) {
			return strings.Fields(list), true
		}
	}
	return nil, false
}

// permissionRows is the table of a page.
func permissionRows(typeName string) string {
	var rows strings.Builder
	for _, stage := range Stages {
		names, ok := Permissions(typeName, stage)
		if !ok {
			continue
		}
		text := "none"
		if len(names) > 0 {
			text = "`" + strings.Join(names, "`, `") + "`"
		}
		title := stageTitles[stage]
		if _, isAction := Permissions(typeName, Invoke); isAction && stage == Plan {
			title = "Plan"
		}
		rows.WriteString("| " + title + " | " + text + " |\n")
	}
	return rows.String()
}
