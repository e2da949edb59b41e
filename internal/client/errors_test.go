package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  Error
		want string
	}{
		"everything": {
			Error{
				Method: "POST", Path: "/api/v1/vms", Status: 403, Code: "Billing validation failed", Message: "Payment failed.",
				Reason: "failed", Project: "p", RequestID: "r",
			},
			"POST /api/v1/vms: 403 Forbidden: Billing validation failed: Payment failed. (reason: failed) (project p, request r)",
		},
		"the code repeats the status": {
			Error{Method: "GET", Path: "/x", Status: 404, Code: "not found", Message: "VM not found", RequestID: "r"},
			"GET /x: 404 Not Found: VM not found (request r)",
		},
		"the message repeats the code": {
			Error{Method: "GET", Path: "/x", Status: 400, Code: "name is taken", Message: "name is taken"},
			"GET /x: 400 Bad Request: name is taken",
		},
		"only a status": {Error{Method: "GET", Path: "/x", Status: 503}, "GET /x: 503 Service Unavailable"},
		"odd status":    {Error{Method: "GET", Path: "/x", Status: 799}, "GET /x: 799"},
		"only a cause":  {Error{Method: "GET", Path: "/x", Err: errBoom}, "GET /x: boom"},
		"ambiguous": {
			Error{Method: "POST", Path: "/x", Message: "EOF", Ambiguous: true, Project: "p"},
			"POST /x: EOF; the request may or may not have been carried out (project p)",
		},
	}
	for name, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, test.want)
		}
	}
}

func TestErrorIsAndAs(t *testing.T) {
	t.Parallel()
	for _, status := range statusErrors {
		e := &Error{Status: status, Err: errBoom}
		for other, otherStatus := range statusErrors {
			if errors.Is(e, other) != (otherStatus == status) {
				t.Errorf("%d is %v", status, other)
			}
		}
		if !errors.Is(e, errBoom) || errors.Is(e, ErrAmbiguous) || errors.Is(e, context.Canceled) {
			t.Errorf("%d: the cause is lost or another one found", status)
		}
	}
	if !errors.Is(&Error{Ambiguous: true}, ErrAmbiguous) {
		t.Error("an ambiguous error is not ErrAmbiguous")
	}
}

func TestErrorAnswers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	tests := map[string]struct {
		status                int
		body                  string
		code, message, reason string
	}{
		"as documented":  {400, `{"error":"Bad Request","message":"X-Project-ID required"}`, "Bad Request", "X-Project-ID required", ""},
		"billing":        {403, `{"error":"E","message":"M","reason":"banned"}`, "E", "M", "banned"},
		"only an error":  {409, `{"error":"in use"}`, "in use", "", ""},
		"objects inside": {400, `{"error":{"code":1},"message":["a"],"reason":null}`, "", `{"error":{"code":1},"message":["a"],"reason":null}`, ""},
		"mixed":          {400, `{"error":{"code":1},"message":"M"}`, "", "M", ""},
		"other object":   {400, `{"detail":"no"}`, "", `{"detail":"no"}`, ""},
		"HTML":           {404, "<!DOCTYPE html>\n<html>\n\t<h1>Not   here</h1>", "", "<!DOCTYPE html> <html> <h1>Not here</h1>", ""},
		"empty":          {500, "", "", "the body is empty", ""},
		"list":           {400, `["a"]`, "", `["a"]`, ""},
		"truncated":      {400, `{"error":"Bad Req`, "", `{"error":"Bad Req`, ""},
		"not UTF-8":      {400, "\xff\xfe", "", "�", ""},
		"many lines":     {400, `{"message":"a\nb\r\n\u0000c"}`, "", "a b c", ""},
		"long message":   {400, `{"message":"` + long + `"}`, "", long[:maxMessage] + "…", ""},
		"long text":      {400, long, "", long[:maxExcerpt] + "…", ""},
		"echoes the key": {401, `{"message":"key ` + testKey + ` is unknown"}`, "", "key *** is unknown", ""},
		"key in HTML":    {401, "<b>" + testKey + "</b>", "", "<b>***</b>", ""},
		// The key begins within the excerpt and ends beyond it: no part of it may show.
		"key across the cut": {401, strings.Repeat("y", maxExcerpt-10) + " " + testKey, "", strings.Repeat("y", maxExcerpt-10) + " ***", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := canned(t, test.status, test.body).GetVM(t.Context(), testID)
			e := wantError(t, err)
			if e.Status != test.status || e.Code != test.code || e.Message != test.message || e.Reason != test.reason {
				t.Errorf("got %#v", e)
			}
			if e.Method != http.MethodGet || e.Path != "/api/v1/vms/"+testID || e.RequestID == "" {
				t.Errorf("got %#v", e)
			}
		})
	}
}

