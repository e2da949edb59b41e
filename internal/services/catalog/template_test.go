package catalog

import "testing"

func TestVersionMatches(t *testing.T) {
	for _, test := range []struct {
		version, wanted string
		want            bool
	}{
		{"24.04x64", "24.04x64", true},
		{"24.04x64", "24.04", true},
		{"24.04x64", "24", true},
		{"24.04x64", "2", false},
		{"24.10x64", "24.1", false},
		{"24.04x64", "24.04x64-extra", false},
		{"9 Stream", "9", true},
		{"9 Stream", "9 stream", true},
		{"2022x64", "2022X64", true},
		{"24.04x64", "", false},
	} {
		if got := versionMatches(test.version, test.wanted); got != test.want {
			t.Errorf("%q wanted %q: got %v", test.version, test.wanted, got)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	ascending := []string{"9x64", "20.04x64", "22.04x64", "24.04x64", "24.10x64", "40x64"}
	for i := range ascending {
		for j := range ascending {
			if got := compareVersions(ascending[i], ascending[j]); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s against %s: got %d", ascending[i], ascending[j], got)
			}
		}
	}
}

func FuzzVersions(f *testing.F) {
	f.Add("24.04x64", "24.04")
	f.Fuzz(func(t *testing.T, a, b string) {
		versionMatches(a, b)
		if compareVersions(a, b) != -compareVersions(b, a) {
			t.Errorf("%q and %q are not ordered", a, b)
		}
	})
}
