package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// minimumMinor is the version 1.x of both CLIs that is the first with write-only attributes.
	minimumMinor = 11
	// patience is how long a CLI that was interrupted has to end.
	patience = 10 * time.Second
)

// ErrNoCLI means that there is no CLI to verify with.
var ErrNoCLI = errors.New("neither terraform nor tofu is on PATH")

// ErrOldCLI means that no CLI is recent enough.
var ErrOldCLI = fmt.Errorf("it is older than 1.%d, which Terraform and OpenTofu have to be at least", minimumMinor)

// versionLine is what `version` begins with.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\S+)`)

// cli is a CLI in a directory.
type cli struct {
	path string
	name string // as "Terraform 1.11.4"
	dir  string
	env  []string
}

// chooseCLI finds a CLI that is recent enough.
func chooseCLI(ctx context.Context, v Verification) (*cli, error) {
	candidates := []string{v.CLI}
	if v.CLI == "" {
		candidates = []string{"terraform", "tofu"}
	}
	var found error
	for _, candidate := range candidates {
		path, err := exec.LookPath(candidate)
		if err != nil {
			if v.CLI != "" {
				return nil, fmt.Errorf("%w, nor is there %q: %w", ErrNoCLI, v.CLI, err)
			}
			continue
		}
		if path, err = filepath.Abs(path); err != nil { // it is run in another directory
			return nil, err
		}
		c := &cli{path: path, dir: v.Dir, env: quiet(environment(v.Env))}
		if err = c.recent(ctx); err == nil {
			return c, nil
		}
		if found == nil {
			found = err
		}
	}
	if found == nil {
		found = ErrNoCLI
	}
	return nil, found
}

// recent asks the CLI for its version, and refuses an old one.
func (c *cli) recent(ctx context.Context) error {
	stdout, stderr, err := c.run(ctx, "version")
	match := versionLine.FindSubmatch(stdout)
	if match == nil {
		if err == nil {
			err = errors.New("it names no version")
		}
		return fmt.Errorf("%s cannot be asked for its version: %w%s", c.path, err, c.lastLines(stderr))
	}
	c.name = fmt.Sprintf("%s %s.%s.%s", match[1], match[2], match[3], match[4])
	major, _ := strconv.Atoi(string(match[2])) // digits, as the pattern has it
	minor, _ := strconv.Atoi(string(match[3]))
	if major < 1 || major == 1 && minor < minimumMinor {
		return fmt.Errorf("%s is %s: %w", c.path, c.name, ErrOldCLI)
	}
	return nil
}

// environment is an environment that may be left out.
func environment(env []string) []string {
	if env == nil {
		return os.Environ()
	}
	return env
}

// setting is a variable of an environment; the last one counts.
func setting(env []string, name string) (value string) {
	for _, entry := range env {
		if key, text, _ := strings.Cut(entry, "="); key == name {
			value = text
		}
	}
	return value
}

// quiet is an environment without what would have the CLI do or say something else than it is asked.
func quiet(env []string) []string {
	var kept []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "TF_CLI_ARGS") && !strings.HasPrefix(name, "TF_LOG") {
			kept = append(kept, entry)
		}
	}
	return append(kept, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
}

// run runs the CLI to its end, and interrupts it where ctx ends.
func (c *cli) run(ctx context.Context, args ...string) (stdout, stderr []byte, err error) {
	cmd := exec.CommandContext(ctx, c.path, args...) // #nosec G204 -- the user's own CLI
	cmd.Dir, cmd.Env = c.dir, c.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = patience
	apart(cmd)
	err = cmd.Run()
	endGroup(cmd)
	return out.Bytes(), errs.Bytes(), err
}

// lastLines is what a command has said at last, to be put behind an error.
func (c *cli) lastLines(stderr []byte) string {
	const lines = 10
	all := strings.Split(strings.TrimSpace(string(stderr)), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	if text := strings.Join(all, "\n"); text != "" {
		return "\n" + c.hidden(text)
	}
	return ""
}

// hidden is a text without the key of the provider.
func (c *cli) hidden(text string) string {
	const short = 8 // a shorter one is none, and would be part of many words
	if key := setting(c.env, "RAFF_API_KEY"); len(key) > short {
		text = strings.ReplaceAll(text, key, "(key)")
	}
	return text
}
