// Command generate writes the page of the documentation about what a plan checks, or checks that it is up to date.
//
//	go run ./internal/planchecks/generate [-check] PAGE
//
// It runs in the directory of the module.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rafftechnologies/terraform-provider-raff/internal/planchecks"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "planchecks: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	check := flags.Bool("check", false, "fail where the page is not what would be written")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name the page to write")
	}
	page := planchecks.Page(planchecks.Forms(ctx, provider.New("docs")()))
	if !*check {
		return os.WriteFile(flags.Arg(0), []byte(page), 0o644) // #nosec G306 -- a page of the documentation
	}
	present, err := os.ReadFile(flags.Arg(0))
	if err != nil || string(present) != page {
		return fmt.Errorf(`%s is out of date: run "make plan-checks docs" and commit the result`, flags.Arg(0))
	}
	fmt.Fprintf(stdout, "%s is up to date\n", flags.Arg(0))
	return nil
}
