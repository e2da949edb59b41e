package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// B6: the first keys that an imported VM is given are recorded, later ones are a change, and a reinstall
// sends what is configured.
func TestAccCases_importedVMGetsItsKeys(t *testing.T) {
	const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkT7Q6/6tTB2+BdMTHQmts/Pt4n9dtwurfL4JFQN7wB other"
	s := newStack(t)
	vm := s.b.MakeVM(t, s.b.Production(), "web")
	for _, tag := range vm.Tags {
		t.Errorf("the VM has tag %s", tag.Name)
	}
	with := func(key, settings string) string {
		block := vmBlock("web", "web", settings)
		block = strings.Replace(block, "data.raff_template.ubuntu.id", `"`+vm.TemplateID+`"`, 1)
		return strings.Replace(block, "[local.key]", key, 1)
	}
	s.write(with("[local.key]", ""))
	s.cli.MustRun(t, "import", "-no-color", "raff_vm.web", vm.ID)
	before := len(s.b.Mutations())
	s.apply(with("[local.key]", ""))
	s.empty()
	if after := s.b.Mutations()[before:]; len(after) > 0 {
		t.Errorf("recording the keys sent %v", after)
	}
	s.refuses("Only a rebuild can change this", with(`["`+other+`"]`, ""))
	s.refuses("No way to log in", with("[]", `rebuild_policy = "reinstall"`))
	s.apply(with(`["`+other+`"]`, `rebuild_policy = "reinstall"`))
	// The API refuses a reinstallation that leaves no way to log in.
	if sent := s.b.Requests("reinstallVM"); len(sent) != 1 || sent[0].Status != http.StatusOK {
		t.Errorf("the VM was reinstalled by %+v", sent)
	}
	s.empty()
}

// An import leaves a VM in its network, however little the configuration says.
func TestAccCases_importTakesNoVMOutOfItsNetwork(t *testing.T) {
	s := newStack(t)
	blocks := []string{network, vmBlock("web", "web"), `
resource "raff_vpc_attachment" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  vpc_id     = raff_vpc.net.id
}
`}
	s.apply(network, vmBlock("web", "web", "vpc_id = raff_vpc.net.id", `tags = ["kept"]`))
	vm := onlyVM(t, s.b)
	vpcs, err := client.Collect(s.b.Client(t).ListVPCs(t.Context()))
	if err != nil || len(vpcs) != 1 {
		t.Fatalf("%d VPCs, %v", len(vpcs), err)
	}
	s.cli.MustRun(t, "state", "rm", "raff_vm.web", "raff_vpc.net")
	s.write(blocks...)
	s.cli.MustRun(t, "import", "-no-color", "raff_vpc.net", vpcs[0].ID)
	s.cli.MustRun(t, "import", "-no-color", "raff_vm.web", vm.ID)
	s.cli.MustRun(t, "import", "-no-color", "raff_vpc_attachment.web", vm.ID+":"+vpcs[0].ID)
	before := len(s.b.Mutations())
	s.write(network, strings.Replace(vmBlock("web", "web"), "  ssh_keys    = [local.key]\n", "", 1), blocks[2])
	s.empty()
	s.cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if after := s.b.Mutations()[before:]; len(after) > 0 {
		t.Errorf("the apply after the import sent %v", after)
	}
}
