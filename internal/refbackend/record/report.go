package record

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"
)

// Kinds of finding beside those of a schema.
const (
	kindStatus     = "undocumented status"
	kindPaging     = "wrong paging"
	kindPlan       = "unknown plan"
	kindPermission = "unknown permission"
	kindAbsent     = "not offered"
	kindDiffers    = "other value"
)

// finding is one way in which the answers of an operation depart from the description or from the backend.
type finding struct {
	Operation string `json:"operation"`
	Path      string `json:"path"` // in the answer, without the positions in lists: "data[].status"; "" for all of it
	Kind      string `json:"kind"`
	Detail    string `json:"detail,omitempty"`
	Count     int    `json:"count"`           // how often
	First     string `json:"first,omitempty"` // the path with positions, where it was first seen
}

func departureOf(operation, path, kind, detail string) finding {
	return finding{Operation: operation, Path: path, Kind: kind, Detail: detail}
}

// failure is a request without a usable answer.
type failure struct {
	Operation string `json:"operation"`
	Path      string `json:"path"`
	Problem   string `json:"problem"`
	List      bool   `json:"list"` // what it should have listed is not in the seed file
}

// leftOut is something of the account that the seed file does not hold, or that a backend shows otherwise.
type leftOut struct {
	What   string `json:"what"`
	Reason string `json:"reason"`
}

// Report says where the answers of an API depart from the project's description of it.
type Report struct {
	Upstream    string         `json:"upstream"`
	Recorded    time.Time      `json:"recorded"`
	Description string         `json:"description"` // version of the description
	Requests    int            `json:"requests"`
	Operations  map[string]int `json:"operations"` // requests by operation
	Objects     map[string]int `json:"objects"`    // in the seed file, by list
	Findings    []finding      `json:"findings"`
	Failures    []failure      `json:"failures"`
	LeftOut     []leftOut      `json:"left_out"`
}

// Failed tells whether a list could not be read.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Failures, func(f failure) bool { return f.List })
}

func (r *Report) called(operation string) {
	if r.Operations == nil {
		r.Operations = map[string]int{}
	}
	r.Operations[operation]++
	r.Requests++
}

var position = regexp.MustCompile(`\[[0-9]+\]`)

// find adds a finding, or counts one that is there.
func (r *Report) find(f finding) {
	f.First = f.Path
	f.Path = position.ReplaceAllString(f.Path, "[]")
	for i := range r.Findings {
		known := &r.Findings[i]
		if known.Operation == f.Operation && known.Path == f.Path && known.Kind == f.Kind && known.Detail == f.Detail {
			known.Count++
			return
		}
	}
	if f.First == f.Path {
		f.First = ""
	}
	f.Count = 1
	r.Findings = append(r.Findings, f)
}

func (r *Report) fail(op *operation, t target, problem string) {
	r.Failures = append(r.Failures, failure{Operation: op.id, Path: t.path, Problem: problem, List: isList(op)})
}

func (r *Report) leaveOut(what, reason string) {
	r.LeftOut = append(r.LeftOut, leftOut{what, reason})
}

// sort brings the findings of an operation together, in the order of the calls.
func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b finding) int {
		return cmp.Compare(slices.Index(reads, a.Operation), slices.Index(reads, b.Operation))
	})
}

// WriteJSON writes the whole report.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) {
	objects := 0
	for _, count := range r.Objects {
		objects += count
	}
	fmt.Fprintf(w, "%d objects in %d requests\n", objects, r.Requests)
	if len(r.Findings) == 0 {
		fmt.Fprintf(w, "No answer departs from the description (%s)\n", r.Description)
	} else {
		fmt.Fprintf(w, "\nWhere answers depart from the description (%s):\n\n", r.Description)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  %s %s: %s%s%s\n", f.Operation, cmp.Or(f.Path, "(answer)"), f.Kind, detail(f.Detail), times(f.Count))
	}
	if len(r.LeftOut) > 0 {
		fmt.Fprint(w, "\nWhat the seed file leaves out, or a backend shows otherwise:\n\n")
	}
	for _, l := range r.LeftOut {
		fmt.Fprintf(w, "  %s: %s\n", l.What, l.Reason)
	}
	if len(r.Failures) > 0 {
		fmt.Fprint(w, "\nWhat could not be read:\n\n")
	}
	for _, f := range r.Failures {
		fmt.Fprintf(w, "  %s %s: %s\n", f.Operation, f.Path, f.Problem)
	}
}

func detail(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func times(count int) string {
	if count == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d times)", count)
}
