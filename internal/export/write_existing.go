package export

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// existing is what the directory has before an export.
type existing struct {
	content map[string][]byte
	record  record
	labels  map[string]string // by type and id
	// owned are the files of a person that have a block, by the block: written by that person, or edited since they were
	// written.
	owned map[owned]string
}

// owned is a block by its address in a module, which is known by its directory.
type owned struct{ dir, address string }

func labelKey(typeName, id string) string { return typeName + " " + strings.ToLower(bareID(id)) }

// readExisting reads the files that there are. One that no CLI could read has no labels, and is kept.
func readExisting(content map[string][]byte) (*existing, error) {
	e := &existing{content: content, labels: map[string]string{}, owned: map[owned]string{}}
	if text, ok := content[recordName]; ok {
		if err := json.Unmarshal(text, &e.record); err != nil {
			return nil, fmt.Errorf("%s is not what an export has written; remove it, and every file is kept as it is: %w", recordName, err)
		}
	}
	maps.Copy(e.labels, e.record.Labels)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if path.Ext(name) != ".tf" {
			continue
		}
		file, diags := hclsyntax.ParseConfig(content[name], name, hcl.InitialPos)
		body, ok := file.Body.(*hclsyntax.Body)
		if diags.HasErrors() || !ok {
			continue
		}
		for _, b := range body.Blocks {
			e.read(name, b)
		}
	}
	return e, nil
}

// read takes from a block what an export has to know.
func (e *existing) read(name string, b *hclsyntax.Block) {
	if b.Type == "import" {
		if typeName, label, id := imported(b.Body); typeName != "" {
			e.labels[labelKey(typeName, id)] = label
		}
	}
	if address := addressOf(b); address != "" && e.edited(name) {
		e.owned[owned{path.Dir(name), address}] = name
	}
}

// Addresses of blocks that every configuration has once.
const (
	requirementsAddress = "terraform"
	providerAddress     = "provider.raff"
)

// addressOf is what there can be one block of in a module; empty where there can be several.
func addressOf(b *hclsyntax.Block) string {
	switch b.Type {
	case "resource":
		return strings.Join(b.Labels, ".")
	case "import":
		if to, ok := b.Body.Attributes["to"]; ok {
			traversal, _ := hcl.AbsTraversalForExpr(to.Expr)
			return importAddress(strings.Join(namesOf(traversal), "."))
		}
	case "terraform":
		for _, inner := range b.Body.Blocks {
			if inner.Type == "required_providers" {
				return requirementsAddress
			}
		}
	case "provider":
		if _, alias := b.Body.Attributes["alias"]; !alias {
			return blockAddress(b.Type, b.Labels...)
		}
	case "data", "variable", "module":
		return blockAddress(b.Type, b.Labels...)
	}
	return ""
}

func blockAddress(kind string, labels ...string) string {
	return kind + "." + strings.Join(labels, ".")
}

func importAddress(to string) string { return "import " + to }

// namesOf are the names of a traversal; none where it has an index.
func namesOf(traversal hcl.Traversal) []string {
	var names []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		default:
			return nil // an instance of several
		}
	}
	return names
}

// imported is what an import block imports. It is empty for one that an export would not write, as with for_each.
func imported(b *hclsyntax.Body) (typeName, label, id string) {
	to, ok := b.Attributes["to"]
	from, known := b.Attributes["id"]
	if !ok || !known {
		return "", "", ""
	}
	value, diags := from.Expr.Value(nil)
	traversal, more := hcl.AbsTraversalForExpr(to.Expr)
	if diags.HasErrors() || more.HasErrors() || value.Type() != cty.String || !value.IsKnown() || value.IsNull() {
		return "", "", ""
	}
	names := namesOf(traversal)
	if len(names) < 2 {
		return "", "", ""
	}
	return names[len(names)-2], names[len(names)-1], value.AsString()
}

// edited tells whether a file exists that is not as an export has written it.
func (e *existing) edited(name string) bool {
	content, exists := e.content[name]
	return exists && e.record.Files[name] != checksum(content)
}

// missing are the blocks that no file of a person has.
func (e *existing) missing(at place, pieces []piece) []piece {
	return slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool {
		_, has := e.owned[owned{path.Dir(at.path()), p.address}]
		return has && p.address != ""
	})
}

// stale are the files of an earlier export that have nothing any more, and that nobody has edited. Those of modules that
// are gone are read by nobody.
func (e *existing) stale(files Files) []string {
	var found []string
	for name := range e.record.Files {
		_, exists := e.content[name]
		_, written := files.Content[name]
		if exists && !written && !e.edited(name) && !strings.Contains(name, "/") {
			found = append(found, name)
		}
	}
	return found
}
