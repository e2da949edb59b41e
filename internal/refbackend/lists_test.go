package refbackend

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listRow is what a list operation has to answer. TestEveryListIsKnown fails for one without a row.
type listRow struct {
	noun  *noun  // what is listed; nil for a part of the catalogue
	key   string // where the list stands in the answer: "data"
	page  int    // how many come by default; 0 where all come at once
	total bool   // whether the answer tells how many there are
	// filters are the query parameters, with values for them. An item that is kept is known by what the state says of it,
	// or by the item itself for the catalogue.
	filters map[string][]filterCase
}

// filterCase is a value of a query parameter. It has to keep at least one, and to leave out at least one unless all
// objects there are have that value.
type filterCase struct {
	value func(st *state) string
	keeps func(st *state, id string, item object) bool
	all   bool
}

// is filters by a value that the items show.
func is(field, value string) filterCase {
	return filterCase{
		value: func(*state) string { return value },
		keeps: func(_ *state, _ string, item object) bool { return fmt.Sprint(item[field]) == value },
	}
}

// onlyRegion is the filter that cannot leave anything out.
func onlyRegion() []filterCase {
	c := is("region", "us-east")
	c.all = true
	return []filterCase{c}
}

// ofVM is a filter by a VM that has one of the type.
func ofVM(of func(st *state) string) []filterCase {
	return []filterCase{{value: of, keeps: func(st *state, _ string, item object) bool { return item["product_vm"] == of(st) }}}
}

var (
	memberStatuses = []filterCase{is("status", "pending"), is("status", "active"), is("status", "suspended")}
	scopes         = []filterCase{is("scope", "account"), is("scope", "project")}
)

var listRows = map[string]listRow{
	"listProjects": {noun: &projectNoun, key: "data", page: 20, total: true},
	"listVMs": {noun: &vmNoun, key: "data", page: 20, total: true, filters: map[string][]filterCase{
		"project_id": {{
			value: func(st *state) string { return st.Seeded.Projects["staging"] },
			keeps: func(st *state, id string, _ object) bool {
				v, _ := st.VMs.Get(id)
				return v.Project == st.Seeded.Projects["staging"]
			},
		}},
		"region": onlyRegion(),
		"status": {
			is("status", "active"), is("status", "passive"), is("status", "provisioning"), is("status", "booting"),
			is("status", "initiating"), is("status", "finalizing"), is("status", "failure"),
		},
	}},
	"listVPCs": {noun: &vpcNoun, key: "data"},
	"listIPs": {noun: &ipNoun, key: "data", page: 20, total: true, filters: map[string][]filterCase{
		"reserved": {is("reserved", "true"), is("reserved", "false")},
		"status": {{
			value: func(*state) string { return "free" },
			keeps: func(st *state, id string, _ object) bool { ip, _ := st.IPs.Get(id); return ip.VM == "" },
		}, {
			value: func(*state) string { return "in-use" },
			keeps: func(st *state, id string, _ object) bool { ip, _ := st.IPs.Get(id); return ip.VM != "" },
		}},
	}},
	"listSecurityGroups": {noun: &securityGroupNoun, key: "data"},
	"listVolumes": {noun: &volumeNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{
		"vm_id": ofVM(func(st *state) string {
			v, _ := st.Volumes.First(func(v *volume) bool { return v.VM != "" })
			return v.VM
		}),
		"region": onlyRegion(),
	}},
	"listSnapshots": {noun: &snapshotNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{
		"vm_id": ofVM(func(st *state) string {
			sn, _ := st.Snapshots.First(func(sn *snapshot) bool { return sn.VM != "" })
			return sn.VM
		}),
		"volume_id": {{
			value: func(st *state) string { return strconv.Itoa(firstVolumeSnapshot(st).Volume) },
			keeps: func(st *state, id string, _ object) bool { return id == firstVolumeSnapshot(st).id() },
		}},
		"type": {is("type", "vm"), is("type", "volume")},
	}},
	"listBackups": {noun: &backupNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{
		"vm_id": ofVM(func(st *state) string { return first(&st.Backups).VM }),
	}},
	"listBackupSchedules": {noun: &scheduleNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{
		"vm_id": ofVM(func(st *state) string { return first(&st.Schedules).VM }),
	}},
	"listSSHKeys":        {noun: &sshKeyNoun, key: "data"},
	"listMembers":        {noun: &memberNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{"status": memberStatuses}},
	"listProjectMembers": {noun: &projectMemberNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{"status": memberStatuses}},
	"listRoles":          {noun: &roleNoun, key: "data", page: 50, filters: map[string][]filterCase{"scope": scopes}}, // the API tells no total here
	"listApiKeys": {noun: &apiKeyNoun, key: "data", page: 50, total: true, filters: map[string][]filterCase{
		"scope": {{value: func(*state) string { return "public" }, keeps: func(*state, string, object) bool { return true }, all: true}},
	}},
	"listPermissions":            {key: "data", filters: map[string][]filterCase{"scope": scopes}},
	"listSecurityGroupTemplates": {key: "data"},
	"listRegions":                {key: "regions"},
	"listTemplates": {key: "data", total: true, filters: map[string][]filterCase{
		"category": {is("category", "os"), is("category", "marketplace")},
		"vm_type": {
			{value: func(*state) string { return "standard" }, keeps: func(_ *state, _ string, item object) bool { return item["os_type"] != "windows" }},
			{value: func(*state) string { return "premium" }, keeps: func(_ *state, _ string, item object) bool { return item["os_type"] != "windows" }},
			is("os_type", "windows"),
		},
		"region": onlyRegion(),
	}},
	"listVMPricing": {key: "plans", filters: map[string][]filterCase{
		"type": {is("vm_type", "standard"), is("vm_type", "premium"), is("vm_type", "windows")}, "region": onlyRegion(),
	}},
}

