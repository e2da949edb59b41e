//go:build unix

package datafile

import "syscall"

// hardLinks counts the names of a file.
func hardLinks(path string) (uint64, error) {
	var info syscall.Stat_t
	err := syscall.Stat(path, &info)
	return uint64(info.Nlink), err //nolint:unconvert // its type differs between systems
}
