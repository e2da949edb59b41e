package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const projectsPath = "/api/v1/projects"

func TestProjectLifecycle(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	made := c.post(projectsPath, object{"name": "Dev & Test", "description": "try things"}).want(201)
	made.expect("data.slug", "dev-test", "data.default_region", "us-east", "data.is_default", false, "data.is_active", true,
		"data.account_id", b.state.AccountID, "data.description", "try things")
	path := projectsPath + "/" + made.str("data.id")

	b.clock.Advance(1e9)
	c.put(path, object{"name": "dev"}).want(200).expect("data.name", "dev", "data.slug", "dev-test", "data.description", "try things",
		"data.created_at", made.str("data.created_at"), "data.updated_at", "2026-03-02T12:00:01Z")
	c.put(path, object{"description": ""}).want(200).expect("data.name", "dev", "data.description", "")
	c.get(path).want(200).expect("data.name", "dev")
	c.delete(path, nil).want(200).expect("success", true)
	c.get(path).want(404, "project not found")
}

// Name 1–64, unique in the account.
func TestProjectNames(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	path := projectsPath + "/" + b.project("staging")
	c.post(projectsPath, object{"name": ""}).want(400, "name: ")
	c.post(projectsPath, object{"name": strings.Repeat("ü", 65)}).want(400, "name: ")
	c.post(projectsPath, object{"name": strings.Repeat("ü", 64)}).want(201).expect("data.slug", "project")
	c.post(projectsPath, object{"name": "staging"}).want(409, "staging")
	c.put(path, object{"name": "production"}).want(409)
	c.put(path, object{"name": "staging"}).want(200)
	c.post(projectsPath, object{"name": "Staging!"}).want(201).expect("data.slug", "staging-2")
}

// One default project per account: renamable, never deletable.
func TestDefaultProject(t *testing.T) {
	b := newBackend(t, quiet())
	path := projectsPath + "/" + b.project("default")
	b.owner("").put(path, object{"name": "main"}).want(200).expect("data.is_default", true, "data.slug", "default")
	b.owner("").delete(path, nil).want(409, "default project")
}

// Delete needs `account.projects.delete` and an empty project: otherwise 409, and the message names what is left.
// **decided** 409.
func TestProjectDeleteNamesWhatIsLeft(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("staging")
	path := projectsPath + "/" + b.project("staging")
	network := c.makeVPC("net", "10.0.0.0/24")
	one := c.makeVM("one", "skip_vpc", nil, "vpc_id", network, "extra_storage", 10)
	two := c.makeVM("two", "skip_vpc", nil, "vpc_id", network, "skip_public_ip", true)
	c.delete(path, nil).want(409, "2 VMs", "1 VPC", "1 IP", "1 volume")
	c.delete("/api/v1/vms/"+one, nil).want(200)
	c.delete("/api/v1/vms/"+two, nil).want(200)
	c.delete(path, nil).want(200)
	b.checkInvariants()
}

// All projects with account.projects.view, otherwise those in which the key has a grant.
func TestProjectsThatAKeySees(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	if got := c.get(projectsPath).want(200).list("data", "name"); !slices.Equal(got, []string{"production"}) {
		t.Errorf("got %v", got)
	}
	c.get(projectsPath+"/"+b.project("production")).want(200).expect("data.name", "production")
	c.get(projectsPath + "/" + b.project("staging")).want(404)
	c.put(projectsPath+"/"+b.project("staging"), object{"name": "x"}).want(404)
	c.delete(projectsPath+"/"+b.project("staging"), nil).want(404)
	c.put(projectsPath+"/"+b.project("production"), object{"name": "x"}).want(403, "account.projects.manage")

	b.keyWith("account", "account.projects.view").get(projectsPath).want(200).expect("total", 3)
}

// Rights in a project go with it.
func TestProjectDeleteEndsGrants(t *testing.T) {
	b := newBackend(t, quiet())
	b.owner("").delete(projectsPath+"/"+b.project("production"), nil).want(200)
	b.production().get("/api/v1/vms").want(403)
	b.checkInvariants()
}

// limit/offset: 20 projects by default, total counts all matches. The maximum is not documented: **decided** clamped to 100.
func TestPaging(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for i := range 120 {
		c.post(projectsPath, object{"name": fmt.Sprintf("p%03d", i)}).want(201)
	}
	for _, test := range []struct {
		query     string
		count     int
		firstName string
	}{
		{"", 20, "default"},
		{"?limit=5&offset=3", 5, "p000"},
		{"?limit=100", 100, "default"},
		{"?limit=5000", 100, "default"},
		{"?limit=100&offset=100", 23, "p097"},
		{"?offset=123", 0, ""},
		{"?offset=99999", 0, ""},
	} {
		answer := c.get(projectsPath+test.query).want(200).expect("total", 123)
		names := answer.list("data", "name")
		if len(names) != test.count || test.count > 0 && names[0] != test.firstName {
			t.Errorf("%q: %d projects from %v", test.query, len(names), names)
		}
	}
	for _, bad := range []string{
		"limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "offset=-1", "offset=x",
		"limit=1&limit=2", "limit=99999999999999999999", "page=1", "limit=1;offset=2", "limit=%zz",
	} {
		answer := c.get(projectsPath + "?" + bad)
		answer.want(400)
		if name, _, _ := strings.Cut(bad, "="); !strings.Contains(bad, "%") && !strings.Contains(bad, ";") {
			answer.want(400, name+": ")
		}
	}
}
