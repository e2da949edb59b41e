// Command generate writes the parity page of the documentation, or checks that it is up to date.
//
//	go run ./internal/parity/generate [-check] [-collect DIRECTORY] PAGE
//
// It runs in the directory of the module.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/parity"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "parity: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	check := flags.Bool("check", false, "fail where the page is not what would be written")
	collect := flags.String("collect", "", "`directory` with what tests have noted: renews terraform.json first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name the page to write")
	}
	if *collect != "" {
		return renew(*collect, filepath.Join("internal", "parity", "terraform.json"))
	}
	page, err := render()
	if err != nil {
		return err
	}
	if !*check {
		return os.WriteFile(flags.Arg(0), []byte(page), 0o644) // #nosec G306 -- a page of the documentation
	}
	present, err := os.ReadFile(flags.Arg(0))
	if err != nil || string(present) != page {
		return fmt.Errorf(`%s is out of date: run "make parity docs" and commit the result`, flags.Arg(0))
	}
	fmt.Fprintf(stdout, "%s is up to date\n", flags.Arg(0))
	return nil
}

// render is the page as it should be.
func render() (string, error) {
	operations, err := parity.Operations(refbackend.OpenAPI())
	if err != nil {
		return "", err
	}
	problems, err := parity.Problems(".", operations)
	if err != nil {
		return "", err
	}
	if len(problems) > 0 {
		return "", errors.New(strings.Join(problems, "\n  "))
	}
	backend, err := refbackend.New(refbackend.Options{})
	if err != nil {
		return "", err
	}
	return parity.Page(operations, backend.HasOperation)
}

// renew brings the table of tests up to date with what they have noted.
func renew(directory, table string) error {
	before, err := parity.Terraform()
	if err != nil {
		return err
	}
	after, err := parity.Collect(directory, before)
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(after, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(table, append(content, '\n'), 0o644) // #nosec G306 -- a file of the project
}
