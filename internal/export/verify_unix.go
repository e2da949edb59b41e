//go:build unix

package export

import (
	"os"
	"os/exec"
	"syscall"
)

// apart gives a command a process group of its own: an interrupt that is typed at the terminal reaches this process only,
// which passes it on once. A second one would have the CLI leave its providers behind.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
}

// endGroup ends what a command has left behind.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // there is nothing left, as a rule
	}
}
