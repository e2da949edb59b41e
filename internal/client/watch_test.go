package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// cloud is a service with VMs that take their time. It runs in the time of a synctest bubble.
type cloud struct {
	mu       sync.Mutex
	vms      []*cloudVM // in the order of the list
	created  int
	requests map[string]int // by kind
	steady   float64        // tokens of the rate limit
	extra    float64
	filled   time.Time

	born, dying func() time.Duration // how long things take
	lag         time.Duration        // of the list behind what happens
	fails       func() bool          // draws whose creation fails, and whose deletion
	refuses     func(kind string) int
}

type cloudVM struct {
	id            string
	began, ready  time.Time
	deleted, gone time.Time
	fails         bool // it ends as a failure instead
	stays         bool // so does its deletion
}

func newCloud() *cloud {
	between := func(low, high time.Duration) func() time.Duration {
		return func() time.Duration { return low + time.Duration(rand.Float64()*float64(high-low)) }
	}
	return &cloud{
		requests: map[string]int{}, steady: 30, extra: 30, filled: time.Now(),
		born: between(4*time.Second, 8*time.Second), dying: between(300*time.Millisecond, time.Second),
		fails:   func() bool { return false },
		refuses: func(string) int { return 0 },
	}
}

func (c *cloud) client(t *testing.T) *Client {
	return mustNew(t, Options{URL: "http://api.test", APIKey: testKey, MaxRetries: 3, HTTPClient: &http.Client{Transport: roundTripFunc(c.answer)}})
}

func (c *cloud) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for kind, count := range c.requests {
		if kind != "429" {
			total += count
		}
	}
	return total
}

// fill creates VMs that run.
func (c *cloud) fill(count int) (ids []string) {
	for range count {
		ids = append(ids, c.create(0).id)
	}
	return ids
}

