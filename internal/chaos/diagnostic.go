package chaos

import (
	"bufio"
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// Diagnostic is an error or a warning of a run.
type Diagnostic struct {
	Workspace string `json:"-"`
	Severity  string `json:"severity"`
	Summary   string `json:"summary"`
	Detail    string `json:"detail"`
	Address   string `json:"address"`
}

// Text is all that the diagnostic says.
func (d Diagnostic) Text() string { return d.Summary + "\n" + d.Detail }

// message is a line of Terraform's -json output.
type message struct {
	Type       string      `json:"type"`
	Diagnostic *Diagnostic `json:"diagnostic"`
	Changes    *struct {
		Add, Change, Remove, Import int
		Operation                   string
	} `json:"changes"`
}

// Said is what a run of Terraform has said with -json.
type Said struct {
	Diagnostics []Diagnostic
	// Planned are the additions, changes and removals of the plan; -1 where there was none.
	Planned int
}

// readOutput reads the -json output of a run. Lines that are no JSON are none of Terraform's messages.
func readOutput(workspace string, output []byte) Said {
	said := Said{Planned: -1}
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var m message
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			continue
		}
		if m.Diagnostic != nil {
			m.Diagnostic.Workspace = workspace
			said.Diagnostics = append(said.Diagnostics, *m.Diagnostic)
		}
		if m.Changes != nil && m.Changes.Operation == "plan" {
			said.Planned = m.Changes.Add + m.Changes.Change + m.Changes.Remove
		}
	}
	return said
}

// errors are the diagnostics that are errors.
func (s Said) errors() []Diagnostic {
	var found []Diagnostic
	for _, d := range s.Diagnostics {
		if d.Severity == "error" {
			found = append(found, d)
		}
	}
	return found
}

// importCommand matches a command that imports something: its address, or a placeholder for one, and the id.
var importCommand = regexp.MustCompile(`terraform\s+import\s+(<[^>]*>|'[^']*'|"[^"]*"|\S+)\s+["'` + "`" + `]?([0-9A-Za-z][0-9A-Za-z:/_-]*)`)

// commands are the ids of all import commands in a text. A project before the id is left out.
func commands(text string) []string {
	var ids []string
	for _, found := range importCommand.FindAllStringSubmatch(text, -1) {
		id := strings.TrimRight(found[2], ":/")
		ids = append(ids, id[strings.LastIndexByte(id, '/')+1:])
	}
	return ids
}

// names tells whether a diagnostic names an object with its import command.
func (d Diagnostic) names(o Object) bool {
	for _, id := range commands(d.Text()) {
		for _, key := range o.keys() {
			if key.ID == id {
				return true
			}
		}
	}
	return false
}

// bugs are the texts by which Terraform, or the runtime, says that the provider is wrong.
var bugs = []string{
	"Provider produced inconsistent", "Provider produced invalid", "Provider returned invalid",
	"bug in the provider", "panic:", "Unexpected Identity Change", "Missing Resource State After",
}

// crashes are texts that say the same where nobody has killed the provider.
var crashes = []string{"Plugin did not respond", "Failed to load plugin schemas"}

// faulty returns the first text of an output that blames the provider; "" where there is none.
func faulty(output string, killed bool) string {
	texts := bugs
	if !killed {
		texts = append(append([]string{}, bugs...), crashes...)
	}
	for _, text := range texts {
		if strings.Contains(output, text) {
			return text
		}
	}
	return ""
}
