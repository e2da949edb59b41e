package bench

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// tfstate is a state file, version 4.
type tfstate struct {
	Version          int             `json:"version"`
	TerraformVersion string          `json:"terraform_version"`
	Serial           int             `json:"serial"`
	Lineage          string          `json:"lineage"`
	Resources        []stateResource `json:"resources"`
}

type stateResource struct {
	Mode      string          `json:"mode"`
	Type      string          `json:"type"`
	Name      string          `json:"name"`
	Provider  string          `json:"provider"`
	Instances []stateInstance `json:"instances"`
}

type stateInstance struct {
	IndexKey        int             `json:"index_key"`
	SchemaVersion   int64           `json:"schema_version"`
	Attributes      json.RawMessage `json:"attributes"`
	Sensitive       [][]pathStep    `json:"sensitive_attributes"`
	IdentityVersion int64           `json:"identity_schema_version"`
	Identity        json.RawMessage `json:"identity,omitempty"`
	Private         []byte          `json:"private,omitempty"`
}

// pathStep is a step on the way to an attribute.
type pathStep struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// stateFile writes the state of groups that the builder has built, as the CLI of a registry would have it.
func (b *builder) stateFile(registry string, groups []group) ([]byte, error) {
	// The version is that of the oldest CLI that is supported: each reads the states of those before it.
	state := tfstate{Version: 4, TerraformVersion: "1.11.0", Serial: 1, Lineage: "4c6d4b48-7a0b-4c8e-9d6c-0b8f6f4d8e11", Resources: []stateResource{}}
	for _, g := range groups {
		typ := b.engine.resources[g.typeName]
		resource := stateResource{
			Mode: "managed", Type: g.typeName, Name: g.label, Provider: `provider["` + registry + `/rafftechnologies/raff"]`,
		}
		for i, made := range b.built[g.address()][:g.count] {
			attributes, err := ctyjson.Marshal(made.value, typ.value)
			if err != nil {
				return nil, err
			}
			entry := stateInstance{
				IndexKey: i, SchemaVersion: typ.valueVersion, Attributes: attributes, Sensitive: typ.sensitive, Private: made.private,
			}
			if made.identity != cty.NilVal {
				entry.IdentityVersion = typ.identityVersion
				if entry.Identity, err = ctyjson.Marshal(made.identity, typ.identity); err != nil {
					return nil, err
				}
			}
			resource.Instances = append(resource.Instances, entry)
		}
		state.Resources = append(state.Resources, resource)
	}
	return json.Marshal(state)
}
