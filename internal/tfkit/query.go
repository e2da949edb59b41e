package tfkit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	fwlist "github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Found is an object that a list found.
type Found struct {
	ID        string // as an import takes it, without the project
	ProjectID string // empty for an object of the account
	Name      string // what people know it by
}

// Finding is how the objects of a resource type are found.
type Finding struct {
	Kind Kind
	// Nouns names several of the objects, as "VMs".
	Nouns string
	// New returns the resource, whose import and read fill what was found.
	New func() resource.Resource
	// Filters are the attributes of a list block, besides project_id.
	Filters map[string]listschema.Attribute
	// Find yields the objects of a project, or of all that the key reaches where the project is empty. After an
	// error it may go on with what does not depend on it.
	Find func(ctx context.Context, q *Query) iter.Seq2[Found, error]
}

// Query is one list that Terraform asks for.
type Query struct {
	*ProviderData
	// ProjectID is empty for all projects that the key reaches, and for the account.
	ProjectID string

	// Whole tells that everything is wanted, and not a part.
	Whole bool

	config map[string]tftypes.Value
	paging *client.Paging
}

// Reader reads in the project of the query.
func (q *Query) Reader() client.Reader { return q.Client.ReaderIn(q.ProjectID) }

// Paged returns a context for the list whose elements are the objects, one for one: no more of them are asked for than are wanted.
func (q *Query) Paged(ctx context.Context) context.Context { return client.WithPaging(ctx, q.paging) }

// Text returns a filter that is a text; empty where it is left out.
func (q *Query) Text(name string) string {
	var text string
	_ = q.config[name].As(&text) // null is the empty text
	return text
}

// Flag returns a filter that is true or false; nil where it is left out.
func (q *Query) Flag(name string) *bool {
	var flag *bool
	_ = q.config[name].As(&flag)
	return flag
}

// QueryFilter is an attribute of a list block that narrows what is found.
func QueryFilter(description string, validators ...validator.String) listschema.Attribute {
	return listschema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: notEmpty(validators)}
}

