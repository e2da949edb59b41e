package client

import "testing"

func TestErrorNamesPermissionAndProject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err                 Error
		permission, project string
	}{
		"named by the API":    {Error{Status: 403, Method: "GET", Path: "/api/v1/vms", Message: "missing permission vpc.view in project p"}, "vpc.view", ""},
		"project of a header": {Error{Status: 403, Method: "POST", Path: "/api/v1/vms", Project: "p"}, "vm.create", "p"},
		"project of a path":   {Error{Status: 403, Method: "POST", Path: "/api/v1/projects/p/members"}, "project.members.invite", "p"},
		"project itself":      {Error{Status: 403, Method: "DELETE", Path: "/api/v1/projects/p"}, "account.projects.delete", ""},
		"create project":      {Error{Status: 403, Method: "POST", Path: "/api/v1/projects"}, "account.projects.create", ""},
		"list":                {Error{Status: 403, Method: "GET", Path: "/api/v1/volumes"}, "volume.view", ""},
		"get":                 {Error{Status: 403, Method: "GET", Path: "/api/v1/backup-schedules/1"}, "vm.view", ""},
		"delete":              {Error{Status: 403, Method: "DELETE", Path: "/api/v1/security-groups/1"}, "security_group.delete", ""},
		"detach":              {Error{Status: 403, Method: "DELETE", Path: "/api/v1/vms/1/networks/2"}, "vm.manage", ""},
		"power":               {Error{Status: 403, Method: "POST", Path: "/api/v1/vms/1/stop"}, "vm.power", ""},
		"change":              {Error{Status: 403, Method: "POST", Path: "/api/v1/volumes/1/resize"}, "volume.manage", ""},
		"reserve":             {Error{Status: 403, Method: "POST", Path: "/api/v1/ips/reserve"}, "ip.create", ""},
		"release":             {Error{Status: 403, Method: "DELETE", Path: "/api/v1/ips/1/reserve"}, "ip.delete", ""},
		"address on a VM":     {Error{Status: 403, Method: "POST", Path: "/api/v1/vms/1/ip"}, "ip.manage", ""},
		"address off a VM":    {Error{Status: 403, Method: "DELETE", Path: "/api/v1/vms/1/ip/2"}, "ip.manage", ""},
		"group on a VM":       {Error{Status: 403, Method: "POST", Path: "/api/v1/vms/1/security-groups"}, "security_group.manage", ""},
		"group off a VM":      {Error{Status: 403, Method: "DELETE", Path: "/api/v1/vms/1/security-groups/2/0"}, "security_group.manage", ""},
		"project member":      {Error{Status: 403, Method: "DELETE", Path: "/api/v1/projects/p/members/1"}, "project.members.remove", "p"},
		"project invitation":  {Error{Status: 403, Method: "POST", Path: "/api/v1/projects/p/invitations"}, "project.members.invite", "p"},
		"member":              {Error{Status: 403, Method: "PATCH", Path: "/api/v1/members/1"}, "account.members.manage", ""},
		"invitation":          {Error{Status: 403, Method: "POST", Path: "/api/v1/invitations"}, "account.members.invite", ""},
		"role":                {Error{Status: 403, Method: "DELETE", Path: "/api/v1/roles/1"}, "account.roles.delete", ""},
		"revoke":              {Error{Status: 403, Method: "DELETE", Path: "/api/v1/api-keys/1"}, "account.apikeys.revoke", ""},
		"regenerate":          {Error{Status: 403, Method: "POST", Path: "/api/v1/api-keys/1/regenerate"}, "account.apikeys.manage", ""},
		"unknown":             {Error{Status: 403, Method: "GET", Path: "/api/v1/else"}, "", ""},
		"billing":             {Error{Status: 403, Method: "POST", Path: "/api/v1/vms", Reason: "banned"}, "", ""},
		"another error":       {Error{Status: 409, Method: "POST", Path: "/api/v1/vms"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.MissingPermission(); got != test.permission {
				t.Errorf("permission %q, want %q", got, test.permission)
			}
			if got := test.err.ProjectID(); got != test.project {
				t.Errorf("project %q, want %q", got, test.project)
			}
		})
	}
}
