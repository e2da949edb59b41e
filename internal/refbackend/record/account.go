package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// account is the `recorded` part of a seed file. Its lists are what the API has answered.
type account struct {
	AccountID      string           `yaml:"account_id,omitempty"`
	Roles          []map[string]any `yaml:"roles,omitempty"`
	Projects       []map[string]any `yaml:"projects"`
	APIKeys        []map[string]any `yaml:"api_keys,omitempty"`
	Members        []map[string]any `yaml:"members,omitempty"`
	ProjectMembers []map[string]any `yaml:"project_members,omitempty"`
	SSHKeys        []map[string]any `yaml:"ssh_keys,omitempty"`
	Templates      []map[string]any `yaml:"templates,omitempty"` // that the backend does not offer
	VPCs           []map[string]any `yaml:"vpcs,omitempty"`
	SecurityGroups []map[string]any `yaml:"security_groups,omitempty"`
	IPs            []map[string]any `yaml:"ips,omitempty"`
	VMs            []map[string]any `yaml:"vms,omitempty"`
	VMNetworks     []map[string]any `yaml:"vm_networks,omitempty"`
	VMNotes        []map[string]any `yaml:"vm_notes,omitempty"`
	Volumes        []map[string]any `yaml:"volumes,omitempty"`
	Snapshots      []map[string]any `yaml:"snapshots,omitempty"`
	Schedules      []map[string]any `yaml:"backup_schedules,omitempty"`
	Backups        []map[string]any `yaml:"backups,omitempty"`
}

// lists are the lists of an account by the names that they have in the file.
func (a *account) lists() map[string]*[]map[string]any {
	return map[string]*[]map[string]any{
		"roles": &a.Roles, "projects": &a.Projects, "api_keys": &a.APIKeys, "members": &a.Members,
		"project_members": &a.ProjectMembers, "ssh_keys": &a.SSHKeys, "templates": &a.Templates, "vpcs": &a.VPCs,
		"security_groups": &a.SecurityGroups, "ips": &a.IPs, "vms": &a.VMs, "vm_networks": &a.VMNetworks, "vm_notes": &a.VMNotes,
		"volumes": &a.Volumes, "snapshots": &a.Snapshots, "backup_schedules": &a.Schedules, "backups": &a.Backups,
	}
}

// newAccount puts together what was read. offered are the ids of the templates that every backend has.
func newAccount(lists map[string][]item, volumeOf map[string]string, offered map[string]bool) *account {
	objects := func(operation string) []map[string]any {
		var out []map[string]any
		for _, found := range lists[operation] {
			out = append(out, copyOf(found.value))
		}
		return out
	}
	a := &account{
		Roles: objects("listRoles"), Projects: objects("listProjects"), Members: objects("listMembers"),
		SSHKeys: objects("listSSHKeys"), VPCs: objects("listVPCs"), SecurityGroups: objects("listSecurityGroups"),
		IPs: objects("listIPs"), VMs: objects("listVMs"), Volumes: objects("listVolumes"), Schedules: objects("listBackupSchedules"),
		Backups: objects("listBackups"), APIKeys: objects("listApiKeys"), Snapshots: objects("listSnapshots"),
	}
	for _, p := range a.Projects {
		if id, ok := p["account_id"].(string); ok {
			a.AccountID = id
		}
	}
	for _, k := range a.APIKeys {
		id, _ := identifier(k)
		k["secret"] = secretOf(id)
	}
	for _, s := range a.Snapshots {
		id, _ := identifier(s)
		if volume, err := strconv.Atoi(volumeOf[id]); err == nil {
			s["volume_id"] = volume
		}
	}
	for _, found := range lists["listProjectMembers"] {
		m := copyOf(found.value)
		m["project_id"] = found.parents[0]
		a.ProjectMembers = append(a.ProjectMembers, m)
	}
	for _, t := range objects("listTemplates") {
		if id, _ := identifier(t); !offered[id] {
			a.Templates = append(a.Templates, t)
		}
	}
	a.addDetails(lists)
	return a
}

// addDetails adds what is about single VMs.
func (a *account) addDetails(lists map[string][]item) {
	interfaces := map[string][]any{}
	for _, found := range lists["listVMNetworks"] {
		interfaces[found.parents[0]] = append(interfaces[found.parents[0]], copyOf(found.value))
	}
	for _, v := range a.VMs {
		if id, _ := identifier(v); interfaces[id] != nil {
			a.VMNetworks = append(a.VMNetworks, map[string]any{"vm_id": id, "interfaces": interfaces[id]})
		}
	}
	for _, found := range lists["getVMNotes"] {
		for _, kind := range []string{"account_note", "personal_note"} {
			if note, ok := found.value[kind].(map[string]any); ok {
				a.VMNotes = append(a.VMNotes, copyOf(note))
			}
		}
	}
}

// copyOf is an object with its numbers as YAML writes them.
func copyOf(object map[string]any) map[string]any {
	out := map[string]any{}
	for field, value := range object {
		out[field] = plain(value)
	}
	return out
}

func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return copyOf(value)
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = plain(value[i])
		}
		return out
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		f, _ := value.Float64()
		return f
	}
	return value
}

// objects counts what is in the lists.
func (a *account) objects() map[string]int {
	counts := map[string]int{}
	for name, list := range a.lists() {
		if len(*list) > 0 {
			counts[name] = len(*list)
		}
	}
	return counts
}

// remove takes the object out of which a path of the seed file tells, like "recorded.vms[3].status", and returns what
// it was; false when the path names none.
func (a *account) remove(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "recorded.")
	name, rest, found := strings.Cut(rest, "[")
	index, _, _ := strings.Cut(rest, "]")
	at, err := strconv.Atoi(index)
	list := a.lists()[name]
	if !ok || !found || err != nil || list == nil || at < 0 || at >= len(*list) {
		return "", false
	}
	object := (*list)[at]
	what := name
	for _, field := range []string{"name", "vm_id", "ip_address", "id"} {
		if object[field] != nil {
			what += fmt.Sprintf(" %v", object[field])
			break
		}
	}
	*list = append((*list)[:at:at], (*list)[at+1:]...)
	return what, true
}

// file is the seed file.
func (a *account) file(comments []string) ([]byte, error) {
	var out bytes.Buffer
	for _, line := range comments {
		fmt.Fprintf(&out, "# %s\n", strings.Join(strings.Fields(line), " "))
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(map[string]any{"recorded": a}); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
