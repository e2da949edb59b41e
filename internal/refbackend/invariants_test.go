package refbackend

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// checkInvariants fails the test when the state contradicts itself.
func (b *backend) checkInvariants() {
	b.t.Helper()
	for _, violation := range b.violations() {
		b.t.Errorf("invariant: %s", violation)
	}
}

// violations lists what must never be, whatever was asked of the server. Nouns add a function each.
func (s *Server) violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.moment())
	v := &violations{st: &s.state}
	v.projects()
	v.vms()
	v.vpcs()
	v.ips()
	v.securityGroups()
	v.notes()
	v.volumes()
	v.dependents()
	v.storage()
	v.account()
	v.processes()
	return v.found
}

type violations struct {
	st    *state
	found []string
}

func (v *violations) check(ok bool, format string, args ...any) {
	if !ok {
		v.found = append(v.found, fmt.Sprintf(format, args...))
	}
}

// inProject demands that an object lies in a project that exists.
func (v *violations) inProject(what any, project string) {
	v.check(v.st.Projects.Has(project), "%v lies in no project: %q", what, project)
}

// unique demands that no two values are the same.
func unique[T any, K comparable](v *violations, what string, items *store.Collection[string, T], key func(T) K) {
	seen := map[K]bool{}
	for item := range items.All() {
		v.check(!seen[key(item)], "%s %v twice", what, key(item))
		seen[key(item)] = true
	}
}

func (v *violations) projects() {
	defaults := v.st.Projects.Count(func(p *project) bool { return p.IsDefault })
	v.check(defaults == 1, "%d default projects", defaults)
	unique(v, "project name", &v.st.Projects, func(p *project) string { return p.Name })
	unique(v, "project slug", &v.st.Projects, func(p *project) string { return p.Slug })
}

func (v *violations) vms() {
	unique(v, "VM name", &v.st.VMs, func(m *vm) string { return m.Name })
	for m := range v.st.VMs.All() {
		v.inProject("VM "+m.Name, m.Project)
		v.check(slices.Contains(vmStates, m.Status), "VM %s has status %q", m.Name, m.Status)
		v.check(len(m.Tags) <= maxTags, "VM %s has %d tags", m.Name, len(m.Tags))
		v.check(m.AddedStorage >= 0, "VM %s has a disk smaller than its plan's", m.Name)
		macs := map[string]bool{}
		for i, n := range m.NICs {
			v.check(i == 0 || m.NICs[i-1].ID < n.ID, "VM %s: NICs out of order", m.Name)
			v.check(n.ID < m.NextNIC, "VM %s: NIC %d from the future", m.Name, n.ID)
			v.check(!macs[n.MAC], "VM %s: MAC %s twice", m.Name, n.MAC)
			macs[n.MAC] = true
			v.nic(m, n)
		}
		v.check(len(m.addresses(familyIPv4)) <= maxPublicIPv4, "VM %s has %d public IPv4 addresses", m.Name, len(m.addresses(familyIPv4)))
		v.check(len(m.addresses(familyIPv6)) <= 1, "VM %s has %d IPv6 addresses", m.Name, len(m.addresses(familyIPv6)))
		v.pooled(m)
	}
}

// pooled demands that all but one of a VM's public IPv4 addresses are reserved.
func (v *violations) pooled(m *vm) {
	pooled := v.st.IPs.Count(func(ip *floatingIP) bool { return ip.VM == m.ID && ip.Family == familyIPv4 && !ip.Reserved })
	v.check(pooled <= 1, "VM %s has %d addresses of the pool", m.Name, pooled)
}

func (v *violations) nic(m *vm, n nic) {
	if n.SecurityGroup != "" {
		g, ok := v.st.SecurityGroups.Get(n.SecurityGroup)
		v.check(ok && g.Project == m.Project, "VM %s: NIC %d has a security group of nowhere", m.Name, n.ID)
		v.check(n.Type != nicVPC, "VM %s: security group on private NIC %d", m.Name, n.ID)
	}
	if n.Type == nicVPC {
		network, ok := v.st.VPCs.Get(n.VPC)
		v.check(ok && network.Project == m.Project, "VM %s: NIC %d in a VPC of nowhere", m.Name, n.ID)
		if ok {
			at, found := network.leaseAt(n.Address)
			v.check(found && network.Leases[at].VM == m.ID && network.Leases[at].NIC == n.ID,
				"VM %s: NIC %d without lease", m.Name, n.ID)
		}
		return
	}
	ip, ok := v.st.IPs.Get(n.IP)
	v.check(ok && ip.VM == m.ID && ip.Address == n.Address && ip.Project == m.Project,
		"VM %s: NIC %d without public address", m.Name, n.ID)
	v.check((n.Type == nicIPv6) == n.Address.Is6(), "VM %s: NIC %d has the wrong family", m.Name, n.ID)
}

