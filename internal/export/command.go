package export

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// Exit codes of Run.
const (
	exitOK         = 0 // everything that was selected is written, and its plan imports and does nothing else
	exitFailed     = 1
	exitUsage      = 2
	exitIncomplete = 3 // what was written is right, and something that was selected may be missing
	exitDiffers    = 4 // the plan of what was written does more than import
)

// defaultDir is where the files go unless --out says otherwise.
const defaultDir = "raff-export"

// stdinName is the argument that stands for the standard input.
const stdinName = "-"

// commandLine is what a command line asks for.
type commandLine struct {
	Options
	state    string // a file, or stdinName; empty for an account
	cli      string // a path or a name; empty for what is on PATH
	unproven bool   // whether the CLI is not to plan what was written
	profile  string
	apiURL   string

	content []byte // of the state
}

// command is one run of the subcommand.
type command struct {
	commandLine
	steps
	version        string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// Run exports what args ask for, which come after the subcommand's name, and returns the exit code: 0 where everything is
// written and the CLI plans imports only, 1 where that failed, 2 for a command line that was not understood, 3 where
// something may be missing, and 4 where the plan would change something.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, version string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := command{steps: steps{Write, Verify}, version: version, stdin: stdin, stdout: stdout, stderr: stderr}
	return c.run(ctx, args)
}

func (c *command) run(ctx context.Context, args []string) int {
	var err error
	c.commandLine, err = parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.stdout, usage)
		return exitOK
	}
	code := exitUsage
	if err == nil {
		code, err = c.export(ctx)
	}
	if err == nil {
		return code
	}
	fmt.Fprintf(c.stderr, "export: %v\n", err)
	if errors.Is(err, errUsage) {
		fmt.Fprintln(c.stderr, `Run "terraform-provider-raff export --help" for help.`)
		return exitUsage
	}
	return exitFailed
}

// parse reads the command line.
func parse(args []string) (commandLine, error) {
	var c commandLine
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by the caller
	list := func(name string, into *[]string) {
		flags.Func(name, "", func(text string) error {
			for part := range strings.SplitSeq(text, ",") {
				if part = strings.TrimSpace(part); part == "" {
					return errors.New("a name is expected")
				}
				*into = append(*into, strings.TrimSpace(part))
			}
			return nil
		})
	}
	list("project", &c.Projects)
	list("type", &c.Types)
	list("with", &c.With)
	list("without", &c.Without)
	list("name", &c.Names)
	flags.BoolVar(&c.Modules, "modules", false, "")
	flags.StringVar(&c.Dir, "out", defaultDir, "")
	flags.StringVar(&c.state, "from-state", "", "")
	flags.StringVar(&c.profile, "profile", "", "")
	flags.StringVar(&c.apiURL, "api-url", "", "")
	flags.StringVar(&c.cli, "cli", "", "")
	flags.BoolVar(&c.unproven, "no-verify", false, "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, usagef("%v", err)
	}
	switch {
	case flags.NArg() > 0:
		return c, usagef("%q is no flag: a directory is named by --out, a state by --from-state", flags.Arg(0))
	case c.Dir == "":
		return c, usagef("--out names the directory for the files")
	case c.state != "" && c.Modules:
		return c, usagef("--modules does not go with --from-state: what a state has is written into the root module")
	case c.unproven && c.cli != "":
		return c, usagef("--cli names what is left out by --no-verify")
	case c.unproven:
		return c, nil
	}
	return c, findCLI(c.cli)
}

// findCLI is an error where there is no CLI: that is better known before everything is read.
func findCLI(name string) error {
	if name != "" {
		if _, err := exec.LookPath(name); err != nil {
			return usagef("--cli: %v", err)
		}
		return nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if _, err := exec.LookPath(name); err == nil {
			return nil
		}
	}
	return usagef("neither terraform nor tofu is on PATH to validate and plan what is written: name one by --cli, or leave that out by --no-verify")
}

