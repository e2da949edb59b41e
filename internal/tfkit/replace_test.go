package tfkit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestReplacementIsDue(t *testing.T) {
	null, unknown, a, b := types.StringNull(), types.StringUnknown(), types.StringValue("a"), types.StringValue("b")
	for name, test := range map[string]struct {
		r                   Replacement
		config, plan, state types.String
		want                bool
	}{
		"a change":                        {Replaces(), b, b, a, true},
		"none":                            {Replaces(), a, a, a, false},
		"not known yet":                   {Replaces(), unknown, unknown, a, false},
		"to null":                         {Replaces(), null, null, a, true},
		"left out":                        {Replaces().IfConfigured(), null, b, a, false},
		"configured":                      {Replaces().IfConfigured(), b, b, a, true},
		"given for the first time":        {Replaces().BetweenValues(), a, a, null, false},
		"given no longer":                 {Replaces().BetweenValues(), null, null, a, false},
		"another value":                   {Replaces().BetweenValues(), b, b, a, true},
		"taken away":                      {Replaces().ToNull(), null, null, a, true},
		"changed, and may not be removed": {Replaces().ToNull(), b, b, a, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.r.due(test.config, test.plan, test.state); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
