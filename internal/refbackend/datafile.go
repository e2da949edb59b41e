package refbackend

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// The data file keeps an account over restarts. Its first line is an archive, the whole state at some moment; each
// line after it is a record of what has changed since. A line begins with its checksum, so that one that was not
// written to its end is told: it was never acknowledged. Once the records outgrow the archive, the file is replaced
// by a new archive.

// compactAbove is the least size of all records, in bytes, that makes a new archive worth its while.
const compactAbove = 4 << 20

// checksumLength is how long the checksum of a line is: 8 hex digits.
const checksumLength = 8

var checksums = crc32.MakeTable(crc32.Castagnoli)

type dataFile struct {
	path string
	lock *flock.Flock

	mu       sync.Mutex // guards all below; the server's lock is taken before it, never after
	file     *os.File
	archived int64  // size of the archive
	recorded int64  // size of the records
	written  uint64 // records ever written
	err      error  // why nothing can be written any more

	syncing sync.Mutex // held while the file is flushed; taken before mu
	synced  uint64     // records that are on the disk
}

// openDataFile takes possession of a data file, which need not exist.
func openDataFile(path string) (*dataFile, error) {
	lock := flock.New(path + ".lock")
	ours, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("locking the data file: %w", err)
	case !ours:
		return nil, fmt.Errorf("the data file %s is in use by another backend", path)
	}
	return &dataFile{path: path, lock: lock}, nil
}

// load reads the state that the file holds, and the latest moment of it; false when there is none.
func (d *dataFile) load() (st state, moment time.Time, found bool, err error) {
	content, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return state{}, time.Time{}, false, nil
	}
	if err != nil {
		return state{}, time.Time{}, false, err
	}
	st, moment, err = readData(content)
	if err != nil {
		return state{}, time.Time{}, false, fmt.Errorf("data file %s: %w", d.path, err)
	}
	return st, moment, true, nil
}

// readData reads an archive and the records after it.
func readData(content []byte) (state, time.Time, error) {
	line, rest, ok := cutLine(content)
	if !ok {
		return state{}, time.Time{}, errors.New("not a data file of a reference backend")
	}
	st, moment, err := readArchive(line)
	if err != nil {
		return state{}, time.Time{}, err
	}
	for number := 2; len(rest) > 0; number++ {
		if line, rest, ok = cutLine(rest); !ok {
			if !endsHere(rest) {
				return state{}, time.Time{}, fmt.Errorf("line %d is damaged, and others follow it", number)
			}
			break // never acknowledged: the process ended while it was written
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return state{}, time.Time{}, fmt.Errorf("line %d: %w", number, err)
		}
		if err := st.replay(r); err != nil {
			return state{}, time.Time{}, fmt.Errorf("line %d: %w", number, err)
		}
		moment = r.Moment
	}
	st.restorePools()
	return st, moment, nil
}

// cutLine returns the first line without its checksum, and what follows. Without a whole and undamaged line it
// returns everything as what follows.
func cutLine(content []byte) (line, rest []byte, ok bool) {
	line, rest, ok = bytes.Cut(content, []byte{'\n'})
	if !ok || len(line) <= checksumLength {
		return nil, content, false
	}
	sum, err := strconv.ParseUint(string(line[:checksumLength]), 16, 32)
	line = line[checksumLength+1:]
	if err != nil || sum != uint64(crc32.Checksum(line, checksums)) {
		return nil, content, false
	}
	return line, rest, true
}

// endsHere tells whether no whole line comes after a damaged one.
func endsHere(content []byte) bool {
	for len(content) > 0 {
		_, rest, _ := bytes.Cut(content, []byte{'\n'})
		if _, _, ok := cutLine(rest); ok {
			return false
		}
		content = rest
	}
	return true
}

// sealed is a line of the file.
func sealed(document []byte) []byte {
	line := fmt.Appendf(make([]byte, 0, len(document)+checksumLength+2), "%08x ", crc32.Checksum(document, checksums))
	return append(append(line, document...), '\n')
}

// rewrite replaces the file by one that holds nothing but an archive. The old one is there until the new one is whole.
func (d *dataFile) rewrite(archive []byte) error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	line := sealed(archive)
	if err := d.replace(line); err != nil {
		d.err = err
		return err
	}
	d.archived, d.recorded, d.synced = int64(len(line)), 0, d.written
	return nil
}

