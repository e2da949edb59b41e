package chaos

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func startForTest(t *testing.T) *backend {
	t.Helper()
	b, err := startBackend(refbackend.Options{Seed: 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.stop)
	return b
}

// The inventory has every object that there is, and no fault hides anything in it.
func TestInventory(t *testing.T) {
	b := startForTest(t)
	before, err := b.inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.setFaults(t.Context(), []fault{{HideNew: 100}}, nil); err != nil {
		t.Fatal(err)
	}
	project := b.projects["production"]
	made := map[string]string{}
	for typ, body := range map[string]map[string]any{
		"raff_volume":         plantBody(plant{"raff_volume", "a"}),
		"raff_api_key":        plantBody(plant{"raff_api_key", "a"}),
		"raff_ssh_key":        plantBody(plant{"raff_ssh_key", "a"}),
		"raff_vpc":            {"name": "a", "cidr": "10.1.0.0/24"},
		"raff_security_group": {"name": "a"},
		"raff_project":        {"name": "a"},
		"raff_role":           {"name": "a", "slug": "a", "scope": "account", "permissions": []string{"account.projects.view"}},
	} {
		id, err := b.make(t.Context(), strings.TrimSuffix(pathOf[typ], "/%s"), project, body)
		if err != nil {
			t.Fatal(err)
		}
		made[typ] = id
	}
	invited, err := b.make(t.Context(), "/members", "", map[string]any{"email": "a@example.com", "role_id": made["raff_role"]})
	if err != nil {
		t.Fatal(err)
	}
	after, err := b.inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for typ, id := range made {
		if !exists(after, Key{typ, id}) {
			t.Errorf("the inventory has no %s %s: %+v", typ, id, after)
		}
	}
	if !exists(after, Key{"raff_member", invited}) {
		t.Errorf("the inventory has no pending member %s: %+v", invited, after)
	}
	if want := len(before) + len(made) + 1; len(after) != want {
		t.Errorf("the inventory has %d objects, want %d: %+v", len(after), want, after)
	}
}

// The gate spoils requests, fires at the request that it was told, and drops none.
func TestGate(t *testing.T) {
	b, other := startForTest(t), startForTest(t)
	var log bytes.Buffer
	g, err := newGate(b, other, &log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.stop)
	send := func(method, path string) int {
		body := ""
		if method == http.MethodPost {
			body = `{"name":"a"}`
		}
		request, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-API-Key", b.owner)
		request.Header.Set("Content-Type", "application/json")
		response, err := httpClient.Do(request)
		if err != nil {
			return 0
		}
		response.Body.Close()
		return response.StatusCode
	}
	fired := 0
	g.set(passing, []window{{From: 3, Count: 1, As: ingress}}, &trigger{Match: "POST projects", Nth: 2, do: func() { fired++ }})
	got := []int{
		send(http.MethodPost, "/api/v1/projects"), // made
		send(http.MethodPost, "/api/v1/projects"), // fires; the name is taken
		send(http.MethodGet, "/api/v1/projects"),  // spoilt
		send(http.MethodGet, "/api/v1/projects"),
	}
	if want := []int{201, 409, 404, 200}; !slices.Equal(got, want) || fired != 1 {
		t.Errorf("got %v and %d firings, want %v and 1", got, fired, want)
	}
	g.set(unknown, nil)
	if got := send(http.MethodGet, "/api/v1/projects"); got != http.StatusUnauthorized {
		t.Errorf("an unknown key gets %d", got)
	}
	g.set(elsewhere, nil)
	if got := send(http.MethodPost, "/api/v1/projects"); got != http.StatusCreated {
		t.Errorf("the other account answers %d", got)
	}
}

// Seeds run from end to end, and have nothing to tell.
func TestSeeds(t *testing.T) {
	provider := filepath.Join(t.TempDir(), "terraform-provider-raff")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", provider, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as everything is built, also where this runs under the race detector
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), []string{"-provider", provider, "-dir", t.TempDir(), "-seeds", "3", "-from", "100000", "-calm"}, &stdout, &stderr)
	if code != 0 || !strings.HasPrefix(stdout.String(), "seeds=3 ") {
		t.Errorf("exit code %d\n%s%s", code, &stdout, &stderr)
	}
}

// A provider that is none gives errors, not a clean line.
func TestSeeds_withoutProvider(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "terraform-provider-raff")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), []string{"-provider", broken, "-dir", t.TempDir(), "-seeds", "1", "-from", "3"}, &stdout, &stderr)
	if code != 1 {
		t.Errorf("exit code %d\n%s%s", code, &stdout, &stderr)
	}
}
