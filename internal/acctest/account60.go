package acctest

import (
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// Account60 is an account of more than 60 objects of all types over three projects and the account, many of them odd:
// stopped, failed and Windows VMs, what the platform creates along with others, names that are no labels, the same name in
// several projects. Its Retired has what has left the catalogue since.
func Account60(t *testing.T) *Furnished {
	t.Helper()
	manual := clock.Manual(time.Now())
	f := New(t, func(o *refbackend.Options) { o.NoRateLimit, o.Clock = true, manual }).Fill(t)
	projects := odd{f}
	vms := projects.production()
	projects.staging()
	projects.def()
	projects.account()
	// A day passes, and the schedule backs the VM up.
	manual.Advance(25 * time.Hour)
	f.scheduled(vms)
	return f
}

// Retired is the catalogue without the template and the plan that two VMs of an Account60 have.
func (f *Furnished) Retired() *Catalogue {
	c := f.NewCatalogue()
	c.Withdrawn, c.WithdrawnPlans = []string{retiredVersion + "x64"}, []int64{retiredPlan}
	return c
}

const (
	retiredVersion = "22.04"
	retiredPlan    = 10
)

// odd creates what an Account60 has.
type odd struct{ *Furnished }

// number is a number of a rule.
func number(n int64) *int64 { return &n }

// everyRule has a rule of each kind.
func everyRule() []client.SecurityGroupRule {
	return []client.SecurityGroupRule{
		{RuleType: "INBOUND", Protocol: "TCP", Range: "22", IP: "192.0.2.0", Size: number(24)},
		{RuleType: "INBOUND", Protocol: "TCP", Range: "443,80"},
		{RuleType: "INBOUND", Protocol: "UDP", Range: "3000:4000,53", IP: "2001:db8::", Size: number(32)},
		{RuleType: "INBOUND", Protocol: "ICMP", ICMPType: number(8)},
		{RuleType: "INBOUND", Protocol: "ICMP", ICMPType: number(0)},
		{RuleType: "INBOUND", Protocol: "ICMPV6", ICMPType: number(128), IP: "::", Size: number(0)},
		{RuleType: "INBOUND", Protocol: "ICMPV6"},
		{RuleType: "INBOUND", Protocol: "IPSEC", IP: "198.51.100.7"},
		{RuleType: "OUTBOUND", Protocol: "TCP"},
		{RuleType: "OUTBOUND", Protocol: "ALL"},
	}
}

func (o odd) production() *client.VM {
	o.t.Helper()
	p := o.Production()
	main, second := o.VPC(p, "main"), o.VPC(p, "second")
	web := o.VM(p, "web", func(r *client.CreateVMRequest) {
		r.SkipVPC, r.VPCID, r.Tags = false, main.ID, []string{"b", "a", `odd "tag" ${x} %{y} é🚀`}
	})
	o.do(o.c.Project(p).SetVMConsolePolicy(o.t.Context(), web.ID, true))
	db := o.VM(p, "db", func(r *client.CreateVMRequest) {
		r.SkipVPC, r.VPCID, r.SkipPublicIP, r.ExtraStorage, r.ExtraStorageType = false, main.ID, true, 20, "xfs"
	})
	windows := o.VM(p, "windows", func(r *client.CreateVMRequest) {
		r.TemplateID, r.PricingID, r.SSHKeys, r.Password = o.template("Windows Server Standard", "2022"), windowsPlan, nil, password
	})
	o.VM(p, "side", func(r *client.CreateVMRequest) { r.SkipVPC = false })
	o.failed(p, "broken")
	o.JoinVPC(web, second, "")
	o.JoinVPC(windows, second, "")
	first, _ := o.IP(p, client.IPv4), o.IP(p, client.IPv4)
	o.AttachIP(db, first)
	o.AttachIP(web, o.IP(p, client.IPv4)) // beside its own
	must[*client.AttachedIP](o.t)(o.c.Project(p).AttachVMIP(o.t.Context(), windows.ID, client.AttachIPRequest{Type: client.IPv6}))
	group := o.Group(p, client.CreateSecurityGroupRequest{Name: "web", Description: "All kinds", Rules: everyRule()})
	template := o.Group(p, client.CreateSecurityGroupRequest{Name: "Web", TemplateID: "web-server"})
	o.Protect(web, group, client.NetworkPublic)
	o.Protect(db, group, client.NetworkPublic)
	o.Protect(windows, template, client.NetworkPublic)
	data := o.Volume(p, "data", 20)
	o.AttachVolume(web, data)
	o.Volume(p, "1st data", 10)
	o.SnapshotVM(web, "before")
	o.SnapshotVM(db, "before")
	o.Stop(db)
	o.Backup(web, "kept")
	o.Daily(web, "08:00", 3)
	o.Note(web, client.NoteAccount, "What this is for:\n\tthe \"web\" ${of} %{all}\n\nEOT\n")
	o.Note(web, client.NotePersonal, "mine")
	return web
}

func (o odd) staging() {
	o.t.Helper()
	s := o.Staging()
	main := o.VPC(s, "Main")
	quoted := o.VM(s, `web "1" ${path.module} 🚀`, func(r *client.CreateVMRequest) { r.SkipVPC, r.VPCID = false, main.ID })
	o.VM(s, strings.Repeat("long-", 12)+"name", func(r *client.CreateVMRequest) { r.Password = password })
	spare := o.Volume(s, "data", 30)
	o.SnapshotVolume(spare, "of the data")
	o.AttachIP(quoted, o.IP(s, client.IPv6))
	o.IP(s, client.IPv6)
	group := o.Group(s, client.CreateSecurityGroupRequest{Name: "WEB", Rules: []client.SecurityGroupRule{}})
	o.Protect(quoted, group, client.NetworkPublic)
	o.Backup(quoted, "")
	o.Weekly(quoted, "Sunday", "20:30", 2)
	o.Note(quoted, client.NoteAccount, strings.Repeat("Many words. ", 40))
}

// def fills the default project.
func (o odd) def() {
	o.t.Helper()
	d := o.Projects["default"]
	vpc := o.VPC(d, "1st ümlaut net")
	retired := o.VM(d, "1st", func(r *client.CreateVMRequest) { r.TemplateID = o.template("Ubuntu", retiredVersion) })
	o.JoinVPC(retired, vpc, "")
	o.VM(d, "2nd", func(r *client.CreateVMRequest) { r.PricingID = retiredPlan })
	o.Group(d, client.CreateSecurityGroupRequest{Name: "for_each", Description: strings.Repeat("ä", 200), TemplateID: "ssh-only"})
	o.Volume(d, "日本語", 10)
}

func (o odd) account() {
	o.t.Helper()
	o.note("raff_project", "", o.Production(), "production")
	o.note("raff_project", "", o.Staging(), "staging")
	o.Project("Shop", "")
	o.Project("shop!", "The \"shop\" of ${nobody}\nand more")
	o.SSHKey("laptop", "")
	o.SSHKey("Laptop", " with another comment")
	operators := o.Role("web", "operators", client.ScopeProject, "vm.view", "vm.power")
	viewers := o.Role("Viewers", "web", client.ScopeAccount, "account.projects.view")
	expiry := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	ci := o.APIKey("ci", "", &expiry)
	off := o.APIKey("off", viewers.ID, nil)
	inactive := false
	must[*client.APIKey](o.t)(o.c.UpdateAPIKey(o.t.Context(), off.ID, client.UpdateAPIKeyRequest{IsActive: &inactive}))
	o.KeyMember(ci, viewers.ID)
	o.Pending("ann@example.com", viewers.ID)
	bob := o.Joined("bob@example.com", o.SystemRole("admin").ID)
	carol := o.Joined("carol+web@example.com", viewers.ID)
	suspended := client.MemberSuspended
	must[*client.Member](o.t)(o.c.UpdateMember(o.t.Context(), carol.ID, client.UpdateMemberRequest{Status: &suspended}))
	o.InProject(o.Production(), client.AddProjectMemberRequest{APIKeyID: ci.ID, RoleID: operators.ID}, "ci")
	o.InProject(o.Staging(), client.AddProjectMemberRequest{TargetUserID: bob.UserID, RoleID: o.SystemRole("viewer").ID}, "bob")
	o.InProject(o.Projects["default"], client.AddProjectMemberRequest{TargetUserID: bob.UserID, RoleID: operators.ID}, "bob")
	o.Invite("", "dave@example.com", viewers.ID)
	o.Invite(o.Staging(), "dave@example.com", operators.ID)
}

// scheduled notes the backups that a schedule has created.
func (f *Furnished) scheduled(vm *client.VM) {
	f.t.Helper()
	found := 0
	for backup, err := range f.c.Project(vm.ProjectID).ListBackups(f.t.Context(), client.BackupFilter{VMID: vm.ID}) {
		f.do(err)
		if !f.has(backup.ID) {
			f.Made = append(f.Made, Made{Type: "raff_backup", Project: vm.ProjectID, ID: backup.ID, Name: backup.Name, Passing: true})
			found++
		}
	}
	if found == 0 {
		f.t.Fatalf("the schedule of the VM %q has created no backup", vm.Name)
	}
	f.settled(vm)
}

func (f *Furnished) has(id string) bool {
	for _, made := range f.Made {
		if made.ID == id {
			return true
		}
	}
	return false
}
