// Package ids has the functions that take ids apart and build them.
package ids

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ function.Function = splitFunction{}
	_ function.Function = buildFunction{}
)

// projectPart is the part of an import id that names the project.
const projectPart = "project_id"

// composed lists the types whose ids have parts, for documentation.
func composed() string {
	var rows strings.Builder
	rows.WriteString("| resource type | id |\n|---|---|\n")
	for _, name := range tfkit.TypesWithIDs() {
		if f, _ := tfkit.IDFormOf(name); len(f.Parts) > 1 {
			fmt.Fprintf(&rows, "| `%s` | `%s` |\n", name, f.Written())
		}
	}
	return rows.String()
}

func typeParameter() function.Parameter {
	return function.StringParameter{Name: "type", MarkdownDescription: "The resource type, for example `raff_vpc_attachment`."}
}

// formOf returns the form of the ids of a type, or the error that there is no such type.
func formOf(typeName string) (tfkit.IDForm, *function.FuncError) {
	f, ok := tfkit.IDFormOf(typeName)
	if ok {
		return f, nil
	}
	return f, function.NewArgumentFuncError(0, fmt.Sprintf("There is no resource type %q. There are %s.", typeName, strings.Join(tfkit.TypesWithIDs(), ", ")))
}

// splitFunction is provider::raff::split_id.
type splitFunction struct{}

// NewSplitFunction returns the function that takes an id apart.
func NewSplitFunction() function.Function { return splitFunction{} }

func (splitFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "split_id"
}

func (splitFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Takes the id of an object apart",
		MarkdownDescription: "Takes the id of a resource, or its import id, apart, and returns a map of its parts by the names of the attributes that have them. " +
			"An id of a type that has no parts is returned as `id`, and a project before a slash as `project_id`.\n\n" + composed(),
		Parameters: []function.Parameter{typeParameter(), function.StringParameter{
			Name: "id", MarkdownDescription: "The id, or `<project_id>/<id>` as an import takes it.",
		}},
		Return: function.MapReturn{ElementType: types.StringType},
	}
}

func (splitFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var typeName, id types.String
	if resp.Error = req.Arguments.Get(ctx, &typeName, &id); resp.Error != nil {
		return
	}
	if typeName.IsUnknown() || id.IsUnknown() {
		resp.Error = resp.Result.Set(ctx, types.MapUnknown(types.StringType))
		return
	}
	f, problem := formOf(typeName.ValueString())
	if problem != nil {
		resp.Error = problem
		return
	}
	parts, err := split(f, id.ValueString())
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, parts)
}

// split takes an id, or an import id, apart.
func split(f tfkit.IDForm, id string) (map[string]string, error) {
	i, problem := f.ParseImport(id)
	if problem != "" {
		return nil, fmt.Errorf("the id of %s is %s. %s, for example %q. Got %q: %s", f.Type, f.Written(), f.Words(), f.Example(), id, problem)
	}
	values, _ := f.Split(i.ID) // it is one
	parts := map[string]string{}
	for n, part := range f.Parts {
		parts[part.Name] = values[n]
	}
	if i.ProjectID != "" {
		parts[projectPart] = i.ProjectID
	}
	return parts, nil
}

// buildFunction is provider::raff::build_id.
type buildFunction struct{}

// NewBuildFunction returns the function that builds an id.
func NewBuildFunction() function.Function { return buildFunction{} }

func (buildFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "build_id"
}

func (buildFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Builds the id of an object from its parts",
		MarkdownDescription: "Builds the id of a resource from its parts, as the resource has it in `id` and an `import` block takes it. " +
			"With `project_id` among the parts it is an import id, `<project_id>/<id>`.\n\n" + composed() +
			"\n`split_id` takes apart what `build_id` has built.",
		Parameters: []function.Parameter{typeParameter(), function.MapParameter{
			Name: "parts", ElementType: types.StringType,
			MarkdownDescription: "The parts by the names of the attributes that have them, for example `{ vm_id = raff_vm.web.id, vpc_id = raff_vpc.net.id }`.",
		}},
		Return: function.StringReturn{},
	}
}

func (buildFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var typeName types.String
	var given types.Map
	if resp.Error = req.Arguments.Get(ctx, &typeName, &given); resp.Error != nil {
		return
	}
	parts := map[string]string{}
	unknown := typeName.IsUnknown() || given.IsUnknown()
	for name, value := range given.Elements() {
		text, _ := value.(types.String)
		unknown = unknown || value.IsUnknown()
		parts[name] = text.ValueString() // a null is empty, which is refused
	}
	if unknown {
		resp.Error = resp.Result.Set(ctx, types.StringUnknown())
		return
	}
	f, problem := formOf(typeName.ValueString())
	if problem != nil {
		resp.Error = problem
		return
	}
	id, err := build(f, parts)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, id)
}

// build puts the parts of an id together.
func build(f tfkit.IDForm, parts map[string]string) (string, error) {
	values := make([]string, len(f.Parts))
	var allowed []string
	for n, part := range f.Parts {
		values[n] = parts[part.Name]
		allowed = append(allowed, part.Name)
	}
	project, named := parts[projectPart]
	if !f.Account {
		allowed = append(allowed, projectPart)
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !slices.Contains(allowed, name) {
			return "", fmt.Errorf("parts has %q, and the id of %s is built from %s", name, f.Type, strings.Join(allowed, ", "))
		}
	}
	for n, part := range f.Parts {
		if problem := part.Problem(values[n]); problem != "" {
			return "", fmt.Errorf("parts: %s. The id of %s is built from %s. %s", problem, f.Type, strings.Join(allowed, ", "), f.Words())
		}
	}
	id := tfkit.JoinID(values...)
	if named {
		id = project + "/" + id
	}
	i, problem := f.ParseImport(id)
	if problem != "" {
		return "", fmt.Errorf("parts: %s. The id of %s is built from %s", problem, f.Type, strings.Join(allowed, ", "))
	}
	if named {
		return i.ProjectID + "/" + i.ID, nil
	}
	return i.ID, nil
}
