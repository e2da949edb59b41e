package chaos

import (
	"slices"
	"testing"
)

var (
	volumeA = Object{Key: Key{"raff_volume", "1"}, Name: "a"}
	volumeB = Object{Key: Key{"raff_volume", "2"}, Name: "a"}
	vmA     = Object{Key: Key{"raff_vm", "vm"}, Name: "a"}
	invited = Object{Key: Key{"raff_invitation", "i"}, Also: []Key{{"raff_member", "m"}}}
	joined  = Object{Key: Key{"raff_vpc_attachment", "vm:net"}, Edge: true}
)

func held(address string, o Object) Instance {
	return Instance{Workspace: "main", Address: address, Key: o.Key}
}

func oneVolume() map[string][]string { return map[string][]string{"raff_volume": {"raff_volume.a"}} }

func twoVolumes() map[string][]string {
	return map[string][]string{"raff_volume": {"raff_volume.a", "raff_volume.b"}}
}

func says(address, text string) []Diagnostic {
	return []Diagnostic{{Workspace: "main", Severity: "error", Address: address, Detail: text}}
}

// Each planted fault is found, and what is right is not.
func TestJudge(t *testing.T) {
	tests := map[string]struct {
		step Step
		want []string // kind, address and id
	}{
		"all is recorded": {
			step: Step{After: State{held("raff_volume.a", volumeA)}, Objects: []Object{volumeA}, Configured: oneVolume()},
		},
		"an orphan": {
			step: Step{Objects: []Object{volumeA}, Configured: oneVolume()},
			want: []string{"orphan raff_volume.a 1"},
		},
		"an orphan that no configuration has any more": {
			step: Step{Objects: []Object{volumeA}},
			want: []string{"orphan  1"},
		},
		"an orphan that was named with its import command": {
			step: Step{Objects: []Object{volumeA}, Configured: oneVolume(), Named: map[Key]bool{volumeA.Key: true}},
		},
		"somebody else's object": {
			step: Step{Objects: []Object{volumeA}, Configured: oneVolume(), Foreign: map[Key]bool{volumeA.Key: true}},
		},
		"an object that was told of before": {
			step: Step{Objects: []Object{volumeA}, Configured: oneVolume(), Excused: map[Key]bool{volumeA.Key: true}},
		},
		"a second object for an address": {
			step: Step{
				After: State{held("raff_volume.a", volumeA)}, Objects: []Object{volumeA, volumeB}, Configured: oneVolume(),
			},
			want: []string{"duplicate raff_volume.a 2"},
		},
		"one object for two addresses": {
			step: Step{
				After:   State{held("raff_volume.a", volumeA), held("raff_volume.b", volumeA)},
				Objects: []Object{volumeA}, Configured: twoVolumes(),
			},
			want: []string{"adopted raff_volume.b 1"},
		},
		"one object in two workspaces": {
			step: Step{
				After:   State{held("raff_volume.a", volumeA), {Workspace: "side", Address: "raff_volume.a", Key: volumeA.Key}},
				Objects: []Object{volumeA}, Configured: oneVolume(),
			},
			want: []string{"adopted raff_volume.a 1"},
		},
		"somebody else's object taken over": {
			step: Step{
				After: State{held("raff_volume.a", volumeA)}, Objects: []Object{volumeA}, Existed: []Object{volumeA},
				Foreign: map[Key]bool{volumeA.Key: true}, Configured: oneVolume(),
			},
			want: []string{"adopted raff_volume.a 1"},
		},
		"somebody else's object imported on purpose": {
			step: Step{
				After: State{held("raff_volume.a", volumeA)}, Objects: []Object{volumeA}, Existed: []Object{volumeA},
				Foreign: map[Key]bool{volumeA.Key: true}, Imported: map[Key]bool{volumeA.Key: true}, Configured: oneVolume(),
			},
		},
		"dropped from the state and still there": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}, Objects: []Object{volumeA}, Configured: oneVolume(),
			},
			want: []string{"unreported raff_volume.a 1"},
		},
		"dropped by a destroy that says that it has worked": {
			step: Step{Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}, Objects: []Object{volumeA}},
			want: []string{"unreported raff_volume.a 1"},
		},
		"dropped with an error about it": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}, Objects: []Object{volumeA}, Configured: oneVolume(),
				Diagnostics: says("raff_volume.a", "volume 1 was lost"),
			},
		},
		"dropped with an error about what was to take its place": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}, Objects: []Object{volumeA}, Configured: oneVolume(),
				Diagnostics: says("raff_volume.a", "the name is taken"),
			},
			want: []string{"unreported raff_volume.a 1"},
		},
		"dropped with an error about another": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}, Objects: []Object{volumeA}, Configured: oneVolume(),
				Diagnostics: says("raff_vm.a", "no such thing"),
			},
			want: []string{"unreported raff_volume.a 1"},
		},
		"gone and still in the state": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, After: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA},
				Configured: oneVolume(),
			},
			want: []string{"unreported raff_volume.a 1"},
		},
		"gone and still in the state, with an error about it": {
			step: Step{
				Before: State{held("raff_volume.a", volumeA)}, After: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA},
				Configured: oneVolume(), Diagnostics: says("raff_volume.a", "not deleted"),
			},
		},
		"destroyed": {
			step: Step{Before: State{held("raff_volume.a", volumeA)}, Existed: []Object{volumeA}},
		},
		"made by a process that was killed": {
			step: Step{Objects: []Object{volumeA}, Configured: oneVolume(), Killed: true},
			want: []string{"killed_unrecorded raff_volume.a 1"},
		},
		"lost in a run that was killed, but made before it": {
			step: Step{Existed: []Object{volumeA}, Objects: []Object{volumeA}, Configured: oneVolume(), Killed: true},
			want: []string{"orphan raff_volume.a 1"},
		},
		"a pending member is its invitation": {
			step: Step{After: State{{Workspace: "main", Address: "raff_member.a", Key: Key{"raff_member", "m"}}}, Objects: []Object{invited}},
		},
		"an attachment that is left behind, before all has come to rest": {
			step: Step{After: State{held("raff_vm.a", vmA)}, Objects: []Object{vmA, joined}},
		},
		"an attachment that is left behind": {
			step: Step{After: State{held("raff_vm.a", vmA)}, Objects: []Object{vmA, joined}, Edges: true},
			want: []string{"orphan  vm:net"},
		},
		"the interface of a VM's own VPC": {
			step: Step{
				After:   State{{Workspace: "main", Address: "raff_vm.a", Key: vmA.Key, VPC: "net"}},
				Objects: []Object{vmA, joined}, Edges: true,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range judge(test.step) {
				got = append(got, string(f.Kind)+" "+f.Address+" "+f.ID)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// A run that cannot see the account has to fail and leave everything as it is.
func TestJudgeIntrusion(t *testing.T) {
	before, objects := State{held("raff_volume.a", volumeA)}, []Object{volumeA}
	failed := result{exit: 1, Said: Said{Diagnostics: says("raff_volume.a", "no")}}
	tests := map[string]struct {
		r             result
		after         State
		objectsBefore []Object
		objectsAfter  []Object
		want          []Kind
	}{
		"refused":                {failed, before, objects, objects, nil},
		"it succeeds":            {result{}, before, objects, objects, []Kind{Unreported}},
		"it empties the state":   {failed, nil, objects, objects, []Kind{Unreported}},
		"it destroys":            {failed, before, objects, nil, []Kind{Unreported}},
		"it makes another":       {failed, before, objects, []Object{volumeA, volumeB}, []Kind{Orphan}},
		"it makes and forgets":   {failed, State{held("raff_volume.a", volumeB)}, objects, []Object{volumeA, volumeB}, []Kind{Unreported, Orphan}},
		"exit code 1, no errors": {result{exit: 1}, before, objects, objects, []Kind{Unreported}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []Kind
			for _, f := range judgeIntrusion(step{Command: "apply", Mode: ingress}, test.r, before, test.after, test.objectsBefore, test.objectsAfter) {
				got = append(got, f.Kind)
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
}
