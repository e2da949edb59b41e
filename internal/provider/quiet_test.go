package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Whatever one attribute is changed to, a plan leaves unknown only what testdata/unknown.txt lists: for each
// type and attribute, by what the plan does. Whatever it lists has a reason in mayBeUnknown.
func TestAccEveryResource_plansLeaveLittleUnknown(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	q := newQuiet(t, b, w, settled(t, w, objects))
	for _, o := range q.objects {
		q.create(o)
		for _, variant := range variants(w, o) {
			for _, a := range settable(w, o) {
				q.change(variant, a.Name)
			}
		}
	}
	q.compare()
}

// mayBeUnknown says why a plan may leave an attribute unknown.
var mayBeUnknown = map[string]string{
	"id": "given by the API", "account_id": "said by the API", "created_at": "the API's clock", "created_by": "said by the API",
	"invited_by": "said by the API", "invited_at": "the API's clock",
	"region": "said by the API", "nic_id": "given by the API", "mac": "given by the API",

	"raff_api_key.key_prefix":                   "drawn by the API",
	"raff_api_key.secret":                       "drawn by the API",
	"raff_backup.monthly_price":                 "by the size, which the API measures",
	"raff_backup.price_per_hour":                "by the size, which the API measures",
	"raff_backup_schedule.name":                 "composed by the API",
	"raff_backup_schedule.runtime":              "worded by the API",
	"raff_invitation.expires_at":                "the API's clock",
	"raff_invitation.member_id":                 "given by the API",
	"raff_invitation.status":                    "said by the API",
	"raff_ip.ip_address":                        "chosen by the API",
	"raff_ip_attachment.is_primary":             "depends on what else the VM has then",
	"raff_member.accepted_at":                   "the API's clock, where the member joins at once",
	"raff_member.email":                         "said by the API of a user or a key",
	"raff_member.invitation_expires_at":         "the API's clock",
	"raff_member.invitation_id":                 "given by the API",
	"raff_project.is_active":                    "not documented of a new project",
	"raff_project.is_default":                   "not documented of a new project",
	"raff_project.slug":                         "composed by the API",
	"raff_project_member.accepted_at":           "the API's clock, where the member joins at once",
	"raff_project_member.email":                 "said by the API of a user or a key",
	"raff_project_member.invitation_expires_at": "the API's clock",
	"raff_project_member.invitation_id":         "given by the API",
	"raff_snapshot.monthly_price":               "by the size, which the API measures",
	"raff_snapshot.price_per_hour":              "by the size, which the API measures",
	"raff_snapshot.size":                        "measured by the API",
	"raff_snapshot.target_size":                 "measured by the API",
	"raff_vm.billing_type":                      "decided by the API",
	"raff_vm.private_ipv4_address":              "chosen by the API",
	"raff_vm.public_ipv4_address":               "chosen by the API",
	"raff_vm.public_ipv6_address":               "chosen by the API",
	"raff_vm_note.user_id":                      "whoever writes last",
	"raff_vpc.dns":                              "not documented of a new VPC",
	"raff_vpc.gateway_type":                     "not documented of a new VPC",
	"raff_vpc.status":                           "not documented of a new VPC",
	"raff_vpc_attachment.gateway":               "said by the API of the interface",
	"raff_vpc_attachment.ip":                    "chosen by the API",
}

// quiet collects what plans leave unknown.
type quiet struct {
	t       *testing.T
	w       *acctest.Walk
	b       *acctest.Backend
	objects []acctest.Object
	others  map[string]map[string]string // ids of other objects to refer to, by project and attribute
	roles   map[string]string            // a system role by scope
	found   map[string][]string          // attributes by type, attribute that is changed, and what the plan does
	refused map[string][]string          // errors by attribute; nil where a plan was accepted
	keys    int                          // keys with chosen permissions so far
}

func newQuiet(t *testing.T, b *acctest.Backend, w *acctest.Walk, objects []acctest.Object) *quiet {
	t.Helper()
	q := &quiet{
		t: t, w: w, b: b, objects: objects, others: map[string]map[string]string{}, roles: newDrift(t, b).roles,
		found: map[string][]string{}, refused: map[string][]string{},
	}
	for i, project := range []string{b.Production(), b.Staging()} {
		q.others[project] = q.referents(project, i)
	}
	key := q.others[b.Production()]["api_key_id"]
	q.others[""] = map[string]string{"api_key_id": key, "target_user_id": "00000000-0000-4000-8000-000000000000"}
	return q
}

