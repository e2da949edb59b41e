package refbackend

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

const (
	maxRoleName = 64
	maxSlug     = 64
)

var slugPattern = regexp.MustCompile(`^[a-z0-9-]+$`)

var roleNoun = noun{
	kind: "role", name: "role", plural: "roles",
	find: func(st *state, id string) (string, bool) { return "", st.Roles.Has(id) },
}

func roleOperations() []*operation {
	const path = "/api/v1/roles"
	scope := []filter{{name: "scope", values: []string{scopeAccount, scopeProject}}}
	return []*operation{
		{
			id: "listRoles", method: http.MethodGet, path: path, kind: account, permission: "account.roles.view",
			query: scope, page: 50, handle: (*Server).listRoles,
		},
		{
			id: "createRole", method: http.MethodPost, path: path, kind: account, permission: "account.roles.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createRole,
		},
		{
			id: "getRole", method: http.MethodGet, path: path + "/{id}", kind: account, on: &roleNoun,
			permission: "account.roles.view", handle: (*Server).getRole,
		},
		{
			id: "updateRole", method: http.MethodPatch, path: path + "/{id}", kind: account, on: &roleNoun,
			permission: "account.roles.manage", body: requiredBody, handle: (*Server).updateRole,
		},
		{
			id: "deleteRole", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &roleNoun,
			permission: "account.roles.delete", handle: (*Server).deleteRole,
		},
		{
			id: "listPermissions", method: http.MethodGet, path: "/api/v1/permissions", kind: account, query: scope,
			handle: (*Server).listPermissions,
		},
	}
}

type roleBody struct {
	ID          string     `json:"id"`
	AccountID   string     `json:"account_id,omitempty"`
	Name        string     `json:"name"`
	Slug        string     `json:"slug"`
	Description string     `json:"description"`
	Scope       string     `json:"scope"`
	Permissions []string   `json:"permissions"`
	IsSystem    bool       `json:"is_system"`
	CreatedBy   string     `json:"created_by,omitempty"`
	CreatedAt   *time.Time `json:"created_at,omitempty"`
	UpdatedAt   *time.Time `json:"updated_at,omitempty"`
}

// showRole leaves out of a system role what belongs to an account: owner, creator and times.
func (s *Server) showRole(r *role) any {
	body := roleBody{
		ID: r.ID, Name: r.Name, Slug: r.Slug, Description: r.Description, Scope: r.Scope,
		Permissions: append([]string{}, r.Permissions...), IsSystem: r.System, CreatedBy: r.CreatedBy,
	}
	if !r.System {
		created, updated := r.CreatedAt, r.UpdatedAt
		body.AccountID, body.CreatedAt, body.UpdatedAt = s.state.AccountID, &created, &updated
	}
	return body
}

func (s *Server) listRoles(c *call) (any, error) {
	return listing[*role]{
		noun: &roleNoun,
		id:   func(r *role) string { return r.ID },
		show: s.showRole,
		// The API description knows no total here.
		untold: true,
	}.answer(s, c, s.state.Roles.Where(func(r *role) bool { return c.matches("scope", r.Scope) })), nil
}

func (s *Server) getRole(c *call) (any, error) {
	r, _ := s.state.Roles.Get(c.id())
	return data(s.showRole(r)), nil
}

func (s *Server) createRole(c *call) (any, error) {
	in := c.input
	r := &role{
		Name:        in.String("name").Required().Len(1, maxRoleName).Value(),
		Slug:        in.String("slug").Required().Len(1, maxSlug).Match(slugPattern, "lower case letters, digits and hyphens").Value(),
		Description: in.String("description").Value(),
		Scope:       in.String("scope").Required().OneOf(scopeAccount, scopeProject).Value(),
		CreatedBy:   c.key.CreatedBy,
		CreatedAt:   s.now,
		UpdatedAt:   s.now,
	}
	permissions := in.Strings("permissions").Required()
	if permissions.Sent() && len(permissions.Value()) == 0 {
		in.Fail("permissions", "must have at least 1 item")
	}
	r.Permissions = readPermissions(permissions, r.Scope)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.mayMakeRole(c.key, r.Permissions); err != nil {
		return nil, err
	}
	if other, ok := s.state.Roles.First(func(other *role) bool { return other.Slug == r.Slug }); ok {
		return nil, conflict("the slug %q is taken by the role %q", r.Slug, other.Name)
	}
	r.ID = s.state.IDs.uuid()
	s.state.Roles.Put(r.ID, r)
	c.created(&roleNoun, r.ID)
	return data(s.showRole(r)), nil
}

