package refbackend

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// States of a VM.
const (
	vmInitiating   = "initiating"
	vmProvisioning = "provisioning"
	vmBooting      = "booting"
	vmActive       = "active"
	vmPassive      = "passive"
	vmFinalizing   = "finalizing"
	vmFailure      = "failure"
)

var vmStates = []string{
	vmActive, vmPassive, vmProvisioning, vmBooting, vmInitiating, vmFinalizing, vmFailure,
}

// vm is a virtual machine.
type vm struct {
	ID            string
	Project       string
	Name          string
	Status        string
	Region        string
	Plan          int
	Storage       int // GB that the plan includes
	AddedStorage  int // GB of the OS disk beyond the plan
	Template      string
	FirstTemplate string // what a factory reset goes back to
	CreatedBy     string
	NICs          []nic // by id
	NextNIC       int
	Tags          []tag // as added
	Deletion      *deletion
	Earlier       string // the state to return to after a backup or restore; "" when none is under way
	Series        int    // the series that the next backup builds on; 0 for a new one
	ConsoleMFA    bool   // API keys cannot open the console
	stamps
}

// totalStorage is the size of the OS disk, which never shrinks.
func (v *vm) totalStorage() int { return v.Storage + v.AddedStorage }

var vmNoun = noun{
	kind: "vm", name: "VM", plural: "VMs",
	find: func(st *state, id string) (string, bool) {
		v, ok := st.VMs.Get(id)
		if !ok {
			return "", false
		}
		return v.Project, true
	},
	count: func(st *state, project string) int {
		return st.VMs.Count(func(v *vm) bool { return v.Project == project })
	},
	failed: vmFailure,
}

const (
	vmsPath = "/api/v1/vms"
	vmPath  = vmsPath + "/{id}"
)

// vmOperation is an operation on one VM that changes it.
func vmOperation(id, method, path, permission string, body bodyRule, handle handler) *operation {
	return &operation{
		id: id, method: method, path: vmPath + path, kind: mutation, on: &vmNoun, permission: permission, body: body,
		handle: handle,
	}
}

func vmOperations() []*operation {
	return []*operation{
		{
			id: "listVMs", method: http.MethodGet, path: vmsPath, kind: list, permission: "vm.view", page: 20,
			query: []filter{
				{name: "project_id", uuid: true}, {name: "region", values: []string{regionCode}}, {name: "status", values: vmStates},
			},
			handle: (*Server).listVMs,
		},
		{
			id: "createVM", method: http.MethodPost, path: vmsPath, kind: mutation, permission: "vm.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createVM,
		},
		{
			id: "getVM", method: http.MethodGet, path: vmPath, kind: get, on: &vmNoun, permission: "vm.view",
			handle: (*Server).getVM,
		},
		{
			id: "deleteVMsBulk", method: http.MethodDelete, path: vmsPath + "/bulk", kind: mutation, permission: "vm.delete",
			body: requiredBody, handle: (*Server).deleteVMsBulk,
		},
		vmOperation("deleteVM", http.MethodDelete, "", "vm.delete", optionalBody, (*Server).deleteVM),
		vmOperation("renameVM", http.MethodPatch, "/rename", "vm.manage", requiredBody, (*Server).renameVM),
		vmOperation("setVMConsolePolicy", http.MethodPatch, "/console-policy", "vm.manage", requiredBody, (*Server).setConsolePolicy),
	}
}