func (v *violations) vpcs() {
	unique(v, "VPC name", &v.st.VPCs, func(n *vpc) string { return n.Name })
	var ranges []netip.Prefix
	for network := range v.st.VPCs.All() {
		v.inProject("VPC "+network.Name, network.Project)
		v.check(!slices.ContainsFunc(ranges, network.CIDR.Overlaps), "VPC %s overlaps", network.Name)
		ranges = append(ranges, network.CIDR)
		first, last := network.hosts()
		for i, l := range network.Leases {
			v.check(i == 0 || network.Leases[i-1].Address.Less(l.Address), "VPC %s: leases out of order", network.Name)
			v.check(!l.Address.Less(first) && !last.Less(l.Address), "VPC %s: lease %s out of range", network.Name, l.Address)
			m, ok := v.st.VMs.Get(l.VM)
			v.check(ok, "VPC %s: lease %s without VM", network.Name, l.Address)
			if ok {
				n, found := m.nic(l.NIC)
				v.check(found && n.VPC == network.ID && n.Address == l.Address, "VPC %s: lease %s without NIC", network.Name, l.Address)
			}
		}
	}
}

func (v *violations) ips() {
	unique(v, "address", &v.st.IPs, func(ip *floatingIP) netip.Addr { return ip.Address })
	for ip := range v.st.IPs.All() {
		v.inProject(ip.Address, ip.Project)
		v.check(v.st.IDs.pool(ip.Family).Used[ip.Address], "%s is not taken from its pool", ip.Address)
		v.check(ip.Reserved || ip.VM != "", "%s is neither reserved nor attached", ip.Address)
		if ip.VM != "" {
			m, ok := v.st.VMs.Get(ip.VM)
			v.check(ok && slices.ContainsFunc(m.NICs, func(n nic) bool { return n.IP == ip.ID }),
				"%s is attached to no NIC", ip.Address)
		}
	}
	taken := len(v.st.IDs.IPv4.Used) + len(v.st.IDs.IPv6.Used)
	v.check(taken == v.st.IPs.Len(), "%d addresses taken from the pools, %d in use", taken, v.st.IPs.Len())
}

func (v *violations) volumes() {
	for d := range v.st.Volumes.All() {
		v.inProject("volume "+d.Name, d.Project)
		if d.VM == "" {
			v.check(d.Status != volumeAttached, "volume %s is attached to nothing", d.Name)
			continue
		}
		m, ok := v.st.VMs.Get(d.VM)
		v.check(ok && m.Project == d.Project, "volume %s is attached to a VM of nowhere", d.Name)
	}
}

// dependents are what VMs have: it goes with them, backups apart.
func (v *violations) dependents() {
	for sc := range v.st.Schedules.All() {
		v.inProject("schedule "+sc.Name, sc.Project)
		v.check(v.st.VMs.Has(sc.VM), "schedule %s without VM", sc.Name)
	}
	for sn := range v.st.Snapshots.All() {
		v.inProject("snapshot "+sn.Name, sn.Project)
		v.check(sn.VM == "" || v.st.VMs.Has(sn.VM), "snapshot %s without VM", sn.Name)
	}
	for b := range v.st.Backups.All() {
		v.inProject("backup "+b.Name, b.Project)
	}
}

func (v *violations) securityGroups() {
	unique(v, "security group name", &v.st.SecurityGroups, func(g *securityGroup) string { return g.Name })
	for g := range v.st.SecurityGroups.All() {
		v.inProject("security group "+g.Name, g.Project)
		counts := map[string]int{}
		for _, r := range g.Rules {
			counts[r.Direction]++
			v.check(r.Direction == outbound || slices.EqualFunc(saved([]securityRule{r}), []securityRule{r}, securityRule.equal),
				"security group %s opens blocked ports: %s %s", g.Name, r.Protocol, r.Range)
		}
		v.check(counts[inbound] <= maxRules && counts[outbound] <= maxRules, "security group %s has too many rules", g.Name)
	}
}

