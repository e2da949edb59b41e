package fastpath

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// keyed is where the framework keeps private data, which is what is stored with an object beside its state. The type is
// the framework's own, so that it can be had but not named.
type keyed[T any] interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	Equal(other T) bool
}

// newOf returns a new value of what a pointer points to.
func newOf[T any](*T) *T { return new(T) }

// privateData reads private data. It returns false where there is something in it that is the framework's, or that cannot
// be read: the framework knows what that means.
func privateData(text []byte) (map[string][]byte, bool) {
	if len(text) == 0 {
		return nil, true
	}
	var data map[string][]byte
	if json.Unmarshal(text, &data) != nil {
		return nil, false
	}
	for key := range data {
		if strings.HasPrefix(key, ".") {
			return nil, false
		}
	}
	return data, true
}

// fill stores private data. It returns false where the framework would not take it.
func fill[T any](ctx context.Context, to keyed[T], data map[string][]byte) bool {
	to.SetKey(ctx, "none", nil) // removing nothing makes it one that was begun
	for key, value := range data {
		if len(value) == 0 || len(to.SetKey(ctx, key, value)) > 0 {
			return false
		}
	}
	return true
}

// stored returns private data as it is stored, which a plan may have added its own keys to. It returns false where there
// are others. empty is used up.
func stored[T keyed[T]](ctx context.Context, private, empty T, before map[string][]byte) ([]byte, bool) {
	data := map[string][]byte{}
	for _, key := range slices.AppendSeq(slices.Clone(tfkit.PlannedKeys), maps.Keys(before)) {
		value, diags := private.GetKey(ctx, key)
		if len(diags) > 0 {
			return nil, false
		}
		if len(value) > 0 {
			data[key] = value
		}
	}
	if !fill(ctx, empty, data) || !private.Equal(empty) {
		return nil, false
	}
	text, err := json.Marshal(data)
	return text, err == nil
}
