package tfkit

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ErrNotInCatalog means that the catalogue answered and has no such entry.
var ErrNotInCatalog = errors.New("not in the catalogue")

// Catalog reads the catalogue, which is the same for every account, once per provider process, when it is first needed.
type Catalog struct {
	templates cached[[]*client.Template]
	plans     cached[[]client.VMPricingPlan]
	names     cached[[]*client.Permission]
	places    cached[[]client.Region]
	ips       cached[*client.IPPricing]
	public    *client.Public // nil where not even the address is known
	client    *client.Client // nil without a key

	mu      sync.Mutex
	regions map[string]string // default region by project id

	storing  sync.Mutex
	storages map[storageKey]*client.StoragePricing
}

// NewCatalog returns a catalogue that reads through c, which may be nil.
func NewCatalog(c *client.Client) *Catalog {
	catalog := &Catalog{client: c, regions: map[string]string{}, storages: map[storageKey]*client.StoragePricing{}}
	if c != nil {
		catalog.public = &c.Public
	}
	return catalog
}

// FindTemplates yields the templates that match, and the images of the account where there is a key. Unlike the other methods
// it asks each time: an image can be made at any moment.
func (c *Catalog) FindTemplates(ctx context.Context, f client.TemplateFilter) iter.Seq2[*client.Template, error] {
	return c.public.ListTemplates(ctx, f)
}

// HasKey tells whether the catalogue shows the images of an account, too.
func (c *Catalog) HasKey() bool { return c.client != nil }

// Template returns the template with this id, or ErrNotInCatalog.
func (c *Catalog) Template(ctx context.Context, id string) (*client.Template, error) {
	all, err := c.allTemplates(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.ID == id {
			return t, nil
		}
	}
	return nil, ErrNotInCatalog
}

func (c *Catalog) allTemplates(ctx context.Context) ([]*client.Template, error) {
	return c.templates.get(func() ([]*client.Template, error) {
		return client.Collect(c.public.ListTemplates(ctx, client.TemplateFilter{}))
	})
}

// Plans returns all VM plans. The slice is the caller's own.
func (c *Catalog) Plans(ctx context.Context) ([]client.VMPricingPlan, error) {
	all, err := c.allPlans(ctx)
	return slices.Clone(all), err
}

func (c *Catalog) allPlans(ctx context.Context) ([]client.VMPricingPlan, error) {
	return c.plans.get(func() ([]client.VMPricingPlan, error) {
		return c.public.ListVMPlans(ctx, client.VMPlanFilter{})
	})
}

// Plan returns the VM plan with this id, or ErrNotInCatalog.
func (c *Catalog) Plan(ctx context.Context, id int64) (*client.VMPricingPlan, error) {
	all, err := c.allPlans(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, ErrNotInCatalog
}

// IPPricing returns what reserved addresses cost.
func (c *Catalog) IPPricing(ctx context.Context) (*client.IPPricing, error) {
	return c.ips.get(func() (*client.IPPricing, error) { return c.public.GetIPPricing(ctx) })
}

// storageKind is what storage is for.
type storageKind string

const (
	volumePricing   storageKind = "volume"
	snapshotPricing storageKind = "snapshot"
	backupPricing   storageKind = "backup"
)

type storageKey struct {
	kind   storageKind
	region string
}

// VolumePricing returns what volumes cost in a region, or in the default one when region is empty.
func (c *Catalog) VolumePricing(ctx context.Context, region string) (*client.StoragePricing, error) {
	return c.storage(ctx, volumePricing, region)
}

// SnapshotPricing is VolumePricing for snapshots.
func (c *Catalog) SnapshotPricing(ctx context.Context, region string) (*client.StoragePricing, error) {
	return c.storage(ctx, snapshotPricing, region)
}

// BackupPricing is VolumePricing for backups.
func (c *Catalog) BackupPricing(ctx context.Context, region string) (*client.StoragePricing, error) {
	return c.storage(ctx, backupPricing, region)
}

// storage returns what one kind of storage costs in a region. An answer that names the region that was not asked for counts for
// that one too.
func (c *Catalog) storage(ctx context.Context, kind storageKind, region string) (*client.StoragePricing, error) {
	c.storing.Lock()
	defer c.storing.Unlock()
	if known := c.storages[storageKey{kind, region}]; known != nil {
		return known, nil
	}
	get := map[storageKind]func(context.Context, string) (*client.StoragePricing, error){
		volumePricing: c.public.GetVolumePricing, snapshotPricing: c.public.GetSnapshotPricing, backupPricing: c.public.GetBackupPricing,
	}[kind]
	pricing, err := get(ctx, region)
	if err != nil {
		return nil, err
	}
	c.storages[storageKey{kind, region}] = pricing
	if region == "" && pricing.Region != "" {
		c.storages[storageKey{kind, pricing.Region}] = pricing
	}
	return pricing, nil
}

// Permissions returns all permissions that a role can contain.
func (c *Catalog) Permissions(ctx context.Context) ([]*client.Permission, error) {
	return c.names.get(func() ([]*client.Permission, error) {
		return client.Collect(c.client.ListPermissions(ctx, client.RoleFilter{}))
	})
}

// Regions returns the regions that there are.
func (c *Catalog) Regions(ctx context.Context) ([]client.Region, error) {
	return c.places.get(func() ([]client.Region, error) { return c.public.ListRegions(ctx) })
}

// DefaultRegion returns the default region of a project.
func (c *Catalog) DefaultRegion(ctx context.Context, projectID string) (string, error) {
	c.mu.Lock()
	region, known := c.regions[projectID]
	c.mu.Unlock()
	if known {
		return region, nil
	}
	project, err := c.client.GetProject(ctx, projectID)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.regions[projectID] = project.DefaultRegion
	c.mu.Unlock()
	return project.DefaultRegion, nil
}

// cached keeps the first answer that was no error.
type cached[T any] struct {
	mu    sync.Mutex
	value T
	done  bool
}

func (c *cached[T]) get(fetch func() (T, error)) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		return c.value, nil
	}
	v, err := fetch()
	if err == nil {
		c.value, c.done = v, true
	}
	return v, err
}
