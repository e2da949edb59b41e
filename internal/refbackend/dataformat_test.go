package refbackend

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/datafile"
)

// smallDataFile is a data file with a few changes, and the state after each of its lines. Nothing in it depends on when
// it is made.
func smallDataFile(t *testing.T) (lines [][]byte, states []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{})
	for i := range 4 {
		if i > 0 {
			b.production().makeVPC(fmt.Sprint("net-", i), fmt.Sprintf("10.%d.0.0/24", i))
		}
		states = append(states, b.saved())
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines = slices.Collect(bytes.Lines(content))
	if len(lines) != len(states) {
		t.Fatalf("%d lines, %d states", len(lines), len(states))
	}
	return lines, states
}

func joined(lines ...[]byte) []byte { return bytes.Join(lines, nil) }

// Whatever single bit is wrong, it is an error: in a checksum, a number, a document or a line break, the last ones too.
func TestDataFileWithAFlippedBit(t *testing.T) {
	lines, _ := smallDataFile(t)
	content := joined(lines...)
	for i := range content {
		for bit := range 8 {
			content[i] ^= 1 << bit
			if _, err := readData(content); err == nil {
				t.Fatalf("byte %d of %d, bit %d: no error", i, len(content), bit)
			}
			content[i] ^= 1 << bit
		}
	}
	if _, err := readData(content); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d flips, as many errors", len(content)*8)
}

// Wherever the file ends, it is an error or the state after some line, never anything else: what is cut off of the last
// line was never acknowledged. The first line was whole from the start.
func TestDataFileThatEndsAnywhere(t *testing.T) {
	lines, states := smallDataFile(t)
	content := joined(lines...)
	for cut := range len(content) + 1 {
		read, err := datafile.Read(content[:cut])
		if sound := bytes.Count(content[:cut], []byte{'\n'}); len(read) != sound || (err == nil) != (sound > 0) {
			t.Fatalf("cut at %d: %d lines and %v, want %d", cut, len(read), err, sound)
		}
	}
	for i, want := range states {
		read, err := readData(joined(lines[:i+1]...))
		if err != nil {
			t.Fatal(err)
		}
		if textOf(t, &read.state) != want {
			t.Errorf("not the state after line %d", i+1)
		}
	}
}

// Whatever is overwritten, taken out, put in twice or put in wrongly is an error. A file that only ends sooner is the
// business of the test above.
func TestDataFileWithDamage(t *testing.T) {
	lines, _ := smallDataFile(t)
	whole := joined(lines...)
	r := rand.New(rand.NewPCG(1, 9))
	span := func() (from, to int) {
		from = r.IntN(len(whole))
		return from, min(len(whole), from+1+r.IntN([]int{3, 40, 2000}[r.IntN(3)]))
	}
	noise := func(n int) []byte {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte(r.IntN(256))
		}
		return out
	}
	for name, damage := range map[string]func(content []byte, from, to int) []byte{
		"overwritten": func(content []byte, from, to int) []byte {
			copy(content[from:to], noise(to-from))
			return content
		},
		"zeros": func(content []byte, from, to int) []byte {
			clear(content[from:to])
			return content
		},
		"taken out":    slices.Delete[[]byte],
		"put in":       func(content []byte, from, to int) []byte { return slices.Insert(content, from, noise(to-from)...) },
		"put in twice": func(content []byte, from, to int) []byte { return slices.Insert(content, to, content[from:to]...) },
	} {
		t.Run(name, func(t *testing.T) {
			for range 4000 {
				from, to := span()
				content := damage(slices.Clone(whole), from, to)
				if bytes.HasPrefix(whole, content) {
					continue
				}
				if _, err := readData(content); err == nil {
					t.Fatalf("bytes %d to %d of %d: no error", from, to, len(whole))
				}
			}
		})
	}
}

// Lines are sound one by one, and wrong together.
func TestDataFileWithWrongLines(t *testing.T) {
	lines, _ := smallDataFile(t)
	a, one, two, three := lines[0], lines[1], lines[2], lines[3]
	for name, test := range map[string]struct {
		content []byte
		text    string
	}{
		"one missing":   {joined(a, two, three), "line 2 has record 2 where 1 belongs"},
		"two missing":   {joined(a, three), "line 2 has record 3 where 1 belongs"},
		"in the middle": {joined(a, one, three), "line 3 has record 3 where 2 belongs: lines are missing"},
		"twice":         {joined(a, one, one, two), "line 3 has record 1 where 2 belongs"},
		"swapped":       {joined(a, two, one), "or not in their order"},
		"no archive":    {joined(one, two, three), "line 1: "},
		"two archives":  {joined(a, a), "line 2 has record 0 where 1 belongs"},
		"missing, cut":  {joined(a, one, three[:len(three)-5]), "line 3 is damaged"},
	} {
		if _, err := readData(test.content); err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: got %v, want %q", name, err, test.text)
		}
	}
}

