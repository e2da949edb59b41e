package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// listedElsewhere tells whether an object is left out of the list of its type, since that of another one has it: the first
// VPC of a VM is the VM's vpc_id, and a member who has not joined yet is an invitation.
func listedElsewhere(t *testing.T, w *acctest.Walk, o acctest.Object) bool {
	t.Helper()
	switch o.Type {
	case "raff_vpc_attachment":
		return true
	case "raff_member", "raff_project_member":
		return textAttribute(t, w, o, "status") == "pending"
	}
	return false
}

// Every object is found by the list of its type. What a list shows of one is what an import reads, and no list changes
// anything.
func TestAccList_findsEverything(t *testing.T) {
	b, objects := applied(t)
	before := len(b.Mutations())
	w := b.NewWalk(t, "")
	for typeName := range w.Schemas {
		t.Run(typeName, func(t *testing.T) {
			found := map[string]acctest.Listed{}
			for _, listed := range w.List(typeName, nil, 0, true) {
				if len(listed.Errors)+len(listed.Warnings) > 0 || listed.Name == "" {
					t.Errorf("%q: %q %q", listed.Name, listed.Errors, listed.Warnings)
					continue
				}
				found[listed.Identity["id"]] = listed
				sameAsImport(t, w, typeName, listed)
			}
			for _, o := range objects {
				if o.Type != typeName {
					continue
				}
				id := textAttribute(t, w, o, "id")
				if _, ok := found[id]; !ok && !listedElsewhere(t, w, o) {
					t.Errorf("%s (%s) is not listed; there are %d", o.Address(), id, len(found))
				}
			}
			sameWithout(t, w, typeName, found)
		})
	}
	if after := b.Mutations()[before:]; len(after) > 0 {
		t.Errorf("lists have sent %v", after)
	}
}

// sameAsImport holds a result to what an import of the object reads.
func sameAsImport(t *testing.T, w *acctest.Walk, typeName string, listed acctest.Listed) {
	t.Helper()
	id := listed.Identity["id"]
	if project := listed.Identity["project_id"]; project != "" {
		id = project + "/" + id
	}
	imported, errs := w.Import(typeName, id)
	if len(errs) > 0 {
		t.Errorf("%s %s: %q", typeName, id, errs)
		return
	}
	if !imported.State.Equal(listed.State) {
		diffs, _ := imported.State.Diff(listed.State)
		t.Errorf("%s %s: an import reads something else than the list: %v", typeName, id, diffs)
	}
}

// sameWithout holds a list without the resources to the one with them.
func sameWithout(t *testing.T, w *acctest.Walk, typeName string, found map[string]acctest.Listed) {
	t.Helper()
	plain := w.List(typeName, nil, 0, false)
	if len(plain) != len(found) {
		t.Errorf("%d results, %d with the resources", len(plain), len(found))
	}
	for _, listed := range plain {
		with := found[listed.Identity["id"]]
		if fmt.Sprint(with.Identity) != fmt.Sprint(listed.Identity) || with.Name != listed.Name || !listed.State.IsNull() {
			t.Errorf("%v %q is %v %q with the resource", listed.Identity, listed.Name, with.Identity, with.Name)
		}
	}
}

