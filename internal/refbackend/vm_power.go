package refbackend

import (
	"net/http"
	"time"
)

var (
	vmStart = flow{"vm.start", []stage{
		{vmBooting, 5 * time.Second, 20 * time.Second},
		{state: vmActive},
	}}
	vmStop = flow{"vm.stop", []stage{
		{vmFinalizing, 3 * time.Second, 15 * time.Second},
		{state: vmPassive},
	}}
	vmReboot = flow{"vm.reboot", []stage{
		{vmBooting, 5 * time.Second, 20 * time.Second},
		{state: vmActive},
	}}
)

func vmPowerOperations() []*operation {
	return []*operation{
		vmOperation("startVM", http.MethodPost, "/start", "vm.power", noBody, powerAction(vmPassive, vmStart, "VM started")),
		vmOperation("stopVM", http.MethodPost, "/stop", "vm.power", noBody, powerAction(vmActive, vmStop, "VM stopped")),
		vmOperation("rebootVM", http.MethodPost, "/reboot", "vm.power", noBody, powerAction(vmActive, vmReboot, "VM rebooted")),
		vmOperation("hardRebootVM", http.MethodPost, "/reboot-hard", "vm.power", noBody,
			powerAction(vmActive, vmReboot, "Hard reboot initiated")),
	}
}

// powerAction is the handler of a change that a VM goes through from one state.
func powerAction(from string, change flow, message string) handler {
	return func(s *Server, c *call) (any, error) {
		v := s.vm(c)
		if err := v.mustBe(from); err != nil {
			return nil, err
		}
		s.begin(&vmNoun, v.ID, change)
		return done("%s", message), nil
	}
}
