package tfkit

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IntegerID writes an id that is an integer in the API. Terraform's ids are strings, all of them.
func IntegerID(id int64) types.String { return types.StringValue(strconv.FormatInt(id, 10)) }

// ParseIntegerID reads what IntegerID writes.
func ParseIntegerID(id types.String) (int64, error) { return parseIntegerID(id.ValueString()) }

func parseIntegerID(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || !integerID.MatchString(id) {
		return 0, fmt.Errorf("%s is not a positive integer, written without leading zeros", quote(id))
	}
	return n, nil
}

// ByIntegerID calls get, a method of the client, with an id that is an integer in the API.
func ByIntegerID[T any](ctx context.Context, id types.String, get func(ctx context.Context, id int64) (*T, error)) (*T, error) {
	number, err := ParseIntegerID(id)
	if err != nil {
		return nil, err
	}
	return get(ctx, number)
}

var integerID = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
