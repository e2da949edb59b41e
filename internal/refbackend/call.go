package refbackend

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// call is one request on its way through the checks.
type call struct {
	request *http.Request
	op      *operation // nil when no route matches
	raw     []byte     // body as sent
	rawErr  error      // why it could not be read

	key     *apiKey           // nil on public calls without a valid key
	project string            // what X-Project-ID names, where it is taken
	params  map[string]string // path parameters
	query   map[string]string // query parameters that were sent
	limit   int
	offset  int
	input   *input.Fields // the body
	header  http.Header

	object        string // id of the object, found or created
	objectProject string
	made          *noun        // the type of the object, when the call created it
	changed       bool         // the call was carried out, and may have changed something
	fault         int          // id of the rule that applied
	entry         int          // number in the journal
	stale         *staleObject // what a get shows, when the object is gone

	scope map[string]bool // the projects of a list, once asked for
}

// mutates tells whether the call is one that changes something.
func (c *call) mutates() bool { return c.op != nil && c.op.method != http.MethodGet }

// id is the {id} of the path.
func (c *call) id() string { return c.params["id"] }

// number is an integer path parameter; the path check has made sure that it is one.
func (c *call) number(name string) int {
	n, _ := strconv.Atoi(c.params[name])
	return n
}

// parsePath checks the form of the path parameters.
func (c *call) parsePath() error {
	c.params = map[string]string{}
	for _, name := range pathNames(c.op.path) {
		value := c.request.PathValue(name)
		if err := checkPathValue(c.op, name, value); err != nil {
			return err
		}
		c.params[name] = strings.ToLower(value)
	}
	return nil
}

// pathNames lists the {names} of a pattern.
func pathNames(pattern string) []string {
	var names []string
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.HasPrefix(part, "{") && part != "{$}" {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}

// checkPathValue judges one path parameter. Project ids are opaque to clients but UUIDs here, like most.
func checkPathValue(op *operation, name, value string) error {
	switch {
	case name == "type":
		if !slices.Contains(noteTypes, value) {
			return badRequest("type: must be one of %s", strings.Join(noteTypes, ", "))
		}
	case name == "nic_id", name == "id" && op.on != nil && op.on.integer:
		if !input.IsInteger(value) {
			return badRequest("%s: must be an integer", name)
		}
	default:
		if !input.IsUUID(value) {
			return badRequest("%s: must be a UUID", name)
		}
	}
	return nil
}

// parseQuery checks the query against what the operation declares; anything else is refused.
func (c *call) parseQuery() error {
	values, err := parseQueryString(c.request.URL.RawQuery)
	if err != nil {
		return badRequest("query: malformed")
	}
	c.query = map[string]string{}
	for _, f := range c.op.query {
		sent, ok := values[f.name]
		if !ok {
			continue
		}
		delete(values, f.name)
		if err := f.check(sent); err != nil {
			return err
		}
		c.query[f.name] = sent[0]
	}
	if c.op.page > 0 {
		if c.limit, err = pageNumber(values, "limit", c.op.page, 1); err != nil {
			return err
		}
		c.limit = min(c.limit, maxLimit)
		if c.offset, err = pageNumber(values, "offset", 0, 0); err != nil {
			return err
		}
	}
	for _, name := range sortedKeys(values) {
		return badRequest("%s: unknown query parameter", name)
	}
	return nil
}

// check judges the values sent for a query parameter.
func (f filter) check(sent []string) error {
	if len(sent) != 1 {
		return badRequest("%s: given more than once", f.name)
	}
	value := sent[0]
	switch {
	case f.integer && !input.IsInteger(value):
		return badRequest("%s: must be an integer", f.name)
	case f.uuid && !input.IsUUID(value):
		return badRequest("%s: must be a UUID", f.name)
	case f.boolean && value != "true" && value != "false":
		return badRequest("%s: must be true or false", f.name)
	case f.values != nil && !slices.Contains(f.values, value):
		return badRequest("%s: must be one of %s", f.name, strings.Join(f.values, ", "))
	}
	return nil
}

// parseBody checks the form of the body. What is in it is for the handler.
func (c *call) parseBody() error {
	if c.rawErr != nil {
		return c.rawErr
	}
	if len(c.raw) == 0 {
		if c.op.body == requiredBody {
			return badRequest("body: required")
		}
		c.input = input.New()
		return nil
	}
	if err := input.CheckContentType(c.request.Header); err != nil {
		return err
	}
	var err error
	if c.input, err = input.Parse(c.raw); err != nil {
		return err
	}
	if c.op.body == noBody {
		return c.input.Err()
	}
	return nil
}

// matches tells whether a value passes the query filter of that name, if one was sent.
func (c *call) matches(name string, value any) bool {
	want, ok := c.query[name]
	if !ok {
		return true
	}
	switch value := value.(type) {
	case string:
		return want == value
	case int:
		return want == strconv.Itoa(value)
	case bool:
		return want == strconv.FormatBool(value)
	}
	return false
}