// export carries out a command line that was understood.
func (c *command) export(ctx context.Context) (int, error) {
	var err error
	if c.Existing, err = readDir(c.Dir); err != nil {
		return exitFailed, err
	}
	provider.SilenceLogs() // which Terraform would read, and nobody here does
	p, err := protocol.New(ctx, provider.NewServer(c.version)())
	if err != nil {
		return exitFailed, err
	}
	account, err := c.read(ctx, p)
	if err != nil {
		return exitFailed, err
	}
	files, err := c.write(ctx, p, account, c.Options)
	if err != nil {
		return exitFailed, fmt.Errorf("cannot write the configuration: %w", err)
	}
	if err := writeFiles(c.Dir, files.Content); err != nil {
		return exitFailed, err
	}
	account.Coverage = covered(account.Coverage, files.Unwritten)
	return c.conclude(ctx, account, files)
}

// read reads the account, or the state.
func (c *command) read(ctx context.Context, p *protocol.Provider) (Account, error) {
	configured, err := c.configure(ctx, p)
	if err != nil {
		return Account{}, err
	}
	shown := newProgress(c.stderr)
	defer shown.end()
	if c.state == "" {
		return Read(ctx, p, c.Options, shown.tell)
	}
	if c.state == stdinName {
		c.content, err = io.ReadAll(c.stdin)
	} else {
		c.content, err = os.ReadFile(c.state)
	}
	if err != nil {
		return Account{}, fmt.Errorf("cannot read the state: %w", err)
	}
	c.Offline = !configured
	return FromState(ctx, p, bytes.NewReader(c.content), c.Options)
}

// configure configures the provider as an empty provider block does, but for what flags say. A state can be exported without
// a key, as far as everything is in it: then it returns false.
func (c *command) configure(ctx context.Context, p *protocol.Provider) (bool, error) {
	attributes := map[string]tftypes.Value{}
	for name, value := range map[string]string{"profile": c.profile, "api_url": c.apiURL} {
		if value != "" {
			attributes[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	diagnostics, err := p.Configure(ctx, attributes)
	if err != nil {
		return false, err
	}
	errs, warnings := protocol.Sort(diagnostics)
	for _, text := range warnings {
		fmt.Fprintf(c.stderr, "export: %s\n", text)
	}
	switch {
	case len(errs) > 0:
		return false, errors.New(strings.Join(errs, "\n"))
	case c.state == "" || provider.HasKey(c.profile):
		return true, nil
	case !c.unproven:
		return false, usagef("a plan needs an API key, and there is none: set RAFF_API_KEY, or leave the plan out by --no-verify")
	}
	fmt.Fprintln(c.stderr, "export: There is no API key, so that nothing is asked of the API: what the state does not have is missing.")
	return false, nil
}

// conclude says what has become of everything, and has the CLI prove it.
func (c *command) conclude(ctx context.Context, account Account, files Files) (int, error) {
	code := exitOK
	if incomplete(account.Coverage) {
		code = exitIncomplete
	}
	writeCoverage(c.stdout, account.Coverage)
	writeSummary(c.stdout, c.Dir, files)
	if c.unproven {
		fmt.Fprintln(c.stdout, "\nNothing was verified, as --no-verify says.")
		return code, nil
	}
	report, err := c.verify(ctx, Verification{
		Dir: c.Dir, CLI: c.cli, Env: c.environment(), State: c.content, Step: func(what string) { fmt.Fprintln(c.stderr, what) },
	})
	if err != nil {
		return exitFailed, fmt.Errorf("what was written in %s cannot be verified: %w", c.Dir, err)
	}
	if !report.Proven() {
		code = exitDiffers
	}
	writeReport(c.stdout, report)
	return code, nil
}

// environment is the one of the CLI, whose provider has the same settings as this one.
func (c *command) environment() []string {
	env := os.Environ()
	for name, value := range map[string]string{"RAFF_PROFILE": c.profile, "RAFF_API_URL": c.apiURL} {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
