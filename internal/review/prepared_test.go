package review

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// prepared is a change of the environment in testdata/shop.tf.
type prepared struct {
	name  string
	edits []string // what stands in the configuration, and what stands there instead, in turn
	// added is configuration that the change adds, with one volume's id in it where %s is: it is not in the state.
	added string
	fresh bool     // nothing is in the state yet
	args  []string // of terraform plan
}

// gone is an edit that takes blocks away, from the beginning of one to the beginning of another.
const gone = "\x00gone"

var prepareds = []prepared{
	{name: "01-create-environment", fresh: true, edits: []string{ // the names of the environment that exists are taken
		`name       = "shop"`, `name       = "store"`,
		"10.1.0.0/24", "10.3.0.0/24",
		`name                      = "shop-web"`, `name                      = "store-web"`,
		`name       = "shop-web"`, `name       = "store-web"`,
		`name                      = "shop-db"`, `name                      = "store-db"`,
		`slug        = "shop-deployer"`, `slug        = "store-deployer"`,
	}},
	{name: "02-tag-and-power-off", edits: []string{
		`tags                      = ["web"]`, `tags                      = ["web", "legacy"]` + "\n" + `  power_state               = "passive"`,
	}},
	{name: "03-resize", edits: []string{"pricing_id                = 9", "pricing_id                = 11"}},
	{name: "04-grow-disk-and-volume", edits: []string{
		`volume_action             = "delete"`, `volume_action             = "delete"` + "\n" + `  disk_size                 = 200`,
		"size       = 100", "size       = 250",
	}},
	{name: "05-reinstall", edits: []string{"web_template = data.raff_template.ubuntu.id", "web_template = data.raff_template.debian.id"}},
	{name: "06-replace-by-policy", edits: []string{"db_template  = data.raff_template.ubuntu.id", "db_template  = data.raff_template.debian.id"}},
	{name: "07-destroy-vm", edits: []string{
		gone, `resource "raff_security_group_attachment" "web"`, gone, `resource "raff_snapshot" "web"`, gone, `resource "raff_backup" "web"`,
		gone, `resource "raff_vm" "web"`, gone, `output "address"`,
	}},
	{name: "08-move-volume", edits: []string{
		gone, `resource "raff_volume_attachment" "data"`,
		"project_id = local.project\n  name       = \"shop-data\"", "project_id = \"$STAGING\"\n  name       = \"shop-data\"",
	}},
	{name: "09-address-type", edits: []string{
		"resource \"raff_ip\" \"entry\" {\n  project_id = local.project", "resource \"raff_ip\" \"entry\" {\n  project_id = local.project\n  type       = \"IPv6\"",
	}},
	{name: "10-rotate-key", edits: []string{`rotation_trigger = "2026-10"`, `rotation_trigger = "2026-11"`}},
	{name: "11-keep-fewer-backups", edits: []string{"keep_count = 14", "keep_count = 3"}},
	{name: "12-vpc-range", edits: []string{"10.1.0.0/24", "10.2.0.0/24"}},
	{name: "13-move-project", edits: []string{`project      = "$PRODUCTION"`, `project      = "$STAGING"`}},
	{name: "14-role", edits: []string{
		`slug        = "shop-deployer"`, `slug        = "shop-operator"`,
		`permissions = ["vm.view", "vm.power", "volume.view"]`, `permissions = ["vm.view"]`,
	}},
	{name: "15-open-port", edits: []string{`ports = "22", ip = "203.0.113.0", size = 24`, `ports = "22", ip = "0.0.0.0", size = 0`}},
	{name: "16-import-and-change", added: `
import {
  to = raff_volume.archive
  id = "%s"
}

resource "raff_volume" "archive" {
  project_id = local.project
  name       = "shop-archive"
  size       = 60
}
`},
	{name: "17-destroy-all", args: []string{"-destroy"}},
	{name: "18-unknown", edits: []string{"pricing_id                = 9", "pricing_id                = terraform_data.plan.output"}, added: `
resource "terraform_data" "plan" {
  input = 10
}

resource "raff_vm" "worker" {
  count = 2

  project_id  = local.project
  name        = "shop-worker-${count.index}"
  template_id = local.web_template
  pricing_id  = count.index == 0 ? 9 : terraform_data.plan.output
  ssh_keys    = local.ssh_keys
}
`},
}

// TestPrepared plans each prepared change with the CLI, and compares what Terraform says and what the review says with
// what was read and found good. UPDATE_GOLDEN=1 writes both anew.
func TestPrepared(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	base, err := os.ReadFile("testdata/shop.tf")
	if err != nil {
		t.Fatal(err)
	}
	named := strings.NewReplacer("$PRODUCTION", b.Production(), "$STAGING", b.Staging())
	cli := acctest.NewCLI(t, b.Config(string(base)))
	configuration := cli.Read(t, "main.tf")
	cli.Write(t, "main.tf", named.Replace(configuration))
	archive, err := b.Client(t).Project(b.Production()).CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "shop-archive", Size: 50, VolumeType: "nvme", Region: "us-east"})
	if err != nil {
		t.Fatal(err)
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-target=raff_vm.web") // the API lists them in the order of their creation
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	applied := cli.Read(t, "terraform.tfstate")
	normal := normalizer(t, b, applied)
	recorded := strings.HasPrefix(cli.MustRun(t, "version"), "Terraform v1.11.") // other CLIs word a plan otherwise

	for _, change := range prepareds {
		t.Run(change.name, func(t *testing.T) {
			own := *cli
			own.Dir = t.TempDir()
			own.Write(t, "main.tf", named.Replace(change.apply(t, configuration, fmt.Sprint(archive.ID))))
			if !change.fresh {
				own.Write(t, "terraform.tfstate", applied)
			}
			said := own.MustRun(t, append([]string{"plan", "-no-color", "-input=false", "-out=plan.bin"}, change.args...)...)
			shown := output(t, &own, "show", "-json", "plan.bin")

			directory := filepath.Join("testdata", change.name)
			if recorded {
				golden(t, filepath.Join(directory, "plan.txt"), normal(planText(said)))
			}
			own.Write(t, "plan.json", normal(shown))
			var stdout, stderr bytes.Buffer
			args := []string{"--name", "production", filepath.Join(own.Dir, "plan.json")}
			if code := Run(args, nil, &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
				t.Errorf("exit code %d: %s", code, stderr.String())
			}
			golden(t, filepath.Join(directory, "review.md"), stdout.String())
		})
	}
}

