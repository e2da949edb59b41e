package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// What a plan shows as known is what the state has after the apply, whatever has happened to the object
// in the meantime: every field that the API says of it is another one by then, one after the other. A
// warning names what differs, and the next refresh shows it.
func TestAccEveryResource_planBindsAnUpdate(t *testing.T) {
	b, objects := applied(t)
	d := newDrift(t, b)
	for _, o := range objects {
		for _, field := range d.fields(o) {
			d.drifts(o, field, d.update)
		}
	}
	d.reached(objects, recordedOnly)
}

// recordedOnly tells of what types the harmless change is recorded without a request.
func recordedOnly(typeName string) bool {
	return slices.Contains([]string{"raff_backup", "raff_invitation", "raff_ip"}, typeName) || strings.HasSuffix(typeName, "_attachment")
}

// The same for a new object: what the catalogue or the configuration says at plan.
func TestAccEveryResource_planBindsACreate(t *testing.T) {
	b, objects := applied(t)
	d := newDrift(t, b)
	for _, o := range objects {
		if strings.HasPrefix(o.Name, "most") && o.Type != "raff_ip" || o.Name == "private" {
			continue
		}
		for _, field := range d.fields(o) {
			if field != fixed[o.Type] {
				d.drifts(o, field, d.create)
			}
		}
	}
	d.reached(objects, func(string) bool { return false })
}

// fixed are fields of what a new object refers to that never change: a plan concludes from them.
var fixed = map[string]string{"raff_ip_attachment": "ip_address", "raff_role": "scope", "raff_vpc_attachment": "ip_range_start"}

// drift applies plans against an API that says something else by then.
type drift struct {
	t       *testing.T
	b       *acctest.Backend
	altered *acctest.Altered
	n       int               // of the tries, for values that differ
	roles   map[string]string // a system role by scope
	current map[string]acctest.Object
	seen    map[string]bool // types of which an apply has read a field that had been altered
}

func newDrift(t *testing.T, b *acctest.Backend) *drift {
	t.Helper()
	d := &drift{t: t, b: b, altered: b.Alter(t), roles: map[string]string{}, current: map[string]acctest.Object{}, seen: map[string]bool{}}
	for role, err := range b.Client(t).ListRoles(t.Context(), client.RoleFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if role.IsSystem && role.Slug != "owner" {
			d.roles[role.Scope] = role.ID
		}
	}
	return d
}

// fields are what the API says of an object. Which one it is, is no matter of drift.
func (d *drift) fields(o acctest.Object) []string {
	d.t.Helper()
	d.altered.Fields()
	if _, errs, _ := d.b.NewWalk(d.t, d.altered.URL).Refresh(o); len(errs) > 0 {
		d.t.Fatalf("%s: %s", o.Address(), errs)
	}
	fields := slices.DeleteFunc(d.altered.Fields(), func(name string) bool {
		return name == "id" || name == "nic_id" || o.Type == "raff_vm_note" && name == "vm_id"
	})
	if len(fields) == 0 {
		d.t.Errorf("%s: the API says nothing of it", o.Address())
	}
	return fields
}

// byField are the objects that the API says a field of.
func (d *drift) byField(objects []acctest.Object) map[string][]acctest.Object {
	d.t.Helper()
	with := map[string][]acctest.Object{}
	for _, o := range objects {
		for _, field := range d.fields(o) {
			with[field] = append(with[field], o)
		}
	}
	return with
}

// change is what the plan of a try does: it returns the plan, and what has to be put away afterwards.
type change func(w *acctest.Walk, o acctest.Object) (p acctest.Planned, planned bool)

func (d *drift) drifts(o acctest.Object, field string, plan change) {
	d.t.Helper()
	d.n++
	if current, ok := d.current[o.Address()]; ok {
		o = current
	}
	w := d.b.NewWalk(d.t, d.altered.URL)
	fresh, errs, _ := w.Refresh(o)
	if len(errs) > 0 || fresh.State.IsNull() {
		d.t.Errorf("%s: %v", o.Address(), errs)
		return
	}
	p, planned := plan(w, fresh)
	if !planned {
		return
	}
	if len(p.Errors) > 0 {
		d.t.Errorf("%s: %s", o.Address(), p.Errors)
		return
	}
	d.altered.Set(field, nil)
	defer d.altered.Set("", nil)
	apply := d.b.NewWalk(d.t, d.altered.URL)
	apply.Applying = true
	after, errs, warnings := apply.Apply(p)
	switch {
	case len(errs) > 0:
		d.failed(p, field, errs)
	case d.altered.Seen(): // otherwise the apply has asked for nothing
		d.seen[p.Type] = true
		d.told(p, field, after, warnings)
	}
	d.altered.Set("", nil)
	if len(errs) == 0 {
		d.truthful(after)
	}
	d.putAway(p, after, len(errs) > 0)
}

