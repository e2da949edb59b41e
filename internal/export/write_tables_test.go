package export

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

func schemas(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	return p.Schemas.ResourceSchemas
}

func attributeOf(s *tfprotov6.Schema, name string) *tfprotov6.SchemaAttribute {
	at := slices.IndexFunc(s.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
	if at < 0 {
		return nil
	}
	return s.Block.Attributes[at]
}

// Every type has a place in the order and in the files.
func TestWrite_everyType(t *testing.T) {
	all := schemas(t)
	for typeName := range all {
		if !slices.Contains(order, typeName) || fileOf[typeName] == "" {
			t.Errorf("%s has no place", typeName)
		}
	}
	if len(order) != len(all) || len(fileOf) != len(all) {
		t.Errorf("%d types, %d in the order, %d with a file", len(all), len(order), len(fileOf))
	}
}

// Every attribute that can be set and that holds an id, or what belongs to another object, is a reference, or is known
// not to be one.
func TestWrite_references(t *testing.T) {
	all := schemas(t)
	for typeName, schema := range all {
		for _, a := range settable(schema.Block.Attributes) {
			_, declared := referenceOf(typeName, a.Name)
			why, excepted := literalIDs[typeName+"."+a.Name]
			if holdsAnother(a) && declared == (excepted && why != "") {
				t.Errorf("%s.%s has to be in the table of references, or among the literal ids with a reason", typeName, a.Name)
			}
		}
	}
	for typeName, refs := range references {
		for _, ref := range refs {
			from, to := attributeOf(all[typeName], ref.attribute), attributeOf(all[ref.to], ref.holds)
			if from == nil || !from.Optional && !from.Required || to == nil {
				t.Errorf("%s.%s -> %s.%s is no reference", typeName, ref.attribute, ref.to, ref.holds)
			}
		}
	}
	for name := range literalIDs {
		typeName, attribute, _ := strings.Cut(name, ".")
		if a := attributeOf(all[typeName], attribute); a == nil || !holdsAnother(a) {
			t.Errorf("%s is no id", name)
		}
	}
}

// settable are the attributes that a configuration may give, nested ones included.
func settable(all []*tfprotov6.SchemaAttribute) []*tfprotov6.SchemaAttribute {
	var found []*tfprotov6.SchemaAttribute
	for _, a := range all {
		if a.Optional || a.Required {
			found = append(found, a)
		}
		if a.NestedType != nil {
			found = append(found, settable(a.NestedType.Attributes)...)
		}
	}
	return found
}

// holdsAnother tells by the name and the description of an attribute whether it holds what another object has.
func holdsAnother(a *tfprotov6.SchemaAttribute) bool {
	return strings.HasSuffix(a.Name, "_id") || strings.HasSuffix(a.Name, "_ids") || strings.HasSuffix(a.Name, "_keys") ||
		strings.HasPrefix(a.Description, "Id of") || strings.HasPrefix(a.Description, "Ids of")
}

// A type refers only to types that come before it in the order, so that no configuration has a cycle. What an import does
// not know is completed from types that the table has as well.
func TestWrite_noCycle(t *testing.T) {
	for typeName, refs := range references {
		for _, ref := range refs {
			if slices.Index(order, ref.to) >= slices.Index(order, typeName) {
				t.Errorf("%s refers to %s, which does not come before it", typeName, ref.to)
			}
		}
	}
}

// Of each attribute that gets a value where it is left out, it is known which value that is, or when to write it.
func TestWrite_choices(t *testing.T) {
	defaults, err := provider.Defaults(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := schemas(t)
	for typeName, schema := range all {
		for _, a := range schema.Block.Attributes {
			name := typeName + "." + a.Name
			_, hasDefault := defaults[name]
			if _, decided := choices[name]; a.Optional && a.Computed && !hasDefault && !decided {
				t.Errorf("%s has no default, and nothing says when it is written", name)
			}
		}
	}
	for name := range choices {
		typeName, attribute, _ := strings.Cut(name, ".")
		if a := attributeOf(all[typeName], attribute); a == nil || !a.Optional {
			t.Errorf("%s cannot be chosen", name)
		}
	}
}

// A type whose objects others may refer to without their being written has a data source that finds it by one attribute.
func TestWrite_lookups(t *testing.T) {
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	for typeName, by := range lookups {
		if schema := p.Schemas.DataSourceSchemas[typeName]; schema == nil || attributeOf(schema, by) == nil || attributeOf(p.Schemas.ResourceSchemas[typeName], by) == nil {
			t.Errorf("%s cannot be read by %s", typeName, by)
		}
	}
	for typeName, refs := range references {
		for _, ref := range refs {
			if ref.holds == "id" && lookups[ref.to] == "" {
				t.Errorf("%s.%s: %s has no lookup", typeName, ref.attribute, ref.to)
			}
		}
	}
}
