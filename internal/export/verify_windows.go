package export

import "os/exec"

// apart leaves a command as it is: it is ended where it is cancelled.
func apart(*exec.Cmd) {}

// endGroup has nothing to end.
func endGroup(*exec.Cmd) {}
