package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Every fault has one place in the sources, and changes something there: a list that is stale judges nothing.
func TestEveryFaultHasItsPlace(t *testing.T) {
	sources, err := readSources(filepath.Join("..", "..", suite.dir))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range suite.mutants {
		m := &suite.mutants[i]
		if seen[m.what] || m.sound == m.faulty {
			t.Errorf("%s: twice, or no fault", m.what)
		}
		seen[m.what] = true
		if _, _, err := plant(sources, m); err != nil {
			t.Errorf("%s: %v", m.what, err)
		}
	}
	if len(suite.mutants) < 30 {
		t.Errorf("%d faults, want 30 at least", len(suite.mutants))
	}
}

func TestPlant(t *testing.T) {
	sources := map[string]string{"a.go": "one two", "b.go": "two three"}
	path, text, err := plant(sources, &mutant{sound: "one", faulty: "1"})
	if path != "a.go" || text != "1 two" || err != nil {
		t.Errorf("planted %q in %s: %v", text, path, err)
	}
	for _, stale := range []string{"two", "four"} {
		if _, _, err := plant(sources, &mutant{sound: stale}); err == nil || !strings.Contains(err.Error(), "not once") {
			t.Errorf("%s: %v", stale, err)
		}
	}
}

func TestFailed(t *testing.T) {
	for out, want := range map[string]string{
		"--- FAIL: TestA (0.1s)\n    a_test.go:1: x\nFAIL\n":                             "TestA",
		"--- FAIL: TestA (0.1s)\n    --- FAIL: TestA/b (0.0s)\n        a_test.go:1: x\n": "TestA/b",
		"--- FAIL: TestA (0.1s)\n    a_test.go:1: x\n--- FAIL: TestB (0.0s)\nFAIL\n":     "TestA",
		"panic: test timed out after 5m0s\n":                                             "a test that did not end: panic: test timed out after 5m0s",
	} {
		if got := failed(out); got != want {
			t.Errorf("failed(%q) = %q, want %q", out, got, want)
		}
	}
	if got := (verdict{}).String(); got != "SURVIVED" {
		t.Errorf("nothing has failed: %s", got)
	}
}
