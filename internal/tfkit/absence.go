package tfkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// stored is an object of the state.
type stored struct {
	Model
	kind    Kind
	account string             // that it is of, as far as it is remembered
	parents []objectKey        // that it belongs to, where the API has no list of such objects
	lists   map[string]Listing // of the parents
}

func (o stored) id() string {
	id, _ := identityOf(o.Model)
	return id.ValueString()
}

// project returns the id of its project; empty for an object of the account.
func (o stored) project() string {
	_, id := identityOf(o.Model)
	return id.ValueString()
}

// absences are what the provider has found out about objects that the API did not find.
type absences struct {
	listed  answers[map[string]bool] // ids, by kind and project
	reached answers[struct{}]        // by kind and project
	sees    current[bool]            // whether the key sees every project

	mu   sync.Mutex
	lost map[string]int // objects by deleted project that no warning has counted yet
}

// missing tells whether an object of the state does not exist any more. The API has answered 404, which is
// evidence and no proof: it is believed where this very key, asked now, is of the object's account, reaches
// the place where the object should be, and does not find it among those there. Otherwise missing adds an
// error, and the state stays.
func (b *base) missing(ctx context.Context, o stored, s stance, diags *diag.Diagnostics) bool {
	since := time.Now()
	if !b.sameAccount(ctx, o.Object(), o.account, s, diags) {
		return false
	}
	if o.project() == "" && o.account == "" {
		diags.AddError("The account of the object is not known", o.Object()+" was not found, and the state does not say of which account it is: "+
			"it may exist in another account than that of the API key, so it is kept in the state. "+
			"If it was deleted, remove it with terraform state rm.")
		return false
	}
	if o.kind.Type == Project.Type {
		return b.projectMissing(ctx, o, since, diags)
	}
	listed, err := b.isListed(ctx, o, since)
	switch {
	case err == nil && !listed:
		return true
	case err == nil:
		diags.AddError("Unable to read "+o.kind.Name, o.Object()+" is in a list of the API, which does not find it by its id. It is kept in the state. Try again.")
	case !unreachable(err):
		AddError(diags, "Unable to read "+o.kind.Name, o.Object(), err)
	case o.project() == "":
		b.explain(ctx, "list "+o.kind.Type, s, diags, "Unable to read "+o.kind.Name, fmt.Sprintf(
			"%s was not found, and this key may not list such objects, so it is kept in the state, as are the others of its kind: %s\n\n%s",
			o.Object(), err, nextStep(err)), o.Object()+" was not found either, and is kept in the state.")
	case o.account != "" && b.projectDeleted(ctx, o.project(), since):
		b.countLost(ctx, o.project(), diags)
		return true
	default:
		b.explain(ctx, "project "+o.project(), s, diags, "Project cannot be reached", projectOnce(fmt.Sprintf(
			"%s was not found, but project %s cannot be reached with this key either, so it is kept in the state, as is all that is in the project: %s\n\n"+
				"Use a key that reaches the project. "+seeingKey+"; with any other, remove it with terraform state rm.",
			o.Object(), o.project(), err), o.project()), o.Object()+" was not found either, and is kept in the state.")
	}
	return false
}

// isListed tells whether an object is in the list of the place where it should be. One that has no list is
// there as long as all that it belongs to is.
func (b *base) isListed(ctx context.Context, o stored, since time.Time) (bool, error) {
	if !o.kind.OfParents {
		ids, err := b.list(ctx, o.kind.Type, o.kind.List, o.project(), since)
		return ids[o.id()], err
	}
	for _, parent := range o.parents {
		ids, err := b.list(ctx, parent.resourceType, o.lists[parent.resourceType], o.project(), since)
		if err != nil || !ids[parent.id] {
			return false, err
		}
	}
	return true, nil
}

// list returns the ids of the objects of a type in a project, or in the account.
func (b *base) list(ctx context.Context, resourceType string, list Listing, projectID string, since time.Time) (map[string]bool, error) {
	return b.absences.listed.of(resourceType+" "+projectID).get(since, func() (map[string]bool, error) {
		return list.all(ctx, b.Client, projectID)
	})
}

// projectMissing tells whether a project was deleted, and is not merely hidden from the key.
func (b *base) projectMissing(ctx context.Context, o stored, since time.Time, diags *diag.Diagnostics) bool {
	if b.projectDeleted(ctx, o.id(), since) {
		return true
	}
	diags.AddError("Project cannot be reached", o.Object()+" was not found. It may have been deleted, or be hidden from this key, so it is kept in the state.\n\n"+
		seeingKey+", or remove it with terraform state rm.")
	return false
}

// seeingKey says which key can prove that a project was deleted.
const seeingKey = "If the project was deleted, a key that may see all projects of the account " +
	"and its own role (account.projects.view, account.apikeys.view, account.roles.view) removes the object by itself"

// projectDeleted tells whether a project was deleted: the key's role sees every project of the account, the
// API does not find it, and lists it no more.
func (b *base) projectDeleted(ctx context.Context, projectID string, since time.Time) bool {
	sees, err := b.absences.sees.get(since, func() (bool, error) { return seesProjects(ctx, b.Client) })
	if err != nil || !sees {
		return false
	}
	if _, err = b.Client.GetProject(ctx, projectID); !errors.Is(err, client.ErrNotFound) {
		return false
	}
	ids, err := b.list(ctx, Project.Type, listProjects, "", since)
	return err == nil && !ids[projectID]
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
func (b *base) countLost(ctx context.Context, projectID string, diags *diag.Diagnostics) {
	a := b.absences
	a.mu.Lock()
	a.lost[projectID]++
	first := a.lost[projectID] == 1
	a.mu.Unlock()
	if !first {
		return
	}
	b.Run.await(ctx, func() bool { return false })
	a.mu.Lock()
	count := a.lost[projectID]
	a.lost[projectID] = 0
	a.mu.Unlock()
	objects := fmt.Sprintf("%d objects that were in it are", count)
	if count == 1 {
		objects = "1 object that was in it is"
	}
	diags.AddWarning("A project was deleted", fmt.Sprintf(
		"Project %s does not exist any more, and nothing that was in it does: %s removed from the state.", projectID, objects))
}

// Ended is the stage of a Delete after the API was asked, with its answer: nil where it took the deletion. That
// an object is not found is believed as in a Read.
func (b *ResourceBase) Ended(ctx context.Context, kind Kind, m Model, req resource.DeleteRequest, resp *resource.DeleteResponse, summary string, err error) {
	switch {
	case err == nil:
	case errors.Is(err, client.ErrNotFound):
		b.missing(context.WithoutCancel(ctx), b.stored(ctx, kind, m, req.Private, req.State, &resp.Diagnostics), acting, &resp.Diagnostics)
	default:
		AddDetachError(&resp.Diagnostics, summary, kind, m, err)
	}
}

// StillReached confirms that an object that is no longer found after its deletion was taken is not merely out
// of reach by now.
func (b *ResourceBase) StillReached(ctx context.Context, kind Kind, projectID string) error {
	_, err := b.absences.reached.of(kind.Type+" "+projectID).get(time.Now(), func() (struct{}, error) {
		return struct{}{}, kind.List.reach(context.WithoutCancel(ctx), b.Client, projectID)
	})
	if err != nil {
		return fmt.Errorf("its deletion was taken, and whether it is done is not known: %w", err)
	}
	return nil
}
