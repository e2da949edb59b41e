package chaos

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// fault is a rule of the backend by which calls go wrong, as its admin endpoint takes it.
type fault struct {
	Operation   string `json:"operation,omitempty"`
	Nth         int    `json:"nth,omitempty"`
	Count       int    `json:"count,omitempty"`
	Status      int    `json:"status,omitempty"`
	Message     string `json:"message,omitempty"`
	RetryAfter  int    `json:"retry_after,omitempty"`
	HTML        bool   `json:"html,omitempty"`
	Reset       bool   `json:"reset,omitempty"`
	Commit      bool   `json:"commit,omitempty"`
	Truncate    bool   `json:"truncate,omitempty"`
	Latency     string `json:"latency,omitempty"`
	HideNew     int    `json:"hide_new,omitempty"`
	ShowDeleted int    `json:"show_deleted,omitempty"`
}

// String is the rule in few words.
func (f *fault) String() string {
	var what []string
	add := func(when bool, format string, args ...any) {
		if when {
			what = append(what, fmt.Sprintf(format, args...))
		}
	}
	add(f.Status != 0, "%d", f.Status)
	add(f.HTML, "502 HTML")
	add(f.Reset, "reset")
	add(f.Commit, "after commit")
	add(f.Truncate, "truncated")
	add(f.Latency != "", "late by %s", f.Latency)
	add(f.HideNew > 0, "hidden for %d reads", f.HideNew)
	add(f.ShowDeleted > 0, "shown for %d reads", f.ShowDeleted)
	return fmt.Sprintf("%s #%d x%d: %s", f.Operation, f.Nth, f.Count, strings.Join(what, ", "))
}

// paceRule makes objects fail or get stuck on their way, as the backend's admin endpoint takes it.
type paceRule struct {
	Flow    string `json:"flow,omitempty"`
	Count   int    `json:"count,omitempty"`
	StuckIn string `json:"stuck_in,omitempty"`
	FailAt  string `json:"fail_at,omitempty"`
}

// String is the rule in few words.
func (p paceRule) String() string {
	if p.StuckIn != "" {
		return p.Flow + " stuck in " + p.StuckIn
	}
	return p.Flow + " fails at " + p.FailAt
}

// operations are the requests that a resource type makes, by operationId.
type operations struct{ create, update, remove, read []string }

var operationsOf = map[string]operations{
	"raff_project":                   {[]string{"createProject"}, []string{"updateProject"}, []string{"deleteProject"}, []string{"getProject", "listProjects"}},
	"raff_vm":                        {[]string{"createVM"}, []string{"renameVM", "resizeVM", "addVMTag", "stopVM", "startVM"}, []string{"deleteVM"}, []string{"getVM", "listVMs"}},
	"raff_vm_note":                   {[]string{"upsertVMNote"}, []string{"upsertVMNote"}, []string{"updateVMNote"}, []string{"getVMNotes"}},
	"raff_vpc":                       {[]string{"createVPC"}, []string{"updateVPC"}, []string{"deleteVPC"}, []string{"getVPC", "listVPCs"}},
	"raff_vpc_attachment":            {[]string{"attachVMToVPC"}, nil, []string{"detachVMFromVPC"}, []string{"listVMNetworks"}},
	"raff_ip":                        {[]string{"reserveIP"}, nil, []string{"releaseIP"}, []string{"getIP", "listIPs"}},
	"raff_ip_attachment":             {[]string{"attachVMIP"}, nil, []string{"detachVMIP"}, []string{"getIP", "listVMNetworks"}},
	"raff_security_group":            {[]string{"createSecurityGroup"}, []string{"updateSecurityGroup"}, []string{"deleteSecurityGroup"}, []string{"getSecurityGroup", "listSecurityGroups"}},
	"raff_security_group_attachment": {[]string{"attachVMSecurityGroup"}, nil, []string{"detachVMSecurityGroup"}, []string{"listVMNetworks"}},
	"raff_volume":                    {[]string{"createVolume"}, []string{"resizeVolume"}, []string{"deleteVolume"}, []string{"getVolume", "listVolumes"}},
	"raff_volume_attachment":         {[]string{"attachVolume"}, nil, []string{"detachVolume"}, []string{"getVolume"}},
	"raff_snapshot":                  {[]string{"createSnapshot"}, []string{"renameSnapshot"}, []string{"deleteSnapshot"}, []string{"getSnapshot", "listSnapshots"}},
	"raff_backup":                    {[]string{"createBackup"}, nil, []string{"deleteBackup"}, []string{"getBackup", "listBackups"}},
	"raff_backup_schedule":           {[]string{"createBackupSchedule"}, []string{"updateBackupSchedule"}, []string{"deleteBackupSchedule"}, []string{"getBackupSchedule", "listBackupSchedules"}},
	"raff_ssh_key":                   {[]string{"createSSHKey"}, []string{"updateSSHKey"}, []string{"deleteSSHKey"}, []string{"getSSHKey", "listSSHKeys"}},
	"raff_role":                      {[]string{"createRole"}, []string{"updateRole"}, []string{"deleteRole"}, []string{"getRole", "listRoles"}},
	"raff_api_key":                   {[]string{"createApiKey"}, []string{"updateApiKey"}, []string{"revokeApiKey"}, []string{"getApiKey", "listApiKeys"}},
	"raff_member":                    {[]string{"addMember"}, []string{"updateMember"}, []string{"removeMember"}, []string{"getMember", "listMembers"}},
	"raff_project_member":            {[]string{"addProjectMember"}, []string{"updateProjectMember"}, []string{"removeProjectMember"}, []string{"getProjectMember", "listProjectMembers"}},
	"raff_invitation":                {[]string{"createAccountInvitation", "createProjectInvitation"}, nil, []string{"cancelInvitation"}, []string{"listMembers"}},
}

