package parity

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DirectoryVariable names a directory. With it, each test of the provider notes there which operations it called, and
// Collect chooses from that. Without it, nothing is noted.
const DirectoryVariable = "RAFF_PARITY_DIR"

// Missing lists the operations that a test does not call although the table says so. called are those that it has called.
func Missing(test Test, called map[string]bool) ([]string, error) {
	tests, err := Terraform()
	if err != nil {
		return nil, err
	}
	var missing []string
	for id, said := range tests {
		if said == test && !called[id] {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	return missing, nil
}

// Note writes down which operations a test has called, in a file of the test's own.
func Note(directory string, test Test, called map[string]bool) error {
	content, err := json.Marshal(noted{test, sortedKeys(called)})
	if err != nil {
		return err
	}
	name := strings.NewReplacer("/", ".").Replace(test.Package) + "." + test.Name + ".json"
	return os.WriteFile(filepath.Join(directory, name), content, 0o600)
}

type noted struct {
	Test   Test
	Called []string
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Collect returns the table that comes of what tests have noted in a directory. An entry that is there stays unless its
// test was run and did not call the operation; new ones name the test that calls the fewest operations: the one that is
// about it.
func Collect(directory string, before map[string]Test) (map[string]Test, error) {
	files, err := filepath.Glob(filepath.Join(directory, "*.json"))
	if err != nil {
		return nil, err
	}
	var all []noted
	for _, file := range files {
		content, err := os.ReadFile(file) // #nosec G304 -- written by the tests
		if err != nil {
			return nil, err
		}
		var one noted
		if err := json.Unmarshal(content, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b noted) int { return len(a.Called) - len(b.Called) })
	after := map[string]Test{}
	for id, test := range before {
		ran := slices.IndexFunc(all, func(n noted) bool { return n.Test == test })
		if ran < 0 || slices.Contains(all[ran].Called, id) {
			after[id] = test
		}
	}
	for _, n := range all {
		for _, id := range n.Called {
			if after[id].Name == "" {
				after[id] = n.Test
			}
		}
	}
	return after, nil
}
