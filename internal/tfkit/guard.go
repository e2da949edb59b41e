package tfkit

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

// ProjectGuard decides whether a project may be used: it must be on the list of allowed ids, if
// there is one, and the key must reach it.
type ProjectGuard struct {
	client  *client.Client
	allowed []string // nil: no restriction
	account bool     // whether a restriction to projects leaves the account open

	mu        sync.Mutex
	reachable map[string]bool // kind and project that were found reachable
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
	err := g.Reach(ctx, kind, projectID.ValueString())
	switch {
	case err == nil:
	case (unreachable(err) || errors.Is(err, client.ErrBadRequest)) && !Project.isID(projectID.ValueString()):
		AddIDExpected(diags, p, Project.Name, projectID.ValueString(), idOfProject(ctx, g.client, projectID.ValueString()))
	default:
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
	if err := kind.List.reach(ctx, g.client, projectID); err != nil {
		return err
	}
	g.mu.Lock()
	g.reachable[key] = true
	g.mu.Unlock()
	return nil
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
	diags.AddAttributeError(p, "Project cannot be reached", projectOnce(fmt.Sprintf(
		"The API key cannot work with %s in project %s: %s\n\n%s", withArticle(noun), quote(projectID), err, next), projectID))
}

// unreachable tells whether an error means that a project cannot be used with the key. What names the project in its
// header is refused; what names it in its path is not found.
func unreachable(err error) bool {
	return errors.Is(err, client.ErrForbidden) || errors.Is(err, client.ErrNotFound)
}
