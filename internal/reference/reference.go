// Package reference has what the reference pages of the documentation say beyond the schemas: under which heading a page
// is listed, what a change of an attribute does, what permissions an operation needs, what an object costs and what a
// destroy does.
//
// Nothing of it reaches the released binary. Tests hold it to the provider: see reference_test.go here, and
// reference_test.go in internal/provider, which plans the changes and counts the permissions.
package reference

import "strings"

// subcategories are the headings in the registry, by the type without its prefix. The plural of a data source that lists
// objects has the heading of its singular.
var subcategories = map[string]string{
	"api_key":                   "Access",
	"backup":                    "Backup",
	"backup_create":             "Backup",
	"backup_pricing":            "Catalogue",
	"backup_restore":            "Backup",
	"backup_schedule":           "Backup",
	"backup_series_reset":       "Backup",
	"cost":                      "Account",
	"invitation":                "Access",
	"ip":                        "Network",
	"ip_attachment":             "Network",
	"ip_change":                 "Network",
	"ip_pricing":                "Catalogue",
	"member":                    "Access",
	"permissions":               "Access",
	"project":                   "Account",
	"project_member":            "Access",
	"region":                    "Catalogue",
	"role":                      "Access",
	"security_group":            "Network",
	"security_group_attachment": "Network",
	"security_group_templates":  "Catalogue",
	"snapshot":                  "Backup",
	"snapshot_pricing":          "Catalogue",
	"snapshot_restore":          "Backup",
	"ssh_key":                   "Access",
	"template":                  "Catalogue",
	"vm":                        "Compute",
	"vm_factory_reset":          "Compute",
	"vm_networks":               "Network",
	"vm_note":                   "Compute",
	"vm_plan":                   "Catalogue",
	"vm_power":                  "Compute",
	"vm_reinstall":              "Compute",
	"vm_reset_password":         "Compute",
	"vm_save_image":             "Compute",
	"volume":                    "Storage",
	"volume_attachment":         "Storage",
	"volume_pricing":            "Catalogue",
	"vpc":                       "Network",
	"vpc_attachment":            "Network",
	"vpc_cidr_suggestions":      "Network",
}

// Subcategory is the heading under which the registry lists a resource, a data source, an ephemeral resource or an action. It is
// empty for a type that has none yet.
func Subcategory(typeName string) string {
	short := strings.TrimPrefix(typeName, "raff_")
	if heading, ok := subcategories[short]; ok {
		return heading
	}
	return subcategories[strings.TrimSuffix(short, "s")]
}
