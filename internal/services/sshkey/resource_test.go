package sshkey_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const (
	address  = "raff_ssh_key.test"
	bareKey  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B"
	otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn other"
)

func config(name, key string) string {
	return fmt.Sprintf("resource \"raff_ssh_key\" \"test\" {\n  name       = %q\n  public_key = %q\n}\n", name, key)
}

func getKey(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetSSHKey(ctx, id)
	return err
}

func TestAccSSHKey(t *testing.T) {
	b := acctest.New(t)
	const untidy = "  " + bareKey + "   me@laptop \n"
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ssh_key", getKey),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("laptop", untidy)),
				Check:  b.Exists(t, "raff_ssh_key", getKey),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectKnownValue(address, tfjsonpath.New("key_type"), knownvalue.StringExact("ssh-ed25519")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "public_key", knownvalue.StringExact(untidy)),
					acctest.Attribute(address, "created_at", knownvalue.NotNull()),
				},
			},
			{Config: b.Config(config("laptop", untidy)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			// Spaces and the comment are no change.
			{Config: b.Config(config("laptop", bareKey)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(config("laptop", bareKey+"\r\n")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(config("laptop", bareKey+" somebody else")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"public_key"}},
			{
				Config: b.Config(config("desktop", bareKey)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "name", knownvalue.StringExact("desktop"))},
			},
			{
				Config: b.Config(config("desktop", otherKey)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
				),
			},
		},
	})
	if n := len(b.Requests("updateSSHKey")); n != 1 {
		t.Errorf("the key was renamed %d times, want once", n)
	}
	for _, e := range b.Mutations() {
		if e.HeaderProject != "" {
			t.Errorf("%s %s carried a project", e.Method, e.Path)
		}
	}
}

// A key that was imported plans empty, however the configuration writes it.
func TestAccSSHKey_import(t *testing.T) {
	b := acctest.New(t)
	made, err := b.Client(t).CreateSSHKey(t.Context(), client.CreateSSHKeyRequest{Name: "laptop", PublicKey: bareKey + " me@laptop"})
	if err != nil {
		t.Fatal(err)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:       b.Config(config("laptop", bareKey)),
				ResourceName: address, ImportState: true, ImportStateId: made.ID, ImportStatePersist: true,
			},
			{Config: b.Config(config("laptop", bareKey)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// A key that is not known yet is no other key. One that turns out to be another is replaced by the next plan.
func TestAccSSHKey_notKnownYet(t *testing.T) {
	b := acctest.New(t)
	with := func(name, key string) string {
		return b.Config(fmt.Sprintf(`
resource "terraform_data" "later" { input = %q }
resource "raff_ssh_key" "test" {
  name       = %q
  public_key = terraform_data.later.output
}
`, key, name))
	}
	does := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return acctest.Before(plancheck.ExpectResourceAction(address, action))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: with("laptop", bareKey)},
			{Config: with("laptop", bareKey+" comment"), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
			{Config: with("desktop", bareKey+" other comment"), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
			{Config: with("laptop", otherKey), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ExpectError: acctest.Says("Plan again")},
			{Config: with("laptop", otherKey), ConfigPlanChecks: does(plancheck.ResourceActionDestroyBeforeCreate)},
		},
	})
}

func TestAccSSHKey_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(config("gone", bareKey)),
				Check:  acctest.IDOf(address, &id),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).DeleteSSHKey(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

func TestAccSSHKey_badInput(t *testing.T) {
	for name, test := range map[string]struct{ name, key, want string }{
		"empty name":    {"", bareKey, `Attribute name UTF-8 character count must be between 1 and 128`},
		"long name":     {strings.Repeat("ä", 129), bareKey, `Attribute name UTF-8 character count must be between 1 and 128`},
		"no key":        {"x", "laptop", `Invalid SSH key.*public_key`},
		"a private key": {"x", "-----BEGIN OPENSSH PRIVATE KEY-----", `this is a private key`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(config(test.name, test.key)), test.want)
		})
	}
}

func TestAccSSHKey_dataSources(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				// SSH keys belong to the account: a key that reaches one project only sees them as well.
				Config: b.ConfigAs(b.ProductionKey, "", config("laptop", bareKey), `
data "raff_ssh_key" "by_name" {
  name       = "laptop"
  depends_on = [raff_ssh_key.test]
}
data "raff_ssh_key" "by_id" { id = raff_ssh_key.test.id }
data "raff_ssh_keys" "all" { depends_on = [raff_ssh_key.test] }
`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.raff_ssh_key.by_name", tfjsonpath.New("public_key"), knownvalue.StringExact(bareKey)),
					statecheck.ExpectKnownValue("data.raff_ssh_key.by_id", tfjsonpath.New("name"), knownvalue.StringExact("laptop")),
					statecheck.ExpectKnownValue("data.raff_ssh_keys.all", tfjsonpath.New("ssh_keys"), knownvalue.ListSizeExact(1)),
				},
			},
			{
				Config:      b.Config(`data "raff_ssh_key" "none" { name = "nowhere" }`),
				ExpectError: regexp.MustCompile(`(?s)SSH key "nowhere".*none of that\s+name`),
			},
			{Config: b.Config()},
		},
	})
}
