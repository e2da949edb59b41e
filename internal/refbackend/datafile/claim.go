package datafile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// maxSymlinks is how many symbolic links to a file that does not exist yet are followed.
const maxSymlinks = 40

// Claim takes possession of the data file of a name, which need not exist. It returns the path of the file itself, and what
// gives it up.
func Claim(name string) (path string, release func() error, err error) {
	path, err = realPath(name)
	if err != nil {
		return "", nil, fmt.Errorf("data file: %w", err)
	}
	lock, err := lockFile(path)
	if err != nil {
		return "", nil, fmt.Errorf("data file %s: %w", name, err)
	}
	return path, lock.Unlock, nil
}

// realPath finds the file that a name leads to, so that all names of it lead to one lock. The file need not exist, but
// its directory must. Nothing is shortened before links are followed: the parent of a link is not that of its target.
func realPath(name string) (string, error) {
	path := name
	for range maxSymlinks {
		found, err := filepath.EvalSymlinks(path)
		if err == nil {
			return filepath.Abs(found)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		directory, base := filepath.Split(path)
		if directory, err = filepath.EvalSymlinks(cmp.Or(directory, ".")); err != nil {
			return "", err
		}
		path = filepath.Join(directory, base)
		target, err := os.Readlink(path)
		if err != nil {
			return filepath.Abs(path) // no link: it is the file itself that does not exist
		}
		path = target
		if !filepath.IsAbs(target) {
			path = directory + string(filepath.Separator) + target
		}
	}
	return "", fmt.Errorf("%s: too many symbolic links", name)
}

// lockFile takes possession of the file of a path, which need not exist.
func lockFile(path string) (*flock.Flock, error) {
	info, err := os.Stat(path)
	exists := err == nil
	switch {
	case exists && !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	lock := flock.New(path + ".lock")
	ours, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("locking it: %w", err)
	case !ours:
		return nil, errors.New("it is in use by another backend")
	}
	if exists {
		// The file is replaced from time to time: each of its names would go on with a state of its own.
		names, err := hardLinks(path)
		if err == nil && names > 1 {
			err = fmt.Errorf("it has %d names (hard links), which would become different files: leave it one, "+
				"and make the others symbolic links", names)
		}
		if err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
	}
	return lock, nil
}
