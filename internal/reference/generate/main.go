// Command generate writes the templates of the documentation, complete with what the reference pages say beyond the
// schemas. tfplugindocs renders the result.
//
//	go run ./internal/reference/generate TEMPLATES DIRECTORY
//
// The templates of resources, data sources, ephemeral resources, list resources and actions become one for each type: what stands in [[ ]] is
// filled in here, and what stands in {{ }} by tfplugindocs. The other templates are copied.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/reference"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "reference: name the directory of the templates, and the one to write to")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "reference: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, from, to string) error {
	schemas, err := provider.NewServer("dev")().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("getting the schemas: %w", err)
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := copyAll(from, to); err != nil {
		return err
	}
	for kind, types := range map[string]map[string]*tfprotov6.Schema{
		"resources":           schemas.ResourceSchemas,
		"data-sources":        schemas.DataSourceSchemas,
		"ephemeral-resources": schemas.EphemeralResourceSchemas,
		"list-resources":      schemas.ListResourceSchemas,
	} {
		if err := pages(filepath.Join(to, kind), types); err != nil {
			return err
		}
	}
	actions := map[string]*tfprotov6.Schema{}
	for name, schema := range schemas.ActionSchemas {
		actions[name] = schema.Schema
	}
	return pages(filepath.Join(to, "actions"), actions)
}

// copyAll copies a directory of templates.
func copyAll(from, to string) error {
	return fs.WalkDir(os.DirFS(from), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, path), 0o755) // #nosec G301 -- templates of the documentation
		}
		content, err := os.ReadFile(filepath.Join(from, path)) // #nosec G304 -- a template of the documentation
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, path), content, 0o644) // #nosec G306 G703 -- a template of the documentation
	})
}

// pages replaces the template of all types of a kind, directory.md.tmpl, by one for each type in the directory.
func pages(directory string, types map[string]*tfprotov6.Schema) error {
	path := directory + ".md.tmpl"
	content, err := os.ReadFile(path) // #nosec G304 -- a template of the documentation
	if err != nil {
		return err
	}
	parsed, err := template.New(filepath.Base(path)).Delims("[[", "]]").Parse(string(content))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(directory, 0o755); err != nil { // #nosec G301 -- templates of the documentation
		return err
	}
	for name, schema := range types {
		page := reference.NewPage(name, attributes(schema))
		if page.Subcategory() == "" {
			return errors.New(name + " has no subcategory: see internal/reference/reference.go")
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, page); err != nil {
			return err
		}
		short := strings.TrimPrefix(name, "raff_")
		if err := os.WriteFile(filepath.Join(directory, short+".md.tmpl"), out.Bytes(), 0o644); err != nil { // #nosec G306 -- as above
			return err
		}
	}
	return os.Remove(path)
}

// attributes are those of a schema, ordered by name.
func attributes(schema *tfprotov6.Schema) []reference.Attribute {
	all := make([]reference.Attribute, len(schema.Block.Attributes))
	for i, a := range schema.Block.Attributes {
		all[i] = reference.Attribute{Name: a.Name, Description: a.Description, Settable: a.Required || a.Optional}
	}
	slices.SortFunc(all, func(a, b reference.Attribute) int { return strings.Compare(a.Name, b.Name) })
	return all
}
