package framework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Probe asks the API for one page of a noun in a project. It fails with client.ErrForbidden where
// the key cannot reach the project: the API documents that answer for lists, and no other call
// tells an unreachable project from an object that does not exist.
type Probe func(ctx context.Context, project *client.Scoped) error

// ProbeFirst makes a Probe of a list: it reads the first element and stops.
func ProbeFirst[T any](list func(ctx context.Context, project *client.Scoped) func(yield func(T, error) bool)) Probe {
	return func(ctx context.Context, project *client.Scoped) error {
		for _, err := range list(ctx, project) {
			return err
		}
		return nil
	}
}

// ProjectGuard decides whether a project may be used: it must be on the list of allowed ids, if
// there is one, and the key must reach it.
type ProjectGuard struct {
	client  *client.Client
	allowed []string // nil: no restriction

	mu        sync.Mutex
	reachable map[string]bool // noun and project that were found reachable
}

// NewProjectGuard returns a guard. allowed is nil for no restriction; c is nil while the provider's
// configuration is unknown, and then reachability is not checked.
func NewProjectGuard(c *client.Client, allowed []string) *ProjectGuard {
	return &ProjectGuard{client: c, allowed: allowed, reachable: map[string]bool{}}
}

// Restricted tells whether allowed_project_ids is set.
func (g *ProjectGuard) Restricted() bool { return g.allowed != nil }

// CheckAllowed adds an error at p when the project is not one of allowed_project_ids.
func (g *ProjectGuard) CheckAllowed(p path.Path, projectID types.String, diags *diag.Diagnostics) {
	if g.allowed == nil || projectID.IsNull() || projectID.IsUnknown() || slices.Contains(g.allowed, projectID.ValueString()) {
		return
	}
	diags.AddAttributeError(p, "Project is not allowed", fmt.Sprintf(
		"Project %s is not one of the provider's allowed_project_ids (%s). Nothing was changed. "+
			"Use another project, or add this one to allowed_project_ids if it is the one you mean.",
		quote(projectID.ValueString()), strings.Join(g.allowed, ", ")))
}

// Check adds an error at p when the project is not allowed, or when the key cannot reach the noun in
// it. An unknown project is not checked: it is again when it is known, before anything is sent.
// The answer for a reachable project is remembered, so a plan asks once per project and noun.
func (g *ProjectGuard) Check(ctx context.Context, p path.Path, noun string, projectID types.String, probe Probe, diags *diag.Diagnostics) {
	if projectID.IsNull() || projectID.IsUnknown() {
		return
	}
	before := diags.ErrorsCount()
	g.CheckAllowed(p, projectID, diags)
	if diags.ErrorsCount() > before {
		return
	}
	if err := g.Reach(ctx, noun, projectID.ValueString(), probe); err != nil {
		AddUnreachableProject(diags, p, noun, projectID.ValueString(), err)
	}
}

// Reach returns nil when the key reaches the noun in the project, and the API's error otherwise.
func (g *ProjectGuard) Reach(ctx context.Context, noun, projectID string, probe Probe) error {
	if g.client == nil {
		return nil
	}
	key := noun + " " + projectID
	g.mu.Lock()
	known := g.reachable[key]
	g.mu.Unlock()
	if known {
		return nil
	}
	if err := probe(ctx, g.client.Project(projectID)); err != nil {
		return err
	}
	g.mu.Lock()
	g.reachable[key] = true
	g.mu.Unlock()
	return nil
}

// Gone decides what a 404 on read means. It returns true when the object is really gone: the
// project can still be reached. Otherwise it adds an error, so that losing access to a project does
// not make Terraform forget what is in it.
func (g *ProjectGuard) Gone(ctx context.Context, noun, id, projectID string, probe Probe, diags *diag.Diagnostics) bool {
	if projectID == "" { // an import that named no project: there is nothing to forget
		return true
	}
	err := g.Reach(ctx, noun, projectID, probe)
	if err == nil {
		return true
	}
	if !unreachable(err) {
		AddError(diags, "Unable to read "+noun, Object(noun, "", id, projectID), err)
		return false
	}
	diags.AddError("Project cannot be reached", fmt.Sprintf(
		"%s was not found, but project %s cannot be reached with this key either, so it is kept in the state: %s\n\n"+
			"Use a key that reaches the project. If the project was deleted, remove the object with terraform state rm.",
		Object(noun, "", id, projectID), projectID, err))
	return false
}

// AddUnreachableProject explains that a key cannot use a noun in a project.
func AddUnreachableProject(diags *diag.Diagnostics, p path.Path, noun, projectID string, err error) {
	if !unreachable(err) && !errors.Is(err, client.ErrBadRequest) {
		AddAttributeError(diags, p, "Unable to check the project", "Project "+projectID, err)
		return
	}
	next := "Either the project does not exist, or the key is no member of it. Check the id, and the key's project memberships."
	if errors.Is(err, client.ErrForbidden) {
		next = forbiddenStep(err)
	}
	diags.AddAttributeError(p, "Project cannot be reached", fmt.Sprintf(
		"The API key cannot work with a %s in project %s: %s\n\n%s", noun, quote(projectID), err, next))
}

// unreachable tells whether an error means that a project cannot be used with the key. What names the project in its
// header is refused; what names it in its path is not found.
func unreachable(err error) bool {
	return errors.Is(err, client.ErrForbidden) || errors.Is(err, client.ErrNotFound)
}
