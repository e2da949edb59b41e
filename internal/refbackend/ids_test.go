package refbackend

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Kinds of ids, as the description words them.
const (
	uuidID    = "uuid"
	integerID = "integer"
	textID    = "text"
)

// otherIDs are the ids that are no UUIDs, by schema and property or, for all schemas, by property alone.
var otherIDs = map[string]string{
	"nic_id": integerID, "pricing_id": integerID, "volume_id": integerID, "disk_id": integerID, "increment_id": integerID,
	"Volume.id": integerID, "Snapshot.id": integerID, "BackupSchedule.id": integerID, "SaveImageRequest.snapshot_id": integerID,
	"Region.id": integerID, "VMPricingPlan.id": integerID, "StoragePricing.id": integerID,

	// A resize is of a VM or a volume. Tags and templates of security groups have ids of their own kind.
	"ResizeResponse.id": textID, "VMTag.id": textID, "SecurityGroupTemplate.id": textID,
	"CreateSecurityGroupRequest.template_id": textID,
	// They are empty where there is none.
	"Role.account_id": textID, "VM.subscription_id": textID,
}

// otherPathIDs are the path parameters that are no UUIDs, by the noun of the operation or their own name.
var otherPathIDs = map[string]string{
	"volume": integerID, "snapshot": integerID, "backup_schedule": integerID, "nic_id": integerID, "type": textID,
}

func describedID(s *openapi3.Schema) string {
	switch {
	case s.Type.Is("integer"):
		return integerID
	case s.Format == "uuid":
		return uuidID
	}
	return textID
}

// IDs are UUIDs, except integers for volume, snapshot, backup schedule, `nic_id` and `pricing_id`: in each answer and each
// request.
func TestTypesOfIDsInBodies(t *testing.T) {
	unused := map[string]bool{}
	for key := range otherIDs {
		unused[key] = true
	}
	for name, schema := range description(t).Components.Schemas {
		for property, ref := range schema.Value.Properties {
			if property != "id" && !strings.HasSuffix(property, "_id") {
				continue
			}
			want := uuidID
			for _, key := range []string{property, name + "." + property} {
				if other, ok := otherIDs[key]; ok {
					want = other
					delete(unused, key)
				}
			}
			if got := describedID(ref.Value); got != want {
				t.Errorf("%s.%s: %s, want %s", name, property, got, want)
			}
		}
	}
	for key := range unused {
		t.Errorf("no schema has %s", key)
	}
}

// In a path, an id has the same type for the description and for the backend, which refuses the other type.
func TestTypesOfIDsInPaths(t *testing.T) {
	examples := map[string]string{uuidID: unknownUUID, integerID: "7"}
	for _, op := range operations() {
		names := pathNames(op.path)
		if got := describe(t).operations[op.id].takes("path"); len(got) != len(names) {
			t.Errorf("%s: %d path parameters are described, not %d", op.id, len(got), len(names))
		}
		for _, name := range names {
			want := uuidID
			if other, ok := otherPathIDs[name]; ok {
				want = other
			}
			if other, ok := otherPathIDs[kindOf(op)]; ok && name == "id" {
				want = other
			}
			p := describe(t).operations[op.id].parameters.GetByInAndName("path", name)
			if p == nil || describedID(p.Schema.Value) != want {
				t.Errorf("%s: {%s} is not described as %s", op.id, name, want)
			}
			for kind, example := range examples {
				if accepted := checkPathValue(op, name, example) == nil; accepted != (kind == want) {
					t.Errorf("%s: {%s}: %s is accepted: %v", op.id, name, example, accepted)
				}
			}
		}
	}
}

func kindOf(op *operation) string {
	if op.on == nil {
		return ""
	}
	return op.on.kind
}

// Filters by id take the type that the id has.
func TestTypesOfIDsInQueries(t *testing.T) {
	for _, op := range operations() {
		for _, f := range op.query {
			if !strings.HasSuffix(f.name, "_id") {
				continue
			}
			p := describe(t).operations[op.id].parameters.GetByInAndName("query", f.name)
			kinds := []string{describedID(p.Schema.Value), map[bool]string{true: integerID, false: uuidID}[f.integer]}
			if want, ok := otherIDs[f.name]; !ok && kinds[0] != uuidID || ok && kinds[0] != want || len(slices.Compact(kinds)) > 1 {
				t.Errorf("%s: %s is %v", op.id, f.name, kinds)
			}
		}
	}
}
