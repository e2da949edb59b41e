package acctest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// vmRegion is the region of the backend.
const vmRegion = "us-east"

// windowsPlan is a plan that Windows runs on.
const windowsPlan = 80

// password is one that the API takes.
const password = "Correct-Horse-42" //nolint:gosec // of machines that are none

// Made is an object of an account.
type Made struct {
	Type    string
	Project string // empty for an object of the account
	ID      string // of the object, as an import takes it without its project
	Name    string // for messages
	// Passing tells that the platform has created the object and takes it away again: nobody configures it.
	Passing bool
}

// ImportID is the id as an import takes it.
func (m Made) ImportID() string {
	if m.Project == "" {
		return m.ID
	}
	return m.Project + "/" + m.ID
}

// Furnished is an account that was filled through the API, without Terraform.
type Furnished struct {
	*Backend
	// Made are the objects that a configuration can have, in the order in which they were created.
	Made []Made

	t         *testing.T
	c         *client.Client
	templates []*client.Template
	cidrs     int // ranges that VPCs have
}

// impatient is a clock on which a wait is over at once, and the time has passed: a change of the backend is done with the
// next request.
type impatient struct{ ahead atomic.Int64 }

// Now is the time after all waits.
func (c *impatient) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Sleep has the time pass.
func (c *impatient) Sleep(ctx context.Context, d time.Duration) error {
	c.ahead.Add(int64(max(d, 0)))
	return ctx.Err()
}

// Fill begins an account that is filled step by step.
func (b *Backend) Fill(t *testing.T) *Furnished {
	t.Helper()
	f := &Furnished{Backend: b, t: t}
	f.c = must[*client.Client](t)(client.New(client.Options{
		URL: b.URL, APIKey: b.OwnerKey, UserAgent: "acctest", MaxRetries: 3, RequestsPerSecond: 100_000, Clock: &impatient{},
	}))
	f.templates = must[[]*client.Template](t)(client.Collect(f.c.ListTemplates(t.Context(), client.TemplateFilter{})))
	return f
}

// Count is how many objects of a type there are.
func (f *Furnished) Count(typeName string) int {
	n := 0
	for _, made := range f.Made {
		if made.Type == typeName {
			n++
		}
	}
	return n
}

func (f *Furnished) note(typeName, project, id, name string) {
	f.Made = append(f.Made, Made{Type: typeName, Project: project, ID: id, Name: name})
}

