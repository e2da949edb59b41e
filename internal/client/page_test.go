package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lister serves a list of VMs with ids 0 to count-1, at most clamp a page.
type lister struct {
	count, clamp int
	noTotal      bool
	noOffset     bool // ignores the offset, as a broken server would
	uris         []string
}

func (l *lister) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.uris = append(l.uris, r.RequestURI)
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	if l.noOffset {
		offset = 0
	}
	answer := map[string]any{"success": true, "data": vms(offset, min(offset+min(limit, l.clamp), l.count))}
	if !l.noTotal {
		answer["total"] = l.count
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func vms(from, to int) []json.RawMessage {
	list := []json.RawMessage{}
	for i := from; i < to; i++ {
		list = append(list, vm(strconv.Itoa(i), "web"))
	}
	return list
}

func ids(vms []*VM) []string {
	var all []string
	for _, vm := range vms {
		all = append(all, vm.ID)
	}
	return all
}

func TestPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lister
		requests int
	}{
		"empty":                   {lister{count: 0, clamp: 100}, 1},
		"one page":                {lister{count: 7, clamp: 100}, 1},
		"one full page":           {lister{count: 100, clamp: 100}, 1},
		"one more":                {lister{count: 101, clamp: 100}, 2},
		"many":                    {lister{count: 1000, clamp: 100}, 10},
		"server gives less":       {lister{count: 55, clamp: 20}, 3},
		"no total":                {lister{count: 150, clamp: 100, noTotal: true}, 3},
		"no total, server less":   {lister{count: 41, clamp: 20, noTotal: true}, 4},
		"no total, empty":         {lister{count: 0, clamp: 100, noTotal: true}, 1},
		"no offset, but one page": {lister{count: 20, clamp: 20, noOffset: true}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &test.lister
			c, _ := serve(t, server.ServeHTTP)
			got, err := Collect(c.ListVMs(t.Context(), VMFilter{}))
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range ids(got) {
				if id != strconv.Itoa(i) {
					t.Fatalf("element %d is %s", i, id)
				}
			}
			if len(got) != server.count || len(server.uris) != test.requests {
				t.Errorf("got %d elements in %d requests, want %d in %d",
					len(got), len(server.uris), server.count, test.requests)
			}
			if want := "limit=100&offset=0"; !strings.HasSuffix(server.uris[0], want) {
				t.Errorf("asked %s, want …%s", server.uris[0], want)
			}
		})
	}
}

func TestPagesKeepTheFilter(t *testing.T) {
	t.Parallel()
	server := &lister{count: 120, clamp: 100}
	c, _ := serve(t, server.ServeHTTP)
	seq := c.ListVMs(t.Context(), VMFilter{ProjectID: "p&q", Region: "us-east", Status: "active"})
	for range 2 { // a sequence can be used again
		if _, err := Collect(seq); err != nil {
			t.Fatal(err)
		}
	}
	for i, offset := range []int{0, 100, 0, 100} {
		want := fmt.Sprintf("/api/v1/vms?limit=100&offset=%d&project_id=p%%26q&region=us-east&status=active", offset)
		if server.uris[i] != want {
			t.Errorf("request %d asked %s, want %s", i, server.uris[i], want)
		}
	}
}

func TestPagesStopWithTheConsumer(t *testing.T) {
	t.Parallel()
	server := &lister{count: 1000, clamp: 100}
	c, _ := serve(t, server.ServeHTTP)
	n := 0
	for _, err := range c.ListVMs(t.Context(), VMFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 100 {
			break
		}
	}
	if got := len(server.uris); got != 1 {
		t.Errorf("%d requests for what one page holds", got)
	}
}

