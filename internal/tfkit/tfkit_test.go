package tfkit_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestLocks(t *testing.T) {
	locks := tfkit.NewLocks()
	var inside, most int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			unlock, err := locks.Lock(t.Context(), "vm")
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			mu.Lock()
			inside--
			mu.Unlock()
		})
	}
	wg.Wait()
	if most != 1 {
		t.Errorf("%d held the lock at once", most)
	}

	unlock, err := locks.Lock(t.Context(), "vm")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if other, err := locks.Lock(t.Context(), "another"); err != nil {
		t.Errorf("another key is not free: %v", err)
	} else {
		other()
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.Lock(ended, "vm"); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context got %v", err)
	}
}

type thing struct {
	name, id string
}

func things(all ...thing) iter.Seq2[thing, error] {
	return func(yield func(thing, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func failing(err error) iter.Seq2[thing, error] {
	return func(yield func(thing, error) bool) { yield(thing{}, err) }
}

func TestFindByName(t *testing.T) {
	find := func(list iter.Seq2[thing, error]) (thing, error) {
		return tfkit.FindByName(list, "web", func(x thing) (name, id string) { return x.name, x.id })
	}
	web, db, twin := thing{name: "web", id: "1"}, thing{name: "db", id: "2"}, thing{name: "web", id: "3"}
	if got, err := find(things(db, web)); err != nil || got != web {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := find(things(db)); !errors.Is(err, tfkit.ErrNoneOfThatName) {
		t.Errorf("none: got %v", err)
	}
	if _, err := find(things(web, twin)); err == nil || !strings.Contains(err.Error(), "1, 3") {
		t.Errorf("two: got %v", err)
	}
	broken := errors.New("list failed")
	if _, err := find(failing(broken)); !errors.Is(err, broken) {
		t.Errorf("a list that fails: got %v", err)
	}
}

func TestProjectGuard(t *testing.T) {
	c, err := client.New(client.Options{URL: "http://127.0.0.1:1", APIKey: "raff_x"})
	if err != nil {
		t.Fatal(err)
	}
	at := path.Root("project_id")
	forbidden := &client.Error{Method: "GET", Path: "/api/v1/vms", Status: 403}
	asked := 0
	vm := func(answer error) tfkit.Kind {
		return tfkit.Kind{Name: "VM", Type: "raff_vm", List: func(context.Context, *client.Client, string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				asked++
				yield("", answer)
			}
		}}
	}
	check := func(g *tfkit.ProjectGuard, id types.String, answer error) diag.Diagnostics {
		var diags diag.Diagnostics
		g.Check(t.Context(), at, vm(answer), id, &diags)
		return diags
	}
	guard := tfkit.NewProjectGuard(c, []string{"a", "b"})
	if diags := check(guard, types.StringValue("c"), nil); !diags.HasError() || asked != 0 {
		t.Errorf("a project that is not allowed: %v, asked %d times", diags, asked)
	}
	if diags := check(guard, types.StringUnknown(), nil); diags.HasError() || asked != 0 {
		t.Errorf("an unknown project: %v, asked %d times", diags, asked)
	}
	if diags := check(guard, types.StringValue("a"), forbidden); !diags.HasError() {
		t.Error("an unreachable project was accepted")
	}
	if diags := check(guard, types.StringValue("a"), nil); diags.HasError() || asked != 2 {
		t.Errorf("a refusal must not be remembered: %v, asked %d times", diags, asked)
	}
	if diags := check(guard, types.StringValue("a"), forbidden); diags.HasError() || asked != 2 {
		t.Errorf("a reachable project is asked for once: %v, asked %d times", diags, asked)
	}
}

func TestAddError(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want []string
	}{
		"unauthorized": {&client.Error{Method: "GET", Path: "/x", Status: 401}, []string{"api_key"}},
		"forbidden": {
			&client.Error{Method: "POST", Path: "/x", Status: 403, Message: "missing vm.create", Project: "p1", RequestID: "r1"},
			[]string{"missing vm.create", "(request r1)", "in that project", "role"},
		},
		"permission in a project": {
			&client.Error{Method: "POST", Path: "/api/v1/volumes", Status: 403, Message: "no", Project: "p1"},
			[]string{"volume.create in that project", "role", "raff_project_member", "raff_roles"},
		},
		"permission in the account": {
			&client.Error{Method: "GET", Path: "/api/v1/roles", Status: 403, Message: "missing permission account.roles.view"},
			[]string{"account.roles.view in the account", "role_id of raff_api_key", "raff_roles"},
		},
		"permission by id alone": {&client.Error{Method: "GET", Path: "/api/v1/vms/1", Status: 403}, []string{"vm.view in the object's project"}},
		"unknown permission":     {&client.Error{Method: "GET", Path: "/api/v1/x", Status: 403}, []string{"lacks a permission in the account"}},
		"billing":                {&client.Error{Method: "POST", Path: "/x", Status: 403, Reason: "banned"}, []string{"banned", "billing"}},
		"balance":                {&client.Error{Method: "POST", Path: "/x", Status: 402}, []string{"Top up"}},
		"rate":                   {&client.Error{Method: "POST", Path: "/x", Status: 429}, []string{"requests_per_second"}},
		"unreachable":            {&client.Error{Method: "GET", Path: "/x", Err: errors.New("connection refused")}, []string{"connection refused", "RAFF_API_URL"}},
		"interrupted":            {context.Canceled, []string{"recorded in the state", "nothing was tainted"}},
		"timeout":                {context.DeadlineExceeded, []string{"Nothing was tainted", "timeouts"}},
		"timeout of a create": {
			tfkit.Tainted(tfkit.Kind{Type: "raff_vm"}, context.DeadlineExceeded),
			[]string{"may still finish", "tainted: the next apply destroys it", "terraform untaint <address of the raff_vm>", "raise create in its timeouts"},
		},
		"failure of a create": {
			fmt.Errorf("twice: %w", tfkit.Tainted(tfkit.Kind{Type: "raff_vm"}, &client.Error{Method: "POST", Path: "/x", Status: 402})),
			[]string{"tainted: the next apply destroys it", "Top up"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			tfkit.AddError(&diags, "Unable to create VM", tfkit.Object("VM", "web", "42", "p1"), test.err)
			detail := diags[0].Detail()
			for _, want := range append(test.want, `VM "web" (42) in project p1`) {
				if !strings.Contains(detail, want) {
					t.Errorf("%q lacks %q", detail, want)
				}
			}
			for _, part := range []string{"p1", "r1", `"web"`} {
				if n := strings.Count(detail, part); n > 1 {
					t.Errorf("%q names %q %d times", detail, part, n)
				}
			}
		})
	}
}

// What the API says about one field of the request is said about the attribute.
func TestAddError_attribute(t *testing.T) {
	for message, want := range map[string]path.Path{
		"size: must be at least 10":                     path.Root("size"),
		"new_size: must be more than before":            path.Root("size"),
		"password: too short":                           path.Root("password_wo"),
		`a VM named "web" already exists`:               path.Root("name"),
		"CIDR prefix must be between /16 and /28":       path.Root("cidr"),
		`VM "web" must be passive, it is active`:        path.Empty(),
		"the last interface of VM cannot be detached":   path.Empty(),
		`skip_public_ip: needs a VPC, or a public "ip"`: path.Root("public_ipv4"),
	} {
		var diags diag.Diagnostics
		tfkit.AddError(&diags, "Unable to create VM", "VM", fmt.Errorf("wrapped: %w", &client.Error{Method: "POST", Path: "/x", Status: 400, Message: message}))
		at := path.Empty()
		if located, ok := diags[0].(diag.DiagnosticWithPath); ok {
			at = located.Path()
		}
		if !at.Equal(want) {
			t.Errorf("%s: on %s, want %s", message, at, want)
		}
	}
}

// The id of the project comes once, and the request that goes on about it says "that project".
func TestAddUnreachableProject_namesTheProjectOnce(t *testing.T) {
	const project = "11111111-1111-4111-8111-111111111111"
	for _, err := range []error{
		&client.Error{Method: "GET", Path: "/api/v1/vms", Status: 403, Project: project, RequestID: "r1"},
		&client.Error{Method: "GET", Path: "/api/v1/projects/" + project + "/members", Status: 404, RequestID: "r1"},
		&client.Error{Method: "GET", Path: "/api/v1/vms", Status: 500, Project: project, RequestID: "r1"},
		&client.Error{Method: "GET", Path: "/api/v1/vms", Status: 403, Project: project},
	} {
		var diags diag.Diagnostics
		tfkit.AddUnreachableProject(&diags, path.Root("project_id"), "VM", project, err)
		if n := strings.Count(diags[0].Detail(), project); n != 1 {
			t.Errorf("%q names the project %d times", diags[0].Detail(), n)
		}
	}
}
