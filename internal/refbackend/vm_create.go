package refbackend

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// vmCreate takes 30 to 90 s in all.
var vmCreate = flow{"vm.create", []stage{
	{vmInitiating, 2 * time.Second, 10 * time.Second},
	{vmProvisioning, 18 * time.Second, 50 * time.Second},
	{vmBooting, 10 * time.Second, 30 * time.Second},
	{state: vmActive},
}}

const (
	maxExtraStorage = 10_000
	maxTags         = 20
	backupNone      = "none"
)

// vmOrder is a request for a VM that has passed its checks.
type vmOrder struct {
	name         string
	plan         plan
	template     template
	region       string
	extraStorage int
	filesystem   string
	tags         []string
	schedule     *schedule // nil: no backups
	network      networkOrder
}

// networkOrder says which interfaces a VM gets.
type networkOrder struct {
	public   bool
	existing *vpc // joined
	made     *vpc // made for the VM; neither: no VPC
}

func (s *Server) createVM(c *call) (any, error) {
	order, err := s.readVMOrder(c)
	if err != nil {
		return nil, err
	}
	if s.vmQuota > 0 && s.state.VMs.Len() >= s.vmQuota {
		return nil, refuse(http.StatusBadRequest, "too many VMs")
	}
	if err := s.checkVMName(order.name, ""); err != nil {
		return nil, err
	}
	if order.network.made != nil {
		if err := s.checkNewVPC(order.network.made.Name, "vpc_cidr", order.network.made.CIDR); err != nil {
			return nil, err
		}
	}
	v, err := s.buildVM(c, order)
	if err != nil {
		return nil, err
	}
	c.created(&vmNoun, v.ID)
	return data(s.showVM(v)), nil
}

// buildVM makes a VM and all that comes with it. Addresses are the only thing that can run out, so they come first.
func (s *Server) buildVM(c *call, order vmOrder) (*vm, error) {
	if order.network.existing != nil {
		if _, ok := order.network.existing.freeAddress(); !ok {
			return nil, conflict("VPC %q has no free address", order.network.existing.Name)
		}
	}
	var ip *floatingIP
	if order.network.public {
		var ok bool
		if ip, ok = s.takeIP(c, familyIPv4); !ok {
			return nil, conflict("no public address is free")
		}
	}
	v := &vm{
		ID: s.state.IDs.uuid(), Project: c.project, Name: order.name, Region: order.region, Plan: order.plan.id,
		Storage: order.plan.disk, Template: order.template.id, FirstTemplate: order.template.id,
		CreatedBy: c.key.CreatedBy, stamps: s.stamped(),
	}
	s.state.VMs.Put(v.ID, v)
	for _, name := range order.tags {
		s.addTag(v, name, 0)
	}
	if ip != nil {
		s.connectIP(v, ip)
	}
	s.joinVPC(v, order.network)
	if order.extraStorage > 0 {
		s.addVolume(volume{
			Project: v.Project, Name: v.Name + "-extra", Size: order.extraStorage, VM: v.ID, Region: v.Region,
			Filesystem: order.filesystem,
		})
	}
	if sc := order.schedule; sc != nil {
		sc.CreatedBy = v.CreatedBy
		s.addSchedule(v, *sc)
	}
	s.begin(&vmNoun, v.ID, vmCreate)
	return v, nil
}

func (s *Server) joinVPC(v *vm, order networkOrder) {
	network := order.existing
	if order.made != nil {
		network = s.addVPC(*order.made)
	}
	if network == nil {
		return
	}
	address, _ := network.freeAddress()
	s.connectVPC(v, network, address)
}

// readVMOrder checks the body of a create.
func (s *Server) readVMOrder(c *call) (vmOrder, error) {
	in := c.input
	order := vmOrder{
		name:         in.String("name").Required().Len(1, 64).Value(),
		region:       in.String("region").Required().OneOf(regionCode).Value(),
		extraStorage: in.Int("extra_storage").Min(0).Max(maxExtraStorage).Value(),
		filesystem:   in.String("extra_storage_type").OneOf(filesystems...).Or(filesystems[0]),
		tags:         in.Strings("tags").Count(0, maxTags).EachLen(1, maxTagName).Value(),
	}
	order.template = s.readTemplate(in, "")
	order.plan = readPlan(in)
	checkPlan(in, "pricing_id", order.plan, order.template, order.plan.disk)
	readAccess(in, order.template, false)
	order.schedule = readBackupPlan(in)
	order.network = s.readNetwork(c, order.name)
	if order.template.isWindows() {
		order.filesystem = filesystemWindows
	}
	return order, in.Err()
}

// readTemplate finds the template that template_id names. The one that a VM has already may be retired.
func (s *Server) readTemplate(in *input.Fields, held string) template {
	id := in.String("template_id").Required().UUID().Value()
	t, ok := s.state.offeredTemplate(id)
	if !ok && id != "" && id == held {
		return s.state.templateOf(held)
	}
	if !ok {
		in.Fail("template_id", "no such template")
	}
	return t
}

// readPlan finds the plan that pricing_id names.
func readPlan(in *input.Fields) plan {
	id := in.Int("pricing_id").Required().Min(1).Value()
	p, ok := offeredPlan(id)
	if !ok {
		in.Fail("pricing_id", "no such plan")
	}
	return p
}