// reached checks that the applies have read altered fields of every type, but for some: otherwise nothing
// has drifted.
func (d *drift) reached(objects []acctest.Object, except func(typeName string) bool) {
	d.t.Helper()
	for _, o := range objects {
		if !d.seen[o.Type] && !except(o.Type) {
			d.t.Errorf("%s: no apply has read anything altered", o.Address())
		}
	}
}

// failed accepts the errors that an altered field has to lead to: of what is waited for, and of what is
// looked for.
func (d *drift) failed(p acctest.Planned, field string, errs []string) {
	d.t.Helper()
	wanted := []string{"status", "size", "product_vm", "ip", "ip_address", "network_name", "type", "name", "project_id", "security_group_id", "reserved", "invitation_id", "content"}
	if !slices.Contains(wanted, field) {
		d.t.Errorf("%s with another %s: %s", p.Address(), field, errs)
	}
	for _, e := range errs {
		if strings.Contains(e, "bug") {
			d.t.Errorf("%s with another %s: %s", p.Address(), field, e)
		}
	}
}

// told compares what a refresh shows now with what the apply has warned of.
func (d *drift) told(p acctest.Planned, field string, after acctest.Object, warnings []string) {
	d.t.Helper()
	w := d.b.NewWalk(d.t, d.altered.URL)
	shown, errs, _ := w.Refresh(after)
	if len(errs) > 0 || shown.State.IsNull() { // of another project, or of another VM
		return
	}
	said := strings.Join(warnings, "\n")
	planned, state, now := w.Attributes(p.Planned), w.Attributes(after.State), w.Attributes(shown.State)
	for name := range planned {
		differs := planned[name].IsFullyKnown() && !state[name].Equal(now[name]) && !moves(w.Schemas[p.Type], name)
		if differs && !strings.Contains(said, name+" is ") {
			d.t.Errorf("%s with another %s: nothing warns of %s: %s instead of %s (%q)", p.Address(), field, name, now[name], planned[name], said)
		}
	}
	if n := strings.Count(said, "The object differs from its plan"); n > 1 {
		d.t.Errorf("%s with another %s: %d warnings", p.Address(), field, n)
	}
}