func TestErrorNamesProjectAndRequest(t *testing.T) {
	t.Parallel()
	handler := answering(reply(404, `{}`, "X-Request-ID: srv-42"), reply(404, `{}`, "X-Request-ID: bad id"), reply(404, `{}`))
	c, _ := serve(t, handler.ServeHTTP)
	for i, want := range []string{"srv-42", "", ""} {
		err := c.Project(testProject).DeleteVM(t.Context(), testID, DeleteVMRequest{})
		e := wantError(t, err)
		if want == "" { // the server's is none, so ours stays
			want = handler.seen()[i].header.Get("X-Request-ID")
		}
		if e.RequestID != want || e.Project != testProject {
			t.Errorf("got request %q and project %q, want %q and %q", e.RequestID, e.Project, want, testProject)
		}
	}
}

func TestAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"empty":          {"", "the body is empty"},
		"HTML":           {"<html>Welcome</html>", "<html>Welcome</html>"},
		"truncated":      {vmJSON[:30], "it is not JSON: unexpected EOF"},
		"trailing data":  {vmJSON + "x", "invalid character"},
		"list":           {"[]", "cannot be understood"},
		"null":           {"null", "no data"},
		"no data":        {`{"success":true}`, "no data"},
		"null data":      {`{"success":true,"data":null}`, "no data"},
		"data no object": {`{"success":true,"data":"x"}`, "data is a string, and an object is expected"},
		"no id":          {`{"success":true,"data":{"name":"web"}}`, "it has no data.id"},
		"wrong type":     {`{"success":true,"data":{"id":1}}`, "data.id is the number 1, and a string is expected"},
		"bad time":       {full(`{"data":{"id":"x","created_at":"yesterday"}}`), "data.created_at is a string, and a time is expected"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := canned(t, 200, test.body)
			_, err := c.GetVM(t.Context(), testID)
			if e := wantError(t, err); e.Status != 200 || e.Ambiguous || !strings.Contains(e.Message, test.want) {
				t.Errorf("GET: got %v, want %q", e, test.want)
			}
			vm, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{})
			if e := wantError(t, err); vm != nil || !errors.Is(e, ErrAmbiguous) {
				t.Errorf("POST: got %v, %v", vm, e)
			}
		})
	}
}

// An answer about another object than the one that was asked for is none, whatever the case of its id.
func TestAnswersAboutAnotherObject(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]error{testID: nil, strings.ToUpper(testID): nil, testProject: errOther, testID + "x": errOther} {
		c := canned(t, 200, full(`{"data":{"id":"`+id+`"}}`))
		if _, err := c.GetVM(t.Context(), testID); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
	}
	note := full(`{"note":{"id":"n"},"account_note":{"id":"n"}}`) // on the VM with testID
	s := canned(t, 200, note).Project(testProject)
	for vmID, want := range map[string]error{testID: nil, testProject: errOther} {
		if _, err := s.PutVMNote(t.Context(), vmID, NoteAccount, "x"); !errors.Is(err, want) {
			t.Errorf("note on %s: got %v, want %v", vmID, err, want)
		}
		if _, err := s.GetVMNotes(t.Context(), vmID, NoteAccount); !errors.Is(err, want) {
			t.Errorf("notes on %s: got %v, want %v", vmID, err, want)
		}
	}
}

func TestSuccessFalseIsAnError(t *testing.T) {
	t.Parallel()
	body := `{"success":false,"error":"Conflict","message":"nope","reason":"banned","data":{"id":"x"}}`
	c := canned(t, 200, body)
	vm, err := c.Project(testProject).CreateVM(t.Context(), CreateVMRequest{})
	e := wantError(t, err)
	if vm != nil || e.Status != 200 || e.Code != "Conflict" || e.Message != "nope" || e.Reason != "banned" || e.Ambiguous {
		t.Errorf("got %v, %#v", vm, e)
	}
	if err := c.Project(testProject).StartVM(t.Context(), testID); err == nil {
		t.Error("an action takes success:false for success")
	}
}

