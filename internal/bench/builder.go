package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// builders is how many objects are made at a time.
const builders = 32

// builder fills the account of a backend without a rate limit, and keeps what a state has of each object.
type builder struct {
	backend *backend
	engine  *engine
	client  *client.Client
	built   map[string][]instance // by address
	scope   map[string]map[string]cty.Value
}

func newBuilder(ctx context.Context) (*builder, error) {
	running, err := startBackend(nil, refbackend.Options{NoRateLimit: true})
	if err != nil {
		return nil, err
	}
	b := &builder{backend: running, built: map[string][]instance{}, scope: map[string]map[string]cty.Value{}}
	if b.engine, err = newEngine(ctx, running.url, running.key()); err != nil {
		running.stop()
		return nil, err
	}
	b.client, err = client.New(client.Options{URL: running.url, APIKey: running.key(), UserAgent: "bench", RequestsPerSecond: unlimited})
	if err != nil {
		running.stop()
		return nil, err
	}
	return b, nil
}

// project returns the id of a project, which is created where there is none of the name.
func (b *builder) project(ctx context.Context, name string) (string, error) {
	if id, ok := b.backend.server.Account().Projects[name]; ok {
		return id, nil
	}
	made, err := b.client.CreateProject(ctx, client.CreateProjectRequest{Name: name})
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

// id is the id of an object of a group that was built.
func (b *builder) id(g group, index int) string {
	return b.built[g.address()][index].value.GetAttr("id").AsString()
}

// build makes the objects of a group. The first VM is created by the provider, like every object of other types; what the
// state has of the others follows from it, and from what the provider reads of them.
func (b *builder) build(ctx context.Context, g group) error {
	attributes, err := g.parse()
	if err != nil {
		return err
	}
	scope := map[string]cty.Value{}
	for typeName, labels := range b.scope {
		scope[typeName] = cty.ObjectVal(labels)
	}
	made := make([]instance, g.count)
	one := func(ctx context.Context, i int) error {
		config, err := attributes.evaluate(b.engine.resources[g.typeName].value, scope, i)
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", g.address(), i, err)
		}
		if g.typeName == "raff_vm" && i > 0 {
			made[i], err = b.cloneVM(ctx, made[0], config)
		} else {
			made[i], err = b.engine.create(ctx, g.typeName, config)
		}
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", g.address(), i, err)
		}
		return nil
	}
	// The first one alone: the others may be made after its pattern.
	if err := one(ctx, 0); err != nil {
		return err
	}
	if err := parallel(ctx, g.count-1, func(ctx context.Context, i int) error { return one(ctx, i+1) }); err != nil {
		return err
	}
	if g.typeName == "raff_vm" {
		if err := b.readVMs(ctx, made); err != nil {
			return err
		}
	}
	b.keep(g, made)
	return nil
}

func (b *builder) keep(g group, made []instance) {
	b.built[g.address()] = made
	if b.scope[g.typeName] == nil {
		b.scope[g.typeName] = map[string]cty.Value{}
	}
	values := each(made, func(i instance) cty.Value { return i.value })
	b.scope[g.typeName][g.label] = cty.TupleVal(values)
}

// cloneVM creates a VM through the API, and returns the state of another one with what is configured for this one.
func (b *builder) cloneVM(ctx context.Context, of instance, config cty.Value) (instance, error) {
	vpc, public := config.GetAttr("vpc_id"), config.GetAttr("public_ipv4")
	request := client.CreateVMRequest{
		Name:         config.GetAttr("name").AsString(),
		TemplateID:   config.GetAttr("template_id").AsString(),
		Region:       config.GetAttr("region").AsString(),
		SSHKeys:      words(config.GetAttr("ssh_keys")),
		Tags:         words(config.GetAttr("tags")),
		SkipVPC:      vpc.IsNull(),
		SkipPublicIP: !public.IsNull() && public.False(),
	}
	request.PricingID, _ = config.GetAttr("pricing_id").AsBigFloat().Int64()
	if !vpc.IsNull() {
		request.VPCID = vpc.AsString()
	}
	vm, err := b.client.Project(config.GetAttr("project_id").AsString()).CreateVM(ctx, request)
	if err != nil {
		return instance{}, err
	}
	values := of.value.AsValueMap()
	for name, value := range config.AsValueMap() {
		if !value.IsNull() {
			values[name] = value
		}
	}
	values["id"] = cty.StringVal(vm.ID)
	return instance{value: cty.ObjectVal(values), private: slices.Clone(of.private)}, nil
}

// readVMs gives VMs the addresses that they have, and then has the provider read them, as it does at each plan: once all
// are there, so that a list serves many. Without its address, each VM would be looked for with patience.
func (b *builder) readVMs(ctx context.Context, made []instance) error {
	listed := map[string]*client.VM{}
	for vm, err := range b.client.ListVMs(ctx, client.VMFilter{}) {
		if err != nil {
			return err
		}
		listed[vm.ID] = vm
	}
	return parallel(ctx, len(made), func(ctx context.Context, i int) (err error) {
		values := made[i].value.AsValueMap()
		id := values["id"].AsString()
		vm, ok := listed[id]
		if !ok {
			return fmt.Errorf("the VM %s is in no list", id)
		}
		values["public_ipv4_address"] = textOrNull(vm.PublicIPv4Address)
		values["private_ipv4_address"] = textOrNull(vm.PrivateIPv4Address)
		made[i].value = cty.ObjectVal(values)
		made[i], err = b.engine.read(ctx, "raff_vm", made[i])
		return err
	})
}

func textOrNull(text string) cty.Value {
	if text == "" {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(text)
}

// words are the strings of a set; none where it is null.
func words(set cty.Value) []string {
	if set.IsNull() {
		return nil
	}
	var all []string
	for _, value := range set.AsValueSlice() {
		all = append(all, value.AsString())
	}
	return all
}

// snapshot is the account as it is, for backends to begin with.
func (b *builder) snapshot() ([]byte, error) { return b.backend.server.Snapshot() }

// parallel calls a function with 0 to n-1, some at a time, until one fails. It returns the first error.
func parallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	indexes := make(chan int)
	var workers sync.WaitGroup
	for range min(builders, n) {
		workers.Go(func() {
			for i := range indexes {
				if ctx.Err() != nil {
					continue
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		indexes <- i
	}
	close(indexes)
	workers.Wait()
	return context.Cause(ctx)
}
