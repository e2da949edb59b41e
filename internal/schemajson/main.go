// Command schemajson writes the provider's schemas to standard output, in the
// JSON format of `terraform providers schema -json`.
//
// The documentation is generated from it. Asking the provider in process, and
// not a Terraform CLI, gives the same pages on every machine: an older CLI
// leaves out resource identities, list resources and actions.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// address is the key under which tfplugindocs looks for the provider's schemas.
const address = "registry.terraform.io/hashicorp/raff"

func main() {
	server := provider.NewServer("dev")()
	if err := write(context.Background(), os.Stdout, server); err != nil {
		fmt.Fprintf(os.Stderr, "schemajson: %v\n", err)
		os.Exit(1)
	}
}

// write writes the schemas of the provider behind server to out.
func write(ctx context.Context, out io.Writer, server tfprotov6.ProviderServer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("getting the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("getting the identity schemas: %w", err)
	}
	if err := firstError(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return err
	}

	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas: map[string]*tfjson.ProviderSchema{
			address: convertProvider(schemas, identities),
		},
	})
}

// firstError returns the first error among diagnostics, nil where there is none.
func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return errors.New(diagnostic.Summary + ": " + diagnostic.Detail)
		}
	}
	return nil
}
