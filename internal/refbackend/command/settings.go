package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// What is listened on where --listen does not say, or says no port.
const (
	defaultListen    = "127.0.0.1:8080"
	defaultRunListen = "127.0.0.1:0" // a free port: several runs do not meet
)

// maxTimeScale is how many times as fast as the machine's the clock can run.
const maxTimeScale = 100_000

// settings are the flags of the subcommand.
type settings struct {
	listen      string
	adminListen string
	accounts    int
	readyFile   string
	seedFile    string
	data        string
	seed        uint64
	timing      string
	timeScale   float64
	startTime   string
	vmQuota     int
	noRateLimit bool
	// What a deletion and a factory reset of a VM take along.
	backupsGo, snapshotsGo bool

	pace  refbackend.Timing // of timing
	begin time.Time         // of startTime; zero for now
}

// parse reads the flags, and returns what comes after them; it has told the user when it returns an error.
func parse(name, usage, listen string, args []string, stderr io.Writer) (settings, []string, error) {
	var set settings
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	set.define(flags, listen)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return set, nil, err
	}
	if err := set.check(listen); err != nil {
		return set, nil, complain(stderr, err, name)
	}
	return set, flags.Args(), nil
}

// complain tells the user of wrong arguments.
func complain(stderr io.Writer, err error, name string) error {
	_, _ = fmt.Fprintf(stderr, "%v; see %s --help\n", err, name)
	return err
}

func (set *settings) define(flags *flag.FlagSet, listen string) {
	flags.StringVar(&set.listen, "listen", listen, "`address` to serve on; port 0 takes a free one")
	flags.StringVar(&set.adminListen, "admin-listen", "",
		"`address` to serve the admin endpoints on, which need no key;\none of this machine only, such as 127.0.0.1:8081 (default: not served)")
	flags.IntVar(&set.accounts, "accounts", 1, "how many accounts there are, each with keys of its own")
	flags.StringVar(&set.readyFile, "ready-file", "",
		"`file` that says in JSON how to connect; it is there as soon as\nrequests are answered, and gone after the end (default: none)")
	flags.Uint64Var(&set.seed, "seed", 1, "`number` that fixes every id, key and address")
	flags.StringVar(&set.seedFile, "seed-file", "", "`file` that describes the account to start with, see above")
	flags.StringVar(&set.data, "data", "",
		"`file` to keep the account in; it is made when it does not exist,\nand what it holds goes before --seed-file (default: nothing is kept)")
	flags.StringVar(&set.timing, "timing", "instant",
		"how long changes take: instant, fast (tens of\nmilliseconds a state) or realistic")
	flags.Float64Var(&set.timeScale, "time-scale", 1,
		"how many times as fast as this machine's the clock runs; with 0 it\nmoves only when an admin endpoint advances it")
	flags.StringVar(&set.startTime, "start-time", "", "`time` that the clock starts at, like 2026-01-31T12:00:00Z (default: now)")
	flags.IntVar(&set.vmQuota, "vm-quota", 0, "how many VMs the account may have; 0 for no limit, new accounts\nof the real service have 30")
	flags.BoolVar(&set.backupsGo, "backups-go-with-vm", false, "delete the backups of a VM with it; without this they stay. The real\nservice may do either: rely on neither")
	flags.BoolVar(&set.snapshotsGo, "snapshots-go-at-factory-reset", false, "delete the snapshots of a VM at its factory reset; without this they\nstay. The real service may do either: rely on neither")
	flags.BoolVar(&set.noRateLimit, "no-rate-limit", false, "answer any number of requests a second")
}

// check refuses flags that make no sense, and completes the others.
func (set *settings) check(listen string) error {
	var err error
	if set.pace, err = refbackend.ParseTiming(set.timing); err != nil {
		return fmt.Errorf("--timing: %w", err)
	}
	if !(set.timeScale >= 0 && set.timeScale <= maxTimeScale) {
		return fmt.Errorf("--time-scale: must be between 0 and %d", maxTimeScale)
	}
	if set.startTime != "" {
		if set.begin, err = time.Parse(time.RFC3339, set.startTime); err != nil {
			return errors.New("--start-time: must look like 2026-01-31T12:00:00Z")
		}
	}
	if set.vmQuota < 0 {
		return errors.New("--vm-quota: must not be negative")
	}
	if set.accounts < 1 || set.accounts > refbackend.MaxAccounts {
		return fmt.Errorf("--accounts: must be between 1 and %d", refbackend.MaxAccounts)
	}
	_, port, _ := net.SplitHostPort(listen)
	set.listen = withPort(set.listen, port)
	if set.adminListen != "" {
		if set.adminListen, err = loopback(set.adminListen); err != nil {
			return fmt.Errorf("--admin-listen: %w", err)
		}
	}
	return nil
}

// options are those of the account of a number. It has a seed, a clock and a data file of its own.
func (set *settings) options(number int) refbackend.Options {
	begin := set.begin
	if begin.IsZero() {
		begin = time.Now()
	}
	options := refbackend.Options{
		Seed: set.seed + uint64(number) - 1, SeedFile: set.seedFile, DataFile: set.data, Timing: set.pace, //nolint:gosec // from 1
		Clock: clock.New(begin, set.timeScale), VMQuota: set.vmQuota, NoRateLimit: set.noRateLimit,
		BackupsGoWithVM: set.backupsGo, SnapshotsGoAtReset: set.snapshotsGo,
	}
	if set.data != "" && number > 1 {
		options.DataFile = set.data + "." + strconv.Itoa(number)
	}
	return options
}
