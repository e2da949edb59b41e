package review

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// plainly writes a document for a terminal or a log.
func plainly(d document, b bounds) string {
	w := &strings.Builder{}
	for i, part := range d {
		if i > 0 {
			w.WriteString("\n")
		}
		switch {
		case part.level > 0:
			text := plainLine(part.line, b)
			underline := "="
			if part.level > 2 {
				underline = "-"
			}
			fmt.Fprintf(w, "%s\n%s\n", text, strings.Repeat(underline, utf8.RuneCountInString(text)))
		case part.table != nil:
			plainTable(w, part.table, b)
		case part.paragraph:
			fmt.Fprintf(w, "%s\n", plainLine(part.line, b))
		default:
			plainList(w, part, b)
		}
	}
	return w.String()
}

func plainList(w *strings.Builder, part block, b bounds) {
	shown, more := bounded(part.items, part.bound(b))
	for _, i := range shown {
		fmt.Fprintf(w, "- %s\n", plainLine(i.line, b))
		for _, l := range i.below(b) {
			fmt.Fprintf(w, "    %s\n", plainLine(l, b))
		}
	}
	if more > 0 {
		fmt.Fprintf(w, "- … and %s more\n", count(more))
	}
}

// plainTable aligns the columns, the numbers to the right.
func plainTable(w *strings.Builder, t *table, b bounds) {
	shown, more := bounded(t.rows, b.rest)
	lines := [][]string{t.header}
	cellsOf := func(row []line) []string {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = plainLine(cell, b)
		}
		return cells
	}
	for _, row := range shown {
		lines = append(lines, cellsOf(row))
	}
	if more > 0 {
		lines = append(lines, append([]string{"… and " + count(more) + " more"}, make([]string, len(t.header)-1)...))
	}
	lines = append(lines, cellsOf(t.total))
	widths := make([]int, len(t.header))
	for _, row := range lines {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range lines {
		text := ""
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				text = cell + space
				continue
			}
			text += "  " + space + cell
		}
		w.WriteString(strings.TrimRight(text, " ") + "\n")
	}
}

func plainLine(l line, b bounds) string {
	w := &strings.Builder{}
	for _, s := range l {
		w.WriteString(oneLine(shorten(s.text, b.text)))
	}
	return w.String()
}
