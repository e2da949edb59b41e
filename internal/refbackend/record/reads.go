package record

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// reads are the operations that are called, in the order in which they are: a list before what is about one object of
// it. Every GET of the description is here or in untouched.
var reads = []string{
	"healthCheck", "listRegions", "listTemplates", "listVMPricing", "listVolumePricing", "listSnapshotPricing",
	"listBackupPricing", "listIPPricing", "listPermissions", "listRoles", "getRole",
	"listProjects", "getProject", "listApiKeys", "getApiKey", "listMembers", "getMember",
	"listProjectMembers", "getProjectMember", "listSSHKeys", "getSSHKey",
	"listVPCs", "getVPC", "listVPCCIDRSuggestions", "listSecurityGroups", "getSecurityGroup", "listSecurityGroupTemplates",
	"listIPs", "getIP", "listVMs", "getVM", "listVMNetworks", "getVMNotes", "listVolumes", "getVolume",
	"listSnapshots", "getSnapshot", "listBackupSchedules", "getBackupSchedule", "listBackups", "getBackup",
}

// untouched are GETs that are never sent, with the reason: what hands out or makes a credential is no reading.
var untouched = map[string]string{}

// pageSize is how many objects are asked for at once. The API may send fewer.
const pageSize = 100

// target is one path to call, and the values of its parameters.
type target struct {
	path, query string
	parameters  []string
}

// reading is one run over the operations of an API.
type reading struct {
	getter
	description *description
	report      *Report
	scrub       func(string) string // for what an API says in its own words
	lists       map[string][]item   // what was read, by operation
	answered    map[string]bool     // operations that have succeeded at least once
}

// item is one answered object, and what it was found under.
type item struct {
	value   map[string]any
	parents []string // the values of the path's parameters
}

// all calls every operation.
func (r *reading) all(ctx context.Context) error {
	for _, id := range reads {
		op, ok := r.description.gets[id]
		if !ok {
			return fmt.Errorf("the description has no operation %s", id)
		}
		for _, t := range r.targets(op) {
			if err := r.read(ctx, op, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// targets are the paths of an operation: one, or one for each object of the list that its last parameter comes from.
func (r *reading) targets(op *operation) []target {
	open := strings.LastIndex(op.path, "/{")
	if open < 0 {
		return []target{{path: op.path}}
	}
	rest := op.path[open+1:]
	_, after, _ := strings.Cut(rest, "}")
	var targets []target
	for _, list := range r.description.gets {
		if list.path != op.path[:open] {
			continue
		}
		for _, found := range r.lists[list.id] {
			id, ok := identifier(found.value)
			if !ok {
				continue
			}
			parameters := append(slices.Clone(found.parents), id)
			targets = append(targets, target{path: fill(op.path[:open], found.parents) + "/" + url.PathEscape(id) + after, parameters: parameters})
		}
	}
	return targets
}

// fill puts values in the place of a path's parameters.
func fill(path string, values []string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") && len(values) > 0 {
			segments[i], values = url.PathEscape(values[0]), values[1:]
		}
	}
	return strings.Join(segments, "/")
}

// identifier is the id of an object as text.
func identifier(object map[string]any) (string, bool) {
	if object["id"] == nil {
		return "", false
	}
	id := fmt.Sprint(object["id"])
	return id, id != "" && id != "." && id != ".."
}

// isList tells operations that answer about more than one object.
func isList(op *operation) bool { return !strings.HasSuffix(op.path, "}") }

// read calls an operation on one path, page by page, and keeps what it answers.
func (r *reading) read(ctx context.Context, op *operation, t target) error {
	seen := map[string]bool{}
	for offset := 0; ; {
		query := url.Values{}
		if name, value, ok := strings.Cut(t.query, "="); ok {
			query.Set(name, value)
		}
		if op.paged {
			query.Set("limit", strconv.Itoa(pageSize))
			query.Set("offset", strconv.Itoa(offset))
		}
		got, err := r.get(ctx, strings.TrimSuffix(t.path+"?"+query.Encode(), "?"))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.report.called(op.id)
		if err != nil {
			r.report.fail(op, t, r.scrub(err.Error()))
			return nil
		}
		r.judge(op, got)
		if !isSuccess(got.status) {
			r.refused(op, t, got)
			return nil
		}
		body, ok := got.value.(map[string]any)
		if !ok {
			r.report.fail(op, t, "the answer is no JSON object")
			return nil
		}
		items := r.keep(op, t, body, seen)
		offset += items
		if total, ok := whole(body["total"]); !op.paged || items == 0 || ok && offset >= total || !ok && items < pageSize {
			r.checkTotal(op, body, offset)
			return nil
		}
	}
}

// refused notes an answer that is no success. An object that has gone since it was listed is no failure.
func (r *reading) refused(op *operation, t target, got answer) {
	what := strconv.Itoa(got.status)
	if message := got.message(); message != "" {
		what += ": " + r.scrub(message)
	}
	if !isList(op) && got.status == 404 {
		r.report.find(departureOf(op.id, "", "listed but not found", "404 for an id that the list has"))
		return
	}
	r.report.fail(op, t, what)
}

// judge compares an answer with its description.
func (r *reading) judge(op *operation, got answer) {
	s, ok := r.description.answer(op, got.status)
	switch {
	case !ok:
		r.report.find(departureOf(op.id, "", kindStatus, strconv.Itoa(got.status)))
	case got.broken != "":
		r.report.find(departureOf(op.id, "", kindType, got.broken))
	default:
		for _, d := range r.description.check("", got.value, s) {
			d.detail = r.scrub(d.detail)
			r.report.find(finding{Operation: op.id, Path: d.path, Kind: d.kind, Detail: d.detail})
		}
	}
}

// keep remembers the objects of a successful answer, without what the description does not know, and returns how many
// there were that the operation has not shown before.
func (r *reading) keep(op *operation, t target, body map[string]any, seen map[string]bool) int {
	r.answered[op.id] = true
	s, _ := r.description.answer(op, 200)
	kept, _ := r.description.described(body, s).(map[string]any)
	name, list := r.description.listOf(s)
	if list == nil {
		r.lists[op.id] = append(r.lists[op.id], item{kept, t.parameters})
		return 0
	}
	items, _ := kept[name].([]any)
	fresh := 0
	for i, value := range items {
		object, ok := value.(map[string]any)
		if !ok {
			continue
		}
		if id, ok := identifier(object); ok {
			if seen[id] {
				r.report.find(departureOf(op.id, fmt.Sprintf("%s[%d].id", name, i), kindPaging, "an id is there twice"))
				continue
			}
			seen[id] = true
		}
		fresh++
		r.lists[op.id] = append(r.lists[op.id], item{object, t.parameters})
	}
	return fresh
}

// listOf finds the one list of an answer, and what it is called; nil where the answer is about one thing.
func (d *description) listOf(s schema) (string, schema) {
	o := d.object(s)
	for _, name := range sorted(o.properties) {
		if property := d.resolve(o.properties[name]); property["type"] == "array" {
			return name, property
		}
	}
	return "", nil
}

// checkTotal compares the total of a list with how many objects came.
func (r *reading) checkTotal(op *operation, body map[string]any, count int) {
	if total, ok := whole(body["total"]); ok && op.paged && total != count {
		r.report.find(departureOf(op.id, "total", kindPaging, fmt.Sprintf("%d, but %d objects came", total, count)))
	}
}

func whole(value any) (int, bool) {
	n, err := strconv.Atoi(fmt.Sprint(value))
	return n, err == nil
}
