package tfkit

import (
	"context"
	"iter"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// How the objects are listed that others refer to.
var (
	listVMs = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.VM, error] {
			return r.ListVMs(ctx, client.VMFilter{})
		},
		func(o *client.VM) string { return o.ID })
	listVolumes = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.Volume, error] {
			return r.ListVolumes(ctx, client.VolumeFilter{})
		},
		func(o *client.Volume) string { return IntegerID(o.ID).ValueString() })
	listSnapshots = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.Snapshot, error] {
			return r.ListSnapshots(ctx, client.SnapshotFilter{})
		},
		func(o *client.Snapshot) string { return IntegerID(o.ID).ValueString() })
	listBackups = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.Backup, error] {
			return r.ListBackups(ctx, client.BackupFilter{})
		},
		func(o *client.Backup) string { return o.ID })
	// listIPs leaves out the addresses that came with a VM, which are no resources.
	listIPs = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.IP, error] {
			reserved := true
			return r.ListIPs(ctx, client.IPFilter{Reserved: &reserved})
		},
		func(o *client.IP) string { return o.ID })
	listVPCs = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.VPC, error] { return r.ListVPCs(ctx) },
		func(o *client.VPC) string { return o.ID })
	listSecurityGroups = ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.SecurityGroup, error] {
			return r.ListSecurityGroups(ctx)
		},
		func(o *client.SecurityGroup) string { return o.ID })
	listProjects = ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.Project, error] {
			return c.ListProjects(ctx)
		},
		func(o *client.Project) string { return o.ID })
	listRoles = ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.Role, error] {
			return c.ListRoles(ctx, client.RoleFilter{})
		},
		func(o *client.Role) string { return o.ID })
	listAPIKeys = ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.APIKey, error] {
			return c.ListAPIKeys(ctx, client.APIKeyFilter{})
		},
		func(o *client.APIKey) string { return o.ID })
)
