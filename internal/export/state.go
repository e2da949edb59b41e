package export

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// stateVersion is the version of the states that Terraform has written since 0.12, and OpenTofu ever since.
const stateVersion = 4

// stateFile is a state as `terraform state pull` writes it, as far as it is needed.
type stateFile struct {
	Version   int             `json:"version"`
	Resources []stateResource `json:"resources"`
	Encrypted json.RawMessage `json:"encrypted_data"`
}

type stateResource struct {
	Module    string          `json:"module"`
	Mode      string          `json:"mode"`
	Type      string          `json:"type"`
	Name      string          `json:"name"`
	Provider  string          `json:"provider"`
	Instances []stateInstance `json:"instances"`
}

type stateInstance struct {
	IndexKey      json.RawMessage `json:"index_key"` // a number of count, or a text of for_each
	Status        string          `json:"status"`
	Deposed       string          `json:"deposed"`
	SchemaVersion int64           `json:"schema_version"`
	Attributes    json.RawMessage `json:"attributes"`
	Private       string          `json:"private"`
}

// instance is an object of a state.
type instance struct {
	stateInstance
	typeName string
	address  string
	label    string
	private  []byte
	old      map[string]json.RawMessage // its attributes, in the words of the provider that wrote them
}

// ourProvider matches the provider of a resource in a state where it is this one, from whatever registry or mirror.
var ourProvider = regexp.MustCompile(`provider\["[^"]*/rafftechnologies/raff"\]`)

// readState reads the objects of this provider in a state. Others are none of its business; where they have one of its types,
// which a provider at another address may have, they are returned as foreign addresses.
func readState(from io.Reader) (found []instance, foreign map[string][]string, err error) {
	content, err := io.ReadAll(from)
	if err != nil {
		return nil, nil, err
	}
	var state stateFile
	if err := json.Unmarshal(bytes.TrimSpace(content), &state); err != nil {
		return nil, nil, errors.New(`it is no state: "terraform state pull" writes one`) // and may be full of secrets
	}
	switch {
	case len(state.Encrypted) > 0:
		return nil, nil, errors.New(`the state is encrypted: "tofu state pull" writes it in the clear`)
	case state.Version != stateVersion:
		return nil, nil, fmt.Errorf(`the state is of version %d: "terraform state pull" of Terraform 0.12 or later writes version %d`,
			state.Version, stateVersion)
	}
	foreign = map[string][]string{}
	for _, r := range state.Resources {
		if r.Mode != "managed" || !strings.HasPrefix(r.Type, "raff_") {
			continue
		}
		for _, one := range r.Instances {
			address := r.address(one.IndexKey)
			if !ourProvider.MatchString(r.Provider) {
				foreign[r.Type] = append(foreign[r.Type], address)
				continue
			}
			i := instance{stateInstance: one, typeName: r.Type, address: address, label: r.label(one.IndexKey)}
			if i.private, err = base64.StdEncoding.DecodeString(one.Private); err != nil {
				i.private = nil // it is of use to nobody
			}
			_ = json.Unmarshal(one.Attributes, &i.old) // the upgrade says what is wrong with it
			found = append(found, i)
		}
	}
	settleLabels(found)
	return found, foreign, nil
}

// address is the address of an instance.
func (r stateResource) address(key json.RawMessage) string {
	address := r.Type + "." + r.Name
	if r.Module != "" {
		address = r.Module + "." + address
	}
	if len(key) > 0 && string(key) != "null" {
		address += "[" + string(key) + "]"
	}
	return address
}

// label is the label of an instance in the root module: that of the resource, with the modules before it and the key after it.
func (r stateResource) label(key json.RawMessage) string {
	parts := modulePath(r.Module)
	parts = append(parts, r.Name)
	if len(key) > 0 && string(key) != "null" {
		parts = append(parts, strings.Trim(string(key), `"`))
	}
	return strings.Trim(notInLabels.ReplaceAllString(strings.Join(parts, "_"), "_"), "_")
}

var (
	notInLabels = regexp.MustCompile(`[^A-Za-z0-9_-]+`)
	moduleStep  = regexp.MustCompile(`module\.([^.\[]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?`)
)

// modulePath are the names and keys of a module and those around it: net, a, inner of module.net["a"].module.inner.
func modulePath(module string) []string {
	var parts []string
	for _, step := range moduleStep.FindAllStringSubmatch(module, -1) {
		parts = append(parts, step[1])
		if step[2] != "" {
			parts = append(parts, strings.Trim(step[2], `"`))
		}
	}
	return parts
}

// settleLabels makes labels distinct within a type. Those that are the labels of the state stay; others give way, in the order
// of their addresses.
func settleLabels(found []instance) {
	slices.SortStableFunc(found, func(a, b instance) int {
		return cmp.Or(cmp.Compare(a.typeName, b.typeName), boolCompare(!a.stays(), !b.stays()), cmp.Compare(a.address, b.address))
	})
	taken := map[string]bool{}
	for i := range found {
		label := found[i].label
		for n := 2; taken[found[i].typeName+"."+label]; n++ {
			label = fmt.Sprintf("%s_%d", found[i].label, n)
		}
		found[i].label = label
		taken[found[i].typeName+"."+label] = true
	}
}

// stays tells whether an instance keeps its address.
func (i instance) stays() bool { return i.address == i.typeName+"."+i.label }

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// text is an attribute as the state has it; empty where it is null or no text.
func (i instance) text(name string) string {
	var text string
	_ = json.Unmarshal(i.old[name], &text)
	return text
}
