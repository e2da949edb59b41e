package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/record"
)

// keyVariable is the environment variable that holds the API key of the account to record. A flag would show it to
// everybody who can list processes.
const keyVariable = "RAFF_API_KEY"

const recordUsage = `Usage: terraform-provider-raff backend record --upstream URL --output FILE [flags]

Reads an account over the API, and writes a seed file from which a backend
serves a copy of it: with the ids, times and references that the account has,
so that states and configurations go on matching. It also says where the
answers depart from the API as this program knows it: unknown and missing
fields, wrong types, values that are in no list, unknown plans, templates and
permissions, undocumented status codes.

Only GET requests are sent, to that one address, at half the rate that the API
allows. The API key is taken from the environment variable RAFF_API_KEY; it
goes nowhere else, not even by a redirect, and is not written anywhere. Made-up
values stand in the file for keys, email addresses, public IP addresses and the
texts of notes. Fields that this program does not know are left out.

Read the file before you pass it on: names and descriptions are in it as they
are, unless --replace-names is given.

Examples:

  RAFF_API_KEY=... terraform-provider-raff backend record \
      --upstream https://api.rafftechnologies.com --output account.yaml
  terraform-provider-raff backend --seed-file account.yaml

The exit code is 0 when everything could be read, whatever was found; 1 when
the list of something could not, which is then named; 2 for wrong flags.

Flags:

`

// recordSettings are the flags of "backend record".
type recordSettings struct {
	upstream, output, report string
	names                    bool
}

// runRecord records an account. args come after "record". It returns the exit code: 0 when everything was read, 1 when
// something could not be read or written, 2 for wrong flags.
func runRecord(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parseRecord(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	key := strings.TrimSpace(os.Getenv(keyVariable))
	if key == "" {
		_, _ = fmt.Fprintf(stderr, "record: set the environment variable %s to an API key of the account to record\n", keyVariable)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	report, err := set.record(ctx, key)
	if report != nil {
		report.WriteText(stdout)
	}
	switch {
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "record: %v\n", err)
		return exitFailed
	case report.Failed():
		_, _ = fmt.Fprintf(stderr, "record: %s lacks the lists that could not be read: see above. "+
			"Use a key that may read them, or try again\n", set.output)
		return exitFailed
	}
	_, _ = fmt.Fprintf(stdout, "\nServe a copy with: terraform-provider-raff backend --seed-file %s\n", set.output)
	return exitOK
}

func parseRecord(args []string, stderr io.Writer) (recordSettings, error) {
	var set recordSettings
	flags := flag.NewFlagSet("backend record", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&set.upstream, "upstream", "", "`address` of the API to read (required)")
	flags.StringVar(&set.output, "output", "", "seed `file` to write (required)")
	flags.StringVar(&set.report, "report", "", "`file` to write what was found to, in JSON, besides printing it")
	flags.BoolVar(&set.names, "replace-names", false, "put made-up names and descriptions in place of those of the objects")
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, recordUsage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case set.upstream == "":
		err = errors.New("--upstream: required")
	case set.output == "":
		err = errors.New("--output: required")
	case set.output == set.report:
		err = errors.New("--report: must be another file than --output")
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "%v; see --help\n", err)
	}
	return set, err
}

// record reads the account and writes the files. The files are tried first: an account takes a while to read.
func (set recordSettings) record(ctx context.Context, key string) (report *record.Report, err error) {
	output, err := newPendingFile(set.output)
	if err != nil {
		return nil, err
	}
	defer output.discard()
	var told *pendingFile
	if set.report != "" {
		if told, err = newPendingFile(set.report); err != nil {
			return nil, err
		}
		defer told.discard()
	}
	seedFile, report, err := record.Account(ctx, record.Options{
		Upstream: set.upstream, Key: key, UserAgent: "terraform-provider-raff/" + buildVersion() + " (record)", Names: set.names, Now: time.Now(),
	})
	if told != nil && report != nil {
		err = errors.Join(err, report.WriteJSON(told), told.keep())
	}
	if err != nil {
		return report, err
	}
	_, err = output.Write(seedFile)
	return report, errors.Join(err, output.keep())
}

// buildVersion is the version that the binary was built from.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.Trim(info.Main.Version, "()")
	}
	return "dev"
}

// pendingFile is a file that takes the place of another one once it is complete. Only its owner may read it: it holds an
// account.
type pendingFile struct {
	*os.File
	path string
}

func newPendingFile(path string) (*pendingFile, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // readable by its owner only
	if err != nil {
		return nil, err
	}
	return &pendingFile{file, path}, nil
}

func (f *pendingFile) keep() error {
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}

// discard removes a file that was not kept.
func (f *pendingFile) discard() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
