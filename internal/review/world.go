package review

import (
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// gap is why there may be more objects of a VM than a world knows: snapshots and backups are taken by schedules and by
// hand as well. Who is in a VPC, in a project or has a role is answered from the state alone, and the review says so once.
const gap = "if there are any that this state does not know"

// world answers for the objects that are in the state of a plan.
type world struct {
	ofVM        map[key][]effects.Item // by type, and id of the VM
	inVPC       map[string][]effects.Item
	inside      map[key]bool // by id of the VPC and of the VM
	inProject   map[string][]effects.Item
	withRole    map[string][]effects.Item
	permissions map[string][]string
	labels      map[key]string // by type and own id; of data sources as well

	objects map[key]effects.Item // by type and own id
}

type key struct{ kind, id string }

// worldOf indexes the state of a plan.
func worldOf(p *plan) *world {
	w := &world{
		ofVM: map[key][]effects.Item{}, inVPC: map[string][]effects.Item{}, inside: map[key]bool{}, inProject: map[string][]effects.Item{},
		withRole: map[string][]effects.Item{}, permissions: map[string][]string{}, labels: map[key]string{}, objects: map[key]effects.Item{},
	}
	ends := endsOf(p)
	prior := p.prior()
	for _, r := range prior {
		if r.Type == "raff_role" {
			w.permissions[text(r.Values["id"])] = texts(r.Values["permissions"])
		}
		if id := text(r.Values["id"]); id != "" {
			w.labels[key{r.Type, id}] = effects.Label(effects.Change{Type: r.Type, Before: effects.FromJSON(r.Values, nil)})
		}
		if item := itemOf(r); isRaff(r.Type) && r.managed() && item.ID != "" {
			item.Ends = ends[instance{r.Address, r.Deposed}]
			w.objects[key{r.Type, item.ID}] = item
		}
	}
	for _, r := range prior {
		if item, there := w.objects[key{r.Type, text(r.Values["id"])}]; there && r.managed() {
			w.place(r, item)
		}
	}
	return w
}

// itemOf is an object of the state, with the name that people know it by.
func itemOf(r stateResource) effects.Item {
	item := effects.Item{
		Type: r.Type, ID: text(r.Values["id"]), ProjectID: text(r.Values["project_id"]), CreatedAt: text(r.Values["created_at"]),
	}
	for _, attribute := range []string{"name", "ip_address", "email"} {
		if item.Name == "" {
			item.Name = text(r.Values[attribute])
		}
	}
	return item
}

// place notes where one object of the state belongs.
func (w *world) place(r stateResource, item effects.Item) {
	vm := text(r.Values["vm_id"])
	switch r.Type {
	case "raff_vm":
		w.enter(text(r.Values["vpc_id"]), item)
	case "raff_vpc_attachment":
		w.enter(text(r.Values["vpc_id"]), w.objects[key{"raff_vm", vm}])
	case "raff_volume_attachment":
		w.belong(vm, w.objects[key{"raff_volume", text(r.Values["volume_id"])}])
	case "raff_snapshot", "raff_backup":
		w.belong(vm, item)
	}
	if role := text(r.Values["role_id"]); role != "" {
		w.withRole[role] = append(w.withRole[role], item)
	}
	if project := item.ProjectID; project != "" && !accompanies[r.Type] {
		w.inProject[project] = append(w.inProject[project], item)
	}
}

// accompanies are the types that are in a project only as a part of something else.
var accompanies = map[string]bool{
	"raff_invitation": true, "raff_ip_attachment": true, "raff_project_member": true, "raff_security_group_attachment": true,
	"raff_vm_note": true, "raff_volume_attachment": true, "raff_vpc_attachment": true,
}

// belong notes that an object belongs to a VM.
func (w *world) belong(vm string, item effects.Item) {
	if vm != "" && item.ID != "" {
		w.ofVM[key{item.Type, vm}] = append(w.ofVM[key{item.Type, vm}], item)
	}
}

// enter notes that a VM is in a VPC, once.
func (w *world) enter(vpc string, vm effects.Item) {
	if vpc != "" && vm.ID != "" && !w.inside[key{vpc, vm.ID}] {
		w.inside[key{vpc, vm.ID}] = true
		w.inVPC[vpc] = append(w.inVPC[vpc], vm)
	}
}

// OfVM implements effects.World.
func (w *world) OfVM(resourceType, vmID string) effects.Found {
	return effects.Found{Items: w.ofVM[key{resourceType, vmID}], Gap: gap}
}

// InVPC implements effects.World.
func (w *world) InVPC(vpcID string) effects.Found { return effects.Found{Items: w.inVPC[vpcID]} }

// InProject implements effects.World.
func (w *world) InProject(projectID string) effects.Found {
	return effects.Found{Items: w.inProject[projectID]}
}

// WithRole implements effects.World.
func (w *world) WithRole(roleID string) effects.Found {
	return effects.Found{Items: w.withRole[roleID]}
}

// Permissions implements effects.World.
func (w *world) Permissions(roleID string) ([]string, bool) {
	names, known := w.permissions[roleID]
	return names, known
}

// instance is an object of a state: a deposed one shares the address of that which took its place.
type instance struct{ address, deposed string }

// endsOf tells which objects a plan destroys or replaces, by the addresses that they have and had.
func endsOf(p *plan) map[instance]bool {
	ends := map[instance]bool{}
	for _, c := range p.ResourceChanges {
		if what, _ := actionOf(c.Change.Actions); what != actionDestroy && what != actionReplace {
			continue
		}
		ends[instance{c.Address, c.Deposed}] = true
		if c.PreviousAddress != "" {
			ends[instance{c.PreviousAddress, c.Deposed}] = true
		}
	}
	return ends
}

// text is a value that is a text; empty for any other.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts are the texts in a list.
func texts(v any) []string {
	parts, _ := v.([]any)
	var all []string
	for _, part := range parts {
		if s, ok := part.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
