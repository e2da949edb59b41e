package effects

import "testing"

func TestAPIKey(t *testing.T) {
	ci := attributes{"id": "k", "name": "ci", "key_prefix": "raff_12345678", "rotation_trigger": "1", "is_active": true, "role_id": "r"}
	check(t, "raff_api_key", map[string]row{
		"renamed": {action: Update, before: ci, change: attributes{"name": "cd"}},
		"rotated": {
			action: Update, before: ci, change: attributes{"rotation_trigger": "2"}, want: []Kind{Credential}, says: []string{"raff_12345678, dies with the apply"},
			title: `API key "ci" (k) gets a new secret`,
		},
		"first trigger":  {action: Update, before: attributes{"id": "k", "rotation_trigger": nil}, change: attributes{"rotation_trigger": "2"}},
		"may be rotated": {action: Update, before: ci, unknown: []string{"rotation_trigger"}},
		"switched off":   {action: Update, before: ci, change: attributes{"is_active": false}, want: []Kind{Credential}},
		"revoked":        {action: Delete, before: ci, want: []Kind{Credential}, says: []string{"is revoked"}},
		"replaced":       {action: Replace, before: ci, change: attributes{"role_id": "s"}, replaced: []string{"role_id"}, want: []Kind{Credential}, says: []string{"another secret"}},
	})
}

func TestMember(t *testing.T) {
	ops := attributes{"id": "m", "email": "a@example.com", "role_id": "r-1", "role_slug": "ops", "status": "active", "suspended": false}
	pending := attributes{"id": "m", "email": "a@example.com", "role_id": "r-1", "role_slug": "ops", "status": "pending"}
	roles := known{permissions: map[string][]string{"r-1": {"vm.view", "vm.create"}, "r-2": {"vm.view"}}}
	for _, of := range []string{"raff_member", "raff_project_member"} {
		check(t, of, map[string]row{
			"removed":      {action: Delete, before: ops, want: []Kind{Access}, says: []string{`loses the role "ops" in the account`}},
			"uninvited":    {action: Delete, before: pending, want: []Kind{Access}},
			"less":         {action: Update, before: ops, change: attributes{"role_id": "r-2", "role_slug": "view"}, world: roles, want: []Kind{Access}, says: []string{`the role "view" instead of "ops"`, "loses vm.create"}},
			"more":         {action: Update, before: attributes{"id": "m", "role_id": "r-2"}, change: attributes{"role_id": "r-1"}, world: roles},
			"unknown role": {action: Update, before: ops, change: attributes{"role_id": "r-3"}, world: roles},
			"suspended":    {action: Update, before: ops, change: attributes{"suspended": true}, want: []Kind{Access}, says: []string{"no rights in the account"}},
		})
	}
}

func TestInvitation(t *testing.T) {
	sent := attributes{"id": "i", "email": "a@example.com", "status": "pending"}
	check(t, "raff_invitation", map[string]row{
		"cancelled":  {action: Delete, before: sent, want: []Kind{Access}},
		"sent again": {action: Replace, before: sent, change: attributes{"email": "b@example.com"}, replaced: []string{"email"}, want: []Kind{Access}, says: []string{"Another one is sent"}},
		"accepted":   {action: Delete, before: attributes{"id": "i", "status": "accepted"}},
	})
}

func TestRole(t *testing.T) {
	ops := attributes{"id": "r", "slug": "ops", "name": "Operations", "permissions": []any{"vm.view", "vm.create"}}
	held := known{holders: items("raff_member", "a@example.com")}
	check(t, "raff_role", map[string]row{
		"renamed": {action: Update, before: ops, change: attributes{"name": "Ops"}},
		"more":    {action: Update, before: ops, change: attributes{"permissions": []any{"vm.create", "vm.delete", "vm.view"}}},
		"less": {
			action: Update, before: ops, change: attributes{"permissions": []any{"vm.delete", "vm.view"}}, want: []Kind{Access}, says: []string{"loses vm.create with the next request"},
			title: `Role "ops" takes permissions away`,
		},
		"not known":           {action: Update, before: ops, unknown: []string{"permissions"}},
		"destroyed":           {action: Delete, before: ops},
		"destroyed in use":    {action: Delete, before: ops, world: held, want: []Kind{Fails}, says: []string{`member "a@example.com"`}},
		"replaced in use":     {action: Replace, before: ops, change: attributes{"slug": "sre"}, replaced: []string{"slug"}, world: held, want: []Kind{Fails}, says: []string{"create_before_destroy = true"}},
		"created first":       {action: Replace, before: ops, change: attributes{"slug": "sre"}, replaced: []string{"slug"}, order: CreateFirst, world: held},
		"created with a slug": {action: Replace, before: ops, replaced: []string{"scope"}, order: CreateFirst, world: held, want: []Kind{Fails}, says: []string{`the slug "ops"`}},
	})
}

func TestSSHKey(t *testing.T) {
	check(t, "raff_ssh_key", map[string]row{
		"renamed":  {action: Update, before: attributes{"id": "k", "name": "a"}, change: attributes{"name": "b"}},
		"removed":  {action: Delete, before: attributes{"id": "k", "name": "a"}, want: []Kind{Left}, says: []string{"from no VM"}},
		"replaced": {action: Replace, before: attributes{"id": "k", "name": "a"}, want: []Kind{Left}},
	})
}

func TestProject(t *testing.T) {
	full := known{inProject: Found{Items: append(items("raff_vm", "web").Items, items("raff_volume", "data").Items...)}}
	ending := items("raff_vm", "web")
	ending.Items[0].Ends = true
	check(t, "raff_project", map[string]row{
		"renamed":   {action: Update, before: attributes{"id": "p", "name": "a"}, change: attributes{"name": "b"}},
		"empty":     {action: Delete, before: attributes{"id": "p", "name": "a"}},
		"emptied":   {action: Delete, before: attributes{"id": "p", "name": "a"}, world: known{inProject: ending}},
		"full":      {action: Delete, before: attributes{"id": "p", "name": "a"}, world: full, want: []Kind{Fails}, says: []string{`VM "web"`, `volume "data"`}, title: `Project "a" cannot be destroyed as planned`},
		"unlisted":  {action: Delete, before: attributes{"id": "p"}, world: known{inProject: Found{Gap: "which could not be listed"}}},
		"protected": {action: Update, before: attributes{"id": "p"}, change: attributes{"deletion_protection": true}},
	})
}
