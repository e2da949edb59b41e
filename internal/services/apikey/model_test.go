package apikey

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestRotates(t *testing.T) {
	secret, none := types.StringValue("raff_x"), types.StringNull()
	a, b := types.StringValue("a"), types.StringValue("b")
	for name, test := range map[string]struct {
		secret, from, to types.String
		want, may        bool
	}{
		"another text":           {secret, a, b, true, true},
		"the same text":          {secret, a, a, false, false},
		"first text":             {secret, none, a, true, true},
		"removed":                {secret, a, none, false, false},
		"never":                  {secret, none, none, false, false},
		"first text, imported":   {none, none, a, false, false},
		"another text, imported": {none, a, b, true, true},
		"not known yet":          {secret, a, types.StringUnknown(), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			state := resourceModel{Secret: test.secret, RotationTrigger: test.from}
			plan := resourceModel{Secret: test.secret, RotationTrigger: test.to}
			if got, may := plan.rotates(&state), plan.mayRotate(&state); got != test.want || may != test.may {
				t.Errorf("got %v and %v, want %v and %v", got, may, test.want, test.may)
			}
		})
	}
}

func TestModelFromAPI(t *testing.T) {
	var m dataModel
	m.fromAPI(&client.APIKey{ID: "1", Name: "ci"})
	if !m.ExpiresAt.IsNull() || !m.RoleID.IsNull() || !m.LastUsedAt.IsNull() || m.ProjectAccesses == nil {
		t.Errorf("what the API leaves out is no null: %+v", m)
	}
	at := time.Date(2027, 1, 1, 0, 0, 0, 500_000_000, time.UTC)
	m.fromAPI(&client.APIKey{ID: "1", ExpiresAt: &at})
	if got := m.ExpiresAt.ValueString(); got != "2027-01-01T00:00:00.5Z" {
		t.Errorf("the expiry is %s", got)
	}
	m.ExpiresAt = types.StringValue("2027-01-01T01:00:00.500+01:00")
	m.fromAPI(&client.APIKey{ID: "1", ExpiresAt: &at})
	if got := m.ExpiresAt.ValueString(); got != "2027-01-01T01:00:00.500+01:00" {
		t.Errorf("the same moment changed to %s", got)
	}
}

func TestParseTime(t *testing.T) {
	for _, none := range []types.String{types.StringNull(), types.StringUnknown(), types.StringValue("soon")} {
		if got := parseTime(none); got != nil {
			t.Errorf("%s gave %v", none, got)
		}
	}
}
