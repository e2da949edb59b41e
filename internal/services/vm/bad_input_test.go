package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

const windows = `
data "raff_template" "windows" {
  os_type     = "windows"
  version     = "2022"
  most_recent = true
}

data "raff_template" "fedora" {
  name    = "Fedora"
  version = "44"
}
`

// Bad input is refused at plan with one diagnostic that names the attribute, and nothing is made.
func TestAccVM_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"empty name":                 {`name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"long name":                  {fmt.Sprintf("name = %q", strings.Repeat("x", 65)), `Attribute name UTF-8 character count must be between 1 and 64`},
		"unknown template":           {`template_id = "11111111-1111-4111-8111-111111111111"`, `Unknown template.*raff_template`},
		"unknown plan":               {`pricing_id = 4711`, `Unknown plan.*4711`},
		"no way to log in":           {`ssh_keys = []`, `No way to log in.*password_wo`},
		"short password":             {`password_wo = "Sh0rt-1A"`, `Weak password.*shorter than 12`},
		"password without digits":    {`password_wo = "Correct-Horse-Battery"`, `Weak password.*fewer than 2 digits`},
		"password without capitals":  {`password_wo = "correct-horse-42"`, `Weak password.*upper case`},
		"password without specials":  {`password_wo = "CorrectHorse42"`, `Weak password.*special`},
		"password with a space":      {`password_wo = "Correct Horse-42"`, `Weak password.*not allowed`},
		"no network":                 {`public_ipv4 = false`, `VM without a network`},
		"disk smaller than the plan": {`disk_size = 10`, `Disks never shrink.*50 GiB that plan 9 includes`},
		"too much extra storage":     {`extra_storage = 10001`, `Attribute extra_storage value must be between 0 and 10000`},
		"odd file system":            {"extra_storage = 10\n extra_storage_type = \"ntfs\"", `extra_storage_type must be`},
		"odd power state":            {`power_state = "off"`, `power_state must be`},
		"key that is none":           {`ssh_keys = ["my laptop"]`, `Invalid SSH key.*this is none`},
		"private key":                {`ssh_keys = ["-----BEGIN OPENSSH PRIVATE KEY-----"]`, `Invalid SSH key.*private key`},
		"empty tag":                  {`tags = [""]`, `character count must be between 1 and 64`},
		"windows without password": {
			"template_id = data.raff_template.windows.id\n pricing_id = 80\n ssh_keys = []", `Windows needs a password`,
		},
		"windows with keys": {
			"template_id = data.raff_template.windows.id\n pricing_id = 80\n password_wo = \"Correct-Horse-42\"", `Windows takes no SSH keys`,
		},
		"windows on a standard plan": {
			"template_id = data.raff_template.windows.id\n ssh_keys = []\n password_wo = \"Correct-Horse-42\"", `Windows needs a Windows plan.*plan 9 is of the type standard`,
		},
		"a windows plan without windows": {`pricing_id = 80`, `Only Windows takes a Windows plan.*Plan 80`},
		"a plan that is too small": {
			"template_id = data.raff_template.fedora.id\n pricing_id = 77", `The plan is too small for the template.*Fedora 44x64 needs 2 GiB of RAM, and with plan 77 there are 1 GiB.*min_memory_gib = 2`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(windows, vmConfig(b.Production(), test.settings)), test.want)
		})
	}
}

func TestAccVM_projects(t *testing.T) {
	for name, test := range map[string]struct {
		config func(b *acctest.Backend) string
		want   string
	}{
		"no such project": {
			func(b *acctest.Backend) string {
				return b.Config(vmConfig("11111111-1111-4111-8111-111111111111", ""))
			},
			`Project cannot be reached.*11111111`,
		},
		"project of another key": {
			func(b *acctest.Backend) string { return b.ConfigAs(b.ProductionKey, "", vmConfig(b.Staging(), "")) },
			`Project cannot be reached`,
		},
		"project that is not allowed": {
			func(b *acctest.Backend) string {
				return b.ConfigWith(fmt.Sprintf("allowed_project_ids = [%q]", b.Production()), vmConfig(b.Staging(), ""))
			},
			`Project is not allowed.*allowed_project_ids`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, test.config(b), test.want)
		})
	}
}

// A project that is only known at apply is checked before anything is sent to it.
func TestAccVM_projectNotAllowedAtApply(t *testing.T) {
	b := acctest.New(t)
	config := fmt.Sprintf(`
resource "terraform_data" "project" {
  input = %q
}
%s`, b.Staging(), strings.Replace(vmConfig("?", ""), `"?"`, "terraform_data.project.output", 1))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.ConfigWith(fmt.Sprintf("allowed_project_ids = [%q]", b.Production()), config),
			ExpectError: regexp.MustCompile(`Project is not allowed`),
		}},
	})
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}