// referents creates an object of each type that others refer to.
func (q *quiet) referents(projectID string, n int) map[string]string {
	q.t.Helper()
	ctx, c := q.t.Context(), q.b.Client(q.t)
	project := c.Project(projectID)
	must := func(err error) {
		q.t.Helper()
		if err != nil {
			q.t.Fatal(err)
		}
	}
	vm := q.b.MakeVM(q.t, projectID, fmt.Sprintf("other-%d", n))
	vpc, err := project.CreateVPC(ctx, client.CreateVPCRequest{Name: fmt.Sprintf("other-%d", n), CIDR: fmt.Sprintf("10.7%d.0.0/24", n), Region: "us-east"})
	must(err)
	volume, err := project.CreateVolume(ctx, client.CreateVolumeRequest{Name: fmt.Sprintf("other-%d", n), Size: 20, VolumeType: client.VolumeTypeNVMe})
	must(err)
	ip, err := project.ReserveIP(ctx, client.ReserveIPRequest{Type: client.IPv4})
	must(err)
	group, err := project.CreateSecurityGroup(ctx, client.CreateSecurityGroupRequest{Name: fmt.Sprintf("other-%d", n), TemplateID: "ssh-only"})
	must(err)
	key, err := c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: fmt.Sprintf("other-%d", n)})
	must(err)
	return map[string]string{
		"vm_id": vm.ID, "vpc_id": vpc.ID, "volume_id": fmt.Sprint(volume.ID), "ip_id": ip.ID,
		"security_group_id": group.ID, "api_key_id": key.ID,
	}
}

// create plans a new object like one that exists.
func (q *quiet) create(o acctest.Object) {
	q.t.Helper()
	null, config := q.w.New(o.Type, o.Name, q.w.Attributes(q.w.Config(o)))
	for _, name := range []string{"name", "slug", "email", "cidr"} {
		value, ok := q.w.Attributes(config)[name]
		if ok && !value.IsNull() && (o.Type != "raff_project_member" || name != "email") {
			config = q.w.With(config, q.another(o, name))
		}
	}
	if config = q.nameOne(o, config); !q.valid(o, config) {
		q.t.Errorf("a new %s is not valid", o.Address())
	}
	p := q.w.Plan(null, config)
	if len(p.Errors) > 0 {
		q.t.Errorf("a new %s: %s", o.Address(), p.Errors)
		return
	}
	q.collect(o, "new", p)
}

// nameOne leaves out what the API has filled in of a member that is named otherwise.
func (q *quiet) nameOne(o acctest.Object, config tftypes.Value) tftypes.Value {
	attributes := q.w.Attributes(config)
	key, isMember := attributes["api_key_id"]
	user, ok := attributes["target_user_id"]
	if isMember && ok && (!key.IsNull() || !user.IsNull()) {
		return q.w.With(config, map[string]tftypes.Value{"email": tftypes.NewValue(tftypes.String, nil)})
	}
	return config
}

// change plans an object with another value of one attribute, and without it, where that can be.
func (q *quiet) change(o acctest.Object, name string) {
	q.t.Helper()
	config := q.nameOne(o, q.w.Config(o))
	old := q.w.Attributes(config)[name]
	for _, changes := range []map[string]tftypes.Value{q.another(o, name), {name: tftypes.NewValue(old.Type(), nil)}} {
		q.alone(o.Type, name, changes)
		changed := q.w.With(config, changes)
		if !changes[name].Equal(old) && q.valid(o, changed) {
			q.plan(o, name, changed)
		}
	}
}

// alone takes out the other names of a member, where a change is about one of them.
func (q *quiet) alone(typeName, name string, changes map[string]tftypes.Value) {
	names := []string{"email", "target_user_id", "api_key_id"}
	if !strings.HasSuffix(typeName, "member") || !slices.Contains(names, name) {
		return
	}
	for _, other := range names {
		if other != name {
			changes[other] = tftypes.NewValue(tftypes.String, nil)
		}
	}
}

func (q *quiet) plan(o acctest.Object, name string, config tftypes.Value) {
	q.t.Helper()
	p := q.w.Plan(o, config)
	what := name
	if len(p.Errors) == 0 && len(p.Replaces) > 0 {
		p = q.w.Force(o, config)
		what += " replaces"
	}
	tried := o.Type + "." + name
	if len(p.Errors) > 0 {
		if refused, ok := q.refused[tried]; !ok || refused != nil {
			q.refused[tried] = append(refused, p.Errors...)
		}
		return
	}
	q.refused[tried] = nil
	q.collect(o, what, p)
}

