// Command mutants judges the tests: it plants faults in a package, one at a time, and looks which test catches each. The
// source tree is never touched: the compiler reads the faulty file in place of the real one.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

func main() { os.Exit(program()) }

// program returns the exit code: 0 where every fault was caught.
func program() int {
	root := flag.String("root", ".", "the root of the repository")
	parallel := flag.Int("parallel", 2, "how many faults to judge at a time")
	only := flag.String("only", "", "judge only the faults whose description matches this `regexp`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	caught, err := run(ctx, os.Stdout, *root, *only, *parallel)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	if err != nil || !caught {
		return 1
	}
	return 0
}

// run plants the faults, prints a line for each, and tells whether all were caught.
func run(ctx context.Context, out io.Writer, root, only string, parallel int) (bool, error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return false, fmt.Errorf("-only: %w", err)
	}
	sources, err := readSources(filepath.Join(root, suite.dir))
	if err != nil {
		return false, err
	}
	work, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	j := &judge{dir: filepath.Join(root, suite.dir), sources: sources, work: work}
	switch sound := j.judge(ctx, "sound", nil); {
	case sound.err != nil:
		return false, fmt.Errorf("without any fault: %w", sound.err)
	case sound.by != "":
		return false, fmt.Errorf("%s fails without any fault: mend it first", sound.by)
	}
	planted, caught := 0, 0
	var lock sync.Mutex
	var all sync.WaitGroup
	slots := make(chan struct{}, max(parallel, 1))
	for i := range suite.mutants {
		m := &suite.mutants[i]
		if !chosen.MatchString(m.what) {
			continue
		}
		planted++
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			verdict := j.judge(ctx, fmt.Sprint("fault-", i+1), m)
			lock.Lock()
			defer lock.Unlock()
			if verdict.by != "" {
				caught++
			}
			fmt.Fprintf(out, "%2d %s: %s\n", i+1, m.what, verdict)
		})
	}
	all.Wait()
	fmt.Fprintf(out, "mutants=%d caught=%d\n", planted, caught)
	return planted > 0 && planted == caught, ctx.Err()
}

// verdict is what became of a fault.
type verdict struct {
	by  string // the test that caught it; "" for none
	err error  // why it could not be judged: stale, or no program any more
}

// String says it in words.
func (v verdict) String() string {
	switch {
	case v.err != nil:
		return "NOT PLANTED: " + v.err.Error()
	case v.by == "":
		return "SURVIVED"
	}
	return "caught by " + v.by
}

// judge plants faults in the sources of a package and runs its tests.
type judge struct {
	dir     string
	sources map[string]string // by path
	work    string            // for what is built
}

// readSources reads the Go files of a directory and of those in it, tests apart.
func readSources(dir string) (map[string]string, error) {
	sources := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path) // #nosec G304 -- a source of the repository
		sources[path] = string(text)
		return err
	})
	return sources, err
}

// plant returns the path of the file that a fault is in, and its text with the fault. A fault whose place is not found
// exactly once is stale.
func plant(sources map[string]string, m *mutant) (path, text string, err error) {
	found := 0
	for at, source := range sources {
		if n := strings.Count(source, m.sound); n > 0 {
			found += n
			path, text = at, strings.Replace(source, m.sound, m.faulty, 1)
		}
	}
	if found != 1 {
		return "", "", fmt.Errorf("its place is there %d times, not once: bring the fault up to date", found)
	}
	return path, text, nil
}

// judge builds the tests with a fault, or without any, and runs them: first those that hold for every noun, which are the
// fastest to find something, then all.
func (j *judge) judge(ctx context.Context, name string, m *mutant) verdict {
	work := filepath.Join(j.work, name)
	if err := os.Mkdir(work, 0o700); err != nil {
		return verdict{err: err}
	}
	defer func() { _ = os.RemoveAll(work) }()
	binary := filepath.Join(work, "tests")
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary}
	if m != nil {
		overlay, err := j.overlay(work, m)
		if err != nil {
			return verdict{err: err}
		}
		args = append(args, "-overlay", overlay)
	}
	if out, err := j.command(ctx, "go", append(args, ".")...); err != nil {
		return verdict{err: fmt.Errorf("it does not build: %s", firstLine(out))}
	}
	runs := [][]string{{"-test.failfast", "-test.timeout=5m", "-test.run", suite.first}, {"-test.failfast", "-test.timeout=10m"}}
	if m == nil {
		runs = runs[:1]
	}
	for _, run := range runs {
		out, err := j.command(ctx, binary, run...)
		if ctx.Err() != nil {
			return verdict{err: ctx.Err()}
		}
		if err != nil {
			return verdict{by: failed(out)}
		}
	}
	return verdict{}
}

// overlay writes the faulty file, and the list that tells the compiler to read it.
func (j *judge) overlay(work string, m *mutant) (string, error) {
	path, text, err := plant(j.sources, m)
	if err != nil {
		return "", err
	}
	original, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	faulty := filepath.Join(work, filepath.Base(path))
	if err := os.WriteFile(faulty, []byte(text), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {original: faulty}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(work, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

// command runs a program in the directory of the package, and returns what it prints.
func (j *judge) command(ctx context.Context, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...) // #nosec G204 -- the go command, or tests that it has built
	command.Dir = j.dir
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	return out.String(), err
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failed names the test that an output says has failed, and the part of it.
func failed(out string) string {
	found := failure.FindAllStringSubmatch(out, -1)
	switch {
	case len(found) == 0:
		return "a test that did not end: " + firstLine(out)
	case len(found) > 1 && strings.HasPrefix(found[1][1], found[0][1]+"/"):
		return found[1][1]
	}
	return found[0][1]
}

// firstLine is the first line that says something.
func firstLine(out string) string {
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return "no output"
}