func (c *cloud) create(takes time.Duration) *cloudVM {
	c.created++
	v := &cloudVM{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", c.created), began: time.Now(), ready: time.Now().Add(takes)}
	v.fails, v.stays = c.fails(), c.fails()
	c.vms = append(c.vms, v)
	return v
}

// status is what a VM shows at a time; empty where it is not there.
func (v *cloudVM) status(at time.Time) string {
	switch {
	case at.Before(v.began):
		return ""
	case !v.deleted.IsZero() && !at.Before(v.gone):
		if v.stays {
			return VMFailure
		}
		return ""
	case !v.deleted.IsZero() && !at.Before(v.deleted):
		return VMFinalizing
	case at.Before(v.ready):
		return VMProvisioning
	case v.fails:
		return VMFailure
	}
	return VMActive
}

func (c *cloud) answer(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	wait := time.NewTimer(20 * time.Millisecond)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	status, answer := c.handle(req, body)
	if status == http.StatusTooManyRequests {
		c.requests["429"]++
	}
	header := http.Header{"Content-Type": {"application/json"}, "X-Ratelimit-Limit": {"30"}}
	return &http.Response{StatusCode: status, Header: header, Request: req, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

func (c *cloud) handle(req *http.Request, body []byte) (int, string) {
	now := time.Now()
	passed := now.Sub(c.filled).Seconds()
	c.steady, c.extra, c.filled = min(30, c.steady+30*passed), min(30, c.extra+passed/2), now
	const whole = 0.99 // its own sums are not exact
	switch {
	case c.steady >= whole:
		c.steady--
	case c.extra >= whole:
		c.extra--
	default:
		return http.StatusTooManyRequests, `{"error":"Too Many Requests"}`
	}
	id := strings.TrimPrefix(strings.TrimPrefix(req.URL.Path, "/api/v1/vms"), "/")
	kind := map[bool]string{true: "list", false: "get"}[id == ""]
	if req.Method != http.MethodGet {
		kind = strings.ToLower(req.Method)
	}
	if id == "bulk" {
		kind = "bulk"
	}
	c.requests[kind]++
	if status := c.refuses(kind); status != 0 {
		return status, `{"error":"` + http.StatusText(status) + `"}`
	}
	switch kind {
	case "post":
		return 200, fullVM(c.create(c.born()).id, VMInitiating)
	case "list":
		return 200, c.list(req, now.Add(-c.lag))
	case "bulk":
		return 200, c.deleteAll(body, now)
	case "delete":
		return c.delete(id, now)
	}
	if v := c.find(id); v != nil && v.status(now) != "" {
		return 200, fullVM(id, v.status(now))
	}
	return 404, `{"error":"Not Found"}`
}

func fullVM(id, status string) string {
	return full(fmt.Sprintf(`{"success":true,"data":{"id":%q,"status":%q}}`, id, status))
}

func (c *cloud) find(id string) *cloudVM {
	for _, v := range c.vms {
		if v.id == id {
			return v
		}
	}
	return nil
}

func (c *cloud) list(req *http.Request, at time.Time) string {
	limit, _ := strconv.Atoi(req.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(req.URL.Query().Get("offset"))
	var page strings.Builder
	total := 0
	for _, v := range c.vms {
		status := v.status(at)
		if status == "" {
			continue
		}
		if total >= offset && total < offset+limit {
			if page.Len() > 0 {
				page.WriteByte(',')
			}
			fmt.Fprintf(&page, `{%s,"id":%q,"status":%q}`, required, v.id, status)
		}
		total++
	}
	return fmt.Sprintf(`{"success":true,"total":%d,"data":[%s]}`, total, page.String())
}

func (c *cloud) delete(id string, now time.Time) (int, string) {
	v := c.find(id)
	switch {
	case v == nil || v.status(now) == "":
		return 404, `{"error":"Not Found"}`
	case !v.deleted.IsZero():
		return 409, `{"error":"Conflict","message":"it is being deleted"}`
	}
	v.deleted, v.gone = now, now.Add(c.dying())
	return 200, okJSON
}

func (c *cloud) deleteAll(body []byte, now time.Time) string {
	var sent DeleteVMsRequest
	_ = json.Unmarshal(body, &sent)
	var results []DeleteVMResult
	for _, id := range sent.IDs {
		status, _ := c.delete(id, now)
		results = append(results, DeleteVMResult{ID: id, Success: status == 200, Error: http.StatusText(status)})
	}
	answer, _ := json.Marshal(map[string]any{"success": true, "results": results})
	return string(answer)
}

// inParallel calls do for each of count, up to parallel at a time, as Terraform does.
func inParallel(count, parallel int, do func(i int)) {
	var all sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i := range count {
		slots <- struct{}{}
		all.Go(func() {
			do(i)
			<-slots
		})
	}
	all.Wait()
}

// How many requests many waits and deletions take.
func TestWatch_requests(t *testing.T) {
	t.Parallel()
	quick := func() time.Duration { return 0 }
	between := func(low, high time.Duration) func() time.Duration {
		return func() time.Duration { return low + time.Duration(rand.Float64()*float64(high-low)) }
	}
	tests := map[string]struct {
		vms, parallel, others int
		born, dying           func() time.Duration
		create, destroy       float64 // requests per VM, at most
	}{
		"ten times as fast":     {vms: 300, parallel: 100, create: 1.3, destroy: 0.3},
		"ten at a time":         {vms: 300, parallel: 10, create: 1.8, destroy: 0.8},
		"as fast as in reality": {300, 100, 0, between(30*time.Second, 90*time.Second), between(3*time.Second, 10*time.Second), 1.5, 0.4},
		"at once":               {300, 100, 0, quick, quick, 1.3, 0.3},
		"at once, ten":          {300, 10, 0, quick, quick, 2, 1},
		"among 5,000":           {vms: 100, parallel: 100, others: 5000, create: 12, destroy: 10},
		"one":                   {vms: 1, parallel: 1, create: 16, destroy: 8},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := newCloud()
				if test.born != nil {
					service.born, service.dying = test.born, test.dying
				}
				service.fill(test.others)
				project := service.client(t).Project(testProject)
				ids := make([]string, test.vms)
				began := time.Now()
				inParallel(test.vms, test.parallel, func(i int) {
					vm, err := project.CreateVM(t.Context(), CreateVMRequest{})
					if err == nil {
						ids[i] = vm.ID
						vm, err = project.WaitForNewVM(t.Context(), vm.ID)
					}
					if err != nil || vm.Status != VMActive {
						t.Errorf("got %v, %v", vm, err)
					}
				})
				created := service.total()
				t.Logf("create: %d requests, %.2f a VM, in %s: %v", created, float64(created)/float64(test.vms), time.Since(began), service.requests)
				if float64(created) > test.create*float64(test.vms) {
					t.Errorf("creating took more than %v requests a VM", test.create)
				}
				time.Sleep(time.Minute)
				began = time.Now()
				inParallel(test.vms, test.parallel, func(i int) {
					err := project.DeleteVMBatched(t.Context(), ids[i], DeleteVMRequest{VolumeAction: VolumeActionDetach})
					if err == nil {
						_, err = project.WaitForVMGone(t.Context(), ids[i])
					}
					if err != nil {
						t.Error(err)
					}
				})
				destroyed := service.total() - created
				t.Logf("destroy: %d requests, %.2f a VM, in %s: %v", destroyed, float64(destroyed)/float64(test.vms), time.Since(began), service.requests)
				if float64(destroyed) > test.destroy*float64(test.vms) {
					t.Errorf("destroying took more than %v requests a VM", test.destroy)
				}
				if service.requests["429"] > 0 {
					t.Errorf("%d times too many requests", service.requests["429"])
				}
			})
		})
	}
}