// checkPlan refuses, at a field, a template that cannot run on a plan with an OS disk of that many GB. It has nothing to
// say where one of the two is missing.
func checkPlan(in *input.Fields, field string, p plan, t template, disk int) {
	if p.id == 0 || t.id == "" {
		return
	}
	lacks := p.missing(t, disk)
	switch {
	case t.isWindows() && p.kind != planWindows:
		in.Fail(field, "%s %s is only offered on %s plans", t.name, t.version, planWindows)
	case !t.isWindows() && p.kind == planWindows:
		in.Fail(field, "%s plans are for Windows only, not for %s %s", planWindows, t.name, t.version)
	case lacks != "":
		in.Fail(field, "%s %s needs at least %s", t.name, t.version, lacks)
	}
}

// readAccess checks how the owner gets into a new system: Windows by password only, all others by SSH keys, password
// or both. A generated password counts as one.
func readAccess(in *input.Fields, t template, generated bool) {
	keys := in.Strings("ssh_keys").Each(publicKeyProblem)
	hasPassword := in.String("password").Check(passwordProblem).Sent() || generated
	switch {
	case t.isWindows() && len(keys.Value()) > 0:
		in.Fail("ssh_keys", "Windows takes no SSH keys")
	case t.isWindows() && !hasPassword:
		in.Fail("password", "required for Windows")
	case !hasPassword && len(keys.Value()) == 0:
		in.Fail("ssh_keys", "either ssh_keys or password is required")
	}
}

const (
	minPassword     = 12
	passwordSymbols = "@+-_.,!"
)

// passwordProblem says what is wrong with a password, or is empty. It never repeats the password.
func passwordProblem(password string) string {
	var upper, digits, symbols int
	for _, r := range password {
		switch {
		case 'A' <= r && r <= 'Z':
			upper++
		case '0' <= r && r <= '9':
			digits++
		case strings.ContainsRune(passwordSymbols, r):
			symbols++
		case r < 'a' || 'z' < r:
			return "may only contain letters, digits and " + passwordSymbols
		}
	}
	if len(password) < minPassword || upper < 2 || digits < 2 || symbols < 1 {
		return "must have at least 12 characters, among them 2 upper case letters, 2 digits and 1 of " + passwordSymbols
	}
	return ""
}

// publicKeyProblem says why a string is not an SSH public key, or is empty.
func publicKeyProblem(key string) string {
	if _, _, _, _, err := ssh.ParseAuthorizedKey([]byte(key)); err != nil {
		return "must be an SSH public key like ssh-ed25519 AAAA..."
	}
	return ""
}

// readBackupPlan reads the schedule that a VM starts with; nil for none.
func readBackupPlan(in *input.Fields) *schedule {
	kind := in.String("backup_type").OneOf(backupNone, scheduleDaily, scheduleWeekly).Or(backupNone)
	sc := &schedule{
		Type:      kind,
		Time:      in.String("backup_time").Match(dayTime, dayTimeForm).Or(defaultDayTime),
		KeepCount: defaultKeepCount,
	}
	sc.readDay(in, "backup_date")
	if kind == backupNone {
		return nil
	}
	return sc
}

// readNetwork reads the interfaces that a VM starts with. Without a word about a VPC, one is made for it.
func (s *Server) readNetwork(c *call, vmName string) networkOrder {
	in := c.input
	id := in.String("vpc_id").UUID()
	name := in.String("vpc_name").Len(1, 64)
	cidrField := in.String("vpc_cidr")
	cidr := readCIDR(cidrField)
	skipPublic := in.Bool("skip_public_ip").Value()
	skipVPC := in.Bool("skip_vpc").Value()
	order := networkOrder{public: !skipPublic}
	switch {
	case skipVPC && skipPublic:
		in.Fail("skip_vpc", "cannot be combined with skip_public_ip: the VM would have no network")
	case skipVPC && (id.Sent() || name.Sent() || cidrField.Sent()):
		in.Fail("skip_vpc", "cannot be combined with vpc_id, vpc_name or vpc_cidr")
	case id.Sent() && (name.Sent() || cidrField.Sent()):
		in.Fail("vpc_id", "cannot be combined with vpc_name and vpc_cidr")
	case name.Sent() != cidrField.Sent():
		in.Fail("vpc_name", "vpc_name and vpc_cidr must be given together")
	case skipVPC:
	case id.Sent():
		order.existing = s.readVPC(c, id)
	case name.Sent():
		order.made = newVPC(c, name.Value(), cidr)
	default:
		cidr, ok := s.state.freeCIDR(defaultVPCBits, nil)
		if !ok {
			in.Fail("vpc_cidr", "no range is free for a VPC")
		}
		order.made = newVPC(c, "vpc-"+vmName, cidr)
	}
	return order
}

func newVPC(c *call, name string, cidr netip.Prefix) *vpc {
	return &vpc{Project: c.project, Name: name, CIDR: cidr, Region: regionCode}
}

// readVPC finds a VPC that a body names; it must lie in the call's project. What a body names and does not exist is a
// 400: a 404 always means the object in the path.
func (s *Server) readVPC(c *call, field input.StringField) *vpc {
	v, ok := s.state.VPCs.Get(field.Value())
	if !ok || v.Project != c.project {
		c.input.Fail(field.Name(), "no such VPC in this project")
		return nil
	}
	return v
}