// moves tells whether an attribute changes by itself.
func moves(s *tfprotov6.Schema, name string) bool {
	for _, a := range s.Block.Attributes {
		if a.Name == name {
			return a.Computed && !a.Optional &&
				(strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_date") || strings.Contains(name, "price"))
		}
	}
	return false
}

// truthful refreshes the object: the state has what the API says again, and the configuration of that
// plans nothing.
func (d *drift) truthful(o acctest.Object) {
	d.t.Helper()
	w := d.b.NewWalk(d.t, "")
	fresh, errs, _ := w.Refresh(o)
	if len(errs) > 0 || fresh.State.IsNull() {
		d.t.Errorf("%s: %v", o.Address(), errs)
		return
	}
	unchanged(d.t, w, fresh)
}

// putAway destroys what a try has created, and creates what it had to destroy and could not put back.
func (d *drift) putAway(p acctest.Planned, after acctest.Object, failed bool) {
	d.t.Helper()
	switch {
	case !p.State.IsNull():
	case !single(p.Type):
		if !after.State.IsNull() {
			d.destroy(after)
		}
	case failed:
		if !after.State.IsNull() {
			d.destroy(after)
		}
		w := d.b.NewWalk(d.t, "")
		null := acctest.Object{Type: p.Type, Name: p.Name, State: p.State}
		again, errs, _ := w.Apply(w.Plan(null, p.Config))
		if len(errs) > 0 {
			d.t.Fatalf("%s: an attempt that failed has left this: %s", p.Address(), errs)
		}
		d.current[p.Address()] = again
	default:
		d.current[p.Address()] = after
	}
}

func (d *drift) destroy(o acctest.Object) {
	d.t.Helper()
	w := d.b.NewWalk(d.t, "")
	o, errs, _ := w.Refresh(o)
	if len(errs) > 0 {
		d.t.Fatalf("%s: %s", o.Address(), errs)
	}
	p := w.Plan(o, tftypes.NewValue(o.State.Type(), nil))
	if len(p.Errors) > 0 {
		d.t.Fatalf("%s: %s", o.Address(), p.Errors)
	}
	if _, errs, _ := w.Apply(p); len(errs) > 0 {
		d.t.Fatalf("%s: %s", o.Address(), errs)
	}
}

// single are the types of which there is one for what they name.
func single(typeName string) bool {
	return strings.HasSuffix(typeName, "_attachment") || typeName == "raff_vm_note" || typeName == "raff_project_member"
}

// create plans a new object like o. Where there can only be one, o has to go first.
func (d *drift) create(w *acctest.Walk, o acctest.Object) (acctest.Planned, bool) {
	d.t.Helper()
	attributes := w.Attributes(w.Config(o))
	text := func(format string, values ...any) tftypes.Value {
		return tftypes.NewValue(tftypes.String, fmt.Sprintf(format, values...))
	}
	for name, value := range map[string]tftypes.Value{
		"slug": text("slug-%d", d.n), "email": text("person-%d@example.com", d.n), "cidr": text("172.%d.%d.0/24", 16+d.n/256, d.n%256),
	} {
		if old, ok := attributes[name]; ok && !old.IsNull() && o.Type != "raff_project_member" {
			attributes[name] = value
		}
	}
	if old, ok := attributes["name"]; ok && !old.IsNull() {
		attributes["name"] = text("new-%d", d.n)
	}
	if o.Type == "raff_project_member" && !attributes["api_key_id"].IsNull() {
		attributes["email"] = tftypes.NewValue(tftypes.String, nil)
	}
	if single(o.Type) {
		d.destroy(o)
	}
	null := acctest.Object{Type: o.Type, Name: o.Name, State: tftypes.NewValue(o.State.Type(), nil)}
	return w.Plan(null, tftypes.NewValue(o.State.Type(), attributes)), true
}

// update plans a harmless change of an object.
func (d *drift) update(w *acctest.Walk, o acctest.Object) (acctest.Planned, bool) {
	d.t.Helper()
	changes := d.harmless(w, o)
	if changes == nil {
		return acctest.Planned{}, false
	}
	return w.Plan(o, w.With(w.Config(o), changes)), true
}

func (d *drift) harmless(w *acctest.Walk, o acctest.Object) map[string]tftypes.Value {
	text := tftypes.NewValue(tftypes.String, fmt.Sprintf("changed-%d", d.n))
	attributes := w.Attributes(o.State)
	switch o.Type {
	case "raff_vm":
		return map[string]tftypes.Value{"tags": tftypes.NewValue(attributes["tags"].Type(), []tftypes.Value{text})}
	case "raff_volume", "raff_backup_schedule":
		name := map[string]string{"raff_volume": "size", "raff_backup_schedule": "keep_count"}[o.Type]
		n := new(big.Float)
		if err := attributes[name].As(n); err != nil {
			d.t.Fatal(err)
		}
		return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Number, n.Add(n, big.NewFloat(1)))}
	case "raff_vpc", "raff_project", "raff_role", "raff_security_group":
		return map[string]tftypes.Value{"description": text}
	case "raff_snapshot", "raff_ssh_key", "raff_api_key":
		return map[string]tftypes.Value{"name": text}
	case "raff_vm_note":
		return map[string]tftypes.Value{"content": text}
	case "raff_backup":
		return map[string]tftypes.Value{"delete_series": flipped(d.t, attributes["delete_series"])}
	case "raff_ip":
		return map[string]tftypes.Value{"deletion_protection": flipped(d.t, attributes["deletion_protection"])}
	case "raff_member":
		return map[string]tftypes.Value{"role_id": tftypes.NewValue(tftypes.String, d.roles[client.ScopeAccount])}
	case "raff_project_member":
		return map[string]tftypes.Value{"role_id": tftypes.NewValue(tftypes.String, d.roles[client.ScopeProject])}
	}
	if timeouts, ok := attributes["timeouts"]; ok {
		return map[string]tftypes.Value{"timeouts": otherTimeouts(timeouts, fmt.Sprintf("%dm", 5+d.n%50))}
	}
	if o.Type != "raff_invitation" { // nothing of which can be changed
		d.t.Errorf("%s: there is no harmless change of it", o.Address())
	}
	return nil
}

func flipped(t *testing.T, v tftypes.Value) tftypes.Value {
	t.Helper()
	var value bool
	if err := v.As(&value); err != nil {
		t.Fatal(err)
	}
	return tftypes.NewValue(tftypes.Bool, !value)
}

func otherTimeouts(v tftypes.Value, value string) tftypes.Value {
	object, ok := v.Type().(tftypes.Object)
	if !ok {
		return v
	}
	all := map[string]tftypes.Value{}
	for name := range maps.Keys(object.AttributeTypes) {
		all[name] = tftypes.NewValue(tftypes.String, value)
	}
	return tftypes.NewValue(v.Type(), all)
}
