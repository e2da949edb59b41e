package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// stack is a configuration that is applied step by step with the CLI.
type stack struct {
	t   *testing.T
	b   *acctest.Backend
	cli *acctest.CLI
}

func newStack(t *testing.T, options ...func(*refbackend.Options)) *stack {
	t.Helper()
	b := acctest.New(t, options...)
	return &stack{t: t, b: b, cli: acctest.NewCLI(t, b.Config(`
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

locals {
  project = "`+b.Production()+`"
  key     = "`+acctest.SSHKey+`"
}
`))}
}

// write makes the configuration consist of some blocks.
func (s *stack) write(blocks ...string) { s.cli.Write(s.t, "stack.tf", strings.Join(blocks, "\n")) }

// apply applies some blocks, and returns what Terraform says, each line break a space.
func (s *stack) apply(blocks ...string) string {
	s.t.Helper()
	s.write(blocks...)
	return acctest.Flat(s.cli.MustRun(s.t, "apply", "-auto-approve", "-no-color"))
}

// refuses plans some blocks, and expects an error that says what is wrong.
func (s *stack) refuses(want string, blocks ...string) {
	s.t.Helper()
	s.write(blocks...)
	output, err := s.cli.Run(s.t.Context(), "plan", "-no-color")
	if err == nil || !strings.Contains(acctest.Flat(output), want) || strings.Count(output, "Error: ") != 1 {
		s.t.Errorf("expected one error %q, got %v\n%s", want, err, output)
	}
}

// empty expects a plan without any change, outputs included.
func (s *stack) empty() string {
	s.t.Helper()
	output, err := s.cli.Run(s.t.Context(), "plan", "-no-color", "-detailed-exitcode")
	if err != nil {
		s.t.Errorf("the plan is not empty: %v\n%s", err, output)
	}
	return acctest.Flat(output)
}

// warned tells whether Terraform has shown a warning, but for the one about the tests' own provider.
func warned(said string) bool {
	return strings.Contains(strings.ReplaceAll(said, "Warning: Provider development overrides", ""), "Warning: ")
}

// vmBlock is a VM of the name. Settings override.
func vmBlock(label, name string, settings ...string) string {
	return fmt.Sprintf(`
resource "raff_vm" %q {
  project_id  = local.project
  name        = %q
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = [local.key]
  %s
}
`, label, name, strings.Join(settings, "\n  "))
}

const network = `
resource "raff_vpc" "net" {
  project_id = local.project
  name       = "net"
  cidr       = "10.9.0.0/24"
}
`

const reserved = `
resource "raff_ip" "web" {
  project_id = local.project
}
`

func addressOn(vm string) string {
	return `
resource "raff_ip_attachment" "web" {
  project_id = local.project
  ip_id      = raff_ip.web.id
  vm_id      = raff_vm.` + vm + `.id
}
`
}
