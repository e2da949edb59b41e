package tfkit

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Timeouts are the default timeouts of the operations of a resource. One that is 0 cannot be set.
type Timeouts struct {
	Create, Update, Delete time.Duration
}

// TimeoutsAttribute is the attribute that changes the timeouts of an object. The descriptions say what the defaults are.
func TimeoutsAttribute(ctx context.Context, defaults Timeouts) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create:            defaults.Create > 0,
		Update:            defaults.Update > 0,
		Delete:            defaults.Delete > 0,
		CreateDescription: timeoutText("a create", "", defaults.Create),
		UpdateDescription: timeoutText("an update", "", defaults.Update),
		DeleteDescription: timeoutText("a destroy", " A destroy takes the value that the state has, so apply another one first.", defaults.Delete),
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take. A change sends nothing to the API. Default: as below."
		return nested
	}
	return attribute
}

func timeoutText(operation, note string, byDefault time.Duration) string {
	return "How long " + operation + " may take, as a number with a unit: `90s`, `15m` or `1h30m`." + note + " Default: `" + shortDuration(byDefault) + "`."
}

// shortDuration is a duration as people write it: 15m, and not 15m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
