package apikey_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

const trigger = "  rotation_trigger = terraform_data.later.output"

// A trigger that is not known yet rotates nothing; the next plan shows the rotation.
func TestAccAPIKey_triggerNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(acctest.Later(`"1"`), config(trigger))},
			{
				Config:             b.Config(acctest.Later(`"2"`), config(trigger)),
				ConfigPlanChecks:   acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				ExpectNonEmptyPlan: true,
			},
			{
				Config:           b.Config(acctest.Later(`"2"`), config(trigger)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				Check:            works(t, b, true),
			},
		},
	})
	if n := len(b.Requests("regenerateApiKey")); n != 1 {
		t.Errorf("regenerated %d times, want once", n)
	}
}

// Where the key changes anyway, the apply decides whether the trigger is another one.
func TestAccAPIKey_triggerNotKnownYetBesideAChange(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          int
	}{
		"same":    {acctest.Later(`{ trigger = "1", other = "a" }`), acctest.Later(`{ trigger = "1", other = "b" }`), 0},
		"another": {acctest.Later(`{ trigger = "1", other = "a" }`), acctest.Later(`{ trigger = "2", other = "a" }`), 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			const trigger = "  rotation_trigger = terraform_data.later.output.trigger"
			b.Test(t, resource.TestCase{
				Steps: []resource.TestStep{
					{Config: b.Config(test.before, config(trigger))},
					{
						Config: b.Config(test.after, config(trigger+"\n  rate_limit_tier = \"high\"")),
						ConfigPlanChecks: acctest.Before(
							plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
							plancheck.ExpectUnknownValue(address, tfjsonpath.New("secret")),
							plancheck.ExpectUnknownValue(address, tfjsonpath.New("key_prefix")),
						),
						Check: works(t, b, true),
					},
				},
			})
			if n := len(b.Requests("regenerateApiKey")); n != test.want {
				t.Errorf("regenerated %d times, want %d", n, test.want)
			}
		})
	}
}

// The first trigger of a key is unknown in the plan, since there is no old one to keep.
func TestAccAPIKey_firstTriggerNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(""))},
			{
				Config:           b.Config(acctest.Later(`"1"`), config(trigger)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectUnknownValue(address, tfjsonpath.New("secret"))),
				Check:            works(t, b, true),
			},
		},
	})
}

// A role that is not known yet replaces no key. Where it turns out to be due, the apply says so and changes nothing.
func TestAccAPIKey_roleNotKnownYet(t *testing.T) {
	b := acctest.New(t)
	with := b.Config(billing, acctest.Later("data.raff_role.billing.id"), config("role_id = terraform_data.later.output"))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(""))},
			{Config: with, ExpectError: acctest.Says("Plan again")},
			{
				Config:           with,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
}
