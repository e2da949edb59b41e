package tfkit

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// AddError adds a diagnostic for a failed operation: the summary is constant ("Unable to create
// VM"), object names what it was about (`VM "web" (id) in project p`), and the detail says what
// happened and what to do next. Where the API names a field of the request, it is the attribute to look at.
func AddError(diags *diag.Diagnostics, summary, object string, err error) {
	if attribute := refusedAttribute(err); attribute != "" {
		AddAttributeError(diags, path.Root(attribute), summary, object, err)
		return
	}
	diags.AddError(summary, detail(object, err))
}

// AddAttributeError is AddError with the attribute to look at.
func AddAttributeError(diags *diag.Diagnostics, p path.Path, summary, object string, err error) {
	diags.AddAttributeError(p, summary, detail(object, err))
}

// Object names an object the same way in every diagnostic. Empty parts are left out.
func Object(noun, name, id, projectID string) string {
	var b strings.Builder
	b.WriteString(noun)
	if name != "" {
		b.WriteString(" " + quote(shortened(name)))
	}
	if id != "" {
		b.WriteString(" (" + shortened(id) + ")")
	}
	if projectID != "" {
		b.WriteString(" in project " + shortened(projectID))
	}
	return b.String()
}

func detail(object string, err error) string {
	d := object + ": " + err.Error()
	if next := nextStep(err); next != "" {
		d += "\n\n" + next
	}
	return projectOnce(d, projectOfError(err))
}

// nextStep says what a user can do about an error of the client.
func nextStep(err error) string {
	var tainted *taintedError
	var failed *actionError
	switch {
	case errors.As(err, &tainted):
		return tainted.nextStep()
	case errors.As(err, &failed):
		return failed.nextStep()
	case errors.Is(err, context.Canceled):
		return "The operation was interrupted. What exists is recorded in the state, and nothing was tainted by it. Run terraform apply again to go on: the plan looks at what was done."
	case errors.Is(err, context.DeadlineExceeded):
		return "The operation took longer than its timeout. Nothing was tainted by it, and what was begun may still finish. " +
			"Run terraform apply again, whose plan looks at what was done. Where the resource has a timeouts attribute, the timeout of the operation can be raised there."
	case errors.Is(err, client.ErrAmbiguous):
		return "Whether the request was carried out is unknown. Look for the object before you apply again, and import it if it is there."
	case errors.Is(err, client.ErrForeign) && !errors.Is(err, client.ErrRateLimited):
		return "Something between here and the API has answered, or api_url names another service. Nothing follows from it about any object: what the state has is kept. Check api_url or RAFF_API_URL, and proxies."
	case errors.Is(err, client.ErrUnauthorized):
		return "Check api_key or RAFF_API_KEY: the key is unknown, revoked or expired at the address that api_url or RAFF_API_URL names."
	case errors.Is(err, client.ErrForbidden):
		return forbiddenStep(err)
	case errors.Is(err, client.ErrPaymentRequired):
		return "Top up the account's balance, then run terraform apply again."
	case errors.Is(err, client.ErrRateLimited):
		return "The API kept refusing the request for its rate limit. Something else uses up the limit of the API key: give it a key of its own, or lower requests_per_second there."
	case errors.Is(err, client.ErrNotFound):
		return "The object does not exist, or it is in a project that this key cannot reach, or in another project than the one named."
	case unanswered(err):
		return "The API did not answer. Check api_url or RAFF_API_URL, and the network, proxy and certificates between here and there."
	default:
		return ""
	}
}

// unanswered tells whether there was no answer of the API at all.
func unanswered(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && e.Status == 0
}

func forbiddenStep(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		return ""
	}
	if e.Reason != "" {
		return "The account is not in good standing for paid operations (" + e.Reason + "). Look at its billing page."
	}
	permission, project := e.MissingPermission(), e.ProjectID()
	if strings.HasPrefix(permission, "account.") || permission == "" && project == "" {
		return permissionStep(permission, "in the account", "the API key's account role: the one that it was created with (role_id of raff_api_key) or has as raff_member")
	}
	if project == "" {
		return permissionStep(permission, "in the object's project", "the role of the API key in that project (its raff_project_member)")
	}
	return permissionStep(permission, "in project "+project, "the role of the API key in that project (its raff_project_member, with role_id)") +
		" Where it has none, the key does not reach the project at all, or the project does not exist."
}

// permissionStep says which permission to look for, and in which role.
func permissionStep(permission, where, role string) string {
	if permission == "" {
		return "The API key lacks a permission " + where + ". Look at " + role + "."
	}
	return "The API key needs the permission " + permission + " " + where + ". Look at " + role + ", " +
		"and give it a role that has " + permission + ". The raff_roles data source lists the roles with their permissions."
}

// shortened cuts what is longer than any name or id, which a broken answer may have.
func shortened(s string) string {
	const most = 200
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func quote(s string) string { return strconv.Quote(s) }
