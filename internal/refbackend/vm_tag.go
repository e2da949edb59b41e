package refbackend

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

const maxTagName = 64

// tag is a label on a VM.
type tag struct {
	ID        string
	Name      string
	Priority  int // lower sorts first
	CreatedAt time.Time
}

func vmTagOperations() []*operation {
	return []*operation{
		vmOperation("addVMTag", http.MethodPost, "/tags", "vm.manage", requiredBody, (*Server).addVMTag),
		vmOperation("updateVMTag", http.MethodPatch, "/tags/{tagId}", "vm.manage", requiredBody, (*Server).updateVMTag),
		vmOperation("removeVMTag", http.MethodDelete, "/tags/{tagId}", "vm.manage", noBody, (*Server).removeVMTag),
	}
}

type tagBody struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Priority  int       `json:"priority"`
	CreatedAt time.Time `json:"created_at"`
}

type tagsBody struct {
	Success bool      `json:"success"`
	Tags    []tagBody `json:"tags"`
}

// showTags lists the tags of a VM by priority, equal ones as they were added.
func showTags(v *vm) []tagBody {
	shown := make([]tagBody, 0, len(v.Tags))
	for _, t := range v.Tags {
		shown = append(shown, tagBody(t))
	}
	slices.SortStableFunc(shown, func(a, b tagBody) int { return cmp.Compare(a.Priority, b.Priority) })
	return shown
}

func (s *Server) addTag(v *vm, name string, priority int) {
	v.Tags = append(v.Tags, tag{ID: s.state.IDs.uuid(), Name: name, Priority: priority, CreatedAt: s.now})
}

func (s *Server) addVMTag(c *call) (any, error) {
	v := s.vm(c)
	name := c.input.String("name").Required().Len(1, maxTagName).Value()
	priority := c.input.Int("priority").Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if len(v.Tags) >= maxTags {
		return nil, badRequest("name: a VM has at most %d tags", maxTags)
	}
	s.addTag(v, name, priority)
	v.UpdatedAt = s.now
	return tagsBody{true, showTags(v)}, nil
}

func (s *Server) updateVMTag(c *call) (any, error) {
	v := s.vm(c)
	at, err := findTag(v, c)
	if err != nil {
		return nil, err
	}
	t := v.Tags[at]
	t.Name = c.input.String("name").Len(1, maxTagName).Or(t.Name)
	t.Priority = c.input.Int("priority").Or(t.Priority)
	c.input.AtLeastOne("name", "priority")
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	v.Tags[at], v.UpdatedAt = t, s.now
	return tagsBody{true, showTags(v)}, nil
}

func (s *Server) removeVMTag(c *call) (any, error) {
	v := s.vm(c)
	at, err := findTag(v, c)
	if err != nil {
		return nil, err
	}
	v.Tags = slices.Delete(v.Tags, at, at+1)
	v.UpdatedAt = s.now
	return tagsBody{true, showTags(v)}, nil
}

// findTag finds the tag that the path names.
func findTag(v *vm, c *call) (int, error) {
	at := slices.IndexFunc(v.Tags, func(t tag) bool { return t.ID == c.params["tagId"] })
	if at < 0 {
		return 0, notFound("tag not found")
	}
	return at, nil
}
