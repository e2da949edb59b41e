package apikey_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const address = "raff_api_key.test"

// billing is a role of the account.
const billing = "data \"raff_role\" \"billing\" { slug = \"billing\" }\n"

func TestMain(m *testing.M) { acctest.Main(m) }

// config is a key named ci; settings add to it.
func config(settings string) string {
	return fmt.Sprintf("resource \"raff_api_key\" \"test\" {\n  name = \"ci\"\n%s\n}\n", settings)
}

func getKey(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetAPIKey(ctx, id)
	return err
}

// works checks whether the key of the state is let in.
func works(t *testing.T, b *acctest.Backend, want bool) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		c, err := client.New(client.Options{URL: b.URL, APIKey: s.RootModule().Resources[address].Primary.Attributes["secret"]})
		if err != nil {
			return err
		}
		_, err = client.Collect(c.ListProjects(t.Context()))
		if want == (err == nil) && (want || errors.Is(err, client.ErrUnauthorized)) {
			return nil
		}
		return fmt.Errorf("expected the key to work: %v, got %w", want, err)
	}
}

func TestAccAPIKey(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_api_key", getKey),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("")),
				Check:  resource.ComposeTestCheckFunc(b.Exists(t, "raff_api_key", getKey), works(t, b, true)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "secret", knownvalue.StringRegexp(regexp.MustCompile(`^raff_[0-9a-f]{64}$`))),
					acctest.Attribute(address, "key_prefix", knownvalue.StringRegexp(regexp.MustCompile(`^raff_[0-9a-f]{8}$`))),
					acctest.Attribute(address, "is_active", knownvalue.Bool(true)),
					acctest.Attribute(address, "rate_limit_tier", knownvalue.StringExact("standard")),
					acctest.Attribute(address, "role_id", knownvalue.Null()),
					acctest.Attribute(address, "expires_at", knownvalue.Null()),
				},
			},
			{Config: b.Config(config("")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"secret"}},
			{
				Config: b.Config(strings.Replace(config("  is_active = false\n  rate_limit_tier = \"high\"\n  expires_at = \"2040-01-01T00:00:00Z\""), `"ci"`, `"build"`, 1)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("key_prefix"), knownvalue.NotNull()),
				),
				Check: works(t, b, false),
			},
			{
				// The same moment in another time zone is no change.
				Config:           b.Config(strings.Replace(config("  is_active = false\n  rate_limit_tier = \"high\"\n  expires_at = \"2040-01-01T01:00:00+01:00\""), `"ci"`, `"build"`, 1)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{
				// An expiry cannot be taken away again.
				Config:           b.Config(config("")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
				Check:            works(t, b, true),
			},
			{
				Config:            b.Config(billing, config("  role_id = data.raff_role.billing.id")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "role_slug", knownvalue.StringExact("billing"))},
			},
			// What the API filled in is no change when it is left out.
			{Config: b.Config(config("")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
	for _, e := range b.Mutations() {
		if e.HeaderProject != "" {
			t.Errorf("%s %s carried a project", e.Method, e.Path)
		}
	}
}

func TestAccAPIKey_inactiveFromTheStart(t *testing.T) {
	b := acctest.New(t)
	inactive := b.Config(config("  is_active = false\n  expires_at = \"2040-01-01T00:00:00+02:00\""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_api_key", getKey),
		Steps: []resource.TestStep{
			{
				Config:            inactive,
				Check:             works(t, b, false),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "is_active", knownvalue.Bool(false)), acctest.Attribute(address, "secret", knownvalue.NotNull())},
			},
			{Config: inactive, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// A key that could not be switched off is kept in the state, with its secret.
func TestAccAPIKey_failureAfterCreate(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "updateApiKey", Status: 500, Message: "broken", Count: 1}}
	})
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_api_key", getKey),
		Steps: []resource.TestStep{
			{Config: b.Config(config("  is_active = false")), ExpectError: regexp.MustCompile(`(?s)API key was created but is still active.*broken`)},
			{Config: b.Config(config("  is_active = false")), Check: works(t, b, false)},
		},
	})
	if made, revoked := len(b.Requests("createApiKey")), len(b.Requests("revokeApiKey")); made != revoked {
		t.Errorf("%d keys were made and %d revoked: one was lost", made, revoked)
	}
}

