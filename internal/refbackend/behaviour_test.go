package refbackend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// openingWords is how many words of a sentence a test has to quote to name it.
const openingWords = 5

// Facts gathered from the vendor's public pages: what the description says of itself is held here, by this test.
// The reference backend enforces what stands there, so each sentence, bullet and table row of it has a test that names it: somewhere in a
// comment or a subtest name stand its first words. The description itself is not part of this repository.
func TestEverySentenceHasATest(t *testing.T) {
	file := os.Getenv("RAFF_BEHAVIOUR")
	if file == "" {
		file = filepath.FromSlash("../../../shared/api/behaviour.md")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the description of the API's behaviour is not at hand (%v): set RAFF_BEHAVIOUR to its path", err)
	}
	quoted := testSources(t)
	found, all := 0, sentences(string(text))
	for _, sentence := range all {
		words := wordsOf(sentence)
		opening := strings.Join(words[:min(len(words), openingWords)], " ")
		if strings.Contains(quoted, " "+opening+" ") {
			found++
		} else {
			t.Errorf("no test names %q (%s)", sentence, opening)
		}
	}
	t.Logf("%d of %d sentences have a test", found, len(all))
}

// testSources are the words of all test files.
func testSources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.FromSlash("../.."), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		all.WriteString(" " + strings.Join(wordsOf(string(source)), " ") + " ")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

var word = regexp.MustCompile(`[\p{L}\p{N}]+`)

// wordsOf are the words of a text in lower case, without marks of any kind.
func wordsOf(text string) []string { return word.FindAllString(strings.ToLower(text), -1) }

var (
	sentenceEnd = regexp.MustCompile("[.!?][)`\"*]*\\s+(?:[A-Z*`\"–]|\\d)")
	tableRule   = regexp.MustCompile(`^[|\s:-]+$`)
)

// sentences takes a document apart: each table row is one, headings are none.
func sentences(document string) []string {
	var all []string
	lines := strings.Split(document, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		ruled := i+1 < len(lines) && tableRule.MatchString(lines[i+1]) && strings.Contains(lines[i+1], "-")
		switch {
		case line == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "|") && (tableRule.MatchString(line) || ruled):
		case strings.HasPrefix(line, "|"):
			all = append(all, line)
		default:
			all = append(all, split(strings.TrimPrefix(line, "- "))...)
		}
	}
	// A mark that a decision was taken belongs to the sentence before it.
	return slices.DeleteFunc(all, func(s string) bool { return strings.Join(wordsOf(s), " ") == "decided" })
}

func split(paragraph string) []string {
	var all []string
	for {
		at := sentenceEnd.FindStringIndex(paragraph)
		if at == nil {
			return append(all, paragraph)
		}
		all = append(all, paragraph[:at[1]-1])
		paragraph = paragraph[at[1]-1:]
	}
}
