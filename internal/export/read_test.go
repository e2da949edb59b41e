package export_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// providerWith is a provider with a key of the backend.
func providerWith(t *testing.T, b *acctest.Backend, key string) *protocol.Provider {
	t.Helper()
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	diagnostics, err := p.Configure(t.Context(), map[string]tftypes.Value{
		"api_url":             tftypes.NewValue(tftypes.String, b.URL),
		"api_key":             tftypes.NewValue(tftypes.String, key),
		"requests_per_second": tftypes.NewValue(tftypes.Number, 100_000),
		"max_retries":         tftypes.NewValue(tftypes.Number, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	if errs, _ := protocol.Sort(diagnostics); len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

func unlimited(o *refbackend.Options) { o.NoRateLimit = true }

// read reads the account as the Owner does.
func read(t *testing.T, b *acctest.Backend, o export.Options) export.Account {
	t.Helper()
	a, err := export.Read(t.Context(), providerWith(t, b, b.OwnerKey), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func coverageOf(t *testing.T, a export.Account, typeName string) export.Coverage {
	t.Helper()
	at := slices.IndexFunc(a.Coverage, func(c export.Coverage) bool { return c.Type == typeName })
	if at < 0 {
		t.Fatalf("%s is not in the coverage: %v", typeName, a.Coverage)
	}
	return a.Coverage[at]
}

func holes(a export.Account) (types []string) {
	for _, c := range a.Coverage {
		if c.Hole {
			types = append(types, c.Type)
		}
	}
	return types
}

// Objects of every type are read, each as an import reads it, in an order that nothing changes.
func TestRead_everything(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	ids := b.Furnish(t)
	b.ClearJournal()
	a := read(t, b, export.Options{})
	if h := holes(a); len(h) > 0 {
		t.Errorf("there are holes in %q: %v", h, a.Coverage)
	}
	p := providerWith(t, b, b.OwnerKey)
	found := map[string]bool{}
	for _, o := range a.Objects {
		found[o.Type] = true
		imported, diagnostics, err := p.Import(t.Context(), o.Type, o.ID)
		if err == nil && protocol.Failed(diagnostics) == nil {
			imported, diagnostics, err = p.Read(t.Context(), imported)
		}
		if err != nil || protocol.Failed(diagnostics) != nil {
			t.Errorf("%s %s: %v %v", o.Type, o.ID, err, protocol.Failed(diagnostics))
			continue
		}
		if !imported.State.Equal(o.State) {
			diffs, _ := imported.State.Diff(o.State)
			t.Errorf("%s %s: an import reads something else: %v", o.Type, o.ID, diffs)
		}
	}
	for typeName := range ids {
		if !found[typeName] && typeName != "raff_vpc_attachment" { // the first VPC of a VM is its vpc_id
			t.Errorf("there is no %s", typeName)
		}
	}
	for _, c := range a.Coverage {
		if c.Found != c.Written+c.Skipped {
			t.Errorf("%+v does not add up", c)
		}
	}
	if again := read(t, b, export.Options{}); !slices.EqualFunc(a.Objects, again.Objects, func(x, y export.Object) bool {
		return x.Type == y.Type && x.ID == y.ID && x.Name == y.Name && x.State.Equal(y.State)
	}) {
		t.Error("another read has other objects, or another order")
	}
	for _, e := range b.Journal() {
		if e.Method != http.MethodGet {
			t.Errorf("%s was sent", e.Operation)
		}
	}
}

// What the platform has created by itself is not selected, and the coverage says why.
func TestRead_platform(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	a := read(t, b, export.Options{})
	for _, o := range a.Objects {
		if o.Selected == (o.Platform != "") {
			t.Errorf("%s %q: selected %t, platform %q", o.Type, o.Name, o.Selected, o.Platform)
		}
		made := o.Type == "raff_role" || o.Type == "raff_member" || o.Type == "raff_api_key" && o.Name == "owner" || o.Type == "raff_project" && o.Name == "default"
		if made != (o.Platform != "") {
			t.Errorf("%s %q: platform %q", o.Type, o.Name, o.Platform)
		}
	}
	projects := coverageOf(t, a, "raff_project")
	want := []string{"1 left out: the default project, which every account has."}
	if projects.Found != 3 || projects.Written != 2 || projects.Skipped != 1 || !slices.Equal(projects.Reasons, want) {
		t.Errorf("got %+v", projects)
	}
}

// An error of any one list shows in the coverage of the types that it has to do with. The other types are read all the same.
func TestRead_faultInEachList(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	b.Furnish(t)
	whole := read(t, b, export.Options{})
	for operation, types := range map[string][]string{
		"listVMs":             {"raff_security_group_attachment", "raff_vm", "raff_vm_note", "raff_vpc_attachment"},
		"listVolumes":         {"raff_volume", "raff_volume_attachment"},
		"listSnapshots":       {"raff_snapshot"},
		"listBackups":         {"raff_backup"},
		"listBackupSchedules": {"raff_backup_schedule"},
		"listIPs":             {"raff_ip", "raff_ip_attachment"},
		"listVPCs":            {"raff_vpc"},
		"listSecurityGroups":  {"raff_security_group"},
		"listSSHKeys":         {"raff_ssh_key"},
		"listProjects":        {"raff_invitation", "raff_project", "raff_project_member"},
		"listRoles":           {"raff_role"},
		"listApiKeys":         {"raff_api_key"},
		"listMembers":         {"raff_invitation", "raff_member"},
		"listProjectMembers":  {"raff_invitation", "raff_project_member"},
		"listVMNetworks":      {"raff_security_group_attachment"},
		"getVMNotes":          {"raff_vm_note"},
	} {
		for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError} {
			t.Run(operation+" "+http.StatusText(status), func(t *testing.T) {
				p := providerWith(t, b, b.OwnerKey) // which asks for the projects as well
				b.AddFault(refbackend.Fault{Operation: operation, Status: status, Message: "not today"})
				defer b.ClearFaults()
				a, err := export.Read(t.Context(), p, export.Options{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				broken := holes(a)
				for _, typeName := range types {
					if !slices.Contains(broken, typeName) {
						t.Errorf("%s has no hole: %+v", typeName, coverageOf(t, a, typeName))
					} else if reasons := strings.Join(coverageOf(t, a, typeName).Reasons, " "); !strings.Contains(reasons, "not today") {
						t.Errorf("%s: the reasons are %q", typeName, reasons)
					}
				}
				for _, c := range whole.Coverage {
					if now := coverageOf(t, a, c.Type); !now.Hole && now.Found != c.Found {
						t.Errorf("%s: found are %d, and the coverage has no hole", c.Type, now.Found)
					}
				}
			})
		}
	}
}

func TestRead_filters(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	b.Furnish(t)
	b.MakeVM(t, b.Staging(), "web-1")
	for _, test := range []struct {
		name string
		o    export.Options
		want func(export.Object) bool
	}{
		{"project", export.Options{Projects: []string{"staging"}}, func(o export.Object) bool {
			return o.ProjectID == b.Staging() || o.ID == b.Staging()
		}},
		{"project by id", export.Options{Projects: []string{b.Production()}}, func(o export.Object) bool {
			return o.ProjectID == b.Production() || o.ID == b.Production()
		}},
		{"type", export.Options{Types: []string{"raff_vm", "raff_role"}}, func(o export.Object) bool {
			return (o.Type == "raff_vm" || o.Type == "raff_role") && o.Platform == ""
		}},
		{"type of the account in a project", export.Options{Projects: []string{"staging"}, Types: []string{"raff_vm", "raff_ssh_key"}}, func(o export.Object) bool {
			return o.Type == "raff_vm" && o.Name == "web-1" || o.Type == "raff_ssh_key"
		}},
		{"without", export.Options{Without: []string{"raff_vm"}}, func(o export.Object) bool { return o.Type != "raff_vm" && o.Platform == "" }},
		{"name, and what is attached to what is called so", export.Options{Names: []string{"web-*", "fuz?"}}, func(o export.Object) bool {
			return strings.HasPrefix(o.Name, "web-") || o.Name == "fuzz" || o.Type == "raff_vm_note" || o.Type == "raff_backup_schedule" || strings.HasSuffix(o.Type, "_attachment")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := read(t, b, test.o)
			selected := 0
			for _, o := range a.Objects {
				if want := test.want(o); o.Selected != want {
					t.Errorf("%s %q: selected is %t", o.Type, o.Name, o.Selected)
				}
				if o.Selected {
					selected++
				}
			}
			if selected == 0 {
				t.Error("nothing is selected")
			}
			if h := holes(a); len(h) > 0 {
				t.Errorf("there are holes in %q", h)
			}
		})
	}
}

func TestRead_unknownFilters(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	for _, test := range []struct {
		o    export.Options
		want string
	}{
		{export.Options{Projects: []string{"prod"}}, `there is no project "prod"; there are "default", "production", "staging"`},
		{export.Options{Types: []string{"raff_vms"}}, `there is no type "raff_vms"; there are raff_api_key, `},
		{export.Options{Without: []string{"vm"}}, `there is no type "vm"; there are raff_api_key, `},
		{export.Options{Names: []string{"[a-"}}, `--name "[a-" is no pattern`},
	} {
		_, err := export.Read(t.Context(), providerWith(t, b, b.OwnerKey), test.o, nil)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// A key that reaches one project exports what it sees, and the coverage says what it does not.
func TestRead_keyOfAProject(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	b.Furnish(t)
	b.MakeVM(t, b.Staging(), "unseen")
	a, err := export.Read(t.Context(), providerWith(t, b, b.ProductionKey), export.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if vms := coverageOf(t, a, "raff_vm"); vms.Found != 1 || vms.Hole {
		t.Errorf("VMs: %+v", vms)
	}
	for _, typeName := range []string{"raff_role", "raff_api_key", "raff_member"} {
		if c := coverageOf(t, a, typeName); !c.Hole || len(c.Reasons) == 0 {
			t.Errorf("%+v", c)
		}
	}
}

// Progress is told of every type, to its end.
func TestRead_progress(t *testing.T) {
	b := acctest.NewInProcess(t, unlimited)
	b.Furnish(t)
	done := map[string]int{}
	a, err := export.Read(t.Context(), providerWith(t, b, b.OwnerKey), export.Options{}, func(p export.Progress) {
		if p.Done {
			done[p.Type] = p.Found
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range a.Coverage {
		if n, ok := done[c.Type]; !ok || n != c.Found {
			t.Errorf("%s: told %d, found %d", c.Type, n, c.Found)
		}
	}
}
