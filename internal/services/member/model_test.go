package member

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestOtherPerson(t *testing.T) {
	none, unknown := types.StringNull(), types.StringUnknown()
	text := types.StringValue
	user := grant{membership: membership{Email: text("ann@example.com"), UserID: text("u1")}, TargetUserID: none, APIKeyID: none}
	added := user
	added.TargetUserID = text("u1")
	pending := grant{membership: membership{Email: text("ann@example.com"), UserID: none, InvitationID: text("i1")}, TargetUserID: none, APIKeyID: none}
	key := grant{membership: membership{Email: text("key@keys.invalid"), UserID: none, InvitationID: none}, TargetUserID: none, APIKeyID: text("k1")}
	importedKey := key
	importedKey.APIKeyID = none
	named := func(email, user, key types.String) grant {
		return grant{membership: membership{Email: email}, TargetUserID: user, APIKeyID: key}
	}
	for name, test := range map[string]struct {
		state, config grant
		want          string
	}{
		"the same address":         {user, named(text("ann@example.com"), none, none), ""},
		"in another letter case":   {user, named(text("Ann@Example.com"), none, none), ""},
		"another address":          {user, named(text("bob@example.com"), none, none), "email"},
		"an address to come":       {user, named(unknown, none, none), ""},
		"a user to come":           {user, named(none, unknown, none), ""},
		"a key to come":            {key, named(none, none, unknown), ""},
		"pending":                  {pending, named(text("ann@example.com"), none, none), ""},
		"the same user":            {added, named(none, text("u1"), none), ""},
		"another user":             {added, named(none, text("u2"), none), "target_user_id"},
		"imported user, by id":     {user, named(none, text("u1"), none), ""},
		"imported user, another":   {user, named(none, text("u2"), none), "target_user_id"},
		"user instead of address":  {user, named(none, text("u1"), none), ""},
		"address instead of user":  {added, named(text("ann@example.com"), none, none), ""},
		"key instead of user":      {user, named(none, none, text("k1")), "api_key_id"},
		"key instead of pending":   {pending, named(none, none, text("k1")), "api_key_id"},
		"the same key":             {key, named(none, none, text("k1")), ""},
		"another key":              {key, named(none, none, text("k2")), "api_key_id"},
		"imported key":             {importedKey, named(none, none, text("k1")), ""},
		"user instead of key":      {key, named(none, text("u1"), none), "target_user_id"},
		"address instead of a key": {key, named(text("ann@example.com"), none, none), "email"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := test.config
			if got := plan.otherPerson(&test.state, &test.config); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestManagersAmong(t *testing.T) {
	roles := []*client.Role{
		{ID: "r1", Permissions: []string{"account.members.view", "account.members.manage"}},
		{ID: "r2", Permissions: []string{"account.members.view"}},
	}
	members := []*client.Member{
		{ID: "a", RoleID: "r1", Status: client.MemberActive},
		{ID: "b", RoleID: "r1", Status: client.MemberSuspended},
		{ID: "c", RoleID: "r2", Status: client.MemberActive},
		{ID: "d", RoleID: "gone", Status: client.MemberActive},
	}
	if got := managersAmong(members, roles); !slices.Equal(got, []string{"a"}) {
		t.Errorf("got %v, want a alone", got)
	}
}

func TestIsNamed(t *testing.T) {
	none, text := types.StringNull(), types.StringValue
	plan := func(email, user, key types.String) *grant {
		return &grant{membership: membership{Email: email, RoleID: text("r")}, TargetUserID: user, APIKeyID: key}
	}
	user := &client.Member{UserID: "u", Email: "ann@example.com", RoleID: "r", Status: client.MemberActive}
	pending := &client.Member{Email: "bob@example.com", RoleID: "r", Status: client.MemberPending}
	key := &client.Member{Email: "key@keys.invalid", RoleID: "r", Status: client.MemberActive}
	for name, test := range map[string]struct {
		plan *grant
		want *client.Member
	}{
		"by address": {plan(text("Bob@example.com"), none, none), pending},
		"by user":    {plan(types.StringUnknown(), text("u"), none), user},
		"by key":     {plan(types.StringUnknown(), none, text("k")), key},
	} {
		t.Run(name, func(t *testing.T) {
			for _, m := range []*client.Member{user, pending, key} {
				if test.plan.isNamed(m) != (m == test.want) {
					t.Errorf("%s: named is %v", m.Email, test.plan.isNamed(m))
				}
			}
		})
	}
}

// Only a status that is known says whether a member is suspended.
func TestSuspended(t *testing.T) {
	for name, test := range map[string]struct {
		before types.Bool
		status string
		want   bool
	}{
		"suspended":         {types.BoolValue(false), client.MemberSuspended, true},
		"active":            {types.BoolValue(true), client.MemberActive, false},
		"pending":           {types.BoolValue(false), client.MemberPending, false},
		"invented":          {types.BoolValue(false), "dancing", false},
		"invented, was so":  {types.BoolValue(true), "dancing", true},
		"invented, unknown": {types.BoolNull(), "dancing", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := grant{Suspended: test.before}
			g.fromAPI(&client.Member{ID: "m", Status: test.status})
			if !g.Suspended.Equal(types.BoolValue(test.want)) {
				t.Errorf("got %s, want %v", g.Suspended, test.want)
			}
		})
	}
}
