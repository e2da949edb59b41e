package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/floor"
	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// TestMain lets the test binary be the launcher and both providers, which needs no other build.
func TestMain(m *testing.M) {
	var err error
	switch filepath.Base(os.Args[0]) {
	case providerName:
		var code int
		if code, err = launcher.Run(os.Args[0], os.Args[1:]); err == nil {
			os.Exit(code)
		}
	case launcher.Provider:
		err = serve()
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve serves the provider that the link beside the launcher leads to.
func serve() error {
	target, err := os.Readlink(os.Args[0])
	if err != nil {
		return err
	}
	if filepath.Base(target) == "floor" {
		return floor.Serve()
	}
	return provider.Serve(context.Background(), "bench", false)
}

// testBench is a bench whose programs are the test binary, and the CLI the one that tests run with.
func testBench(t *testing.T) *bench {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"real", "floor"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		cli = "terraform"
	}
	return &bench{
		tools:  tools{cli: cli, provider: filepath.Join(dir, "real"), floor: filepath.Join(dir, "floor"), launcher: self},
		dir:    filepath.Join(dir, "work"),
		runs:   1,
		stdout: t.Output(),
		stderr: t.Output(),
	}
}
