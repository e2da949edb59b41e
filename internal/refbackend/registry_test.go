package refbackend

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// nounRow is what the tests know of a type of object. TestEveryNounIsComplete fails for a type that lacks a part of it:
// the walks over all operations are only as good as what they find.
type nounRow struct {
	noun *noun
	// make makes one in the project of the caller, or in the account, through the API, and returns its id. Objects of
	// different n differ in whatever a list can be filtered by.
	make func(c caller, n int) string
	// placed lists all that there are, oldest first.
	placed func(st *state) []placed
	// breakIt spoils the first one in a way that the invariants forbid.
	breakIt func(st *state)

	collection string // the field of state
	list       string // the operation that lists it
	seedList   string // the list of a seed file
	overview   string // the title of its group in the overview
	inventory  string // the resource type that the chaos machine counts it as
	// without says why a part is empty, by its name.
	without map[string]string
}

// placed is an object as the state has it: the id, and the project, "" for the account.
type placed struct{ id, project string }

func placedIn[K cmp.Ordered, V any](items *store.Collection[K, V], of func(V) placed) []placed {
	var all []placed
	for object := range items.Peek() {
		all = append(all, of(object))
	}
	return all
}

var registry = []nounRow{
	{
		noun: &projectNoun,
		make: func(c caller, n int) string {
			return c.post(projectsPath, object{"name": fmt.Sprint("project-", n)}).want(201).str("data.id")
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Projects, func(p *project) placed { return placed{id: p.ID} })
		},
		breakIt:    func(st *state) { first(&st.Projects).IsDefault = false },
		collection: "Projects", list: "listProjects", seedList: "projects", overview: "projects", inventory: "raff_project",
	},
	{
		noun: &vmNoun,
		make: func(c caller, n int) string { return c.makeVM(fmt.Sprint("vm-", n), "tags", []string{"a"}) },
		placed: func(st *state) []placed {
			return placedIn(&st.VMs, func(v *vm) placed { return placed{v.ID, v.Project} })
		},
		breakIt:    func(st *state) { first(&st.VMs).Status = "asleep" },
		collection: "VMs", list: "listVMs", seedList: "vms", overview: "VMs", inventory: "raff_vm",
	},
	{
		noun: &vpcNoun,
		make: func(c caller, n int) string {
			return c.makeVPC(fmt.Sprint("vpc-", n), fmt.Sprintf("10.%d.%d.0/24", 200+n/256, n%256))
		},
		placed: func(st *state) []placed {
			return placedIn(&st.VPCs, func(v *vpc) placed { return placed{v.ID, v.Project} })
		},
		breakIt:    func(st *state) { first(&st.VPCs).Project = "gone" },
		collection: "VPCs", list: "listVPCs", seedList: "vpcs", overview: "VPCs", inventory: "raff_vpc",
	},
	{
		noun: &ipNoun,
		make: func(c caller, n int) string { return c.reserve([]string{familyIPv4, familyIPv6}[n%2]) },
		placed: func(st *state) []placed {
			return placedIn(&st.IPs, func(ip *floatingIP) placed { return placed{ip.ID, ip.Project} })
		},
		breakIt:    func(st *state) { first(&st.IPs).Project = "gone" },
		collection: "IPs", list: "listIPs", seedList: "ips", overview: "Public IPs", inventory: "raff_ip",
	},
	{
		noun: &securityGroupNoun,
		make: func(c caller, n int) string { return c.makeGroup(fmt.Sprint("group-", n)) },
		placed: func(st *state) []placed {
			return placedIn(&st.SecurityGroups, func(g *securityGroup) placed { return placed{g.ID, g.Project} })
		},
		breakIt:    func(st *state) { g := *first(&st.SecurityGroups); st.SecurityGroups.Put("copy", &g) },
		collection: "SecurityGroups", list: "listSecurityGroups", seedList: "security_groups", overview: "Security groups",
		inventory: "raff_security_group",
	},
	{
		noun: &volumeNoun,
		make: func(c caller, n int) string {
			if n%2 == 0 {
				return c.makeVolume(fmt.Sprint("volume-", n))
			}
			vm := c.makeVM(fmt.Sprint("vm-of-volume-", n))
			c.get(vmsPath + "/" + vm).want(200) // it runs
			return c.makeVolume(fmt.Sprint("volume-", n), "vm_id", vm)
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Volumes, func(v *volume) placed { return placed{v.id(), v.Project} })
		},
		breakIt:    func(st *state) { first(&st.Volumes).Project = "gone" },
		collection: "Volumes", list: "listVolumes", seedList: "volumes", overview: "Volumes", inventory: "raff_volume",
	},
	{
		noun: &snapshotNoun,
		make: func(c caller, n int) string {
			if n%2 == 0 {
				return c.makeVolumeSnapshot(c.makeReadyVolume(fmt.Sprint("volume-of-snapshot-", n)))
			}
			return c.makeSnapshot(c.makeVM(fmt.Sprint("vm-of-snapshot-", n)))
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Snapshots, func(sn *snapshot) placed { return placed{sn.id(), sn.Project} })
		},
		breakIt:    func(st *state) { first(&st.Snapshots).Project = "gone" },
		collection: "Snapshots", list: "listSnapshots", seedList: "snapshots", overview: "Snapshots", inventory: "raff_snapshot",
	},
	{
		noun: &backupNoun,
		make: func(c caller, n int) string { return c.makeBackup(c.makeVM(fmt.Sprint("vm-of-backup-", n))) },
		placed: func(st *state) []placed {
			return placedIn(&st.Backups, func(b *backup) placed { return placed{b.ID, b.Project} })
		},
		breakIt:    func(st *state) { first(&st.Backups).Project = "gone" },
		collection: "Backups", list: "listBackups", seedList: "backups", overview: "Backups", inventory: "raff_backup",
	},
	{
		noun: &scheduleNoun,
		make: func(c caller, n int) string {
			return c.makeSchedule(c.makeVM(fmt.Sprint("vm-of-schedule-", n)))
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Schedules, func(sc *schedule) placed { return placed{sc.id(), sc.Project} })
		},
		breakIt:    func(st *state) { first(&st.Schedules).VM = "gone" },
		collection: "Schedules", list: "listBackupSchedules", seedList: "backup_schedules", overview: "Backup schedules",
		inventory: "raff_backup_schedule",
	},
	{
		noun: &sshKeyNoun,
		make: func(c caller, n int) string { return c.makeSSHKey(fmt.Sprint("key-", n)) },
		placed: func(st *state) []placed {
			return placedIn(&st.SSHKeys, func(k *sshKey) placed { return placed{id: k.ID} })
		},
		collection: "SSHKeys", list: "listSSHKeys", seedList: "ssh_keys", overview: "SSH keys", inventory: "raff_ssh_key",
		without: map[string]string{"breakIt": "a name and a key, both free: there is nothing to contradict"},
	},
	{
		noun: &memberNoun,
		make: func(c caller, n int) string {
			if n%3 == 0 {
				id, _ := c.inviteMember(fmt.Sprintf("member-%d@example.com", n), "member")
				return id
			}
			_, key := c.makeKey(fmt.Sprint("key-of-member-", n))
			id := c.post(membersPath, object{"api_key_id": key, "role_id": c.systemRole("member")}).want(201).str("data.id")
			if n%3 == 2 {
				c.patch(membersPath+"/"+id, object{"status": memberSuspended}).want(200)
			}
			return id
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Members, func(m *member) placed { return placed{id: m.ID} })
		},
		breakIt:    func(st *state) { first(&st.Members).UserID = "" },
		collection: "Members", list: "listMembers", seedList: "members", overview: "Members", inventory: "raff_member",
	},
	{
		noun: &projectMemberNoun,
		make: func(c caller, n int) string {
			project := cmp.Or(c.header, c.project("production"))
			if n%3 == 0 {
				invitation := c.post(projectsPath+"/"+project+"/invitations", object{
					"email": fmt.Sprintf("guest-%d-%s@example.com", n, project), "role_id": c.systemRole("viewer"),
				}).want(201).str("data.id")
				m, _ := c.state.ProjectMembers.First(func(m *projectMember) bool { return m.Invitation == invitation })
				return m.ID
			}
			_, key := c.makeKey(fmt.Sprint("key-of-grant-", n))
			path := projectsPath + "/" + project + "/members"
			id := c.post(path, object{"api_key_id": key, "role_id": c.systemRole("viewer")}).want(201).str("data.id")
			if n%3 == 2 {
				c.patch(path+"/"+id, object{"status": memberSuspended}).want(200)
			}
			return id
		},
		placed: func(st *state) []placed {
			return placedIn(&st.ProjectMembers, func(m *projectMember) placed { return placed{m.ID, m.Project} })
		},
		breakIt:    func(st *state) { first(&st.ProjectMembers).Project = "gone" },
		collection: "ProjectMembers", list: "listProjectMembers", seedList: "members", inventory: "raff_project_member",
		without: map[string]string{"overview": "the key and the member are there; the page has no room for each grant"},
	},
	{
		noun: &roleNoun,
		make: func(c caller, n int) string {
			if n%2 == 0 {
				return c.makeRole(fmt.Sprint("role-", n), scopeAccount, "account.settings.view")
			}
			return c.makeRole(fmt.Sprint("role-", n), scopeProject, "vm.view")
		},
		placed:     func(st *state) []placed { return placedIn(&st.Roles, func(r *role) placed { return placed{id: r.ID} }) },
		breakIt:    func(st *state) { first(&st.Roles).Permissions = []string{"vm.view"} },
		collection: "Roles", list: "listRoles", seedList: "roles", overview: "Custom roles", inventory: "raff_role",
	},
	{
		noun: &apiKeyNoun,
		make: func(c caller, n int) string {
			_, id := c.makeKey(fmt.Sprint("api-key-", n))
			return id
		},
		placed: func(st *state) []placed {
			return placedIn(&st.APIKeys, func(k *apiKey) placed { return placed{id: k.ID} })
		},
		breakIt:    func(st *state) { first(&st.APIKeys).RoleID = "gone" },
		collection: "APIKeys", list: "listApiKeys", seedList: "api_keys", overview: "API keys", inventory: "raff_api_key",
	},
	{
		noun: &invitationNoun,
		make: func(c caller, n int) string {
			_, id := c.inviteMember(fmt.Sprintf("invited-%d@example.com", n), "member")
			return id
		},
		placed: func(st *state) []placed {
			return placedIn(&st.Invitations, func(i *invitation) placed { return placed{id: i.ID} })
		},
		breakIt:    func(st *state) { st.Invitations.Remove(first(&st.Invitations).ID) },
		collection: "Invitations", seedList: "invitations", inventory: "raff_invitation",
		without: map[string]string{
			"list":     "the API lists invitations as pending members only",
			"overview": "there as the pending member",
		},
	},
}

