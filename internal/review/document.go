package review

import "strings"

// A document is what a review says, before it is written in some format.
type document []block

// block is a part of a document: a heading, a paragraph, a list or a table.
type block struct {
	level     int // of a heading, from 1; 0 for what is none
	line      line
	items     []item
	grave     bool // the list is the last to be shortened
	table     *table
	paragraph bool
}

// table has a row of headings, rows, and a last row with the sums.
type table struct {
	header []string
	rows   [][]line
	total  []line
}

// item is a line of a list with lines below it.
type item struct {
	line line
	// effects are lines that are never left out, and details those that may be.
	effects, details []line
}

// line is text in pieces.
type line []span

type style int

const (
	plain style = iota
	code        // a name, an address or a value, as it is
	bold
)

// span is a piece of text in one style. It may hold anything.
type span struct {
	text  string
	style style
}

func say(text string) span    { return span{text, plain} }
func name(text string) span   { return span{text, code} }
func strong(text string) span { return span{text, bold} }

// names joins names with commas, and says how many more there are than limit.
func listed(all []string, limit int) line {
	var l line
	for i, one := range all[:min(len(all), limit)] {
		if i > 0 {
			l = append(l, say(", "))
		}
		l = append(l, name(one))
	}
	if more := len(all) - limit; more > 0 {
		l = append(l, say(" and "+count(more)+" more"))
	}
	return l
}

// bounds say how much a document may say.
type bounds struct {
	grave, rest int // items of a list, and rows of a table
	details     int // lines below an item
	text        int // characters of one piece of text
}

// everything has bounds that only what is endless meets.
var everything = bounds{grave: 1 << 30, rest: 1 << 30, details: 20, text: 2000}

// shrinking are the bounds that are tried in turn until a comment is short enough.
var shrinking = []bounds{
	everything,
	{grave: 1 << 30, rest: 200, details: 20, text: 2000},
	{grave: 1 << 30, rest: 50, details: 20, text: 2000},
	{grave: 1 << 30, rest: 20, details: 10, text: 1000},
	{grave: 200, rest: 20, details: 10, text: 1000},
	{grave: 100, rest: 10, details: 10, text: 1000},
	{grave: 50, rest: 10, details: 5, text: 800},
	{grave: 20, rest: 5, details: 5, text: 800},
	{grave: 10, rest: 3, details: 3, text: 500},
	{grave: 5, rest: 2, details: 3, text: 300},
	{grave: 2, rest: 1, details: 1, text: 200},
	{grave: 1, rest: 1, details: 0, text: 80},
}

// limit is how long a comment may be, in bytes: GitHub takes 65,536 characters.
const limit = 65_000

// cut is what is said at the end of a comment that cannot be made short enough.
const cut = "\n\nThe rest does not fit into one comment.\n"

// fit writes a document within bounds that keep it below the limit.
func fit(d document, write func(document, bounds) string) string {
	var text string
	for _, b := range shrinking {
		if text = write(d, b); len(text) <= limit {
			return text
		}
	}
	// Even the headings are too many: as many whole lines as there is room for.
	text = text[:limit-len(cut)]
	if end := strings.LastIndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return text + cut
}
