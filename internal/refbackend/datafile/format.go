// Package datafile is the format of a data file, and what takes possession of one.
//
// A data file is text. Its first line is an archive, the whole state at some moment; each line after it is a change
// since then. A line is
//
//	checksum sequence length document
//
// with the checksum, in hex, of everything after it; the number of the change, which the archive has of the last one
// that is in it; and how many bytes of JSON follow. So a file is read only if every line is whole, undamaged and the
// next one. The one exception is a last line that ends before its announced length and has no line break: the process
// ended while it wrote, and nobody was told that the change is kept. Whole lines that are missing at the very end are
// the one loss that the file cannot show.
package datafile

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"strconv"
)

// Format is what the document of the first line names as its format, by which a damaged file is recognized.
const Format = "raff-reference-backend"

// checksumLength is how many hex digits a checksum has.
const checksumLength = 8

// recognizable is how many bytes of a damaged file are searched for the name of the format.
const recognizable = 1 << 10

var (
	checksums = crc32.MakeTable(crc32.Castagnoli)
	// lineStart is how lines begin, and unnumbered how they began before they had sequence numbers.
	lineStart  = regexp.MustCompile(`^[0-9a-f]{8} [0-9]`)
	unnumbered = regexp.MustCompile(`^[0-9a-f]{8} \{`)
)

// Line is a line of a data file: the number of a change, and the document, in JSON, that tells it.
type Line struct {
	Sequence uint64
	Document []byte
}

// Encode returns the line as it is written.
func (l Line) Encode() []byte {
	sealed := fmt.Appendf(nil, "%d %d %s", l.Sequence, len(l.Document), l.Document)
	return fmt.Appendf(make([]byte, 0, len(sealed)+checksumLength+2), "%s %s\n", checksum(sealed), sealed)
}

func checksum(sealed []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(sealed, checksums)) }

// Decode reads a line without its line break; false when it is not as it was written.
func Decode(text []byte) (Line, bool) {
	sum, sealed, _ := bytes.Cut(text, []byte{' '})
	parts := bytes.SplitN(sealed, []byte{' '}, 3)
	if string(sum) != checksum(sealed) || len(parts) != 3 {
		return Line{}, false
	}
	sequence, err := strconv.ParseUint(string(parts[0]), 10, 64)
	return Line{sequence, parts[2]}, err == nil && string(parts[1]) == strconv.Itoa(len(parts[2]))
}

// isBegun tells whether a text without a line break is the beginning of the line of that number, as a process leaves
// it that ends while it writes.
func isBegun(text []byte, sequence uint64) bool {
	sum := text[:min(len(text), checksumLength)]
	text = text[len(sum):]
	if len(bytes.Trim(sum, "0123456789abcdef")) > 0 {
		return false
	}
	number := fmt.Appendf(nil, " %d ", sequence)
	if len(text) <= len(number) {
		return bytes.HasPrefix(number, text)
	}
	text, ok := bytes.CutPrefix(text, number)
	length, document, more := bytes.Cut(text, []byte{' '})
	announced, err := strconv.Atoi(string(length))
	return ok && err == nil && (!more || len(document) <= announced)
}

// Read returns the lines of a data file, of which there is at least one. What was not written to its end is left
// out.
func Read(content []byte) ([]Line, error) {
	if len(content) == 0 {
		return nil, errors.New("it is empty, which a data file never is: put a copy in its place, or delete it to begin anew")
	}
	text, rest, whole := bytes.Cut(content, []byte{'\n'})
	first, sound := Decode(text)
	if !whole || !sound {
		return nil, foreign(content, whole)
	}
	lines := []Line{first}
	for len(rest) > 0 {
		text, rest, whole = bytes.Cut(rest, []byte{'\n'})
		line, sound := Decode(text)
		next := first.Sequence + uint64(len(lines))
		switch {
		case !whole && isBegun(text, next):
			return lines, nil
		case !whole || !sound:
			return nil, damaged(len(lines), "line %d is damaged: it is not what its checksum says", len(lines)+1)
		case line.Sequence != next:
			return nil, damaged(len(lines), "line %d has record %d where %d belongs: lines are missing, or not in their order",
				len(lines)+1, line.Sequence, next)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// damaged says what is wrong after some sound lines, and what can be done.
func damaged(sound int, format string, args ...any) error {
	return fmt.Errorf("%s. It is left as it is: put a copy in its place, or keep only what is sound, its first %d lines, "+
		"and do without the changes after them", fmt.Sprintf(format, args...), sound)
}

// foreign says what a file is whose first line is not sound, and what can be done.
func foreign(content []byte, whole bool) error {
	first, rest, _ := bytes.Cut(content, []byte{'\n'})
	second, _, _ := bytes.Cut(rest, []byte{'\n'})
	_, recordFollows := Decode(second)
	ours := bytes.Contains(content[:min(len(content), recognizable)], []byte(Format))
	switch {
	case ours && unnumbered.Match(first):
		return errors.New("it was written by an older reference backend, whose records have no sequence numbers. " +
			"It is left as it is: name another file to begin anew")
	case ours && bytes.HasPrefix(first, []byte{'{'}):
		return errors.New("it is a snapshot of a reference backend, not a data file. It is left as it is: " +
			"start with another file, and restore the snapshot through the admin endpoints")
	case ours || recordFollows || lineStart.Match(first):
		problem := "is not what its checksum says"
		if !whole {
			problem = "does not reach its end"
		}
		return fmt.Errorf("it is a damaged data file of a reference backend: its first line, the account that the others change, %s. "+
			"It is left as it is: put a copy in its place, or name another file to begin anew", problem)
	}
	return errors.New("it is not a data file of a reference backend, and is left as it is: name another file")
}
