package refbackend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Any seed file is an account, or an error that names the file.
func FuzzSeedFile(f *testing.F) {
	for _, text := range []string{
		seedAccount, recordedAccount, `{"recorded": {}}`, `{"recorded": {"projects": [{"id": "p"}], "ips": [{"id": "i", "project_id": "p"}]}}`, `{"projects": [{"name": "only"}]}`, "", "---", "null", "projects", "projects: {}", "projects: [null]", "a: &a [*a]",
		"projects: &p [{name: x}]\nroles: *p", "projects: [{name: 1}]", "<<: *x", "\xff", "projects:\n- name: x\n  vms: [{name: \x00}]",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := writeSeed(t, text)
		s, err := New(Options{SeedFile: file})
		switch {
		case err != nil && !strings.Contains(err.Error(), filepath.Base(file)):
			t.Errorf("%q: %v", text, err)
		case err == nil && s == nil:
			t.Errorf("%q: neither an account nor an error", text)
		}
	})
}

// Any data file is the account that was saved, or an error: never a panic.
func FuzzSavedAccount(f *testing.F) {
	file := filepath.Join(f.TempDir(), "account.data")
	o := quiet()
	o.DataFile = file
	b := newBackend(f, o)
	b.production().makeVPC("net", "10.0.0.0/24")
	if err := b.Close(); err != nil {
		f.Fatal(err)
	}
	saved, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	for _, content := range [][]byte{saved, saved[:len(saved)/2], append(saved[:len(saved):len(saved)], saved...), nil, []byte("\n"), []byte("00000000 \n")} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		o := quiet()
		o.DataFile = filepath.Join(t.TempDir(), "account.data")
		if err := os.WriteFile(o.DataFile, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := New(o)
		if err != nil {
			return
		}
		if err := s.Close(); err != nil {
			t.Errorf("%q: %v", content, err)
		}
	})
}
