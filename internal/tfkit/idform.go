package tfkit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// PartForm is what an id, or a part of one, is written like.
type PartForm struct {
	// Words describe it: "a UUID".
	Words string
	// Example is one of it.
	Example string

	matches func(text string) bool
}

// The forms of ids.
var (
	uuidPart     = PartForm{"a UUID", "6f9d1c0e-5a1b-4c7d-9e2f-3b8a7d6c5e4f", idForm.MatchString}
	otherUUID    = PartForm{"a UUID", "0c2b7a94-8d3e-4f15-a6b9-1e5d4c3f2a10", idForm.MatchString}
	integerPart  = PartForm{"a positive integer, written without leading zeros", "4711", integerID.MatchString}
	nicPart      = PartForm{"the number of an interface, 0 or more", "0", nicID.MatchString}
	noteTypePart = PartForm{quote(client.NoteAccount) + " or " + quote(client.NotePersonal), client.NoteAccount, func(text string) bool {
		return text == client.NoteAccount || text == client.NotePersonal
	}}
)

// nicID is a number that fits into 31 bits, without leading zeros.
var nicID = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)

// IDPart is one part of an id, which has several where an object has no id of its own in the API.
type IDPart struct {
	// Name is that of the attribute that holds it; "id" where it is the whole id.
	Name string
	PartForm
}

// IDForm is what the ids of a resource type are written like.
type IDForm struct {
	// Type is the resource type.
	Type string
	// Noun is what messages call an object.
	Noun string
	// Account tells that the objects are in no project that an import could name.
	Account bool
	// Parts are one or more, joined by colons.
	Parts []IDPart
}

func whole(form PartForm) []IDPart { return []IDPart{{"id", form}} }

// idForms are those of all resource types.
var idForms = []IDForm{
	{Type: "raff_api_key", Noun: "API key", Account: true, Parts: whole(uuidPart)},
	{Type: "raff_backup", Noun: "backup", Parts: whole(uuidPart)},
	{Type: "raff_backup_schedule", Noun: "backup schedule", Parts: whole(integerPart)},
	{Type: "raff_invitation", Noun: "invitation", Parts: whole(uuidPart)},
	{Type: "raff_ip", Noun: "IP", Parts: whole(uuidPart)},
	{Type: "raff_ip_attachment", Noun: "IP attachment", Parts: []IDPart{{"ip_id", uuidPart}}},
	{Type: "raff_member", Noun: "member", Account: true, Parts: whole(uuidPart)},
	{Type: "raff_project", Noun: "project", Account: true, Parts: whole(uuidPart)},
	{Type: "raff_project_member", Noun: "project member", Parts: whole(uuidPart)},
	{Type: "raff_role", Noun: "role", Account: true, Parts: whole(uuidPart)},
	{Type: "raff_security_group", Noun: "security group", Parts: whole(uuidPart)},
	{
		Type: "raff_security_group_attachment", Noun: "security group attachment",
		Parts: []IDPart{{"vm_id", uuidPart}, {"nic_id", nicPart}, {"security_group_id", otherUUID}},
	},
	{Type: "raff_snapshot", Noun: "snapshot", Parts: whole(integerPart)},
	{Type: "raff_ssh_key", Noun: "SSH key", Account: true, Parts: whole(uuidPart)},
	{Type: "raff_vm", Noun: "VM", Parts: whole(uuidPart)},
	{Type: "raff_vm_note", Noun: "VM note", Parts: []IDPart{{"vm_id", uuidPart}, {"type", noteTypePart}}},
	{Type: "raff_volume", Noun: "volume", Parts: whole(integerPart)},
	{Type: "raff_volume_attachment", Noun: "volume attachment", Parts: []IDPart{{"volume_id", integerPart}}},
	{Type: "raff_vpc", Noun: "VPC", Parts: whole(uuidPart)},
	{Type: "raff_vpc_attachment", Noun: "VPC attachment", Parts: []IDPart{{"vm_id", uuidPart}, {"vpc_id", otherUUID}}},
}

// IDFormOf returns the form of the ids of a resource type, if there is such a type.
func IDFormOf(resourceType string) (IDForm, bool) {
	i := slices.IndexFunc(idForms, func(f IDForm) bool { return f.Type == resourceType })
	if i < 0 {
		return IDForm{}, false
	}
	return idForms[i], true
}

// TypesWithIDs are the resource types, in the order of the alphabet.
func TypesWithIDs() []string {
	types := make([]string, len(idForms))
	for i, f := range idForms {
		types[i] = f.Type
	}
	return types
}

// Written is how an id is composed: <vm_id>:<vpc_id>.
func (f IDForm) Written() string {
	names := make([]string, len(f.Parts))
	for i, part := range f.Parts {
		names[i] = "<" + part.Name + ">"
	}
	return strings.Join(names, idSeparator)
}

// Example is an id of the form.
func (f IDForm) Example() string {
	examples := make([]string, len(f.Parts))
	for i, part := range f.Parts {
		examples[i] = part.Example
	}
	return JoinID(examples...)
}

// Words say what the parts are: "<vm_id> is a UUID".
func (f IDForm) Words() string {
	words := make([]string, len(f.Parts))
	for i, part := range f.Parts {
		words[i] = "<" + part.Name + "> is " + part.Words
	}
	return strings.Join(words, ", ")
}

// Split takes an id apart. Otherwise problem says what is wrong with it.
func (f IDForm) Split(id string) (parts []string, problem string) {
	parts = strings.Split(id, idSeparator)
	switch {
	case id == "":
		return nil, "it is empty"
	case strings.TrimSpace(id) != id:
		return nil, "it has spaces around it"
	case len(parts) != len(f.Parts):
		return nil, f.counted(len(parts)) + f.otherTypes(id)
	}
	for i, part := range f.Parts {
		if problem := part.Problem(parts[i]); problem != "" {
			return nil, problem + f.otherTypes(id)
		}
	}
	return parts, ""
}

// Problem says what is wrong with the text of a part, or nothing.
func (p IDPart) Problem(text string) string {
	switch {
	case text == "":
		return "<" + p.Name + "> is empty"
	case !p.matches(text):
		return fmt.Sprintf("%s is not %s", quote(shortened(text)), p.Words)
	}
	return ""
}

// counted says how many parts there are, and how many there have to be.
func (f IDForm) counted(got int) string {
	if len(f.Parts) == 1 {
		return fmt.Sprintf("it has %d parts with colons between them, and the id is one", got)
	}
	return fmt.Sprintf("it has %s, and the id is made of %d with colons between them", plural(got, "part"), len(f.Parts))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// maxOthers is how many types a message names at most. More say nothing.
const maxOthers = 4

// otherTypes says of which types an id has the form, where that tells something.
func (f IDForm) otherTypes(id string) string {
	var others []string
	for _, other := range idForms {
		if other.Type != f.Type && other.has(id) {
			others = append(others, other.Type)
		}
	}
	if len(others) == 0 || len(others) > maxOthers {
		return ""
	}
	return "; it has the form of an id of " + orList(others)
}

// has tells whether a text is an id of the form.
func (f IDForm) has(id string) bool {
	parts := strings.Split(id, idSeparator)
	if len(parts) != len(f.Parts) {
		return false
	}
	for i, part := range f.Parts {
		if !part.matches(parts[i]) {
			return false
		}
	}
	return true
}

func orList(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
