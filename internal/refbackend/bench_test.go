package refbackend

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// fleet is how many VMs the benchmarks have around.
const fleet = 20_000

// withFleet is a backend with many VMs in production.
func withFleet(t testing.TB) *backend {
	t.Helper()
	b := newBackend(t, quiet())
	b.unjudged = true
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range fleet {
		v := &vm{
			ID: b.state.IDs.uuid(), Project: b.state.Seeded.Projects["production"], Name: fmt.Sprint("vm-", i), Status: vmActive,
			Plan: 1, Template: templates[0].id, FirstTemplate: templates[0].id, Storage: 25, stamps: b.stamped(),
		}
		b.state.VMs.Put(v.ID, v)
	}
	return b
}

// A large fleet lists in pages without trouble.
func TestLargeFleet(t *testing.T) {
	b := withFleet(t)
	c := b.production()
	started, seen := time.Now(), map[string]bool{}
	for offset := 0; offset < fleet; offset += maxLimit {
		page := c.get(fmt.Sprintf("/api/v1/vms?limit=100&offset=%d", offset)).want(200).expect("total", fleet)
		for _, id := range page.list("data", "id") {
			seen[id] = true
		}
	}
	if len(seen) != fleet {
		t.Errorf("saw %d VMs", len(seen))
	}
	t.Logf("%d VMs listed in %v", fleet, time.Since(started).Round(time.Millisecond))
	c.delete("/api/v1/vms/"+c.makeVM("one-more"), nil).want(200)
	b.checkInvariants()
}

// A new backend and its first answer.
func BenchmarkFirstAnswer(b *testing.B) {
	for b.Loop() {
		newBackend(b, quiet()).production().get(vmsPath).want(200)
	}
}

// One page of 100 of 20,000 VMs.
func BenchmarkPageOfFleet(b *testing.B) {
	c := withFleet(b).production()
	for b.Loop() {
		c.get(vmsPath + "?limit=100&offset=10000").want(200)
	}
}

// One of 20,000 VMs.
func BenchmarkGetVM(b *testing.B) {
	s := withFleet(b)
	path := "/api/v1/vms/" + first(&s.state.VMs).ID
	for b.Loop() {
		s.production().get(path).want(200)
	}
}

// A VM more, in memory and with a data file that is flushed each time.
func BenchmarkCreateVM(b *testing.B) {
	for _, file := range []string{"", filepath.Join(b.TempDir(), "account")} {
		b.Run(map[bool]string{true: "memory", false: "data file"}[file == ""], func(b *testing.B) {
			s := newBackend(b, Options{NoRateLimit: true, DataFile: file})
			b.Cleanup(func() { _ = s.Close() })
			c := s.production()
			request := c.vmRequest("")
			n := 0
			for b.Loop() {
				n++
				c.post(vmsPath, request.with("name", fmt.Sprint("vm-", n))).want(201)
			}
		})
	}
}

// What the page polls, of 20,000 VMs.
func BenchmarkOverview(b *testing.B) {
	s := withFleet(b)
	for b.Loop() {
		s.look("/overview.json", nil).want(200)
	}
}