func (v *violations) notes() {
	unique(v, "note", &v.st.Notes, func(n *note) string {
		if n.Type == noteAccount {
			return n.VM
		}
		return n.VM + " of " + n.User
	})
	for n := range v.st.Notes.All() {
		v.check(v.st.VMs.Has(n.VM), "note %s without VM", n.ID)
		v.check(v.st.Users.Has(n.User), "note %s without writer", n.ID)
	}
}

func (v *violations) processes() {
	running := map[objectKey]bool{}
	for _, p := range slices.Concat(v.st.Processes.Timed, v.st.Processes.Counted) {
		key := objectKey{p.Kind, p.ID}
		v.check(!running[key], "%s %s goes through two changes at once", p.Kind, p.ID)
		running[key] = true
		at := slices.IndexFunc(nouns, func(n *noun) bool { return n.kind == p.Kind })
		v.check(at >= 0, "change of an unknown type: %s", p.Kind)
		if at >= 0 {
			_, ok := nouns[at].find(v.st, p.ID)
			v.check(ok, "change of %s %s, which is no more", p.Kind, p.ID)
		}
	}
}

// TestInvariantsAreChecked makes sure that the checker sees what it is for.
func TestInvariantsAreChecked(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	id := c.makeVM("web", "skip_vpc", nil, "vpc_id", network, "extra_storage", 20, "backup_type", "daily")
	b.checkInvariants()

	breakIt := map[string]func(*state){
		"lease without NIC":          func(st *state) { m, _ := st.VMs.Get(id); m.NICs = m.NICs[:1] },
		"NIC without lease":          func(st *state) { n, _ := st.VPCs.Get(network); n.Leases = nil },
		"attachment without VM":      func(st *state) { st.VMs.Remove(id) },
		"VM outside any project":     func(st *state) { m, _ := st.VMs.Get(id); m.Project = "" },
		"address twice":              func(st *state) { ip := *first(&st.IPs); st.IPs.Put("copy", &ip) },
		"address not from the pool":  func(st *state) { clear(st.IDs.IPv4.Used) },
		"volume attached to nothing": func(st *state) { first(&st.Volumes).VM = "" },
		"schedule without VM":        func(st *state) { first(&st.Schedules).VM = "gone" },
		"two changes of one object": func(st *state) {
			p := &process{Kind: vmNoun.kind, ID: id}
			st.Processes.Counted = []*process{p, p}
		},
		"change of what is no more": func(st *state) { st.Processes.Counted = []*process{{Kind: "volume", ID: strconv.Itoa(1)}} },
		"five public addresses": func(st *state) {
			m, _ := st.VMs.Get(id)
			for range maxPublicIPv4 {
				m.NICs = append(m.NICs, m.NICs[0])
			}
		},
		"two addresses of the pool":   func(st *state) { ip := *first(&st.IPs); ip.ID = "copy"; st.IPs.Put("copy", &ip) },
		"grant in no project":         func(st *state) { first(&st.ProjectMembers).Project = "gone" },
		"no default project":          func(st *state) { first(&st.Projects).IsDefault = false },
		"overlapping VPCs":            func(st *state) { n := *first(&st.VPCs); st.VPCs.Put("copy", &n) },
		"more tags than there may be": func(st *state) { m, _ := st.VMs.Get(id); m.Tags = make([]tag, maxTags+1) },
	}
	for name, mutate := range breakIt {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, quiet())
			c := b.production()
			if got := c.makeVPC("net", "10.0.0.0/24"); got != network {
				t.Fatal("the same requests gave another id")
			}
			if c.makeVM("web", "skip_vpc", nil, "vpc_id", network, "extra_storage", 20, "backup_type", "daily") != id {
				t.Fatal("the same requests gave another id")
			}
			b.checkInvariants()
			mutate(&b.state)
			if len(b.violations()) == 0 {
				t.Error("not noticed")
			}
		})
	}
}

func first[T any, K interface{ ~string | ~int }](items *store.Collection[K, T]) T {
	item, _ := items.First(func(T) bool { return true })
	return item
}
