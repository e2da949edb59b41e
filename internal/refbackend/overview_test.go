package refbackend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// look fetches something for people, as a browser does.
func (b *backend) look(path string, change func(*http.Request)) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, "http://127.0.0.1:8080"+path, http.NoBody)
	r.RemoteAddr = "127.0.0.1:50000"
	if change != nil {
		change(r)
	}
	return b.exchange(r)
}

// The page is one document: its script and style are in it and the only ones that the browser may run.
func TestPageNeedsNothingElse(t *testing.T) {
	b := newBackend(t, quiet())
	page := b.look("/", nil).want(200, `href="openapi.yaml"`)
	policy := page.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("%s is not in the policy %s", part, policy)
		}
	}
	for _, element := range []string{"style", "script"} {
		found := regexp.MustCompile(`(?s)<` + element + `>(.+)</` + element + `>`).FindStringSubmatch(page.text)
		if len(found) != 2 || !strings.Contains(policy, element+"-src "+policyHash(found[1])) {
			t.Errorf("the policy does not allow the %s", element)
		}
	}
	if outside := regexp.MustCompile(`(?i)(src|href)="[^#d]|https?://|@import|url\(|\son[a-z]+="|style="|innerHTML`).FindString(strings.Replace(page.text, `href="openapi.yaml"`, "", 1)); outside != "" {
		t.Errorf("the page has %q", outside)
	}
	for _, id := range regexp.MustCompile(`find\("([a-z-]+)"\)`).FindAllStringSubmatch(page.text, -1) {
		if !strings.Contains(page.text, `id="`+id[1]+`"`) {
			t.Errorf("the script looks for %s, which is not in the page", id[1])
		}
	}
	b.owner("").post("/", object{}).want(405)
}

// Whoever reaches the backend may read what it answers, and what it serves is the file.
func TestDescriptionIsServed(t *testing.T) {
	b := newBackend(t, quiet())
	a := b.look("/openapi.yaml", nil).want(200)
	if media := a.header.Get("Content-Type"); media != "application/yaml" {
		t.Errorf("Content-Type is %s", media)
	}
	file, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if a.text != string(file) {
		t.Error("not what is in openapi.yaml")
	}
	b.owner("").post("/openapi.yaml", object{}).want(405)
}

func TestOverviewShowsEverything(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.makeVM("web", "skip_vpc", nil, "extra_storage", 10, "backup_type", "daily")
	b.AddFault(Fault{Operation: "listIPs", Status: 500})
	seen := b.look("/overview.json", nil).want(200).expect(
		"account", "Reference account", "faults", 1, "pace", 0, "timing", "instant", "clock.scale", 0,
		"projects.0.name", "default", "projects.0.default", true, "projects.0.groups.0.total", 0,
		"projects.1.name", "production", "projects.1.groups.0.title", "VMs", "projects.1.groups.0.total", 1,
		"projects.1.groups.0.states.active", 1, "projects.1.groups.0.items.0.name", "web",
		"projects.1.groups.0.items.0.state", "active", "number", 0, "accounts", "[]",
	)
	titles := seen.list("projects.1.groups", "title")
	want := []string{"VMs", "Volumes", "Snapshots", "Backups", "Backup schedules", "VPCs", "Public IPs", "Security groups"}
	if !slices.Equal(titles, want) {
		t.Errorf("groups %v, want %v", titles, want)
	}
	for _, secret := range []string{b.account.OwnerKey, b.account.ProductionKey} {
		if strings.Contains(seen.text, secret) || strings.Contains(seen.text, hashSecret(secret)) {
			t.Error("the overview holds a secret")
		}
	}
}

// The page tells how schedules run, whose console is closed to keys, and every address of a VM.
func TestOverviewDetails(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "backup_type", "daily")
	second := c.post("/api/v1/vms/"+id+"/ip", object{"ip_id": c.reserve("IPv4")}).want(200).str("data.ip_address")
	c.patch("/api/v1/vms/"+id+"/console-policy", object{"console_require_mfa": true}).want(200)
	b.SetPace(PaceRule{Flow: "backup.create", FailAt: backupReady})
	b.clock.Advance(24 * time.Hour)
	c.get(schedulesPath).want(200)
	seen := b.look("/overview.json", nil).want(200).expect("projects.1.groups.4.items.0.state", "failed",
		"projects.1.groups.4.items.0.detail", "Daily at 8am of web, next at 2026-03-04T08:00:00Z, failures in a row: 1")
	detail := seen.str("projects.1.groups.0.items.0.detail")
	if !strings.Contains(detail, second) || !strings.HasSuffix(detail, ", console needs MFA") {
		t.Errorf("detail %q", detail)
	}
}

