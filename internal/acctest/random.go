package acctest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// RandomAccount is an account of 5 to 40 objects with all kinds of relations, the same for the same seed. No CLI is needed.
func RandomAccount(t *testing.T, seed uint64) *Furnished {
	t.Helper()
	// Names of backups and schedules have the time in them.
	stopped := clock.Manual(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
	b := NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit, o.Seed, o.Clock = true, seed, stopped })
	d := &drawn{
		Furnished: b.Fill(t), r: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // it has to be the same again
		used: map[string]bool{}, done: map[string]bool{},
	}
	d.note("raff_project", "", b.Production(), "production")
	d.note("raff_project", "", b.Staging(), "staging")
	const least, most = 5, 40
	want := least + d.r.IntN(most-least+1)
	steps := d.steps()
	for tries := 0; len(d.Made) < want && tries < 10*want; tries++ {
		steps[d.r.IntN(len(steps))]()
	}
	return d.Furnished
}

// drawn is an account that is being drawn.
type drawn struct {
	*Furnished
	r    *rand.Rand
	used map[string]bool // names that may not be used twice, by kind
	done map[string]bool // relations that there can be one of

	vms     []*client.VM
	stopped map[string]bool
	vpcs    []*client.VPC
	ips     []*client.IP // that are free
	groups  []*client.SecurityGroup
	volumes []*client.Volume // that are free
	keys    []*client.APIKey
	roles   []*client.Role
	users   []*client.Member
}

// maxExtraName is how long the name of a VM may be that has extra storage: that has the same name with an end to it, and no
// configuration can have a longer one.
const maxExtraName = 64 - len("-extra")

// words are names that are hard to make labels of, and some that are not.
var words = []string{
	"web", "Web", "web-1", "web_1", "web.1", "1st", "2", "-", "--", "_", "a b", " lead", "tail ", `"quoted"`, "${var.x}", "%{ if true }", "日本語", "ümlaut", "🚀",
	"for_each", "count", "this", "null", "true", "import", "a/b", `back\slash`, "new\u2028line", strings.Repeat("x", 60), "ÀÉÎ", "١٢", "e\u0301", "#", "$${x}", "db",
}

// oneOf draws an element; there has to be one.
func oneOf[T any](d *drawn, all []T) T { return all[d.r.IntN(len(all))] }

// take draws an element and takes it out.
func take[T any](d *drawn, all *[]T) (taken T, ok bool) {
	if len(*all) == 0 {
		return taken, false
	}
	at := d.r.IntN(len(*all))
	taken = (*all)[at]
	*all = slices.Delete(*all, at, at+1)
	return taken, true
}

// once tells whether a relation is new.
func (d *drawn) once(parts ...any) bool {
	key := fmt.Sprint(parts...)
	if d.done[key] {
		return false
	}
	d.done[key] = true
	return true
}

// name draws a name. Of some kinds it has to be unique in the account.
func (d *drawn) name(kind string) string {
	word := oneOf(d, words)
	for name, n := word, 2; ; n++ {
		if key := kind + "/" + name; !d.used[key] {
			d.used[key] = true
			return name
		}
		name = fmt.Sprintf("%s%d", word, n)
	}
}

func (d *drawn) chance(percent int) bool { return d.r.IntN(100) < percent }

func (d *drawn) project() string {
	return oneOf(d, []string{d.Projects["default"], d.Production(), d.Production(), d.Staging()})
}

// steps are what an account is made of; what occurs several times is drawn more often.
func (d *drawn) steps() []func() {
	d.stopped = map[string]bool{}
	return []func(){
		d.vm, d.vm, d.vm, d.vpc, d.vpc, d.join, d.join, d.ip, d.ip, d.attachIP, d.attachIP, d.group, d.group, d.protect, d.protect,
		d.volume, d.volume, d.attachVolume, d.snapshot, d.snapshot, d.backup, d.schedule, d.vmNote, d.vmNote,
		d.ownProject, d.sshKey, d.role, d.role, d.apiKey, d.apiKey, d.keyMember, d.person, d.inProject, d.inProject, d.invite,
	}
}

// vpcsOf are the VPCs of a project.
func (d *drawn) vpcsOf(project string) []*client.VPC {
	return slices.DeleteFunc(slices.Clone(d.vpcs), func(v *client.VPC) bool { return v.ProjectID != project })
}

// vmsOf are the VMs of a project that run.
func (d *drawn) vmsOf(project string) []*client.VM {
	return slices.DeleteFunc(slices.Clone(d.vms), func(v *client.VM) bool { return v.ProjectID != project || d.stopped[v.ID] })
}

