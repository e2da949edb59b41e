package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// CLI runs Terraform, or OpenTofu, with a provider process of its own in a directory of its own, for
// what terraform-plugin-testing cannot do: signals, workspaces, plan files, logs.
type CLI struct {
	Dir string
	Env []string
	exe string
}

// NewCLI writes the configuration into a new directory and has Terraform find the
// provider there. The test's package needs Main as its TestMain. The configuration's provider block must name everything; nothing comes from the environment.
func NewCLI(t *testing.T, config string) *CLI {
	t.Helper()
	requireCLI(t)
	return newCLI(t, cliPath(), config)
}

// NewNewestCLI is NewCLI with a Terraform that has queries and actions, 1.14 or later. The test is skipped where there is none.
func NewNewestCLI(t *testing.T, config string) *CLI {
	t.Helper()
	return newCLI(t, NewestTerraform(t), config)
}

// NewestTerraform is the path of a Terraform of version 1.14 or later. The test is skipped where there is none.
func NewestTerraform(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TEST_NEWEST_TERRAFORM_PATH")
	if path == "" {
		t.Skip("no Terraform 1.14 or later on PATH, and none was built (make terraform)")
	}
	return path
}

func newCLI(t *testing.T, exe, config string) *CLI {
	t.Helper()
	c := &CLI{Dir: t.TempDir(), exe: exe}
	rc := filepath.Join(c.Dir, "cli.tfrc")
	c.Write(t, "cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"rafftechnologies/raff\" = %q\n  }\n  direct {}\n}\n", linkProvider(t)))
	c.Write(t, "main.tf", "terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n"+config)
	c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "TF_INPUT=0", serveProvider+"=1")
	return c
}

// Write writes a file of the configuration.
func (c *CLI) Write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Read returns a file of the configuration.
func (c *CLI) Read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Path is the path of the CLI.
func (c *CLI) Path() string { return c.exe }

// With is the same directory with another CLI.
func (c *CLI) With(path string) *CLI {
	other := *c
	other.exe = path
	return &other
}

// OpenTofu is the path of an OpenTofu beside the CLI of the tests; empty where there is none. root is the directory of the
// repository.
func OpenTofu(root string) string {
	path, err := exec.Command(filepath.Join(root, "internal", "tools", "terraform-cli.sh"), "opentofu").Output() //nolint:noctx // it starts nothing that lasts
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(path))
}

// Command is a run of the CLI that has not begun.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.exe, args...) // #nosec G204 -- the CLI under test
	cmd.Dir = c.Dir
	cmd.Env = c.Env
	return cmd
}

// Run runs the CLI and returns all of its output, and its error.
func (c *CLI) Run(ctx context.Context, args ...string) (string, error) {
	output, err := c.Command(ctx, args...).CombinedOutput()
	return string(output), err
}

// MustRun is Run that ends the test where the CLI fails.
func (c *CLI) MustRun(t testing.TB, args ...string) string {
	t.Helper()
	output, err := c.Run(t.Context(), args...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}

func cliPath() string {
	if p := os.Getenv("TF_ACC_TERRAFORM_PATH"); p != "" {
		return p
	}
	return "terraform"
}

// serveProvider makes a test binary serve the provider instead of running its tests. `backend run` keeps every RAFF_
// variable from its command, and so from the provider: this is none.
const serveProvider = "TEST_SERVE_RAFF_PROVIDER"

// Main is the TestMain of packages that use NewCLI: Terraform starts their test binary as the
// provider, which needs no second build.
func Main(m *testing.M) {
	if os.Getenv(serveProvider) == "" {
		os.Exit(m.Run())
	}
	if err := provider.Serve(context.Background(), "test", false); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// linkProvider puts this test binary into a directory under the name of the provider.
func linkProvider(t *testing.T) (dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "terraform-provider-raff")); err != nil {
		t.Fatal(err)
	}
	return dir
}