func TestAccAPIKey_rotation(t *testing.T) {
	b := acctest.New(t)
	var first, second, third string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(`  rotation_trigger = "1"`)), Check: acctest.Remember(address, "secret", &first)},
			{
				Config: b.Config(config(`  rotation_trigger = "2"`)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("secret")),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("key_prefix")),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.NotNull()),
				),
				Check: resource.ComposeTestCheckFunc(works(t, b, true), acctest.Remember(address, "secret", &second)),
			},
			{Config: b.Config(config(`  rotation_trigger = "2"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			// Removing the trigger changes nothing.
			{Config: b.Config(config("")), Check: resource.ComposeTestCheckFunc(works(t, b, true), acctest.Remember(address, "secret", &third))},
		},
	})
	if first == second || second != third {
		t.Errorf("the secrets are %q, %q and %q", first, second, third)
	}
	if n := len(b.Requests("regenerateApiKey")); n != 1 {
		t.Errorf("regenerated %d times, want once", n)
	}
}

// A rotation whose answer is lost is made again: nobody knows the secret in between.
func TestAccAPIKey_ambiguousRotation(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "regenerateApiKey", Truncate: true, Count: 1}}
	})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(`  rotation_trigger = "1"`))},
			{Config: b.Config(config(`  rotation_trigger = "2"`)), Check: works(t, b, true)},
		},
	})
}

// An import changes nothing that the configuration leaves out. What was given once and is left out again is taken back.
func TestAccAPIKey_import(t *testing.T) {
	b := acctest.New(t)
	c := b.Client(t)
	expires, inactive := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), false
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "ci", RateLimitTier: client.TierHigh, ExpiresAt: &expires})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateAPIKey(t.Context(), key.ID, client.UpdateAPIKeyRequest{IsActive: &inactive}); err != nil {
		t.Fatal(err)
	}
	made := len(b.Mutations())
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config("")), ResourceName: address, ImportState: true, ImportStateId: key.ID, ImportStatePersist: true},
			{Config: b.Config(config("")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				PreConfig: func() {
					if n := len(b.Mutations()) - made; n > 0 {
						t.Errorf("the import changed %d things", n)
					}
				},
				Config:           b.Config(config("  expires_at = \"2041-01-01T00:00:00Z\"")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "is_active", knownvalue.Bool(false)), acctest.Attribute(address, "rate_limit_tier", knownvalue.StringExact("high")),
				},
			},
			{
				Config:           b.Config(config("")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
}

func TestAccAPIKey_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("")),
				Check:  acctest.IDOf(address, &id),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).RevokeAPIKey(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// The key that the provider works with is neither revoked, switched off, regenerated nor replaced.
func TestAccAPIKey_keyInUse(t *testing.T) {
	b := acctest.New(t)
	var own string
	for key, err := range b.Client(t).ListAPIKeys(t.Context(), client.APIKeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if key.Name == "owner" {
			own = key.ID
		}
	}
	keep := func(settings string) string {
		return b.Config(strings.Replace(config(settings), `"ci"`, `"owner"`, 1))
	}
	refused := regexp.MustCompile(`(?s)The API key is in use.*API key "owner".*half\s+way.*Nothing was\s+changed`)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: keep(""), ResourceName: address, ImportState: true, ImportStateId: own, ImportStatePersist: true},
			{Config: keep(""), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: keep("  is_active = false"), ExpectError: refused},
			{Config: keep("  rotation_trigger = \"1\""), ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
			{Config: keep("  rotation_trigger = \"2\""), ExpectError: refused},
			{Config: billing + keep("  rotation_trigger = \"1\"\n  role_id = data.raff_role.billing.id"), ExpectError: refused},
			{Config: b.Config(), ExpectError: refused},
			{Config: b.Config("removed {\n  from = raff_api_key.test\n  lifecycle {\n    destroy = false\n  }\n}\n")},
		},
	})
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}

func TestAccAPIKey_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"odd expiry":   {`expires_at = "next year"`, `Invalid time.*RFC 3339`},
		"unknown tier": {`rate_limit_tier = "ludicrous"`, `rate_limit_tier must be`},
		"project role": {"role_id = data.raff_role.viewer.id", `Role of another scope.*"viewer" is of scope project.*one of scope account`},
		"no such role": {`role_id = "11111111-1111-4111-8111-111111111111"`, `Unknown role.*11111111`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config("data \"raff_role\" \"viewer\" { slug = \"viewer\" }\n", config(test.settings)), test.want)
		})
	}
	for name, value := range map[string]string{"empty name": "", "long name": strings.Repeat("n", 129)} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(fmt.Sprintf("resource \"raff_api_key\" \"test\" {\n  name = %q\n}\n", value)), `Attribute name UTF-8 character count must be between 1 and 128`)
		})
	}
}

func TestAccAPIKey_dataSources(t *testing.T) {
	b := acctest.New(t)
	at := statecheck.ExpectKnownValue
	access := tfjsonpath.New("project_accesses").AtSliceIndex(0)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(`
data "raff_api_key" "by_name" { name = "production only" }
data "raff_api_key" "by_id" { id = data.raff_api_key.by_name.id }
data "raff_api_keys" "all" {}
`),
				ConfigStateChecks: []statecheck.StateCheck{
					at("data.raff_api_key.by_name", access.AtMapKey("project_name"), knownvalue.StringExact("production")),
					at("data.raff_api_key.by_name", access.AtMapKey("role_slug"), knownvalue.StringExact("project-admin")),
					at("data.raff_api_key.by_id", tfjsonpath.New("name"), knownvalue.StringExact("production only")),
					at("data.raff_api_keys.all", tfjsonpath.New("api_keys"), knownvalue.ListSizeExact(2)),
					at("data.raff_api_keys.all", tfjsonpath.New("api_keys").AtSliceIndex(0).AtMapKey("role_slug"), knownvalue.StringExact("owner")),
				},
			},
			{
				Config:      b.ConfigAs(b.ProductionKey, "", `data "raff_api_keys" "all" {}`),
				ExpectError: regexp.MustCompile(`(?s)Unable to list API keys.*account.apikeys.view in the\s+account`),
			},
			{Config: b.Config()},
		},
	})
}
