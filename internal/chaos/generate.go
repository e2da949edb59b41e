package chaos

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// sshKey is a public key that VMs and SSH keys are made with.
const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B chaos"

// generator draws configurations. What it draws depends on the seed alone; what only a running backend knows (the ids
// of projects, the template) are variables of the configuration.
type generator struct {
	rng    *rand.Rand
	prefix string // of all names
	number int
	config config
	// features are those to choose from.
	features []func(*generator)
	// later tells that the seed draws what laterFeatures are about.
	later bool
	// touched is the type of what the last edit has changed.
	touched string
}

// The variables that every configuration has.
const (
	theProject  = "var.project"
	theTemplate = "var.template"
	theHour     = "var.hour"
)

func (g *generator) name() string {
	g.number++
	return fmt.Sprintf("%s-%d", g.prefix, g.number)
}

func (g *generator) add(typ string, args ...arg) *resource {
	g.number++
	r := &resource{Type: typ, Label: fmt.Sprintf("r%d", g.number), args: args}
	g.config.resources = append(g.config.resources, r)
	return r
}

// twins makes equal objects of a block: with count, or by a second block.
func (g *generator) twins(r *resource) {
	if chance(g.rng, 50) {
		r.Copies = 2
		return
	}
	g.add(r.Type, slices.Clone(r.args)...)
}

// some returns a block of a type, made where there is none.
func (g *generator) some(typ string, fits func(*resource) bool, otherwise func() *resource) *resource {
	for _, r := range g.config.resources {
		if r.Type == typ && r.Copies == 0 && fits(r) {
			return r
		}
	}
	return otherwise()
}

func (g *generator) vm() *resource {
	return g.add("raff_vm", inProject(), text("name", g.name()), expression("template_id", theTemplate), number("pricing_id", 9),
		expression("ssh_keys", fmt.Sprintf("[%q]", sshKey)), expression("allow_stopping_for_update", "true"))
}

func (g *generator) publicVM() *resource {
	return g.some("raff_vm", func(r *resource) bool { return !r.has("public_ipv4") }, g.vm)
}

// privateVM is in a VPC and has no public address of its own.
func (g *generator) privateVM() *resource {
	return g.some("raff_vm", func(r *resource) bool { return r.has("public_ipv4") && !g.used(r, "raff_ip_attachment") }, func() *resource {
		vpc := g.someVPC()
		vm := g.vm()
		vm.set(expression("public_ipv4", "false"))
		vm.set(id("vpc_id", vpc))
		return vm
	})
}

// used tells whether a block of a type refers to another one.
func (g *generator) used(r *resource, typ string) bool {
	return slices.ContainsFunc(g.config.users(r), func(u *resource) bool { return u.Type == typ })
}

func (g *generator) vpc() *resource {
	name := g.name()
	return g.add("raff_vpc", inProject(), text("name", name), text("cidr", fmt.Sprintf("10.%d.0.0/24", g.number)))
}

func (g *generator) someVPC() *resource {
	return g.some("raff_vpc", func(*resource) bool { return true }, g.vpc)
}

func (g *generator) volume() *resource {
	return g.add("raff_volume", inProject(), text("name", g.name()), number("size", 10))
}

func (g *generator) freeVolume() *resource {
	return g.some("raff_volume", func(r *resource) bool { return !g.used(r, "raff_volume_attachment") }, g.volume)
}

func (g *generator) group() *resource {
	return g.add("raff_security_group", inProject(), text("name", g.name()),
		expression("inbound", `[{ protocol = "TCP", ports = "22" }]`))
}

func (g *generator) role(scope, permission string) *resource {
	name := g.name()
	return g.add("raff_role", text("name", name), text("slug", name), text("scope", scope), expression("permissions", fmt.Sprintf("[%q]", permission)))
}

func (g *generator) someRole(scope, permission string) *resource {
	return g.some("raff_role", func(r *resource) bool { return r.find("scope").value == fmt.Sprintf("%q", scope) },
		func() *resource { return g.role(scope, permission) })
}

func (g *generator) accountRole() *resource { return g.someRole("account", "account.projects.view") }
func (g *generator) projectRole() *resource { return g.someRole("project", "vm.view") }

func (g *generator) apiKey() *resource { return g.add("raff_api_key", text("name", g.name())) }

func (g *generator) email() string { return g.name() + "@example.com" }

func (g *generator) emptyProject() {
	g.add("raff_project", text("name", g.name()), text("description", "chaos"))
}

func (g *generator) sshKey() *resource {
	return g.add("raff_ssh_key", text("name", g.name()), text("public_key", sshKey))
}

func (g *generator) equalSSHKeys() { g.twins(g.sshKey()) }

func (g *generator) oneSSHKey() { g.sshKey() }

func (g *generator) equalAPIKeys() { g.twins(g.apiKey()) }

func (g *generator) oneAPIKey() { g.apiKey() }

func (g *generator) oneRole() { g.role("project", "volume.view") }

func (g *generator) invitedMember() {
	g.add("raff_member", text("email", g.email()), id("role_id", g.accountRole()))
}

func (g *generator) keyMember() {
	g.add("raff_member", id("api_key_id", g.apiKey()), id("role_id", g.accountRole()))
}

func (g *generator) accountInvitation() {
	g.add("raff_invitation", text("email", g.email()), id("role_id", g.accountRole()))
}

// accountFeatures are what a configuration may have that belongs to no project. Each adds one object or a few, with what they
// need.
var accountFeatures = []func(*generator){
	(*generator).emptyProject,
	(*generator).oneSSHKey,
	(*generator).equalSSHKeys,
	(*generator).oneAPIKey,
	(*generator).equalAPIKeys,
	(*generator).oneRole,
	(*generator).invitedMember,
	(*generator).keyMember,
	(*generator).accountInvitation,
}

