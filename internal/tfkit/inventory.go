package tfkit

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Item is what the inventory knows of an object.
type Item struct {
	ID, Name, ProjectID, Region string
	Title                       string   // of a role: the name that people read
	Scope                       string   // of a role
	Permissions                 []string // of a role
	VM                          string   // that a volume is attached to, or a snapshot or backup is of
	Free                        bool     // of an address: it is attached to no VM
	Value                       string   // of an address: the address and its family; of a VPC: its range
	Family                      string
	Reserved                    bool     // of an address
	Addresses                   []string // public ones of a VM
	Private                     string   // address of a VM in its VPC
	CreatedAt                   string   // of a backup, RFC 3339
	Increment                   *int64   // of a backup: its place in a series
}

// Referent is a kind of object that others refer to by its id.
type Referent struct {
	Name string // as messages call it
	Type string // "raff_vm"
	List Listing
	// IntegerIDs: the ids are positive integers, written as strings.
	IntegerIDs bool
	get        func(ctx context.Context, c *client.Client, projectID, id string) (Item, error)
	// near answers many gets with few requests, and with copies; nil: list is asked.
	near func(ctx context.Context, c *client.Client, projectID, id string) (Item, error)
	// list yields all objects that the key can reach; nil: near is asked.
	list func(ctx context.Context, c *client.Client) iter.Seq2[Item, error]
}

// Inventory finds the objects that plans refer to. It asks once per object, or once per list, in a run.
type Inventory struct {
	client *client.Client

	mu    sync.Mutex
	lists map[string]*cached[[]Item]
	found map[objectKey]*cached[verdict]
	nics  map[string]*cached[[]*client.VMNetwork] // by VM

	failed map[string]error // of lists that are not asked for again
}

// verdict is an object, or that there is none.
type verdict struct {
	item Item
	err  error
}

func newInventory(c *client.Client) *Inventory {
	return &Inventory{
		client: c, lists: map[string]*cached[[]Item]{}, found: map[objectKey]*cached[verdict]{},
		nics: map[string]*cached[[]*client.VMNetwork]{}, failed: map[string]error{},
	}
}

// Find returns the object of that id. The project is where it is looked for first. client.ErrNotFound means
// that it does not exist, which was asked more than once.
func (i *Inventory) Find(ctx context.Context, to Referent, projectID, id string) (Item, error) {
	i.mu.Lock()
	key := objectKey{to.Type, id}
	known := i.found[key]
	if known == nil {
		known = &cached[verdict]{}
		i.found[key] = known
	}
	i.mu.Unlock()
	v, err := known.get(func() (verdict, error) {
		item, err := i.find(ctx, to, projectID, id)
		if absent(err) {
			return verdict{err: err}, nil
		}
		return verdict{item: item}, err
	})
	if err != nil {
		return Item{}, err
	}
	return v.item, v.err
}

// absent tells whether an error means that there is no such object. An id that no object can have is bad.
func absent(err error) bool {
	return errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrBadRequest)
}

func (i *Inventory) find(ctx context.Context, to Referent, projectID, id string) (Item, error) {
	if to.near != nil {
		if item, err := to.near(ctx, i.client, projectID, id); !errors.Is(err, client.ErrNotFound) {
			return item, err
		}
	} else if item, err := i.listed(ctx, to, func(item Item) bool { return item.ID == id }); err == nil && item.ID != "" {
		return item, nil
	}
	return ReadNew(ctx, func(ctx context.Context) (Item, error) { return to.get(ctx, i.client, projectID, id) })
}

// Named returns the object that has a name, or the zero Item.
func (i *Inventory) Named(ctx context.Context, to Referent, name string) (Item, error) {
	return i.listed(ctx, to, func(item Item) bool { return item.Name == name })
}

// listed returns the first object of a list that fits, or the zero Item.
func (i *Inventory) listed(ctx context.Context, to Referent, fits func(Item) bool) (Item, error) {
	items, err := i.all(ctx, to)
	if err != nil {
		return Item{}, err
	}
	for _, item := range items {
		if fits(item) {
			return item, nil
		}
	}
	return Item{}, nil
}

// all lists the objects of a kind that the key can reach, once in a run.
func (i *Inventory) all(ctx context.Context, to Referent) ([]Item, error) {
	i.mu.Lock()
	all := i.lists[to.Type]
	if all == nil {
		all = &cached[[]Item]{}
		i.lists[to.Type] = all
	}
	i.mu.Unlock()
	return all.get(func() ([]Item, error) { return client.Collect(to.list(ctx, i.client)) })
}

// items maps a list of the client's to items.
func items[T any](objects iter.Seq2[*T, error], describe func(*T) Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for object, err := range objects {
			if err != nil {
				yield(Item{}, err)
				return
			}
			if !yield(describe(object), nil) {
				return
			}
		}
	}
}

// one maps an object of the client's to an item.
func one[T any](object *T, err error, describe func(*T) Item) (Item, error) {
	if err != nil {
		return Item{}, err
	}
	return describe(object), nil
}