// otherReads are the operations that read, and list no objects.
var otherReads = map[string]string{
	"healthCheck":            "one word",
	"listVolumePricing":      "one price",
	"listSnapshotPricing":    "one price",
	"listBackupPricing":      "one price",
	"listIPPricing":          "two prices",
	"listVPCCIDRSuggestions": "what is free, not what there is",
	"listVMNetworks":         "of one VM: its interfaces are no objects by themselves",
	"getVMNotes":             "of one VM",
	"getProjectMember":       "one member",
}

func firstVolumeSnapshot(st *state) *snapshot {
	sn, _ := st.Snapshots.First(func(sn *snapshot) bool { return sn.Volume != 0 })
	return sn
}

// newListWorld is a world with a VM in each state, so that each filter has something to keep.
func newListWorld(t testing.TB) *backend {
	t.Helper()
	b := newWorld(t)
	c := b.owner("production")
	for _, status := range []string{vmInitiating, vmProvisioning, vmBooting} {
		b.SetPace(PaceRule{Flow: "vm.create", StuckIn: status})
		c.makeVM("vm-" + status)
	}
	b.SetPace(PaceRule{Flow: "vm.create", FailAt: vmActive})
	c.makeVM("vm-failure")
	b.SetPace(PaceRule{Flow: "vm.stop", StuckIn: vmFinalizing})
	id := c.makeVM("vm-finalizing")
	c.get(vmsPath + "/" + id).want(200)
	c.post(vmsPath+"/"+id+"/stop", nil).want(200)
	b.SetPace()
	id = c.makeVM("vm-passive")
	c.get(vmsPath + "/" + id).want(200)
	c.stop(id)
	b.owner("staging").makeVM("vm-active")
	return b
}

// forEachList runs a test per list operation that has a row.
func forEachList(t *testing.T, test func(t *testing.T, op *operation, row listRow)) {
	t.Helper()
	for _, op := range operations() {
		if row, ok := listRows[op.id]; ok {
			t.Run(op.id, func(t *testing.T) { test(t, op, row) })
		}
	}
}