func textAttribute(t *testing.T, w *acctest.Walk, o acctest.Object, name string) (text string) {
	t.Helper()
	if err := w.Attributes(o.State)[name].As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// A list asks for no more than is wanted, and says with its last result how many more there are.
func TestList_limit(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	for i := range 7 {
		b.MakeVM(t, b.Production(), fmt.Sprintf("web-%d", i))
	}
	w := b.NewWalk(t, "")
	for _, limit := range []int64{1, 6, 7, 8} {
		results := w.List("raff_vm", nil, limit, false)
		if int64(len(results)) != min(limit, 7) {
			t.Errorf("limit %d: %d results", limit, len(results))
		}
		for i, listed := range results {
			cut := limit < 7 && i == len(results)-1
			more := map[int64]string{1: "There are 6 more VMs.", 6: "There is one more."}[limit]
			if cut != (len(listed.Warnings) == 1) || cut && !strings.Contains(listed.Warnings[0], more) {
				t.Errorf("limit %d, result %d: %q", limit, i, listed.Warnings)
			}
			if want := " (production)"; !strings.HasSuffix(listed.Name, want) {
				t.Errorf("%q has no %q", listed.Name, want)
			}
		}
	}
	var limits []string
	for _, request := range b.Requests("listVMs") {
		limits = append(limits, request.Query)
	}
	if want := []string{"limit=1&offset=0", "limit=6&offset=0", "limit=7&offset=0", "limit=8&offset=0"}; !slices.Equal(limits, want) {
		t.Errorf("asked for %q, want %q", limits, want)
	}
}

// A project that cannot be read is a warning; those that can are listed.
func TestList_projectThatCannotBeRead(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	vm := b.MakeVM(t, b.Production(), "web")
	missing := "00000000-0000-4000-8000-000000000000"
	allowed := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{
		tftypes.NewValue(tftypes.String, missing), tftypes.NewValue(tftypes.String, b.Production()),
	})
	w := b.NewWalkWith(t, "", map[string]tftypes.Value{"allowed_project_ids": allowed})
	results := w.List("raff_vm", nil, 100, true)
	if len(results) != 2 || len(results[0].Warnings) != 1 || results[1].Identity["id"] != vm.ID {
		t.Fatalf("got %+v", results)
	}
	if text := results[0].Warnings[0]; !strings.Contains(text, missing) || !strings.Contains(text, "The others are listed") {
		t.Errorf("the warning is %q", text)
	}
	one := map[string]tftypes.Value{"project_id": tftypes.NewValue(tftypes.String, missing)}
	if results := w.List("raff_vm", one, 100, true); len(results) != 1 || len(results[0].Errors) != 1 {
		t.Errorf("a project that is named and cannot be read: %+v", results)
	}
}

// A list in which no project could be read has failed: it does not look like one that found nothing.
func TestList_noProjectCanBeRead(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	b.MakeVM(t, b.Production(), "web")
	b.AddFault(refbackend.Fault{Operation: "listVMs", Status: http.StatusForbidden, Message: "no"})
	allowed := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{
		tftypes.NewValue(tftypes.String, b.Staging()), tftypes.NewValue(tftypes.String, b.Production()),
	})
	results := b.NewWalkWith(t, "", map[string]tftypes.Value{"allowed_project_ids": allowed}).List("raff_vm", nil, 100, true)
	if len(results) != 3 || len(results[2].Errors) != 1 || !strings.Contains(results[2].Errors[0], "None of the 2 projects") {
		t.Fatalf("got %+v", results)
	}
	for i, project := range slices.Sorted(slices.Values([]string{b.Staging(), b.Production()})) {
		// Terraform shows one of several warnings with the same summary.
		if w := results[i].Warnings; len(w) != 1 || !strings.Contains(w[0], "Unable to list VMs of project "+project) {
			t.Errorf("result %d: %q", i, w)
		}
	}
}

// A filter that makes no sense is refused before anything is asked, and never taken for one that was left out.
func TestList_filterThatMakesNoSense(t *testing.T) {
	for _, test := range []struct{ typeName, filter, value, want string }{
		{"raff_vm", "project_id", "", "must be at least 1"},
		{"raff_snapshot", "vm_id", "", "must be at least 1"},
		{"raff_snapshot", "type", "disk", `must be "vm" or "volume"`},
		{"raff_ip", "status", "used", `must be "free" or "in-use"`},
		{"raff_member", "status", "pending", `must be "active" or "suspended"`},
		{"raff_project_member", "status", "pending", `must be "active" or "suspended"`},
		{"raff_role", "scope", "all", `must be "account" or "project"`},
	} {
		said := validateList(t, test.typeName, test.filter, test.value)
		if len(said) != 1 || !strings.Contains(said[0].Detail, test.want) || said[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("%s with %s = %q: %+v", test.typeName, test.filter, test.value, said)
		}
	}
	for typeName, filter := range map[string]string{"raff_vm": "status", "raff_volume": "vm_id"} {
		if said := validateList(t, typeName, filter, "anything"); len(said) > 0 {
			t.Errorf("%s with %s: %+v", typeName, filter, said)
		}
	}
}

