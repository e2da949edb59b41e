package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// readiness is what a ready file says. Other tools read it: fields may be added, and none taken away.
type readiness struct {
	URL      string            `json:"url"`
	APIKey   string            `json:"api_key"`             // of the first account's Owner; "" where only its data file has it
	AdminURL string            `json:"admin_url,omitempty"` // where the admin endpoints are served
	PID      int               `json:"pid"`
	Seed     uint64            `json:"seed"`
	Projects map[string]string `json:"projects"` // of the first account: ids by name
	Accounts []readyAccount    `json:"accounts"`
}

// readyAccount is one account of the backend.
type readyAccount struct {
	Account  int               `json:"account"` // its number, from 1, as admin endpoints take it
	ID       string            `json:"id"`
	APIKey   string            `json:"api_key"`
	Projects map[string]string `json:"projects"`
}

// describe says how to connect.
func (s *service) describe(set settings) readiness {
	r := readiness{URL: s.at.api, AdminURL: s.at.admin, PID: os.Getpid(), Seed: set.seed}
	for _, account := range s.accounts.All() {
		seeded := account.Account()
		r.Accounts = append(r.Accounts, readyAccount{account.Number, seeded.ID, seeded.OwnerKey, seeded.Projects})
	}
	r.APIKey, r.Projects = r.Accounts[0].APIKey, r.Accounts[0].Projects
	return r
}

// readyFile tells other tools that the backend answers, and how to connect. It is whole or not there.
type readyFile struct {
	path    string
	written []byte // nil before
}

// claimReadyFile takes away what a backend has left that was killed: who waits for the file must not find that one. A
// file of another kind is left alone. Without a path, there is no ready file.
func claimReadyFile(path string) (*readyFile, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // the methods of a readyFile that is nil do nothing
	}
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &readyFile{path: path}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ready file: %w", err)
	}
	var found readiness
	if json.Unmarshal(old, &found) != nil || found.URL == "" || found.PID == 0 {
		return nil, fmt.Errorf("ready file %s: there is a file that no backend has written, and it is left as it is; name another", path)
	}
	if err := os.Remove(path); err != nil {
		return nil, fmt.Errorf("ready file: %w", err)
	}
	return &readyFile{path: path}, nil
}

// write writes the file. There are keys in it: only its owner may read it.
func (f *readyFile) write(content readiness) (err error) {
	if f == nil {
		return nil
	}
	document, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	document = append(document, '\n')
	temporary, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*") // readable by its owner alone
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	_, err = temporary.Write(document)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), f.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("ready file: %w", err), os.Remove(temporary.Name()))
	}
	f.written = document
	return nil
}

// remove takes the file away, unless another backend has written it anew.
func (f *readyFile) remove() error {
	if f == nil || f.written == nil {
		return nil
	}
	found, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Equal(found, f.written) {
		return nil
	}
	if err == nil {
		err = os.Remove(f.path)
	}
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	return nil
}
