package client

import "testing"

func TestUses(t *testing.T) {
	t.Parallel()
	c, err := New(Options{URL: "http://127.0.0.1:1", APIKey: "raff_17d70fcf7e7510968a4c19279b25707f088f1cc5ad8b74210341d8e470b5bb7a"})
	if err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]bool{"raff_17d70fcf": true, "raff_17d70fce": false, "": false, "raff_": false} {
		if c.Uses(prefix) != want {
			t.Errorf("%q: want %v", prefix, want)
		}
	}
}
