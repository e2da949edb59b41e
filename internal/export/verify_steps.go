package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

const (
	// overridden is the summary of the warning that both CLIs give where a provider is overridden for development.
	overridden = "Provider development overrides are in effect"
	lockFile   = ".terraform.lock.hcl"
)

// diagnostic is a diagnostic as the CLI writes it.
type diagnostic struct {
	tfjson.Diagnostic
	Address string `json:"address"`
}

// text is a diagnostic as the CLI shows it, without a frame and colours.
func (d diagnostic) text() string {
	var b strings.Builder
	severity := "Warning"
	if d.Severity == tfjson.DiagnosticSeverityError {
		severity = "Error"
	}
	fmt.Fprintf(&b, "%s: %s\n", severity, d.Summary)
	if d.Address != "" {
		fmt.Fprintf(&b, "\n  with %s,", d.Address)
	}
	if d.Range != nil {
		fmt.Fprintf(&b, "\n  on %s line %d", d.Range.Filename, d.Range.Start.Line)
		d.snippet(&b)
	} else if d.Address != "" {
		b.WriteString("\n")
	}
	if d.Detail != "" {
		fmt.Fprintf(&b, "\n%s", d.Detail)
	}
	return strings.TrimSpace(b.String())
}

// snippet adds the lines that a diagnostic is about.
func (d diagnostic) snippet(b *strings.Builder) {
	if d.Snippet == nil {
		b.WriteString(":\n")
		return
	}
	if context := d.Snippet.Context; context != nil {
		fmt.Fprintf(b, ", in %s", *context)
	}
	b.WriteString(":\n")
	for i, line := range strings.Split(d.Snippet.Code, "\n") {
		fmt.Fprintf(b, "%4d: %s\n", d.Snippet.StartLine+i, line)
	}
}

// said is what the CLI has said.
type said struct {
	errors     []string
	warnings   []string
	overridden bool // the provider is overridden for development
}

// add adds a diagnostic that was not there before.
func (s *said) add(c *cli, d diagnostic) {
	text := c.hidden(d.text())
	switch {
	case d.Summary == overridden:
		s.overridden = true
	case d.Severity == tfjson.DiagnosticSeverityError:
		s.errors = unique(append(s.errors, text))
	default:
		s.warnings = unique(append(s.warnings, text))
	}
}

// validated validates the configuration, and installs what that needs where it is missing.
func (c *cli) validated(ctx context.Context) (said, error) {
	first, err := c.validate(ctx)
	if err != nil || len(first.errors) == 0 {
		return first, err
	}
	if first.overridden {
		_, _, err = c.run(ctx, "get", "-no-color") // modules; validate says what is wrong with them
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return said{}, err
		}
		return c.validate(ctx)
	}
	stderr, err := c.initialize(ctx)
	if err != nil {
		return said{}, err
	}
	if len(stderr) > 0 {
		return said{errors: []string{string(stderr)}}, nil
	}
	return c.validate(ctx)
}

// lockKept returns what puts the lock file of a directory back as it is now. The CLI needs the one that init has written until
// the plan is done.
func lockKept(dir string) (restore func() error, err error) {
	lock := filepath.Join(dir, lockFile)
	before, err := os.ReadFile(lock) // #nosec G304 -- of the directory that is verified
	switch {
	case errors.Is(err, os.ErrNotExist):
		return func() error {
			if err := os.Remove(lock); !errors.Is(err, os.ErrNotExist) {
				return err
			}
			return nil
		}, nil
	case err != nil:
		return nil, err
	}
	return func() error { return os.WriteFile(lock, before, 0o644) }, nil // #nosec G306 -- as the CLI writes it
}

// initialize installs providers and modules. What the CLI says of a failure is returned.
func (c *cli) initialize(ctx context.Context) (failure []byte, err error) {
	stdout, stderr, err := c.run(ctx, "init", "-input=false", "-no-color")
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		failure = bytes.TrimSpace(stderr)
		if len(failure) == 0 {
			failure = bytes.TrimSpace(stdout)
		}
		return []byte(c.hidden(string(failure))), nil
	}
	return nil, err
}

// validate has the CLI validate the configuration.
func (c *cli) validate(ctx context.Context) (said, error) {
	stdout, stderr, err := c.run(ctx, "validate", "-json")
	var output struct {
		Valid       *bool        `json:"valid"`
		Diagnostics []diagnostic `json:"diagnostics"`
	}
	if json.Unmarshal(stdout, &output) != nil || output.Valid == nil {
		return said{}, c.failed("validate", err, stderr)
	}
	var s said
	for _, d := range output.Diagnostics {
		s.add(c, d)
	}
	if !*output.Valid && len(s.errors) == 0 {
		return s, c.failed("validate", err, stderr)
	}
	return s, nil
}

// plan plans the configuration, with another state than the directory's where there is one. There is no plan where there
// are errors.
func (c *cli) plan(ctx context.Context, file, state string) (*tfjson.Plan, said, error) {
	args := []string{"plan", "-json", "-input=false", "-lock=false", "-out=" + file}
	if state != "" {
		args = append(args, "-state="+state)
	}
	stdout, stderr, err := c.run(ctx, args...)
	var s said
	for line := range bytes.Lines(stdout) {
		var event struct {
			Diagnostic *diagnostic `json:"diagnostic"`
		}
		if json.Unmarshal(line, &event) == nil && event.Diagnostic != nil {
			s.add(c, *event.Diagnostic)
		}
	}
	switch {
	case len(s.errors) > 0:
		return nil, s, nil
	case err != nil:
		return nil, s, c.failed("plan", err, stderr)
	}
	stdout, stderr, err = c.run(ctx, "show", "-json", file)
	if err != nil {
		return nil, s, c.failed("show", err, stderr)
	}
	var plan tfjson.Plan
	plan.UseJSONNumber(true)
	if err := json.Unmarshal(stdout, &plan); err != nil {
		return nil, s, fmt.Errorf("the plan of %s cannot be read: %w", c.name, err)
	}
	return &plan, s, nil
}

// failed is the error of a command that has said nothing that could be understood.
func (c *cli) failed(command string, err error, stderr []byte) error {
	if err == nil {
		err = errors.New("its output cannot be read")
	}
	return fmt.Errorf("%s %s: %w%s", c.name, command, err, c.lastLines(stderr))
}
