package refbackend

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// forEachChange runs a test per operation that changes something, each on a world of its own, with the request ready to
// be sent by the Owner in production.
func forEachChange(t *testing.T, test func(t *testing.T, c caller, op *operation, row changeRow, path string, body any)) {
	t.Helper()
	rows := changeRows()
	for _, op := range operations() {
		if row, ok := rows[op.id]; ok {
			t.Run(op.id, func(t *testing.T) {
				b := newWorld(t)
				c := b.owner("production")
				c.t = t
				path, body := row.ready(c)
				test(t, c, op, row, apiPath+path, body)
			})
		}
	}
}

// Every operation that changes something has a row, and every row an operation.
func TestEveryChangeIsKnown(t *testing.T) {
	rows := changeRows()
	for _, op := range operations() {
		if _, ok := rows[op.id]; ok != (op.method != http.MethodGet) {
			t.Errorf("%s %s: a row in changeRows: %v", op.id, op.path, ok)
		}
		delete(rows, op.id)
	}
	for id := range rows {
		t.Errorf("no operation %s", id)
	}
}

// reads are the paths of everything that can be read about a project; for the account, with "".
func (b *backend) reads(project string) []string {
	paths := []string{}
	for _, op := range operations() {
		switch {
		case op.method != http.MethodGet:
		case op.on == nil && project == "" && op.kind != list:
			paths = append(paths, op.path)
		case op.on == nil && project != "" && op.kind == list:
			paths = append(paths, op.path)
		case op.on == nil:
		case op.on == &projectNoun && strings.Contains(op.path, "{member_id}"):
			for m := range b.state.ProjectMembers.Where(func(m *projectMember) bool { return m.Project == project }) {
				paths = append(paths, strings.Replace(strings.Replace(op.path, "{id}", project, 1), "{member_id}", m.ID, 1))
			}
		default:
			for _, p := range rowOf(b.t, op.on).placed(&b.state) {
				if p.project == project || op.on == &projectNoun && p.id == project {
					paths = append(paths, strings.Replace(op.path, "{id}", p.id, 1))
				}
			}
		}
	}
	return paths
}

// everything is what the Owner reads of a project.
func (b *backend) everything(project string) map[string]string {
	b.t.Helper()
	seen := map[string]string{}
	for _, path := range b.reads(b.project(project)) {
		if strings.HasSuffix(path, "/cidr-suggestions") {
			continue // no VPC of the account may overlap: they depend on all of them
		}
		seen[path] = b.owner(project).get(path).want(200).text
	}
	return seen
}

// Every change succeeds with the status of the API, is in the journal as what it was, and leaves the other project as it
// is.
func TestEveryChangeSucceeds(t *testing.T) {
	forEachChange(t, func(t *testing.T, c caller, op *operation, row changeRow, path string, body any) {
		beside := c.everything("staging")
		a := c.send(op.method, path, body).want(row.status).expect("success", true)
		entry := c.Journal()[len(c.Journal())-1]
		if entry.Operation != op.id || entry.Status != row.status || op.kind == mutation && entry.ObjectProject != c.header {
			t.Errorf("the journal has %+v", entry)
		}
		if made := a.at("data.id"); made != nil && row.status != 200 && fmt.Sprint(made) != entry.Object {
			t.Errorf("the journal has object %s, the answer %v", entry.Object, made)
		}
		if op.on == &projectNoun || op.id == "createProject" {
			if want := strings.Split(path+"///", "/")[4]; entry.ObjectProject != cmp.Or(want, fmt.Sprint(a.at("data.id"))) {
				t.Errorf("the journal has project %s", entry.ObjectProject)
			}
		}
		for _, field := range []string{"data.project_id", "new_ip.project_id"} {
			if project := a.at(field); project != nil && op.kind == mutation && project != c.header {
				t.Errorf("%s is %v, asked for in %s", field, project, c.header)
			}
		}
		c.checkInvariants()
		for path, before := range beside {
			if after := c.owner("staging").get(path); after.text != before {
				t.Errorf("%s of another project was\n%sand is\n%s", path, before, after.text)
			}
		}
	})
}

