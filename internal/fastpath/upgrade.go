package fastpath

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// current tells whether a stored state can be used as it is: it has the attributes of the schema, all of them and no
// others, and each has a value of its type.
func (k *kind) current(req *tfprotov6.UpgradeResourceStateRequest) bool {
	if k == nil || req.RawState == nil || req.RawState.JSON == nil || req.Version != k.schema.Version {
		return false
	}
	var stored map[string]json.RawMessage
	if json.Unmarshal(req.RawState.JSON, &stored) != nil || len(stored) != len(k.attributes) {
		return false
	}
	for name, text := range stored {
		a := k.attributes[name]
		if a == nil || !isNull(text) && (a.IsWriteOnly() || !fits(a.tf, text)) {
			return false
		}
	}
	return true
}

// fits tells whether a JSON text is a value of a type. Of types that hold others than texts it says no.
func fits(typ tftypes.Type, text json.RawMessage) bool {
	switch {
	case typ.Is(tftypes.String):
		return text[0] == '"'
	case typ.Is(tftypes.Bool):
		return text[0] == 't' || text[0] == 'f'
	case typ.Is(tftypes.Number):
		return text[0] == '-' || text[0] >= '0' && text[0] <= '9'
	}
	if !typ.Is(tftypes.Set{ElementType: tftypes.String}) && !typ.Is(tftypes.List{ElementType: tftypes.String}) {
		return false
	}
	var elements []*string
	if json.Unmarshal(text, &elements) != nil {
		return false
	}
	for _, element := range elements {
		if element == nil {
			return false
		}
	}
	return true
}
