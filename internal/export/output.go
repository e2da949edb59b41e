package export

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// incomplete tells whether something that was selected may be missing.
func incomplete(coverage []Coverage) bool {
	return slices.ContainsFunc(coverage, func(c Coverage) bool { return c.Hole })
}

// writeCoverage writes the table of what has become of the objects of each type.
func writeCoverage(to io.Writer, coverage []Coverage) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Type\tFound\tWritten\tSkipped\t")
	var total Coverage
	var none []string
	for _, c := range coverage {
		if c.Found == 0 && !c.Hole && len(c.Reasons) == 0 {
			none = append(none, c.Type)
			continue
		}
		mark := ""
		if c.Hole {
			mark = "incomplete"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", c.Type, c.Found, c.Written, c.Skipped, mark)
		total.Found, total.Written, total.Skipped = total.Found+c.Found, total.Written+c.Written, total.Skipped+c.Skipped
	}
	fmt.Fprintf(table, "all\t%d\t%d\t%d\t\n", total.Found, total.Written, total.Skipped)
	_ = table.Flush() // as with any other output here
	if len(none) > 0 {
		fmt.Fprintf(to, "\nThere is no %s.\n", strings.Join(none, ", "))
	}
	for _, c := range coverage {
		for i, reason := range c.Reasons {
			if i == 0 {
				fmt.Fprintf(to, "\n%s:\n", c.Type)
			}
			fmt.Fprintf(to, "  %s\n", printable(reason))
		}
	}
	if incomplete(coverage) {
		fmt.Fprintln(to, "\nIt is incomplete: see the types that are marked so.")
	}
}

// writeSummary writes what there is to do with the files.
func writeSummary(to io.Writer, dir string, files Files) {
	fmt.Fprintf(to, "\n%d files are in %s.\n", len(files.Content), dir)
	for _, name := range slices.Sorted(maps.Keys(files.Kept)) {
		fmt.Fprintf(to, "  %s is as it was: %s\n", name, printable(files.Kept[name]))
	}
	if len(files.Secrets) == 0 {
		return
	}
	secrets := slices.SortedFunc(slices.Values(files.Secrets), func(a, b Secret) int {
		return cmp.Or(cmp.Compare(a.Variable, b.Variable), cmp.Compare(a.Address, b.Address))
	})
	fmt.Fprintln(to, "\nThese variables are for secrets, which the API does not show:")
	for _, s := range secrets {
		fmt.Fprintf(to, "  %s, for %s: %s\n", s.Variable, s.Address, printable(s.Text))
	}
}

// writeReport writes what the CLI says of the files.
func writeReport(to io.Writer, r Report) {
	for _, text := range r.Warnings {
		fmt.Fprintf(to, "\n%s\n", printableLines(text))
	}
	for _, text := range r.Errors {
		fmt.Fprintf(to, "\n%s\n", printableLines(text))
	}
	switch {
	case r.Proven() && r.Known == 0:
		fmt.Fprintf(to, "\n%s plans to import %d objects, and nothing else.\n", r.CLI, r.Imports)
	case r.Proven():
		fmt.Fprintf(to, "\n%s plans to import %d objects and to keep %d as they are, and nothing else.\n", r.CLI, r.Imports, r.Known)
	case len(r.Differences) == 0:
		fmt.Fprintf(to, "\n%s does not accept what was written.\n", r.CLI)
	default:
		fmt.Fprintf(to, "\n%s plans more than imports:\n", r.CLI)
	}
	for _, difference := range r.Differences {
		fmt.Fprintf(to, "  %s\n", printable(difference.String()))
	}
}

// printableLines is printable of each line.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}

// printable is a text without what could steer a terminal: others name the objects.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

// shown shows how far reading has come: one line that is rewritten on a terminal, one for each type elsewhere.
type shown struct {
	to       io.Writer
	terminal bool
	found    map[string]int
	width    int // of what is on the line
}

func newProgress(to io.Writer) *shown {
	return &shown{to: to, terminal: isTerminal(to), found: map[string]int{}}
}

func isTerminal(to io.Writer) bool {
	file, ok := to.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (s *shown) tell(p Progress) {
	if !s.terminal {
		if p.Done {
			fmt.Fprintf(s.to, "%s: %d\n", p.Type, p.Found)
		}
		return
	}
	s.found[p.Type] = max(s.found[p.Type], p.Found)
	all := 0
	for _, n := range s.found {
		all += n
	}
	s.line(fmt.Sprintf("Reading: %d objects, %s", all, p.Type))
}

// line replaces what is on the line.
func (s *shown) line(text string) {
	fmt.Fprintf(s.to, "\r%s%s\r%s", strings.Repeat(" ", s.width), "", text)
	s.width = len(text)
}

// end leaves an empty line behind.
func (s *shown) end() {
	if s.terminal {
		s.line("")
	}
}