func (d *dataFile) replace(content []byte) error {
	fresh := d.path + ".new"
	if err := writeDurably(fresh, content); err != nil {
		return err
	}
	if d.file != nil {
		// Some systems do not rename onto a file that is open.
		if err := d.file.Close(); err != nil {
			return err
		}
		d.file = nil
	}
	if err := os.Rename(fresh, d.path); err != nil {
		return err
	}
	if err := syncDirectory(filepath.Dir(d.path)); err != nil {
		return err
	}
	var err error
	d.file, err = os.OpenFile(d.path, os.O_WRONLY|os.O_APPEND, 0)
	return err
}

// writeDurably writes a file that is on the disk when it returns. Only the owner may read it.
func writeDurably(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDirectory makes a rename last, where directories can be flushed.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}

// append writes a record, and returns its number. It is on the disk once sync has returned for that number.
func (d *dataFile) append(r record) (uint64, error) {
	document, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	line := sealed(document)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return 0, d.err
	}
	if _, err := d.file.Write(line); err != nil {
		d.err = err
		return 0, err
	}
	d.recorded += int64(len(line))
	d.written++
	return d.written, nil
}

// sync waits until all records up to a number are on the disk; 0 for none. Callers that wait at the same time share
// one flush.
func (d *dataFile) sync(number uint64) error {
	if d == nil || number == 0 {
		return nil
	}
	d.syncing.Lock()
	defer d.syncing.Unlock()
	d.mu.Lock()
	file, written, err := d.file, d.written, d.err
	d.mu.Unlock()
	if err != nil || d.synced >= number {
		return err
	}
	if err := file.Sync(); err != nil {
		d.fail(err)
		return err
	}
	d.synced = written
	return nil
}

// fail keeps everything from being written: after an error nobody knows what is on the disk.
func (d *dataFile) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

// failure is why nothing can be written any more; nil when all is well.
func (d *dataFile) failure() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// outgrown tells whether the records take more room than a new archive is likely to.
func (d *dataFile) outgrown() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.recorded > max(d.archived, compactAbove)
}

// close gives the file up. Nothing can be written after it.
func (d *dataFile) close() error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.file != nil {
		err = errors.Join(d.file.Sync(), d.file.Close())
	}
	d.file, d.err = nil, errors.New("the data file is closed")
	return errors.Join(err, d.lock.Unlock())
}

// openData takes over the account of a data file, or makes the file for the seeded account.
func (s *Server) openData(path string) error {
	data, err := openDataFile(path)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	saved, moment, found, err := data.load()
	if err == nil {
		s.data = data
		if found {
			s.replaceState(saved, moment)
		}
		err = s.compact()
	}
	if err != nil {
		return errors.Join(err, data.close())
	}
	return nil
}

// compact writes the whole state into the data file, if there is one, and follows it from there.
func (s *Server) compact() error {
	if s.data == nil {
		return nil
	}
	whole, err := s.archive()
	if err != nil {
		return err
	}
	if err := s.data.rewrite(whole); err != nil {
		return unsaved(err)
	}
	s.ledger = newLedger(&s.state)
	return nil
}

// save records what has changed, and returns the number of the record that a call has to wait for. What the clock or
// reads have changed is recorded too, but nobody waits for it: it would happen again.
func (s *Server) save(c *call) (number uint64) {
	if s.data == nil || !c.changed && !s.ledger.moved() {
		return 0
	}
	r, err := s.ledger.record(s.now)
	if err == nil {
		number, err = s.data.append(r)
	}
	if err == nil && s.data.outgrown() {
		err = s.compact()
	}
	if err != nil {
		s.data.fail(err)
	}
	if !c.changed {
		return 0
	}
	return max(number, 1)
}

// checkData refuses changes that could not be kept.
func (s *Server) checkData(c *call) error {
	if err := s.data.failure(); err != nil && c.mutates() {
		return unsaved(err)
	}
	return nil
}

// unsaved is the answer to a change that may not last.
func unsaved(err error) error {
	return refuse(http.StatusInternalServerError, "the data file cannot be written, so nothing is changed any more: %v", err)
}

// Close gives the data file up after everything is written to it; changes are refused from then on. Without a data
// file it does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.data == nil || s.data.failure() != nil {
		return nil
	}
	s.settle(s.moment())
	return errors.Join(s.compact(), s.data.close())
}
