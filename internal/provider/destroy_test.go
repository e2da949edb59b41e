package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// attachedBlocks are what can be attached to a VM, and is to go with it.
const attachedBlocks = `
resource "raff_vpc" "own" {
  project_id = local.project
  name       = "own"
  cidr       = "10.9.0.0/24"
}
resource "raff_vpc" "net" {
  project_id = local.project
  name       = "net"
  cidr       = "10.1.0.0/24"
}
resource "raff_ip" "web" {
  project_id = local.project
  type       = "IPv4"
}
resource "raff_security_group" "web" {
  project_id = local.project
  name       = "web"
}
resource "raff_volume" "data" {
  project_id = local.project
  name       = "data"
  size       = 10
}
resource "raff_ip_attachment" "web" {
  project_id = local.project
  ip_id      = raff_ip.web.id
  vm_id      = raff_vm.web.id
}
resource "raff_vpc_attachment" "web" {
  project_id = local.project
  vpc_id     = raff_vpc.net.id
  vm_id      = raff_vm.web.id
}
resource "raff_security_group_attachment" "web" {
  project_id        = local.project
  security_group_id = raff_security_group.web.id
  vm_id             = raff_vm.web.id
  nic_id            = raff_ip_attachment.web.nic_id
}
resource "raff_volume_attachment" "web" {
  project_id = local.project
  volume_id  = raff_volume.data.id
  vm_id      = raff_vm.web.id
}
resource "raff_vm_note" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  content    = "x"
}
resource "raff_backup_schedule" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  type       = "daily"
  time       = "08:00"
  keep_count = 3
}
resource "raff_snapshot" "web" {
  project_id = local.project
  name       = "web"
  vm_id      = raff_vm.web.id
}
resource "raff_backup" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  depends_on = [raff_snapshot.web]
}
`

// everythingAttached is a VM with all that can be attached to one.
func everythingAttached() []string {
	return []string{vmBlock("web", "web", "public_ipv4 = false\n vpc_id = raff_vpc.own.id"), attachedBlocks}
}

// vm returns the only VM.
func (s *stack) vm() *client.VM {
	s.t.Helper()
	vms, err := client.Collect(s.b.Client(s.t).ListVMs(s.t.Context(), client.VMFilter{}))
	if err != nil || len(vms) != 1 {
		s.t.Fatalf("got %v, %v", vms, err)
	}
	return vms[0]
}

// fail has the VM fail.
func (s *stack) fail() {
	s.t.Helper()
	s.b.SetPace(refbackend.PaceRule{Flow: "vm.reboot", FailAt: "booting"})
	vm, project := s.vm(), s.b.Client(s.t).Project(s.b.Production())
	if err := project.RebootVM(s.t.Context(), vm.ID); err != nil {
		s.t.Fatal(err)
	}
	if _, err := project.WaitForVM(s.t.Context(), vm.ID, client.VMFailure); err != nil {
		s.t.Fatal(err)
	}
	s.b.SetPace()
}

// destroyed expects that the account is as empty as the state.
func (s *stack) destroyed() {
	s.t.Helper()
	for _, left := range strings.Fields(s.cli.MustRun(s.t, "state", "list")) {
		if !strings.HasPrefix(left, "data.") {
			s.t.Errorf("the state still has %s", left)
		}
	}
	c := s.b.Client(s.t)
	count := func(what string, n int, err error) {
		if err != nil || n > 0 {
			s.t.Errorf("%d %s are left, %v", n, what, err)
		}
	}
	vms, err := client.Collect(c.ListVMs(s.t.Context(), client.VMFilter{}))
	count("VMs", len(vms), err)
	volumes, err := client.Collect(c.ListVolumes(s.t.Context(), client.VolumeFilter{}))
	count("volumes", len(volumes), err)
	vpcs, err := client.Collect(c.ListVPCs(s.t.Context()))
	count("VPCs", len(vpcs), err)
	groups, err := client.Collect(c.ListSecurityGroups(s.t.Context()))
	count("security groups", len(groups), err)
	snapshots, err := client.Collect(c.ListSnapshots(s.t.Context(), client.SnapshotFilter{}))
	count("snapshots", len(snapshots), err)
	backups, err := client.Collect(c.ListBackups(s.t.Context(), client.BackupFilter{}))
	count("backups", len(backups), err)
}

