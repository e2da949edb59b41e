package chaos

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// follow does what the diagnostics of a step say: it imports what they name, and untaints where they offer it.
func (x *execution) follow(ctx context.Context, s Step) error {
	for _, o := range s.Objects {
		if _, held := holder(s.After, o); held || x.foreign[o.Key] {
			continue
		}
		if x.stuck && o.Type == "raff_vm" { // it may never become ready: it is swept
			continue
		}
		d, to := x.adviceFor(s, o)
		if to == "" {
			continue
		}
		if err := x.importObject(ctx, d, o, to); err != nil {
			return err
		}
		after, err := x.states()
		if err != nil {
			return err
		}
		s.After = after
	}
	return x.untaint(ctx, s)
}

// adviceFor is the diagnostic that names an object, and the address to import it to: "" where there is none.
func (x *execution) adviceFor(s Step, o Object) (Diagnostic, string) {
	at := s.After.at()
	for _, d := range s.Diagnostics {
		configured := s.Configured
		if d.Workspace == x.side.name {
			configured = x.other.configured()
		}
		fits := slices.ContainsFunc(o.keys(), func(k Key) bool { return slices.Contains(configured[k.Type], d.Address) })
		if _, taken := at[d.Workspace+" "+d.Address]; fits && !taken && d.names(o) {
			return d, d.Address
		}
	}
	return Diagnostic{}, ""
}

// idFor is the id by which an object is imported to an address.
func idFor(o Object, address string) string {
	for _, k := range o.keys() {
		if strings.HasPrefix(address, k.Type+".") {
			return k.ID
		}
	}
	return o.ID
}

func (x *execution) importObject(ctx context.Context, d Diagnostic, o Object, to string) error {
	for _, k := range o.keys() {
		x.imported[k] = true
	}
	r, err := x.workspace(d.Workspace).run(ctx, "import", "-no-color", to, idFor(o, to))
	if err != nil {
		return err
	}
	x.tell("  followed %q: %s -> exit %d", d.Summary, r.command, r.exit)
	if r.exit != 0 {
		x.found(Finding{Unconverged, to, o.ID, "the import that an error advised failed: " + flat(r.output)})
	}
	return nil
}

// untaint follows the advice to untaint, where the seed does so.
func (x *execution) untaint(ctx context.Context, s Step) error {
	for _, i := range s.After {
		if !i.Tainted || i.Deposed || !x.Untaint || x.stuck {
			continue
		}
		offered := slices.ContainsFunc(s.Diagnostics, func(d Diagnostic) bool {
			return d.Workspace == i.Workspace && d.Address == i.Address && strings.Contains(d.Text(), "terraform untaint")
		})
		if !offered || !exists(s.Objects, i.Key) {
			continue
		}
		r, err := x.workspace(i.Workspace).run(ctx, "untaint", i.Address)
		if err != nil {
			return err
		}
		x.tell("  followed: %s -> exit %d", r.command, r.exit)
		if r.exit != 0 {
			x.found(Finding{Unconverged, i.Address, i.ID, "the advice to untaint failed: " + flat(r.output)})
		}
	}
	return nil
}

// start starts VMs where an error says so: who is killed between the stop and the start of a change leaves a VM stopped, and
// has no time to note it. Without a kill, the provider has to start it itself.
func (x *execution) start(ctx context.Context, r result, objects []Object) {
	for _, o := range objects {
		advised := slices.ContainsFunc(r.errors(), func(d Diagnostic) bool {
			return strings.Contains(d.Text(), o.ID) && strings.Contains(d.Text(), "start it first")
		})
		if o.Type == "raff_vm" && advised && x.killed {
			_, err := x.target.call(ctx, http.MethodPost, "/vms/"+o.ID+"/start", o.Project, nil)
			x.tell("started VM %s, as advised (%v)", o.ID, err)
		}
	}
}

const flatLength = 300

// flat is the beginning of a text, on one line.
func flat(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if at := strings.Index(line, "Error:"); at > 0 {
		line = line[at:]
	}
	return line[:min(len(line), flatLength)]
}

// pathOf is where objects of a type are deleted.
var pathOf = map[string]string{
	"raff_volume": "/volumes/%s", "raff_snapshot": "/snapshots/%s", "raff_backup": "/backups/%s",
	"raff_backup_schedule": "/backup-schedules/%s", "raff_ssh_key": "/ssh-keys/%s", "raff_api_key": "/api-keys/%s", "raff_ip": "/ips/%s/reserve",
	"raff_project": "/projects/%s", "raff_role": "/roles/%s", "raff_member": "/members/%s", "raff_vpc": "/vpcs/%s",
	"raff_security_group": "/security-groups/%s", "raff_invitation": "/invitations/%s",
}

// deleteObject deletes an object as somebody does who looks at the dashboard.
func (x *execution) deleteObject(ctx context.Context, o Object) error {
	var body any
	path := fmt.Sprintf(pathOf[o.Type], o.ID)
	switch o.Type {
	case "raff_vm":
		path, body = "/vms/"+o.ID, map[string]any{"volume_action": "detach", "delete_vpc": false}
	case "raff_project_member":
		path = "/projects/" + o.Project + "/members/" + o.ID
	}
	_, err := x.target.request(ctx, http.MethodDelete, x.target.api+"/api/v1"+path, o.Project, body)
	return err
}

// removeElsewhere has somebody delete an object that the state has.
func (x *execution) removeElsewhere(ctx context.Context, s step) error {
	objects, err := x.target.inventory(ctx)
	if err != nil {
		return err
	}
	state, err := x.main.state()
	if err != nil {
		return err
	}
	held := slices.DeleteFunc(objects, func(o Object) bool {
		_, is := holder(state, o)
		return !is || o.Edge || x.foreign[o.Key]
	})
	if len(held) == 0 {
		return nil
	}
	o := held[s.Pick%len(held)]
	x.tell("somebody deletes %s %s (%v)", describe(o), o.ID, x.deleteObject(ctx, o))
	return nil
}
