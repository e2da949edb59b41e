//go:build unix

package command

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// leftoverDelay is how long processes that a command leaves behind have to end after they were told to.
	leftoverDelay = 3 * time.Second
	// leftoverLook is how long they are given between two looks.
	leftoverLook = 20 * time.Millisecond
	// signalBase is what shells add to the number of a signal that has ended a command.
	signalBase = 128
)

// passedOn are the signals that are for the command.
var passedOn = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// prepare gives a command a process group of its own, so that what it leaves behind can be ended. Where the terminal is
// ours, the command has to share it: only so can it ask questions, and Ctrl-C and Ctrl-Z reach both.
func prepare(cmd *exec.Cmd) {
	if !ownsTerminal() {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
}

// ownsTerminal tells whether this process is in the foreground of its terminal.
func ownsTerminal() bool {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP) //nolint:gosec // a descriptor is small
	return errors.Join(err, terminal.Close()) == nil && group == unix.Getpgrp()
}

func hasGroup(cmd *exec.Cmd) bool { return cmd.SysProcAttr != nil && cmd.SysProcAttr.Setpgid }

// passOn passes a signal on to the command. What is typed at a terminal, the terminal sends to all that share it: a second
// interrupt would have Terraform give up what it does.
func passOn(cmd *exec.Cmd, received os.Signal) {
	typed := received == syscall.SIGINT || received == syscall.SIGQUIT
	if typed && !hasGroup(cmd) {
		return
	}
	_ = cmd.Process.Signal(received) // one that has ended needs none
}

func terminate(process *os.Process) error { return process.Signal(syscall.SIGTERM) }

// endLeftovers ends what is left of the command's process group.
func endLeftovers(cmd *exec.Cmd) {
	if !hasGroup(cmd) {
		return
	}
	group := -cmd.Process.Pid
	if syscall.Kill(group, syscall.SIGTERM) != nil {
		return // there is nothing left
	}
	look := time.NewTicker(leftoverLook)
	defer look.Stop()
	for deadline := time.Now().Add(leftoverDelay); time.Now().Before(deadline); <-look.C {
		if errors.Is(syscall.Kill(group, 0), syscall.ESRCH) {
			return
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
}

// exitCode is the exit code of a command as shells give it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return signalBase + int(status.Signal())
	}
	return state.ExitCode()
}
