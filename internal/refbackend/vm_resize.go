package refbackend

import (
	"net/http"
	"time"
)

// vmResize boots the VM: the platform does so by itself after a change of plan.
var vmResize = flow{"vm.resize", []stage{
	{vmBooting, 10 * time.Second, 30 * time.Second},
	{state: vmActive},
}}

func vmResizeOperations() []*operation {
	return []*operation{
		vmOperation("resizeVM", http.MethodPost, "/resize", "vm.manage", requiredBody, (*Server).resizeVM),
		vmOperation("resizeVMDisk", http.MethodPost, "/disk/resize", "vm.manage", requiredBody, (*Server).resizeVMDisk),
	}
}

// resizeBody is the answer of a resize. It carries billing details for subscriptions only, which this account has none of.
type resizeBody struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
	ID      string `json:"id"`
}

// resizeVM changes the plan. The OS disk keeps its size where the new plan includes less.
func (s *Server) resizeVM(c *call) (any, error) {
	v := s.vm(c)
	p := readPlan(c.input)
	total := max(v.totalStorage(), p.disk)
	checkPlan(c.input, "pricing_id", p, s.state.templateOf(v.Template), total)
	if p.id == v.Plan {
		c.input.Fail("pricing_id", "the VM has this plan already")
	}
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmPassive); err != nil {
		return nil, err
	}
	v.Plan, v.Storage, v.AddedStorage = p.id, p.disk, total-p.disk
	s.begin(&vmNoun, v.ID, vmResize)
	return resizeBody{true, "VM resized", v.ID}, nil
}

// resizeVMDisk grows the OS disk.
func (s *Server) resizeVMDisk(c *call) (any, error) {
	v := s.vm(c)
	size := c.input.Int("new_size").Required().Min(1).Value()
	if size <= v.totalStorage() {
		c.input.Fail("new_size", "must be larger than the current size, %d GB", v.totalStorage())
	}
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmPassive); err != nil {
		return nil, err
	}
	v.AddedStorage, v.UpdatedAt = size-v.Storage, s.now
	return resizeBody{true, "VM disk resized", v.ID}, nil
}
