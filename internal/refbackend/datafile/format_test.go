package datafile

import (
	"bytes"
	"testing"
)

// FuzzRead reads anything: what is read is what was written, line by line, but for a last one that was not written to its
// end.
func FuzzRead(f *testing.F) {
	first, second := Line{7, []byte(`{}`)}.Encode(), Line{8, []byte(`{"rows":{}}`)}.Encode()
	f.Add(first)
	f.Add(bytes.Join([][]byte{first, second}, nil))
	f.Add(bytes.Join([][]byte{first, second[:len(second)-3]}, nil))
	f.Add(bytes.Join([][]byte{first, first}, nil))
	f.Add([]byte("00000000 1 2 {}\n"))
	f.Add([]byte("\n{" + Format))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines, err := Read(content)
		if err != nil {
			return
		}
		var written []byte
		for i, line := range lines {
			if line.Sequence != lines[0].Sequence+uint64(i) {
				t.Errorf("line %d is number %d", i+1, line.Sequence)
			}
			written = append(written, line.Encode()...)
		}
		if rest, ok := bytes.CutPrefix(content, written); !ok || bytes.ContainsRune(rest, '\n') {
			t.Errorf("%q was read as %q", content, written)
		}
	})
}
