package tfkit

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// idForm is what the ids of objects look like that are not integers.
var idForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// isID tells whether a text looks like an id of an object of the kind. One that does not is a name, most likely.
func (to Referent) isID(text string) bool {
	if to.IntegerIDs {
		return integerID.MatchString(text)
	}
	return idForm.MatchString(text)
}

// idOfName answers a name that was given for an id: with the id where exactly one object that the key can reach
// has the name, and otherwise with how to find one.
func idOfName(to Referent, projectID, name string, items []Item) string {
	var named, near []Item
	for _, item := range items {
		if item.Name == name || item.Title == name {
			named = append(named, item)
			if projectID != "" && item.ProjectID == projectID {
				near = append(near, item)
			}
		}
	}
	if len(near) == 1 {
		named = near
	}
	switch len(named) {
	case 0:
		return fmt.Sprintf("There is no %s of that name that the API key can reach, either. Find the id with the %s or %ss data source.", to.Name, to.Type, to.Type)
	case 1:
		return fmt.Sprintf("%s %s has the id %s.", capitalized(to.Name), quote(name), named[0].ID)
	}
	ids := make([]string, len(named))
	for i, item := range named {
		ids[i] = item.ID
	}
	return fmt.Sprintf("There are %d of the name %s; their ids are %s.", len(named), quote(name), strings.Join(ids, ", "))
}

// IsID tells whether a text looks like an id of the API that is not an integer.
func IsID(text string) bool { return idForm.MatchString(text) }

// AddIDExpected adds the error for a name that was given for an id. what is the object, and answer says which id is meant
// or how to find it.
func AddIDExpected(diags *diag.Diagnostics, p path.Path, what, name, answer string) {
	diags.AddAttributeError(p, "An id is expected", fmt.Sprintf("%s takes the id of %s, got %s. %s", attributeOf(p), withArticle(what), quote(name), answer))
}

// attributeOf is the attribute that a path begins with, as messages name it.
func attributeOf(p path.Path) string {
	name, _, _ := strings.Cut(p.String(), "[")
	return name
}

// AddReadError adds the error of a data source that reads one object by its id. Where that is no id, the error says which
// one is meant.
func AddReadError(ctx context.Context, b *DataSourceBase, diags *diag.Diagnostics, to Referent, id types.String, object string, err error) {
	if id.IsNull() || to.isID(id.ValueString()) || !absent(err) && !to.IntegerIDs {
		AddError(diags, "Unable to read "+to.Name, object, err)
		return
	}
	AddIDExpected(diags, path.Root("id"), to.Name, id.ValueString(), b.Inventory.idOfName(ctx, to, "", id.ValueString()))
}

// parents are the objects that data sources name by their id to say where they look.
var parents = map[string]Referent{"project_id": Project, "vm_id": VM, "volume_id": Volume}

// checkNamed refuses names that a data source is given for the ids of the objects in which it looks. It returns whether
// there are none.
func (b *base) checkNamed(ctx context.Context, config tftypes.Value, diags *diag.Diagnostics) bool {
	if b.Unconfigured() {
		return true
	}
	good := true
	for attribute, to := range parents {
		id := textOf(config, attribute)
		if !Known(id) || id.ValueString() == "" || to.isID(id.ValueString()) {
			continue
		}
		AddIDExpected(diags, path.Root(attribute), to.Name, id.ValueString(), b.Inventory.idOfName(ctx, to, "", id.ValueString()))
		good = false
	}
	return good
}

// CheckProjectIDs refuses names that a list of ids of projects has at p. It returns whether there are none.
func (d *ProviderData) CheckProjectIDs(ctx context.Context, p path.Path, ids []string, diags *diag.Diagnostics) bool {
	for _, id := range ids {
		if !Project.isID(id) {
			AddIDExpected(diags, p, Project.Name, id, d.Inventory.idOfName(ctx, Project, "", id))
			return false
		}
	}
	return true
}

// idOfName is idOfName among the objects that the key can reach. A list that it may not read has none.
func (i *Inventory) idOfName(ctx context.Context, to Referent, projectID, name string) string {
	var items []Item
	if to.list != nil {
		if all, err := i.all(ctx, to); err == nil {
			items = all
		}
	}
	return idOfName(to, projectID, name, items)
}

// idOfProject is idOfName for a project.
func idOfProject(ctx context.Context, c *client.Client, name string) string {
	var items []Item
	for item, err := range Project.list(ctx, c) {
		if err != nil {
			break
		}
		items = append(items, item)
	}
	return idOfName(Project, "", name, items)
}

// TemplateIDOf answers a name that was given for the id of a template: with the ids of those of that name, or of that name
// and version.
func (c *Catalog) TemplateIDOf(ctx context.Context, name string) string {
	const find = "Find the id with the raff_template or raff_templates data source."
	all, err := c.allTemplates(ctx)
	if err != nil {
		return find
	}
	var found []string
	for _, t := range all {
		if strings.EqualFold(t.Name, name) || strings.EqualFold(t.Name+" "+t.Version, name) {
			found = append(found, fmt.Sprintf("%s %s has the id %s", t.Name, t.Version, t.ID))
		}
	}
	if len(found) == 0 {
		return find
	}
	return strings.Join(found, "; ") + "."
}

func capitalized(noun string) string { return strings.ToUpper(noun[:1]) + noun[1:] }
