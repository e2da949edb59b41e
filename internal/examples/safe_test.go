package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Every VM that README, index and examples show keeps its template when a newer one comes or its own goes, and its plan when
// another one becomes cheaper. No id of the catalogue is written out.
func TestExamples_pinned(t *testing.T) {
	t.Parallel()
	vms := 0
	for name, body := range shown(t) {
		for _, block := range body.Blocks {
			if block.Type == "resource" && block.Labels[0] == "raff_vm" {
				vms++
				checkPinned(t, name, body, block)
			}
		}
	}
	if vms < 10 {
		t.Errorf("only %d VMs were found", vms)
	}
}

func checkPinned(t *testing.T, name string, body *hclsyntax.Body, vm *hclsyntax.Block) {
	t.Helper()
	if ignored := ignoredBy(vm); !strings.Contains(ignored, "template_id") {
		t.Errorf("%s: raff_vm.%s does not ignore changes of template_id", name, vm.Labels[1])
	}
	variables := vm.Body.Attributes["pricing_id"].Expr.Variables()
	if len(variables) == 0 {
		t.Errorf("%s: raff_vm.%s has the id of a plan written out", name, vm.Labels[1])
		return
	}
	plan, ok := variables[0][2].(hcl.TraverseAttr)
	if !ok {
		t.Fatalf("%s: the plan of raff_vm.%s comes from no data source", name, vm.Labels[1])
	}
	for _, block := range body.Blocks {
		if block.Type == "data" && block.Labels[0] == "raff_vm_plan" && block.Labels[1] == plan.Name {
			if _, exact := block.Body.Attributes["vcpu"]; !exact {
				t.Errorf("%s: data.raff_vm_plan.%s names no exact size", name, plan.Name)
			}
			return
		}
	}
	if !strings.HasSuffix(name, "_windows.tf") {
		t.Errorf("%s: there is no data.raff_vm_plan.%s", name, plan.Name)
	}
}

// ignoredBy is the names in ignore_changes of a resource.
func ignoredBy(resource *hclsyntax.Block) string {
	for _, block := range resource.Body.Blocks {
		if ignored, ok := block.Body.Attributes["ignore_changes"]; ok && block.Type == "lifecycle" {
			var names []string
			for _, v := range ignored.Expr.Variables() {
				names = append(names, v.RootName())
			}
			return strings.Join(names, " ")
		}
	}
	return ""
}

// shown is every configuration of the examples, and each of the pages.
func shown(t *testing.T) map[string]*hclsyntax.Body {
	t.Helper()
	all := map[string]*hclsyntax.Body{}
	add := func(name, text string) {
		file, diags := hclsyntax.ParseConfig([]byte(text), name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok {
			t.Fatalf("%s is no native syntax", name)
		}
		all[name] = body
	}
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".tf" {
			return err
		}
		text, err := os.ReadFile(path)
		add(path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "docs/index.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			add(page+" "+block[1][:min(len(block[1]), 20)], block[1])
		}
	}
	return all
}