func TestListThatNeverEnds(t *testing.T) {
	t.Parallel()
	t.Run("the same page again", func(t *testing.T) {
		t.Parallel()
		server := &lister{count: 1000, clamp: 100, noOffset: true}
		c, _ := serve(t, server.ServeHTTP)
		if _, err := Collect(c.ListVMs(t.Context(), VMFilter{})); !errors.Is(err, errEndlessList) {
			t.Errorf("got %v", err)
		}
		if got := len(server.uris); got != 2 {
			t.Errorf("%d requests, want 2", got)
		}
	})
	t.Run("new elements for ever", func(t *testing.T) {
		t.Parallel()
		n := 0
		c := mustNew(t, Options{URL: "http://api.test", APIKey: testKey, Clock: newFakeClock(), HTTPClient: &http.Client{
			Transport: roundTripFunc(func(req *http.Request) (*http.Response, error) {
				n++
				body := fmt.Sprintf(`{"data":[%s],"total":%d}`, vm(strconv.Itoa(n), "web"), n+1)
				return &http.Response{StatusCode: 200, Request: req, Body: stringBody(body)}, nil
			}),
		}})
		got, err := Collect(c.ListVMs(t.Context(), VMFilter{}))
		if !errors.Is(err, errEndlessList) || got != nil || n != maxPages {
			t.Errorf("got %d elements and %v after %d requests", len(got), err, n)
		}
	})
}

// An object that is created while the list is read pushes others onto the next page, which repeats them.
func TestRepeatedElementsComeOnce(t *testing.T) {
	t.Parallel()
	handler := answering(
		reply(200, full(`{"data":[{"id":"a"},{"id":"b"}],"total":4}`)),
		reply(200, full(`{"data":[{"id":"b"},{"id":"c"}],"total":4}`)),
	)
	c, _ := serve(t, handler.ServeHTTP)
	got, err := Collect(c.ListVMs(t.Context(), VMFilter{}))
	if want := []string{"a", "b", "c"}; err != nil || !slices.Equal(ids(got), want) {
		t.Errorf("got %v, %v, want %v", ids(got), err, want)
	}
}

func TestErrorOnALaterPage(t *testing.T) {
	t.Parallel()
	handler := answering(
		reply(200, full(`{"data":[{"id":"a"}],"total":2}`)),
		reply(403, `{"error":"Forbidden","message":"no access"}`),
	)
	c, _ := serve(t, handler.ServeHTTP)
	var seen []string
	var last error
	for vm, err := range c.ListVMs(t.Context(), VMFilter{}) {
		if err != nil {
			last = err
			continue // the sequence ends by itself
		}
		seen = append(seen, vm.ID)
	}
	if !slices.Equal(seen, []string{"a"}) || !errors.Is(last, ErrForbidden) {
		t.Errorf("got %v, %v", seen, last)
	}
}

func TestBrokenLists(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no data":         `{"success":true,"total":3}`,
		"data no list":    `{"success":true,"data":{"id":"a"}}`,
		"element no id":   `{"success":true,"data":[{"id":"a"},{"name":"x"}]}`,
		"element null":    `{"success":true,"data":[null]}`,
		"total no number": `{"success":true,"data":[],"total":"3"}`,
		"not JSON":        `[`,
		"success false":   `{"success":false,"data":[]}`,
	} {
		c := canned(t, 200, body)
		for _, r := range []Reader{c.Reader, c.ReaderIn(testProject)} {
			got, err := Collect(r.ListVMs(t.Context(), VMFilter{}))
			if e := wantError(t, err); got != nil || e.Status != 200 || e.Ambiguous {
				t.Errorf("%s: got %v, %v", name, got, e)
			}
			if _, err := Collect(r.ListVPCs(t.Context())); err == nil {
				t.Errorf("%s: a list without pages is taken", name)
			}
		}
	}
	for name, body := range map[string]string{
		"null":       `{"success":true,"data":null}`,
		"no success": `{"data":[]}`,
		"null total": `{"success":true,"data":[],"total":null}`,
	} {
		got, err := Collect(canned(t, 200, body).ListVMs(t.Context(), VMFilter{}))
		if err != nil || len(got) != 0 {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestListWithoutPages(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, full(`{"success":true,"data":[{"id":"a"},{"id":"b"}]}`)))
	c, _ := serve(t, handler.ServeHTTP)
	for vpc, err := range c.ListVPCs(t.Context()) {
		if err != nil || vpc.ID != "a" {
			t.Errorf("got %v, %v", vpc, err)
		}
		break
	}
	got, err := Collect(c.ListVPCs(t.Context()))
	if err != nil || len(got) != 2 {
		t.Errorf("got %v, %v", got, err)
	}
	for _, r := range handler.seen() {
		if r.uri != "/api/v1/vpcs" {
			t.Errorf("asked %s", r.uri)
		}
	}
	if n := len(handler.seen()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}
