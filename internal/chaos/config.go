package chaos

import (
	"fmt"
	"slices"
	"strings"
)

// resource is a resource block of a configuration.
type resource struct {
	Type, Label string
	// Copies is how many objects a block with count makes; 0 for a block without.
	Copies int
	// Key is the only key of a block with for_each; "" for a block without.
	Key  string
	args []arg
	// moved is an address that the block had before, and says so.
	moved string
}

// arg is an argument: an expression, or a reference to another block's object.
type arg struct {
	name, value string
	of          *resource // whose attribute, where value is the name of one
}

func text(name, value string) arg        { return arg{name: name, value: fmt.Sprintf("%q", value)} }
func expression(name, value string) arg  { return arg{name: name, value: value} }
func id(name string, of *resource) arg   { return arg{name: name, value: "id", of: of} }
func number(name string, value int) arg  { return arg{name: name, value: fmt.Sprint(value)} }
func inProject() arg                     { return expression("project_id", theProject) }
func (r *resource) has(name string) bool { return r.find(name) != nil }
func (r *resource) String() string       { return r.Type + "." + r.Label }
func (r *resource) element() string      { return r.addresses()[0] }
func (r *resource) uses(o *resource) bool {
	return slices.ContainsFunc(r.args, func(a arg) bool { return a.of == o })
}

func (r *resource) find(name string) *arg {
	if i := slices.IndexFunc(r.args, func(a arg) bool { return a.name == name }); i >= 0 {
		return &r.args[i]
	}
	return nil
}

// set gives an argument another value.
func (r *resource) set(a arg) {
	if found := r.find(a.name); found != nil {
		*found = a
		return
	}
	r.args = append(r.args, a)
}

// addresses are those of all its objects.
func (r *resource) addresses() []string {
	switch {
	case r.Key != "":
		return []string{fmt.Sprintf("%s[%q]", r, r.Key)}
	case r.Copies == 0:
		return []string{r.String()}
	}
	var all []string
	for i := range r.Copies {
		all = append(all, fmt.Sprintf("%s[%d]", r, i))
	}
	return all
}

// timeouts are the operations of which a type lets the configuration say how long they may take.
var timeouts = map[string][]string{
	"raff_vm": {"create", "update", "delete"}, "raff_volume": {"create", "update", "delete"},
	"raff_volume_attachment": {"create", "update", "delete"}, "raff_ip_attachment": {"create", "update", "delete"},
	"raff_snapshot": {"create", "delete"}, "raff_backup": {"create", "delete"},
	"raff_vpc_attachment": {"create", "delete"}, "raff_security_group_attachment": {"create", "delete"},
	"raff_vpc": {"delete"}, "raff_ip": {"delete"}, "raff_security_group": {"delete"},
}

// patience is how long operations may take. What gets stuck is waited for that long.
const patience = "4s"

func (r *resource) render(b *strings.Builder) {
	fmt.Fprintf(b, "resource %q %q {\n", r.Type, r.Label)
	switch {
	case r.Key != "":
		fmt.Fprintf(b, "  for_each = toset([%q])\n", r.Key)
	case r.Copies > 0:
		fmt.Fprintf(b, "  count = %d\n", r.Copies)
	}
	for _, a := range r.args {
		value := a.value
		if a.of != nil {
			value = a.of.element() + "." + a.value
		}
		fmt.Fprintf(b, "  %s = %s\n", a.name, value)
	}
	if operations := timeouts[r.Type]; len(operations) > 0 {
		b.WriteString("  timeouts = {\n")
		for _, operation := range operations {
			fmt.Fprintf(b, "    %s = %q\n", operation, patience)
		}
		b.WriteString("  }\n")
	}
	b.WriteString("}\n\n")
	if r.moved != "" {
		fmt.Fprintf(b, "moved {\n  from = %s\n  to   = %s\n}\n\n", r.moved, r.element())
	}
}

// config is a configuration, without the provider's.
type config struct{ resources []*resource }

func (c *config) render() string {
	var b strings.Builder
	for _, r := range c.resources {
		r.render(&b)
	}
	return b.String()
}

// types are the resource types of the configuration, each once.
func (c *config) types() []string {
	var all []string
	for _, r := range c.resources {
		if !slices.Contains(all, r.Type) {
			all = append(all, r.Type)
		}
	}
	return all
}

// configured are the addresses of all objects, by type.
func (c *config) configured() map[string][]string {
	all := map[string][]string{}
	for _, r := range c.resources {
		all[r.Type] = append(all[r.Type], r.addresses()...)
	}
	return all
}

// users are the blocks that refer to a block.
func (c *config) users(of *resource) []*resource {
	return slices.DeleteFunc(slices.Clone(c.resources), func(r *resource) bool { return !r.uses(of) })
}

// remove takes a block out, with everything that refers to it.
func (c *config) remove(r *resource) {
	for _, user := range c.users(r) {
		c.remove(user)
	}
	c.resources = slices.DeleteFunc(c.resources, func(o *resource) bool { return o == r })
}
