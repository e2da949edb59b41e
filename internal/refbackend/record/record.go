package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Options say what to record.
type Options struct {
	Upstream  string // address of the API
	Key       string // API key: sent to that address only, and kept nowhere
	UserAgent string
	Names     bool // replace the names of objects too
	Now       time.Time
}

// Account reads an account and returns a seed file of it, and where the answers depart from the description. What could
// not be read is in the report: it is no error as long as there is a project.
func Account(ctx context.Context, o Options) (seedFile []byte, report *Report, err error) {
	if o.Key == "" {
		return nil, nil, errors.New("an API key is required")
	}
	upstream, err := newReader(o.Upstream, o.Key, o.UserAgent)
	if err != nil {
		return nil, nil, fmt.Errorf("upstream: %w", err)
	}
	d, err := readDescription(refbackend.OpenAPI())
	if err != nil {
		return nil, nil, err
	}
	return record(ctx, o, d, upstream)
}

func record(ctx context.Context, o Options, d *description, upstream *reader) ([]byte, *Report, error) {
	masks := newMasker()
	masks.key = o.Key
	r := newReading(upstream, d, masks)
	r.report.Upstream, r.report.Recorded = upstream.base.Host, o.Now.UTC().Truncate(time.Second)
	r.report.Description = fmt.Sprint(child(d.root, "info")["version"])
	if err := r.all(ctx); err != nil {
		return nil, nil, err
	}
	volumeOf := r.volumesOfSnapshots(ctx)
	offering := r.publicTemplates(ctx, upstream.withoutKey())
	if len(r.lists["listProjects"]) == 0 {
		return nil, r.report, errors.New("no project could be read: there is nothing to record")
	}
	backend, err := readBackend(ctx, d, refbackend.Options{})
	if err != nil {
		return nil, nil, err
	}
	own := r.lists["listTemplates"]
	r.lists["listTemplates"] = offering
	compareCatalogue(r.lists, backend, r.answered, r.report)
	r.lists["listTemplates"] = own
	masks.all(r.lists, o.Names)

	offered := map[string]bool{}
	for _, found := range backend["listTemplates"] {
		id, _ := identifier(found.value)
		offered[id] = true
	}
	a := newAccount(r.lists, volumeOf, offered)
	lists, err := seeded(ctx, d, a, r.report)
	if err != nil {
		return nil, r.report, fmt.Errorf("a backend does not take what was recorded: %w", err)
	}
	compareAccount(r.lists, lists, r.answered, r.report)
	r.report.Objects = a.objects()
	r.report.sort()
	file, err := a.file(r.report.comments())
	return file, r.report, err
}

// comments head the seed file: where it comes from, and what it does not hold.
func (r *Report) comments() []string {
	lines := []string{
		fmt.Sprintf("An account of %s, recorded at %s.", r.Upstream, r.Recorded.Format(time.RFC3339)),
		"Keys, email addresses, public IP addresses and the texts of notes are made up.",
		"What the API never shows is empty: the descriptions of VPCs, and which schedule has made a backup.",
	}
	for _, f := range r.Failures {
		if f.List {
			lines = append(lines, fmt.Sprintf("MISSING: %s %s: %s", f.Operation, f.Path, f.Problem))
		}
	}
	for _, l := range r.LeftOut {
		lines = append(lines, fmt.Sprintf("%s: %s", l.What, l.Reason))
	}
	return lines
}

// getter reads an API.
type getter interface {
	get(ctx context.Context, path string) (answer, error)
}

func newReading(from getter, d *description, masks *masker) *reading {
	return &reading{
		getter: from, description: d, report: &Report{}, scrub: masks.words, lists: map[string][]item{}, answered: map[string]bool{},
	}
}

// publicTemplates are those of the catalogue: the list that a key gets has the images of its account too.
func (r *reading) publicTemplates(ctx context.Context, anybody *reader) []item {
	const id = "listTemplates"
	public := newReading(anybody, r.description, newMasker())
	public.report, public.scrub = r.report, r.scrub
	if op := r.description.gets[id]; public.read(ctx, op, target{path: op.path}) != nil {
		return nil
	}
	return public.lists[id]
}

// volumesOfSnapshots asks of which volume a snapshot is: the API tells it only in a filter.
func (r *reading) volumesOfSnapshots(ctx context.Context) map[string]string {
	volumes := map[string]string{}
	waiting := map[string]bool{}
	for _, found := range r.lists["listSnapshots"] {
		if id, ok := identifier(found.value); ok && found.value["type"] == "volume" {
			waiting[id] = true
		}
	}
	if len(waiting) == 0 {
		return volumes
	}
	op := r.description.gets["listSnapshots"]
	filtered := newReading(r.getter, r.description, newMasker())
	filtered.report, filtered.scrub = r.report, r.scrub
	for _, found := range r.lists["listVolumes"] {
		id, ok := identifier(found.value)
		if !ok {
			continue
		}
		filtered.lists[op.id] = nil
		if filtered.read(ctx, op, target{path: op.path, query: "volume_id=" + id}) != nil {
			return volumes
		}
		for _, snapshot := range filtered.lists[op.id] {
			if of, ok := identifier(snapshot.value); ok && waiting[of] {
				volumes[of] = id
			}
		}
	}
	return volumes
}