// What resources refer to.
var (
	VM = Referent{
		Name: "VM", Type: "raff_vm", List: listVMs,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			vm, err := c.ReaderIn(projectID).GetVM(ctx, id)
			return one(vm, err, vmItem)
		},
		near: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			vm, err := c.ReaderIn(projectID).ReadVM(ctx, id)
			return one(vm, err, vmItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListVMs(ctx, client.VMFilter{}), vmItem)
		},
	}
	Volume = Referent{
		Name: "volume", Type: "raff_volume", List: listVolumes, IntegerIDs: true,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			return byInteger(id, func(n int64) (Item, error) {
				volume, err := c.ReaderIn(projectID).GetVolume(ctx, n)
				return one(volume, err, volumeItem)
			})
		},
		near: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			return byInteger(id, func(n int64) (Item, error) {
				volume, err := c.ReaderIn(projectID).ReadVolume(ctx, n)
				return one(volume, err, volumeItem)
			})
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListVolumes(ctx, client.VolumeFilter{}), volumeItem)
		},
	}
	IP = Referent{
		Name: "IP", Type: "raff_ip", List: listIPs,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			ip, err := c.ReaderIn(projectID).GetIP(ctx, id)
			return one(ip, err, ipItem)
		},
		near: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			ip, err := c.ReaderIn(projectID).ReadIP(ctx, id)
			return one(ip, err, ipItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListIPs(ctx, client.IPFilter{}), ipItem)
		},
	}
	VPC = Referent{
		Name: "VPC", Type: "raff_vpc", List: listVPCs,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			detail, err := c.ReaderIn(projectID).GetVPC(ctx, id)
			return one(detail, err, func(d *client.VPCDetail) Item { return vpcItem(&d.VPC) })
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListVPCs(ctx), vpcItem)
		},
	}
	SecurityGroup = Referent{
		Name: "security group", Type: "raff_security_group", List: listSecurityGroups,
		get: func(ctx context.Context, c *client.Client, projectID, id string) (Item, error) {
			group, err := c.ReaderIn(projectID).GetSecurityGroup(ctx, id)
			return one(group, err, groupItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListSecurityGroups(ctx), groupItem)
		},
	}
	Project = Referent{
		Name: "project", Type: "raff_project", List: listProjects,
		get: func(ctx context.Context, c *client.Client, _, id string) (Item, error) {
			project, err := c.GetProject(ctx, id)
			return one(project, err, projectItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListProjects(ctx), projectItem)
		},
	}
	Role = Referent{
		Name: "role", Type: "raff_role", List: listRoles,
		get: func(ctx context.Context, c *client.Client, _, id string) (Item, error) {
			role, err := c.GetRole(ctx, id)
			return one(role, err, roleItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListRoles(ctx, client.RoleFilter{}), roleItem)
		},
	}
	APIKey = Referent{
		Name: "API key", Type: "raff_api_key", List: listAPIKeys,
		get: func(ctx context.Context, c *client.Client, _, id string) (Item, error) {
			key, err := c.GetAPIKey(ctx, id)
			return one(key, err, keyItem)
		},
		list: func(ctx context.Context, c *client.Client) iter.Seq2[Item, error] {
			return items(c.ListAPIKeys(ctx, client.APIKeyFilter{}), keyItem)
		},
	}
)

func byInteger(id string, get func(int64) (Item, error)) (Item, error) {
	n, err := parseIntegerID(id)
	if err != nil {
		return Item{}, err
	}
	return get(n)
}

func vmItem(o *client.VM) Item {
	item := Item{ID: o.ID, Name: o.Name, ProjectID: o.ProjectID, Region: o.Region, Private: o.PrivateIPv4Address}
	for _, address := range []string{o.PublicIPv4Address, o.PublicIPv6Address} {
		if address != "" {
			item.Addresses = append(item.Addresses, address)
		}
	}
	return item
}

func volumeItem(o *client.Volume) Item {
	return Item{ID: IntegerID(o.ID).ValueString(), Name: o.Name, ProjectID: o.ProjectID, Region: o.Region, VM: o.VMID}
}

func ipItem(o *client.IP) Item {
	return Item{
		ID: o.ID, Name: o.Address, ProjectID: o.ProjectID, Region: o.Region,
		Free: o.Status == client.IPFree, Value: o.Address, Family: o.Type, Reserved: o.Reserved,
	}
}

func vpcItem(o *client.VPC) Item {
	return Item{ID: o.ID, Name: o.Name, ProjectID: o.ProjectID, Region: o.Region, Value: o.CIDR}
}

func groupItem(o *client.SecurityGroup) Item {
	return Item{ID: o.ID, Name: o.Name, ProjectID: o.ProjectID}
}

func projectItem(o *client.Project) Item {
	return Item{ID: o.ID, Name: o.Name, Region: o.DefaultRegion}
}

// roleItem takes the slug for the name: it is what is unique.
func roleItem(o *client.Role) Item {
	return Item{ID: o.ID, Name: o.Slug, Title: o.Name, Scope: o.Scope, Permissions: o.Permissions}
}

func keyItem(o *client.APIKey) Item { return Item{ID: o.ID, Name: o.Name} }
