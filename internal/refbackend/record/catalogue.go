package record

import (
	"fmt"
	"slices"
	"strings"
)

// catalogue are the operations that answer for the platform, and what tells their entries apart. The backend has a
// catalogue of its own, whatever the account.
var catalogue = []string{
	"listRegions", "listTemplates", "listVMPricing", "listVolumePricing", "listSnapshotPricing", "listBackupPricing",
	"listIPPricing", "listPermissions", "listSecurityGroupTemplates",
}

// entries tells how the entries of a list of the catalogue are told apart, and what one that the backend does not know
// is called.
var entries = map[string]struct {
	fields  []string
	path    string
	unknown string
}{
	"listRegions":                {[]string{"code"}, "regions[].code", "unknown region"},
	"listTemplates":              {[]string{"name", "version"}, "data[].name", "unknown template"},
	"listVMPricing":              {[]string{"id"}, "plans[].id", kindPlan},
	"listPermissions":            {[]string{"name"}, "data[].name", kindPermission},
	"listSecurityGroupTemplates": {[]string{"name"}, "data[].name", "unknown security group template"},
}

// noted are fields of which another value is nothing to know: ids that the backend makes up, and texts for people.
var noted = []string{"id", "description", "flag", "display_order"}

// compareCatalogue reports where the catalogue of an API is not that of the backend. images are templates of the
// account itself, which the list of templates shows too.
func compareCatalogue(recorded, backend map[string][]item, answered map[string]bool, report *Report) {
	for _, id := range catalogue {
		if !answered[id] {
			continue
		}
		how, list := entries[id]
		known := map[string]item{}
		for _, found := range backend[id] {
			known[entryName(found.value, how.fields)] = found
		}
		for _, found := range recorded[id] {
			name := entryName(found.value, how.fields)
			other, ok := known[name]
			delete(known, name)
			if !ok {
				report.find(finding{Operation: id, Path: how.path, Kind: how.unknown, Detail: name})
				continue
			}
			compareEntry(id, name, list, how.path, found, other, report)
		}
		for _, name := range sorted(known) {
			report.find(finding{Operation: id, Path: how.path, Kind: kindAbsent, Detail: name + ", the backend has it"})
		}
	}
	comparePermissions(recorded, backend, report)
	comparePlans(recorded, backend, report)
}

func entryName(object map[string]any, fields []string) string {
	var parts []string
	for _, field := range fields {
		parts = append(parts, fmt.Sprint(object[field]))
	}
	return strings.Join(parts, " ")
}

func compareEntry(id, name string, list bool, path string, recorded, backend item, report *Report) {
	prefix, _, _ := strings.Cut(path, ".")
	compareValues("", recorded.value, backend.value, func(field, example string) {
		if slices.Contains(noted, field) {
			return
		}
		f := finding{Operation: id, Path: field, Kind: kindDiffers, Detail: "the backend has " + example}
		if list {
			f.Path, f.Detail = join(prefix, field), name+": "+f.Detail
		}
		report.find(f)
	})
}

// comparePermissions reports permissions of roles that the backend does not know.
func comparePermissions(recorded, backend map[string][]item, report *Report) {
	known := map[string]bool{}
	for _, found := range backend["listPermissions"] {
		known[fmt.Sprint(found.value["name"])] = true
	}
	for _, found := range recorded["listRoles"] {
		names, _ := found.value["permissions"].([]any)
		for _, name := range names {
			if !known[fmt.Sprint(name)] {
				report.find(finding{Operation: "listRoles", Path: "data[].permissions[]", Kind: kindPermission, Detail: fmt.Sprint(name)})
			}
		}
	}
}

// comparePlans reports plans of VMs that the backend does not know.
func comparePlans(recorded, backend map[string][]item, report *Report) {
	known := map[string]bool{}
	for _, found := range backend["listVMPricing"] {
		known[fmt.Sprint(found.value["id"])] = true
	}
	for _, found := range recorded["listVMs"] {
		if plan := fmt.Sprint(found.value["pricing_id"]); !known[plan] {
			report.find(finding{Operation: "listVMs", Path: "data[].pricing_id", Kind: kindPlan, Detail: plan})
		}
	}
}