// belongings are the collections of a state whose items are no type of their own.
var belongings = map[string]string{
	"Users":  "the people behind members: the API shows their ids only",
	"Images": "shown among the templates, and made by saveVMDiskAsImage",
	"Notes":  "belong to a VM, and have no path of their own",
}

// rowOf is the row of a type.
func rowOf(t testing.TB, n *noun) nounRow {
	t.Helper()
	at := slices.IndexFunc(registry, func(row nounRow) bool { return row.noun == n })
	if at < 0 {
		t.Fatalf("the registry of the tests has no row for %s", n.plural)
	}
	return registry[at]
}

// makeReadyVolume makes a volume that is at rest.
func (c caller) makeReadyVolume(name string) string {
	c.t.Helper()
	id := c.makeVolume(name)
	c.get(volumesPath + "/" + id).want(200)
	return id
}

// worldSize is how many objects of a type a project of a world has.
const worldSize = 3

// newWorld is a backend with objects of every type in two projects, or in the account. They are made in turns, so that
// neither the order nor a range of ids tells the projects apart; the third project stays empty. Each is made a minute
// after the one before. All worlds are alike: the first one is made, the others are restored from its archive.
func newWorld(t testing.TB) *backend {
	t.Helper()
	world.Lock()
	defer world.Unlock()
	if world.archive == nil {
		archive, err := makeWorld(t).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		world.archive = archive
	}
	b := newBackend(t, quiet())
	if err := b.Restore(world.archive); err != nil {
		t.Fatal(err)
	}
	return b
}

