package datafile

import (
	"errors"
	"os"
	"syscall"
)

// hardLinks counts the names of a file.
func hardLinks(path string) (uint64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	var info syscall.ByHandleFileInformation
	err = syscall.GetFileInformationByHandle(syscall.Handle(file.Fd()), &info)
	return uint64(info.NumberOfLinks), errors.Join(err, file.Close())
}
