package client

import (
	"net/http"
	"regexp"
	"strings"
)

// permissionName matches the name of a permission in a message of the API.
var permissionName = regexp.MustCompile(`\b(?:account|project|vm|vpc|volume|snapshot|ip|security_group)(?:\.[a-z_]+)+\b`)

// MissingPermission names the permission that a refused request lacked: the one of the API's message, or the one that
// the request needs by the pattern of the API's permissions where the message names none. It is empty where neither
// tells, or the request was not refused for the key's rights.
func (e *Error) MissingPermission() string {
	if e.Status != http.StatusForbidden || e.Reason != "" {
		return ""
	}
	if name := permissionName.FindString(e.Message); name != "" {
		return name
	}
	return neededPermission(e.Method, strings.Split(strings.TrimPrefix(e.Path, "/api/v1/"), "/"))
}

// scopedNouns are the names in permissions of what lies in a project, by the first segment of the path.
var scopedNouns = map[string]string{
	"vms": "vm", "vpcs": "vpc", "volumes": "volume", "snapshots": "snapshot", "ips": "ip", "security-groups": "security_group",
}

// powerActions are the last segments of the paths that need vm.power.
var powerActions = map[string]bool{"start": true, "stop": true, "reboot": true}

// onInterfaces are the nouns of what is put on the interfaces of a VM, by the segment after its id.
var onInterfaces = map[string]string{"ip": "ip", "security-groups": "security_group"}

// neededPermission follows the pattern of the API's permissions: the noun, and what is done to it. Backups and their
// schedules have one permission of their VM.
func neededPermission(method string, path []string) string {
	last := path[len(path)-1]
	if path[0] == "backups" || path[0] == "backup-schedules" || last == "reset-chain" {
		if method == http.MethodGet {
			return "vm.view"
		}
		return "vm.backup"
	}
	if noun, ok := scopedNouns[path[0]]; ok {
		switch {
		case noun == "vm" && powerActions[last]:
			return "vm.power"
		case noun == "ip" && last == "reserve": // to reserve an address, or to release one
			return "ip." + verb(method, 1, "create", "delete")
		case noun == "vm" && len(path) > 2 && onInterfaces[path[2]] != "": // on a VM, and about something else
			return onInterfaces[path[2]] + "." + verb(method, len(path), "", "")
		}
		return noun + "." + verb(method, len(path), "create", "delete")
	}
	switch {
	case path[0] == "projects" && len(path) > 2 && path[2] == "invitations":
		return "project.members.invite"
	case path[0] == "projects" && len(path) > 2:
		return "project.members." + verb(method, len(path)-2, "invite", "remove")
	case path[0] == "projects":
		return "account.projects." + verb(method, len(path), "create", "delete")
	case path[0] == "members" || path[0] == "invitations":
		return "account.members." + verb(method, len(path), "invite", "remove")
	case path[0] == "roles":
		return "account.roles." + verb(method, len(path), "create", "delete")
	case path[0] == "api-keys":
		return "account.apikeys." + verb(method, len(path), "create", "revoke")
	}
	return ""
}

// verb chooses what a request does: a POST to a collection creates, and to an object changes it.
func verb(method string, segments int, create, remove string) string {
	switch {
	case method == http.MethodGet:
		return "view"
	case method == http.MethodPost && segments == 1:
		return create
	case method == http.MethodDelete && segments <= 2:
		return remove
	}
	return "manage"
}

// ProjectID is the project that a request was about: the one that it was sent in, or that its path names. It is empty
// for requests about the account, and about an object by its id alone.
func (e *Error) ProjectID() string {
	if e.Project != "" {
		return e.Project
	}
	path := strings.Split(strings.TrimPrefix(e.Path, "/api/v1/"), "/")
	if path[0] == "projects" && len(path) > 2 {
		return path[1]
	}
	return ""
}