// readPermissions takes the names of permissions of a scope, each once, in the order of the catalogue.
func readPermissions(field input.StringsField, scope string) []string {
	field.Each(func(name string) string {
		switch {
		case !isPermission(name):
			return fmt.Sprintf("no such permission: %q", name)
		case isAccountPermission(name) != (scope == scopeAccount):
			return fmt.Sprintf("%q is no permission of scope %s", name, scope)
		}
		return ""
	})
	var names []string
	for _, p := range slices.Concat(accountPermissions, projectPermissions) {
		if slices.Contains(field.Value(), p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

func isPermission(name string) bool {
	return slices.ContainsFunc(slices.Concat(accountPermissions, projectPermissions), func(p permission) bool {
		return p.name == name
	})
}

// updateRole changes a custom role, for all its holders from their next request on.
func (s *Server) updateRole(c *call) (any, error) {
	r, _ := s.state.Roles.Get(c.id())
	in := c.input
	in.AtLeastOne("name", "description", "permissions")
	name := in.String("name").Len(1, maxRoleName).Or(r.Name)
	description := in.String("description").Or(r.Description)
	sent := in.Strings("permissions")
	permissions := r.Permissions
	if sent.Sent() {
		permissions = readPermissions(sent, r.Scope)
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	switch {
	case r.System:
		return nil, badRequest("the system role %q cannot be edited", r.Name)
	case s.state.hasRole(c.key, r.ID):
		return nil, conflict("the role %q is the key's own, which it cannot change", r.Name)
	}
	if err := s.mayExtendRole(c.key, r, permissions); err != nil {
		return nil, err
	}
	if err := s.checkManaged(func(m *member) []string {
		if m.RoleID == r.ID {
			return permissions
		}
		return s.state.permissionsOf(m)
	}); err != nil {
		return nil, err
	}
	r.Name, r.Description, r.Permissions, r.UpdatedAt = name, description, permissions, s.now
	return data(s.showRole(r)), nil
}

func (s *Server) deleteRole(c *call) (any, error) {
	r, _ := s.state.Roles.Get(c.id())
	if r.System {
		return nil, badRequest("the system role %q cannot be deleted", r.Name)
	}
	if holders := s.state.holders(r.ID); len(holders) > 0 {
		return nil, conflict("role %q is in use: %s", r.Name, strings.Join(holders, ", "))
	}
	s.state.Roles.Remove(r.ID)
	return done("Role deleted"), nil
}

// holders names who has a role, with a count per type.
func (st *state) holders(roleID string) []string {
	var all []string
	for _, h := range []struct {
		noun  *noun
		count int
	}{
		{&memberNoun, st.Members.Count(func(m *member) bool { return m.RoleID == roleID })},
		{&projectMemberNoun, st.ProjectMembers.Count(func(m *projectMember) bool { return m.RoleID == roleID })},
		{&apiKeyNoun, st.APIKeys.Count(func(k *apiKey) bool { return k.RoleID == roleID })},
	} {
		switch h.count {
		case 0:
		case 1:
			all = append(all, "1 "+h.noun.name)
		default:
			all = append(all, fmt.Sprintf("%d %s", h.count, h.noun.plural))
		}
	}
	return all
}

// hasRole tells whether a key has a role, in the account or in any project.
func (st *state) hasRole(k *apiKey, roleID string) bool {
	if r, ok := st.accountRole(k); ok && r.ID == roleID {
		return true
	}
	_, ok := st.ProjectMembers.First(func(m *projectMember) bool { return m.APIKeyID == k.ID && m.RoleID == roleID })
	return ok
}

// readRole finds the role that role_id names; its scope must fit. It is nil when the field was not sent.
func (s *Server) readRole(field input.StringField, scope string) *role {
	r, ok := s.state.Roles.Get(field.Value())
	switch {
	case !field.Sent():
		return nil
	case !ok:
		field.Fail("no such role")
		return nil
	case r.Scope != scope:
		field.Fail("%q is a role of scope %s, not %s", r.Name, r.Scope, scope)
	}
	return r
}

type permissionBody struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Scope       string `json:"scope"`
	Category    string `json:"category"`
}

// listPermissions shows the catalogue to any valid key: it is the same for every account.
func (s *Server) listPermissions(c *call) (any, error) {
	shown := []permissionBody{}
	for _, p := range slices.Concat(accountPermissions, projectPermissions) {
		scope := scopeProject
		if isAccountPermission(p.name) {
			scope = scopeAccount
		}
		if c.matches("scope", scope) {
			shown = append(shown, permissionBody{p.name, p.description, scope, category(p.name)})
		}
	}
	return data(shown), nil
}

// category is what a permission is about: all of its name but the verb.
func category(permission string) string { return permission[:strings.LastIndex(permission, ".")] }
