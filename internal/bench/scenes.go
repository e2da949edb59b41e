package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// sshKey is a public key whose private one nobody has.
const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B bench"

// vms are VMs as a fleet has them, in a VPC.
func vms(label, project, template, vpc string, count int) group {
	return group{"raff_vm", label, count, fmt.Sprintf(`
		project_id  = %q
		name        = "%s-${count.index}"
		template_id = %q
		pricing_id  = 9
		region      = "us-east"
		ssh_keys    = [%q]
		tags        = ["bench", "rack-${count.index %% 20}"]
		vpc_id      = %s
		public_ipv4 = true`, project, label, template, sshKey, vpc)}
}

// template is the id of the template that the VMs have.
func (b *builder) template(ctx context.Context) (string, error) {
	for t, err := range b.client.ListTemplates(ctx, client.TemplateFilter{}) {
		if err != nil {
			return "", err
		}
		if t.Name == "Ubuntu" {
			return t.ID, nil
		}
	}
	return "", fmt.Errorf("the backend has no template called Ubuntu")
}

// network builds a VPC that is in no configuration, and returns its id in quotes.
func (b *builder) network(ctx context.Context, label, project string, number int) (string, error) {
	vpc := group{"raff_vpc", label, 1, fmt.Sprintf("project_id = %q\nname = %q\nregion = \"us-east\"\ncidr = \"10.%d.0.0/16\"", project, label, number)}
	if err := b.build(ctx, vpc); err != nil {
		return "", err
	}
	return fmt.Sprintf("%q", b.id(vpc, 0)), nil
}

// fleetScene is an account with VMs in one project, and a workspace with some of them.
func fleetScene(account, managed int) func(context.Context, *bench) (*scene, error) {
	return func(ctx context.Context, b *bench) (*scene, error) {
		made, all, err := b.fleet(ctx, account)
		if err != nil {
			return nil, err
		}
		all.count = managed
		return made.scene(b.registry, []group{all})
	}
}

// fleet is a builder that has built a number of VMs. The last one is kept for the case after it.
func (b *bench) fleet(ctx context.Context, count int) (*builder, group, error) {
	if b.last != nil && b.lastGroup.count == count {
		return b.last, b.lastGroup, nil
	}
	b.forget()
	made, err := newBuilder(ctx)
	if err != nil {
		return nil, group{}, err
	}
	project, err := made.project(ctx, "production")
	if err != nil {
		return nil, group{}, err
	}
	template, err := made.template(ctx)
	if err != nil {
		return nil, group{}, err
	}
	vpc, err := made.network(ctx, "network", project, 1)
	if err != nil {
		return nil, group{}, err
	}
	all := vms("web", project, template, vpc, count)
	if err := made.build(ctx, all); err != nil {
		return nil, group{}, err
	}
	b.last, b.lastGroup = made, all
	return made, all, nil
}

// forget lets go what was built for earlier cases.
func (b *bench) forget() {
	if b.last != nil {
		b.last.backend.stop()
	}
	b.last, b.lastGroup = nil, group{}
}

// scene is one workspace with all of some groups.
func (b *builder) scene(registry string, groups []group) (*scene, error) {
	snapshot, err := b.snapshot()
	if err != nil {
		return nil, err
	}
	state, err := b.stateFile(registry, groups)
	if err != nil {
		return nil, err
	}
	return &scene{snapshot: snapshot, parts: []part{{groups: groups, state: state}}}, nil
}

// emptyScene is an account without VMs, and a workspace for each number of VMs that are to be created, in a project of
// its own.
func emptyScene(counts []int, pace []refbackend.PaceRule) func(context.Context, *bench) (*scene, error) {
	return func(ctx context.Context, b *bench) (*scene, error) {
		b.forget()
		made, err := newBuilder(ctx)
		if err != nil {
			return nil, err
		}
		defer made.backend.stop()
		template, err := made.template(ctx)
		if err != nil {
			return nil, err
		}
		s := &scene{pace: pace}
		for i, count := range counts {
			label := fmt.Sprintf("env%d", i+1)
			project, err := made.project(ctx, label)
			if err != nil {
				return nil, err
			}
			vpc, err := made.network(ctx, label, project, i+1)
			if err != nil {
				return nil, err
			}
			s.parts = append(s.parts, part{groups: []group{vms(label, project, template, vpc, count)}})
		}
		s.snapshot, err = made.snapshot()
		return s, err
	}
}

// mixedScene is 2,000 objects of all kinds that a project can have, over five projects.
func mixedScene(ctx context.Context, b *bench) (*scene, error) {
	b.forget()
	made, err := newBuilder(ctx)
	if err != nil {
		return nil, err
	}
	defer made.backend.stop()
	template, err := made.template(ctx)
	if err != nil {
		return nil, err
	}
	var groups []group
	for i := range projects {
		label := fmt.Sprintf("team%d", i+1)
		project, err := made.project(ctx, label)
		if err != nil {
			return nil, err
		}
		for _, g := range kinds(label, project, template, i) {
			if err := made.build(ctx, g); err != nil {
				return nil, err
			}
			groups = append(groups, g)
		}
	}
	return made.scene(b.registry, groups)
}

// kinds are the 400 objects of one project.
func kinds(label, project, template string, number int) []group {
	vm := vms(label, project, template, fmt.Sprintf("raff_vpc.%s[count.index %% 4].id", label), 120)
	in := func(typeName string, count int, attributes string) group {
		return group{typeName, label, count, fmt.Sprintf("project_id = %q\n", project) + expand(attributes, label, number)}
	}
	return []group{
		in("raff_vpc", 4, "name = \"LABEL-${count.index}\"\nregion = \"us-east\"\ncidr = \"10.${NUMBER * 4 + count.index}.0.0/16\""),
		in("raff_security_group", 4, "name = \"LABEL-${count.index}\"\n"+
			`inbound = [{ protocol = "TCP", ports = "80,443", ip = null, size = null, icmp_type = null }]`+"\n"+
			`outbound = [{ protocol = "ALL", ports = null, ip = null, size = null, icmp_type = null }]`),
		vm,
		in("raff_volume", 60, "name = \"LABEL-${count.index}\"\nsize = 20\nregion = \"us-east\""),
		in("raff_volume_attachment", 60, "volume_id = raff_volume.LABEL[count.index].id\nvm_id = raff_vm.LABEL[count.index].id"),
		in("raff_security_group_attachment", 100,
			"security_group_id = raff_security_group.LABEL[count.index % 4].id\nvm_id = raff_vm.LABEL[count.index].id"),
		in("raff_vpc_attachment", 20, "vpc_id = raff_vpc.LABEL[(count.index + 1) % 4].id\nvm_id = raff_vm.LABEL[count.index].id"),
		in("raff_ip", 10, "type = \"IPv4\"\nregion = \"us-east\""),
		in("raff_ip_attachment", 10, "ip_id = raff_ip.LABEL[count.index].id\nvm_id = raff_vm.LABEL[count.index].id"),
		in("raff_vm_note", 12, "content = \"What it is for\"\nvm_id = raff_vm.LABEL[count.index].id"),
	}
}

// expand fills a label and a number in.
func expand(attributes, label string, number int) string {
	return strings.NewReplacer("LABEL", label, "NUMBER", fmt.Sprint(number)).Replace(attributes)
}