// valid tells whether Terraform would plan a configuration.
func (q *quiet) valid(o acctest.Object, config tftypes.Value) bool {
	q.t.Helper()
	for _, a := range q.w.Schemas[o.Type].Block.Attributes {
		if a.Required && q.w.Attributes(config)[a.Name].IsNull() {
			return false
		}
	}
	response, err := q.w.Server().ValidateResourceConfig(q.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: o.Type, Config: q.w.Dynamic(config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		q.t.Fatal(err)
	}
	return len(errorsOf(response.Diagnostics)) == 0
}

// collect takes down what a plan of an object leaves unknown.
func (q *quiet) collect(o acctest.Object, what string, p acctest.Planned) {
	q.t.Helper()
	key := o.Type + " " + what
	for name, value := range q.w.Attributes(p.Planned) {
		if value.IsFullyKnown() {
			continue
		}
		if !slices.Contains(q.found[key], name) {
			q.found[key] = append(q.found[key], name)
		}
	}
}

// another are changes that give an attribute another valid value. A few need a second one with it.
func (q *quiet) another(o acctest.Object, name string) map[string]tftypes.Value {
	q.t.Helper()
	old := q.w.Attributes(o.State)[name]
	text := func(value string) map[string]tftypes.Value {
		return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, value)}
	}
	if value := q.others[q.project(o)][name]; value != "" {
		changes := text(value)
		if o.Type == "raff_vpc_attachment" && name == "vpc_id" { // the address is of the range
			changes["ip"] = tftypes.NewValue(tftypes.String, nil)
		}
		return changes
	}
	for _, value := range otherTexts[strings.TrimPrefix(o.Type, "raff_")+"."+name] {
		if !tftypes.NewValue(tftypes.String, value).Equal(old) {
			changes := text(value)
			switch o.Type + "." + value {
			case "raff_backup_schedule.daily":
				changes["day_of_week"] = tftypes.NewValue(tftypes.String, nil)
			case "raff_backup_schedule.weekly":
				changes["day_of_week"] = tftypes.NewValue(tftypes.String, "Monday")
			}
			return changes
		}
	}
	switch {
	case name == "project_id":
		return q.moved(o)
	case o.Type == "raff_role" && name == "scope":
		return q.otherScope(o)
	case name == "role_id":
		return text(q.role(o))
	case o.Type == "raff_project_member" && name == "target_user_id":
		return text(onlyMember(q.t, q.b).UserID)
	case name == "pricing_id":
		return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Number, 11), "disk_size": tftypes.NewValue(tftypes.Number, nil)}
	case old.Type().Is(tftypes.Bool):
		if old.IsNull() {
			return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Bool, true)}
		}
		return map[string]tftypes.Value{name: flipped(q.t, old)}
	case old.Type().Is(tftypes.Number):
		n := new(big.Float)
		if !old.IsNull() {
			if err := old.As(&n); err != nil {
				q.t.Fatal(err)
			}
		}
		return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Number, new(big.Float).Add(n, big.NewFloat(1)))}
	case old.Type().Is(tftypes.String):
		return text("another")
	default:
		return map[string]tftypes.Value{name: q.otherElements(o, name, old)}
	}
}

// moved are changes that put an object into another project, with what it refers to there.
func (q *quiet) moved(o acctest.Object) map[string]tftypes.Value {
	to := q.b.Staging()
	if q.project(o) == to {
		to = q.b.Production()
	}
	changes := map[string]tftypes.Value{"project_id": tftypes.NewValue(tftypes.String, to)}
	attributes := q.w.Attributes(q.w.Config(o))
	for name, id := range q.others[to] {
		if value, ok := attributes[name]; ok && !value.IsNull() {
			changes[name] = tftypes.NewValue(tftypes.String, id)
		}
	}
	if value, ok := attributes["ip"]; ok {
		changes["ip"] = tftypes.NewValue(value.Type(), nil)
	}
	return changes
}

// otherScope are changes that give a role another scope, with permissions of it.
func (q *quiet) otherScope(o acctest.Object) map[string]tftypes.Value {
	scope, permission := client.ScopeAccount, "account.projects.view"
	if text(q.w, o, "scope") == scope {
		scope, permission = client.ScopeProject, "vm.view"
	}
	set := q.w.Attributes(o.State)["permissions"].Type()
	return map[string]tftypes.Value{
		"scope":       tftypes.NewValue(tftypes.String, scope),
		"permissions": tftypes.NewValue(set, []tftypes.Value{tftypes.NewValue(tftypes.String, permission)}),
	}
}