// validateList validates a list block with one attribute, as Terraform does before it asks for the list.
func validateList(t *testing.T, typeName, attribute, value string) []*tfprotov6.Diagnostic {
	t.Helper()
	server := provider.NewServer("test")()
	lists, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider lists nothing")
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]tftypes.Value{}
	typ := schemas.ListResourceSchemas[typeName].ValueType()
	for _, a := range schemas.ListResourceSchemas[typeName].Block.Attributes {
		values[a.Name] = tftypes.NewValue(a.Type, nil)
	}
	values[attribute] = tftypes.NewValue(tftypes.String, value)
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	response, err := lists.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return response.Diagnostics
}

// What every project would refuse ends the list: it is asked for once, and is no warning.
func TestList_refusedForEveryProject(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	allowed := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{
		tftypes.NewValue(tftypes.String, b.Staging()), tftypes.NewValue(tftypes.String, b.Production()),
	})
	filter := map[string]tftypes.Value{"status": tftypes.NewValue(tftypes.String, "nonsense")}
	results := b.NewWalkWith(t, "", map[string]tftypes.Value{"allowed_project_ids": allowed}).List("raff_vm", filter, 100, true)
	if len(results) != 1 || len(results[0].Errors) != 1 || !strings.Contains(results[0].Errors[0], "status: must be one of active") {
		t.Errorf("%+v", results)
	}
	if n := len(b.Requests("listVMs")); n != 1 {
		t.Errorf("the VMs were asked for %d times", n)
	}
}

// What belongs to one VM and cannot be read is a warning that names the VM; the others are listed.
func TestList_partThatCannotBeRead(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	project := b.Client(t).Project(b.Production())
	broken, whole := b.MakeVM(t, b.Production(), "broken"), b.MakeVM(t, b.Production(), "whole")
	for _, vm := range []*client.VM{broken, whole} {
		if _, err := project.PutVMNote(t.Context(), vm.ID, client.NoteAccount, "kept"); err != nil {
			t.Fatal(err)
		}
	}
	b.AddFault(refbackend.Fault{Operation: "getVMNotes", Object: broken.ID, Status: http.StatusForbidden, Message: "no"})
	results := b.NewWalk(t, "").List("raff_vm_note", nil, 100, true)
	var names, warnings []string
	for _, listed := range results {
		if len(listed.Errors) > 0 {
			t.Errorf("%q", listed.Errors)
		}
		if listed.Name != "" {
			names = append(names, listed.Name)
		}
		warnings = append(warnings, listed.Warnings...)
	}
	if want := []string{"account note on whole (production)"}; !slices.Equal(names, want) {
		t.Errorf("listed are %q, want %q", names, want)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], `Unable to list notes of VM "broken"`) {
		t.Errorf("the warnings are %q", warnings)
	}
}

// The first VPC of a VM is its vpc_id; further ones are attachments.
func TestList_furtherVPCs(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	project := b.Client(t).Project(b.Production())
	vm := b.MakeVM(t, b.Production(), "web")
	var ids []string
	for i, name := range []string{"first", "second"} {
		vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: name, CIDR: fmt.Sprintf("10.%d.0.0/24", i+10), Region: vm.Region})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, vpc.ID)
		if err := project.AttachVMToVPC(t.Context(), vm.ID, client.AttachVPCRequest{VPCID: vpc.ID}); err != nil {
			t.Fatal(err)
		}
	}
	w := b.NewWalk(t, "")
	results := w.List("raff_vpc_attachment", nil, 100, true)
	if len(results) != 1 || results[0].Identity["id"] != vm.ID+":"+ids[1] || results[0].Name != "web in second (production)" {
		t.Fatalf("listed are %+v", results)
	}
	sameAsImport(t, w, "raff_vpc_attachment", results[0])
	if vms := w.List("raff_vm", nil, 100, true); textAttribute(t, w, acctest.Object{State: vms[0].State}, "vpc_id") != ids[0] {
		t.Errorf("the VM's vpc_id is another one")
	}
}
