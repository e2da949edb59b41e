package review

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
)

// plan is the part of `terraform show -json` that a review reads.
type plan struct {
	FormatVersion   string                  `json:"format_version"`
	Errored         bool                    `json:"errored"`
	Complete        *bool                   `json:"complete"` // nil before Terraform 1.8
	PlannedValues   *values                 `json:"planned_values"`
	PriorState      *state                  `json:"prior_state"`
	Configuration   *configuration          `json:"configuration"`
	ResourceChanges []resourceChange        `json:"resource_changes"`
	ResourceDrift   []resourceChange        `json:"resource_drift"`
	DeferredChanges []deferredChange        `json:"deferred_changes"`
	OutputChanges   map[string]outputChange `json:"output_changes"`
	Checks          []check                 `json:"checks"`
	Actions         []invocation            `json:"action_invocations"`
}

type values struct {
	RootModule module `json:"root_module"`
}

type state struct {
	Values *values `json:"values"`
}

type module struct {
	Resources    []stateResource `json:"resources"`
	ChildModules []module        `json:"child_modules"`
}

type stateResource struct {
	Address   string         `json:"address"`
	Mode      string         `json:"mode"`
	Type      string         `json:"type"`
	Deposed   string         `json:"deposed_key"`
	Values    map[string]any `json:"values"`
	Sensitive any            `json:"sensitive_values"`
}

type resourceChange struct {
	Address         string       `json:"address"`
	PreviousAddress string       `json:"previous_address"`
	ModuleAddress   string       `json:"module_address"`
	Mode            string       `json:"mode"`
	Type            string       `json:"type"`
	Name            string       `json:"name"`
	Deposed         string       `json:"deposed"`
	Change          objectChange `json:"change"`
	ActionReason    string       `json:"action_reason"`
}

type objectChange struct {
	Actions         []string   `json:"actions"`
	Before          any        `json:"before"`
	After           any        `json:"after"`
	AfterUnknown    any        `json:"after_unknown"`
	BeforeSensitive any        `json:"before_sensitive"`
	AfterSensitive  any        `json:"after_sensitive"`
	ReplacePaths    [][]any    `json:"replace_paths"`
	Importing       *importing `json:"importing"`
}

type importing struct {
	ID string `json:"id"`
}

type deferredChange struct {
	Reason string         `json:"reason"`
	Change resourceChange `json:"resource_change"`
}

type outputChange struct {
	Actions []string `json:"actions"`
}

type check struct {
	Address   checkAddress    `json:"address"`
	Status    string          `json:"status"`
	Instances []checkInstance `json:"instances"`
}

type checkAddress struct {
	Display string `json:"to_display"`
}

type checkInstance struct {
	Address  checkAddress   `json:"address"`
	Status   string         `json:"status"`
	Problems []checkProblem `json:"problems"`
}

type checkProblem struct {
	Message string `json:"message"`
}

type invocation struct {
	Address string `json:"address"`
}

const howToWrite = "a plan in JSON is expected, as \"terraform show -json plan.bin\" writes it"

// knownFormat has the versions of the format that this package reads: Terraform adds to 1.x without breaking it.
var knownFormat = regexp.MustCompile(`^1(\.[0-9]+)*$`)

// readPlan reads a plan. Its errors say what was given instead of one.
func readPlan(from io.Reader) (*plan, error) {
	content, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	content = plainText(content)
	if wrong := mistaken(content); wrong != "" {
		return nil, errors.New(wrong + ": " + howToWrite)
	}
	var p plan
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	if err := decoder.Decode(&p); err != nil {
		return nil, unreadable(content, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one JSON value, as in the log of \"terraform plan -json\": " + howToWrite)
	}
	switch {
	case p.FormatVersion == "":
		return nil, errors.New("the JSON has no format_version: " + howToWrite)
	case !knownFormat.MatchString(p.FormatVersion):
		return nil, fmt.Errorf("the plan has format_version %.20q, and only 1.x can be read: a newer version of the provider may know it", p.FormatVersion)
	case p.PlannedValues == nil && p.ResourceChanges == nil:
		return nil, errors.New("this is a state, not a plan: " + howToWrite)
	}
	return &p, nil
}

// mistaken says what a file is that is often given instead of a plan in JSON; empty for none of these.
func mistaken(content []byte) string {
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return "there is nothing in it"
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return "this is the plan as \"terraform plan -out\" saves it"
	}
	return ""
}

// unreadable says where JSON is none, or not that of a plan.
func unreadable(content []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d is no JSON (%w): %s", lineAt(content, syntax.Offset), err, howToWrite)
	case errors.As(err, &kind):
		return fmt.Errorf("%s in line %d is not what a plan has there, but a JSON %s: %s", cmp.Or(kind.Field, "the value"), lineAt(content, kind.Offset), kind.Value, howToWrite)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON ends early: " + howToWrite)
	}
	return fmt.Errorf("%w: %s", err, howToWrite)
}

func lineAt(content []byte, offset int64) int {
	offset = max(0, min(offset, int64(len(content))))
	return 1 + bytes.Count(content[:offset], []byte("\n"))
}

// plainText takes the byte order marks away that PowerShell writes, and turns its UTF-16 into UTF-8.
func plainText(content []byte) []byte {
	little := bytes.HasPrefix(content, []byte("\xff\xfe"))
	if !little && !bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, 0, len(content)/2)
	for i := 2; i+1 < len(content); i += 2 {
		low, high := content[i], content[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(high)<<8|uint16(low))
	}
	return []byte(string(utf16.Decode(units)))
}

// isRaff tells whether a resource is one of this provider, whatever the registry it was installed from.
func isRaff(resourceType string) bool { return strings.HasPrefix(resourceType, "raff_") }

// resources are all objects in a tree of modules, data sources among them.
func (v *values) resources() []stateResource {
	if v == nil {
		return nil
	}
	var all []stateResource
	pending := []module{v.RootModule}
	for len(pending) > 0 {
		m := pending[0]
		pending = append(pending[1:], m.ChildModules...)
		all = append(all, m.Resources...)
	}
	return all
}

// prior are the objects of the state that a plan was made from, data sources among them.
func (p *plan) prior() []stateResource {
	if p.PriorState == nil {
		return nil
	}
	return p.PriorState.Values.resources()
}

// managed tells whether an object is one that Terraform creates and destroys, and no data source.
func (r stateResource) managed() bool { return r.Mode != "data" }

// action is what a plan does with one object.
type action string

// The actions, as `--format json` names them.
const (
	actionCreate  action = "create"
	actionUpdate  action = "update"
	actionReplace action = "replace"
	actionDestroy action = "destroy"
	actionForget  action = "forget" // taken out of the state, and kept
	actionRenew   action = "create-and-forget"
	actionNone    action = "none"
	actionUnknown action = "unknown" // one that this version does not know
)

// actionOf reads the actions of a change, and whether a replacement creates the new object first.
func actionOf(actions []string) (what action, createFirst bool) {
	switch strings.Join(actions, ",") {
	case "", "no-op", "read":
		return actionNone, false
	case "create":
		return actionCreate, false
	case "update":
		return actionUpdate, false
	case "delete":
		return actionDestroy, false
	case "delete,create":
		return actionReplace, false
	case "create,delete":
		return actionReplace, true
	case "forget":
		return actionForget, false
	case "create,forget", "forget,create":
		return actionRenew, false
	}
	return actionUnknown, false
}

// attributesOf returns the attributes of an object in JSON; nil where there is none.
func attributesOf(object any) map[string]any {
	attributes, _ := object.(map[string]any)
	return attributes
}
