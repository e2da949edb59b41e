package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// runCommand makes this test binary be the command itself, for tests that run it as a user does.
const runCommand = "TEST_RUN_RAFF_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(runCommand) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	acctest.Main(m)
}

// leak is a proxy that stands between this machine and the real service: whatever leaves the machine arrives at it, and
// goes no further.
func leak(t *testing.T) *atomic.Int32 {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	seen := &atomic.Int32{}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			seen.Add(1)
			_ = connection.Close()
		}
	}()
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"} {
		t.Setenv(name, "http://"+listener.Addr().String())
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	return seen
}

const (
	ownKey = "raff_1111111111111111111111111111111111111111111111111111111111111111"

	sshKey = `
resource "raff_ssh_key" "x" {
  name       = "x"
  public_key = "` + acctest.SSHKey + `"
}
`
	keyTest = `
run "makes_a_key" {
  assert {
    condition     = raff_ssh_key.x.name == "x"
    error_message = "The key is called ${raff_ssh_key.x.name}."
  }
}
`
)

// What is run under `backend run` works without a setting, and reaches nothing else: whatever names another address is
// refused, for each command, and no connection leaves the machine.
func TestAccBackendRun(t *testing.T) {
	seen := leak(t)
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".raff"), 0o700); err != nil {
		t.Fatal(err)
	}
	profiles := "current-profile: work\nprofiles: {work: {api-url: \"" + provider.DefaultURL + "\", api-key: " + ownKey + "}}"
	if err := os.WriteFile(filepath.Join(home, ".raff", "config.yaml"), []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := "api_url = \"" + provider.DefaultURL + "\"\n  max_retries = 0\n"
	alias := "provider \"raff\" {}\nprovider \"raff\" {\n  alias = \"other\"\n  " + elsewhere + "}\n" +
		"data \"raff_regions\" \"all\" {\n  provider = raff.other\n}\n"

	for name, test := range map[string]struct {
		config, test string
		refused      string   // what the error says
		commands     []string // all of them where there are none
	}{
		"nothing":            {config: "provider \"raff\" {}\n"},
		"another address":    {config: "provider \"raff\" {\n  " + elsewhere + "}\n", refused: "Another address than the reference backend's"},
		"of an alias":        {config: alias, refused: "Another address than the reference backend's"},
		"of a variable":      {config: "variable \"url\" {\n  default = \"" + provider.DefaultURL + "\"\n}\nprovider \"raff\" {\n  api_url = var.url\n}\n", refused: provider.DefaultURL, commands: []string{"plan"}},
		"of a test":          {config: "provider \"raff\" {}\n", test: "provider \"raff\" {\n  " + elsewhere + "}\n", refused: "Another address than the reference backend's", commands: []string{"test"}},
		"a profile":          {config: "provider \"raff\" {\n  profile = \"work\"\n}\n", refused: "Profiles are out of reach here", commands: []string{"plan"}},
		"a key of elsewhere": {config: "provider \"raff\" {\n  api_key = \"" + ownKey + "\"\n}\n", refused: "The API key is not one of the reference backend's", commands: []string{"plan"}},
	} {
		t.Run(name, func(t *testing.T) {
			cli := newCLI(t, home, test.config, test.test)
			for _, command := range []string{"plan", "test", "apply -auto-approve"} {
				if test.commands != nil && !strings.Contains(strings.Join(test.commands, " "), command) {
					continue
				}
				words := append(strings.Fields(command), "-no-color")
				cmd := cli.Command(t.Context(), append([]string{"-chdir=" + cli.Dir}, words...)...)
				var output bytes.Buffer
				code := run(t.Context(), append([]string{"backend", "run", "--"}, cmd.Args...), &output, &output)
				if code != 0 && test.refused == "" || code != 1 && test.refused != "" ||
					!strings.Contains(acctest.Flat(output.String()), test.refused) {
					t.Errorf("%s: exit code %d\n%s", command, code, &output)
				}
			}
		})
	}
	if n := seen.Load(); n > 0 {
		t.Fatalf("%d connections have left the machine", n)
	}

	// Without it, the same configuration does reach the real address: the check above can fail.
	cli := newCLI(t, home, "provider \"raff\" {\n  "+elsewhere+"}\n", "")
	t.Setenv("RAFF_API_KEY", ownKey)
	cmd := cli.Command(t.Context(), "-chdir="+cli.Dir, "plan", "-no-color")
	cmd.Env = os.Environ()
	if output, err := cmd.CombinedOutput(); err == nil || seen.Load() == 0 {
		t.Errorf("nothing left the machine: %v\n%s", err, output)
	}
}

// newCLI makes a directory to run a CLI in, and has this process's environment be that of the CLI, with another home.
func newCLI(t *testing.T, home, config, test string) *acctest.CLI {
	t.Helper()
	cli := acctest.NewCLI(t, config+sshKey)
	cli.Write(t, "key.tftest.hcl", test+keyTest)
	for _, variable := range cli.Env {
		if name, value, ok := strings.Cut(variable, "="); ok {
			t.Setenv(name, value)
		}
	}
	t.Setenv("HOME", home)
	return cli
}
