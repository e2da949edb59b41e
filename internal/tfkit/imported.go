package tfkit

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// importedKey is where the private state of an imported object has the attributes that its
// configuration has not given yet.
const importedKey = "imported"

// private is the private state of an object.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// privateWriter is the private state of an object in an answer.
type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// marks are attributes of an imported object that its configuration has not given yet.
type marks []string

func (m marks) has(name string) bool { return slices.Contains(m, name) }

func readMarks(ctx context.Context, from private, diags *diag.Diagnostics) marks {
	data, problems := from.GetKey(ctx, importedKey)
	diags.Append(problems...)
	text, err := strconv.Unquote(string(data))
	if err != nil || text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func (m marks) write(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	var data []byte // none removes the key
	if len(m) > 0 {
		data = []byte(strconv.Quote(strings.Join(m, ",")))
	}
	diags.Append(to.SetKey(ctx, importedKey, data)...)
}

// markImported notes that no optional attribute of an object was given by a configuration so far.
func markImported(ctx context.Context, resp *resource.ImportStateResponse) {
	var optional marks
	for name, a := range attributesOf(resp.State.Schema) {
		if a.IsOptional() {
			optional = append(optional, name)
		}
	}
	slices.Sort(optional)
	optional.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, freshKey, []byte(`true`))...)
}

// Recorded returns the attributes of an imported object that the API does not return and that the
// configuration gives for the first time since: an Update only records them.
func Recorded(ctx context.Context, kind Kind, req resource.UpdateRequest, resp *resource.UpdateResponse) []string {
	left := stillMarked(ctx, req, &resp.Diagnostics)
	return slices.DeleteFunc(readMarks(ctx, req.Private, &resp.Diagnostics), func(name string) bool {
		return left.has(name) || !slices.Contains(kind.Unrecorded, name)
	})
}

// stillMarked are the attributes that the configuration of an imported object still does not give.
func stillMarked(ctx context.Context, req resource.UpdateRequest, diags *diag.Diagnostics) marks {
	var config map[string]tftypes.Value
	if req.Config.Raw.As(&config) != nil {
		return nil
	}
	return slices.DeleteFunc(readMarks(ctx, req.Private, diags), func(name string) bool { return !config[name].IsNull() })
}

// freshKey marks in the private state an object that was imported and not read yet.
const freshKey = "fresh"

// JustImported tells whether a Read is the first one after an import: what the import names is not proven.
// It is to be asked before [Read], which takes note of it.
func JustImported(ctx context.Context, req resource.ReadRequest) bool {
	data, _ := req.Private.GetKey(ctx, freshKey) // which fails for other keys only
	return len(data) > 0
}

// LeaveAsFound has an attribute of an object be treated as that of an imported one: it keeps what it has until the
// configuration has given it once. It is for attributes that the provider did not know when the object was created.
func LeaveAsFound(ctx context.Context, name string, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := readMarks(ctx, req.Private, &resp.Diagnostics)
	if m.has(name) {
		return
	}
	m = append(m, name)
	slices.Sort(m)
	m.write(ctx, resp.Private, &resp.Diagnostics)
}
