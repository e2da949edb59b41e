package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

func number(n int) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

// effect is a change of an object of testdata/everything.tf, and what the one warning of it says.
type effect struct {
	address string
	change  map[string]tftypes.Value // nil: the object is destroyed
	state   map[string]tftypes.Value // what else there is before
	want    []string                 // nil: no warning
}

// rules is a set of rules of a security group.
func noRules(w *acctest.Walk, o acctest.Object, attribute string) tftypes.Value {
	return tftypes.NewValue(w.Attributes(o.State)[attribute].Type(), []tftypes.Value{})
}

// told are the effects of one change each, for every type of resource.
var told = map[string]effect{
	"VM resized":         {"raff_vm.most", map[string]tftypes.Value{"pricing_id": number(10), "disk_size": number(160)}, nil, []string{`VM "most" is stopped and started again`, "pricing_id (9 becomes 10)", "from 70 to 160 GiB"}},
	"VM stopped":         {"raff_vm.most", map[string]tftypes.Value{"power_state": str("passive")}, nil, []string{`VM "most" is stopped`, "stays so"}},
	"VM grown":           {"raff_vm.most", map[string]tftypes.Value{"disk_size": number(90)}, nil, []string{"from 70 to 90 GiB for good", "stopped"}},
	"VM reinstalled":     {"raff_vm.most", map[string]tftypes.Value{"password_wo_version": number(2)}, nil, []string{`VM "most" is reinstalled`, "OS disk is wiped", "backup "}},
	"VM replaced":        {"raff_vm.least", map[string]tftypes.Value{"extra_storage": number(10), "rebuild_policy": str("replace")}, nil, []string{`VM "least" is replaced`, "because of extra_storage", `snapshot "least"`}},
	"VM without address": {"raff_vm.most", map[string]tftypes.Value{"public_ipv6": boolean(false)}, nil, []string{`VM "most" gives up `, "public_ipv6"}},
	"VM destroyed":       {"raff_vm.least", nil, nil, []string{`VM "least" is destroyed`, `snapshot "least"`, "Perhaps deleted with it"}},
	"VM tagged":          {"raff_vm.most", map[string]tftypes.Value{"tags": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str("x")})}, nil, nil},
	"VM renamed":         {"raff_vm.most", map[string]tftypes.Value{"name": str("other")}, nil, nil},
	"VM note":            {"raff_vm_note.least", map[string]tftypes.Value{"content": str("other")}, nil, nil},
	"VM note destroyed":  {"raff_vm_note.least", nil, nil, nil},

	"volume grown":                 {"raff_volume.most", map[string]tftypes.Value{"size": number(30)}, nil, []string{`Volume "most" (`, "from 20 to 30 GiB for good"}},
	"volume renamed":               {"raff_volume.most", map[string]tftypes.Value{"name": str("other")}, nil, []string{`Volume "most" (`, "is replaced", "because of name", "all data"}},
	"volume formatted":             {"raff_volume.most", map[string]tftypes.Value{"filesystem_type": str("ext4")}, nil, []string{"because of filesystem_type"}},
	"volume destroyed":             {"raff_volume.most", nil, nil, []string{`Volume "most" (`, "is destroyed"}},
	"volume attachment moved":      {"raff_volume_attachment.least", nil, nil, nil},
	"snapshot renamed":             {"raff_snapshot.most", map[string]tftypes.Value{"name": str("other")}, nil, nil},
	"snapshot destroyed":           {"raff_snapshot.most", nil, nil, []string{`Snapshot "most" (`, "deleted for good"}},
	"backup renamed":               {"raff_backup.most", map[string]tftypes.Value{"name": str("other")}, nil, []string{`Backup "most" (`, "is replaced", "removed block"}},
	"backup destroyed":             {"raff_backup.most", nil, nil, []string{`Backup "most" (`, "is destroyed"}},
	"schedule keeps fewer, of one": {"raff_backup_schedule.most", map[string]tftypes.Value{"keep_count": number(2)}, nil, nil},
	"schedule destroyed":           {"raff_backup_schedule.most", nil, nil, []string{"Backup schedule ", "are no longer deleted by themselves", `backup "most"`}},
	"schedule at another time":     {"raff_backup_schedule.most", map[string]tftypes.Value{"time": str("14:00")}, nil, nil},

	"address released":           {"raff_ip.least", nil, nil, []string{`Address "`, "is given up for good"}},
	"address of another type":    {"raff_ip.most", map[string]tftypes.Value{"type": str("IPv4")}, nil, []string{`Address "`, `because of type ("IPv6" becomes "IPv4")`}},
	"address attachment":         {"raff_ip_attachment.most", nil, nil, nil},
	"VPC with another range":     {"raff_vpc.least", map[string]tftypes.Value{"cidr": str("10.7.0.0/24")}, nil, []string{`VPC "least" is replaced while VMs are in it`, `VM "third"`, "create_before_destroy = true"}},
	"VPC destroyed":              {"raff_vpc.least", nil, nil, []string{`VPC "least" cannot be destroyed as planned`, `VM "private"`}},
	"VPC renamed":                {"raff_vpc.least", map[string]tftypes.Value{"name": str("other")}, nil, nil},
	"VPC attachment":             {"raff_vpc_attachment.most", nil, nil, nil},
	"group closed":               {"raff_security_group.most", map[string]tftypes.Value{"inbound": {}}, nil, []string{`Security group "most" closes its VMs`, "SSH included"}},
	"group destroyed":            {"raff_security_group.most", nil, nil, nil},
	"security group attachment":  {"raff_security_group_attachment.least", nil, nil, nil},
	"SSH key removed":            {"raff_ssh_key.least", nil, nil, []string{`SSH key "least" (`, "from no VM"}},
	"SSH key renamed":            {"raff_ssh_key.least", map[string]tftypes.Value{"name": str("other")}, nil, nil},
	"role with less":             {"raff_role.most", map[string]tftypes.Value{"permissions": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str("vm.view")})}, nil, []string{`Role "most" takes permissions away`, "vm.power"}},
	"role with another slug":     {"raff_role.most", map[string]tftypes.Value{"slug": str("other")}, nil, []string{`Role "most" is replaced while somebody has it`, "create_before_destroy = true"}},
	"role destroyed":             {"raff_role.least", nil, nil, []string{`Role "least" cannot be destroyed as planned`, "least@example.com"}},
	"key rotated":                {"raff_api_key.most", map[string]tftypes.Value{"rotation_trigger": str("2")}, nil, []string{`API key "most" (`, "gets a new secret", "dies with the apply"}},
	"key switched off":           {"raff_api_key.most", map[string]tftypes.Value{"is_active": boolean(false)}, nil, []string{"is switched off"}},
	"key revoked":                {"raff_api_key.least", nil, nil, []string{`API key "least" (`, "is destroyed", "is revoked"}},
	"member removed":             {"raff_member.least", nil, nil, nil},
	"project member suspended":   {"raff_project_member.least", map[string]tftypes.Value{"suspended": boolean(true)}, nil, []string{"Project member ", "is suspended"}},
	"project member removed":     {"raff_project_member.least", nil, nil, nil},
	"invitation cancelled":       {"raff_invitation.least", nil, nil, nil},
	"invitation to another":      {"raff_invitation.least", map[string]tftypes.Value{"email": str("other@example.com")}, nil, nil},
	"project destroyed":          {"raff_project.most", nil, nil, nil},
	"project described":          {"raff_project.most", map[string]tftypes.Value{"description": str("other")}, nil, nil},
	"VM replaced by its project": {"raff_vm.third", map[string]tftypes.Value{"project_id": str("$STAGING"), "vpc_id": str("$NETWORK")}, nil, []string{effects.MoveTitle}},
}

