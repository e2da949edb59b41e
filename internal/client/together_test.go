package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const otherProject = "7d1f0c55-4f02-4a5e-8f4b-3f6f0a5b9d22"

// listServer has two VMs in each of two projects, an address of each status, and members, and notes what it is asked for.
type listServer struct {
	mu       sync.Mutex
	asked    []string
	homeless bool // VMs do not say in which project they are
	fails    bool
	began    chan struct{} // told of each request
	wait     chan struct{} // what answers wait for
}

func (s *listServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	project := r.Header.Get(projectHeader)
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimPrefix(r.URL.Path, "/api/v1/")+" "+project)
	fails := s.fails
	s.mu.Unlock()
	if s.began != nil {
		s.began <- struct{}{}
		select {
		case <-s.wait:
		case <-r.Context().Done():
		}
	}
	if fails {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"error":"Forbidden","message":"no"}`)
		return
	}
	var objects []string
	switch {
	case strings.HasSuffix(r.URL.Path, "/vms"):
		for _, home := range []string{testProject, otherProject} {
			said := home
			if s.homeless {
				said = ""
			}
			for i := range 2 {
				if project == "" || project == home {
					objects = append(objects, fmt.Sprintf(`{"id":"%s-%d","project_id":%q}`, home, i, said))
				}
			}
		}
	case strings.HasSuffix(r.URL.Path, "/members"), strings.HasSuffix(r.URL.Path, "/ips"):
		for _, status := range []string{"active", "pending", "free", "in-use"} {
			if wanted := r.URL.Query().Get("status"); wanted == "" || wanted == status {
				objects = append(objects, fmt.Sprintf(`{"id":%q,"status":%q,"project_id":%q}`, status, status, testProject))
			}
		}
	}
	fmt.Fprintf(w, `{"success":true,"data":[%s],"total":%d}`, full(strings.Join(objects, ",")), len(objects))
}

func (s *listServer) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.asked
	s.asked = nil
	return all
}

// vmIDs are those of a list, in its order.
func vmIDs(ctx context.Context, t *testing.T, r Reader) (ids []string) {
	t.Helper()
	for vm, err := range r.ListVMs(ctx, VMFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, vm.ID)
	}
	return ids
}

// Lists that are asked for together are one request, which answers the reads of its objects as well. A list of one project comes
// out of that of all where all are read.
func TestTogether(t *testing.T) {
	for _, everywhere := range []bool{false, true} {
		s := &listServer{}
		c, _ := serve(t, s.ServeHTTP)
		ctx := Together(t.Context(), everywhere)
		all := []string{testProject + "-0", testProject + "-1", otherProject + "-0", otherProject + "-1"}
		for range 2 {
			if got := vmIDs(ctx, t, c.Reader); !slices.Equal(got, all) {
				t.Errorf("got %q", got)
			}
			if got := vmIDs(ctx, t, c.Project(testProject).Reader); !slices.Equal(got, all[:2]) {
				t.Errorf("of the project: %q", got)
			}
		}
		want := []string{"vms ", "vms " + testProject}
		if everywhere {
			want = want[:1]
		}
		if got := s.requests(); !slices.Equal(got, want) {
			t.Errorf("asked for %q, want %q", got, want)
		}
		for _, project := range []string{testProject, strings.ToUpper(testProject)} {
			if vm, err := c.Project(project).ReadVM(t.Context(), all[1]); err != nil || vm.ID != all[1] {
				t.Errorf("read %v, %v", vm, err)
			}
		}
		if got := s.requests(); len(got) > 0 {
			t.Errorf("a read asked for %q", got)
		}
		if _, err := c.Project(testProject).ReadVM(Afresh(t.Context()), all[1]); err == nil { // the server knows no get
			t.Error("a second look was answered with a copy")
		}
	}
}

// Whoever changes what a list has given changes nobody else's.
func TestTogether_copies(t *testing.T) {
	s := &listServer{}
	c, _ := serve(t, s.ServeHTTP)
	ctx := Together(t.Context(), true)
	for vm := range c.ListVMs(ctx, VMFilter{}) {
		vm.Name = "changed"
	}
	for vm := range c.ListVMs(ctx, VMFilter{}) {
		if vm.Name == "changed" {
			t.Error("the copy is shared")
		}
	}
	vm, err := c.Project(testProject).ReadVM(t.Context(), testProject+"-0")
	if err != nil || vm.Name == "changed" {
		t.Errorf("read %v, %v", vm, err)
	}
}

// Objects that do not say in which project they are leave it to the list of the project.
func TestTogether_withoutProject(t *testing.T) {
	s := &listServer{homeless: true}
	c, _ := serve(t, s.ServeHTTP)
	got := vmIDs(Together(t.Context(), true), t, c.Project(testProject).Reader)
	if want := []string{testProject + "-0", testProject + "-1"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// One list of members, and one of addresses, answers for each status.
func TestTogether_status(t *testing.T) {
	s := &listServer{}
	c, _ := serve(t, s.ServeHTTP)
	ctx := Together(t.Context(), true)
	for _, status := range []string{MemberPending, MemberActive} {
		members, err := Collect(c.ListMembers(ctx, MemberFilter{Status: status}))
		if err != nil || len(members) != 1 || members[0].Status != status {
			t.Errorf("%s: %v, %v", status, members, err)
		}
	}
	for _, status := range []string{IPFree, IPInUse, ""} {
		ips, err := Collect(c.Project(testProject).ListIPs(ctx, IPFilter{Status: status}))
		if err != nil || status != "" && (len(ips) != 1 || ips[0].Status != status) || status == "" && len(ips) != 4 {
			t.Errorf("%s: %v, %v", status, ips, err)
		}
	}
	if got := s.requests(); !slices.Equal(got, []string{"members ", "ips "}) {
		t.Errorf("asked for %q", got)
	}
}

// A change, and a rest, have lists asked for again; so does an error, and a list of which only a part is wanted is asked for by
// itself.
func TestTogether_again(t *testing.T) {
	s := &listServer{}
	c, clock := serve(t, s.ServeHTTP)
	ctx := Together(t.Context(), true)
	asks := func(what string, want int) {
		t.Helper()
		_, _ = Collect(c.ListVMs(ctx, VMFilter{}))
		if got := s.requests(); len(got) != want {
			t.Errorf("%s: asked for %q, want %d", what, got, want)
		}
	}
	asks("at first", 1)
	asks("then", 0)
	_ = c.Project(testProject).StopVM(t.Context(), testID)
	s.requests()
	asks("after a change", 1)
	_ = clock.Sleep(t.Context(), readingRest+time.Second)
	asks("after a rest", 1)
	_ = c.Project(testProject).StopVM(t.Context(), testID)
	s.requests()
	s.fails = true
	asks("after an error", 1)
	asks("once more", 1)
	s.fails = false
	_, _ = Collect(c.ListVMs(WithPaging(ctx, NewPaging(1)), VMFilter{}))
	asks("after a part", 2)
}

// Those that come while a list is on its way wait for it. Where the one that has asked gives up, another asks.
func TestTogether_waits(t *testing.T) {
	s := &listServer{began: make(chan struct{}), wait: make(chan struct{})}
	c, _ := serve(t, s.ServeHTTP)
	first, cancel := context.WithCancel(Together(t.Context(), true))
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := Collect(c.ListVMs(first, VMFilter{})); !errors.Is(err, context.Canceled) {
			t.Errorf("the first got %v", err)
		}
	})
	<-s.began
	for range 3 {
		all.Go(func() {
			if vms, err := Collect(c.ListVMs(Together(t.Context(), true), VMFilter{})); err != nil || len(vms) != 4 {
				t.Errorf("got %v, %v", vms, err)
			}
		})
	}
	cancel()
	<-s.began
	close(s.wait)
	all.Wait()
	if got := s.requests(); len(got) != 2 {
		t.Errorf("asked for %q", got)
	}
}
