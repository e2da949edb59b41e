package command

import (
	"os"
	"os/exec"
	"syscall"
)

// passedOn are the signals that are for the command.
var passedOn = []os.Signal{os.Interrupt, syscall.SIGTERM}

// prepare does nothing: what is typed at a console reaches all processes on it, and so does its end.
func prepare(*exec.Cmd) {}

// passOn does nothing, for the same reason. That the signal is taken keeps this process until the command has ended.
func passOn(*exec.Cmd, os.Signal) {}

// terminate ends a process, which cannot be asked to end itself.
func terminate(process *os.Process) error { return process.Kill() }

func endLeftovers(*exec.Cmd) {}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