// Every type of resource has its effects said, each in one warning that names the object; and nothing is said of what the
// plan shows by itself.
func TestAccEffects_said(t *testing.T) {
	b, objects := applied(t)
	find := func(address string) acctest.Object {
		at := slices.IndexFunc(objects, func(o acctest.Object) bool { return o.Address() == address })
		if at < 0 {
			t.Fatalf("no %s", address)
		}
		return objects[at]
	}
	types := map[string]bool{}
	w := b.NewWalk(t, "")
	network := w.Attributes(find("raff_vpc.most").State)["id"]
	for name, e := range told {
		t.Run(name, func(t *testing.T) {
			w := b.NewWalk(t, "")
			o := find(e.address)
			types[o.Type] = true
			config := null(o)
			if e.change != nil {
				change := map[string]tftypes.Value{}
				for attribute, value := range e.change {
					switch {
					case value.Type() == nil:
						value = noRules(w, o, attribute)
					case value.Equal(str("$STAGING")):
						value = str(b.Staging())
					case value.Equal(str("$NETWORK")):
						value = network
					}
					change[attribute] = value
				}
				config = w.With(w.Config(o), change)
			}
			p := w.Plan(o, config)
			want := min(1, len(e.want))
			if len(p.Errors) > 0 || len(p.Warnings) != want {
				t.Fatalf("errors %q, warnings %q", p.Errors, p.Warnings)
			}
			for _, text := range e.want {
				if !strings.Contains(p.Warnings[0], text) {
					t.Errorf("lacks %q: %s", text, p.Warnings[0])
				}
			}
		})
	}
	for typeName := range w.Schemas {
		if !types[typeName] {
			t.Errorf("nothing is known about the effects of %s", typeName)
		}
	}
}

// Objects that change to another project are told about once in a run, whatever they are, and once more by the next run.
func TestAccEffects_moveOnce(t *testing.T) {
	b, objects := applied(t)
	for range 2 {
		w := b.NewWalk(t, "")
		said := 0
		for _, o := range objects {
			if o.Type != "raff_volume" && o.Type != "raff_ip" && o.Type != "raff_security_group" && o.Type != "raff_vpc" {
				continue
			}
			other := b.Staging()
			if w.Attributes(o.State)["project_id"].Equal(str(other)) {
				other = b.Production()
			}
			p := w.Plan(o, w.With(w.Config(o), map[string]tftypes.Value{"project_id": str(other)}))
			if len(p.Errors) > 0 {
				t.Errorf("%s: %q", o.Address(), p.Errors)
			}
			for _, warning := range p.Warnings {
				if !strings.Contains(warning, effects.MoveTitle) {
					t.Errorf("%s: %s", o.Address(), warning)
				}
				said++
			}
		}
		if said != 1 {
			t.Errorf("it was said %d times", said)
		}
	}
}

// Where nothing changes, nothing is asked for the sake of effects; and a VM that is renamed costs no list either.
func TestAccEffects_cost(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for _, o := range objects {
		if o.Address() != "raff_vm.most" {
			continue
		}
		before := len(b.Requests("listSnapshots")) + len(b.Requests("listBackups")) + len(b.Requests("listVolumes"))
		w.Plan(o, w.Config(o))
		w.Plan(o, w.With(w.Config(o), map[string]tftypes.Value{"name": str("other")}))
		w.Plan(o, w.With(w.Config(o), map[string]tftypes.Value{"pricing_id": number(10)}))
		if after := len(b.Requests("listSnapshots")) + len(b.Requests("listBackups")) + len(b.Requests("listVolumes")); after != before {
			t.Errorf("%d lists were asked for", after-before)
		}
	}
}
