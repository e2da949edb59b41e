package planchecks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/planchecks"
)

// sources are where diagnostics come from.
var sources = []string{"../provider", "../tfkit", "../services/*"}

// adders are the functions that add a diagnostic, with the position of the summary among their arguments: as a method of
// diagnostics, and as a function of tfkit.
var adders = map[string][2]int{
	"AddError": {0, 1}, "AddWarning": {0, 1}, "AddAttributeError": {1, 2}, "AddAttributeWarning": {1, 2}, "WarnHolder": {2, 2}, "NewNoKey": {0, 0},
	"Exclude": {4, 4},
}

// Every diagnostic of the code has a row in the table, and every row is a diagnostic of the code.
func TestChecks_areThoseOfTheCode(t *testing.T) {
	found := summaries(t)
	known := slices.Clone(planchecks.Others)
	for _, summary := range known {
		if !slices.Contains(found, summary) {
			t.Errorf("the code has no diagnostic %q", summary)
		}
	}
	for _, c := range planchecks.Checks() {
		known = append(known, c.Summary)
		if !slices.Contains(found, c.Summary) {
			t.Errorf("%s: the code has no diagnostic %q", c.Types, c.Summary)
		}
	}
	for _, summary := range found {
		if !slices.Contains(known, summary) && !strings.HasPrefix(summary, "Unable to ") {
			t.Errorf("the diagnostic %q has no row in the table of plan checks", summary)
		}
	}
	if len(found) < 80 {
		t.Errorf("only %d diagnostics were found in the code", len(found))
	}
}

// summaries are those of the diagnostics in the code, with … for what differs.
func summaries(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range sources {
		files, err := filepath.Glob(filepath.Join(pattern, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if s := summaryOf(n); s != "" && !slices.Contains(all, s) {
					all = append(all, s)
				}
				return true
			})
		}
	}
	return all
}

// summaryOf is the summary of the diagnostic that a node adds or names; empty for any other node.
func summaryOf(n ast.Node) string {
	if v, ok := n.(*ast.ValueSpec); ok { // a constant that is called …Summary
		if len(v.Values) == 1 && strings.HasSuffix(v.Names[0].Name, "Summary") {
			return textOf(v.Values[0])
		}
		return ""
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	name, function := "", true
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		receiver, isPackage := f.X.(*ast.Ident)
		name, function = f.Sel.Name, isPackage && receiver.Name == "tfkit"
	}
	at, ok := adders[name]
	index := at[0]
	if function {
		index = at[1]
	}
	if !ok || index >= len(call.Args) {
		return ""
	}
	return textOf(call.Args[index])
}

// textOf is what is written of a text, with … for the rest; empty where nothing is.
func textOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil {
			return ""
		}
		return formats.ReplaceAllString(text, "…")
	case *ast.BinaryExpr:
		left, right := textOf(e.X), textOf(e.Y)
		if left+right == "" {
			return ""
		}
		if left == "" {
			left = "…"
		}
		if right == "" {
			right = "…"
		}
		return left + right
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			return textOf(e.Args[0])
		}
	}
	return ""
}

var formats = regexp.MustCompile(`%[a-z]`)

// Every row is provoked by a test, which expects its diagnostic.
func TestChecks_areProvoked(t *testing.T) {
	for _, c := range planchecks.Checks() {
		directory, name, _ := strings.Cut(c.Test, ".")
		body := strings.Join(strings.Fields(unescape.Replace(bodyOf(t, filepath.Join("..", directory), name))), " ")
		expected := c.Says
		if expected == "" {
			expected = c.Summary
		}
		for part := range strings.SplitSeq(expected, "…") {
			if !strings.Contains(body, strings.TrimSpace(part)) {
				t.Errorf("%s: %s does not expect %q", c.Summary, c.Test, part)
			}
		}
	}
}

// unescape has expected texts read as they are, where a test has them as regular expressions.
var unescape = strings.NewReplacer(`\s+`, " ", `\.`, ".", `\"`, `"`)

// bodyOf is the source of a test; empty where there is none of that name.
func bodyOf(t *testing.T, directory, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(directory, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file) // #nosec G304 -- a file of the project
		if err != nil {
			t.Fatal(err)
		}
		_, body, found := strings.Cut(string(source), "\nfunc "+name+"(")
		if !found {
			continue
		}
		body, _, _ = strings.Cut(body, "\nfunc ")
		return body
	}
	t.Errorf("%s has no test %s", directory, name)
	return ""
}
