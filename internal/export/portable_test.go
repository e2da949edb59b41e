package export_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Without its imports, what was written creates an equal account where there is an empty one.
func TestExport_portable(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, 3, 5, 8, 13, 21, 34, 55, 85} {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			f, o := acctest.RandomAccount(t, seed), export.Options{Modules: seed%2 == 1}
			account, files := exportOf(t, at(t, f.Backend, ""), o)
			other := emptyAccount(t, seed+1)
			p := at(t, other, "")
			parse(t, p, files.Content).create()
			join(t, f.Backend, other)
			again, _ := exportOf(t, at(t, other, ""), o)
			expectEqual(t, account, again)
		})
	}
}

// emptyAccount is an account with nothing in it but what every account has.
func emptyAccount(t *testing.T, seed uint64) *acctest.Backend {
	t.Helper()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit, o.Seed = true, seed })
	c := b.Client(t)
	for _, project := range []string{b.Production(), b.Staging()} {
		if err := c.DeleteProject(t.Context(), project); err != nil {
			t.Fatal(err)
		}
	}
	for key, err := range c.ListAPIKeys(t.Context(), client.APIKeyFilter{}) {
		if err == nil && key.Name == "production only" {
			err = c.RevokeAPIKey(t.Context(), key.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// join has those accept their invitations to an account who have accepted them in another one.
func join(t *testing.T, from, to *acctest.Backend) {
	t.Helper()
	joined := map[string]bool{}
	for member, err := range from.Client(t).ListMembers(t.Context(), client.MemberFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		joined[member.Email] = member.Status != client.MemberPending
	}
	c := to.Client(t)
	accept := func(email, invitation string) {
		if invitation != "" && joined[email] {
			if err := to.AcceptInvitation(invitation); err != nil {
				t.Fatal(err)
			}
		}
	}
	members, err := client.Collect(c.ListMembers(t.Context(), client.MemberFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range members {
		accept(member.Email, member.InvitationID)
	}
	projects, err := client.Collect(c.ListProjects(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, project := range projects {
		members, err := client.Collect(c.ListProjectMembers(t.Context(), project.ID, client.MemberFilter{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, member := range members {
			accept(member.Email, member.InvitationID)
		}
	}
}

// create creates all that a configuration has: what an object refers to comes first.
func (c *configuration) create() {
	c.t.Helper()
	created := map[string]cty.Value{}
	var under []string // way
	c.state = func(address string) cty.Value {
		c.t.Helper()
		if value, ok := created[address]; ok {
			return value
		}
		if slices.Contains(under, address) {
			c.t.Fatalf("a cycle: %s", strings.Join(append(under, address), " -> "))
		}
		under = append(under, address)
		created[address] = toCty(c.t, c.createOne(address))
		under = under[:len(under)-1]
		return created[address]
	}
	c.giveSecrets()
	for _, address := range c.resources() {
		c.state(address)
	}
}

// giveSecrets gives values to the variables of the root module: passwords and keys.
func (c *configuration) giveSecrets() {
	c.t.Helper()
	for name, block := range c.modules[""].blocks {
		if block.Type != "variable" {
			continue
		}
		switch short := strings.TrimPrefix(name, "var."); {
		case short == "ssh_keys":
			c.given[short] = cty.SetVal([]cty.Value{cty.StringVal(acctest.SSHKey)})
		case strings.HasSuffix(short, "_password"):
			c.given[short] = cty.StringVal("Correct-Horse-42")
		default:
			c.t.Fatalf("nobody knows a value of %s", name)
		}
	}
}

func (c *configuration) createOne(address string) tftypes.Value {
	c.t.Helper()
	config, _ := c.config(address)
	object := protocol.Object{Type: typeAt(address), State: tftypes.NewValue(config.Type(), nil)}
	planned, err := c.p.Plan(c.t.Context(), object, config, false)
	if err == nil {
		err = protocol.Failed(planned.Diagnostics)
	}
	if err != nil {
		c.t.Fatalf("%s cannot be planned: %v", address, err)
	}
	var values [3]*tfprotov6.DynamicValue
	for i, value := range []tftypes.Value{object.State, planned.State, config} {
		if values[i], err = protocol.Dynamic(value); err != nil {
			c.t.Fatal(err)
		}
	}
	response, err := c.p.Server.ApplyResourceChange(c.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: object.Type, PriorState: values[0], PlannedState: values[1], Config: values[2], PlannedPrivate: planned.Private,
	})
	if err == nil {
		err = protocol.Failed(response.Diagnostics)
	}
	if err != nil {
		c.t.Fatalf("%s cannot be created: %v", address, err)
	}
	state, err := c.p.Value(object.Type, response.NewState)
	if err != nil {
		c.t.Fatal(err)
	}
	return state
}

// expectEqual expects two accounts to have the same objects, up to ids.
func expectEqual(t *testing.T, want, got export.Account) {
	t.Helper()
	were := canonical(t, want)
	for text, n := range canonical(t, got) {
		were[text] -= n
	}
	for _, text := range slices.Sorted(maps.Keys(were)) {
		switch n := were[text]; {
		case n > 0:
			t.Errorf("missing: %s", text)
		case n < 0:
			t.Errorf("too many: %s", text)
		}
	}
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// canonical counts the objects of an account by what a configuration can say of them, with names in place of ids.
func canonical(t *testing.T, account export.Account) map[string]int {
	t.Helper()
	names, projects := map[string]string{}, map[string]string{}
	for _, o := range account.Objects {
		if o.Type == "raff_project" {
			projects[textOf(o, "id")] = o.Name
		}
	}
	for _, o := range account.Objects {
		if strings.HasSuffix(o.Type, "_attachment") { // which may have the id of what it attaches
			continue
		}
		// Terraform has all texts in one form of Unicode.
		name := cty.StringVal(o.Type + " " + o.Name + " in " + projects[o.ProjectID]).AsString()
		if o.Type == "raff_ip" { // whose address is another one
			name = "address " + textOf(o, "type") + " in " + projects[o.ProjectID]
		}
		names[textOf(o, "id")] = name
		if user := textOf(o, "user_id"); user != "" {
			names[user] = "user " + textOf(o, "email")
		}
	}
	found := map[string]int{}
	for _, o := range account.Objects {
		if o.Selected {
			found[o.Type+" "+settableText(t, o, names)]++
		}
	}
	return found
}

// settableText is what can be set of an object.
func settableText(t *testing.T, o export.Object, names map[string]string) string {
	t.Helper()
	values := map[string]json.RawMessage{}
	for _, a := range provided(t).Schema(o.Type).Block.Attributes {
		// The numbers of interfaces depend on the order in which they came.
		if !a.Optional && !a.Required || a.WriteOnly || a.Name == "timeouts" || a.Name == "nic_id" {
			continue
		}
		text := plainJSON(t, protocol.Attributes(o.State)[a.Name])
		if a.Name == "volume_id" {
			text = fmt.Sprintf("%q", names[textOf(o, "volume_id")])
		}
		text = uuid.ReplaceAllStringFunc(text, func(id string) string {
			if name, ok := names[id]; ok {
				quoted, _ := json.Marshal(name) // a string can be written
				return string(quoted[1 : len(quoted)-1])
			}
			return id
		})
		values[a.Name] = json.RawMessage(text)
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// textOf is a text or a number that an object has; empty where it has none.
func textOf(o export.Object, name string) string {
	value, ok := protocol.Attributes(o.State)[name]
	var text string
	if ok && value.IsKnown() && !value.IsNull() {
		_ = value.As(&text)
	}
	return text
}
