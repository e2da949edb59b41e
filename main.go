// Command terraform-provider-raff is the Terraform provider for the Raff cloud.
//
// Terraform starts it without arguments and talks to it over a local socket.
// By hand, its backend subcommand serves a copy of the Raff API for trying out
// configurations and testing modules without an account, its review subcommand
// says what a saved plan does, and its export subcommand writes the
// configuration of an account.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/command"
	"github.com/rafftechnologies/terraform-provider-raff/internal/review"
)

// version is set by the release build.
var version = "dev"

const usage = `terraform-provider-raff is the Terraform provider for the Raff cloud.

Terraform and OpenTofu start it themselves; a configuration that names
"rafftechnologies/raff" under required_providers is all they need.

Usage:
  terraform-provider-raff backend [flags]   serve a copy of the Raff API on this machine
  terraform-provider-raff backend run [flags] -- terraform test
                                            serve one for as long as a command runs
  terraform-provider-raff review [flags] PLAN.json...
                                            write what a saved plan does, for its pull request
  terraform-provider-raff export [flags]    write the configuration of an account, or of an old state
  terraform-provider-raff -debug            wait for a debugger, print what Terraform needs to attach
  terraform-provider-raff version           print the version

"terraform-provider-raff backend -help" lists the backend's flags, and so do
"terraform-provider-raff review -help" and "terraform-provider-raff export -help".
`

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out one command line and returns the exit code: 0, 1 where
// serving failed, 2 where the arguments were not understood, and with "review"
// and "export" what [review.Run] and [export.Run] say.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "backend":
			return command.Run(ctx, args[1:], stdout, stderr)
		case "review":
			return review.Run(args[1:], os.Stdin, stdout, stderr)
		case "export":
			return export.Run(ctx, args[1:], os.Stdin, stdout, stderr, version)
		case "version", "-version", "--version":
			fmt.Fprintf(stdout, "terraform-provider-raff %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return 0
		case "help":
			fmt.Fprint(stdout, usage)
			return 0
		}
	}
	return serve(ctx, args, stderr)
}

// serve runs the provider until Terraform ends it. Interrupts are Terraform's
// business here: it passes them on as a request to stop.
func serve(ctx context.Context, args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("terraform-provider-raff", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(flags.Output(), usage) }
	debug := flags.Bool("debug", false, "wait for a debugger")

	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "unknown command %q\n\n%s", flags.Arg(0), usage)
		return 2
	}

	if err := provider.Serve(ctx, version, *debug); err != nil {
		fmt.Fprintf(stderr, "terraform-provider-raff: %v\n", err)
		return 1
	}
	return 0
}
