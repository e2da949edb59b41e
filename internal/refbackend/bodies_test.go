package refbackend

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// Unknown fields, wrong types and malformed JSON are 400s that name the field.
func TestBodiesAreReadStrictly(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for _, test := range []struct{ name, body, problem string }{
		{"nothing", ``, "body: required"},
		{"blanks", "  \n ", "body: required"},
		{"not JSON", `name=x`, "body: not valid JSON"},
		{"cut off", `{"name":"x"`, "body: not valid JSON"},
		{"trailing comma", `{"name":"x",}`, "body: not valid JSON"},
		{"two values", `{"name":"x"} {}`, "body: not valid JSON"},
		{"trailing text", `{"name":"x"}x`, "body: not valid JSON"},
		{"comment", `{"name":"x"} // note`, "body: not valid JSON"},
		{"single quotes", `{'name':'x'}`, "body: not valid JSON"},
		{"bare control character", "{\"name\":\"a\nb\"}", "body: not valid JSON"},
		{"not UTF-8", "{\"name\":\"\xff\"}", "body: not valid UTF-8"},
		{"list", `[{"name":"x"}]`, "body: must be a JSON object"},
		{"null", `null`, "body: must be a JSON object"},
		{"text", `"name"`, "body: must be a JSON object"},
		{"number", `1`, "body: must be a JSON object"},
		{"no field", `{}`, "name: required"},
		{"field twice", `{"name":"x","name":"y"}`, "name: given more than once"},
		{"field twice by escape", `{"name":"x","n\u0061me":"y"}`, "name: given more than once"},
		{"nested twice", `{"name":"x","a":{"b":1,"b":2}}`, "a.b: given more than once"},
		{"unknown field", `{"name":"x","colour":"red"}`, "colour: unknown field"},
		{"other case", `{"Name":"x"}`, "name: required"},
		{"empty field name", `{"name":"x","":1}`, ": unknown field"},
		{"null field", `{"name":null}`, "name: must be a string"},
		{"null optional field", `{"name":"x","description":null}`, "description: must be a string"},
		{"number for text", `{"name":5}`, "name: must be a string"},
		{"list for text", `{"name":["x"]}`, "name: must be a string"},
		{"object for text", `{"name":{}}`, "name: must be a string"},
		{"unknown enum value", `{"name":"x","default_region":"eu"}`, "default_region: must be one of us-east"},
		{"enum value in another case", `{"name":"x","default_region":"US-EAST"}`, "default_region: must be one of us-east"},
		{"deep", `{"name":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "body: not valid JSON"},
		{"deep but allowed", `{"name":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "name: must be a string"},
		{"too large", `{"name":"` + strings.Repeat("x", input.MaxBody) + `"}`, "body: larger than 1048576 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.post(projectsPath, test.body).want(400, test.problem).expect("error", "Bad Request")
		})
	}
	if b.state.Projects.Len() != 3 {
		t.Error("a refused body made a project")
	}
}

func TestIntegersAreReadStrictly(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := "/api/v1/vms/" + c.makeVM("web") + "/tags"
	for number, status := range map[string]int{
		"7": 200, "-7": 200, "7.0": 200, "7e0": 200, "1.5": 400, "1e99": 400, "99999999999": 400, `"7"`: 400, "true": 400,
		"null": 400, "[]": 400, "1e400": 400,
	} {
		answer := c.post(path, `{"name":"x","priority":`+number+`}`)
		answer.want(status)
		if status == 400 {
			answer.want(400, "priority: must be an integer")
		}
	}
}

func TestContentType(t *testing.T) {
	b := newBackend(t, quiet())
	for contentType, status := range map[string]int{
		"":                                  201,
		"application/json":                  201,
		"application/json; charset=utf-8":   201,
		"Application/JSON":                  201,
		"text/plain":                        400,
		"application/x-www-form-urlencoded": 400,
		"application/":                      400,
		";;":                                400,
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", projectsPath, strings.NewReader(`{"name":"p `+contentType+`"}`))
		r.Header.Set("X-API-Key", b.account.OwnerKey)
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%q: %d, want %d: %s", contentType, w.Code, status, w.Body)
		}
	}
}

// Paths that fit no route, and methods that a route does not have.
func TestRoutes(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("staging")
	c.get("/api/v1/nothing").want(404, "no such route").expect("error", "Not Found")
	c.get("/api/v1/vms/").want(404)
	c.get("/api//v1/vms").want(404)
	c.get("/api/v1/vms/../vms").want(404)
	c.get("/api").want(404)
	if allow := c.put("/api/v1/vms", object{}).want(405).header.Get("Allow"); allow != "GET, POST" {
		t.Errorf("Allow: %s", allow)
	}
	c.get("/api/v1/vms/nonsense").want(400, "id: must be a UUID")
	c.get("/api/v1/vms/"+strings.ToUpper(unknownUUID)).want(404, "VM not found")
	id := c.makeVM("web")
	c.get("/api/v1/vms/"+strings.ToUpper(id)).want(200).expect("data.id", id)
	caller{backend: b}.get("/api/v1/nothing").want(401)
	caller{backend: b}.get("/health").want(200).expect("status", "healthy")
}
