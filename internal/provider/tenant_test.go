package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// tenant is a project with a role, a key that has it there, and a second provider that works with that key. What the
// key makes waits for its grant.
const tenant = `
resource "raff_project" "tenant" {
  name = "tenant"
}

resource "raff_role" "tenant" {
  name        = "Tenant"
  slug        = "tenant"
  scope       = "project"
  permissions = ["vm.view", "vm.create", "vm.manage", "vm.delete", "volume.view"]
}

resource "raff_api_key" "tenant" {
  name = "tenant"
}

resource "raff_project_member" "tenant" {
  project_id = raff_project.tenant.id
  api_key_id = raff_api_key.tenant.id
  role_id    = raff_role.tenant.id
}

provider "raff" {
  alias   = "tenant"
  api_url = %q
  api_key = raff_api_key.tenant.secret
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" "tenant" {
  provider    = raff.tenant
  project_id  = raff_project_member.tenant.project_id
  name        = "tenant"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPsxJc5JmPHyh8s0kRPjHzhbbM5LzTzsFZqBTSEHaG1Y test"]
}

data "raff_vms" "fleet_of_tenant" {
  provider   = raff.tenant
  depends_on = [raff_vm.tenant]
}

data "raff_vms" "fleet_of_owner" {
  depends_on = [raff_vm.tenant]
}

data "raff_projects" "of_tenant" {
  provider   = raff.tenant
  depends_on = [raff_project_member.tenant]
}

output "fleet_of_tenant" { value = join(" ", data.raff_vms.fleet_of_tenant.vms[*].name) }
output "fleet_of_owner" { value = join(" ", sort(data.raff_vms.fleet_of_owner.vms[*].name)) }
output "projects_of_tenant" { value = join(" ", data.raff_projects.of_tenant.projects[*].name) }
`

// A tenant is made from nothing in one apply. With its key a second provider works inside its project, is refused at
// plan in another one, sees only its own in fleet-wide lists, and learns which permission it lacks.
func TestAccTenant(t *testing.T) {
	b := acctest.New(t)
	before := inventory(t, b)
	b.MakeVM(t, b.Production(), "somebody-elses")
	config := fmt.Sprintf(tenant, b.URL)
	cli := acctest.NewCLI(t, b.Config(config))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")

	for name, want := range map[string]string{
		"fleet_of_tenant": "tenant", "fleet_of_owner": "somebody-elses tenant", "projects_of_tenant": "tenant",
	} {
		if got := strings.TrimSpace(cli.MustRun(t, "output", "-raw", "-no-color", name)); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if made := b.Requests("createVM"); len(made) != 2 || made[1].KeyPrefix == made[0].KeyPrefix {
		t.Errorf("the VM was not made with the tenant's key: %v", made)
	}

	const elsewhere = `
resource "raff_vm" "elsewhere" {
  provider    = raff.tenant
  project_id  = %q
  name        = "elsewhere"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = raff_vm.tenant.ssh_keys
}
`
	refusedAtPlan(t, b, cli, config+fmt.Sprintf(elsewhere, b.Production()),
		"Project cannot be reached", b.Production(), "vm.view", "role")
	const withoutPermission = `
resource "raff_vpc" "tenant" {
  provider   = raff.tenant
  project_id = raff_project.tenant.id
  name       = "tenant"
  cidr       = "10.0.0.0/24"
}
`
	refusedAtPlan(t, b, cli, config+withoutPermission, "missing permission vpc.view", `"Tenant"`, "raff_project_member", "raff_roles")

	cli.Write(t, "main.tf", required+b.Config(config))
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	after := inventory(t, b)
	before["VMs"]++
	before["addresses"]++
	for noun, want := range before {
		if after[noun] != want {
			t.Errorf("%d %s after everything was destroyed, want %d", after[noun], noun, want)
		}
	}
}

// A role that lacks what an apply needs ends it with an error that names the permission, the role and the project.
func TestAccTenant_permissionMissingAtApply(t *testing.T) {
	b := acctest.New(t)
	config := fmt.Sprintf(tenant, b.URL)
	cli := acctest.NewCLI(t, b.Config(config))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.Write(t, "main.tf", required+b.Config(config+`
resource "raff_volume" "tenant" {
  provider   = raff.tenant
  project_id = raff_project.tenant.id
  name       = "tenant"
  size       = 10
}
`))
	output, err := cli.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	if err == nil {
		t.Fatal("the key could make a volume without the permission")
	}
	inOneLine := acctest.Flat(output)
	project := projectNamed(t, b, "tenant")
	for _, want := range []string{
		"Unable to create volume", `volume "tenant" in project ` + project, "missing permission volume.create in that project", `role "Tenant"`,
		"needs the permission volume.create in that project", "raff_project_member",
	} {
		if !strings.Contains(inOneLine, want) {
			t.Errorf("the error lacks %q:\n%s", want, output)
		}
	}
}

// required is what a CLI's configuration begins with.
const required = "terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n"

// refusedAtPlan checks that a plan of the configuration fails with all of the texts, and changes nothing.
func refusedAtPlan(t *testing.T, b *acctest.Backend, cli *acctest.CLI, config string, texts ...string) {
	t.Helper()
	before := len(b.Mutations())
	cli.Write(t, "main.tf", required+b.Config(config))
	output, err := cli.Run(t.Context(), "plan", "-no-color")
	if err == nil {
		t.Errorf("the plan was not refused; expected %v", texts)
	}
	for _, text := range texts {
		if !strings.Contains(acctest.Flat(output), text) {
			t.Errorf("the refusal lacks %q:\n%s", text, output)
		}
	}
	if n := len(b.Mutations()) - before; n > 0 {
		t.Errorf("%d requests changed something", n)
	}
}

func projectNamed(t *testing.T, b *acctest.Backend, name string) string {
	t.Helper()
	for project, err := range b.Client(t).ListProjects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if project.Name == name {
			return project.ID
		}
	}
	t.Fatalf("no project %s", name)
	return ""
}