// Every object keeps the time of its creation, and shows the time of its last change: the moment of the request, by the
// backend's clock.
func TestEveryTimeIsTheMomentOfTheRequest(t *testing.T) {
	forEachChange(t, func(t *testing.T, c caller, op *operation, row changeRow, path string, body any) {
		read := ""
		if op.on != nil && op.on != &projectNoun && op.on != &invitationNoun || strings.HasPrefix(path, projectsPath) && strings.HasSuffix(op.path, "/{id}") {
			read = strings.Join(strings.Split(path, "/")[:5], "/")
		}
		before := answer{t: t}
		if read != "" {
			before = c.get(read).want(200)
		}
		c.clock.Advance(17 * time.Minute)
		now := c.moment().Format(time.RFC3339Nano)
		a := c.send(op.method, path, body).want(row.status)
		if op.status == http.StatusCreated || op.status == http.StatusAccepted && op.on == nil {
			for _, field := range []string{"created_at", "updated_at"} {
				if got := a.at("data." + field); got != nil && got != now {
					t.Errorf("made at %s, and %s is %v", now, field, got)
				}
			}
		}
		for _, field := range []string{"data.updated_at", "note.updated_at", "new_ip.updated_at", "new_ip.created_at"} {
			if got := a.at(field); got != nil && got != now && op.method != http.MethodDelete {
				t.Errorf("changed at %s, and %s is %v", now, field, got)
			}
		}
		if read == "" {
			return
		}
		after := c.get(read)
		if after.status == http.StatusNotFound && op.method == http.MethodDelete || op.id == "changeIP" {
			return
		}
		inner := "data."
		if op.on == &vpcNoun {
			inner = "data.vpc."
		}
		if was, is := before.at(inner+"created_at"), after.at(inner+"created_at"); was != is || was == nil {
			t.Errorf("created_at was %v, and is %v", was, is)
		}
		want := before.at(inner + "updated_at")
		if row.touches {
			want = now
		}
		if got := after.at(inner + "updated_at"); got != want {
			t.Errorf("changed at %s, and updated_at is %v, want %v (was %v)", now, got, want, before.at(inner+"updated_at"))
		}
	})
}

// Every object that there is was created at the moment that its creation had on the clock, a minute after the other.
func TestEveryTimeIsShownAsItIs(t *testing.T) {
	b := newWorld(t)
	for _, row := range registry {
		if row.list == "" {
			continue
		}
		at := slices.IndexFunc(operations(), func(op *operation) bool { return op.id == row.list })
		op := operations()[at]
		path := strings.Replace(op.path, "{id}", b.project("staging"), 1)
		earlier := ""
		for i, created := range b.owner("staging").get(path).want(200).list("data", "created_at") {
			if created == "<nil>" && row.noun == &roleNoun {
				continue // of the platform
			}
			if moment, err := time.Parse(time.RFC3339Nano, created); err != nil || moment.Before(epoch) || moment.After(b.moment()) || created < earlier {
				t.Errorf("%s %d: created at %q, after %q", row.noun.plural, i, created, earlier)
			}
			earlier = created
		}
	}
}

// changing are the fields of answers that change with time by their nature.
var changing = map[string]map[string]string{
	"listApiKeys": {"last_used_at": "each request is a use of the key that makes it"},
	"getApiKey":   {"last_used_at": "each request is a use of the key that makes it"},
}

// Every read gives the same bytes when it is repeated later: nothing moves by itself.
func TestEveryReadIsTheSameLater(t *testing.T) {
	b := newListWorld(t)
	moved := map[string]bool{}
	for _, project := range []string{"", "production", "staging"} {
		for _, path := range b.reads(b.project(project)) {
			op, _ := b.operationOf(path)
			c := b.owner(project)
			before := c.get(path).want(200)
			b.clock.Advance(101 * time.Minute)
			b.clock.Advance(-time.Minute) // no effect: time does not run backwards
			after := c.get(path).want(200)
			first, second := before.text, after.text
			for field := range changing[op] {
				pattern := regexp.MustCompile(`,"` + field + `":"[^"]*"`)
				if first != second {
					moved[op+"."+field] = true
				}
				first, second = pattern.ReplaceAllString(first, ""), pattern.ReplaceAllString(second, "")
			}
			if first != second {
				t.Errorf("%s: later, it is another answer:\n%s%s", path, first, second)
			}
			if b.moment().After(epoch.Add(17 * time.Hour)) {
				b = newListWorld(t) // before the schedules run
			}
		}
	}
	for op, fields := range changing {
		for field := range fields {
			if !moved[op+"."+field] {
				t.Errorf("%s of %s does not change: take it off the list", field, op)
			}
		}
	}
}

