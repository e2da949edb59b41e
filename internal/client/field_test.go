package client

import (
	"net/http"
	"testing"
)

func TestError_Field(t *testing.T) {
	for message, want := range map[string]string{
		"size: must be an integer of at least 10":                    "size",
		"rules[0].range: has a hyphen":                               "rules",
		"CIDR prefix must be between /16 and /28":                    "cidr",
		`the slug "name" is taken by the role "vm_id"`:               "slug",
		`a VM named "region" already exists`:                         "name",
		`the name "web" is taken`:                                    "name",
		"reserve another one, and name it with ip_id":                "ip_id",
		`VM "email" must be passive, it is active`:                   "",
		"X-Project-ID required":                                      "",
		`VPC "permissions" has VMs attached: 2`:                      "",
		"the Owner cannot be removed or changed":                     "",
		"Raff: this is a sentence about nothing: really":             "",
		`template_id: no such template: "ubuntu", see GET templates`: "template_id",
	} {
		for _, status := range []int{http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity} {
			if got := (&Error{Status: status, Message: message}).Field(); got != want {
				t.Errorf("%d %s: %q, want %q", status, message, got, want)
			}
		}
		for _, e := range []*Error{
			{Status: http.StatusNotFound, Message: message},
			{Status: http.StatusForbidden, Message: message},
			{Status: http.StatusInternalServerError, Message: message},
			{Message: message},
			{Status: http.StatusBadRequest, Message: message, Foreign: true},
		} {
			if got := e.Field(); got != "" {
				t.Errorf("%d %s: %q", e.Status, message, got)
			}
		}
	}
}
