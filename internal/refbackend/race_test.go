package refbackend

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// 64 clients at once, over all types of objects and everything between them. After each change, the state does not
// contradict itself.
func TestParallelClients(t *testing.T) {
	const clients, rounds = 64, 60
	b := newBackend(t, Options{Seed: 1, NoRateLimit: true, Timing: Fast, Clock: clock.Scaled(100)})
	b.watchful = true
	ubuntu, debian := b.templateID("Ubuntu", "24.04x64"), b.templateID("Debian", "13x64")
	var done sync.WaitGroup
	for n := range clients {
		done.Go(func() {
			c := []caller{b.production(), b.owner("production"), b.owner("staging"), b.owner("default")}[n%4]
			r := rand.New(rand.NewPCG(1, uint64(n)))
			c.wander(r, fmt.Sprint("first-", n), ubuntu, debian)
			w := &roamer{caller: c, r: r, name: fmt.Sprint("c", n), template: ubuntu}
			for range rounds {
				w.step()
			}
		})
	}
	done.Wait()
	b.checkInvariants()
	checkNumbered(t, b.Journal())
	succeeded := map[string]bool{}
	for _, e := range b.Journal() {
		succeeded[e.Operation] = succeeded[e.Operation] || e.Status < 300
	}
	for _, op := range operations() {
		if op.method != http.MethodGet && !succeeded[op.id] {
			t.Errorf("%s was never carried out", op.id)
		}
	}
	t.Logf("%d requests, %d VMs, %d processes under way", len(b.Journal()), b.state.VMs.Len(), len(b.state.Processes.Timed))
}

// The same on a data file: whatever the clients have done to whatever type of object, the file tells it.
func TestParallelClientsOnDisk(t *testing.T) {
	const clients, rounds = 8, 60
	b := kept(t, filepath.Join(t.TempDir(), "account"), Options{Seed: 2, Timing: Fast, Clock: clock.Scaled(100)})
	ubuntu := b.templateID("Ubuntu", "24.04x64")
	var done sync.WaitGroup
	for n := range clients {
		done.Go(func() {
			w := &roamer{
				caller: b.owner("production"), r: rand.New(rand.NewPCG(2, uint64(n))), name: fmt.Sprint("c", n), template: ubuntu,
			}
			for range rounds {
				w.step()
			}
		})
	}
	done.Wait()
	b.expectOnDisk()
	b.checkInvariants()
}

// checkNumbered makes sure that no entry is missing, and that nothing was the server's fault.
func checkNumbered(t *testing.T, journal []Entry) {
	t.Helper()
	for i, e := range journal {
		if e.Sequence != i+1 {
			t.Fatalf("journal: %d after %d", e.Sequence, i)
		}
		if e.Status >= 500 {
			t.Errorf("%s %s: %d", e.Method, e.Path, e.Status)
		}
	}
}

// anyPlan is one that Linux runs on.
func anyPlan(r *rand.Rand) int { return []int{9, 78, 1, 3}[r.IntN(4)] }

// wander does to a VM of its own, and to what it finds, what comes to mind.
func (c caller) wander(r *rand.Rand, name, template, other string) {
	network := c.post(vpcsPath, object{"name": name, "cidr": fmt.Sprintf("10.%d.%d.0/28", r.IntN(256), r.IntN(256))})
	request := object{
		"name": name, "template_id": template, "pricing_id": anyPlan(r), "region": "us-east", "ssh_keys": []string{testKey},
		"extra_storage": 10 * r.IntN(2), "backup_type": []string{"none", "daily"}[r.IntN(2)], "tags": []string{"a"},
	}
	switch id := network.at("data.id"); {
	case id != nil:
		request["vpc_id"] = id
	case r.IntN(2) == 0:
		request["skip_vpc"] = true
	}
	created := c.post("/api/v1/vms", request)
	if _, networked := request["vpc_id"]; networked && created.status == 400 {
		// Another client has deleted the network meanwhile.
		created.want(400, "no such VPC")
		delete(request, "vpc_id")
		request["skip_vpc"] = true
		created = c.post("/api/v1/vms", request)
	}
	path := "/api/v1/vms/" + created.want(201).str("data.id")
	for range 6 {
		switch r.IntN(12) {
		case 0:
			c.post(path+"/stop", nil)
		case 1:
			c.post(path+"/start", nil)
		case 2:
			c.post(path+"/resize", object{"pricing_id": anyPlan(r)})
		case 3:
			c.post(path+"/disk/resize", object{"new_size": 200 + r.IntN(100)})
		case 4:
			c.post(path+"/reinstall", object{"template_id": other, "auto_generate_password": true})
		case 5:
			c.post(path+"/tags", object{"name": "b"})
		case 6:
			c.patch(path+"/rename", object{"name": name + "-renamed"})
		case 7:
			c.delete(path+"/vpc/1", nil)
		case 8:
			if id := network.at("data.id"); id != nil {
				c.post(path+"/vpc", object{"vpc_id": id})
			}
		case 9:
			c.get("/api/v1/vms?limit=100").want(200)
			c.in("").get(vpcsPath).want(200)
		case 10:
			c.get(vpcsPath + "/cidr-suggestions").want(200)
		case 11:
			c.get(path + "/networks")
		}
	}
	if r.IntN(3) > 0 {
		c.delete(path, object{"volume_action": []string{"delete", "detach"}[r.IntN(2)], "delete_vpc": r.IntN(2) == 0})
	}
}
