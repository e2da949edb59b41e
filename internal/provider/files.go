package provider

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// maxFileSize is far more than any file that the provider reads: the authorities of a whole system are a fifth of it.
const maxFileSize = 1 << 20

// readFile reads a whole file. A directory, a pipe, a device and anything larger than maxFileSize is an error, at once:
// some of these never end, and opening a pipe waits for its writer.
func readFile(name string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if kind := kindOf(info.Mode()); kind != "" {
		return nil, 0, fmt.Errorf("%s is %s; a regular file is expected", name, kind)
	}
	f, err := os.Open(name) // #nosec G304 -- the user names the file, or it is the CLI's
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()                             // only read
	content, err := io.ReadAll(io.LimitReader(f, maxFileSize+1)) // the size of Stat is not that of a file in /proc
	if err != nil {
		return nil, 0, err
	}
	if len(content) > maxFileSize {
		return nil, 0, fmt.Errorf("%s is larger than %d MiB; it is not the file that is expected", name, maxFileSize>>20)
	}
	return content, info.Mode(), nil
}

// kindOf says what a file is that is no regular one.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// othersMayRead tells whether the mode of a file lets others than its owner at it. Windows has no such modes.
func othersMayRead(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.Perm()&0o077 != 0
}
