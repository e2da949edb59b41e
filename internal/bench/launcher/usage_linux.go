package launcher

import (
	"os"
	"os/exec"
	"syscall"
)

// Measures tells whether the usage of a process is known on this system.
const Measures = true

// usageOf is what a process that has ended has cost.
func usageOf(state *os.ProcessState) Usage {
	usage := Usage{CPU: state.UserTime() + state.SystemTime()}
	if r, ok := state.SysUsage().(*syscall.Rusage); ok {
		usage.Peak = r.Maxrss << 10 // KiB
	}
	return usage
}

// endTogether makes the kernel end the process where the launcher is killed.
func endTogether(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
