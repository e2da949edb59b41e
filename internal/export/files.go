package export

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// readDir reads the files of a configuration in a directory, by their path below it, and what an export before has noted. There
// may be no such directory.
func readDir(dir string) (map[string][]byte, error) {
	found := map[string][]byte{}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir // of the CLI, or of version control
		case !entry.Type().IsRegular() || path.Ext(name) != ".tf" && name != recordName:
			return nil
		}
		content, err := root.ReadFile(name)
		found[name] = content
		return err
	})
	return found, err
}

// writeFiles writes files below a directory, each of them whole or not at all.
func writeFiles(dir string, content map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s is not below %s", name, dir)
		}
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), content[name]); err != nil {
			return err
		}
	}
	return nil
}

const (
	dirMode  = 0o755
	fileMode = 0o644
)

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), dirMode); err != nil { // #nosec G301 -- there is no secret in it
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), ".export-*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Chmod(fileMode), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
