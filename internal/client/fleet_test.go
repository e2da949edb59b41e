package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// fleetServer has VMs with the ids "0" to "n-1" and counts what it is asked for.
type fleetServer struct {
	mu          sync.Mutex
	n           int
	name        string // of all VMs
	gets, pages int
	listFails   bool
}

func (s *fleetServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	vm := func(id int) json.RawMessage { return vm(strconv.Itoa(id), s.name) }
	var answer any = map[string]any{"success": true}
	id, one := strings.CutPrefix(r.URL.Path, "/api/v1/vms/")
	switch number, _ := strconv.Atoi(id); {
	case r.Method != http.MethodGet:
	case one && number >= s.n:
		s.gets++
		w.WriteHeader(http.StatusNotFound)
		answer = map[string]any{"error": "Not Found", "message": "no such VM"}
	case one:
		s.gets++
		answer = map[string]any{"success": true, "data": vm(number)}
	default:
		s.pages++
		if s.listFails {
			w.WriteHeader(http.StatusForbidden)
			break
		}
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		page := []any{}
		for i := offset; i < min(offset+pageSize, s.n); i++ {
			page = append(page, vm(i))
		}
		answer = map[string]any{"success": true, "data": page, "total": s.n}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *fleetServer) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets + s.pages
}

// However many VMs there are, and whichever of them are read: every answer is the right one, and the
// requests are at most about twice those of reading one by one, and of listing all.
func TestFleetCost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		server := &fleetServer{n: rapid.IntRange(0, 1500).Draw(rt, "VMs")}
		c, _ := serve(t, server.ServeHTTP)
		project := c.Project(testProject)
		reads := rapid.SliceOfNDistinct(rapid.IntRange(0, max(0, server.n-1)), 0, min(server.n, 300), rapid.ID[int]).Draw(rt, "reads")
		for _, id := range reads {
			vm, err := project.ReadVM(t.Context(), strconv.Itoa(id))
			if err != nil || vm.ID != strconv.Itoa(id) {
				rt.Fatalf("read %d: got %v, %v", id, vm, err)
			}
		}
		pages := (server.n + pageSize - 1) / pageSize
		if got, most := server.requests(), min(2*len(reads)+1, 2*max(pages, fleetAfter)); got > most {
			rt.Fatalf("%d reads of %d VMs took %d requests (%d gets, %d pages), want at most %d",
				len(reads), server.n, got, server.gets, server.pages, most)
		}
	})
}

func TestFleetThousand(t *testing.T) {
	server := &fleetServer{n: 1000}
	c, _ := serve(t, server.ServeHTTP)
	project := c.Project(testProject)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 10) // as Terraform does
	for id := range server.n {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if _, err := project.ReadVM(t.Context(), strconv.Itoa(id)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := server.requests(); got > 25 {
		t.Errorf("1,000 reads took %d requests", got)
	}
	t.Logf("1,000 reads took %d requests", server.requests())
}

func TestFleetFreshness(t *testing.T) {
	server := &fleetServer{n: 50, name: "old"}
	c, clock := serve(t, server.ServeHTTP)
	project := c.Project(testProject)
	read := func(want string) {
		t.Helper()
		for id := range 10 {
			vm, err := project.ReadVM(t.Context(), strconv.Itoa(id))
			if err != nil || vm.Name != want {
				t.Fatalf("got %v, %v, want the name %q", vm, err, want)
			}
			vm.Name = "changed by the caller" // must not reach others
		}
	}
	rename := func(name string) {
		server.mu.Lock()
		server.name = name
		server.mu.Unlock()
	}
	read("old")
	if server.pages != 1 || server.gets != fleetAfter {
		t.Errorf("10 reads took %d gets and %d pages", server.gets, server.pages)
	}
	rename("new")
	if err := project.RenameVM(t.Context(), "1", "new"); err != nil {
		t.Fatal(err)
	}
	read("new") // a change of this client empties the fleet

	rename("newer")
	if err := clock.Sleep(t.Context(), fleetAge); err != nil {
		t.Fatal(err)
	}
	read("newer") // and so does age
}

func TestFleetFallsBack(t *testing.T) {
	server := &fleetServer{n: 50, listFails: true}
	c, _ := serve(t, server.ServeHTTP)
	project := c.Project(testProject)
	for id := range 10 {
		if _, err := project.ReadVM(t.Context(), strconv.Itoa(id)); err != nil {
			t.Fatal(err)
		}
	}
	if server.pages != 1 || server.gets != 10 {
		t.Errorf("a list that fails: %d gets and %d pages", server.gets, server.pages)
	}
	server.listFails = false
	if _, err := project.ReadVM(t.Context(), "4711"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an object that is not there: got %v", err)
	}
	before := server.requests()
	for id := range 10 { // without a project, each is read by itself
		if _, err := c.ReadVM(t.Context(), strconv.Itoa(id)); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.requests() - before; got != 10 {
		t.Errorf("10 reads without a project took %d requests", got)
	}
}

func BenchmarkFleet(b *testing.B) {
	s := &shelf[VM]{objects: map[string]shelved[VM]{}, touched: time.Now()}
	for i := range 1000 {
		s.objects[fmt.Sprint(i)] = shelved[VM]{&VM{ID: fmt.Sprint(i)}, time.Now()}
	}
	r := Reader{core: &core{clock: realClock{}}}
	for b.Loop() {
		if s.find(b.Context(), r, nil, "500") == nil {
			b.Fatal("not found")
		}
	}
}