func (f *Furnished) do(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// template is the id of a template of the catalogue.
func (f *Furnished) template(name, version string) string {
	f.t.Helper()
	at := slices.IndexFunc(f.templates, func(o *client.Template) bool { return o.Name == name && strings.HasPrefix(o.Version, version) })
	if at < 0 {
		f.t.Fatalf("there is no template %s %s", name, version)
	}
	return f.templates[at].ID
}

// VM creates a VM and waits until it is done: it runs, or has failed.
func (f *Furnished) VM(project, name string, changes ...func(*client.CreateVMRequest)) *client.VM {
	f.t.Helper()
	request := client.CreateVMRequest{
		Name: name, TemplateID: f.template("Ubuntu", "24.04"), PricingID: 9, Region: vmRegion, SSHKeys: []string{SSHKey}, SkipVPC: true,
	}
	for _, change := range changes {
		change(&request)
	}
	in := f.c.Project(project)
	vm := must[*client.VM](f.t)(in.CreateVM(f.t.Context(), request))
	vm = must[*client.VM](f.t)(in.WaitForVM(f.t.Context(), vm.ID, client.VMActive, client.VMFailure))
	f.note("raff_vm", project, vm.ID, name)
	if !request.SkipVPC && request.VPCID == "" {
		f.noteSideVPC(project, vm)
	}
	if request.ExtraStorage > 0 {
		f.noteExtraStorage(project, vm)
	}
	return vm
}

// noteSideVPC notes the VPC that the API created along with a VM.
func (f *Furnished) noteSideVPC(project string, vm *client.VM) {
	f.t.Helper()
	for vpc, err := range f.c.Project(project).ListVPCs(f.t.Context()) {
		f.do(err)
		if !slices.ContainsFunc(f.Made, func(m Made) bool { return m.ID == vpc.ID }) {
			f.note("raff_vpc", project, vpc.ID, vpc.Name)
			return
		}
	}
	f.t.Fatalf("no VPC came with the VM %q", vm.Name)
}

// noteExtraStorage notes the volume that the API created along with a VM.
func (f *Furnished) noteExtraStorage(project string, vm *client.VM) {
	f.t.Helper()
	for volume, err := range f.c.Project(project).ListVolumes(f.t.Context(), client.VolumeFilter{VMID: vm.ID}) {
		f.do(err)
		id := strconv.FormatInt(volume.ID, 10)
		f.note("raff_volume", project, id, volume.Name)
		f.note("raff_volume_attachment", project, id, volume.Name)
	}
}

// Stop stops a VM.
func (f *Furnished) Stop(vm *client.VM) {
	f.t.Helper()
	in := f.c.Project(vm.ProjectID)
	f.do(in.StopVM(f.t.Context(), vm.ID))
	must[*client.VM](f.t)(in.WaitForVM(f.t.Context(), vm.ID, client.VMPassive))
}

// failed creates a VM that does not come up.
func (f *Furnished) failed(project, name string) {
	f.t.Helper()
	f.SetPace(refbackend.PaceRule{Flow: "vm.create", FailAt: "booting", Count: 1})
	in := f.c.Project(project)
	vm := must[*client.VM](f.t)(in.CreateVM(f.t.Context(), client.CreateVMRequest{
		Name: name, TemplateID: f.template("Debian", "13"), PricingID: 9, Region: vmRegion, SSHKeys: []string{SSHKey}, SkipVPC: true,
	}))
	vm = must[*client.VM](f.t)(in.GetVM(f.t.Context(), vm.ID))
	f.SetPace()
	if vm.Status != client.VMFailure {
		f.t.Fatalf("the VM %q is %s", name, vm.Status)
	}
	f.note("raff_vm", project, vm.ID, name)
}

// VPC creates a VPC with a range of its own.
func (f *Furnished) VPC(project, name string) *client.VPC {
	f.t.Helper()
	f.cidrs++
	vpc := must[*client.VPC](f.t)(f.c.Project(project).CreateVPC(f.t.Context(), client.CreateVPCRequest{
		Name: name, CIDR: fmt.Sprintf("10.%d.%d.0/24", 50+f.cidrs/200, f.cidrs%200), Region: vmRegion,
	}))
	f.note("raff_vpc", project, vpc.ID, name)
	return vpc
}

// JoinVPC attaches a VM to a VPC. Where it is the VM's first, the VM itself has it in a configuration.
func (f *Furnished) JoinVPC(vm *client.VM, vpc *client.VPC, ip string) {
	f.t.Helper()
	in := f.c.Project(vm.ProjectID)
	first := len(must[[]*client.VMNetwork](f.t)(client.Collect(in.ListVMNetworks(f.t.Context(), vm.ID, client.NetworkVPC)))) == 0
	f.do(in.AttachVMToVPC(f.t.Context(), vm.ID, client.AttachVPCRequest{VPCID: vpc.ID, IP: ip}))
	if !first {
		f.note("raff_vpc_attachment", vm.ProjectID, vm.ID+":"+vpc.ID, vm.Name+" in "+vpc.Name)
	}
}

// IP reserves an address.
func (f *Furnished) IP(project, family string) *client.IP {
	f.t.Helper()
	ip := must[*client.IP](f.t)(f.c.Project(project).ReserveIP(f.t.Context(), client.ReserveIPRequest{Type: family, Region: vmRegion}))
	f.note("raff_ip", project, ip.ID, ip.Address)
	return ip
}

// AttachIP attaches a reserved address to a VM, and returns the number of its interface.
func (f *Furnished) AttachIP(vm *client.VM, ip *client.IP) (nic int64) {
	f.t.Helper()
	attached := must[*client.AttachedIP](f.t)(f.c.Project(vm.ProjectID).AttachVMIP(f.t.Context(), vm.ID, client.AttachIPRequest{IPID: ip.ID}))
	f.note("raff_ip_attachment", vm.ProjectID, ip.ID, ip.Address+" on "+vm.Name)
	return attached.NICID
}

// Group creates a security group.
func (f *Furnished) Group(project string, request client.CreateSecurityGroupRequest) *client.SecurityGroup {
	f.t.Helper()
	group := must[*client.SecurityGroup](f.t)(f.c.Project(project).CreateSecurityGroup(f.t.Context(), request))
	f.note("raff_security_group", project, group.ID, request.Name)
	return group
}

// Protect attaches a security group to an interface of a VM: the first of a kind.
func (f *Furnished) Protect(vm *client.VM, group *client.SecurityGroup, kind string) {
	f.t.Helper()
	nics := must[[]*client.VMNetwork](f.t)(client.Collect(f.c.Project(vm.ProjectID).ListVMNetworks(f.t.Context(), vm.ID, kind)))
	if len(nics) == 0 {
		f.t.Fatalf("the VM %q has no interface of the type %s", vm.Name, kind)
	}
	nic := nics[0].NICID
	f.do(f.c.Project(vm.ProjectID).AttachVMSecurityGroup(f.t.Context(), vm.ID, client.AttachSecurityGroupRequest{SecurityGroupID: group.ID, NICID: nic}))
	id := vm.ID + ":" + strconv.FormatInt(nic, 10) + ":" + group.ID
	f.note("raff_security_group_attachment", vm.ProjectID, id, group.Name+" on "+vm.Name)
}

// Note writes a note on a VM.
func (f *Furnished) Note(vm *client.VM, kind, content string) {
	f.t.Helper()
	must[*client.VMNote](f.t)(f.c.Project(vm.ProjectID).PutVMNote(f.t.Context(), vm.ID, kind, content))
	f.note("raff_vm_note", vm.ProjectID, vm.ID+":"+kind, kind+" note on "+vm.Name)
}