// Whatever goes on beside, a wait ends with what is so, and not before it is.
func TestWatch_outcomes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkOutcomes(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func checkOutcomes(t *testing.T, random *rand.Rand) {
	service := newCloud()
	draw := func(chance float64) bool { return random.Float64() < chance } // service.mu is held
	failing, refusing, busy := random.Float64()*0.3, random.Float64()*0.3, 2+random.IntN(40)
	if draw(0.7) { // otherwise the list is hardly ever looked at
		refusing = 0
	}
	service.fails = func() bool { return draw(failing) }
	service.dying = func() time.Duration { return time.Duration(random.Float64() * float64(5*time.Second)) }
	service.lag = time.Duration(random.IntN(3)) * time.Second
	service.refuses = func(kind string) int {
		if kind == "list" && draw(refusing) || kind == "bulk" && draw(refusing) {
			return []int{http.StatusForbidden, http.StatusServiceUnavailable}[random.IntN(2)]
		}
		return 0
	}
	service.fill(random.IntN(300))
	project := service.client(t).Project(testProject)
	ctx, stop := context.WithCancel(t.Context())
	parallel := 1 + random.IntN(60)
	var others sync.WaitGroup
	others.Go(func() { service.churn(ctx, random, time.Duration(busy)*time.Millisecond) })
	inParallel(60, parallel, func(int) {
		vm, err := project.CreateVM(ctx, CreateVMRequest{})
		if err != nil {
			t.Error(err)
			return
		}
		_, err = project.WaitForNewVM(ctx, vm.ID)
		service.check(t, "created", vm.ID, err)
		time.Sleep(service.lag)
		if err := project.DeleteVMBatched(ctx, vm.ID, DeleteVMRequest{VolumeAction: VolumeActionDetach}); err != nil {
			t.Error(err)
			return
		}
		_, err = project.WaitForVMGone(ctx, vm.ID)
		service.check(t, "deleted", vm.ID, err)
	})
	stop()
	others.Wait()
}

// check holds what a wait says against what is so.
func (c *cloud) check(t *testing.T, what, id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, now := c.find(id), time.Now()
	var failed *FailureStateError
	var stays *UnexpectedStateError
	switch status := v.status(now); {
	case what == "created" && v.fails && errors.As(err, &failed) && status == VMFailure:
	case what == "created" && !v.fails && err == nil && status == VMActive:
	case what == "deleted" && v.stays && errors.As(err, &stays) && status == VMFailure:
	case what == "deleted" && !v.stays && err == nil && status == "":
	default:
		t.Errorf("%s is %q (fails: %t, stays: %t), and waiting for it to be %s gave %v", id, status, v.fails, v.stays, what, err)
	}
}

// churn has other VMs come and go, anywhere in the list.
func (c *cloud) churn(ctx context.Context, random *rand.Rand, pause time.Duration) {
	for ctx.Err() == nil {
		_ = realClock{}.Sleep(ctx, pause)
		c.mu.Lock()
		v := c.create(0)
		v.deleted = v.ready.Add(time.Duration(random.IntN(10)) * time.Second)
		v.gone, v.stays = v.deleted, false
		last := len(c.vms) - 1
		c.vms = slices.Insert(c.vms[:last], random.IntN(last+1), v)
		c.mu.Unlock()
	}
}

// An object that a change of the list has moved to a page that was read before is not gone.
func TestWatch_completeList(t *testing.T) {
	t.Parallel()
	changes := map[string]func(c *cloud){
		"nothing":              func(*cloud) {},
		"one goes":             func(c *cloud) { c.vms = c.vms[1:] },
		"one goes, one comes":  func(c *cloud) { c.create(0); c.vms = c.vms[1:] },
		"one moves to the end": func(c *cloud) { c.vms = append(c.vms[1:], c.vms[0]) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := newCloud()
				ids := service.fill(150)
				pages := 0
				service.refuses = func(string) int { // once the first page was read
					if pages++; pages == 2 {
						change(service)
					}
					return 0
				}
				r := service.client(t).ReaderIn(testProject)
				g := r.vmWatch.group(r, v1("vms"))
				var batch []*watcher[VM]
				for i := range 5 {
					batch = append(batch, g.watcher(ids[98+i], StateGone), g.watcher(testID[:35]+strconv.Itoa(i), StateGone))
				}
				found, err := g.survey(t.Context(), batch)
				if err != nil || pages != 2 || found.complete != (name == "nothing") || found.changed == found.complete {
					t.Errorf("after %d pages: %v, complete: %t, changed: %t", pages, err, found.complete, found.changed)
				}
			})
		})
	}
}