// apply makes the change in a configuration. What it edits has to be there once.
func (p prepared) apply(t *testing.T, config, volumeID string) string {
	t.Helper()
	for i := 0; i < len(p.edits); i += 2 {
		from, to := p.edits[i], p.edits[i+1]
		if from == gone {
			from, to = blockOf(t, config, to), ""
		}
		if n := strings.Count(config, from); n != 1 {
			t.Fatalf("%q is %d times in the configuration", from, n)
		}
		config = strings.Replace(config, from, to, 1)
	}
	if strings.Contains(p.added, "%s") {
		return config + fmt.Sprintf(p.added, volumeID)
	}
	return config + p.added
}

// blockOf is the block of a configuration that begins with a line.
func blockOf(t *testing.T, config, header string) string {
	t.Helper()
	_, after, ok := strings.Cut(config, header)
	inner, _, closed := strings.Cut(after, "\n}\n")
	if !ok || !closed {
		t.Fatalf("there is no block %s", header)
	}
	return header + inner + "\n}\n"
}

// output is what the CLI writes to its standard output.
func output(t *testing.T, cli *acctest.CLI, args ...string) string {
	t.Helper()
	cmd := cli.Command(context.WithoutCancel(t.Context()), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return string(stdout)
}

// planText is what Terraform says about a plan, without what it says on its way there and about the directory.
func planText(said string) string {
	said, _, _ = strings.Cut(said, "\n─────")
	if _, warnings, ok := strings.Cut(said, "releases.\n"); ok && strings.Contains(said, "development overrides") {
		said = warnings
	}
	lines := strings.Split(said, "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool {
		return strings.Contains(l, ": Refreshing state...") || strings.Contains(l, ": Reading...") || strings.Contains(l, ": Read complete after") ||
			strings.Contains(l, ": Preparing import...")
	})
	return sorted(strings.TrimSpace(strings.Join(lines, "\n"))) + "\n"
}

// aside is where a warning points to.
var aside = regexp.MustCompile(`(?m)^  (with|on) .*\n|^ *\d+: .*\n`)

// anyObject is the object that such a warning names.
var anyObject = regexp.MustCompile(`\bas [^,]*? in project [0-9a-f-]+,`)

// sorted has the warnings of a plan in the order of their text. One that is said of whichever object is planned first names
// none of them.
func sorted(said string) string {
	text, first, ok := strings.Cut(said, "\nWarning: ")
	if !ok {
		return said
	}
	warnings := strings.Split(first, "\n\nWarning: ")
	for i, w := range warnings {
		if strings.HasPrefix(w, effects.MoveTitle) {
			title, detail, _ := strings.Cut(aside.ReplaceAllString(w, ""), "\n")
			warnings[i] = title + "\n\n" + anyObject.ReplaceAllString(strings.Join(strings.Fields(detail), " "), "as one of them,")
		}
	}
	slices.Sort(warnings)
	return text + "\nWarning: " + strings.Join(warnings, "\n\nWarning: ")
}

var (
	moment  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	uuid    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	address = regexp.MustCompile(`^(198\.18|10\.1)\.\d+\.\d+$|^2001:db8:`)
)

// normalizer puts fixed values where others stand each time: which object is created first is not the same.
func normalizer(t *testing.T, b *acctest.Backend, state string) func(string) string {
	t.Helper()
	var s struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct{ Attributes map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(state), &s); err != nil {
		t.Fatal(err)
	}
	pairs := []string{b.Production(), fixedID(1), b.Staging(), fixedID(2)}
	next := 10
	for _, r := range s.Resources { // sorted by type and name in the file
		if r.Mode != "managed" {
			continue
		}
		for _, i := range r.Instances {
			next++
			for _, name := range slices.Sorted(keys(i.Attributes)) {
				value, _ := i.Attributes[name].(string)
				switch {
				case slices.Contains(pairs, value):
				case name == "id" && uuid.MatchString(value):
					pairs = append(pairs, value, fixedID(next))
				case name == "key_prefix":
					pairs = append(pairs, value, "raff_1a2b3c4d")
				case address.MatchString(value) && name != "gateway" && name != "dns":
					pairs = append(pairs, value, fmt.Sprintf("203.0.113.%d", next))
				case name == "mac":
					pairs = append(pairs, value, fmt.Sprintf("02:00:00:00:00:%02x", next))
				}
			}
		}
	}
	replacer := strings.NewReplacer(pairs...)
	return func(text string) string {
		return moment.ReplaceAllString(replacer.Replace(text), "2026-10-01T08:00:00Z")
	}
}

func keys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func fixedID(n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", n, n) }

// golden compares text with a file, or writes it there.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; UPDATE_GOLDEN=1 writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is there now; UPDATE_GOLDEN=1 writes it.\n--- want\n%s\n--- got\n%s", file, want, got)
	}
}
