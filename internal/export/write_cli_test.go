package export_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// directory is a directory with the files of an export, for a CLI that works with an account.
func directory(t *testing.T, b *acctest.Backend, files export.Files) *acctest.CLI {
	t.Helper()
	cli := acctest.NewCLI(t, "")
	if err := os.Remove(filepath.Join(cli.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	for name, content := range files.Content {
		if err := os.MkdirAll(filepath.Join(cli.Dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		cli.Write(t, name, string(content))
	}
	cli.Env = append(cli.Env, "RAFF_API_URL="+b.URL, "RAFF_API_KEY="+b.OwnerKey)
	return cli
}

// What is written is laid out as the CLI does, is valid, and is imported with nothing else: neither variables nor
// changes are needed. The plan after that is empty.
func TestAccWrite_importsOnly(t *testing.T) {
	b := acctest.New(t)
	odd(t, b)
	p := providerWith(t, b, b.OwnerKey)
	account := read(t, b, export.Options{})
	for _, modules := range []bool{false, true} {
		files := written(t, p, account, export.Options{Modules: modules})
		cli := directory(t, b, files)
		cli.MustRun(t, "fmt", "-check", "-recursive", "-diff")
		if modules {
			cli.MustRun(t, "get")
		}
		before := len(b.Mutations())
		plan := cli.MustRun(t, "plan", "-no-color", "-out=plan")
		if !strings.Contains(plan, "0 to add, 0 to change, 0 to destroy") {
			t.Fatalf("the plan does more than import:\n%s", plan)
		}
		cli.MustRun(t, "apply", "-no-color", "plan")
		cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
		if after := b.Mutations()[before:]; len(after) > 0 {
			t.Errorf("importing has sent %v", after)
		}
	}
}

// Without the import blocks, the configuration makes an equal account of an empty one.
func TestAccWrite_portable(t *testing.T) {
	b := acctest.New(t)
	odd(t, b)
	files := filesOf(t, b, export.Options{})
	other := acctest.NewInProcess(t, func(o *refbackend.Options) { o.Seed = 2 })
	for _, project := range []string{other.Production(), other.Staging()} {
		if err := other.Client(t).DeleteProject(t.Context(), project); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := client.Collect(other.Client(t).ListAPIKeys(t.Context(), client.APIKeyFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if key.Name == "production only" {
			err = other.Client(t).RevokeAPIKey(t.Context(), key.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	delete(files.Content, "imports.tf")
	cli := directory(t, other, files)
	cli.Write(t, "terraform.tfvars", "ssh_keys = [\""+acctest.SSHKey+"\"]\ndesktop_password = \"Correct-Horse-42\"\n")
	cli.MustRun(t, "apply", "-no-color", "-auto-approve")
	cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
	again := filesOf(t, other, export.Options{})
	for name, content := range files.Content {
		if diff := cmp.Diff(unlabelled(content), unlabelled(again.Content[name])); filepath.Ext(name) == ".tf" && diff != "" {
			t.Errorf("%s of the account that was made: %s", name, diff)
		}
	}
}

var labels = regexp.MustCompile(`(raff_\w+)(\.|" ")[\pL\d_]+`)

// unlabelled are the blocks of a file without their labels, which depend on the age of objects and on their addresses.
func unlabelled(content []byte) []string {
	blocks := strings.SplitAfter(labels.ReplaceAllString(string(content), "$1"), "\n}\n")
	slices.Sort(blocks)
	return blocks
}
