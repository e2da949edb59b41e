package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// fromEnvironment creates everything that there is, with the address and the key from the environment.
func fromEnvironment(t *testing.T) (*acctest.Backend, *acctest.CLI) {
	t.Helper()
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	cli := acctest.NewCLI(t, `provider "raff" {}`+"\n"+everything(t, b, ""))
	point(cli, b.URL, b.OwnerKey)
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	return b, cli
}

// point has the next runs use an address and a key.
func point(cli *acctest.CLI, url, key string) {
	cli.Env = append(cli.Env, "RAFF_API_URL="+url, "RAFF_API_KEY="+key)
}

// A whole environment meets an address that is not the API's, somebody else's account, and a key that has lost its
// rights: in a plan, a refresh, a destruction and a saved plan of one. Each run fails, and the state stays whole.
func TestAccWrongAddressOrKey_nothingIsForgotten(t *testing.T) {
	b, cli := fromEnvironment(t)
	objects := strings.Fields(cli.MustRun(t, "state", "list"))
	if len(objects) < 24 {
		t.Fatalf("only %d objects", len(objects))
	}
	cli.MustRun(t, "plan", "-destroy", "-out=destroy.tfplan", "-no-color")
	cli.MustRun(t, "plan", "-out=nothing.tfplan", "-no-color")
	made := len(b.Mutations())

	ingress := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(ingress.Close)
	other, err := refbackend.New(refbackend.Options{Seed: 2, NoRateLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(other)
	t.Cleanup(elsewhere.Close)
	for name, test := range map[string]struct {
		url, key string
		said     string
		each     bool // the deletions of a saved plan end in an error each
	}{
		"a mistyped path": {b.URL + "/apo", b.OwnerKey, "The address does not answer as the Raff API", false},
		"an ingress":      {ingress.URL, b.OwnerKey, "The address does not answer as the Raff API", false},
		"a wrong key":     {b.URL, "raff_" + strings.Repeat("0", 64), "The API key is not accepted", true},
		"another account": {elsewhere.URL, other.Account().OwnerKey, "The API key is of another account", true},
	} {
		point(cli, test.url, test.key)
		for _, args := range []string{
			"plan", "plan -refresh-only", "apply -refresh-only -auto-approve", "refresh", "apply -auto-approve", "destroy -auto-approve",
			"plan -destroy", "apply destroy.tfplan",
		} {
			words := append(strings.Fields(args), "-no-color")
			if last := len(words) - 2; strings.HasSuffix(words[last], ".tfplan") { // a file comes last
				words[last], words[last+1] = words[last+1], words[last]
			}
			output, err := cli.Run(t.Context(), words...)
			errors := strings.Count(output, "Error: ")
			if err == nil || !strings.Contains(acctest.Flat(output), test.said) || errors != 1 && (!test.each || args != "apply destroy.tfplan") {
				t.Errorf("%s, %s: %v, %d errors\n%s", name, args, err, errors, output)
			}
			if left := strings.Fields(cli.MustRun(t, "state", "list")); len(left) != len(objects) {
				t.Fatalf("%s, %s: the state has %d of %d objects", name, args, len(left), len(objects))
			}
		}
	}
	if n := len(b.Mutations()) - made; n != 0 {
		t.Errorf("%d requests have changed something: %v", n, b.Mutations()[made:])
	}
	for _, e := range other.Journal() {
		if e.Method != http.MethodGet && e.Status < 300 {
			t.Errorf("%s %s changed the other account", e.Method, e.Path)
		}
	}
	// The address with the version at its end is the same address.
	point(cli, b.URL+"/api/v1/", b.OwnerKey)
	if output, err := cli.Run(t.Context(), "plan", "-no-color", "-detailed-exitcode"); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// allowed_account_ids refuses a key of another account before anything else is asked, in plan and in apply.
func TestAccAllowedAccounts(t *testing.T) {
	b := acctest.New(t)
	account := accountOf(t, b.URL, b.OwnerKey)
	set := func(ids ...string) map[string]tftypes.Value {
		values := make([]tftypes.Value, len(ids))
		for i, id := range ids {
			values[i] = tftypes.NewValue(tftypes.String, id)
		}
		return map[string]tftypes.Value{"allowed_account_ids": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, values)}
	}
	b.ClearJournal()
	if _, errs := b.NewWalkAs(t, "", b.OwnerKey, set("another", account)); len(errs) > 0 {
		t.Errorf("an allowed account is refused: %q", errs)
	}
	_, errs := b.NewWalkAs(t, "", b.OwnerKey, set("another"))
	if len(errs) != 1 || !strings.HasPrefix(errs[0], "allowed_account_ids: Account is not allowed") || !strings.Contains(errs[0], account) {
		t.Errorf("got %q", errs)
	}
	if n := len(b.Journal()); n != 2 {
		t.Errorf("%d requests, want one each", n)
	}

	cli := acctest.NewCLI(t, b.Config(`resource "raff_ssh_key" "x" {
  name       = "x"
  public_key = "`+acctest.SSHKey+`"
}`))
	cli.MustRun(t, "plan", "-out=saved.tfplan", "-no-color")
	for _, args := range [][]string{{"apply", "saved.tfplan"}, {"plan"}, {"apply", "-auto-approve"}} {
		allowed := cli.Env
		cli.Env = append(cli.Env, "RAFF_ALLOWED_ACCOUNT_IDS=another, third")
		output, err := cli.Run(t.Context(), args...)
		if err == nil || !strings.Contains(output, "Account is not allowed") || strings.Count(output, "Error: ") != 1 {
			t.Errorf("%v: %v\n%s", args, err, output)
		}
		cli.Env = allowed
	}
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
	cli.Env = append(cli.Env, "RAFF_ALLOWED_ACCOUNT_IDS="+account)
	cli.MustRun(t, "apply", "-auto-approve")
}