// Every operation that reads is a list with a row, a read of one object, or listed as something else.
func TestEveryListIsKnown(t *testing.T) {
	known := map[string]bool{}
	for _, op := range operations() {
		row, listed := listRows[op.id]
		_, other := otherReads[op.id]
		known[op.id] = true
		places := 0
		for _, in := range []bool{listed, other, op.reads(), op.method != http.MethodGet} {
			if in {
				places++
			}
		}
		if places != 1 {
			t.Errorf("%s %s has %d places: a list needs a row in listRows, anything else one in otherReads", op.id, op.path, places)
		}
		if !listed {
			continue
		}
		if row.noun != nil && rowOf(t, row.noun).list != op.id {
			t.Errorf("%s is not the list of %s in the registry", op.id, row.noun.plural)
		}
		for _, f := range op.query {
			if row.filters[f.name] == nil {
				t.Errorf("%s: no case for the query parameter %s", op.id, f.name)
			}
		}
	}
	for id := range listRows {
		if !known[id] {
			t.Errorf("no operation %s", id)
		}
	}
}

// page asks for a list, and returns the ids in it.
func (c caller) page(op *operation, row listRow, project, query string) ([]string, answer) {
	c.t.Helper()
	path := strings.Replace(op.path, "{id}", project, 1)
	if query != "" {
		path += "?" + query
	}
	a := c.get(path).want(200)
	return a.list(row.key, row.idField()), a
}

// idField is what the items are known by.
func (row listRow) idField() string {
	switch row.key {
	case "regions":
		return "code"
	case "data", "plans":
	}
	return "id"
}