// otherElements is a set or a list with other elements.
func (q *quiet) otherElements(o acctest.Object, name string, old tftypes.Value) tftypes.Value {
	q.t.Helper()
	element := map[string]string{"tags": "another", "permissions": "vpc.view", "ssh_keys": otherSSHKey}[name]
	if name == "permissions" && text(q.w, o, "scope") == client.ScopeAccount {
		element = "account.members.view"
	}
	if element != "" {
		return tftypes.NewValue(old.Type(), []tftypes.Value{tftypes.NewValue(tftypes.String, element)})
	}
	var elements []tftypes.Value
	if !old.IsNull() {
		if err := old.As(&elements); err != nil {
			q.t.Fatal(err)
		}
	}
	if len(elements) > 0 {
		return tftypes.NewValue(old.Type(), elements[1:])
	}
	for _, other := range q.objects {
		var others []tftypes.Value
		if other.Type == o.Type && q.w.Attributes(q.w.Config(other))[name].As(&others) == nil && len(others) > 0 {
			return tftypes.NewValue(old.Type(), others)
		}
	}
	q.t.Fatalf("%s: nothing to put into %s", o.Address(), name)
	return old
}

func (q *quiet) project(o acctest.Object) string {
	if project := text(q.w, o, "project_id"); o.Type != "raff_project" {
		return project
	}
	return ""
}

// role is a role of the scope that an object needs, which it does not have.
func (q *quiet) role(o acctest.Object) string {
	if q.project(o) == "" {
		return q.roles[client.ScopeAccount]
	}
	return q.roles[client.ScopeProject]
}

const otherSSHKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPsxJc5JmPHyh8s0kRPjHzhbbM5LzTzsFZqBTSEHaG1Y me@laptop"

// otherTexts are two valid values of attributes that do not take any text.
var otherTexts = map[string][]string{
	"api_key.expires_at": {"2041-01-02T03:04:05Z"}, "api_key.rate_limit_tier": {"high"},
	"backup_schedule.day_of_week": {"Friday"}, "backup_schedule.time": {"09:00"}, "backup_schedule.type": {"daily", "weekly"},
	"invitation.email": {"another@example.com"}, "member.email": {"another@example.com"}, "project_member.email": {"another@example.com"},
	"ip.billing_period": {"monthly"}, "ip.type": {"IPv4", "IPv6"},
	"security_group.template_id": {"ssh-only", "web-server"},
	"ssh_key.public_key":         {otherSSHKey},
	"vm.extra_storage_type":      {"ext4"}, "vm.power_state": {client.VMPassive}, "vm.rebuild_policy": {"ignore", "replace"},
	"vm.volume_action":       {"detach", "delete"},
	"vm_note.type":           {client.NoteAccount, client.NotePersonal},
	"volume.filesystem_type": {"btrfs"},
	"vpc.cidr":               {"10.99.0.0/24"}, "vpc_attachment.ip": {"10.1.0.43", "10.2.0.43"},
}

// compare compares what was found with the list.
func (q *quiet) compare() {
	q.t.Helper()
	var lines []string
	for key, names := range q.found {
		slices.Sort(names)
		lines = append(lines, fmt.Sprintf("%s: %s\n", key, strings.Join(names, " ")))
	}
	slices.Sort(lines)
	got := strings.Join(lines, "")
	want, err := os.ReadFile("testdata/unknown.txt")
	if err != nil {
		q.t.Fatal(err)
	}
	listed := strings.SplitAfter(string(want), "\n")
	for _, line := range lines {
		if !slices.Contains(listed, line) {
			q.t.Errorf("testdata/unknown.txt has not: %s", line)
		}
	}
	for _, line := range listed {
		if line != "" && !slices.Contains(lines, line) {
			q.t.Errorf("testdata/unknown.txt has what is not so: %s", line)
		}
	}
	if os.Getenv("UPDATE_UNKNOWN") != "" {
		if err := os.WriteFile("testdata/unknown.txt", []byte(got), 0o600); err != nil {
			q.t.Fatal(err)
		}
	}
	q.reasons()
}

// reasons checks that all that is unknown has a reason, and that each attribute was changed.
func (q *quiet) reasons() {
	q.t.Helper()
	unused := maps.Clone(mayBeUnknown)
	for key, names := range q.found {
		typeName, _, _ := strings.Cut(key, " ")
		for _, name := range names {
			if mayBeUnknown[name] == "" && mayBeUnknown[typeName+"."+name] == "" {
				q.t.Errorf("%s: there is no reason for %s to be unknown", key, name)
			}
			delete(unused, name)
			delete(unused, typeName+"."+name)
		}
	}
	for name := range unused {
		q.t.Errorf("%s is never unknown", name)
	}
	for _, o := range q.objects {
		for _, a := range settable(q.w, o) {
			tried := o.Type + "." + a.Name
			refused, ok := q.refused[tried]
			if !ok || refused != nil {
				q.t.Errorf("%s: no plan changes it: %q", tried, slices.Compact(refused))
			}
		}
	}
}
