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
	address string // of a resource or data source in its module; empty for other blocks
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

// files are the files to write. What a person has edited stays, and what would have gone into it is in a file beside it.
func (l *layout) files(before *existing, labels map[string]string, secrets []Secret) (Files, error) {
	files := Files{Content: map[string][]byte{}, Secrets: secrets, Kept: map[string]string{}}
	next := record{Files: map[string]string{}, Labels: labels}
	for _, name := range before.stale(l) {
		l.pieces[name] = nil
	}
	for at, pieces := range l.pieces {
		name, content := at.path(), text(pieces)
		next.Files[name] = checksum(content)
		if !before.edited(name) || bytes.Equal(before.content[name], content) {
			files.Content[name] = content
			continue
		}
		files.Content[name+newSuffix] = content
		files.Kept[name] = "It was edited since it was written, or is none that an export has written. What it would have is in " + name + newSuffix + "."
		next.Files[name] = before.record.Files[name]
	}
	content, err := json.MarshalIndent(next, "", "  ")
	files.Content[recordName] = append(content, '\n')
	return files, err
}