type vmBody struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	Status          string    `json:"status"`
	CPU             int       `json:"cpu"`
	RAM             int       `json:"ram"`
	Storage         int       `json:"storage"`
	AddedStorage    int       `json:"added_storage"`
	TotalStorage    int       `json:"total_storage"`
	TemplateID      string    `json:"template_id"`
	TemplateName    string    `json:"template_name"`
	TemplateVersion string    `json:"template_version"`
	PricePerHour    string    `json:"price_per_hour"`
	PricingID       int       `json:"pricing_id"`
	CreatedBy       string    `json:"created_by"`
	BillingType     string    `json:"billing_type"`
	BackupType      *string   `json:"backup_type"`
	Region          string    `json:"region"`
	ProjectID       string    `json:"project_id"`
	PublicIPv4      string    `json:"public_ipv4_address,omitempty"`
	PublicIPv6      *string   `json:"public_ipv6_address"`
	PrivateIPv4     string    `json:"private_ipv4_address,omitempty"`
	PrivateIPv6     *string   `json:"private_ipv6_address"`
	Tags            []tagBody `json:"tags"`
	Active          bool      `json:"active"`
	ConsoleMFA      bool      `json:"console_require_mfa"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
}

func (s *Server) showVM(v *vm) any {
	p := planOf(v.Plan)
	t := s.state.templateOf(v.Template)
	body := vmBody{
		ID:              v.ID,
		Name:            v.Name,
		Status:          v.Status,
		CPU:             p.vcpu,
		RAM:             p.memory,
		Storage:         v.Storage,
		AddedStorage:    v.AddedStorage,
		TotalStorage:    v.totalStorage(),
		TemplateID:      v.Template,
		TemplateName:    t.name,
		TemplateVersion: t.version,
		PricePerHour:    hourlyText(p.monthly + float64(v.AddedStorage)*priceVolumeGB),
		PricingID:       v.Plan,
		CreatedBy:       v.CreatedBy,
		BillingType:     "payg",
		BackupType:      s.state.scheduleType(v.ID),
		Region:          v.Region,
		ProjectID:       v.Project,
		Tags:            showTags(v),
		Active:          v.Status == vmActive,
		ConsoleMFA:      v.ConsoleMFA,
		CreatedAt:       v.CreatedAt,
		UpdatedAt:       v.UpdatedAt,
	}
	if n, ok := v.primaryNIC(); ok {
		body.PublicIPv4 = n.Address.String()
	}
	if n, ok := v.firstNIC(nicVPC); ok {
		body.PrivateIPv4 = n.Address.String()
	}
	if n, ok := v.firstNIC(nicIPv6); ok {
		address := n.Address.String()
		body.PublicIPv6 = &address
	}
	return body
}

func (s *Server) listVMs(c *call) (any, error) {
	matching := func(v *vm) bool {
		return c.matches("project_id", v.Project) && c.matches("region", v.Region) && c.matches("status", v.Status)
	}
	return listing[*vm]{
		noun:    &vmNoun,
		id:      func(v *vm) string { return v.ID },
		project: func(v *vm) string { return v.Project },
		show:    s.showVM,
	}.answer(s, c, s.state.VMs.Where(matching)), nil
}

func (s *Server) getVM(c *call) (any, error) { return data(s.showVM(s.vm(c))), nil }

func (s *Server) renameVM(c *call) (any, error) {
	name := c.input.String("name").Required().Len(1, 64).Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	v := s.vm(c)
	if err := s.checkVMName(name, v.ID); err != nil {
		return nil, err
	}
	v.Name, v.UpdatedAt = name, s.now
	return done("VM renamed"), nil
}

// setConsolePolicy says whether the console needs a second factor, which no API key has. It is no part of a create.
func (s *Server) setConsolePolicy(c *call) (any, error) {
	required := c.input.Bool("console_require_mfa").Required()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	v := s.vm(c)
	if v.Deletion != nil {
		return nil, conflict("VM %q is being deleted", v.Name)
	}
	v.ConsoleMFA, v.UpdatedAt = required.Value(), s.now
	return done("VM console policy updated"), nil
}

// vm is the VM that the path names; the server has found it before.
func (s *Server) vm(c *call) *vm {
	v, _ := s.state.VMs.Get(c.id())
	return v
}

// readVM finds the VM that a body names; it must lie in the call's project. A field that was not sent finds none.
func (s *Server) readVM(c *call, field input.StringField) (*vm, bool) {
	if !field.Sent() {
		return nil, false
	}
	v, ok := s.state.VMs.Get(field.Value())
	if !ok || v.Project != c.project {
		c.input.Fail(field.Name(), "no such VM in this project")
		return nil, false
	}
	return v, true
}

// occupy makes a VM show provisioning until it is released.
func (s *Server) occupy(v *vm) {
	v.Earlier = v.Status
	v.Status, v.UpdatedAt = vmProvisioning, s.now
}

// release lets a VM return to the state in which it was occupied. One that was deleted, or is about to be, stays as it
// is.
func (s *Server) release(id string) {
	v, ok := s.state.VMs.Get(id)
	if !ok || v.Earlier == "" {
		return
	}
	if v.Status == vmProvisioning {
		v.Status, v.UpdatedAt = v.Earlier, s.now
	}
	v.Earlier = ""
}

// checkVMName refuses a name that another VM of the account has.
func (s *Server) checkVMName(name, self string) error {
	taken := func(v *vm) bool { return v.Name == name && v.ID != self }
	if _, ok := s.state.VMs.First(taken); ok {
		return conflict("a VM named %q already exists", name)
	}
	return nil
}

// mustBe refuses a change that the VM's state does not allow.
func (v *vm) mustBe(states ...string) error {
	if v.Deletion != nil {
		return conflict("VM %q is being deleted", v.Name)
	}
	if !slices.Contains(states, v.Status) {
		return conflict("VM %q must be %s, it is %s", v.Name, strings.Join(states, " or "), v.Status)
	}
	return nil
}

// enterVM takes a VM to a state when its time has come.
func (s *Server) enterVM(id, status string) {
	v, ok := s.state.VMs.Get(id)
	switch {
	case !ok:
	case status == gone:
		s.removeVM(v)
	case status == vmFailure:
		v.Status, v.UpdatedAt = status, s.now
		v.Deletion = nil // what failed may be tried again
	default:
		v.Status, v.UpdatedAt = status, s.now
	}
}
