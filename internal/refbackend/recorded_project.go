package refbackend

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What lies in the projects of a recorded account.

// loadTemplate keeps a template that the backend does not offer, as an image of the account.
func (r *recording) loadTemplate(b *templateBody) error {
	if err := fresh(&r.state.Images, b.ID); err != nil {
		return err
	}
	r.state.Images.Put(b.ID, &image{
		ID: b.ID, Name: b.Name, Version: b.Version, Description: b.Description, OSType: b.OSType, Storage: b.Storage, stamps: r.stamped(),
	})
	return nil
}

func (r *recording) loadVPC(b *vpcBody) error {
	if err := errors.Join(fresh(&r.state.VPCs, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	if problem := cidrProblem(b.CIDR); problem != "" {
		return fmt.Errorf("cidr: %s", problem)
	}
	r.state.VPCs.Put(b.ID, &vpc{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, CIDR: netip.MustParsePrefix(b.CIDR), Region: cmp.Or(b.Region, regionCode),
		stamps: stamps{b.CreatedAt, b.UpdatedAt},
	})
	return nil
}

func (r *recording) loadSecurityGroup(b *securityGroupBody) error {
	if err := errors.Join(fresh(&r.state.SecurityGroups, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	g := &securityGroup{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, Description: b.Description, stamps: stamps{b.CreatedAt, b.UpdatedAt},
	}
	for i, rule := range b.Rules {
		if problem := cmp.Or(rangeProblem(rule.Range), ruleAddressProblem(rule.IP)); problem != "" {
			return fmt.Errorf("rules[%d]: %s", i, problem)
		}
		g.Rules = append(g.Rules, securityRule(rule))
	}
	r.state.SecurityGroups.Put(g.ID, g)
	return nil
}

// loadIP keeps an address; its VM is known once the interfaces are loaded.
func (r *recording) loadIP(b *ipBody) error {
	if err := errors.Join(fresh(&r.state.IPs, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	address, err := netip.ParseAddr(b.Address)
	if err != nil {
		return fmt.Errorf("ip_address: %q is no address", b.Address)
	}
	if other, taken := r.state.IPs.First(func(ip *floatingIP) bool { return ip.Address == address }); taken {
		return fmt.Errorf("ip_address: %s is that of %s already", address, other.ID)
	}
	r.state.IPs.Put(b.ID, &floatingIP{
		ID: b.ID, Project: b.ProjectID, Address: address, Family: b.Type, Reserved: b.Reserved, Region: cmp.Or(b.Region, regionCode),
		CreatedBy: b.CreatedBy, stamps: stamps{b.CreatedAt, b.UpdatedAt},
	})
	return nil
}

// loadVM keeps a VM, at rest; its interfaces have a list of their own.
func (r *recording) loadVM(b *vmBody) error {
	if err := errors.Join(fresh(&r.state.VMs, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	if b.TemplateID != "" && r.state.templateOf(b.TemplateID).id == "" {
		// A retired template leaves the catalogue, and the VMs made from it stay.
		r.state.Images.Put(b.TemplateID, &image{
			ID: b.TemplateID, Name: b.TemplateName, Version: b.TemplateVersion, OSType: osLinux, Storage: b.Storage, stamps: r.stamped(),
		})
	}
	v := &vm{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, Status: vmActive, Region: cmp.Or(b.Region, regionCode), Plan: b.PricingID, Storage: b.Storage,
		AddedStorage: b.AddedStorage, Template: b.TemplateID, FirstTemplate: b.TemplateID, CreatedBy: b.CreatedBy, ConsoleMFA: b.ConsoleMFA,
		stamps: stamps{b.CreatedAt, b.UpdatedAt},
	}
	switch b.Status {
	case vmPassive, vmFinalizing:
		v.Status = vmPassive
	case vmFailure:
		v.Status = vmFailure
	}
	for _, t := range b.Tags {
		v.Tags = append(v.Tags, tag(t))
	}
	r.state.VMs.Put(v.ID, v)
	return nil
}

// recordedNetworks are the interfaces of one VM.
type recordedNetworks struct {
	VM         string    `json:"vm_id"`
	Interfaces []nicBody `json:"interfaces"`
}

func (r *recording) loadNetworks(b *recordedNetworks) error {
	v, ok := r.state.VMs.Get(b.VM)
	switch {
	case !ok:
		return fmt.Errorf("vm_id: there is no VM %q", b.VM)
	case v.NICs != nil:
		return fmt.Errorf("vm_id: the interfaces of VM %q are there already", v.Name)
	}
	interfaces := slices.Clone(b.Interfaces)
	slices.SortFunc(interfaces, func(a, b nicBody) int { return cmp.Compare(a.ID, b.ID) })
	loaded := make([]nic, 0, len(interfaces))
	for i, shown := range interfaces {
		if i > 0 && shown.ID == loaded[i-1].ID {
			return fmt.Errorf("interfaces: nic_id %d is there twice", shown.ID)
		}
		n, err := r.interfaceOf(v, shown)
		if err != nil {
			return fmt.Errorf("interfaces: nic_id %d: %w", shown.ID, err)
		}
		loaded = append(loaded, n)
	}
	v.NICs = loaded
	for _, n := range v.NICs {
		r.connect(v, n)
		v.NextNIC = n.ID + 1
	}
	return nil
}

// interfaceOf finds the VPC or the public address of an interface.
func (r *recording) interfaceOf(v *vm, shown nicBody) (nic, error) {
	address, err := netip.ParseAddr(shown.IP)
	if err != nil {
		return nic{}, fmt.Errorf("ip: %q is no address", shown.IP)
	}
	n := nic{ID: shown.ID, Type: shown.Type, Address: address, MAC: shown.MAC, SecurityGroup: shown.SecurityGroup}
	if n.SecurityGroup != "" && !r.state.SecurityGroups.Has(n.SecurityGroup) {
		return n, fmt.Errorf("security_group_id: there is no security group %q", n.SecurityGroup)
	}
	if n.Type != nicVPC {
		ip, ok := r.state.IPs.First(func(ip *floatingIP) bool { return ip.Address == address && ip.VM == "" })
		if !ok {
			return n, fmt.Errorf("ip: no free public address %s is in the list of addresses", address)
		}
		n.IP = ip.ID
		return n, nil
	}
	network, ok := r.state.VPCs.First(func(network *vpc) bool {
		return network.Project == v.Project && network.Name == shown.Network && network.CIDR.Contains(address)
	})
	if !ok {
		return n, fmt.Errorf("network_name: no VPC of the VM's project is called %q and has %s", shown.Network, address)
	}
	if _, taken := network.leaseAt(address); taken {
		return n, fmt.Errorf("ip: %s is in use in VPC %q", address, network.Name)
	}
	n.VPC = network.ID
	return n, nil
}

// connect tells the other side of an interface about it.
func (r *recording) connect(v *vm, n nic) {
	if network, ok := r.state.VPCs.Get(n.VPC); ok {
		at, _ := network.leaseAt(n.Address)
		network.Leases = slices.Insert(network.Leases, at, lease{Address: n.Address, VM: v.ID, NIC: n.ID})
	}
	if ip, ok := r.state.IPs.Get(n.IP); ok {
		ip.VM = v.ID
	}
}

func (r *recording) loadNote(b *noteBody) error {
	if err := fresh(&r.state.Notes, b.ID); err != nil {
		return err
	}
	if !r.state.VMs.Has(b.VMID) {
		return fmt.Errorf("vm_id: there is no VM %q", b.VMID)
	}
	if !slices.Contains(noteTypes, b.Type) {
		return fmt.Errorf("type: must be one of %s", strings.Join(noteTypes, ", "))
	}
	r.state.Notes.Put(b.ID, &note{
		ID: b.ID, VM: b.VMID, User: b.UserID, Type: b.Type, Content: b.Content, stamps: stamps{b.CreatedAt, b.UpdatedAt},
	})
	return nil
}

func (r *recording) loadVolume(b *volumeBody) error {
	if err := errors.Join(fresh(&r.state.Volumes, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	v := &volume{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, Size: b.Size, Status: volumeAvailable, Filesystem: filesystems[0], VM: b.VM,
		Region: cmp.Or(b.Region, regionCode), stamps: stamps{b.CreatedAt, b.UpdatedAt},
	}
	if v.VM != "" {
		if holder, ok := r.state.VMs.Get(v.VM); !ok || holder.Project != v.Project {
			return fmt.Errorf("product_vm: there is no VM %q in the volume's project", v.VM)
		}
		v.Status = volumeAttached
	}
	if b.Status == volumeFailed {
		v.Status = volumeFailed
	}
	r.state.Volumes.Put(v.ID, v)
	r.integerTaken(&volumeNoun, v.ID)
	return nil
}

// recordedSnapshot is a snapshot and the volume that it is of, which the API tells only in a filter.
type recordedSnapshot struct {
	snapshotBody
	Volume int `json:"volume_id"`
}

func (r *recording) loadSnapshot(b *recordedSnapshot) error {
	if err := errors.Join(fresh(&r.state.Snapshots, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	if b.VM != "" && !r.state.VMs.Has(b.VM) {
		return fmt.Errorf("product_vm: there is no VM %q", b.VM)
	}
	number, _, _ := strings.Cut(b.Size, " ")
	size, err := strconv.Atoi(number)
	if err != nil || size < 0 {
		return fmt.Errorf("size: must be like %q", gigabytes(1))
	}
	sn := &snapshot{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, VM: b.VM, Volume: b.Volume, Size: size, CreatedBy: b.CreatedBy,
		stamps: stamps{b.CreatedAt, b.CreatedAt},
	}
	if b.Status == snapshotActive {
		sn.Status = snapshotActive
	}
	r.state.Snapshots.Put(sn.ID, sn)
	r.integerTaken(&snapshotNoun, sn.ID)
	return nil
}

// scheduleRuntime is how the API renders when a schedule runs.
var scheduleRuntime = regexp.MustCompile(`^(?:Daily at|(` + strings.Join(weekdays, "|") + `)) (\S+)$`)

func (r *recording) loadSchedule(b *scheduleBody) error {
	if err := errors.Join(fresh(&r.state.Schedules, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	if !r.state.VMs.Has(b.VM) {
		return fmt.Errorf("product_vm: there is no VM %q", b.VM)
	}
	runs := scheduleRuntime.FindStringSubmatch(b.Runtime)
	if len(runs) != 3 || !dayTime.MatchString(runs[2]) {
		return fmt.Errorf("runtime: %q is not like \"Daily at 8am\" or \"Saturday 8am\"", b.Runtime)
	}
	sc := &schedule{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, VM: b.VM, Type: scheduleDaily, Time: runs[2], KeepCount: b.KeepCount,
		Region: cmp.Or(b.Region, regionCode), CreatedBy: b.CreatedBy, LastRun: b.LastRunAt, LastEnd: b.LastRunStatus, Failures: b.Failures,
		stamps: stamps{b.CreatedAt, b.CreatedAt},
	}
	if runs[1] != "" {
		sc.Type, sc.Day = scheduleWeekly, runs[1]
	}
	r.state.Schedules.Put(sc.ID, sc)
	r.integerTaken(&scheduleNoun, sc.ID)
	next := b.NextRunAt
	if !next.After(r.now) {
		next = sc.next(r.now)
	}
	r.awaitRun(sc, next)
	return nil
}

func (r *recording) loadBackup(b *backupBody) error {
	if err := errors.Join(fresh(&r.state.Backups, b.ID), r.inProject(b.ProjectID)); err != nil {
		return err
	}
	kept := &backup{
		ID: b.ID, Project: b.ProjectID, Name: b.Name, VM: b.VM, Status: backupReady, SizeMB: b.StorageSize,
		Region: cmp.Or(b.Region, regionCode), CreatedBy: b.CreatedBy, stamps: stamps{b.CreatedAt, b.CreatedAt},
	}
	if b.Status == backupFailed {
		kept.Status = backupFailed
	}
	if b.Increment != nil {
		kept.Series, kept.Increment = unknownSeries, *b.Increment
	}
	r.state.Backups.Put(kept.ID, kept)
	return nil
}

// unknownSeries stands for the series of a backup until all backups are there.
const unknownSeries = -1

// finishSeries tells the series apart: each begins with a baseline, and the backups of a VM are in one after another.
func (r *recording) finishSeries() {
	waiting := slices.Collect(r.state.Backups.Where(func(b *backup) bool { return b.Series == unknownSeries }))
	slices.SortStableFunc(waiting, func(a, b *backup) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Increment, b.Increment))
	})
	latest := map[string]int{}
	for _, b := range waiting {
		if latest[b.VM] == 0 || b.Increment == 0 {
			latest[b.VM] = r.state.IDs.integer("series")
		}
		b.Series = latest[b.VM]
		if v, ok := r.state.VMs.Get(b.VM); ok {
			v.Series = b.Series
		}
	}
}
