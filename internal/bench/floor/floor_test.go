package floor

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// Terraform's own cost follows the schemas: with others, the floor would be another one.
func TestSchemas(t *testing.T) {
	ours, floor := provider.NewServer("test")(), New()
	wanted, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := floor.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.ResourceSchemas) < 20 {
		t.Errorf("%d resource types", len(got.ResourceSchemas))
	}
	if difference := cmp.Diff(wanted, got); difference != "" {
		t.Error(difference)
	}
	identities, err := ours.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	same, err := floor.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(identities, same); difference != "" {
		t.Error(difference)
	}
}

func TestAnswersWithWhatItWasGiven(t *testing.T) {
	floor, given := New(), &tfprotov6.DynamicValue{MsgPack: []byte("state")}
	read, err := floor.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{CurrentState: given, Private: []byte("private")})
	if err != nil || read.NewState != given || !bytes.Equal(read.Private, []byte("private")) {
		t.Error(read, err)
	}
	plan, err := floor.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{ProposedNewState: given, PriorPrivate: []byte("private")})
	if err != nil || plan.PlannedState != given || !bytes.Equal(plan.PlannedPrivate, []byte("private")) || len(plan.RequiresReplace) > 0 {
		t.Error(plan, err)
	}
	apply, err := floor.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{PlannedState: given})
	if err != nil || apply.NewState != given {
		t.Error(apply, err)
	}
	data, err := floor.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{Config: given})
	if err != nil || data.State != given {
		t.Error(data, err)
	}
	upgraded, err := floor.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{RawState: &tfprotov6.RawState{JSON: []byte("{}")}})
	if err != nil || string(upgraded.UpgradedState.JSON) != "{}" {
		t.Error(upgraded, err)
	}
}

func TestLogsWanted(t *testing.T) {
	for _, name := range []string{"TF_LOG", "TF_LOG_SDK", "TF_LOG_PROVIDER"} {
		t.Run(name, func(t *testing.T) {
			if logsWanted() {
				t.Skip("this environment asks for logs")
			}
			t.Setenv(name, "DEBUG")
			if !logsWanted() {
				t.Error("not noticed")
			}
		})
	}
}
