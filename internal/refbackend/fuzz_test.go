package refbackend

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest sends anything to a backend with a few objects in it: never a 5xx, never a broken state.
func FuzzRequest(f *testing.F) {
	for _, op := range operations() {
		f.Add(op.method, op.at(""), "", true)
		f.Add(op.method, strings.ReplaceAll(op.path, "{id}", "VM"), `{"name":"x","pricing_id":3,"new_size":500}`, true)
		f.Add(op.method, strings.ReplaceAll(op.path, "{id}", "VPC"), `{"name":"x","description":""}`, false)
	}
	f.Add("POST", "/api/v1/vms", `{"name":"x","template_id":"TEMPLATE","pricing_id":1,"region":"us-east","ssh_keys":["KEY"],"skip_vpc":true}`, true)
	f.Add("POST", "/api/v1/vms", `{"name":"x","template_id":"TEMPLATE","pricing_id":1,"region":"us-east","password":"ABcd-1234567","vpc_name":"n","vpc_cidr":"10.200.0.0/20"}`, true)
	f.Add("POST", "/api/v1/vms/VM/vpc", `{"vpc_id":"VPC","ip":"10.0.0.9"}`, true)
	f.Add("POST", "/api/v1/vpcs", `{"name":"x","cidr":"172.16.0.0/16"}`, true)
	f.Add("DELETE", "/api/v1/vms/bulk", `{"ids":["VM","00000000-0000-0000-0000-000000000000"],"delete_vpc":false}`, true)
	f.Add("GET", "/api/v1/vms?limit=3&offset=1&status=active", "", true)
	f.Add("GET", "/api/v1/vms?limit=%zz;x", "", true)
	f.Add("POST", "/api/v1/projects", `{"name":"\ud800","description":"`+strings.Repeat("[", 50)+`"}`, false)
	f.Fuzz(func(t *testing.T, method, target, body string, scoped bool) {
		b := newBackend(t, quiet())
		c := b.production()
		network := c.makeVPC("net", "10.0.0.0/24")
		vm := c.makeVM("web", "skip_vpc", nil, "vpc_id", network, "extra_storage", 10, "backup_type", "daily")
		fill := strings.NewReplacer("VM", vm, "VPC", network, "TEMPLATE", templates[0].id, "KEY", testKey)
		address, err := url.ParseRequestURI(fill.Replace(target))
		if err != nil || address.Path == "" {
			t.Skip("no request of HTTP")
		}
		r, err := http.NewRequestWithContext(t.Context(), method, "http://backend/", strings.NewReader(fill.Replace(body)))
		if err != nil {
			t.Skip("no request of HTTP")
		}
		address.Scheme, address.Host = "http", "backend"
		r.URL = address
		r.Header.Set("X-API-Key", b.account.OwnerKey)
		if scoped {
			r.Header.Set(projectHeader, c.header)
		}
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s %q: %d %s", method, target, body, w.Code, w.Body)
		}
		b.checkInvariants()
	})
}