// unique are the types of which the API refuses a second object of the same name.
var unique = map[string]bool{
	"raff_project": true, "raff_vm": true, "raff_vpc": true, "raff_security_group": true, "raff_role": true,
	"raff_member": true, "raff_project_member": true, "raff_invitation": true,
}

func pick[T any](rng *rand.Rand, all ...T) T { return all[rng.IntN(len(all))] }

// chance is true in that many of a hundred cases.
func chance(rng *rand.Rand, percent int) bool { return rng.IntN(100) < percent }

// drawFaults draws what goes wrong with objects of some types in a step.
func drawFaults(rng *rand.Rand, types []string, s step) []fault {
	var drawn []fault
	taken := map[string]bool{}
	for range 1 + rng.IntN(4) {
		f := drawFault(rng, operationsOf[pick(rng, types...)], s)
		if f.Operation == "" || taken[f.Operation] {
			continue
		}
		taken[f.Operation] = true
		drawn = append(drawn, f)
	}
	return drawn
}

// drawFault draws what goes wrong with one operation: one that the step is likely to have.
func drawFault(rng *rand.Rand, of operations, s step) fault {
	from, changes := of.create, true
	n := rng.IntN(100)
	switch {
	case n < 20:
		from, changes = of.read, false
	case s.Does == destroyStep:
		from = of.remove
	case s.Edit == "":
	case n < 45:
		from = of.update
	case n < 70:
		from = of.remove
	}
	if len(from) == 0 {
		from = of.create
	}
	f := fault{Operation: pick(rng, from...), Nth: pick(rng, 1, 1, 1, 2), Count: 1}
	if changes {
		f.spoilChange(rng)
	} else {
		f.spoilRead(rng)
	}
	return f
}

// spoilChange lets a request that changes something go wrong.
func (f *fault) spoilChange(rng *rand.Rand) {
	refused := []int{429, 500, 502, 503, 504, 408, 499, 403}
	switch rng.IntN(10) {
	case 0, 1: // not carried out
		f.Status = pick(rng, refused...)
		f.Count = pick(rng, 1, 1, 2, 4)
	case 2:
		f.Status, f.Commit = pick(rng, 500, 502, 503, 504, 408, 499), true
	case 3:
		f.Reset = true
	case 4, 5:
		f.Reset, f.Commit = true, true
	case 6:
		f.HTML, f.Commit = true, chance(rng, 50)
	case 7:
		f.Truncate = true
	case 8:
		f.Latency = pick(rng, "50ms", "200ms", "600ms")
	case 9:
		f.HideNew = 1 + rng.IntN(3)
	}
	if f.removes() && chance(rng, 25) {
		f.ShowDeleted = 1 + rng.IntN(3)
	}
	if f.Commit && f.creates() && chance(rng, 30) {
		f.HideNew = 1 + rng.IntN(2)
	}
	if f.Status != 0 {
		f.Message = "injected"
	}
	if f.Status == 429 && chance(rng, 30) {
		f.RetryAfter = 1
	}
}

// removes tells whether the operation deletes an object.
func (f *fault) removes() bool {
	return slices.ContainsFunc([]string{"delete", "release", "revoke", "remove", "cancel"}, func(prefix string) bool {
		return strings.HasPrefix(f.Operation, prefix)
	})
}

// creates tells whether the operation makes an object of its own.
func (f *fault) creates() bool {
	return strings.HasPrefix(f.Operation, "create") || strings.HasPrefix(f.Operation, "reserve") || strings.HasPrefix(f.Operation, "add")
}

// spoilRead lets a read go wrong. Once is what retries, or a second look, get over.
func (f *fault) spoilRead(rng *rand.Rand) {
	f.Count = pick(rng, 1, 1, 2, 6)
	switch rng.IntN(7) {
	case 0:
		f.Status = pick(rng, 429, 500, 502, 503, 504)
	case 1:
		f.Status = 403
	case 2: // a replica that has not heard of the object yet
		f.Status, f.Count = 404, 1
	case 3:
		f.Reset = true
	case 4:
		f.HTML = true
	case 5:
		f.Truncate = true
	case 6:
		f.Latency = pick(rng, "50ms", "300ms")
	}
	if f.Status != 0 {
		f.Message = "injected"
	}
}

// drawPace draws objects that fail or get stuck while they are created.
func drawPace(rng *rand.Rand, types []string) []paceRule {
	switch pick(rng, types...) {
	case "raff_vm":
		return []paceRule{pick(rng,
			paceRule{Flow: "vm.create", Count: 1, StuckIn: "provisioning"},
			paceRule{Flow: "vm.create", Count: 1, FailAt: "active"},
			paceRule{Flow: "vm.create", Count: 1, FailAt: "booting"})}
	case "raff_volume":
		// One that is stuck cannot be deleted by anybody.
		return []paceRule{{Flow: "volume.create", Count: 1, FailAt: "available"}}
	case "raff_backup":
		return []paceRule{{Flow: "backup.create", Count: 1, FailAt: "ready"}}
	}
	return nil
}
