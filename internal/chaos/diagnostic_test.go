package chaos

import (
	"slices"
	"strings"
	"testing"
)

func TestCommands(t *testing.T) {
	tests := map[string][]string{
		"import it: terraform import raff_volume.a 815.":                                        {"815"},
		"terraform import <address of the raff_vm> 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88, or":    {"8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88"},
		"`terraform import 'raff_volume.a[\"k\"]' 815` or `terraform import raff_volume.b 816`": {"815", "816"},
		"terraform import raff_volume.a[0] 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/815":            {"815"},
		"terraform import raff_vm_note.a 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:account":          {"8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:account"},
		"terraform\n  import raff_volume.a\n  815":                                              {"815"},
		"candidates are 815 and 816: import the right one with terraform import <address> <id>": nil,
		"volume 815 exists": nil,
	}
	for text, want := range tests {
		if got := commands(text); !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func TestReadOutput(t *testing.T) {
	said := readOutput("main", []byte(strings.Join([]string{
		`{"type":"change_summary","changes":{"add":1,"change":2,"remove":3,"import":0,"operation":"plan"}}`,
		`{"type":"diagnostic","diagnostic":{"severity":"error","summary":"S","detail":"D","address":"raff_vm.a"}}`,
		`no JSON`,
		`{"type":"change_summary","changes":{"add":0,"change":0,"remove":0,"operation":"apply"}}`,
	}, "\n")))
	if said.Planned != 6 || len(said.errors()) != 1 || said.errors()[0].Address != "raff_vm.a" || said.errors()[0].Text() != "S\nD" {
		t.Errorf("read %+v", said)
	}
}

func TestFaulty(t *testing.T) {
	for output, want := range map[string]bool{
		"Error: Provider produced inconsistent result after apply": true,
		"This is a bug in the provider":                            true,
		"panic: runtime error":                                     true,
		"Plugin did not respond":                                   true,
		"Error: Unable to create VM":                               false,
	} {
		if got := faulty(output, false) != ""; got != want {
			t.Errorf("%q counts as %t", output, got)
		}
	}
	if faulty("Plugin did not respond", true) != "" {
		t.Error("a provider that was killed does not respond, and counts as faulty")
	}
}

func TestParseState(t *testing.T) {
	state, err := parseState("main", []byte(`{"version":4,"resources":[
		{"mode":"managed","type":"raff_vm","name":"a","instances":[{"status":"tainted","attributes":{"id":"1","vpc_id":"net"}}]},
		{"mode":"managed","type":"raff_volume","name":"b","instances":[
			{"index_key":0,"attributes":{"id":"2"}},{"index_key":1,"deposed":"x","attributes":{"id":"3"}}]},
		{"module":"module.m","mode":"managed","type":"raff_ip","name":"c","instances":[{"index_key":"k","attributes":{"id":"4"}}]},
		{"mode":"data","type":"raff_vm","name":"d","instances":[{"attributes":{"id":"5"}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := State{
		{Workspace: "main", Address: "raff_vm.a", Key: Key{"raff_vm", "1"}, Tainted: true, VPC: "net"},
		{Workspace: "main", Address: "raff_volume.b[0]", Key: Key{"raff_volume", "2"}},
		{Workspace: "main", Address: "raff_volume.b[1]", Key: Key{"raff_volume", "3"}, Deposed: true},
		{Workspace: "main", Address: `module.m.raff_ip.c["k"]`, Key: Key{"raff_ip", "4"}},
	}
	if !slices.Equal(state, want) {
		t.Errorf("read %+v, want %+v", state, want)
	}
	if _, err := parseState("main", []byte(`{"resources":`)); err == nil {
		t.Error("a state that is cut off is read")
	}
}
