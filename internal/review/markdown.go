package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdown writes a document for GitHub, GitLab and the like. Whatever comes from the plan stays text: it neither ends a
// table nor begins a list, links nothing and calls nobody.
func markdown(d document, b bounds) string {
	w := &strings.Builder{}
	for i, part := range d {
		if i > 0 {
			w.WriteString("\n")
		}
		switch {
		case part.level > 0:
			fmt.Fprintf(w, "%s %s\n", strings.Repeat("#", part.level), markdownLine(part.line, b, false))
		case part.table != nil:
			markdownTable(w, part.table, b)
		case part.paragraph:
			fmt.Fprintf(w, "%s\n", markdownLine(part.line, b, false))
		default:
			markdownList(w, part, b)
		}
	}
	return w.String()
}

func markdownList(w *strings.Builder, part block, b bounds) {
	shown, more := bounded(part.items, part.bound(b))
	for _, i := range shown {
		fmt.Fprintf(w, "- %s\n", markdownLine(i.line, b, false))
		for _, l := range i.below(b) {
			fmt.Fprintf(w, "  - %s\n", markdownLine(l, b, false))
		}
	}
	if more > 0 {
		fmt.Fprintf(w, "- … and %s more\n", count(more))
	}
}

func markdownTable(w *strings.Builder, t *table, b bounds) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(t.header, " | "), " --- |"+strings.Repeat(" ---: |", len(t.header)-1))
	row := func(cells []line) {
		for _, cell := range cells {
			fmt.Fprintf(w, "| %s ", markdownLine(cell, b, true))
		}
		w.WriteString("|\n")
	}
	shown, more := bounded(t.rows, b.rest)
	for _, cells := range shown {
		row(cells)
	}
	if more > 0 {
		fmt.Fprintf(w, "| … and %s more %s\n", count(more), strings.Repeat("| ", len(t.header)-1)+"|")
	}
	row(t.total)
}

func (part block) bound(b bounds) int {
	if part.grave {
		return b.grave
	}
	return b.rest
}

// bounded returns as many of a list as there may be, and how many more there are. One more is shown rather than counted.
func bounded[T any](all []T, most int) (shown []T, more int) {
	if len(all) <= most {
		return all, 0
	}
	return all[:most], len(all) - most
}

// below are the lines below an item, with the number of those that are left out.
func (i item) below(b bounds) []line {
	shown, more := bounded(i.details, b.details)
	all := slices.Concat(i.effects, shown)
	if more > 0 {
		all = append(all, line{say("… and " + count(more) + " more")})
	}
	return all
}

// markdownLine writes one line. Within a table, a bar in code would end the cell.
func markdownLine(l line, b bounds, inTable bool) string {
	w := &strings.Builder{}
	for _, s := range l {
		text := oneLine(shorten(s.text, b.text))
		switch s.style {
		case code:
			w.WriteString(codeSpan(text, inTable))
		case bold:
			inner := strings.TrimRight(text, " ") // emphasis does not end after a space
			w.WriteString("**" + escape(inner) + "**" + text[len(inner):])
		default:
			w.WriteString(escape(text))
		}
	}
	return w.String()
}

// codeSpan quotes text so that nothing in it is markup: between more backticks than it has in a row.
func codeSpan(text string, inTable bool) string {
	if text == "" {
		return "` `"
	}
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if inTable {
		text = strings.ReplaceAll(text, "|", `\|`)
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || text == " " {
		text = " " + text + " "
	}
	return fence + text + fence
}

// invisible stands within what would link or call somebody, and is not seen.
const invisible = "&#8203;"

// escape writes text in which nothing is markup.
func escape(text string) string {
	w := &strings.Builder{}
	var before rune
	links := strings.Contains(text, "](") || strings.Contains(text, "[[") || strings.Contains(text, "[^")
	for i, r := range text {
		rest := text[i+utf8.RuneLen(r):]
		switch {
		case r == '<':
			w.WriteString("&lt;")
		case r == '&':
			w.WriteString("&amp;")
		case r == '@' || r == '#':
			w.WriteRune(r)
			w.WriteString(invisible)
		case r == ':' && strings.HasPrefix(rest, "//"):
			w.WriteString(":" + invisible)
		case r == '.' && i >= 3 && strings.EqualFold(text[i-3:i], "www"):
			w.WriteString(invisible + ".")
		case r == '_' && wordly(before) && wordly(first(rest)):
			w.WriteRune(r) // no emphasis within a word
		case (r == '[' || r == ']') && !links:
			w.WriteRune(r)
		case strings.ContainsRune("~$!%", r) && (rest == "" || strings.ContainsRune(" ,.;:)", first(rest))):
			w.WriteRune(r) // nothing begins with it
		case strings.ContainsRune("\\`*_[]|~$!%", r):
			w.WriteByte('\\')
			w.WriteRune(r)
		default:
			w.WriteRune(r)
		}
		before = r
	}
	return w.String()
}

func first(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oneLine writes what is not to be seen in a line, or changes how it is seen, as its code.
func oneLine(text string) string {
	w := &strings.Builder{}
	for _, r := range text {
		switch {
		case r == '\n':
			w.WriteString(`\n`)
		case r == utf8.RuneError:
			w.WriteRune('�')
		case unicode.IsPrint(r):
			w.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			w.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return w.String()
}

// shorten cuts text that is longer than a number of characters.
func shorten(text string, most int) string {
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:most]) + "…"
}

// count writes a number with its thousands apart.
func count(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