// world is the archive of a world, once there is one.
var world struct {
	sync.Mutex
	archive []byte
}

func makeWorld(t testing.TB) *backend {
	t.Helper()
	b := newBackend(t, quiet())
	n := 0
	for round := range worldSize {
		projects := []string{"staging", "production"}
		if round%2 == 1 {
			slices.Reverse(projects) // so that each has objects of even and of odd numbers
		}
		for _, project := range projects {
			n++
			for _, row := range registry {
				b.clock.Advance(time.Minute)
				row.make(b.owner(project), n)
			}
		}
	}
	b.checkInvariants()
	return b
}

// A type of object is complete when the tests can make one, its list, its place in the overview, in a seed file and in
// the inventory of the chaos machine are known, and the invariants notice when it is spoiled.
func TestEveryNounIsComplete(t *testing.T) {
	inventory, err := os.ReadFile(filepath.FromSlash("../chaos/inventory.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nouns {
		if !slices.ContainsFunc(registry, func(row nounRow) bool { return row.noun == n }) {
			t.Errorf("%s: no row in the registry of the tests", n.plural)
		}
	}
	known := map[string]bool{}
	for _, row := range registry {
		known[row.collection] = true
		t.Run(row.noun.kind, func(t *testing.T) {
			if !slices.Contains(nouns, row.noun) {
				t.Error("no type of the server")
			}
			row.checkFilled(t)
			row.checkMade(t)
			row.checkShown(t)
			if row.inventory != "" && !strings.Contains(string(inventory), `"`+row.inventory+`"`) {
				t.Errorf("the chaos machine does not count %s", row.inventory)
			}
		})
	}
	for _, name := range sortedKeys(collectionsOf(&state{})) {
		if known[name] == (belongings[name] != "") {
			t.Errorf("the collection %s is neither that of a type of the registry nor listed as one that belongs to others", name)
		}
	}
}

// collectionsOf names the collections of a state.
func collectionsOf(st *state) map[string]bool {
	names := map[string]bool{}
	value := reflect.ValueOf(st).Elem()
	for i := range value.NumField() {
		if _, ok := value.Field(i).Addr().Interface().(interface{ Len() int }); ok {
			names[value.Type().Field(i).Name] = true
		}
	}
	return names
}

// checkFilled demands each part, or a reason for not having it.
func (row nounRow) checkFilled(t *testing.T) {
	value := reflect.ValueOf(row)
	for i := range value.NumField() {
		name := value.Type().Field(i).Name
		_, excused := row.without[name]
		if empty := value.Field(i).IsZero(); name != "without" && empty != excused {
			t.Errorf("%s: empty is %v, with a reason for it is %v", name, empty, excused)
		}
	}
	lists := slices.Concat(seedAccountLists, seedProjectLists)
	if row.seedList != "projects" && !slices.ContainsFunc(lists, func(l seedList) bool { return l.name == row.seedList }) {
		t.Errorf("a seed file has no list %s", row.seedList)
	}
	if !strings.Contains(seedAccount, row.seedList+":") {
		t.Errorf("the seed file of TestSeedFile has no %s", row.seedList)
	}
	if row.list != "" && !slices.ContainsFunc(operations(), func(op *operation) bool { return op.id == row.list }) {
		t.Errorf("no operation %s", row.list)
	}
	if !collectionsOf(&state{})[row.collection] {
		t.Errorf("the state has no collection %s", row.collection)
	}
}

// checkMade makes one in each of two projects: it is where it was made, found by its id, counted with what keeps the
// project from being deleted.
func (row nounRow) checkMade(t *testing.T) {
	b := newBackend(t, quiet())
	for i, project := range []string{"production", "staging"} {
		before := row.placed(&b.state)
		id := row.make(b.owner(project), i+1)
		after := row.placed(&b.state)
		if len(after) != len(before)+1 || after[len(before)].id != id {
			t.Fatalf("%d were there, and %d are; the last one is not %s", len(before), len(after), id)
		}
		home, found := row.noun.find(&b.state, id)
		if want := after[len(before)].project; !found || row.noun != &projectNoun && home != want {
			t.Errorf("%s is found (%v) in project %q, want %q", id, found, home, want)
		}
		if row.noun.count == nil {
			continue
		}
		if n := row.noun.count(&b.state, b.project(project)); n != 1 || home != b.project(project) {
			t.Errorf("made in %s: %d are there, and it is in project %q", project, n, home)
		}
		b.owner("").delete(projectsPath+"/"+b.project(project), nil).want(409, "1 "+row.noun.name)
	}
}

// checkShown looks for one in the overview, and spoils one.
func (row nounRow) checkShown(t *testing.T) {
	b := newBackend(t, quiet())
	id := row.make(b.owner("production"), 1)
	seen := b.look("/overview.json", nil).want(200)
	shown := row.overview == "projects" && slices.Contains(seen.list("projects", "id"), id)
	pattern := regexp.MustCompile(`\{"title":"` + row.overview + `",[^\]]*\{"id":"` + id + `"`)
	if row.overview != "" && !shown && !pattern.MatchString(seen.text) {
		t.Errorf("the overview has no %s in a group %s", id, row.overview)
	}
	b.checkInvariants()
	if row.breakIt == nil {
		return
	}
	row.breakIt(&b.state)
	if len(b.violations()) == 0 {
		t.Error("the invariants do not notice one that is spoiled")
	}
}
