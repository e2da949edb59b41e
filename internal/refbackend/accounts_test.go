package refbackend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// someAccounts returns several accounts with clocks of their own, which stand still.
func someAccounts(t *testing.T, count int, change func(number int, o *Options)) *Accounts {
	t.Helper()
	accounts, err := NewAccounts(count, func(number int) Options {
		o := quiet()
		o.Seed, o.Clock = uint64(number), clock.Manual(epoch)
		if change != nil {
			change(number, &o)
		}
		return o
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	return accounts
}

// ask sends a request to accounts, with a key and a project.
func (a *Accounts) ask(t *testing.T, method, path, key, project, body string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	if key != "" {
		r.Header.Set("X-API-Key", key)
	}
	if project != "" {
		r.Header.Set(projectHeader, project)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(path, adminPath) {
		return answerOf(t, a.Admin(), r)
	}
	return answerOf(t, a, r)
}

// Eight clients side by side make objects of the same names, move their clocks, make trouble and start again, and none
// sees anything of another.
func TestAccountsDoNotMeet(t *testing.T) {
	const count, rounds = 8, 6
	accounts := someAccounts(t, count, nil)
	var clients sync.WaitGroup
	for _, account := range accounts.All() {
		clients.Go(func() {
			seeded := account.Account()
			project := seeded.Projects["production"]
			admin := fmt.Sprintf("%s/accounts/%d/", adminPath, account.Number)
			for round := range rounds {
				for i := range account.Number {
					body := fmt.Sprintf(`{"name":"net-%d","cidr":"10.0.%d.0/24"}`, i, i)
					accounts.ask(t, "POST", "/api/v1/vpcs", seeded.OwnerKey, project, body).want(201)
				}
				accounts.ask(t, "GET", "/api/v1/vpcs", seeded.OwnerKey, "", "").want(200).
					expect(fmt.Sprint("data.", account.Number-1, ".name"), fmt.Sprint("net-", account.Number-1), fmt.Sprint("data.", account.Number), nil)
				accounts.ask(t, "POST", admin+"faults", "", "", fmt.Sprintf(`{"operation":"listVMs","status":%d}`, 500+account.Number)).want(200)
				accounts.ask(t, "GET", "/api/v1/vms", seeded.ProductionKey, "", "").want(500 + account.Number)
				accounts.ask(t, "POST", admin+"clock/advance", "", "", `{"by":"24h"}`).want(200)
				accounts.ask(t, "GET", admin+"clock", "", "", "").want(200).expect("now", epoch.AddDate(0, 0, round+1).Format("2006-01-02T15:04:05Z"))
				if entries := account.Journal(); len(entries) != account.Number+2 {
					t.Errorf("account %d: %d requests in the journal, want %d", account.Number, len(entries), account.Number+2)
				}
				accounts.ask(t, "POST", admin+"reset", "", "", "").want(200)
				accounts.ask(t, "GET", "/api/v1/vpcs", seeded.OwnerKey, "", "").want(200).expect("data", "[]")
				account.ClearJournal()
			}
		})
	}
	clients.Wait()
}

// A key goes to its own account however it was made, and after its end too.
func TestAccountsFindTheOwnerOfAKey(t *testing.T) {
	accounts := someAccounts(t, 3, nil)
	third := accounts.All()[2]
	owner := third.Account().OwnerKey
	made := accounts.ask(t, "POST", "/api/v1/api-keys", owner, "", `{"name":"ci","role_id":"`+catalogID("role", "admin")+`"}`).want(201)
	key := made.str("data.secret")
	accounts.ask(t, "GET", "/api/v1/projects", key, "", "").want(200)
	accounts.ask(t, "DELETE", "/api/v1/api-keys/"+made.str("data.id"), owner, "", "").want(200)
	accounts.ask(t, "GET", "/api/v1/projects", key, "", "").want(401)
	if n := len(third.Journal()); n != 4 {
		t.Errorf("the third account has %d requests in its journal, want 4", n)
	}
	accounts.ask(t, "GET", "/api/v1/projects", "raff_"+strings.Repeat("0", 64), "", "").want(401)
	accounts.ask(t, "GET", "/health", "", "", "").want(200)
	if n := len(accounts.First().Journal()); n != 2 {
		t.Errorf("the first account has %d requests in its journal, want 2", n)
	}
}

func TestAccountsCanBeMadeAndDeleted(t *testing.T) {
	accounts := someAccounts(t, 1, nil)
	const path = adminPath + "/accounts"
	made := accounts.ask(t, "POST", path, "", "", "").want(200).expect("account", 2)
	key := made.str("api_key")
	accounts.ask(t, "GET", "/api/v1/vms", key, made.str("projects.production"), "").want(200)
	list := accounts.ask(t, "GET", path, "", "", "").want(200)
	list.expect("accounts.0.account", 1, "accounts.0.api_key", accounts.First().Account().OwnerKey, "accounts.1.api_key", key, "accounts.2", nil)
	if list.at("accounts.0.id") == list.at("accounts.1.id") || list.at("accounts.0.projects.default") == list.at("accounts.1.projects.default") {
		t.Errorf("accounts alike: %s", list.text)
	}
	accounts.ask(t, "DELETE", path+"/1", "", "", "").want(409, "first")
	accounts.ask(t, "DELETE", path+"/7", "", "", "").want(404)
	accounts.ask(t, "DELETE", path+"/x", "", "", "").want(404)
	accounts.ask(t, "DELETE", path+"/2", "", "", "").want(200)
	accounts.ask(t, "GET", "/api/v1/vms", key, "", "").want(401)
	accounts.ask(t, "POST", path+"/2/reset", "", "", "").want(404, "GET /_reference/accounts lists them")
	accounts.ask(t, "POST", path, "", "", "").want(200).expect("account", 3)
	accounts.ask(t, "GET", path+"/3/nowhere", "", "", "").want(404)
	accounts.ask(t, "GET", adminPath+"/journal", "", "", "").want(200).expect("entries.0.path", "/api/v1/vms") // of the key that is no more
	if text := accounts.ask(t, "GET", adminPath+"/", "", "", "").want(200).text; !strings.Contains(text, path) || !strings.Contains(text, "/_reference/faults") {
		t.Errorf("the list lacks endpoints: %s", text)
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "http://evil.example"+path, http.NoBody)
	answerOf(t, accounts.Admin(), r).want(403)
}

// The page can choose an account, where no key is needed.
func TestAccountsOnThePage(t *testing.T) {
	accounts := someAccounts(t, 2, nil)
	second := accounts.All()[1]
	id := second.Account().ID
	accounts.ask(t, "GET", "/overview.json?account=2", "", "", "").want(200).expect("id", id, "number", 2, "accounts", "[1 2]")
	accounts.ask(t, "GET", "/overview.json", "", "", "").want(200).expect("id", accounts.First().Account().ID, "number", 1)
	accounts.ask(t, "GET", "/overview.json?account=9", "", "", "").want(200).expect("number", 1)
	accounts.ask(t, "GET", "/api/v1/vms", second.Account().OwnerKey, "", "").want(200)
	accounts.ask(t, "GET", "/requests.json?account=2", "", "", "").want(200).expect("matching", 1)
	accounts.ask(t, "GET", "/requests.json", "", "", "").want(200).expect("matching", 0)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "http://192.0.2.1/overview.json?account=2", http.NoBody)
	answerOf(t, accounts, r).want(401)
	r.Header.Set("X-API-Key", second.Account().OwnerKey)
	answerOf(t, accounts, r).want(200).expect("id", id, "accounts", "[]")
}

// Each account is kept in a file of its own; which there are is said at the start.
func TestAccountsAreKept(t *testing.T) {
	directory := t.TempDir()
	kept := func(number int, o *Options) { o.DataFile = filepath.Join(directory, fmt.Sprint("account.", number)) }
	accounts := someAccounts(t, 3, kept)
	for _, account := range accounts.All() {
		seeded := account.Account()
		accounts.ask(t, "POST", "/api/v1/vpcs", seeded.OwnerKey, seeded.Projects["default"],
			fmt.Sprintf(`{"name":"net-%d","cidr":"10.0.0.0/24"}`, account.Number)).want(201)
		if account.Restored() {
			t.Error("a new account was found in a file")
		}
	}
	accounts.ask(t, "POST", adminPath+"/accounts", "", "", "").want(409, "--accounts")
	accounts.ask(t, "DELETE", adminPath+"/accounts/2", "", "", "").want(409, "--accounts")
	if err := accounts.Close(); err != nil {
		t.Fatal(err)
	}
	again := someAccounts(t, 3, kept)
	for _, account := range again.All() {
		again.ask(t, "GET", "/api/v1/vpcs", account.Account().OwnerKey, "", "").want(200).
			expect("data.0.name", fmt.Sprint("net-", account.Number), "data.1", nil)
		if !account.Restored() {
			t.Error("the account was not found in its file")
		}
	}
}

// Nobody could tell whose a request is where two accounts have one key.
func TestAccountsRefuseTheSameKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account.yaml")
	if err := os.WriteFile(file, []byte("owner_key: raff_"+strings.Repeat("a", 64)+"\nprojects: [{name: only}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := NewAccounts(2, func(number int) Options { return Options{Seed: uint64(number), SeedFile: file} })
	if err == nil || !strings.Contains(err.Error(), "account 2: account 1 has one of its API keys") || !strings.Contains(err.Error(), "owner_key") {
		t.Errorf("got %v", err)
	}
	accounts := someAccounts(t, 2, nil)
	snapshot := accounts.ask(t, "GET", adminPath+"/snapshot", "", "", "").want(200).text
	accounts.ask(t, "POST", adminPath+"/accounts/2/restore", "", "", snapshot).want(409, "account 1 has one of its API keys")
	accounts.ask(t, "POST", adminPath+"/accounts/1/restore", "", "", snapshot).want(200)
}
