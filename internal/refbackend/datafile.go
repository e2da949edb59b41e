package refbackend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/datafile"
)

// The data file keeps an account over restarts: what the API has acknowledged is on the disk, and what it has refused
// is not. Each change is appended; once the changes outgrow the archive before them, the file is replaced by a new
// archive.
//
// It is not kept in bbolt, which has checksums for its two meta pages only: of the single flipped bits that reached its
// data, 19 of 20 gave a wrong account without a word, and others ended the process or made it hang. With checksums and
// numbers of our own on top, it would have spared about 200 lines here, and none of what tracks changes, takes the lock,
// refuses requests and tests all that. It writes no faster (both wait for the disk), no human can read its file, and it
// would be one module and 8,000 lines more in the released binary.

// compactAbove is the least size of all changes, in bytes, that makes a new archive worth its while.
const compactAbove = 4 << 20

// errClosed is why nothing is written after the end.
var errClosed = errors.New("the data file is closed")

// disk is what is written to: an open file.
type disk interface {
	io.WriteCloser
	Sync() error
}

type dataFile struct {
	name    string // as the user wrote it
	path    string // of the file itself
	release func() error
	told    func(error) // of the failure; nil: nobody

	mu       sync.Mutex // guards all below; the server's lock is taken before it, never after
	file     disk
	archived int64  // size of the archive
	appended int64  // size of the changes
	written  uint64 // the last change
	err      error  // why nothing can be written any more

	syncing sync.Mutex // held while the file is flushed; taken before mu, and after the server's lock
	synced  uint64     // the last change that is on the disk
	durable int64      // size of the file up to it; 0 until this process has written
}

// openDataFile takes possession of a data file, which need not exist.
func openDataFile(name string) (*dataFile, error) {
	path, release, err := datafile.Claim(name)
	if err != nil {
		return nil, err
	}
	return &dataFile{name: name, path: path, release: release}, nil
}

// load reads what the file holds; false when there is no file.
func (d *dataFile) load() (saved savedState, found bool, err error) {
	content, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return savedState{}, false, nil
	}
	if err == nil {
		saved, err = readData(content)
	}
	if err != nil {
		return savedState{}, false, fmt.Errorf("data file %s: %w", d.name, err)
	}
	d.written, d.synced = saved.sequence, saved.sequence
	return saved, true, nil
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
	if err := d.replace(datafile.Line{Sequence: d.written, Document: archive}.Encode()); err != nil {
		d.giveUp(err)
		return d.err
	}
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
	d.archived, d.appended, d.durable = int64(len(content)), 0, int64(len(content))
	if err := syncDirectory(filepath.Dir(d.path)); err != nil {
		return err
	}
	d.synced = d.written
	file, err := os.OpenFile(d.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	d.file = file
	return nil
}

// writeDurably writes a file that is on the disk when it returns. Only the owner may read it.
func writeDurably(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(path) // it may be in the way of others, on a full disk
	}
	return err
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

// append writes a change, and returns its number. It is on the disk once sync has returned for that number. After an
// error, the caller gives the file up with fail.
func (d *dataFile) append(saved change) (uint64, error) {
	document, err := json.Marshal(saved)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return 0, d.err
	}
	line := datafile.Line{Sequence: d.written + 1, Document: document}.Encode()
	if _, err := d.file.Write(line); err != nil {
		return 0, err
	}
	d.appended += int64(len(line))
	d.written++
	return d.written, nil
}

// sync waits until all changes up to a number are on the disk; 0 for none. Callers that wait at the same time share
// one flush.
func (d *dataFile) sync(number uint64) error {
	if d == nil || number == 0 {
		return nil
	}
	d.syncing.Lock()
	defer d.syncing.Unlock()
	if d.synced >= number {
		return nil
	}
	d.mu.Lock()
	file, written, size, err := d.file, d.written, d.archived+d.appended, d.err
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.giveUp(err)
		return d.err
	}
	d.synced, d.durable = written, size
	return nil
}

// fail gives the file up; all that came later than the first failure is forgotten.
func (d *dataFile) fail(err error) {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.giveUp(err)
}

// giveUp keeps everything from being written, and takes back what was not acknowledged: after a restart, it is as if it
// had never been asked for. Both locks are held.
func (d *dataFile) giveUp(err error) {
	if d.err != nil {
		return
	}
	d.err = fmt.Errorf("the data file %s cannot be written: %w", d.name, err)
	if err := d.takeBack(); err != nil {
		d.err = fmt.Errorf("%w. What was refused may be there after a restart: %w", d.err, err)
	}
	if d.told != nil {
		d.told(d.err)
	}
}

// takeBack cuts off what is not known to be on the disk.
func (d *dataFile) takeBack() error {
	if d.durable == 0 {
		return nil // nothing in the file is by this process
	}
	info, err := os.Stat(d.path)
	if err != nil || info.Size() <= d.durable {
		return err
	}
	return os.Truncate(d.path, d.durable)
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

// outgrown tells whether the changes take more room than a new archive is likely to.
func (d *dataFile) outgrown() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.appended > max(d.archived, compactAbove)
}

// close gives the file up. Nothing can be written after it. It returns why something could not be.
func (d *dataFile) close() error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if errors.Is(d.err, errClosed) {
		return nil
	}
	err := d.err
	if d.file != nil {
		if err == nil {
			err = d.file.Sync()
		}
		if closed := d.file.Close(); err == nil {
			err = closed
		}
	}
	d.file, d.err = nil, errClosed
	return errors.Join(err, d.release())
}
