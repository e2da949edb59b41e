package member

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// stageStub is a stage whose plan shows nothing but what the planner tells it.
type stageStub struct{ replaced []string }

func (s *stageStub) Replace(name string) { s.replaced = append(s.replaced, name) }

func (s *stageStub) Replaced(context.Context) []string { return s.replaced }

func (s *stageStub) RoleSlug(context.Context, types.String) types.String {
	return types.StringUnknown()
}

// Removing, replacing or suspending the last member manager is refused, and so is a role without the permission.
func TestPlannerProtectsLastManager(t *testing.T) {
	text, none := types.StringValue, types.StringNull()
	state := grant{
		membership:   membership{ID: text("m"), Email: text("ann@example.com"), UserID: text("u"), RoleID: text("r"), Status: text(client.MemberActive)},
		TargetUserID: none, APIKeyID: none, Suspended: types.BoolValue(false),
	}
	same := state
	suspended, replaced, renamed, unknown := state, state, state, state
	suspended.Suspended = types.BoolValue(true)
	replaced.Email = text("bob@example.com")
	renamed.RoleID = text("other")
	unknown.Email, unknown.RoleID, unknown.Suspended = types.StringUnknown(), types.StringUnknown(), types.BoolUnknown()
	for name, test := range map[string]struct {
		plan *grant
		last bool
		want string
	}{
		"removed":              {nil, true, "cannot be removed"},
		"replaced":             {&replaced, true, "cannot be replaced"},
		"suspended":            {&suspended, true, "cannot be suspended"},
		"unchanged":            {&same, true, ""},
		"not known yet":        {&unknown, true, ""},
		"another role":         {&renamed, true, ""}, // not known to lack the permission: the API will tell
		"removed, not last":    {nil, false, ""},
		"suspended, not last":  {&suspended, false, ""},
		"replaced, not last":   {&replaced, false, ""},
		"unchanged, not last":  {&same, false, ""},
		"other role, not last": {&renamed, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			p := planner{
				stage: new(stageStub), object: "The member", scope: client.ScopeAccount,
				config: test.plan, plan: test.plan, state: &state, diags: &diags,
				last: func(context.Context, string) bool { return test.last },
			}
			if test.plan == nil {
				p.protect(t.Context(), pathID, "removed", true)
			} else {
				p.run(t.Context())
			}
			switch {
			case test.want == "" && diags.HasError():
				t.Errorf("refused: %v", diags)
			case test.want != "" && (len(diags) != 1 || diags[0].Summary() != "The last member manager is protected" || !strings.Contains(diags[0].Detail(), test.want)):
				t.Errorf("got %v, want one that says %q", diags, test.want)
			}
		})
	}
}
