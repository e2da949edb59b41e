package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// fleetServer has objects with the ids "0" to "n-1" under each path, and counts what it is asked for.
type fleetServer struct {
	mu          sync.Mutex
	n           int
	name        string // of all objects
	gets, pages int
	asked       []string      // paths
	pageSize    int           // 0: what is asked for
	latency     time.Duration // of each answer
	listFails   bool
	noTotal     bool
	onPage      func() // called while a page is under way, after it was made
}

// client returns a client whose requests the server answers in memory, so that it runs in a bubble of synctest.
func (s *fleetServer) client(t *testing.T) *Client {
	return mustNew(t, Options{
		URL: "http://api.test", APIKey: testKey, RequestsPerSecond: 100_000,
		HTTPClient: &http.Client{Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(s.latency):
			}
			return w.Result(), nil
		})},
	})
}

func (s *fleetServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var answer any = map[string]any{"success": true}
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")
	switch {
	case r.Method != http.MethodGet:
	case len(path) == 1:
		s.asked = append(s.asked, path[0])
		s.pages++
		if s.listFails {
			w.WriteHeader(http.StatusForbidden)
			break
		}
		answer = s.list(r)
		if s.onPage != nil {
			defer s.onPage()
		}
	default:
		s.asked = append(s.asked, strings.Join(path, "/"))
		s.gets++
		id, _ := strconv.Atoi(path[1])
		if answer = map[string]any{"success": true, "data": s.object(path[0], id)}; id >= s.n {
			w.WriteHeader(http.StatusNotFound)
			answer = map[string]any{"error": "Not Found", "message": "there is none"}
		}
		if len(path) == 3 {
			answer = map[string]any{"success": true, "data": []any{json.RawMessage(full(`{"id":"x","nic_id":7,"type":"public"}`))}}
		}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *fleetServer) object(noun string, id int) json.RawMessage {
	if noun == "volumes" {
		return json.RawMessage(full(fmt.Sprintf(`{"id":%d,"name":%q}`, id, s.name)))
	}
	return vm(strconv.Itoa(id), s.name)
}

func (s *fleetServer) list(r *http.Request) any {
	size := pageSize
	if s.pageSize > 0 {
		size = s.pageSize
	}
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	if r.URL.RawQuery == "" { // it is not paged
		size = s.n
	}
	objects := []any{}
	for i := offset; i < min(offset+size, s.n); i++ {
		objects = append(objects, s.object(strings.TrimPrefix(r.URL.Path, "/api/v1/"), i))
	}
	answer := map[string]any{"success": true, "data": objects, "total": s.n}
	if s.noTotal {
		delete(answer, "total")
	}
	return answer
}

func (s *fleetServer) rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
}

func (s *fleetServer) requests() (gets, pages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets, s.pages
}

