package vm

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestOwnTags(t *testing.T) {
	null := types.SetNull(types.StringType)
	for name, test := range map[string]struct {
		all, defaults []string
		prior, want   types.Set
	}{
		"none stay null":               {nil, nil, null, null},
		"none stay empty":              {nil, nil, tfkit.StringSet(nil), tfkit.StringSet(nil)},
		"defaults are not own":         {[]string{"a", "team"}, []string{"team"}, null, tfkit.StringSet([]string{"a"})},
		"only defaults":                {[]string{"team"}, []string{"team"}, null, null},
		"a default that is named too":  {[]string{"team"}, []string{"team"}, tfkit.StringSet([]string{"team"}), tfkit.StringSet([]string{"team"})},
		"one that somebody else added": {[]string{"a", "b"}, nil, tfkit.StringSet([]string{"a"}), tfkit.StringSet([]string{"a", "b"})},
		"one that is gone":             {[]string{"a"}, nil, tfkit.StringSet([]string{"a", "b"}), tfkit.StringSet([]string{"a"})},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ownTags(test.all, test.defaults, test.prior); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// What is planned is what is read back: for any tags and defaults, the VM's tags are the effective
// ones, and taking the defaults out again gives the configured ones.
func TestTagsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[a-c]{1,2}`), rapid.ID[string])
		tags, defaults := tfkit.StringSet(names.Draw(t, "tags")), names.Draw(t, "defaults")
		effective := effectiveTags(tags, defaults)
		if got := ownTags(tfkit.SetStrings(effective), defaults, tags); !got.Equal(tags) {
			t.Fatalf("tags %s with defaults %v became %s", tags, defaults, got)
		}
	})
}

func TestEffectiveTagsUnknown(t *testing.T) {
	for _, tags := range []types.Set{
		types.SetUnknown(types.StringType),
		types.SetValueMust(types.StringType, append(tfkit.StringSet([]string{"a"}).Elements(), types.StringUnknown())),
	} {
		if got := effectiveTags(tags, []string{"team"}); !got.IsUnknown() {
			t.Errorf("%s gave %s", tags, got)
		}
	}
	if got := tfkit.SetStrings(effectiveTags(types.SetNull(types.StringType), []string{"team", "team"})); !slices.Equal(got, []string{"team"}) {
		t.Errorf("got %v", got)
	}
}

func TestPasswordProblem(t *testing.T) {
	for password, want := range map[string]string{
		"Correct-Horse-42": "",
		"AAbb11-_.,!@+x":   "",
		"AB12345678,":      "is shorter than 12 characters",
		"Correct-horse-42": "has fewer than 2 upper case letters",
		"Correct-Horse-4x": "has fewer than 2 digits",
		"CorrectHorse1142": "has no special character",
		"Correct Horse-42": "has a character that is not allowed",
		"Correct-Hörse-42": "has a character that is not allowed",
		"Correct-Horse-٤٢": "has a character that is not allowed",
		"":                 "is shorter than 12 characters",
	} {
		if got := passwordProblem(password); got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

func FuzzPasswordProblem(f *testing.F) {
	f.Add("Correct-Horse-42")
	f.Add("\xff\x00")
	f.Fuzz(func(t *testing.T, password string) {
		if passwordProblem(password) == "" && len(password) < 12 {
			t.Errorf("%q was accepted", password)
		}
	})
}
