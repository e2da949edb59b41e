package acctest_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// counting counts the answers that it hands on, and those of them that are refused for the rate limit.
type counting struct{ answers, refused atomic.Int64 }

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		c.answers.Add(1)
		if resp.StatusCode == http.StatusTooManyRequests {
			c.refused.Add(1)
		}
	}
	return resp, err
}

// sharer is one of several clients with the same key, and what became of its requests.
type sharer struct {
	*client.Client
	counting
	done []time.Duration // when a request was served, from the beginning of all
}

// Four clients with one key, as in a pipeline with a workspace per environment: all requests of all of them are served.
func TestClientsShareTheLimitOfAKey(t *testing.T) {
	t.Parallel()
	const clients, requests, threads = 4, 100, 10
	b := acctest.NewInProcess(t)
	sharers := make([]*sharer, clients)
	for i := range sharers {
		s := &sharer{}
		c, err := client.New(client.Options{
			URL: b.URL, APIKey: b.OwnerKey, MaxRetries: 5, HTTPClient: &http.Client{Transport: &s.counting},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Client, sharers[i] = c, s
	}
	begin := time.Now()
	var all sync.WaitGroup
	for i, s := range sharers {
		all.Go(func() { s.send(t, b.Production(), fmt.Sprintf("env-%d", i), requests, threads, begin) })
	}
	all.Wait()
	took := time.Since(begin)
	if t.Failed() {
		return
	}

	answers, refused := int64(0), int64(0)
	half := took / 2
	for i, s := range sharers {
		early := 0
		for _, at := range s.done {
			if at < half {
				early++
			}
		}
		t.Logf("client %d: %d answers, %d refused, %d served in the first half, the last after %s",
			i, s.answers.Load(), s.refused.Load(), early, s.done[len(s.done)-1].Round(time.Millisecond))
		answers += s.answers.Load()
		refused += s.refused.Load()
	}
	t.Logf("%d requests in %s, which allow %.0f; %d refused", clients*requests, took.Round(time.Millisecond), 60+30.5*took.Seconds(), refused)
	if served := answers - refused; served != clients*requests {
		t.Errorf("%d requests were served, want %d", served, clients*requests)
	}
	if refused > clients*requests/10 {
		t.Errorf("%d requests were refused", refused)
	}
}

// send creates security groups and reads each of them, some at a time.
func (s *sharer) send(t *testing.T, project, name string, requests, threads int, begin time.Time) {
	var mu sync.Mutex
	served := func() {
		mu.Lock()
		defer mu.Unlock()
		s.done = append(s.done, time.Since(begin))
	}
	p := s.Project(project)
	var group sync.WaitGroup
	for thread := range threads {
		group.Go(func() {
			for i := range requests / threads / 2 {
				made, err := p.CreateSecurityGroup(t.Context(), client.CreateSecurityGroupRequest{Name: fmt.Sprintf("%s-%d-%d", name, thread, i)})
				if err != nil {
					t.Error(err)
					return
				}
				served()
				if _, err := p.GetSecurityGroup(t.Context(), made.ID); err != nil {
					t.Error(err)
					return
				}
				served()
			}
		})
	}
	group.Wait()
}
