package export

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// fileOf is the file that the blocks of a type are in.
var fileOf = map[string]string{
	raffProject: "projects.tf",
	raffVM:      "compute.tf", raffVMNote: "compute.tf",
	raffVPC: "network.tf", raffVPCAttachment: "network.tf", raffIP: "network.tf", raffIPAttachment: "network.tf",
	raffGroup: "network.tf", raffGroupAttachment: "network.tf",
	raffVolume: "storage.tf", raffVolumeAttachment: "storage.tf",
	raffSnapshot: "backups.tf", raffBackup: "backups.tf", raffSchedule: "backups.tf",
	raffSSHKey: "access.tf", raffRole: "access.tf", raffAPIKey: "access.tf",
	raffMember: "access.tf", raffProjectMember: "access.tf", raffInvitation: "access.tf",
}

// recordName is the file that has what an export has to know of the one before it. It is no part of the configuration.
const recordName = ".raff-export.json"

// newSuffix is added to the name of a file that a person has edited. The CLI does not read a file of such a name.
const newSuffix = ".new"

// header is the first line of each file.
const header = "# Written by terraform-provider-raff export. It overwrites this file as long as nobody has edited it.\n"

// place is a file of a module. The root module has no name.
type place struct{ module, file string }

func (p place) path() string {
	if p.module == "" {
		return p.file
	}
	return path.Join("modules", p.module, p.file)
}

// piece is a block of a file.
type piece struct {
	rank    int // of its type
	label   string
	address string // what there can be one block of in a module; empty where there can be several
	text    string
}

// layout has the blocks of each file.
type layout struct{ pieces map[place][]piece }

func newLayout() *layout { return &layout{pieces: map[place][]piece{}} }

// add adds a block to a file, once.
func (l *layout) add(at place, p piece) {
	if !slices.Contains(l.pieces[at], p) {
		l.pieces[at] = append(l.pieces[at], p)
	}
}

// text is what a file has: its blocks in an order that depends on them alone, so that another block changes none.
func text(pieces []piece) []byte {
	slices.SortFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.label, b.label), cmp.Compare(a.text, b.text))
	})
	var b strings.Builder
	b.WriteString(header)
	for _, p := range pieces {
		b.WriteString("\n" + p.text)
	}
	return format(b.String())
}

// record is what an export notes down for the next one.
type record struct {
	// Files are the checksums of the files as they were written.
	Files map[string]string `json:"files"`
	// Labels are the labels of objects, by type and id: the import blocks may be gone by then.
	Labels map[string]string `json:"labels"`
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// addedName is the file beside one that a person has edited, for the blocks that no file of theirs has.
func (e *existing) addedName(name string) string {
	added := strings.TrimSuffix(name, ".tf") + "_added.tf"
	if e.edited(added) {
		return e.addedName(added)
	}
	return added
}

// files are the files to write. What a person has edited stays: what would be in it is in a file beside it, and what it
// lacks in another one. What a person has in a file of their own is not written again.
func (l *layout) files(before *existing, labels map[string]string, secrets []Secret) (Files, error) {
	files := Files{Content: map[string][]byte{}, Secrets: secrets, Kept: map[string]string{}}
	next := record{Files: map[string]string{}, Labels: labels}
	write := func(name string, content []byte) {
		files.Content[name] = content
		next.Files[name] = checksum(content)
	}
	for at, pieces := range l.pieces {
		name, whole := at.path(), text(pieces)
		missing := before.missing(at, pieces)
		switch {
		case bytes.Equal(before.content[name], whole):
			write(name, whole)
		case before.edited(name):
			files.Content[name+newSuffix] = whole
			next.Files[name] = before.record.Files[name]
			files.Kept[name] = "it was edited since it was written, or no export has written it. What it would have is in " + name + newSuffix + "."
			if len(missing) > 0 {
				added := before.addedName(name)
				write(added, text(missing))
				files.Kept[name] += " What no file has yet is in " + added + "."
			}
		case len(missing) == len(pieces):
			write(name, whole)
		case len(missing) > 0:
			write(name, text(missing))
		}
	}
	for _, name := range before.stale(files) {
		write(name, text(nil))
	}
	content, err := json.MarshalIndent(next, "", "  ")
	files.Content[recordName] = append(content, '\n')
	return files, err
}