// QueryFlag is QueryFilter for true and false.
func QueryFlag(description string) listschema.Attribute {
	return listschema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

var (
	_ fwlist.ListResource              = (*listResource)(nil)
	_ fwlist.ListResourceWithConfigure = (*listResource)(nil)
)

// listResource lists the objects of a resource type for `terraform query`.
type listResource struct {
	ResourceBase
	finding Finding
}

// NewListResource returns the list resource of a resource type.
func NewListResource(f Finding) fwlist.ListResource { return &listResource{finding: f} }

// Metadata implements fwlist.ListResource: the resource and its list have one name.
func (l *listResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	l.finding.New().Metadata(ctx, req, resp)
}

// ListResourceConfigSchema implements fwlist.ListResource.
func (l *listResource) ListResourceConfigSchema(_ context.Context, _ fwlist.ListResourceSchemaRequest, resp *fwlist.ListResourceSchemaResponse) {
	f := l.finding
	text := "Lists the " + f.Nouns + " of a project, or of every project that the API key can reach."
	attributes := map[string]listschema.Attribute{}
	if f.Kind.Account {
		text = "Lists the " + f.Nouns + " of the account."
	} else {
		attributes["project_id"] = QueryFilter("Only the " + f.Nouns + " of this project. Default: those of every project that the API key can reach; " +
			"where the provider has `allowed_project_ids`, those of the projects in it.")
	}
	for name, a := range f.Filters {
		attributes[name] = a
	}
	resp.Schema = listschema.Schema{MarkdownDescription: text, Attributes: attributes}
}

// List implements fwlist.ListResource.
func (l *listResource) List(ctx context.Context, req fwlist.ListRequest, stream *fwlist.ListResultsStream) {
	var diags diag.Diagnostics
	config := map[string]tftypes.Value{}
	if !req.Config.Raw.IsNull() {
		_ = req.Config.Raw.As(&config) // which the schema has checked
	}
	if !l.Configured(&diags) {
		stream.Results = fwlist.ListResultsStreamDiagnostics(diags)
		return
	}
	q := &Query{ProviderData: l.ProviderData, config: config, Whole: req.Limit <= 0}
	projects := l.projects(q, &diags)
	if diags.HasError() {
		stream.Results = fwlist.ListResultsStreamDiagnostics(diags)
		return
	}
	r := results{l: l, q: q, req: req, left: projects, several: len(projects) > 1}
	ctx = client.Together(ctx, q.Whole && projects[0] == "")
	// The stream is drained after this call has returned.
	stream.Results = func(push func(fwlist.ListResult) bool) { r.push(ctx, push) }
}

// projects are those to list in; one empty id for all, and for the account.
func (l *listResource) projects(q *Query, diags *diag.Diagnostics) []string {
	if l.finding.Kind.Account {
		return []string{""}
	}
	if id := q.Text("project_id"); id != "" {
		l.Projects.CheckAllowed(path.Root("project_id"), types.StringValue(id), diags)
		return []string{id}
	}
	if l.Projects.Restricted() {
		return slices.Sorted(slices.Values(l.Projects.allowed))
	}
	return []string{""}
}

// results makes the results of one list.
type results struct {
	l       *listResource
	q       *Query
	req     fwlist.ListRequest
	left    []string // projects that are not begun
	several bool     // whether there is more than one
	begun   int      // how many are
	unread  int      // how many of those could not be read
	taken   int64    // objects of the project that is listed
	pushed  int64
	names   map[string]string // of projects
}

// outcome is what a list comes to next: an object, or why there is none.
type outcome struct {
	found   Found
	problem diag.Diagnostics
}

// push sends one result for each object. Where the limit cuts the list, the last result says so.
func (r *results) push(ctx context.Context, push func(fwlist.ListResult) bool) {
	next, stop := iter.Pull(r.outcomes(ctx))
	defer stop()
	for {
		o, ok := next()
		if !ok {
			r.failWhereNoneWasRead(push)
			return
		}
		result, ok := r.result(ctx, o)
		if !ok {
			continue
		}
		if o.problem == nil {
			r.pushed++
		}
		if r.req.Limit > 0 && r.pushed == r.req.Limit {
			r.warnOfMore(next, &result)
			push(result)
			return
		}
		if !push(result) || result.Diagnostics.HasError() {
			return
		}
	}
}

// failWhereNoneWasRead ends a list of several projects with an error where each of them was only worth a warning: a query
// that has seen nothing must not look like one that has found nothing.
func (r *results) failWhereNoneWasRead(push func(fwlist.ListResult) bool) {
	if !r.several || r.unread < r.begun {
		return
	}
	var diags diag.Diagnostics
	diags.AddError("Unable to list "+r.l.finding.Nouns, fmt.Sprintf("None of the %d projects could be read. The warnings say why.", r.begun))
	push(fwlist.ListResult{Diagnostics: diags})
}

// outcomes yields what the projects have. Where there are several, one that cannot be read keeps nobody from the others.
func (r *results) outcomes(ctx context.Context) iter.Seq[outcome] {
	return func(yield func(outcome) bool) {
		for len(r.left) > 0 {
			r.q.ProjectID, r.left = r.left[0], r.left[1:]
			r.begun++
			r.q.paging, r.taken = client.NewPaging(r.wanted()), 0
			for found, err := range r.l.finding.Find(ctx, r.q) {
				o := outcome{found: found}
				if err != nil {
					o.problem = r.problem(err)
				} else {
					r.taken++
				}
				if !yield(o) {
					return
				}
			}
		}
	}
}

// wanted is how many objects are still wanted.
func (r *results) wanted() int64 {
	if r.req.Limit <= 0 {
		return math.MaxInt64
	}
	return r.req.Limit - r.pushed
}

// warnOfMore says that the limit has cut the list, and how much is left out as far as that is known.
func (r *results) warnOfMore(next func() (outcome, bool), last *fwlist.ListResult) {
	nouns := r.l.finding.Nouns
	var more string
	total, known := r.q.paging.Total()
	switch n := total - r.taken; {
	case known && n == 1:
		more = "There is one more"
	case known && n > 1:
		more = fmt.Sprintf("There are %d more %s", n, nouns)
	default:
		if _, ok := next(); !ok {
			return
		}
		more = "There are more " + nouns
	}
	if n := len(r.left); n > 0 {
		more += fmt.Sprintf(", and %d of the projects were not looked at", n)
	}
	// Terraform shows one of several warnings that have the same summary.
	last.Diagnostics.AddWarning("The list of "+nouns+" is not complete", fmt.Sprintf(
		"It ends after %d results, as limit in the list block says (100 where it is left out). %s. Set a higher limit to see them.", r.req.Limit, more))
}

// PartError is the error of a list where only a part of the objects could not be found, as those of one VM.
type PartError struct {
	Of  string // as Object names it
	Err error
}

// Error implements error.
func (p *PartError) Error() string { return p.Of + ": " + p.Err.Error() }

// Unwrap returns the cause.
func (p *PartError) Unwrap() error { return p.Err }

// problem says that objects could not be listed: as a warning where others can. The summary of a warning names what was not
// read, since Terraform shows one of several with the same summary.
func (r *results) problem(err error) diag.Diagnostics {
	var diags diag.Diagnostics
	summary := "Unable to list " + r.l.finding.Nouns
	object := Object(r.l.finding.Nouns, "", "", r.q.ProjectID)
	var part *PartError
	switch {
	case hopeless(err) || !errors.As(err, &part) && !r.several:
		AddError(&diags, summary, object, err)
		return diags
	case part != nil:
		summary, object, err = summary+" of "+part.Of, part.Of, part.Err
	default:
		r.unread++
		summary += " of project " + r.q.ProjectID
	}
	diags.AddWarning(summary, detail(object, err)+" The others are listed.")
	return diags
}

// hopeless tells of an error that the other projects would have as well: a filter that the API does not know, a key that is
// not valid, an end of the time.
func hopeless(err error) bool {
	return errors.Is(err, client.ErrBadRequest) || errors.Is(err, client.ErrUnauthorized) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// result is what Terraform gets for an outcome; false for nothing, where the object has gone meanwhile.
func (r *results) result(ctx context.Context, next outcome) (fwlist.ListResult, bool) {
	if next.problem != nil {
		return fwlist.ListResult{Diagnostics: next.problem}, true
	}
	result := r.req.NewListResult(ctx)
	result.DisplayName = r.displayName(ctx, next.found)
	if !r.req.IncludeResource {
		r.identify(ctx, next.found, &result)
		return result, true
	}
	return r.filled(ctx, next.found, result)
}

// displayName tells objects of several projects apart: "web-1 (production)".
func (r *results) displayName(ctx context.Context, found Found) string {
	if found.ProjectID == "" {
		return found.Name
	}
	return fmt.Sprintf("%s (%s)", found.Name, r.projectName(ctx, found.ProjectID))
}

// projectName is the name of a project, or its id where the key may not see projects.
func (r *results) projectName(ctx context.Context, id string) string {
	if r.names == nil {
		r.names = map[string]string{}
		for project, err := range r.q.Client.ListProjects(ctx) {
			if err != nil {
				break
			}
			r.names[project.ID] = project.Name
		}
	}
	if name := r.names[id]; name != "" {
		return name
	}
	return id
}

// identify fills in the identity alone, for which nothing has to be read.
func (r *results) identify(ctx context.Context, found Found, result *fwlist.ListResult) {
	id := types.StringValue(found.ID)
	if _, inProject := r.req.ResourceIdentitySchema.GetAttributes()["project_id"]; !inProject {
		Set(ctx, result.Identity, AccountIdentity{ID: id}, &result.Diagnostics)
		return
	}
	Set(ctx, result.Identity, Identity{ID: id, ProjectID: StringOrNull(found.ProjectID)}, &result.Diagnostics)
}

// filled has the resource import and read the object, so that what a query shows is what an import has. It returns false
// where the object has gone meanwhile.
func (r *results) filled(ctx context.Context, found Found, result fwlist.ListResult) (fwlist.ListResult, bool) {
	res := r.l.finding.New()
	if c, ok := res.(resource.ResourceWithConfigure); ok {
		c.Configure(ctx, resource.ConfigureRequest{ProviderData: r.l.ProviderData}, &resource.ConfigureResponse{})
	}
	importer, ok := res.(resource.ResourceWithImportState)
	if !ok {
		return result, false
	}
	state := tfsdk.State{Schema: r.req.ResourceSchema, Raw: result.Resource.Raw}
	imported := resource.ImportStateResponse{State: state, Identity: result.Identity}
	imported.Private = begunPrivate(ctx, imported.Private)
	id := found.ID
	if found.ProjectID != "" {
		id = found.ProjectID + "/" + id
	}
	importer.ImportState(ctx, resource.ImportStateRequest{ID: id}, &imported)
	read := resource.ReadResponse{State: imported.State, Identity: result.Identity, Private: imported.Private, Diagnostics: imported.Diagnostics}
	if !read.Diagnostics.HasError() {
		res.Read(ctx, resource.ReadRequest{State: imported.State, Private: imported.Private, Identity: result.Identity}, &read)
	}
	if read.Diagnostics.HasError() {
		return fwlist.ListResult{Diagnostics: asWarnings(read.Diagnostics)}, true
	}
	if read.State.Raw.IsNull() {
		return result, false
	}
	result.Resource.Raw = read.State.Raw
	result.Identity = read.Identity
	result.Diagnostics.Append(read.Diagnostics...)
	return result, true
}

// asWarnings turns the errors about one object into warnings: the others are listed all the same.
func asWarnings(all diag.Diagnostics) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, d := range all {
		warnings.AddWarning(d.Summary(), d.Detail()+" The others are listed.")
	}
	return warnings
}

// begunPrivate returns private state in which nothing is stored yet. The type is the framework's own, so that it can be had
// but not named.
func begunPrivate[T any, P interface {
	*T
	privateWriter
}](ctx context.Context, _ P) P {
	p := P(new(T))
	p.SetKey(ctx, "none", nil) // removing nothing makes it one that was begun
	return p
}

// Each makes a Find of a list whose elements are the objects, or hold them: describe returns false for one that is none.
func Each[T any](
	list func(ctx context.Context, q *Query) iter.Seq2[*T, error], describe func(*T) (Found, bool),
) func(ctx context.Context, q *Query) iter.Seq2[Found, error] {
	return func(ctx context.Context, q *Query) iter.Seq2[Found, error] {
		return func(yield func(Found, error) bool) {
			for element, err := range list(ctx, q) {
				if err != nil {
					yield(Found{}, err)
					return
				}
				if found, ok := describe(element); ok && !yield(found, nil) {
					return
				}
			}
		}
	}
}

// EachOf makes a Find of objects that the API lists by what they belong to: parts returns those of one parent, whose error
// keeps nobody from the parts of the others.
func EachOf[T any](
	parents func(ctx context.Context, q *Query) iter.Seq2[*T, error],
	parts func(ctx context.Context, q *Query, parent *T) ([]Found, error), name func(*T) string,
) func(ctx context.Context, q *Query) iter.Seq2[Found, error] {
	return func(ctx context.Context, q *Query) iter.Seq2[Found, error] {
		return func(yield func(Found, error) bool) {
			ahead := 0
			if q.Whole {
				ahead = partsAhead
			}
			for of := range inOrder(ctx, parents(ctx, q), ahead, func(ctx context.Context, parent *T) ([]Found, error) { return parts(ctx, q, parent) }) {
				if of.parent == nil {
					yield(Found{}, of.err)
					return
				}
				if of.err != nil {
					of.err = &PartError{Of: name(of.parent), Err: of.err}
				}
				if !yieldParts(of.found, of.err, yield) {
					return
				}
			}
		}
	}
}

// yieldParts yields what belongs to one parent, which may have gone meanwhile. It returns whether more is wanted.
func yieldParts(found []Found, err error, yield func(Found, error) bool) bool {
	if err != nil && !errors.Is(err, client.ErrNotFound) && !yield(Found{}, err) {
		return false
	}
	for _, f := range found {
		if !yield(f, nil) {
			return false
		}
	}
	return true
}

// EachOfVM is EachOf for what belongs to a VM.
func EachOfVM(parts func(ctx context.Context, q *Query, vm *client.VM) ([]Found, error)) func(ctx context.Context, q *Query) iter.Seq2[Found, error] {
	return EachOf(
		func(ctx context.Context, q *Query) iter.Seq2[*client.VM, error] {
			return q.Reader().ListVMs(ctx, client.VMFilter{})
		},
		parts,
		func(vm *client.VM) string { return Object(VM.Name, vm.Name, vm.ID, vm.ProjectID) })
}
