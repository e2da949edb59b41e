package export_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// randomAccounts is how many accounts are drawn.
const randomAccounts = 100

// at is a provider with the Owner's key that asks another address than the backend's own.
func at(t *testing.T, b *acctest.Backend, url string) *protocol.Provider {
	t.Helper()
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]tftypes.Value{"max_retries": tftypes.NewValue(tftypes.Number, 0)}
	if errs := b.Configure(t, p.Server, url, b.OwnerKey, settings); len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

// exportOf is the account as the export reads and writes it.
func exportOf(t *testing.T, p *protocol.Provider, o export.Options) (export.Account, export.Files) {
	t.Helper()
	account, err := export.Read(t.Context(), p, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := export.Write(t.Context(), p, account, o)
	if err != nil {
		t.Fatal(err)
	}
	return account, files
}

// Of every account, all objects are written or the coverage says why not, and the plan of what was written imports and does
// nothing else. The bytes are the same whatever the order of lists, and whichever answer comes first. A new VM adds its blocks
// and nothing else. The export itself changes nothing. Half of the accounts are written with modules.
func TestExport_randomAccounts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(randomAccounts) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			f, o := acctest.RandomAccount(t, seed), export.Options{Modules: seed%2 == 1}
			before := len(f.Mutations())
			p := at(t, f.Backend, "")
			account, files := exportOf(t, p, o)
			written := parse(t, p, files.Content)
			expectCovered(t, f, account, written.imports)
			written.expectProven()
			shuffled := at(t, f.Backend, f.Shuffled(t, seed).URL)
			_, again := exportOf(t, shuffled, o)
			expectSame(t, files.Content, again.Content)
			if after := f.Mutations()[before:]; len(after) > 0 {
				t.Errorf("the export has sent %v", after)
			}
			o.Existing = files.Content
			oneMoreVM(t, f, o)
		})
	}
}

// expectCovered expects each object that was created to be written, and the coverage to add up.
func expectCovered(t *testing.T, f *acctest.Furnished, account export.Account, imports map[string]string) {
	t.Helper()
	found := map[string]bool{}
	written := map[string]int{}
	for address, id := range imports {
		found[typeAt(address)+" "+id] = true
		written[typeAt(address)]++
	}
	for _, made := range f.Made {
		if found[made.Type+" "+made.ImportID()] == made.Passing {
			t.Errorf("%s %q (%s): written %v", made.Type, made.Name, made.ImportID(), made.Passing)
		}
	}
	for _, c := range account.Coverage {
		if c.Hole || c.Written != written[c.Type] || c.Found != c.Written+c.Skipped || c.Skipped > 0 && len(c.Reasons) == 0 {
			t.Errorf("%d objects are written, and the coverage is %+v", written[c.Type], c)
		}
	}
}

func expectSame(t *testing.T, want, got map[string][]byte) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !bytes.Equal(want[name], got[name]) {
			t.Errorf("%s is\n%s\nwas\n%s", name, got[name], want[name])
		}
	}
	if len(want) != len(got) {
		t.Errorf("the files are %q, were %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// oneMoreVM exports once more after a VM came: with a name that another object has, or that sorts before all.
func oneMoreVM(t *testing.T, f *acctest.Furnished, o export.Options) {
	t.Helper()
	name := "A new one"
	for _, made := range f.Made {
		if made.Type == "raff_volume" || made.Type == "raff_vpc" {
			name = made.Name + " "
		}
	}
	vm := f.VM(f.Production(), name)
	p := at(t, f.Backend, "")
	_, files := exportOf(t, p, o)
	parse(t, p, files.Content).expectProven()
	expectAdded(t, o.Existing, files.Content, vm.ID)
}

// expectAdded expects blocks of a new VM beside those that were there.
func expectAdded(t *testing.T, before, after map[string][]byte, id string) {
	t.Helper()
	added := map[string]int{}
	for name, content := range after {
		if path.Ext(name) != ".tf" {
			continue // what the next export needs to know of the files
		}
		were := map[string]int{}
		for _, text := range blockTexts(string(before[name])) {
			were[text]++
		}
		for _, text := range blockTexts(string(content)) {
			if were[text] > 0 {
				were[text]--
				continue
			}
			first, _, _ := strings.Cut(text, "\n")
			added[first]++
			if strings.HasPrefix(text, "import") && !strings.Contains(text, id) {
				t.Errorf("%s has gained\n%s", name, text)
			}
		}
		for text, n := range were {
			if n > 0 && !mayGrow(text) {
				t.Errorf("%s has lost\n%s", name, text)
			}
		}
	}
	for name := range before {
		if after[name] == nil {
			t.Errorf("%s is gone", name)
		}
	}
	vms := 0
	for first, n := range added {
		kind, _, _ := strings.Cut(strings.TrimPrefix(first, "resource "), " ")
		switch {
		case strings.HasPrefix(first, `resource "raff_vm" `):
			vms += n
		case kind == "import" && n == 1, kind == "variable", kind == "module", kind == "data", strings.HasPrefix(first, "#"), kind == "terraform":
		default:
			t.Errorf("gained is %s (%d)", first, n)
		}
	}
	if vms != 1 {
		t.Errorf("%d VMs were added", vms)
	}
}

// mayGrow tells whether a block may be another one after an object has come: the call of a module has its arguments.
func mayGrow(text string) bool { return strings.HasPrefix(text, "module ") }

// blockTexts are the blocks of a file.
func blockTexts(content string) []string {
	var all []string
	if strings.HasPrefix(content, "#") {
		header, rest, _ := strings.Cut(content, "\n")
		all, content = append(all, header), rest
	}
	for _, text := range strings.SplitAfter(content, "\n}\n") {
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// A fault in any list that an export asks for is a hole in the coverage, and no error of all.
func TestExport_faults(t *testing.T) {
	t.Parallel()
	f := acctest.RandomAccount(t, 85)
	f.ClearJournal()
	exportOf(t, at(t, f.Backend, ""), export.Options{})
	lists := map[string]bool{}
	for _, e := range f.Journal() {
		// What prices are today is in no configuration.
		if strings.HasPrefix(e.Operation, "list") && !strings.HasSuffix(e.Operation, "Pricing") || e.Operation == "getVMNotes" {
			lists[e.Operation] = true
		}
	}
	if len(lists) < 15 {
		t.Errorf("the lists are only %v", lists)
	}
	for _, operation := range slices.Sorted(maps.Keys(lists)) {
		for _, fault := range []refbackend.Fault{{Status: http.StatusForbidden, Message: "no"}, {HTML: true}} {
			p := at(t, f.Backend, "")
			fault.Operation = operation
			f.AddFault(fault)
			account, err := export.Read(t.Context(), p, export.Options{}, nil)
			applied := f.Faults()[0].Applied()
			f.ClearFaults()
			switch {
			case applied == 0:
				t.Errorf("%s was not asked for", operation)
			case err == nil && !slices.ContainsFunc(account.Coverage, func(c export.Coverage) bool { return c.Hole && len(c.Reasons) > 0 }):
				t.Errorf("a fault of %s (%d) shows nowhere", operation, fault.Status)
			}
		}
	}
}
