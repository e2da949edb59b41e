package refbackend

import "slices"

// Nobody grants what they do not hold: who makes a key or a role, adds or invites somebody, changes a role, or gives a key a
// new secret has each permission that comes with it. The Owner's role, which has all of them, is never given by a call.

// notHeld is a permission that somebody would be given, and that the key does not hold itself.
func notHeld(permission, where, by string) error {
	return forbidden("missing permission %s%s: %s, and nobody can grant what they do not hold", permission, where, by)
}

// mayAssign refuses to give a role to somebody, in a project or in the account, that has what the key does not hold there.
func (s *Server) mayAssign(k *apiKey, r *role, project string) error {
	if r == nil {
		return nil
	}
	return s.mayGive(k, r.Permissions, project, "the role \""+r.Name+"\" has it")
}

// standing is what a membership is worth.
type standing struct{ role, status string }

// mayRaise refuses to give a member of a project or of the account another role, or its role back, that has more than the
// key.
func (s *Server) mayRaise(k *apiKey, before, after standing, project string) error {
	if after.role == before.role && (after.status == before.status || after.status != memberActive) {
		return nil
	}
	r, _ := s.state.Roles.Get(after.role)
	return s.mayAssign(k, r, project)
}

// mayGive refuses permissions that the key does not hold, in a project or in the account.
func (s *Server) mayGive(k *apiKey, permissions []string, project, by string) error {
	where := ""
	if project != "" {
		where = " in project " + project
	}
	for _, p := range permissions {
		if !s.holds(k, p, project) {
			return notHeld(p, where, by)
		}
	}
	return nil
}

// mayMakeRole refuses a role with permissions that the key does not hold: in the account, or in any project at all. Where it
// holds them decides who it can give the role to.
func (s *Server) mayMakeRole(k *apiKey, permissions []string) error {
	for _, p := range permissions {
		if !s.holdsSomewhere(k, p) {
			return notHeld(p, "", "the role is to have it")
		}
	}
	return nil
}

func (s *Server) holdsSomewhere(k *apiKey, permission string) bool {
	if s.holds(k, permission, "") {
		return true
	}
	_, ok := s.state.Projects.First(func(p *project) bool { return s.holds(k, permission, p.ID) })
	return ok
}

// mayExtendRole refuses to add permissions to a role that the key does not hold wherever somebody has the role.
func (s *Server) mayExtendRole(k *apiKey, r *role, permissions []string) error {
	added := slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return slices.Contains(r.Permissions, p) })
	if err := s.mayMakeRole(k, added); err != nil {
		return err
	}
	for m := range s.state.ProjectMembers.Peek() {
		if m.RoleID != r.ID {
			continue
		}
		if err := s.mayGive(k, added, m.Project, "the role \""+r.Name+"\" is to have it"); err != nil {
			return err
		}
	}
	return nil
}

// mayHandOver refuses to make a key usable anew, for whoever gets its secret, that holds more than the key that asks.
func (s *Server) mayHandOver(k, other *apiKey) error {
	by := "the API key \"" + other.Name + "\" has it"
	if r, ok := s.state.accountRole(other); ok {
		if err := s.mayGive(k, r.Permissions, "", by); err != nil {
			return err
		}
	}
	for p := range s.state.Projects.Peek() {
		if err := s.mayGive(k, s.heldIn(other, p.ID), p.ID, by); err != nil {
			return err
		}
	}
	return nil
}

// heldIn are the permissions of a key in a project.
func (s *Server) heldIn(k *apiKey, project string) []string {
	var all []string
	for _, p := range projectPermissions {
		if s.holds(k, p.name, project) {
			all = append(all, p.name)
		}
	}
	return all
}

// works tells whether a key lets anybody in.
func (s *Server) works(k *apiKey) bool {
	return k.Active && (k.ExpiresAt == nil || s.now.Before(*k.ExpiresAt))
}
