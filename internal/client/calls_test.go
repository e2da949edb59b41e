package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// call is one call of the API and what it must send.
type call struct {
	operation string // operationId of the API's description
	request   string // method, path and query
	scoped    bool   // X-Project-ID is sent
	body      string // JSON; empty: no body
	answer    string // the least that the call takes
	// do makes the call, and returns what it got in the form of the answer, without the envelope. nil: nothing.
	do func(context.Context, *Client, *Scoped) (any, error)
}

const (
	scoped  = true
	account = false

	idAnswer     = `{"success":true,"data":{"id":"x"}}`
	numberAnswer = `{"success":true,"data":{"id":7}}`
	listAnswer   = `{"success":true,"data":[{"id":"x"}],"total":1}`
	numberList   = `{"success":true,"data":[{"id":7}],"total":1}`
	noteAnswers  = `{"success":true,"note":{"id":"x"}}`
	tagAnswer    = `{"success":true,"tags":[{"id":"x"}]}`
	priceAnswer  = `{"success":true,"pricing":{}}`
	paging       = "limit=100&offset=0"
)

// The following give the result of a call the form of its answer.

func data(v any, err error) (any, error) { return map[string]any{"data": v}, err }

func under(name string) func(any, error) (any, error) {
	return func(v any, err error) (any, error) { return map[string]any{name: v}, err }
}

func none(err error) (any, error) { return nil, err }

func resized(r *ResizeResult, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"message": r.Message, "id": r.ID, "billing": r.Billing}, nil
}

func ptr[T any](v T) *T { return &v }

var expiry = time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)

var someRules = []SecurityGroupRule{{
	Protocol: "ICMP", RuleType: "INBOUND", Range: "80", IP: "0.0.0.0", Size: ptr[int64](0), ICMPType: ptr[int64](0),
}}

const rulesJSON = `[{"protocol":"ICMP","rule_type":"INBOUND","range":"80","ip":"0.0.0.0","size":0,"icmp_type":0}]`

// Every call sends what it should, takes the least answer, and hands errors on.
func TestCalls(t *testing.T) {
	t.Parallel()
	for _, call := range calls() {
		t.Run(call.operation, func(t *testing.T) {
			t.Parallel()
			handler := answering(reply(200, call.fullAnswer()), reply(http.StatusConflict, `{}`))
			c, _ := serve(t, handler.ServeHTTP)
			if _, err := call.do(t.Context(), c, c.Project(testProject)); err != nil {
				t.Fatal(err)
			}
			checkSent(t, handler.seen()[0], call)
			got, err := call.do(t.Context(), c, c.Project(testProject))
			if e := wantError(t, err); e.Status != http.StatusConflict {
				t.Errorf("got %v, %v, want the error", got, err)
			}
		})
	}
}

// fullAnswer is the answer with all fields that the API sends, about the object that the request names.
func (c call) fullAnswer() string {
	_, target, _ := strings.Cut(c.request, " /api/v1/")
	path, _, _ := strings.Cut(target, "?")
	segments := strings.Split(path, "/")
	answer := full(strings.NewReplacer(`{"name":`, `{"id":"x","name":`, `{"nic_id":`, `{"id":"x","nic_id":`).Replace(c.answer))
	switch segments[0] {
	case "snapshots", "backup-schedules": // where it is a text
		answer = strings.ReplaceAll(answer, `"size":10`, `"size":"10 GB"`)
	case "public":
		answer = strings.ReplaceAll(answer, `"price_per_hour":"0.01"`, `"price_per_hour":0.01,`+requiredOfPlans)
	}
	if len(segments) < 2 || segments[0] == "projects" && len(segments) > 2 {
		return answer
	}
	return strings.ReplaceAll(answer, `"id":"x"`, `"id":"`+segments[1]+`"`)
}

func checkSent(t *testing.T, sent recorded, want call) {
	t.Helper()
	if got := sent.method + " " + sent.uri; got != want.request {
		t.Errorf("sent %s, want %s", got, want.request)
	}
	project := ""
	if want.scoped {
		project = testProject
	}
	// The provider still sends it wherever it knows the project, on gets too, and does without it otherwise.
	if got := strings.Join(sent.header.Values("X-Project-ID"), " and "); got != project {
		t.Errorf("X-Project-ID is %q, want %q", got, project)
	}
	if want.body == "" || sent.body == "" {
		if want.body != sent.body {
			t.Errorf("sent the body %q, want %q", sent.body, want.body)
		}
		return
	}
	if !reflect.DeepEqual(decoded(t, sent.body), decoded(t, want.body)) {
		t.Errorf("sent the body %s, want %s", sent.body, want.body)
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}
