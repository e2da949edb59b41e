package review

import (
	"fmt"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// telling are the attributes that a review shows of a new object, by type of resource; name=value unless it has that value.
var telling = map[string][]string{
	"raff_api_key":                   {"role_id", "rate_limit_tier=standard", "expires_at"},
	"raff_backup":                    {"vm_id"},
	"raff_backup_schedule":           {"vm_id", "type", "day_of_week", "time", "keep_count"},
	"raff_invitation":                {"email", "role_id"},
	"raff_ip":                        {"type", "billing_period=monthly"},
	"raff_ip_attachment":             {"ip_id", "vm_id"},
	"raff_member":                    {"email", "role_id"},
	"raff_project":                   {"description"},
	"raff_project_member":            {"api_key_id", "role_id"},
	"raff_role":                      {"scope", "permissions"},
	"raff_security_group":            {"template_id", "inbound", "outbound"},
	"raff_security_group_attachment": {"security_group_id", "vm_id"},
	"raff_snapshot":                  {"vm_id", "volume_id"},
	"raff_vm":                        {"template_name", "template_version", "cpu", "vcpu", "ram", "memory_gib", "disk_size", "public_ipv4=true", "public_ipv6=false", "extra_storage=0"},
	"raff_volume":                    {"size"},
	"raff_volume_attachment":         {"volume_id", "vm_id"},
	"raff_vpc":                       {"cidr"},
	"raff_vpc_attachment":            {"vpc_id", "vm_id"},
}

// because says why Terraform destroys or replaces an object; empty where there is nothing to add.
func because(reason string) string {
	switch reason {
	case "replace_because_tainted":
		return "it is tainted: its creation did not end well, or somebody has marked it"
	case "replace_by_request":
		return "the plan was made with -replace for it"
	case "replace_by_triggers":
		return "something changes that its replace_triggered_by names"
	case "delete_because_no_resource_config":
		return "no longer in the configuration"
	case "delete_because_no_module":
		return "its module is no longer in the configuration"
	case "delete_because_count_index":
		return "its index is beyond count"
	case "delete_because_each_key":
		return "its key is no longer in for_each"
	case "delete_because_wrong_repetition":
		return "its block has count or for_each now, or has them no longer"
	case "delete_because_no_move_target":
		return "it was moved to an address that is not in the configuration"
	}
	return ""
}

// deferredBecause says why a plan leaves an object to a later one.
func deferredBecause(reason string) string {
	switch reason {
	case "instance_count_unknown":
		return "how many there are is known only after the apply"
	case "resource_config_unknown":
		return "its configuration is known only after the apply"
	case "provider_config_unknown":
		return "the configuration of its provider is known only after the apply"
	case "absent_prereq":
		return "something that it needs is not there yet"
	case "deferred_prereq":
		return "something that it needs is deferred"
	}
	return "Terraform decides later"
}

// group is a section of a review. The gravest come first.
type group int

const (
	groupFails group = iota
	groupDestroyed
	groupReplaced
	groupReinstalled
	groupStopped
	groupChanged
	groupCreated
	groupForgotten
	groupUnknown
	groupState // imported or moved, and not changed
)

// groups have what stands above each section.
var groups = []struct {
	title string
	grave bool
}{
	groupFails:       {"Cannot succeed as planned", true},
	groupDestroyed:   {"Destroyed", true},
	groupReplaced:    {"Replaced: destroyed, and created anew", true},
	groupReinstalled: {"Reinstalled", true},
	groupStopped:     {"Changed in place, and stopped", true},
	groupChanged:     {"Changed in place", false},
	groupCreated:     {"Created", false},
	groupForgotten:   {"No longer managed, and kept", true},
	groupUnknown:     {"Changed in a way that this version does not know", true},
	groupState:       {"Imported or moved, and not changed", false},
}

// groupOf is the section that a change is in.
func groupOf(c Change) group {
	switch {
	case c.has(effects.Fails):
		return groupFails
	case c.Action == actionDestroy:
		return groupDestroyed
	case c.Action == actionReplace:
		return groupReplaced
	case c.Action == actionUpdate && c.has(effects.Reinstall):
		return groupReinstalled
	case c.Action == actionUpdate && c.has(effects.Stop):
		return groupStopped
	case c.Action == actionUpdate:
		return groupChanged
	case c.Action == actionCreate:
		return groupCreated
	case c.Action == actionForget || c.Action == actionRenew:
		return groupForgotten
	case c.Action == actionNone:
		return groupState
	}
	return groupUnknown
}

// done are the actions as participles, in the order in which a summary has them.
var done = []struct {
	action action
	text   string
}{
	{actionDestroy, "destroyed"},
	{actionReplace, "replaced"},
	{actionUpdate, "changed in place"},
	{actionCreate, "created"},
	{actionForget, "no longer managed"},
	{actionRenew, "created while the old one is no longer managed"},
	{actionUnknown, "changed in an unknown way"},
}

// labels are the kinds of effects as a word or two before the text.
var labels = map[effects.Kind]string{
	effects.Fails: "Cannot succeed", effects.Reinstall: "Reinstall", effects.DataLoss: "Data loss", effects.Credential: "Secret", effects.Address: "Address",
	effects.Access: "Access", effects.Stop: "Stop", effects.Final: "Final", effects.Move: "Another project", effects.Left: "Left behind",
}

// labelOf is the word before an effect's text.
func labelOf(kind effects.Kind) string {
	if label, ok := labels[kind]; ok {
		return label
	}
	return string(kind)
}

// dangers say what a number of objects undergo: with one, and with several.
var dangers = map[effects.Kind][2]string{
	effects.Fails:      {"1 cannot succeed as planned", "%d cannot succeed as planned"},
	effects.Reinstall:  {"1 is reinstalled", "%d are reinstalled"},
	effects.DataLoss:   {"1 loses data", "%d lose data"},
	effects.Credential: {"1 secret stops working", "%d secrets stop working"},
	effects.Address:    {"1 gives up an address", "%d give up addresses"},
	effects.Access:     {"1 takes access away", "%d take access away"},
	effects.Stop:       {"1 is stopped", "%d are stopped"},
	effects.Final:      {"1 cannot be taken back", "%d cannot be taken back"},
	effects.Move:       {"1 moves to another project", "%d move to another project"},
	effects.Left:       {"1 leaves something behind", "%d leave something behind"},
}

// danger says what n objects undergo.
func danger(kind effects.Kind, n int) string {
	forms, ok := dangers[kind]
	switch {
	case !ok:
		return fmt.Sprintf("%d: %s", n, kind)
	case n == 1:
		return forms[0]
	}
	return fmt.Sprintf(forms[1], n)
}

// objects counts objects.
func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}
