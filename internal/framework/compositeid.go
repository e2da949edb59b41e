package framework

import (
	"fmt"
	"slices"
	"strings"
)

// idSeparator joins the parts of an id. It is no slash, which separates the project from the id in
// an import.
const idSeparator = ":"

// JoinID makes the id of an object that has none of its own, such as an attachment, from what it
// consists of.
func JoinID(parts ...string) string { return strings.Join(parts, idSeparator) }

// SplitID takes an id of JoinID apart. names say what the parts are, for the error.
func SplitID(id string, names ...string) ([]string, error) {
	parts := strings.Split(id, idSeparator)
	if len(parts) != len(names) || slices.Contains(parts, "") {
		return nil, fmt.Errorf("expected <%s>, got %s", strings.Join(names, ">"+idSeparator+"<"), quote(id))
	}
	return parts, nil
}