// A last line that was written to its end, with a checksum that does not fit, was acknowledged: it is not left out.
func TestDataFileWithADamagedLastLine(t *testing.T) {
	lines, _ := smallDataFile(t)
	last := slices.Clone(lines[3])
	last[len(last)/2] ^= 1
	_, err := readData(joined(lines[0], lines[1], lines[2], last))
	want := "line 4 is damaged: it is not what its checksum says. It is left as it is: put a copy in its place, or keep only " +
		"what is sound, its first 3 lines, and do without the changes after them"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// What is no sound data file is refused with what it is, and left as it is.
func TestDataFileRefuses(t *testing.T) {
	directory := t.TempDir()
	lines, _ := smallDataFile(t)
	first, rest := lines[0], joined(lines[1:]...)
	line, ok := datafile.Decode(bytes.TrimSuffix(first, []byte{'\n'}))
	if !ok {
		t.Fatalf("the first line is %s", first)
	}
	flipped := slices.Clone(first)
	flipped[len(flipped)/2] ^= 1
	renamed := bytes.Replace(first, []byte(datafile.Format), []byte("another"), 1)
	with := func(sequence uint64, document string) []byte {
		return append(slices.Clone(first), datafile.Line{Sequence: sequence, Document: []byte(document)}.Encode()...)
	}
	for name, test := range map[string]struct {
		content []byte
		text    string
	}{
		"text":              {[]byte("hello\nworld\n"), "it is not a data file of a reference backend"},
		"binary":            {bytes.Repeat([]byte{0, 200, 10}, 1000), "it is not a data file of a reference backend"},
		"line break":        {[]byte("\n"), "it is not a data file of a reference backend"},
		"empty":             {nil, "it is empty, which a data file never is"},
		"first cut":         {first[:len(first)-7], "a damaged data file of a reference backend: its first line, the account that the others change, does not reach its end"},
		"first flipped":     {append(flipped, rest...), "a damaged data file of a reference backend: its first line, the account that the others change, is not what"},
		"first unknown":     {append(renamed, rest...), "a damaged data file of a reference backend"},
		"first overwritten": {append(append(make([]byte, len(first)-1), '\n'), rest...), "a damaged data file of a reference backend"},
		"older":             {fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(line.Document, crc32.MakeTable(crc32.Castagnoli)), line.Document), "written by an older reference backend"},
		"snapshot":          {line.Document, "a snapshot of a reference backend, not a data file"},
		"newer": {
			datafile.Line{Sequence: 0, Document: bytes.Replace(line.Document, []byte(`"version":1`), []byte(`"version":2`), 1)}.Encode(),
			"written by a newer version of the reference backend (format 2; this one reads up to 1)",
		},
		"nonsense":      {append(append(slices.Clone(first), "00000000 1 2 {}\n"...), rest...), "line 2 is damaged"},
		"unknown table": {with(1, `{"rows":{"Nonsense":[{}]}}`), "line 2: unknown table"},
		"unknown field": {with(1, `{"fields":{"Nonsense":1}}`), "line 2: unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			odd := filepath.Join(directory, name)
			if err := os.WriteFile(odd, test.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := New(Options{DataFile: odd}); err == nil || !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), odd) {
				t.Errorf("got %v, want %q", err, test.text)
			}
			if left, err := os.ReadFile(odd); err != nil || !bytes.Equal(left, test.content) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// FuzzDataFile reads anything: never a panic, and never a state without a first line that is sound.
func FuzzDataFile(f *testing.F) {
	b := newBackend(f, quiet())
	whole, err := b.archive()
	if err != nil {
		f.Fatal(err)
	}
	first := datafile.Line{Sequence: 7, Document: whole}.Encode()
	f.Add(first)
	f.Add(append(slices.Clone(first), datafile.Line{Sequence: 8, Document: []byte(`{"rows":{"VPCs":[{"key":"x","value":null}]}}`)}.Encode()...))
	f.Add(append(slices.Clone(first), "00000000 8 "...))
	f.Add([]byte("00000000 1 2 {}"))
	f.Add([]byte("\n{raff-reference-backend"))
	f.Fuzz(func(t *testing.T, content []byte) {
		_, err := readData(content)
		if _, sound := datafile.Decode(content[:max(0, bytes.IndexByte(content, '\n'))]); err == nil && !sound {
			t.Error("read without a sound first line")
		}
	})
}
