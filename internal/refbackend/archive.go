package refbackend

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/datafile"
)

// archiveVersion is that of the format of a saved state. A change that older backends could not read has to raise it.
const archiveVersion = 1

// archive is a saved state. The digest tells a state that was edited by hand, and may contradict itself.
type archive struct {
	Format  string          `json:"format"`
	Version int             `json:"version"`
	Moment  time.Time       `json:"moment"` // of the backend's clock
	SHA256  string          `json:"sha256"` // of the state, in hex
	State   json.RawMessage `json:"state"`
}

// Snapshot returns the state of the account as a JSON document: all objects, the changes under way and what decides
// the ids to come. Keys are in it only as hashes. The journal and the rules for faults and pace are not.
func (s *Server) Snapshot() ([]byte, error) {
	whole, promised, err := s.snapshot()
	if err == nil {
		err = s.data.sync(promised)
	}
	return whole, err
}

// snapshot returns the state, and the number of the change that it is to wait for.
func (s *Server) snapshot() (whole []byte, promised uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.data.failure(); err != nil {
		return nil, 0, err
	}
	s.settle(s.moment())
	whole, err = s.archive()
	return whole, s.promised, err
}

func (s *Server) archive() ([]byte, error) {
	saved, err := json.Marshal(&s.state)
	if err != nil {
		return nil, fmt.Errorf("saving the state: %w", err)
	}
	return json.Marshal(archive{
		Format: datafile.Format, Version: archiveVersion, Moment: s.now, SHA256: digest(saved), State: saved,
	})
}

// Restore puts the state of a snapshot in place of the present one. The journal, the rules and the rate limits stay as
// they are. The clock goes on, from the moment of the snapshot at least.
func (s *Server) Restore(snapshot []byte) error {
	restored, moment, err := readArchive(snapshot)
	if err != nil {
		return err
	}
	return s.restore(restored, moment)
}

func (s *Server) restore(restored state, moment time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaceState(restored, moment)
	return s.compact()
}

// replaceState takes over a state that was saved at a moment.
func (s *Server) replaceState(restored state, moment time.Time) {
	s.catchUp(moment)
	restored.Seeded.OwnerKey, restored.Seeded.ProductionKey = s.state.Seeded.OwnerKey, s.state.Seeded.ProductionKey
	s.state = restored
	s.state.modernize()
	s.faults.forgetObjects()
	s.settle(s.moment())
}

// catchUp moves the clock to a moment that it has shown before, if it can be moved and has not come so far by itself.
func (s *Server) catchUp(moment time.Time) {
	if clock, ok := s.clock.(movable); ok {
		clock.Advance(moment.Sub(clock.Now()))
	}
}

// Reset brings the backend back to its beginning: the account that it started with, under the same ids and keys, an
// empty journal, and the rules of its options. The clock goes on.
func (s *Server) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.start(); err != nil {
		return err
	}
	return s.compact()
}

// readArchive returns the state that a document holds, and the moment at which it was saved.
func readArchive(document []byte) (state, time.Time, error) {
	var a archive
	if err := json.Unmarshal(document, &a); err != nil {
		return state{}, time.Time{}, fmt.Errorf("not a snapshot of a reference backend: %w", err)
	}
	if err := checkFormat(a.Format, a.Version); err != nil {
		return state{}, time.Time{}, err
	}
	var compact bytes.Buffer // the document may have been laid out anew
	if err := json.Compact(&compact, a.State); err != nil {
		return state{}, time.Time{}, fmt.Errorf("the snapshot has no state: %w", err)
	}
	if digest(compact.Bytes()) != a.SHA256 {
		return state{}, time.Time{}, fmt.Errorf("the snapshot was changed after it was taken: its digest does not fit")
	}
	var saved state
	if err := json.Unmarshal(a.State, &saved); err != nil {
		return state{}, time.Time{}, fmt.Errorf("reading the state: %w", err)
	}
	return saved, a.Moment, nil
}

// checkFormat refuses what was not written by a backend, or by one that is newer than this.
func checkFormat(format string, version int) error {
	switch {
	case format != datafile.Format || version < 1:
		return fmt.Errorf("not written by a reference backend")
	case version > archiveVersion:
		return fmt.Errorf("written by a newer version of the reference backend (format %d; this one reads up to %d)", version, archiveVersion)
	}
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
