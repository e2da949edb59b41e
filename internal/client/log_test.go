package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

const (
	testPassword  = "Tr0ub4dor&3+Zebra"
	testPublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SaA me@host"
	newSecret     = "raff_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

// logged makes calls against a server and returns everything that they logged.
func logged(t *testing.T, handler http.Handler, calls func(*Client, *bytes.Buffer)) ([]map[string]any, string) {
	t.Helper()
	var buffer bytes.Buffer
	c, _ := serve(t, handler.ServeHTTP)
	calls(c, &buffer)
	text := buffer.String()
	entries, err := tflogtest.MultilineJSONDecode(&buffer)
	if err != nil {
		t.Fatal(err)
	}
	return entries, text
}

func TestLogsContainNoSecret(t *testing.T) {
	t.Parallel()
	// The server repeats everything that it was told, in every way that it could.
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		said := fmt.Sprintf("key %s said %s", r.Header.Get("X-API-Key"), body)
		escaped, _ := json.Marshal(said)
		w.Header().Set("X-Request-ID", r.Header.Get("X-API-Key"))
		switch {
		case strings.HasSuffix(r.URL.Path, "/api-keys"):
			_, _ = fmt.Fprintf(w, `{"success":true,"message":%s,"data":{"id":"k",`+required+`,"secret":%q,"nested":[{"Root-Password":"n3sted&Pass"}]}}`,
				escaped, newSecret)
		case strings.HasSuffix(r.URL.Path, "/vms"):
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"error":"Bad Request","message":%s}`, escaped)
		default:
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprintf(w, `<html>%s {"secret": "half of a secr`, said)
		}
	})
	var errs []error
	entries, text := logged(t, echo, func(c *Client, log *bytes.Buffer) {
		ctx := tflogtest.RootLogger(t.Context(), log)
		_, err := c.CreateAPIKey(ctx, CreateAPIKeyRequest{Name: "ci"})
		errs = append(errs, err)
		_, err = c.Project(testProject).CreateVM(ctx, CreateVMRequest{
			Name: "web", Password: testPassword, SSHKeys: []string{testPublicKey},
		})
		errs = append(errs, err)
		err = c.Project(testProject).ReinstallVM(ctx, testID, ReinstallVMRequest{Password: testPassword})
		errs = append(errs, err)
	})
	for _, err := range errs {
		text += fmt.Sprint(err)
	}
	for _, secret := range []string{
		testKey, testKey[:20], testPassword, "Tr0ub4dor", newSecret, newSecret[:13], "n3sted", "half of a secr",
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the secret %q is logged:\n%s", secret, text)
		}
	}
	if !strings.Contains(text, testPublicKey) {
		t.Error("a public key is masked, which is no secret")
	}
	if len(entries) != 3*4 {
		t.Errorf("%d entries, want a request and an answer with their bodies for each of 3 calls", len(entries))
	}
}

func TestWhatIsLogged(t *testing.T) {
	t.Parallel()
	handler := answering(reply(503, `{}`), reply(200, vmJSON, "X-Request-ID: srv-42"))
	entries, _ := logged(t, handler, func(c *Client, log *bytes.Buffer) {
		ctx := tflogtest.RootLogger(t.Context(), log)
		if _, err := c.ReaderIn(testProject).GetVM(ctx, testID); err != nil {
			t.Fatal(err)
		}
	})
	id := handler.seen()[0].header.Get("X-Request-ID")
	want := []map[string]any{
		{"@level": "debug", "@message": "Sending API request", "attempt": 1.0, "request_id": id},
		{"@level": "debug", "@message": "Received API response", "attempt": 1.0, "http_status": 503.0, "request_id": id},
		{"@level": "trace", "@message": "API response body", "body": "{}"},
		{"@level": "debug", "@message": "Retrying API request", "reason": "503 Service Unavailable"},
		{"@level": "debug", "@message": "Sending API request", "attempt": 2.0, "request_id": id},
		{"@level": "debug", "@message": "Received API response", "attempt": 2.0, "http_status": 200.0, "request_id": "srv-42"},
		{"@level": "trace", "@message": "API response body", "request_id": "srv-42"},
	}
	if len(entries) != len(want) {
		t.Fatalf("%d entries, want %d: %v", len(entries), len(want), entries)
	}
	for i := range want {
		want[i]["http_method"] = "GET"
		want[i]["http_path"] = "/api/v1/vms/" + testID
		want[i]["project_id"] = testProject
		for name, value := range want[i] {
			if entries[i][name] != value {
				t.Errorf("entry %d: %s is %v, want %v", i, name, entries[i][name], value)
			}
		}
	}
	for _, i := range []int{1, 5} {
		if _, ok := entries[i]["duration_ms"]; !ok {
			t.Errorf("entry %d has no duration", i)
		}
	}
}

