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
	// frame tells which blocks a person has in files of their own: "terraform" and "provider".
	frame map[string]bool
}

func labelKey(typeName, id string) string { return typeName + " " + strings.ToLower(bareID(id)) }

// readExisting reads the files that there are. One that no CLI could read has no labels, and is kept.
func readExisting(content map[string][]byte) (*existing, error) {
	e := &existing{content: content, labels: map[string]string{}, frame: map[string]bool{}}
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
	switch {
	case b.Type == "import":
		typeName, label, id := imported(b.Body)
		if typeName != "" {
			e.labels[labelKey(typeName, id)] = label
		}
	case path.Dir(name) != "." || !e.edited(name):
	case b.Type == "terraform":
		for _, inner := range b.Body.Blocks {
			if inner.Type == "required_providers" {
				e.frame["terraform"] = true
			}
		}
	case b.Type == "provider" && len(b.Labels) == 1 && b.Labels[0] == "raff":
		if _, alias := b.Body.Attributes["alias"]; !alias {
			e.frame["provider"] = true
		}
	}
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
	var names []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		default:
			return "", "", "" // an instance of several
		}
	}
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

// stale are the files of an earlier export that have nothing any more. Those of modules that are gone are read by nobody.
func (e *existing) stale(l *layout) []place {
	var found []place
	for name := range e.record.Files {
		at := place{file: name}
		if _, exists := e.content[name]; !exists || strings.Contains(name, "/") {
			continue
		}
		if _, written := l.pieces[at]; !written {
			found = append(found, at)
		}
	}
	return found
}