// readVMs reads VMs, so many at a time, with a pause after each. It returns what has gone wrong.
func readVMs(r Reader, ids []int, parallel int, pause time.Duration) error {
	var mu sync.Mutex
	var wrong error
	var all sync.WaitGroup
	next := make(chan int)
	for range parallel {
		all.Go(func() {
			for id := range next {
				vm, err := r.ReadVM(context.Background(), strconv.Itoa(id))
				if err == nil && vm.ID != strconv.Itoa(id) {
					err = fmt.Errorf("read %d: got %s", id, vm.ID)
				}
				mu.Lock()
				wrong = errors.Join(wrong, err)
				mu.Unlock()
				time.Sleep(pause)
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	all.Wait()
	return wrong
}

// However many VMs there are, whichever of them are read, and however many at a time: every answer is the right one, and the
// requests are at most three times those of the cheaper way, reading one by one or listing all. Only in a project of one
// page the fourth read, of those that come one by one, makes a fourth request.
func TestFleetCost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		server := &fleetServer{
			n:        rapid.OneOf(rapid.IntRange(1, 1500), rapid.IntRange(1, 8000)).Draw(rt, "VMs"),
			latency:  time.Duration(rapid.IntRange(0, 200).Draw(rt, "latency")) * time.Millisecond,
			pageSize: rapid.SampledFrom([]int{0, 0, 0, 40}).Draw(rt, "page size"),
			noTotal:  rapid.IntRange(0, 9).Draw(rt, "no total") == 0,
		}
		reads := rapid.SliceOfNDistinct(rapid.IntRange(0, server.n-1), 0, min(server.n, 200), rapid.ID[int]).Draw(rt, "reads")
		parallel := rapid.SampledFrom([]int{1, 2, 5, 10, 30}).Draw(rt, "parallel")
		pause := time.Duration(rapid.IntRange(0, 300).Draw(rt, "pause")) * time.Millisecond
		var err error
		synctest.Test(t, func(t *testing.T) {
			err = readVMs(server.client(t).Project(testProject).Reader, reads, parallel, pause)
		})
		if err != nil {
			rt.Fatal(err)
		}
		size := pageSize
		if server.pageSize > 0 {
			size = server.pageSize
		}
		pages := (server.n + size - 1) / size
		if server.noTotal {
			pages++ // an empty one tells the end
		}
		most := costFactor * min(len(reads), pages)
		if pages == 1 {
			most = max(most, min(len(reads), plainGets+1))
		}
		if got := server.gets + server.pages; got > most {
			rt.Fatalf("%d reads of %d VMs took %d requests (%d gets, %d pages), want at most %d",
				len(reads), server.n, got, server.gets, server.pages, most)
		}
	})
}

// What a plan reads, ten at a time, in any order, on a quick machine and on a slow one.
func TestFleetOfAPlan(t *testing.T) {
	for _, c := range []struct{ vms, reads, most int }{
		{1000, 1000, 12}, {5000, 5000, 57}, {5000, 3, 3}, {5000, 1, 1}, {100, 100, 2}, {10_000, 10_000, 125},
	} {
		for _, latency := range []time.Duration{time.Millisecond, 80 * time.Millisecond} {
			for _, pause := range []time.Duration{0, 10 * time.Millisecond, 100 * time.Millisecond} {
				t.Run(fmt.Sprintf("%d of %d, %s, %s", c.reads, c.vms, latency, pause), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						server := &fleetServer{n: c.vms, latency: latency}
						if err := readVMs(server.client(t).Project(testProject).Reader, rand.Perm(c.vms)[:c.reads], 10, pause); err != nil {
							t.Fatal(err)
						}
						if gets, pages := server.requests(); gets+pages > c.most {
							t.Errorf("it took %d gets and %d pages, want at most %d", gets, pages, c.most)
						}
					})
				})
			}
		}
	}
}

// Those who come one by one, slowly, as on a machine that is busy with something else.
func TestFleetOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 1000, latency: time.Millisecond}
		if err := readVMs(server.client(t).Project(testProject).Reader, rand.Perm(1000), 1, 500*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if gets, pages := server.requests(); gets+pages > 14 {
			t.Errorf("it took %d gets and %d pages", gets, pages)
		}
	})
}

// wantName reads some VMs, each of which has to have the name.
func wantName(t *testing.T, r Reader, want string) {
	t.Helper()
	for id := range 10 {
		vm, err := r.ReadVM(t.Context(), strconv.Itoa(id))
		if err != nil || vm.Name != want {
			t.Fatalf("got %v, %v, want the name %q", vm, err, want)
		}
		vm.Name = "changed by the caller" // must not reach others
		for i := range vm.Tags {
			vm.Tags[i].Name = "changed by the caller"
		}
	}
}

// A stretch of reading has one answer, however long it takes. After a rest there is a new one.
func TestFleetStretch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 50, name: "old"}
		project := server.client(t).Project(testProject)
		wantName(t, project.Reader, "old")
		if gets, pages := server.requests(); gets != plainGets || pages != 1 {
			t.Errorf("10 reads took %d gets and %d pages", gets, pages)
		}
		server.rename("new")
		for range 60 {
			time.Sleep(readingRest)
			wantName(t, project.Reader, "old")
		}
		time.Sleep(readingRest + time.Millisecond)
		wantName(t, project.Reader, "new")

		server.rename("newer")
		time.Sleep(9 * time.Second)
		if _, err := project.ReadVolume(t.Context(), 1); err != nil { // of whatever kind
			t.Fatal(err)
		}
		time.Sleep(9 * time.Second)
		wantName(t, project.Reader, "new")
		for range 100 {
			time.Sleep(9 * time.Second)
			_, _ = project.ReadVolume(t.Context(), 1)
		}
		wantName(t, project.Reader, "newer") // nothing lasts forever
	})
}

// What counts is when the read was called, not when it gets its turn.
func TestFleetWaitingIsNoRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 1000, latency: 40 * time.Second}
		if err := readVMs(server.client(t).Project(testProject).Reader, rand.Perm(1000), 10, 0); err != nil {
			t.Fatal(err)
		}
		if gets, pages := server.requests(); gets+pages > 12 {
			t.Errorf("it took %d gets and %d pages", gets, pages)
		}
	})
}

func TestFleetAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 50, name: "old"}
		project := server.client(t).Project(testProject)
		wantName(t, project.Reader, "old")
		server.rename("new")
		for range 2 {
			if vm, err := project.ReadVM(Afresh(t.Context()), "7"); err != nil || vm.Name != "new" {
				t.Errorf("got %v, %v", vm, err)
			}
			if vm, err := project.ReadVM(t.Context(), "7"); err != nil || vm.Name != "new" {
				t.Errorf("got %v, %v from the copy of a second look", vm, err)
			}
			server.n = 7 // and so it goes
			if vm, err := project.ReadVM(Afresh(t.Context()), "7"); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v, %v", vm, err)
			}
			if vm, err := project.ReadVM(t.Context(), "7"); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v, %v from a copy of what is gone", vm, err)
			}
			server.n = 50
		}
	})
}

func TestFleetFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 50, listFails: true}
		c := server.client(t)
		project := c.Project(testProject)
		wantName(t, project.Reader, "")
		if gets, pages := server.requests(); pages != 1 || gets != 10 {
			t.Errorf("a list that fails: %d gets and %d pages", gets, pages)
		}
		server.listFails = false
		for range 2 {
			if _, err := project.ReadVM(t.Context(), "4711"); !errors.Is(err, ErrNotFound) {
				t.Errorf("an object that is not there: got %v", err)
			}
		}
		before, _ := server.requests()
		wantName(t, c.Reader, "") // without a project, each is read by itself
		if gets, _ := server.requests(); gets-before != 10 {
			t.Errorf("10 reads without a project took %d requests", gets-before)
		}
	})
}

// A reader whose context ends returns at once, whatever is under way, and others get their answers.
func TestFleetCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 1000, latency: time.Minute / 2}
		project := server.client(t).Project(testProject)
		var all sync.WaitGroup
		for id := range 10 {
			ctx := t.Context()
			if id%2 == 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
			}
			all.Go(func() {
				began := time.Now()
				vm, err := project.ReadVM(ctx, strconv.Itoa(100*id))
				switch {
				case id%2 == 1 && err != nil:
					t.Errorf("%d: got %v, %v", id, vm, err)
				case id%2 == 0 && (!errors.Is(err, context.Canceled) || time.Since(began) != time.Second):
					t.Errorf("%d: got %v, %v after %s", id, vm, err, time.Since(began))
				}
			})
		}
		all.Wait()
	})
}

// Kinds whose list the API does not page are listed as a whole, and what hangs on one VM asks for its interfaces once.
func TestFleetKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fleetServer{n: 500, latency: time.Millisecond}
		c := server.client(t)
		project := c.Project(testProject)
		kinds := map[string]func(ctx context.Context, id string) error{
			"security-groups": func(ctx context.Context, id string) error {
				_, err := project.ReadSecurityGroup(ctx, id)
				return err
			},
			"ssh-keys": func(ctx context.Context, id string) error { _, err := c.ReadSSHKey(ctx, id); return err },
			"projects": func(ctx context.Context, id string) error { _, err := c.ReadProject(ctx, id); return err },
			"vms/7/networks": func(ctx context.Context, _ string) error {
				nics, err := project.ReadVMNetworks(ctx, "7")
				if err == nil && (len(nics) != 1 || nics[0].NICID != 7) {
					err = fmt.Errorf("got %v", nics)
				}
				if err == nil {
					nics[0].NICID = 8 // must not reach others
				}
				return err
			},
		}
		for path, read := range kinds {
			server.asked = nil
			var all sync.WaitGroup
			for id := range 20 {
				all.Go(func() {
					if err := read(t.Context(), strconv.Itoa(id)); err != nil {
						t.Errorf("%s %d: %v", path, id, err)
					}
				})
			}
			all.Wait()
			most := map[string]int{"projects": 6, "vms/7/networks": 1}[path]
			if most == 0 {
				most = 2
			}
			if len(server.asked) > most {
				t.Errorf("20 reads of %s asked for %v", path, server.asked)
			}
		}
	})
}

func BenchmarkFleet(b *testing.B) {
	c := canned(b, http.StatusOK, `{}`)
	r := c.Project(testProject).Reader
	s := r.fleets.vms.shelf(r.scope.place())
	q := &query[VM]{r: r, began: r.clock.Now(), stretch: r.reading.begin(r.clock.Now())}
	for i := range 1000 {
		s.current(q).copies[strconv.Itoa(i)] = &VM{ID: strconv.Itoa(i)}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadVM(b.Context(), "500"); err != nil {
			b.Fatal(err)
		}
	}
}