// features are all that a configuration may have. Each adds one object or a few, with what they need.
var features = []func(*generator){
	func(g *generator) { g.volume() },
	func(g *generator) { g.twins(g.volume()) },
	func(g *generator) { g.vm() },
	func(g *generator) { g.vpc() },
	func(g *generator) { g.group() },
	func(g *generator) { g.add("raff_ip", inProject()) },
	func(g *generator) { g.twins(g.add("raff_ip", inProject(), text("type", "IPv6"))) },
	(*generator).emptyProject,
	(*generator).oneSSHKey,
	(*generator).equalSSHKeys,
	(*generator).oneAPIKey,
	(*generator).equalAPIKeys,
	(*generator).oneRole,
	(*generator).invitedMember,
	(*generator).keyMember,
	func(g *generator) {
		g.add("raff_project_member", inProject(), id("api_key_id", g.apiKey()), id("role_id", g.projectRole()))
	},
	(*generator).accountInvitation,
	func(g *generator) {
		g.add("raff_invitation", inProject(), text("email", g.email()), id("role_id", g.projectRole()))
	},
	(*generator).attachVolume,
	(*generator).attachVPC,
	(*generator).attachIP,
	(*generator).attachGroup,
	func(g *generator) {
		vm := g.publicVM()
		if !g.used(vm, "raff_vm_note") {
			g.add("raff_vm_note", inProject(), id("vm_id", vm), text("content", "chaos"))
		}
	},
	func(g *generator) {
		g.add("raff_snapshot", inProject(), text("name", g.name()), id("vm_id", g.publicVM()))
	},
	func(g *generator) {
		g.add("raff_snapshot", inProject(), text("name", g.name()), id("volume_id", g.freeVolume()))
	},
	func(g *generator) {
		g.twins(g.add("raff_snapshot", inProject(), text("name", g.name()), id("volume_id", g.freeVolume())))
	},
	func(g *generator) { g.add("raff_backup", inProject(), id("vm_id", g.publicVM())) },
	func(g *generator) { g.twins(g.add("raff_backup", inProject(), id("vm_id", g.publicVM()))) },
	func(g *generator) {
		g.twins(g.add("raff_backup", inProject(), text("name", g.name()), id("vm_id", g.publicVM())))
	},
	func(g *generator) { g.schedule() },
	func(g *generator) { g.twins(g.schedule()) },
}

// laterSeeds is the first seed that draws from laterFeatures as well. Those before it were run when there were none, and go
// on to replay as they did.
const laterSeeds = 10_000

// laterFeatures came with the API of October 2026.
var laterFeatures = []func(*generator){
	(*generator).attachMoreIPs,
	(*generator).attachMoreIPs,
	func(g *generator) { g.vm().set(expression("console_require_mfa", "true")) },
}

// schedule backs up at the hour that is just over, and so not during the run.
func (g *generator) schedule() *resource {
	return g.add("raff_backup_schedule", inProject(), id("vm_id", g.publicVM()), text("type", "daily"), expression("time", theHour), number("keep_count", 3))
}

func (g *generator) attachVolume() {
	volume := g.freeVolume()
	g.add("raff_volume_attachment", inProject(), id("volume_id", volume), id("vm_id", g.publicVM()))
}

func (g *generator) attachVPC() {
	vm, vpc := g.publicVM(), g.vpc()
	g.add("raff_vpc_attachment", inProject(), id("vm_id", vm), id("vpc_id", vpc))
}

func (g *generator) attachIP() {
	ip := g.add("raff_ip", inProject())
	g.add("raff_ip_attachment", inProject(), id("ip_id", ip), id("vm_id", g.privateVM()))
}

// mostIPs is how many IPv4 addresses a VM may have.
const mostIPs = 4

// attachMoreIPs gives a VM that has an address already one or two more.
func (g *generator) attachMoreIPs() {
	vm := g.publicVM()
	for range 1 + g.rng.IntN(2) {
		attached := 1 // its own
		for _, u := range g.config.users(vm) {
			if u.Type == "raff_ip_attachment" {
				attached++
			}
		}
		if attached == mostIPs {
			return
		}
		g.add("raff_ip_attachment", inProject(), id("ip_id", g.add("raff_ip", inProject())), id("vm_id", vm))
	}
}

func (g *generator) attachGroup() {
	vm := g.publicVM()
	if !g.used(vm, "raff_security_group_attachment") {
		g.add("raff_security_group_attachment", inProject(), id("vm_id", vm), id("security_group_id", g.group()))
	}
}

// fewest and most are how many objects a configuration is made to have.
const (
	fewest = 3
	most   = 10
)

// draw makes a configuration.
func (g *generator) draw() {
	want := fewest + g.rng.IntN(most-fewest-1)
	for g.objects() < want {
		pick(g.rng, g.features...)(g)
	}
}

func (g *generator) objects() int {
	n := 0
	for _, r := range g.config.resources {
		n += len(r.addresses())
	}
	return n
}

// collide makes a small configuration whose names are those of another one's.
func collide(rng *rand.Rand, other *config) config {
	g := &generator{rng: rng, number: 100}
	for _, r := range other.resources {
		free := !slices.ContainsFunc(r.args, func(a arg) bool { return a.of != nil })
		if name := r.find("name"); name == nil || !free || len(g.config.resources) >= 4 {
			continue
		}
		twin := g.add(r.Type, slices.Clone(r.args)...)
		if r.Type == "raff_vpc" {
			twin.set(text("cidr", fmt.Sprintf("10.%d.0.0/24", g.number)))
		}
	}
	return g.config
}
