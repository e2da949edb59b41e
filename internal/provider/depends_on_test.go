package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// plannedChange is a change of a plan, as "terraform show -json" has it.
type plannedChange struct {
	Address string
	Change  struct{ Actions []string }
}

// planned plans and returns the changes that it shows, of the provider's resources.
func planned(t *testing.T, cli *acctest.CLI, args ...string) map[string]string {
	t.Helper()
	cli.MustRun(t, append([]string{"plan", "-no-color", "-out=plan.bin"}, args...)...)
	var plan struct {
		Changes []plannedChange `json:"resource_changes"`
	}
	output, err := cli.Command(t.Context(), "show", "-json", "plan.bin").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(output, &plan); err != nil {
		t.Fatal(err)
	}
	changes := map[string]string{}
	for _, c := range plan.Changes {
		actions := strings.Join(c.Change.Actions, " and ")
		if strings.Contains(c.Address, "raff_") && actions != "no-op" && actions != "read" {
			changes[c.Address] = actions
		}
	}
	return changes
}

// Every example is put into a module with depends_on. Something else changes, so that Terraform reads the
// module's data sources only during the apply, and nothing of what hangs on them is known. Nothing about
// the module changes.
func TestAccExamples_dependsOnPlansEmpty(t *testing.T) {
	examples, err := filepath.Glob("../../examples/resources/*")
	if err != nil || len(examples) < 20 {
		t.Fatalf("%d examples: %v", len(examples), err)
	}
	for _, dir := range examples {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			b := acctest.New(t)
			prepareForExample(t, b, filepath.Base(dir))
			cli := acctest.NewCLI(t, b.Config(`
variable "release" {
  type = string
}

resource "terraform_data" "else" {
  input = var.release
}

module "example" {
  source     = "./example"
  depends_on = [terraform_data.else]
}
`))
			copyExample(t, cli, dir)
			cli.MustRun(t, "get")
			cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-var=release=1")
			if changes := planned(t, cli, "-var=release=2"); len(changes) > 0 {
				t.Errorf("the plan changes %v", changes)
			}
			cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-var=release=2")
			if changes := planned(t, cli, "-var=release=2"); len(changes) > 0 {
				t.Errorf("the second plan changes %v", changes)
			}
		})
	}
}

// prepareForExample creates what an example looks up.
func prepareForExample(t *testing.T, b *acctest.Backend, example string) {
	t.Helper()
	c := b.Client(t)
	switch example {
	case "raff_vm":
	case "raff_invitation":
		if _, err := c.CreateProject(t.Context(), client.CreateProjectRequest{Name: "preview"}); err != nil {
			t.Fatal(err)
		}
	case "raff_ip_attachment":
		vpc, err := c.Project(b.Production()).CreateVPC(t.Context(), client.CreateVPCRequest{Name: "net", CIDR: "10.30.0.0/24"})
		if err != nil {
			t.Fatal(err)
		}
		b.MakeVM(t, b.Production(), "web-1", func(r *client.CreateVMRequest) {
			r.SkipVPC, r.VPCID, r.SkipPublicIP = false, vpc.ID, true
		})
	default:
		b.MakeVM(t, b.Production(), "web-1")
	}
}

// copyExample makes a module of an example. Variables get defaults, and what an example looks up in an
// account is made to fit the backend's.
func copyExample(t *testing.T, cli *acctest.CLI, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "resource*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(cli.Dir, "example"), 0o700); err != nil {
		t.Fatal(err)
	}
	cli.Write(t, "example/providers.tf", "terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(
			"  sensitive   = true\n  ephemeral   = true\n", "  sensitive   = true\n  ephemeral   = true\n  default     = \"Correct-Horse-42\"\n",
			`email = "ann@example.com"`, `email = "owner@example.com"`,
		).Replace(string(content))
		cli.Write(t, "example/"+filepath.Base(file), text)
	}
}

// What else changes may be a resource of this provider, of which the apply then says what a data source
// has waited for. A catalogue that has moved in the meantime is seen then, and decided on by the policy.
func TestAccVM_decidesAtApplyByTheRealValue(t *testing.T) {
	for name, test := range map[string]struct {
		policy string
		edit   string // of the module, beside the template
		want   string // of the error; empty: there is none
		ends   string // how the template ends
	}{
		"refused":           {policy: "error", edit: "x", want: "Only a rebuild can change this"},
		"replaced":          {policy: "replace", edit: "x", want: "Plan again"},
		"reinstalled":       {policy: "reinstall", edit: "x", ends: "22.04"},
		"ignored":           {policy: "ignore", edit: "x", ends: "24.04"},
		"nothing else":      {policy: "reinstall", ends: "24.04"},
		"nothing, replaced": {policy: "replace", ends: "24.04"},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			config := func(version, edit string) string {
				return b.Config(`
resource "raff_project" "else" {
  name        = "else"
  description = "version ` + version + `"
}

locals {
  version = trimprefix(terraform_data.version.output, "version ")
}

resource "terraform_data" "version" {
  input = raff_project.else.description
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = local.version
}

resource "raff_vm" "web" {
  project_id     = "` + b.Production() + `"
  name           = "web"
  template_id    = data.raff_template.ubuntu.id
  pricing_id     = 9
  ssh_keys       = ["` + acctest.SSHKey + `"]
  tags           = ["tag` + edit + `"]
  rebuild_policy = "` + test.policy + `"
}
`)
			}
			cli := acctest.NewCLI(t, config("24.04", ""))
			cli.MustRun(t, "apply", "-auto-approve", "-no-color")
			cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), `"version 24.04"`, `"version 22.04"`, 1))
			cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), `["tag"]`, `["tag`+test.edit+`"]`, 1))
			changes := planned(t, cli)
			if slices.ContainsFunc([]string{changes["raff_vm.web"]}, func(action string) bool { return strings.Contains(action, "delete") }) {
				t.Errorf("the plan destroys: %v", changes)
			}
			before := len(b.Requests("reinstallVM")) + len(b.Requests("deleteVM"))
			output, err := cli.Run(t.Context(), "apply", "-no-color", "plan.bin")
			flat := acctest.Flat(output)
			switch {
			case test.want == "" && err != nil:
				t.Fatalf("%v\n%s", err, output)
			case test.want != "" && (err == nil || !strings.Contains(flat, test.want) || strings.Contains(flat, "bug in the provider")):
				t.Errorf("expected %q, got %v\n%s", test.want, err, output)
			case test.want != "" && before != len(b.Requests("reinstallVM"))+len(b.Requests("deleteVM")):
				t.Error("the VM was touched")
			}
			if test.ends == "" {
				return
			}
			if vm := onlyVM(t, b); !strings.HasPrefix(vm.TemplateVersion, test.ends) {
				t.Errorf("the VM has %s, expected %s", vm.TemplateVersion, test.ends)
			}
		})
	}
}
