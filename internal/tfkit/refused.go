package tfkit

import (
	"errors"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// attributesOfFields are the attributes that fields of requests are called otherwise in. The others have the same name.
var attributesOfFields = map[string]string{
	"new_size": "size", "password": "password_wo", "skip_public_ip": "public_ipv4", "resource_id": "vm_id", "vpc_cidr": "cidr",
}

// refusedAttribute names the attribute for a field that the API has refused, and nothing where the error names none.
// Not every resource has it: the provider's server leaves out an attribute that there is not.
func refusedAttribute(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		return ""
	}
	field := e.Field()
	if attribute, ok := attributesOfFields[field]; ok {
		return attribute
	}
	return field
}

// projectOnce has the id of a project stand in a text once, where the text first names it.
func projectOnce(text, id string) string {
	before, after, found := strings.Cut(text, id)
	if id == "" || !found {
		return text
	}
	return before + id + strings.NewReplacer(
		" (project "+id+", ", " (",
		" (project "+id+")", "",
		"/projects/"+id, "/projects/{project_id}",
		"project "+quote(id), "that project",
		"project "+id, "that project",
		"Project "+id, "That project",
	).Replace(after)
}

// projectOfError returns the id of the project that a request was about; empty for one of the account.
func projectOfError(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		return ""
	}
	if id := e.ProjectID(); id != "" {
		return id
	}
	if id, found := strings.CutPrefix(e.Path, "/api/v1/projects/"); found {
		return id
	}
	return ""
}
