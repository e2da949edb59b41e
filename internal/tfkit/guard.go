package tfkit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Probe asks the API for the first object of a kind in a project. It fails with client.ErrForbidden where
// the key cannot reach the project: the API documents that answer for lists, and no other call tells
// an unreachable project from an object that does not exist.
type Probe func(ctx context.Context, c *client.Client, projectID string) error

// ProbeList makes a Probe of a list: it reads the first element and stops.
func ProbeList[T any](list func(ctx context.Context, r client.Reader) iter.Seq2[T, error]) Probe {
	return func(ctx context.Context, c *client.Client, projectID string) error {
		for _, err := range list(ctx, c.Project(projectID).Reader) {
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
	account bool     // whether a restriction to projects leaves the account open

	mu          sync.Mutex
	reachable   map[string]bool // kind and project that were found reachable
	lost        map[string]int  // objects by deleted project that no warning has counted yet
	seesAccount cached[bool]    // whether the key sees every project
}

// NewProjectGuard returns a guard. allowed is nil for no restriction; c is nil while the provider's
// configuration is unknown, and then reachability is not checked.
func NewProjectGuard(c *client.Client, allowed []string) *ProjectGuard {
	return &ProjectGuard{client: c, allowed: allowed, reachable: map[string]bool{}, lost: map[string]int{}}
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

// AllowAccountChanges has a restriction to projects not apply to objects of the account.
func (g *ProjectGuard) AllowAccountChanges() { g.account = true }

// CheckLeft is CheckAllowed for the project that an object is in already, which a plan may take it out of.
// It returns whether the project is allowed.
func (g *ProjectGuard) CheckLeft(p path.Path, object string, projectID types.String, diags *diag.Diagnostics) bool {
	if g.allowed == nil || projectID.IsNull() || projectID.IsUnknown() || slices.Contains(g.allowed, projectID.ValueString()) {
		return true
	}
	diags.AddAttributeError(p, "Project is not allowed", fmt.Sprintf(
		"%s: the project that it is in is not one of the provider's allowed_project_ids (%s). Nothing was changed: "+
			"not even to move it to another project, which would destroy it where it is. Add the project to allowed_project_ids if this object is the one you mean.",
		object, strings.Join(g.allowed, ", ")))
	return false
}

// CheckAccount adds an error when objects of the account may not be changed. It returns whether they may.
func (g *ProjectGuard) CheckAccount(object string, diags *diag.Diagnostics) bool {
	if g.allowed == nil || g.account {
		return true
	}
	diags.AddError("The account is not allowed", fmt.Sprintf(
		"%s belongs to the account, and the provider's allowed_project_ids (%s) restricts changes to what is in projects. Nothing was changed. "+
			"Manage it with a provider configuration that has no allowed_project_ids, or set allow_account_changes = true if this one is to change the account as well.",
		object, strings.Join(g.allowed, ", ")))
	return false
}

// Check adds an error at p when the project is not allowed, or when the key cannot reach objects of the
// kind in it. An unknown project is not checked: it is again when it is known, before anything is sent.
// The answer for a reachable project is remembered, so a plan asks once per project and kind.
func (g *ProjectGuard) Check(ctx context.Context, p path.Path, kind Kind, projectID types.String, diags *diag.Diagnostics) {
	if projectID.IsNull() || projectID.IsUnknown() {
		return
	}
	before := diags.ErrorsCount()
	g.CheckAllowed(p, projectID, diags)
	if diags.ErrorsCount() > before {
		return
	}
	if err := g.Reach(ctx, kind, projectID.ValueString()); err != nil {
		AddUnreachableProject(diags, p, kind.Name, projectID.ValueString(), err)
	}
}

// Reach returns nil when the key reaches objects of the kind in the project, and the API's error otherwise.
func (g *ProjectGuard) Reach(ctx context.Context, kind Kind, projectID string) error {
	if g.client == nil {
		return nil
	}
	key := kind.Name + " " + projectID
	g.mu.Lock()
	known := g.reachable[key]
	g.mu.Unlock()
	if known {
		return nil
	}
	if err := kind.Probe(ctx, g.client, projectID); err != nil {
		return err
	}
	g.mu.Lock()
	g.reachable[key] = true
	g.mu.Unlock()
	return nil
}

// Gone decides what a 404 on read means. It returns true when the object is really gone: the project
// can still be reached, or was deleted itself. Otherwise it adds an error, so that losing access to a
// project does not make Terraform forget what is in it.
func (g *ProjectGuard) Gone(ctx context.Context, run *Run, kind Kind, id, projectID string, diags *diag.Diagnostics) bool {
	err := g.Reach(ctx, kind, projectID)
	if err == nil {
		return true
	}
	object := Object(kind.Name, "", id, projectID)
	if !unreachable(err) {
		AddError(diags, "Unable to read "+kind.Name, object, err)
		return false
	}
	if g.deleted(ctx, projectID) {
		g.countLost(ctx, run, projectID, diags)
		return true
	}
	diags.AddError("Project cannot be reached", fmt.Sprintf(
		"%s was not found, but project %s cannot be reached with this key either, so it is kept in the state: %s\n\n"+
			"Use a key that reaches the project. "+seeingKey+"; with any other, remove it with terraform state rm.",
		object, projectID, err))
	return false
}

// Deleted decides what a 404 of a project itself means. It returns true when the project was deleted, and
// adds an error where it may merely be hidden from the key.
func (g *ProjectGuard) Deleted(ctx context.Context, object, projectID string, diags *diag.Diagnostics) bool {
	if g.deleted(ctx, projectID) {
		return true
	}
	diags.AddError("Project cannot be reached", object+" was not found. It may have been deleted, or be hidden from this key, so it is kept in the state.\n\n"+
		seeingKey+", or remove it with terraform state rm.")
	return false
}

// seeingKey says which key can prove that a project was deleted.
const seeingKey = "If the project was deleted, a key that may see all projects of the account " +
	"and its own role (account.projects.view, account.apikeys.view, account.roles.view) removes the object by itself"

// deleted tells whether a project was deleted, and is not merely hidden from the key: the API does not
// find it, and the key's role sees every project of the account.
func (g *ProjectGuard) deleted(ctx context.Context, projectID string) bool {
	sees, err := g.seesAccount.get(func() (bool, error) { return seesProjects(ctx, g.client) })
	if err != nil || !sees {
		return false
	}
	_, err = g.client.GetProject(ctx, projectID)
	return errors.Is(err, client.ErrNotFound)
}

// seesProjects tells whether the role of the client's own key shows it every project of the account.
func seesProjects(ctx context.Context, c *client.Client) (bool, error) {
	for key, err := range c.ListAPIKeys(ctx, client.APIKeyFilter{}) {
		if err != nil {
			return false, err
		}
		if !c.Uses(key.KeyPrefix) || key.RoleID == "" {
			continue
		}
		role, err := c.GetRole(ctx, key.RoleID)
		return err == nil && slices.Contains(role.Permissions, "account.projects.view"), err
	}
	return false, nil
}

// countLost counts an object that goes out of the state with its project, and warns once of all of them:
// the first one waits until the others were read.
func (g *ProjectGuard) countLost(ctx context.Context, run *Run, projectID string, diags *diag.Diagnostics) {
	g.mu.Lock()
	g.lost[projectID]++
	first := g.lost[projectID] == 1
	g.mu.Unlock()
	if !first {
		return
	}
	run.await(ctx, func() bool { return false })
	g.mu.Lock()
	count := g.lost[projectID]
	g.lost[projectID] = 0
	g.mu.Unlock()
	objects := fmt.Sprintf("%d objects that were in it are", count)
	if count == 1 {
		objects = "1 object that was in it is"
	}
	diags.AddWarning("A project was deleted", fmt.Sprintf(
		"Project %s does not exist any more, and nothing that was in it does: %s removed from the state.", projectID, objects))
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
		"The API key cannot work with %s in project %s: %s\n\n%s", withArticle(noun), quote(projectID), err, next))
}

// unreachable tells whether an error means that a project cannot be used with the key. What names the project in its
// header is refused; what names it in its path is not found.
func unreachable(err error) bool {
	return errors.Is(err, client.ErrForbidden) || errors.Is(err, client.ErrNotFound)
}
