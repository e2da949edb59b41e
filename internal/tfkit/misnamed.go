package tfkit

import (
	"context"
	"fmt"
	"regexp"
	"strings"

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

// idExpected says that an attribute takes an id and was given a name, and which id is meant.
func idExpected(attribute string, to Referent, name, answer string) (summary, text string) {
	return "An id is expected", fmt.Sprintf("%s takes the id of %s, got %s. %s", attribute, withArticle(to.Name), quote(name), answer)
}

// idOfName is idOfName among the objects that the key can reach. A list that it may not read has none.
func (i *Inventory) idOfName(ctx context.Context, to Referent, projectID, name string) string {
	items, err := i.all(ctx, to)
	if to.list == nil || err != nil {
		items = nil
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

func capitalized(noun string) string { return strings.ToUpper(noun[:1]) + noun[1:] }
