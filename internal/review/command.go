package review

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Exit codes of Run.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitMet    = 3
)

// stdinName is the argument that stands for the standard input.
const stdinName = "-"

// settings are what a command line asks for.
type options struct {
	format     string
	title      string
	names      []string
	conditions []condition
	files      []string
}

// Run reviews the plans that args name, which come after the subcommand's name, and writes one comment to stdout. It
// returns the exit code: 0, 3 where a condition of --fail-on is met, 1 where a plan cannot be read, 2 for a command line
// that was not understood.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "review: %v\nRun \"terraform-provider-raff review --help\" for help.\n", err)
		return exitUsage
	}
	var all []*Environment
	for i, file := range o.files {
		e, err := reviewFile(file, stdin)
		if err != nil {
			fmt.Fprintf(stderr, "review: %s: %v\n", called(file), err)
			return exitFailed
		}
		e.Name = nameFor(o, i, e)
		all = append(all, e)
	}
	reasons := met(o.conditions, all)
	comment, err := write(o, all, reasons)
	if err == nil {
		_, err = io.WriteString(stdout, comment)
	}
	if err != nil {
		fmt.Fprintf(stderr, "review: %v\n", err)
		return exitFailed
	}
	if len(reasons) == 0 {
		return exitOK
	}
	tell(stderr, reasons)
	return exitMet
}

// parse reads the command line. Flags may stand after the plans as well.
func parse(args []string, stderr io.Writer) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("review", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by the caller
	flags.StringVar(&o.format, "format", "markdown", "")
	flags.StringVar(&o.title, "title", "", "")
	flags.Func("name", "", func(name string) error {
		if strings.TrimSpace(name) == "" {
			return errors.New("a name is expected")
		}
		o.names = append(o.names, name)
		return nil
	})
	flags.Func("fail-on", "", func(list string) error {
		conditions, err := parseConditions(list)
		o.conditions = append(o.conditions, conditions...)
		return err
	})
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				fmt.Fprint(stderr, usage)
			}
			return o, err
		}
		if flags.NArg() == 0 {
			return o, o.check()
		}
		o.files = append(o.files, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// check refuses what does not go together.
func (o options) check() error {
	switch {
	case !slices.Contains([]string{"markdown", "json", "text"}, o.format):
		return fmt.Errorf("--format %q: there are markdown, json and text", o.format)
	case len(o.files) == 0:
		return errors.New(`no plan is named; "terraform show -json plan.bin > plan.json" writes one, and - reads the standard input`)
	case len(o.names) > len(o.files):
		return fmt.Errorf("%d names for %d plans", len(o.names), len(o.files))
	}
	if first := slices.Index(o.files, stdinName); first >= 0 && slices.Contains(o.files[first+1:], stdinName) {
		return errors.New("the standard input can only be read once")
	}
	return nil
}

func called(file string) string {
	if file == stdinName {
		return "standard input"
	}
	return file
}

// reviewFile reviews the plan in a file.
func reviewFile(file string, stdin io.Reader) (*Environment, error) {
	from := stdin
	if file != stdinName {
		opened, err := os.Open(file) // #nosec G304 -- the file that the user names
		if err != nil {
			var of *os.PathError
			if errors.As(err, &of) {
				err = of.Err // the caller names the file
			}
			return nil, err
		}
		defer func() { _ = opened.Close() }()
		from = opened
	}
	p, err := readPlan(from)
	if err != nil {
		return nil, err
	}
	return reviewOf(p, ""), nil
}

// nameFor is the name of an environment: that of its --name, of its file, or of the one project that it manages. One of
// several plans has a name in any case.
func nameFor(o options, i int, e *Environment) string {
	if i < len(o.names) {
		return o.names[i]
	}
	name := cmp.Or(nameOfFile(o.files[i]), e.project)
	if name == "" && len(o.files) > 1 {
		name = fmt.Sprintf("plan %d", i+1)
	}
	return name
}

// meaningless are file names that are given to the plan of any environment.
var meaningless = []string{"", "-", ".", "..", "plan", "tfplan", "show", "out", "stdin", "review"}

// nameOfFile is what a file name says about the environment: production.json, production.tfplan.json, and, for a file that
// is called as any plan is, its directory: production/plan.json.
func nameOfFile(file string) string {
	if file == stdinName || file == "/dev/stdin" || strings.HasPrefix(file, "/dev/fd/") || strings.HasPrefix(file, "/proc/") {
		return ""
	}
	name := filepath.Base(filepath.ToSlash(file))
	for _, extension := range []string{".json", ".bin", ".out", ".tfplan", ".plan"} {
		name = strings.TrimSuffix(name, extension)
	}
	if !slices.Contains(meaningless, name) {
		return name
	}
	if filepath.IsAbs(file) {
		return "" // a directory of the machine
	}
	directory := filepath.Base(filepath.Dir(filepath.Clean(file)))
	if slices.Contains(meaningless, directory) {
		return ""
	}
	return directory
}

// write writes the comment.
func write(o options, all []*Environment, reasons []Reason) (string, error) {
	title := cmp.Or(o.title, "Terraform plan")
	if o.title == "" && len(all) > 1 {
		title = "Terraform plans"
	}
	switch o.format {
	case "json":
		return writeJSON(all, reasons)
	case "text":
		return plainly(compose(title, all, reasons), everything), nil
	}
	return fit(compose(title, all, reasons), markdown), nil
}

// report is what --format json writes.
type report struct {
	// FormatVersion grows by 0.1 where something is added, and by 1 where something else changes.
	FormatVersion string         `json:"format_version"`
	Environments  []*Environment `json:"environments"`
	// FailedOn are the conditions of --fail-on that are met.
	FailedOn []Reason `json:"failed_on"`
}

func writeJSON(all []*Environment, reasons []Reason) (string, error) {
	if reasons == nil {
		reasons = []Reason{}
	}
	text, err := json.MarshalIndent(report{FormatVersion: "1.0", Environments: all, FailedOn: reasons}, "", "  ")
	return string(text) + "\n", err
}

// tell says which conditions are met.
func tell(to io.Writer, reasons []Reason) {
	for _, r := range reasons {
		where := ""
		if r.Environment != "" {
			where = oneLine(r.Environment) + ": "
		}
		fmt.Fprintf(to, "review: %s%s: %s\n", where, r.Condition, plainLine(r.line(), everything))
	}
}