// operationOf finds the operation of a path that is read.
func (b *backend) operationOf(path string) (string, bool) {
	entry := b.Journal()
	b.owner("").get(path)
	now := b.Journal()
	if len(now) == len(entry) {
		return "", false
	}
	return now[len(now)-1].Operation, true
}

var secretForm = regexp.MustCompile(`raff_[0-9a-f]{64}`)

// Every secret is in the one answer that is to have it: a key's where it is made or replaced, a password nowhere. Neither
// other answers nor refusals, the journal, the overview nor the archive hold one.
func TestEverySecretIsShownOnce(t *testing.T) {
	known := 0
	whole := t
	forEachChange(t, func(t *testing.T, c caller, op *operation, row changeRow, path string, body any) {
		if whole.Failed() {
			return // the first place says enough
		}
		c.expectNoSecrets(t, "a refusal", c.send(op.method, path, object{"nonsense": testPassword}).text)
		if order, ok := body.(object); ok && order["password"] != nil {
			for _, wrong := range []string{testPassword + " ", strings.ToLower(testPassword)} {
				refused := c.send(op.method, path, order.with("password", wrong)).want(400, "password")
				if strings.Contains(refused.text, wrong) {
					t.Errorf("a refusal repeats the password: %s", refused.text)
				}
			}
		}
		a := c.send(op.method, path, body).want(row.status)
		text := a.text
		if row.secret != "" {
			known++
			secret := a.str(row.secret)
			if !secretForm.MatchString(secret) {
				t.Errorf("%s is %q", row.secret, secret)
			}
			caller{backend: c.backend, key: secret}.get(projectsPath).want(200)
			text = strings.Replace(text, secret, "", 1)
		}
		c.expectNoSecrets(t, "the answer", text)
		c.expectNoSecrets(t, "the overview", c.look("/overview.json", nil).text)
		journal, _ := json.Marshal(c.Journal())
		c.expectNoSecrets(t, "the journal", string(journal))
		archive, err := c.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		c.expectNoSecrets(t, "the archive", string(archive))
		for _, project := range []string{"", "production"} {
			for _, path := range c.reads(c.project(project)) {
				c.expectNoSecrets(t, path, c.owner(project).get(path).text)
			}
		}
	})
	if known != 2 && !t.Failed() {
		t.Errorf("%d operations show a secret, want createApiKey and regenerateApiKey", known)
	}
}

func (b *backend) expectNoSecrets(t *testing.T, where, text string) {
	t.Helper()
	if secretForm.MatchString(text) || strings.Contains(text, testPassword) || strings.Contains(text, hashSecret(b.account.OwnerKey)) && where != "the archive" {
		t.Errorf("%s holds a secret: %.400s", where, text)
	}
}

// reference is a field of a body that names another object.
type reference struct {
	operation, field string
	noun             *noun
	// of returns the value that stands for an object of another project; nil: its id.
	of func(id string) any
}

var references = []reference{
	{"createVM", "vpc_id", &vpcNoun, nil},
	{"attachVMToVPC", "vpc_id", &vpcNoun, nil},
	{"attachVMIP", "ip_id", &ipNoun, nil},
	{"attachVMIP", "security_groups", &securityGroupNoun, func(id string) any { return []string{id} }},
	{"attachVMSecurityGroup", "security_group_id", &securityGroupNoun, nil},
	{"createVolume", "vm_id", &vmNoun, nil},
	{"attachVolume", "vm_id", &vmNoun, nil},
	{"createSnapshot", "resource_id", &vmNoun, nil},
	{"createSnapshot", "volume_id", &volumeNoun, func(id string) any { return numberOf(id) }},
	{"createBackup", "vm_id", &vmNoun, nil},
	{"createBackupSchedule", "vm_id", &vmNoun, nil},
	{"saveVMDiskAsImage", "snapshot_id", &snapshotNoun, func(id string) any { return numberOf(id) }},
	{"deleteVMsBulk", "ids", &vmNoun, func(id string) any { return []string{id} }},
}

// ofNoProject are the fields of bodies that name what lies in no project.
var ofNoProject = map[string]string{
	"template_id":    "of the platform or the account",
	"pricing_id":     "of the platform",
	"role_id":        "of the account",
	"api_key_id":     "of the account",
	"target_user_id": "of the account",
	"disk_id":        "a number within the VM",
	"nic_id":         "a number within the VM",
}

