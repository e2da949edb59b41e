package refbackend

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// project is a scope for resources.
type project struct {
	ID          string
	Name        string
	Slug        string // from the first name, for good
	Description string
	Region      string // default for its resources
	IsDefault   bool
	CreatedBy   string
	stamps
}

var projectNoun = noun{
	kind: "project", name: "project", plural: "projects",
	find: func(st *state, id string) (string, bool) { return id, st.Projects.Has(id) },
}

func projectOperations() []*operation {
	const path = "/api/v1/projects"
	return []*operation{
		{
			id: "listProjects", method: http.MethodGet, path: path, kind: account, page: 20,
			handle: (*Server).listProjects,
		},
		{
			id: "createProject", method: http.MethodPost, path: path, kind: account, permission: "account.projects.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createProject,
		},
		{
			id: "getProject", method: http.MethodGet, path: path + "/{id}", kind: account, on: &projectNoun,
			handle: (*Server).getProject,
		},
		{
			id: "updateProject", method: http.MethodPut, path: path + "/{id}", kind: account, on: &projectNoun,
			permission: "account.projects.manage", body: requiredBody, handle: (*Server).updateProject,
		},
		{
			id: "deleteProject", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &projectNoun,
			permission: "account.projects.delete", handle: (*Server).deleteProject,
		},
	}
}

type projectBody struct {
	ID          string    `json:"id"`
	AccountID   string    `json:"account_id"`
	Name        string    `json:"name"`
	Slug        string    `json:"slug"`
	Description string    `json:"description"`
	Region      string    `json:"default_region"`
	IsDefault   bool      `json:"is_default"`
	IsActive    bool      `json:"is_active"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (s *Server) showProject(p *project) any {
	return projectBody{
		ID:          p.ID,
		AccountID:   s.state.AccountID,
		Name:        p.Name,
		Slug:        p.Slug,
		Description: p.Description,
		Region:      p.Region,
		IsDefault:   p.IsDefault,
		IsActive:    true,
		CreatedBy:   p.CreatedBy,
		CreatedAt:   p.CreatedAt,
		UpdatedAt:   p.UpdatedAt,
	}
}

func (s *Server) listProjects(c *call) (any, error) {
	seen := func(p *project) bool { return s.seesProject(c.key, p.ID) }
	return listing[*project]{
		noun: &projectNoun,
		id:   func(p *project) string { return p.ID },
		show: s.showProject,
	}.answer(s, c, s.state.Projects.Where(seen)), nil
}

func (s *Server) getProject(c *call) (any, error) {
	p, _ := s.state.Projects.Get(c.id())
	return data(s.showProject(p)), nil
}

func (s *Server) createProject(c *call) (any, error) {
	in := c.input
	p := project{
		Name:        in.String("name").Required().Len(1, 64).Value(),
		Description: in.String("description").Value(),
		Region:      in.String("default_region").OneOf(regionCode).Or(regionCode),
		CreatedBy:   c.key.CreatedBy,
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkProjectName(p.Name, ""); err != nil {
		return nil, err
	}
	created := s.addProject(p)
	c.created(&projectNoun, created.ID)
	c.objectProject = created.ID
	return data(s.showProject(created)), nil
}

func (s *Server) updateProject(c *call) (any, error) {
	p, _ := s.state.Projects.Get(c.id())
	in := c.input
	name := in.String("name").Len(1, 64).Or(p.Name)
	description := in.String("description").Or(p.Description)
	region := in.String("default_region").OneOf(regionCode).Or(p.Region)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkProjectName(name, p.ID); err != nil {
		return nil, err
	}
	p.Name, p.Description, p.Region, p.UpdatedAt = name, description, region, s.now
	return data(s.showProject(p)), nil
}

// deleteProject removes an empty project together with the rights in it.
func (s *Server) deleteProject(c *call) (any, error) {
	p, _ := s.state.Projects.Get(c.id())
	if p.IsDefault {
		return nil, conflict("the default project cannot be deleted")
	}
	if left := s.contents(p.ID); len(left) > 0 {
		return nil, conflict("project %q is not empty: %s", p.Name, strings.Join(left, ", "))
	}
	s.removeProjectMembers(p.ID)
	s.removeInvitations(p.ID)
	s.state.Projects.Remove(p.ID)
	return done("Project deleted"), nil
}

// contents names what lies in a project, with a count per type.
func (s *Server) contents(project string) []string {
	var left []string
	for _, n := range nouns {
		if n.count == nil {
			continue
		}
		switch count := n.count(&s.state, project); count {
		case 0:
		case 1:
			left = append(left, "1 "+n.name)
		default:
			left = append(left, fmt.Sprintf("%d %s", count, n.plural))
		}
	}
	return left
}

// checkProjectName refuses a name that another project of the account has.
func (s *Server) checkProjectName(name, self string) error {
	taken := func(p *project) bool { return p.Name == name && p.ID != self }
	if _, ok := s.state.Projects.First(taken); ok {
		return conflict("a project named %q already exists", name)
	}
	return nil
}

// addProject adds a project under a slug of its own.
func (s *Server) addProject(p project) *project {
	p.ID = s.state.IDs.uuid()
	p.Slug = s.freeSlug(p.Name)
	p.stamps = s.stamped()
	if p.Region == "" {
		p.Region = regionCode
	}
	s.state.Projects.Put(p.ID, &p)
	return &p
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// freeSlug makes a slug of a name; a number tells names apart that come out alike.
func (s *Server) freeSlug(name string) string {
	base := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if base == "" {
		base = "project"
	}
	slug := base
	for n := 2; ; n++ {
		if _, taken := s.state.Projects.First(func(p *project) bool { return p.Slug == slug }); !taken {
			return slug
		}
		slug = fmt.Sprintf("%s-%d", base, n)
	}
}