func (d *drawn) vm() {
	d.t.Helper()
	project := d.project()
	near := d.vpcsOf(project)
	name := d.name("vm")
	vm := d.VM(project, name, func(r *client.CreateVMRequest) {
		switch {
		case len(near) > 0 && d.chance(50):
			r.SkipVPC, r.VPCID, r.SkipPublicIP = false, oneOf(d, near).ID, d.chance(40)
		case d.chance(15):
			r.SkipVPC = false // one comes along
		}
		if d.chance(20) {
			r.TemplateID, r.PricingID, r.SSHKeys, r.Password = d.template("Windows Server Standard", "2022"), windowsPlan, nil, password
		} else if d.chance(30) {
			r.Password, r.SSHKeys = password, nil
		}
		if len(name) <= maxExtraName && d.chance(20) {
			r.ExtraStorage = 20
		}
		for range d.r.IntN(4) {
			if tag := oneOf(d, words); !slices.Contains(r.Tags, tag) {
				r.Tags = append(r.Tags, tag)
			}
		}
	})
	vm.ProjectID = project
	if d.chance(20) {
		d.do(d.c.Project(project).SetVMConsolePolicy(d.t.Context(), vm.ID, true))
	}
	if d.chance(15) {
		d.Stop(vm)
		d.stopped[vm.ID] = true
	}
	d.vms = append(d.vms, vm)
}

func (d *drawn) vpc() { d.vpcs = append(d.vpcs, d.VPC(d.project(), d.name("vpc"))) }

func (d *drawn) join() {
	d.t.Helper()
	if len(d.vms) == 0 {
		return
	}
	vm := oneOf(d, d.vms)
	near := d.vpcsOf(vm.ProjectID)
	if len(near) == 0 {
		return
	}
	vpc := oneOf(d, near)
	has := must[[]*client.VMNetwork](d.t)(client.Collect(d.c.Project(vm.ProjectID).ListVMNetworks(d.t.Context(), vm.ID, client.NetworkVPC)))
	if slices.ContainsFunc(has, func(n *client.VMNetwork) bool { return n.NetworkName == vpc.Name }) || len(has) > 3 || !d.once("join", vm.ID, vpc.ID) {
		return
	}
	d.JoinVPC(vm, vpc, "")
}

func (d *drawn) ip() {
	d.ips = append(d.ips, d.IP(d.project(), oneOf(d, []string{client.IPv4, client.IPv4, client.IPv6})))
}

func (d *drawn) attachIP() {
	d.t.Helper()
	ip, ok := take(d, &d.ips)
	if !ok {
		return
	}
	near := d.vmsOf(ip.ProjectID)
	if len(near) == 0 {
		return
	}
	vm := oneOf(d, near)
	kind := client.NetworkPublic
	most := 4
	if ip.Type == client.IPv6 {
		kind, most = client.NetworkIPv6, 1
	}
	has := must[[]*client.VMNetwork](d.t)(client.Collect(d.c.Project(vm.ProjectID).ListVMNetworks(d.t.Context(), vm.ID, kind)))
	if len(has) < most {
		d.AttachIP(vm, ip)
	}
}

func (d *drawn) group() {
	rules := everyRule()
	d.r.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
	request := client.CreateSecurityGroupRequest{Name: d.name("group"), Rules: rules[:d.r.IntN(len(rules))]}
	if d.chance(30) {
		request.Rules, request.TemplateID = nil, oneOf(d, []string{"web-server", "ssh-only"})
	}
	if d.chance(50) {
		request.Description = oneOf(d, words)
	}
	project := d.project()
	group := d.Group(project, request)
	group.ProjectID = project
	d.groups = append(d.groups, group)
}

func (d *drawn) protect() {
	d.t.Helper()
	if len(d.groups) == 0 {
		return
	}
	group := oneOf(d, d.groups)
	near := d.vmsOf(group.ProjectID)
	if len(near) == 0 {
		return
	}
	vm := oneOf(d, near)
	has := must[[]*client.VMNetwork](d.t)(client.Collect(d.c.Project(vm.ProjectID).ListVMNetworks(d.t.Context(), vm.ID, client.NetworkPublic)))
	if len(has) > 0 && d.once("protect", vm.ID) {
		d.Protect(vm, group, client.NetworkPublic)
	}
}

// at is a moment far ahead.
func at() *time.Time {
	expiry := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	return &expiry
}
