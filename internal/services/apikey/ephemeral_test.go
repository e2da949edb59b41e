package apikey_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// testEphemeral is Backend.Test with one more provider, which shows ephemeral values.
func testEphemeral(t *testing.T, b *acctest.Backend, test resource.TestCase) {
	t.Helper()
	test.ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){"echo": echoprovider.NewProviderServer()}
	b.Test(t, test)
}

// ephemeralConfig is an ephemeral key that reaches a project as a viewer.
func ephemeralConfig(projectID, settings string) string {
	return fmt.Sprintf(`
data "raff_role" "viewer" { slug = "viewer" }

ephemeral "raff_api_key" "test" {
  name     = "one run"
  projects = [{ project_id = %q, role_id = data.raff_role.viewer.id }]
%s
}
`, projectID, settings)
}

const echo = `
provider "echo" {
  data = ephemeral.raff_api_key.test
}
resource "echo" "test" {}
`

// onlySeededKeys checks that every key that was made is gone.
func onlySeededKeys(t *testing.T, b *acctest.Backend) {
	t.Helper()
	for key, err := range b.Client(t).ListAPIKeys(t.Context(), client.APIKeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if key.Name != "owner" && key.Name != "production only" {
			t.Errorf("API key %q was not revoked", key.Name)
		}
	}
}

func TestAccEphemeralAPIKey(t *testing.T) {
	b := acctest.New(t)
	data := func(name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), value)
	}
	testEphemeral(t, b, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(ephemeralConfig(b.Production(), `  lifetime = "30m"`), echo),
			ConfigStateChecks: []statecheck.StateCheck{
				data("secret", knownvalue.StringRegexp(regexp.MustCompile(`^raff_[0-9a-f]{64}$`))),
				data("key_prefix", knownvalue.StringRegexp(regexp.MustCompile(`^raff_[0-9a-f]{8}$`))),
				data("expires_at", knownvalue.StringRegexp(regexp.MustCompile(`^20.*Z$`))),
				data("id", knownvalue.NotNull()),
			},
		}},
	})
	made, revoked, granted := len(b.Requests("createApiKey")), len(b.Requests("revokeApiKey")), len(b.Requests("addProjectMember"))
	if made == 0 || made != revoked || made != granted {
		t.Errorf("%d keys were made, %d granted and %d revoked", made, granted, revoked)
	}
	onlySeededKeys(t, b)
}

// A provider that works with an ephemeral key reaches what the key was granted, and nothing else. It is a process of
// its own, so that the CLI runs it.
func TestAccEphemeralAPIKey_asProviderKey(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(ephemeralConfig(b.Production(), ""), fmt.Sprintf(`
provider "raff" {
  alias   = "run"
  api_url = %q
  api_key = ephemeral.raff_api_key.test.secret
}
data "raff_projects" "mine" { provider = raff.run }
output "projects" { value = join(" ", data.raff_projects.mine.projects[*].name) }
`, b.URL)))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if got := strings.TrimSpace(cli.MustRun(t, "output", "-raw", "-no-color", "projects")); got != "production" {
		t.Errorf("the key reaches %q", got)
	}
	onlySeededKeys(t, b)
}

// A key that cannot get all of its projects does not stay.
func TestAccEphemeralAPIKey_grantFails(t *testing.T) {
	b := acctest.New(t)
	testEphemeral(t, b, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.Config(ephemeralConfig("11111111-1111-4111-8111-111111111111", ""), echo),
			ExpectError: regexp.MustCompile(`(?s)Unable to add API key to project.*one run.*11111111`),
		}},
	})
	if made := len(b.Requests("createApiKey")); made == 0 {
		t.Error("no key was made")
	}
	onlySeededKeys(t, b)
}

// A key whose answer was lost is not taken for this one: it could be somebody else's, and ends by itself.
func TestAccEphemeralAPIKey_ambiguousCreate(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createApiKey", Truncate: true, Count: 1}}
	})
	testEphemeral(t, b, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.Config(ephemeralConfig(b.Production(), ""), echo),
			ExpectError: acctest.Says("Unable to create API key", "ends by itself at", "it may have created one of these"),
		}},
	})
	for key, err := range b.Client(t).ListAPIKeys(t.Context(), client.APIKeyFilter{}) {
		if err != nil || key.Name == "one run" && (key.ExpiresAt == nil || time.Until(*key.ExpiresAt) > 2*time.Hour) {
			t.Errorf("%v: the key does not end: %v", err, key)
		}
	}
}

func TestAccEphemeralAPIKey_badInput(t *testing.T) {
	for name, test := range map[string]struct{ provider, settings, want string }{
		"odd lifetime":   {"", `lifetime = "soon"`, `Invalid duration.*at least one minute`},
		"short lifetime": {"", `lifetime = "1s"`, `Invalid duration.*at least one minute`},
		"unknown tier":   {"", `rate_limit_tier = "ludicrous"`, `rate_limit_tier must be`},
		"project that is not allowed": {
			`allowed_project_ids = ["11111111-1111-4111-8111-111111111111"]`, "", `Project is not allowed.*allowed_project_ids`,
		},
		"role in the account that is not allowed": {
			`allowed_project_ids = ["$PROJECT"]`, `role_id = "11111111-1111-4111-8111-111111111111"`, `The account is not allowed.*allow_account_changes`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			refused := false
			testEphemeral(t, b, resource.TestCase{
				Steps: []resource.TestStep{{Config: b.ConfigWith(strings.ReplaceAll(test.provider, "$PROJECT", b.Production()), ephemeralConfig(b.Production(), test.settings), echo), PlanOnly: true}},
				ErrorCheck: func(err error) error {
					refused = true
					if !regexp.MustCompile(test.want).MatchString(strings.Join(strings.Fields(err.Error()), " ")) {
						return errors.New("expected " + test.want + ": " + err.Error())
					}
					return nil
				},
			})
			if !refused || len(b.Mutations()) > 0 {
				t.Errorf("refused: %v, changed: %v", refused, b.Mutations())
			}
		})
	}
}

// A run that fails while a key is open never closes it: the provider does at its end.
func TestAccEphemeralAPIKey_revokedAfterAFailure(t *testing.T) {
	b := acctest.New(t)
	b.AddFault(refbackend.Fault{Operation: "createVPC", Status: 400, Message: "not today"})
	cli := acctest.NewCLI(t, b.Config(ephemeralConfig(b.Production(), ""), fmt.Sprintf(`
provider "raff" {
  alias   = "run"
  api_url = %q
  api_key = ephemeral.raff_api_key.test.secret
}
resource "raff_vpc" "test" {
  project_id = %q
  name       = "net"
  cidr       = "10.1.0.0/24"
  depends_on = [data.raff_projects.mine]
}
data "raff_projects" "mine" { provider = raff.run }
`, b.URL, b.Production())))
	if output, err := cli.Run(t.Context(), "apply", "-auto-approve", "-no-color"); err == nil || !strings.Contains(output, "not today") {
		t.Fatalf("the apply did not fail: %v\n%s", err, output)
	}
	if made := len(b.Requests("createApiKey")); made != 2 {
		t.Errorf("%d keys were made, want one for the plan and one for the apply", made)
	}
	onlySeededKeys(t, b)
}
