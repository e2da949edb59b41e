package refbackend

import "strconv"

// States of a volume.
const (
	volumeAvailable = "available"
	volumeAttached  = "attached"
	volumeFailed    = "failed"
)

// filesystems are those of Linux, the default first; Windows has one of its own.
var filesystems = []string{"ext4", "xfs", "btrfs"}

const filesystemWindows = "ntfs"

// volume is a disk apart from those that VMs boot from.
type volume struct {
	ID         int
	Project    string
	Name       string
	Size       int // GiB
	Status     string
	Filesystem string // what it is formatted with at the first attachment
	VM         string // "" when detached
	Region     string
	stamps
}

var volumeNoun = noun{
	kind: "volume", name: "volume", plural: "volumes", integer: true,
	find: func(st *state, id string) (string, bool) {
		v, ok := st.volume(id)
		if !ok {
			return "", false
		}
		return v.Project, true
	},
	count: func(st *state, project string) int {
		return st.Volumes.count(func(v *volume) bool { return v.Project == project })
	},
	failed: volumeFailed,
}

func volumeOperations() []*operation { return nil }

// volume returns the volume with the id of a path.
func (st *state) volume(id string) (*volume, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Volumes.get(n)
}

// addVolume adds a volume in the state that it is handed in.
func (s *Server) addVolume(v volume) *volume {
	v.ID = s.state.IDs.integer(volumeNoun.kind)
	v.Region = regionCode
	v.stamps = s.stamped()
	s.state.Volumes.put(v.ID, &v)
	return &v
}

// volumesOf lists the volumes attached to a VM, oldest first.
func (st *state) volumesOf(vm string) []*volume {
	var out []*volume
	for v := range st.Volumes.where(func(v *volume) bool { return v.VM == vm }) {
		out = append(out, v)
	}
	return out
}

// detachVolume takes a volume off its VM.
func (s *Server) detachVolume(v *volume) {
	v.VM = ""
	v.Status = volumeAvailable
	v.UpdatedAt = s.now
}

// dropVolume removes a volume for good.
func (s *Server) dropVolume(v *volume) {
	s.cancel(&volumeNoun, strconv.Itoa(v.ID))
	s.state.Volumes.remove(v.ID)
}

// enterVolume takes a volume to a state when its time has come.
func (s *Server) enterVolume(id, status string) {
	v, ok := s.state.volume(id)
	switch {
	case !ok:
	case status == gone:
		s.dropVolume(v)
	default:
		v.Status, v.UpdatedAt = status, s.now
	}
}