// want are the ids of all objects of the type in a project, "" for all projects, by the state.
func (row listRow) want(t *testing.T, b *backend, project string) []string {
	t.Helper()
	ids := []string{}
	for _, p := range rowOf(t, row.noun).placed(&b.state) {
		if project == "" || p.project == "" || p.project == project {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// expectPage compares a page with what it must hold.
func expectPage(t *testing.T, what string, got, want []string, a answer, row listRow, total int) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d items %v, want %d: %v", what, len(got), got, len(want), want)
	}
	told := a.at("total")
	if row.total && fmt.Sprint(told) != fmt.Sprint(total) || !row.total && told != nil {
		t.Errorf("%s: total is %v, want %d (told: %v)", what, told, total, row.total)
	}
}

// scopesOf are the projects that a list is asked for, by what the header or the path names.
func scopesOf(b *backend, op *operation) map[string]string {
	if op.kind == list || op.id == "listProjectMembers" {
		all := map[string]string{"production": b.project("production"), "staging": b.project("staging"), "default": b.project("default")}
		if op.kind == list {
			all["no project"] = ""
		}
		return all
	}
	return map[string]string{"the account": ""}
}

// Every list has exactly the objects of the project that it is scoped to, or of all, in the order of their creation.
func TestEveryListIsScoped(t *testing.T) {
	b := newListWorld(t)
	forEachList(t, func(t *testing.T, op *operation, row listRow) {
		b.t = t
		if row.noun == nil {
			return // TestEveryListIsFiltered has the catalogue
		}
		query := ""
		if row.page > 0 {
			query = "limit=100"
		}
		for name, project := range scopesOf(b, op) {
			c := b.owner("").in(project)
			want := row.want(t, b, project)
			got, a := c.page(op, row, project, query)
			expectPage(t, name, got, want, a, row, len(want))
			if scoped := project != "" && name != "default"; scoped && len(want) < worldSize || name == "default" && len(want) > 0 {
				t.Errorf("%s has %d: nothing is proved", name, len(want))
			}
			for i, item := range a.json[row.key].([]any) {
				if shown, ok := item.(map[string]any)["project_id"]; ok && project != "" && shown != project {
					t.Errorf("%s: item %d shows project %v", name, i, shown)
				}
			}
		}
	})
}

// Without X-Project-ID, a list has what the key may see, wherever that is: its role in one project is none in another.
func TestEveryListKeepsToTheRolesOfTheKey(t *testing.T) {
	b := newListWorld(t)
	forEachList(t, func(t *testing.T, op *operation, row listRow) {
		b.t = t
		if op.kind != list {
			return
		}
		permission := permissionOf[op.id]
		c := b.keyWith("project", permission)
		other := b.keyWith("project", projectPermissionsBut(permission)...)
		key, _ := b.state.keyWith(c.key)
		otherKey, _ := b.state.keyWith(other.key)
		grant, _ := b.state.ProjectMembers.First(func(m *projectMember) bool { return m.APIKeyID == otherKey.ID })
		b.addProjectMember(&projectMember{Project: b.project("staging"), APIKeyID: key.ID, RoleID: grant.RoleID})

		want := row.want(t, b, b.project("production"))
		got, a := c.in("").page(op, row, "", pageQuery(row))
		expectPage(t, "no project", got, want, a, row, len(want))
		got, a = c.page(op, row, "", pageQuery(row))
		expectPage(t, "production", got, want, a, row, len(want))
		c.in(b.project("staging")).get(op.path).want(403, permission, b.project("staging"))
	})
}

func pageQuery(row listRow) string {
	if row.page > 0 {
		return "limit=100"
	}
	return ""
}

// Every filter keeps what it names and nothing else, in every scope, and the total counts what is kept.
func TestEveryListIsFiltered(t *testing.T) {
	b := newListWorld(t)
	forEachList(t, func(t *testing.T, op *operation, row listRow) {
		b.t = t
		for name, cases := range row.filters {
			at := slices.IndexFunc(op.query, func(f filter) bool { return f.name == name })
			if at < 0 {
				t.Errorf("no query parameter %s", name)
				continue
			}
			if n := len(op.query[at].values); n > 0 && n != len(cases) {
				t.Errorf("%s takes %d values, and there are cases for %d", name, n, len(cases))
			}
			for _, f := range cases {
				kept, left := 0, 0
				for scope, project := range scopesOf(b, op) {
					k, l := b.checkFilter(t, op, row, name, f, scope, project)
					kept, left = kept+k, left+l
				}
				if kept == 0 || (left == 0) != f.all {
					t.Errorf("%s=%s keeps %d and leaves out %d: nothing is proved", name, f.value(&b.state), kept, left)
				}
			}
		}
	})
}

func (b *backend) checkFilter(t *testing.T, op *operation, row listRow, name string, f filterCase, scope, project string) (kept, left int) {
	t.Helper()
	c := b.owner("").in(project)
	everything, a := c.page(op, row, project, pageQuery(row))
	var want []string
	for i, item := range a.json[row.key].([]any) {
		if f.keeps(&b.state, everything[i], item.(map[string]any)) {
			want = append(want, everything[i])
		}
	}
	query := name + "=" + f.value(&b.state)
	got, a := c.page(op, row, project, strings.Trim(query+"&"+pageQuery(row), "&"))
	expectPage(t, scope+" "+query, got, want, a, row, len(want))
	if row.page > 0 && len(want) > 0 {
		one, a := c.page(op, row, project, query+"&limit=1")
		expectPage(t, scope+" "+query+"&limit=1", one, want[:1], a, row, len(want))
	}
	return len(want), len(everything) - len(want)
}

// Every paged list has the default page size of the API, takes at most 100 at once, and walked to its end in steps has
// every object once. The total counts them all, whatever the page. A list that is not paged knows no limit.
func TestEveryListIsPaged(t *testing.T) {
	forEachList(t, func(t *testing.T, op *operation, row listRow) {
		b := newBackend(t, quiet())
		c := b.owner("production")
		project := b.project("production")
		if row.page == 0 {
			path := strings.Replace(op.path, "{id}", project, 1)
			c.get(path+"?limit=1").want(400, "limit")
			c.get(path+"?offset=1").want(400, "offset")
			return
		}
		for n := range maxPage + 5 {
			rowOf(t, row.noun).make(c, n+1)
		}
		want := row.want(t, b, project)
		part := func(query string, from, to int) {
			t.Helper()
			got, a := c.page(op, row, project, query)
			expectPage(t, "?"+query, got, want[min(from, len(want)):min(to, len(want))], a, row, len(want))
		}
		part("", 0, row.page)
		part("limit=1000", 0, maxPage)
		part("limit=100", 0, maxPage)
		part("offset=3", 3, 3+row.page)
		for from := 0; from < len(want)+19; from += 19 {
			part(fmt.Sprintf("limit=19&offset=%d", from), from, from+19)
		}
		part("limit=5&offset=100000", len(want), len(want))
		for _, bad := range []string{"limit=0", "limit=-1", "limit=x", "offset=-1", "limit=1&limit=2"} {
			c.get(strings.Replace(op.path, "{id}", project, 1) + "?" + bad).want(400)
		}
	})
}

// maxPage is how many objects come at once at most.
const maxPage = 100
