package refbackend

import (
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// presence is how many objects of a schema were answered, and how many of them had each property.
type presence struct {
	objects int
	having  map[string]int
}

// note counts what an answer has.
func (c *conformance) note(schema *openapi3.SchemaRef, value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			c.note(schema.Value.Items, item)
		}
	case map[string]any:
		name := path.Base(schema.Ref)
		if c.answered[name] == nil {
			c.answered[name] = &presence{having: map[string]int{}}
		}
		c.answered[name].objects++
		for property, ref := range schema.Value.Properties {
			if inner, ok := value[property]; ok {
				c.answered[name].having[property]++
				c.note(ref, inner)
			}
		}
	}
}

// sometimes are the properties that objects may lack, though none does that is answered in the conformance test: what a
// role, an inviter, an acceptance, an address or an error has left behind.
var sometimes = map[string]string{
	"APIKeyProjectAccess":     "role_id role_name role_slug",
	"APIKeyWithSecret":        "expires_at role_id role_name role_slug",
	"BulkDeleteVMItemResult":  "message",
	"CIDRSuggestionsResponse": "suggested suggested_ips",
	"FloatingIP":              "created_by",
	"Invitation":              "invited_by_email invited_by_id invited_by_name",
	"Member":                  "invitation_expires_at invitation_id invited_at invited_by role role_id role_name",
	"ProjectMember":           "accepted_at role role_id role_name",
	"VM":                      "private_ipv4_address public_ipv4_address",
	"VMNotesResponse":         "account_note",
}

// checkRequired holds the description to what it says of itself: required is what every answer has.
func (c *conformance) checkRequired(doc *openapi3.T) {
	for name, seen := range c.answered {
		schema := doc.Components.Schemas[name]
		if schema == nil {
			continue // an envelope, which has all that it declares
		}
		for property := range schema.Value.Properties {
			required := slices.Contains(schema.Value.Required, property)
			may := slices.Contains(strings.Fields(sometimes[name]), property)
			if seen.having[property] == seen.objects && !required && !may {
				c.t.Errorf("%s.%s is in all %d answers, and not required", name, property, seen.objects)
			}
			if may && (required || seen.having[property] < seen.objects) {
				c.t.Errorf("%s.%s need not be named here", name, property)
			}
		}
	}
}