func TestFailureAndQueryAreLogged(t *testing.T) {
	t.Parallel()
	entries, _ := logged(t, answering(hangUp), func(c *Client, log *bytes.Buffer) {
		ctx := tflogtest.RootLogger(t.Context(), log)
		if _, err := Collect(c.ListVMs(ctx, VMFilter{Region: "us-east"})); err == nil {
			t.Error("no error")
		}
	})
	if got := entries[0]["http_query"]; got != "limit=100&offset=0&region=us-east" {
		t.Errorf("the query is %v", got)
	}
	if got := entries[1]; got["@message"] != "API request failed" || got["error"] != "EOF" || got["project_id"] != nil {
		t.Errorf("got %v", got)
	}
}

// Where nothing is written, nothing is looked for in the body and masked.
func TestNothingIsMaskedForNothing(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, vmJSON)
	x, err := newExchange(c.ReaderIn(testProject), request{method: "POST", path: v1("vms"), body: CreateVMRequest{Password: testPassword}})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.run(t.Context(), &envelope{}); err != nil {
		t.Fatal(err)
	}
	if x.redactor.secrets != nil {
		t.Error("the secrets of the request were looked for")
	}
	if got := x.redactor.text("not " + testPassword + " nor " + testKey); got != "not *** nor ***" {
		t.Errorf("got %s", got)
	}
}

func TestSlownessIsLogged(t *testing.T) {
	t.Parallel()
	over := reply(429, `{"error":"Rate limit exceeded"}`, "Retry-After: 2", "X-RateLimit-Limit: 30", "X-RateLimit-Remaining: 0")
	handler := answering(reply(200, vmJSON, "X-RateLimit-Remaining: 3"), over, over, reply(200, vmJSON))
	entries, text := logged(t, handler, func(c *Client, log *bytes.Buffer) {
		ctx := tflogtest.RootLogger(t.Context(), log)
		for range 2 {
			if _, err := c.GetVM(ctx, testID); err != nil {
				t.Fatal(err)
			}
		}
	})
	told := map[any]int{}
	for _, entry := range entries {
		switch entry["@level"] {
		case "info":
			told["shared"]++
			if rate, ok := entry["requests_per_second"].(float64); !ok || rate < 1 || rate > 3 {
				t.Errorf("got %v", entry)
			}
		case "warn":
			told["pause"]++
			if entry["pause_ms"] != 2000.0 {
				t.Errorf("got %v", entry)
			}
		}
	}
	if told["shared"] != 1 || told["pause"] != 2 { // the second pause began when the first was over
		t.Errorf("told %v:\n%s", told, text)
	}
}

func TestRedactBody(t *testing.T) {
	t.Parallel()
	r := newRedactor("the-api-key", []byte(`{"password":"pass\u0026word","inner":{"token":"abc"},"name":"web"}`))
	tests := map[string]struct{ body, want string }{
		"secret field":        {`{"password":"x"}`, `{"password":"***"}`},
		"empty secret":        {`{"password":""}`, `{"password":"***"}`},
		"no text":             {`{"auto_generate_password":true,"secret":1.10}`, `{"auto_generate_password":true,"secret":1.10}`},
		"list of secrets":     {`{"secret":["a","b"]}`, `{"secret":["***","***"]}`},
		"suffix and case":     {`{"Root-Password":"x","API_KEY":"y"}`, `{"API_KEY":"***","Root-Password":"***"}`},
		"id of a key":         {`{"api_key_id":"x","passwords_left":"3"}`, `{"api_key_id":"x","passwords_left":"3"}`},
		"value elsewhere":     {`{"message":"bad pass&word"}`, `{"message":"bad ***"}`},
		"escaped value":       {`{"message":"bad pass\u0026word"}`, `{"message":"bad ***"}`},
		"short value":         {`{"message":"abc"}`, `{"message":"abc"}`},
		"key by value":        {`["the-api-key"]`, `["***"]`},
		"key by form":         {`["raff_17d70fcf"]`, `["***"]`},
		"key as a name":       {`{"raff_17d70fcf":1}`, `{"***":1}`},
		"large numbers stay":  {`{"id":12345678901234567890}`, `{"id":12345678901234567890}`},
		"no HTML escapes":     {`{"a":"<b>&"}`, `{"a":"<b>&"}`},
		"not JSON":            {`password=1 the-api-key`, `password=1 ***`},
		"half JSON":           {`{"secret": "a\"b", "x`, `{"secret": "***", "x`},
		"cut off in a secret": {`{"x":1,"secret":"abc`, `{"x":1,"secret":"***"`},
		"two documents":       {`{"secret":"abc"}{}`, `{"secret":"***"}{}`},
		"not UTF-8":           {"\xff", "�"},
		"empty":               {``, ``},
		"very long":           {`"` + strings.Repeat("ü", maxLoggedBody) + `"`, `"` + strings.Repeat("ü", maxLoggedBody-1) + "…"},
	}
	for name, test := range tests {
		if got := r.body([]byte(test.body)); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