// The end of one wait, or of a deletion, is the end of no other.
func TestWatch_interrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newCloud()
		project := service.client(t).Project(testProject)
		ids := service.fill(40)
		contexts := make([]context.Context, len(ids))
		for i := range contexts {
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			if contexts[i] = ctx; i%3 == 0 {
				time.AfterFunc(time.Duration(i)*15*time.Millisecond, cancel)
			}
		}
		inParallel(len(ids), len(ids), func(i int) {
			err := project.DeleteVMBatched(contexts[i], ids[i], DeleteVMRequest{VolumeAction: VolumeActionDetach})
			if err == nil {
				_, err = project.WaitForVMGone(contexts[i], ids[i])
			}
			if i%3 != 0 && err != nil || err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("VM %d: %v", i, err)
			}
			service.mu.Lock()
			defer service.mu.Unlock()
			if status := service.find(ids[i]).status(time.Now()); err == nil && status != "" {
				t.Errorf("VM %d is %q", i, status)
			}
		})
		if v := service.find(ids[0]); !v.deleted.IsZero() {
			t.Error("a VM was deleted whose deletion was interrupted before it was sent")
		}
	})
}

// Each deletion of a batch ends with the answer that it would have had by itself.
func TestDeleteVMBatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newCloud()
		project := service.client(t).Project(testProject)
		ids := service.fill(120)
		service.vms[5].deleted, service.vms[5].gone = time.Now(), time.Now().Add(time.Hour)
		service.vms[70].deleted, service.vms[70].gone = time.Now(), time.Now()
		want := map[int]error{5: ErrConflict, 70: ErrNotFound}
		inParallel(len(ids), len(ids), func(i int) {
			err := project.DeleteVMBatched(t.Context(), ids[i], DeleteVMRequest{VolumeAction: []string{VolumeActionDetach, VolumeActionDelete}[i%2]})
			if !errors.Is(err, want[i]) {
				t.Errorf("VM %d: got %v, want %v", i, err, want[i])
			}
		})
		if got := service.requests; got["bulk"] != 4 || got["delete"] != len(want) {
			t.Errorf("sent %v, want 2 requests in bulk for each action, and one for each that was refused there", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		service := newCloud()
		service.refuses = func(kind string) int { return map[string]int{"bulk": http.StatusForbidden}[kind] }
		project := service.client(t).Project(testProject)
		ids := service.fill(10)
		inParallel(len(ids), len(ids), func(i int) {
			if err := project.DeleteVMBatched(t.Context(), ids[i], DeleteVMRequest{VolumeAction: VolumeActionDetach}); err != nil {
				t.Error(err)
			}
		})
		if got := service.requests; got["bulk"] != 1 || got["delete"] != len(ids) {
			t.Errorf("sent %v, want each by itself where the whole was refused", got)
		}
	})
}
