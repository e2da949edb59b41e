package refbackend

import (
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// vmDelete shuts a VM down before it is gone.
var vmDelete = flow{"vm.delete", []stage{
	{vmFinalizing, 3 * time.Second, 10 * time.Second},
	{state: gone},
}}

// deletion is what goes with a VM that is being deleted.
type deletion struct {
	DropVolumes bool
	DropVPC     bool
}

const (
	volumesDetach = "detach"
	volumesDelete = "delete"

	maxBulk = 50
)

// readDeletion reads what is to go with a VM. The defaults are the dangerous ones of the API description.
func readDeletion(in *input.Fields) *deletion {
	action := in.String("volume_action").OneOf(volumesDetach, volumesDelete).Or(volumesDelete)
	return &deletion{DropVolumes: action == volumesDelete, DropVPC: in.Bool("delete_vpc").Or(true)}
}

func (s *Server) deleteVM(c *call) (any, error) {
	what := readDeletion(c.input)
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := s.beginVMDelete(s.vm(c), what); err != nil {
		return nil, err
	}
	return done("VM deleted"), nil
}

// beginVMDelete deletes a VM in whatever state it is.
func (s *Server) beginVMDelete(v *vm, what *deletion) error {
	if v.Deletion != nil {
		return conflict("VM %q is being deleted", v.Name)
	}
	v.Deletion = what
	s.begin(&vmNoun, v.ID, vmDelete)
	return nil
}

// removeVM ends a VM: its snapshots, schedules and notes go with it. Its backups stay, those in the making as failed, unless
// the options say otherwise. Volumes and VPC go as the deletion says.
func (s *Server) removeVM(v *vm) {
	for _, attached := range s.state.volumesOf(v.ID) {
		if v.Deletion.DropVolumes {
			s.dropVolume(attached)
		} else {
			s.detachVolume(attached)
		}
	}
	for len(v.NICs) > 0 {
		n := v.NICs[0]
		s.disconnect(v, n)
		if n.Type == nicVPC && v.Deletion.DropVPC {
			s.dropUnusedVPC(n.VPC)
		}
	}
	s.removeVMSnapshots(v.ID)
	if s.options.BackupsGoWithVM {
		s.removeBackups(v.ID)
	}
	s.abandonBackups(v.ID)
	s.removeSchedules(v.ID)
	s.removeNotes(v.ID)
	s.state.VMs.Remove(v.ID)
}

// dropUnusedVPC removes a VPC unless other VMs use it.
func (s *Server) dropUnusedVPC(id string) {
	if v, ok := s.state.VPCs.Get(id); ok && len(v.Leases) == 0 {
		s.state.VPCs.Remove(id)
	}
}

type bulkItemBody struct {
	ID      string `json:"id"`
	Success bool   `json:"success"`
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

type bulkBody struct {
	Success bool           `json:"success"`
	Message string         `json:"message"`
	Total   int            `json:"total_count"`
	Good    int            `json:"success_count"`
	Bad     int            `json:"failed_count"`
	Results []bulkItemBody `json:"results"`
}

// deleteVMsBulk deletes VMs of one project, each judged by itself.
func (s *Server) deleteVMsBulk(c *call) (any, error) {
	ids := c.input.Strings("ids").Required().Count(1, maxBulk).EachUUID().Value()
	what := readDeletion(c.input)
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	answer := bulkBody{Total: len(ids)}
	for _, id := range ids {
		item := s.deleteOneOfMany(c, id, *what)
		if item.Success {
			answer.Good++
		} else {
			answer.Bad++
		}
		answer.Results = append(answer.Results, item)
	}
	answer.Success = answer.Good > 0
	answer.Message = "VMs deleted"
	if answer.Bad > 0 {
		answer.Message = "some VMs were not deleted"
	}
	return answer, nil
}

func (s *Server) deleteOneOfMany(c *call, id string, what deletion) bulkItemBody {
	v, ok := s.state.VMs.Get(id)
	if !ok || v.Project != c.project {
		return bulkItemBody{ID: id, Error: "VM not found"}
	}
	if err := s.beginVMDelete(v, &what); err != nil {
		return bulkItemBody{ID: id, Error: asAPIError(err).message}
	}
	return bulkItemBody{ID: id, Success: true, Message: "VM deleted"}
}