// Every id in a body has to be that of an object in the project of the request: an object of another project is as good as
// none, though the key may reach it, and nothing happens to it.
func TestEveryReferenceKeepsToTheProject(t *testing.T) {
	rows := changeRows()
	for _, ref := range references {
		t.Run(ref.operation+" "+ref.field, func(t *testing.T) {
			b := newWorld(t)
			c := b.owner("production")
			path, body := rows[ref.operation].ready(c)
			foreign := b.foreign(t, ref)
			var value any = foreign
			if ref.of != nil {
				value = ref.of(foreign)
			}
			order := body.(object).with(ref.field, value)
			if ref.field == "volume_id" && ref.operation == "createSnapshot" {
				order = order.with("resource_type", "volume", "resource_id", nil)
			}
			at := slices.IndexFunc(operations(), func(op *operation) bool { return op.id == ref.operation })
			method := operations()[at].method
			beside, here := b.everything("staging"), b.everything("production")
			if ref.operation == "deleteVMsBulk" {
				c.send(method, apiPath+path, order).want(200, "VM not found").expect("success", false, "failed_count", 1, "success_count", 0)
			} else {
				c.send(method, apiPath+path, order).want(400, ref.field)
			}
			for project, before := range map[string]map[string]string{"staging": beside, "production": here} {
				for path, text := range before {
					if after := b.owner(project).get(path); after.text != text {
						t.Errorf("%s has changed:\n%s%s", path, text, after.text)
					}
				}
			}
			c.send(method, apiPath+path, body).want(rows[ref.operation].status)
		})
	}
}

// foreign is an object of staging that would do, if it were in production.
func (b *backend) foreign(t *testing.T, ref reference) string {
	t.Helper()
	c := b.owner("staging")
	switch ref.noun {
	case &vmNoun:
		return c.runningVM("foreign")
	case &ipNoun:
		return c.reserve(familyIPv6)
	case &volumeNoun:
		return c.makeReadyVolume("foreign")
	case &snapshotNoun:
		return c.makeSnapshot(c.runningVM("foreign"))
	default:
		return rowOf(t, ref.noun).make(c, 99)
	}
}

// Every field of a body that sounds like an id is in one of the two lists.
func TestEveryReferenceIsKnown(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for name := range ofNoProject {
		known[name] = true
	}
	for _, ref := range references {
		known[ref.field] = true
	}
	asked := regexp.MustCompile(`\.(?:String|Strings|Int|Objects)\("(\w*(?:_id|ids|groups))"\)`)
	found := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, match := range asked.FindAllStringSubmatch(string(source), -1) {
			found[match[1]] = true
			if !known[match[1]] {
				t.Errorf("%s reads %s, which is in neither references nor ofNoProject", file, match[1])
			}
		}
	}
	for name := range known {
		if !found[name] {
			t.Errorf("nothing reads %s", name)
		}
	}
}

// Every id beneath an object has to be one of that object: those of another are not found, and nothing happens to them.
func TestEveryIDBeneathAnObjectIsItsOwn(t *testing.T) {
	for _, test := range []struct {
		method string
		make   func(c caller) string // the path of one
		body   any
	}{
		{"PATCH", caller.tagged, object{"name": "x"}},
		{"DELETE", caller.tagged, nil},
		{"DELETE", caller.guarded, nil},
		{"DELETE", func(c caller) string { return c.inVPC() + "/vpc/1" }, nil},
		{"GET", caller.granted, nil},
		{"PATCH", caller.granted, object{"status": "suspended"}},
		{"DELETE", caller.granted, nil},
	} {
		b := newWorld(t)
		c := b.owner("production")
		path := strings.Split(apiPath+test.make(c), "/")
		other := c.runningVM("other")
		if path[3] == "projects" {
			other = b.project("staging")
		}
		t.Run(fmt.Sprint(test.method, " ", path[3], "/", path[5]), func(t *testing.T) {
			own := path[4]
			path[4] = other
			before := b.everything("production")
			c.send(test.method, strings.Join(path, "/"), test.body).want(404)
			for path, text := range before {
				if after := c.get(path); after.text != text {
					t.Errorf("%s has changed:\n%s%s", path, text, after.text)
				}
			}
			path[4] = own
			c.send(test.method, strings.Join(path, "/"), test.body).want(200)
		})
	}
}
