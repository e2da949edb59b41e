package chaos

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Instance is one object that a state holds.
type Instance struct {
	Workspace string
	Address   string
	Key
	Tainted bool
	Deposed bool
	// VPC is the vpc_id of a VM: the interface in it is the VM's own, and no attachment.
	VPC string
}

// State is what the states of all workspaces hold together.
type State []Instance

// holders are the instances by what they hold.
func (s State) holders() map[Key][]Instance {
	held := map[Key][]Instance{}
	for _, i := range s {
		held[i.Key] = append(held[i.Key], i)
	}
	return held
}

// at are the instances by workspace and address.
func (s State) at() map[string]Instance {
	found := map[string]Instance{}
	for _, i := range s {
		if !i.Deposed {
			found[i.Workspace+" "+i.Address] = i
		}
	}
	return found
}

type stateFile struct {
	Resources []struct {
		Module, Mode, Type, Name string
		Instances                []struct {
			IndexKey   any    `json:"index_key"`
			Status     string `json:"status"`
			Deposed    string `json:"deposed"`
			Attributes struct {
				ID    string `json:"id"`
				VPCID string `json:"vpc_id"`
			} `json:"attributes"`
		} `json:"instances"`
	} `json:"resources"`
}

// readState reads a state file. One that is missing holds nothing, and so does an empty one, unless it has a backup:
// Terraform empties the file before it writes it, and was killed in between.
func readState(workspace, file string) (State, error) {
	content, err := os.ReadFile(file) // #nosec G304 -- a file of the run's own directory
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err == nil && len(content) == 0 {
		if _, err := os.Stat(file + ".backup"); err == nil {
			return nil, fmt.Errorf("the state of %s was cut off", workspace)
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseState(workspace, content)
}

func parseState(workspace string, content []byte) (State, error) {
	var file stateFile
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("the state of %s: %w", workspace, err)
	}
	var found State
	for _, r := range file.Resources {
		if r.Mode != "managed" || !strings.HasPrefix(r.Type, "raff_") {
			continue
		}
		for _, i := range r.Instances {
			instance := Instance{
				Workspace: workspace, Address: address(r.Module, r.Type, r.Name, i.IndexKey), Key: Key{r.Type, i.Attributes.ID},
				Tainted: i.Status == "tainted", Deposed: i.Deposed != "",
			}
			if r.Type == "raff_vm" {
				instance.VPC = i.Attributes.VPCID
			}
			found = append(found, instance)
		}
	}
	return found, nil
}

func address(module, typ, name string, key any) string {
	a := typ + "." + name
	if module != "" {
		a = module + "." + a
	}
	switch key := key.(type) {
	case string:
		return fmt.Sprintf("%s[%q]", a, key)
	case float64:
		return fmt.Sprintf("%s[%d]", a, int(key))
	}
	return a
}