// A VM that has failed is destroyed, with everything that is attached to it.
func TestAccDestroy_failedVM(t *testing.T) {
	s := newStack(t)
	s.apply(everythingAttached()...)
	s.fail()
	said := acctest.Flat(s.cli.MustRun(t, "destroy", "-auto-approve", "-no-color"))
	s.destroyed()
	for _, what := range []string{"IP attachment", "VPC attachment", "security group attachment"} {
		if !strings.Contains(said, "The "+what+" goes with its VM") {
			t.Errorf("nothing says that the %s was left to the VM:\n%s", what, said)
		}
	}
}

// The same where the blocks leave the configuration, which destroys them in a plan like any other.
func TestAccDestroy_failedVMOutOfTheConfiguration(t *testing.T) {
	s := newStack(t)
	s.apply(everythingAttached()...)
	s.fail()
	s.apply()
	s.destroyed()
}

// A failed VM that is replaced lets go of what is attached to it as well.
func TestAccDestroy_failedVMIsReplaced(t *testing.T) {
	s := newStack(t)
	s.apply(everythingAttached()...)
	s.fail()
	before := s.vm().ID
	s.cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-replace=raff_vm.web")
	if after := s.vm(); after.ID == before || after.Status != client.VMActive {
		t.Errorf("got %+v", after)
	}
	s.empty()
	s.cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	s.destroyed()
}

// Where the failed VM stays, its attachments stay too, and the error says why.
func TestAccDestroy_attachmentsOfAFailedVMThatStays(t *testing.T) {
	s := newStack(t)
	blocks := everythingAttached()
	s.apply(blocks...)
	s.fail()
	rest, _, _ := strings.Cut(blocks[1], `resource "raff_ip_attachment"`)
	s.write(blocks[0], rest)
	output, err := s.cli.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	said := acctest.Flat(output)
	if err == nil || !strings.Contains(said, "Unable to detach VM from VPC") || !strings.Contains(said, "the VM has failed, and the API takes nothing off it") {
		t.Errorf("got %v\n%s", err, output)
	}
	list := strings.Fields(s.cli.MustRun(t, "state", "list"))
	for _, address := range []string{"raff_ip_attachment.web", "raff_vpc_attachment.web"} {
		if !slices.Contains(list, address) {
			t.Errorf("%s is forgotten: %v", address, list)
		}
	}
}

// A deletion that is refused for a while, or that fails, is asked for again.
func TestAccDestroy_refusedAndFailing(t *testing.T) {
	s := newStack(t)
	s.apply(vmBlock("web", "web"))
	s.b.AddFault(refbackend.Fault{Operation: "deleteVM", Status: 409, Message: "the VM is busy", Count: 3})
	s.b.SetPace(refbackend.PaceRule{Flow: "vm.delete", FailAt: "finalizing", Count: 1})
	s.cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	s.destroyed()
}

// The last interface of a VM is left to the VM, where that goes too.
func TestAccDestroy_lastInterfaceWithItsVM(t *testing.T) {
	s := newStack(t)
	s.apply(vmBlock("web", "web"), `
resource "raff_vpc" "net" {
  project_id = local.project
  name       = "net"
  cidr       = "10.1.0.0/24"
}
resource "raff_vpc_attachment" "web" {
  project_id = local.project
  vpc_id     = raff_vpc.net.id
  vm_id      = raff_vm.web.id
}
`)
	if err := s.b.Client(t).Project(s.b.Production()).DetachVMIP(t.Context(), s.vm().ID, 0); err != nil {
		t.Fatal(err)
	}
	s.cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	s.destroyed()
}