func TestAnswersWithoutPayload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"message":   {200, okJSON},
		"only true": {200, `{"success":true}`},

		"no content": {204, ``},
		"with data":  {200, vmJSON},
	} {
		if err := canned(t, test.status, test.body).Project(testProject).StartVM(t.Context(), testID); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, body := range map[string]string{"HTML": "<html>", "truncated": okJSON[:12], "object": `{}`, "nothing": ""} {
		err := canned(t, 200, body).Project(testProject).StartVM(t.Context(), testID)
		if !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	body := full(`{"success":true,"data":{"id":"x","hologram":{"a":[1]},"tags":null,"public_ipv6_address":null},"links":[]}`)
	vm, err := canned(t, 200, body).GetVM(t.Context(), "x")
	if err != nil || vm.ID != "x" || vm.PublicIPv6Address != "" || vm.Tags != nil {
		t.Errorf("got %v, %v", vm, err)
	}
}

func TestBulkDeleteReportsEachVM(t *testing.T) {
	t.Parallel()
	body := `{"success":false,"message":"none deleted","total_count":1,"failed_count":1,
		"results":[{"id":"x","success":false,"error":"not found"}]}`
	s := canned(t, 200, body).Project(testProject)
	got, err := s.DeleteVMs(t.Context(), DeleteVMsRequest{IDs: []string{"x"}})
	if err != nil || got.FailedCount != 1 || got.Results[0].Error != "not found" || got.Message != "none deleted" {
		t.Errorf("got %v, %v", got, err)
	}
	for body, want := range map[string]string{`{"success":false,"message":"nope"}`: "nope", `{"success":true}`: "no data"} {
		_, err := canned(t, 200, body).Project(testProject).DeleteVMs(t.Context(), DeleteVMsRequest{})
		if e := wantError(t, err); !strings.Contains(e.Message, want) {
			t.Errorf("%s: got %v", body, e)
		}
	}
}

func TestOtherPayloadsAreNeededToo(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, full(`{"success":true,"old_ip":{"id":"x"}}`))
	s := c.Project(testProject)
	calls := map[string]func() error{
		"regions":   func() error { _, err := c.ListRegions(t.Context()); return err },
		"plans":     func() error { _, err := c.ListVMPlans(t.Context(), VMPlanFilter{}); return err },
		"pricing":   func() error { _, err := c.GetIPPricing(t.Context()); return err },
		"tags":      func() error { _, err := s.RemoveVMTag(t.Context(), testID, "x"); return err },
		"note":      func() error { _, err := s.PutVMNote(t.Context(), testID, NoteAccount, "x"); return err },
		"exchanged": func() error { _, err := s.ChangeIP(t.Context(), "x"); return err },
	}
	for name, call := range calls {
		if e := wantError(t, call()); !errors.Is(e, errNoData) {
			t.Errorf("%s: got %v", name, e)
		}
	}
	c = canned(t, 200, full(`{"success":true,"old_ip":{"id":""},"new_ip":{"id":"x"}}`))
	if _, err := c.Project(testProject).ChangeIP(t.Context(), "x"); !errors.Is(err, errNoID) {
		t.Errorf("got %v", err)
	}
}

func TestSecretMissingFromNewKey(t *testing.T) {
	t.Parallel()
	c := canned(t, 201, full(`{"success":true,"data":{"id":"x","key_prefix":"raff_17d70fcf"}}`))
	if _, err := c.CreateAPIKey(t.Context(), CreateAPIKeyRequest{Name: "ci"}); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("got %v", err)
	}
}

// What means something although it is zero must be sent, what is not wanted must not.
func TestZeroValuesOfRequests(t *testing.T) {
	t.Parallel()
	no, zero, empty := false, int64(0), ""
	tests := map[string]any{
		`{"volume_action":"detach","delete_vpc":false}`:            DeleteVMRequest{VolumeAction: VolumeActionDetach},
		`{"volume_action":"","delete_vpc":false}`:                  DeleteVMRequest{},
		`{"ids":["a"],"volume_action":"delete","delete_vpc":true}`: DeleteVMsRequest{[]string{"a"}, DeleteVMRequest{VolumeActionDelete, true}},
		`{"is_active":false}`:                                      UpdateAPIKeyRequest{IsActive: &no},
		`{}`:                                                       UpdateAPIKeyRequest{},
		`{"description":""}`:                                       UpdateProjectRequest{Description: &empty},
		`{"name":"x","priority":0}`:                                AddVMTagRequest{Name: "x"},
		`{"priority":0}`:                                           UpdateVMTagRequest{Priority: &zero},
		`{"content":""}`:                                           noteBody{},
		`{"security_group_id":"g","nic_id":0}`:                     AttachSecurityGroupRequest{SecurityGroupID: "g"},
		`{"name":"x","disk_id":0}`:                                 SaveImageRequest{Name: "x"},
		`{"name":"x","disk_id":0,"snapshot_id":0}`:                 SaveImageRequest{Name: "x", SnapshotID: &zero},
		`{"rules":[]}`:                                             UpdateSecurityGroupRequest{Rules: &[]SecurityGroupRule{}},
		`{"name":"x"}`:                                             CreateSecurityGroupRequest{Name: "x"},
		`{"permissions":[]}`:                                       UpdateRoleRequest{Permissions: &[]string{}},
		`{"protocol":"ICMP","rule_type":"INBOUND","size":0,"icmp_type":0}`: SecurityGroupRule{
			Protocol: "ICMP", RuleType: "INBOUND", Size: &zero, ICMPType: &zero,
		},
		`{"protocol":"ALL","rule_type":"OUTBOUND"}`: SecurityGroupRule{Protocol: "ALL", RuleType: "OUTBOUND"},
		`{"name":"web","template_id":"t","pricing_id":3,"region":"us-east","skip_vpc":false,"skip_public_ip":false}`: CreateVMRequest{
			Name: "web", TemplateID: "t", PricingID: 3, Region: "us-east",
		},
	}
	for want, body := range tests {
		got, err := json.Marshal(body)
		if err != nil || string(got) != want {
			t.Errorf("%T: got %s, %v, want %s", body, got, err, want)
		}
	}
}
