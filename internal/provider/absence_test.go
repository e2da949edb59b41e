package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// answers are what stands in the way of the API says instead of it.
var answers = map[string]struct {
	status            int
	contentType, body string
}{
	"an ingress": {404, "text/plain", "404 page not found\n"},
	"a proxy":    {404, "text/html", "<html><head><title>404 Not Found</title></head><body>nginx</body></html>"},
	"a gateway":  {404, "application/json", `{"message":"no Route matched with those values"}`},
	"nothing":    {404, "", ""},
	"a portal":   {200, "text/html", "<html><body>Sign in</body></html>"},
}

func say(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// notFound is what the API itself says.
func notFound(w http.ResponseWriter) {
	say(w, http.StatusNotFound, "application/json", `{"error":"Not Found","message":"it does not exist"}`)
}

// keptBy reads every object, then destroys it, and expects that none is forgotten. It returns the errors of the
// reads, and those of the deletions.
func keptBy(t *testing.T, what string, plans, walk *acctest.Walk, objects []acctest.Object) (reads, deletions []string) {
	t.Helper()
	for _, o := range objects {
		fresh, errs, _ := walk.Refresh(o)
		if len(errs) == 0 && fresh.State.IsNull() {
			t.Errorf("%s: %s was forgotten by a read", what, o.Address())
		}
		reads = append(reads, errs...)
	}
	for _, o := range objects {
		p := plans.Plan(o, tftypes.NewValue(o.State.Type(), nil))
		if len(p.Errors) > 0 {
			continue // as of the provider's own key: it is not destroyed at all
		}
		after, errs, _ := walk.Apply(p)
		if len(errs) != 1 || after.State.IsNull() {
			t.Errorf("%s: %s was destroyed in the state: %q", what, o.Address(), errs)
		}
		deletions = append(deletions, errs...)
	}
	return reads, deletions
}

// aged creates everything that there is, a while ago.
func aged(t *testing.T) (*acctest.Backend, []acctest.Object) {
	t.Helper()
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for i, o := range objects {
		objects[i] = w.Aged(o)
	}
	return b, objects
}

// Whatever stands in front of the API is refused at once, in one error, when the provider begins. Where it steps in
// later, each object has an error and none is forgotten.
func TestAccEveryResource_aStrangers404IsNone(t *testing.T) {
	b, objects := aged(t)
	stranger := b.Intercept(t)
	for name, a := range answers {
		answer := func(w http.ResponseWriter, _ *http.Request) bool {
			say(w, a.status, a.contentType, a.body)
			return true
		}
		stranger.Set(answer)
		_, errs := b.NewWalkAs(t, stranger.URL, b.OwnerKey, nil)
		if len(errs) != 1 || !strings.Contains(errs[0], "does not answer as the Raff API") || !strings.HasPrefix(errs[0], "api_url") {
			t.Errorf("%s: %q", name, errs)
		}
		stranger.Set(nil)
		plans, walk := b.NewWalk(t, ""), b.NewWalk(t, stranger.URL)
		stranger.Set(answer)
		reads, _ := keptBy(t, name, plans, walk, objects)
		if len(reads) != len(objects) {
			t.Errorf("%s: %d errors for %d objects", name, len(reads), len(objects))
		}
	}
}

// The API says that it does not find an object by its id, and yet lists it, or lists what it belongs to.
func TestAccEveryResource_aListedObjectIsKept(t *testing.T) {
	b, objects := aged(t)
	confused := b.Intercept(t)
	plans, walk := b.NewWalk(t, ""), b.NewWalk(t, confused.URL)
	confused.Set(func(w http.ResponseWriter, r *http.Request) bool {
		parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		of := len(parts) - 2 // api/v1
		list := of == 1 || of == 3 && parts[2] == "projects" && parts[4] == "members" || parts[2] == "public"
		if list && r.Method == http.MethodGet {
			return false
		}
		notFound(w)
		return true
	})
	keptBy(t, "a list that has it", plans, walk, objects)
}

// An object that is not found once, and then is, was never gone.
func TestAccEveryResource_aSecondLookDecides(t *testing.T) {
	b, objects := aged(t)
	for _, o := range objects {
		flaky := b.Intercept(t)
		walk := b.NewWalk(t, flaky.URL)
		missed := false
		flaky.Set(func(w http.ResponseWriter, _ *http.Request) bool {
			if missed {
				return false
			}
			missed = true
			notFound(w)
			return true
		})
		fresh, errs, _ := walk.Refresh(o)
		if len(errs) > 0 || fresh.State.IsNull() {
			t.Errorf("%s: %q", o.Address(), errs)
		}
	}
}

// A key of another account forgets nothing and destroys nothing. One error names both accounts, the others refer to it.
func TestAccEveryResource_anotherAccount(t *testing.T) {
	b, objects := aged(t)
	other, err := refbackend.New(refbackend.Options{Seed: 2, NoRateLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(other)
	t.Cleanup(listener.Close)
	key := other.Account().OwnerKey
	ownAccount, otherAccount := accountOf(t, b.URL, b.OwnerKey), accountOf(t, listener.URL, key)
	walk, errs := b.NewWalkAs(t, listener.URL, key, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	plans := b.NewWalk(t, "")
	reads, deletions := keptBy(t, "another account", plans, walk, objects)
	explained := 0
	for _, line := range append(reads, deletions...) {
		if strings.Contains(line, ownAccount) && strings.Contains(line, otherAccount) {
			explained++
		}
	}
	if explained != 1 || len(reads) != 1 {
		t.Errorf("%d errors name both accounts: %q", explained, reads)
	}
	for _, o := range objects {
		if !walk.Attributes(o.State)["project_id"].IsNull() {
			continue
		}
		fresh, _ := b.NewWalkAs(t, listener.URL, key, nil)
		config := fresh.Config(o)
		if p := fresh.Plan(o, config); len(p.Errors) != 1 { // as with -refresh=false
			t.Errorf("%s is planned with a key of another account: %q", o.Address(), p.Errors)
		}
		null := acctest.Object{Type: o.Type, Name: "new", State: tftypes.NewValue(o.State.Type(), nil)}
		p := fresh.Plan(null, config)
		if _, errs, _ := fresh.Apply(p); len(errs) != 1 {
			t.Errorf("a %s is created in another account: %q", o.Type, errs)
		}
	}
	for _, e := range other.Journal() {
		if e.Method != http.MethodGet && e.Status < 300 {
			t.Errorf("%s %s changed the other account", e.Method, e.Path)
		}
	}
}

func accountOf(t *testing.T, url, key string) string {
	t.Helper()
	c, err := client.New(client.Options{URL: url, APIKey: key})
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.AccountID(t.Context())
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	return id
}

// A key that has lost a project, and its rights in the account, forgets nothing.
func TestAccEveryResource_aKeyThatLostItsRights(t *testing.T) {
	b, objects := aged(t)
	c := b.Client(t)
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "lost"})
	if err != nil {
		t.Fatal(err)
	}
	plans := b.NewWalk(t, "")
	walk, errs := b.NewWalkAs(t, "", key.Secret, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	keys := objects[:0:0]
	for _, o := range objects {
		if o.Type != "raff_ssh_key" { // every key may see and delete these
			keys = append(keys, o)
		}
	}
	reads, _ := keptBy(t, "a key without rights", plans, walk, keys)
	said := map[string]bool{}
	for _, line := range reads {
		if said[line] {
			t.Errorf("said twice: %s", line)
		}
		said[line] = true
	}
}

// What is really gone leaves the state, whatever it is: nothing stays because it is not proven.
func TestAccEveryResource_whatIsGoneIsForgotten(t *testing.T) {
	b, objects := aged(t)
	for _, o := range objects {
		gone := b.Intercept(t)
		walk := b.NewWalk(t, gone.URL)
		id := text(walk, o, "id")
		if o.Type == "raff_project" || strings.Contains(id, ":") || strings.HasSuffix(o.Type, "_attachment") {
			continue // deleted for real in other tests: the list does not tell of them by their id
		}
		gone.Set(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/"+id) {
				notFound(w)
				return true
			}
			recorder := httptest.NewRecorder()
			b.ServeHTTP(recorder, r)
			say(w, recorder.Code, "application/json", without(recorder.Body.String(), id))
			return true
		})
		fresh, errs, _ := walk.Refresh(o)
		if len(errs) > 0 || !fresh.State.IsNull() {
			t.Errorf("%s stays in the state: %q", o.Address(), errs)
		}
	}
}

// without renames an id in an answer, so that the object is another one.
func without(body, id string) string {
	return strings.NewReplacer(fmt.Sprintf("%q", id), `"9b6f2a0e-0000-4f0a-9d51-0d8f6b1f7a11"`, `"id":`+id+`,`, `"id":987654,`).Replace(body)
}