// Who looks from elsewhere, or under a name that somebody else gave to this machine, needs a key, and sees what that
// key may see.
func TestOverviewNeedsAKeyFromElsewhere(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.makeVM("web")
	b.owner("staging").makeVM("stage")
	for name, elsewhere := range map[string]func(*http.Request){
		"another machine":    func(r *http.Request) { r.RemoteAddr = "192.0.2.7:50000" },
		"another name":       func(r *http.Request) { r.Host = "evil.example:8080" },
		"no address":         func(r *http.Request) { r.RemoteAddr = "" },
		"another IP as name": func(r *http.Request) { r.Host = "192.0.2.1:8080" },
	} {
		t.Run(name, func(t *testing.T) {
			b.look("/overview.json", elsewhere).want(401)
			with := func(key string) answer {
				return b.look("/overview.json", func(r *http.Request) { elsewhere(r); r.Header.Set("X-API-Key", key) })
			}
			with("raff_" + strings.Repeat("0", 64)).want(401)
			limited := with(b.account.ProductionKey).want(200).expect("projects.0.name", "production", "projects.1", nil, "groups", "[]")
			if strings.Contains(limited.text, "stage") {
				t.Error("the key sees another project")
			}
			with(b.account.OwnerKey).want(200).expect("projects.2.name", "staging")
			with(b.keyWith("project", "vpc.view").key).want(200).expect("projects.0.groups.0.title", "VPCs", "projects.0.groups.1", nil)
			with(b.keyWith("account", "account.projects.view").key).want(200).expect("projects.2.groups", "[]")
		})
	}
}

// Looking changes nothing: it is no request of the journal and no read that a state waits for.
func TestOverviewCountsNothing(t *testing.T) {
	o := quiet()
	o.Pace = []PaceRule{{Reads: 2}}
	o.Faults = []Fault{{Operation: "createVM", HideNew: 1}}
	b := newBackend(t, o)
	c := b.production()
	id := c.makeVM("web")
	entries := len(b.Journal())
	for range 5 {
		b.look("/overview.json", nil).want(200).expect("projects.1.groups.0.items.0.state", "initiating")
	}
	if len(b.Journal()) != entries {
		t.Error("looking is in the journal")
	}
	c.get("/api/v1/vms/" + id).want(404)
	c.get("/api/v1/vms/"+id).want(200).expect("data.status", "initiating")
}

// No more rows are shown than people read, but the filter finds what is not.
func TestOverviewOfManyObjects(t *testing.T) {
	b := newBackend(t, quiet())
	b.mu.Lock()
	for i := range overviewRows + 1 {
		v := &vpc{ID: b.state.IDs.uuid(), Project: b.state.Seeded.Projects["staging"], Name: fmt.Sprint("net-", i)}
		b.state.VPCs.Put(v.ID, v)
	}
	b.mu.Unlock()
	const group = "projects.2.groups.5."
	seen := b.look("/overview.json", nil).want(200).expect(group+"total", overviewRows+1, group+"matching", overviewRows+1)
	if n := len(seen.list(group+"items", "name")); n != overviewRows {
		t.Errorf("%d rows", n)
	}
	last := fmt.Sprint("net-", overviewRows)
	if slices.Contains(seen.list(group+"items", "name"), last) {
		t.Fatalf("%s is shown without a filter", last)
	}
	b.look("/overview.json?filter=STAGING+"+last, nil).want(200).
		expect(group+"total", overviewRows+1, group+"matching", 1, group+"items.0.name", last)
	b.look("/overview.json?filter=production+"+last, nil).want(200).expect(group+"matching", 0, group+"items", "[]")
}

// Names cannot pass themselves off as others, or turn what stands beside them.
func TestPageShowsWhatCannotBeSeen(t *testing.T) {
	for text, want := range map[string]string{
		"web":                          "web",
		"ش 日本 👩\u200d💻":                "ش 日本 👩\u200d💻",
		"a\u202eb\u2066c\u200fd":       "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩d",
		"\x1b[2J\n\u2028\ufeff":        "⟨U+001B⟩[2J⟨U+000A⟩⟨U+2028⟩⟨U+FEFF⟩",
		"\u061c\u200b\U000e0041\u0085": "⟨U+061C⟩⟨U+200B⟩⟨U+E0041⟩⟨U+0085⟩",
	} {
		if got := legible(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	b := newBackend(t, quiet())
	c := b.production()
	b.mu.Lock()
	p, _ := b.state.Projects.Get(b.state.Seeded.Projects["production"])
	p.Name, b.state.AccountName = "pro\u202eduction", "acc\u202eount"
	b.mu.Unlock()
	b.seedVPC("net\u202e\u2067x")
	c.get("/api/v1/vpcs/\u202e?x=\u2066").want(400)
	for _, path := range []string{"/overview.json", "/requests.json"} {
		text := b.look(path, nil).want(200).text
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && isInvisible(r) }) || !strings.Contains(text, "⟨U+202E⟩") {
			t.Errorf("%s: %s", path, text)
		}
	}
	b.look("/overview.json", nil).expect("account", "acc⟨U+202E⟩ount", "projects.1.name", "pro⟨U+202E⟩duction",
		"projects.1.groups.5.items.0.name", "net⟨U+202E⟩⟨U+2067⟩x")
}

// seedVPC puts a network into production that no request could make.
func (b *backend) seedVPC(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := &vpc{ID: b.state.IDs.uuid(), Project: b.state.Seeded.Projects["production"], Name: name}
	b.state.VPCs.Put(v.ID, v)
}
