package export

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// order is the order of types in a file, and in which labels are given: what is named after others comes after them.
var order = []string{
	raffProject, raffSSHKey, raffRole, raffAPIKey, raffVPC, raffIP, raffGroup, raffVM, raffVolume,
	raffVPCAttachment, raffIPAttachment, raffGroupAttachment, raffVMNote, raffVolumeAttachment,
	raffSnapshot, raffBackup, raffSchedule, raffMember, raffProjectMember, raffInvitation,
}

// identifier is a text as a label: letters and digits in lower case, and underscores for what is between them. It is empty
// where nothing is left.
func identifier(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return norm.NFC.String(strings.TrimRight(b.String(), "_"))
}

// noun is what an object of a type is called in a label: raff_vpc_attachment is a vpc_attachment.
func noun(typeName string) string { return strings.TrimPrefix(typeName, "raff_") }

// label is a valid label from the words of an object. It does not begin with a digit.
func label(typeName string, words ...string) string {
	joined := identifier(strings.Join(words, "_"))
	if joined == "" {
		return noun(typeName)
	}
	if first, _ := utf8.DecodeRuneInString(joined); !unicode.IsLetter(first) {
		return noun(typeName) + "_" + joined
	}
	return joined
}

// scope is where a label has to be unique.
type scope struct{ module, typeName string }

// label gives each object its label. An object that had one keeps it. Among others of the same name, the oldest has the
// plain one, so that a further object renames none. All else depends on the object alone.
func (w *writer) label() {
	taken := map[scope]map[string]bool{}
	take := func(o *Object, name string) bool {
		at := scope{w.module(o), o.Type}
		if taken[at] == nil {
			taken[at] = map[string]bool{}
		}
		if taken[at][name] {
			return false
		}
		taken[at][name] = true
		w.labels[o] = name
		return true
	}
	var unnamed []*Object
	for _, o := range w.objects {
		name := o.Label
		if name == "" {
			name = w.earlier[labelKey(o.Type, idOf(o))]
		}
		if !isLabel(name) || !take(o, name) {
			unnamed = append(unnamed, o)
		}
	}
	slices.SortStableFunc(unnamed, func(a, b *Object) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Type), slices.Index(order, b.Type)), byAge(a, b))
	})
	for _, o := range unnamed {
		for _, candidate := range w.candidates(o) {
			if take(o, candidate) {
				break
			}
		}
	}
}

// isLabel tells whether a text is a label that an export could have given.
func isLabel(text string) bool {
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r != '-' && !unicode.IsDigit(r)) {
			return false
		}
	}
	return text != ""
}

// candidates are the labels that an object may have, the best one first. The last one is its own.
func (w *writer) candidates(o *Object) []string {
	words := w.words(o)
	id := idOf(o)
	short := id
	if first, _, ok := strings.Cut(id, "-"); ok {
		short = first
	}
	longer := func(more ...string) string { return label(o.Type, append(slices.Clone(words), more...)...) }
	return []string{
		label(o.Type, words...), longer(w.projectName(o)), longer(w.detail(o)), longer(w.projectName(o), w.detail(o)),
		longer(short), longer(id), longer(id, o.ProjectID),
	}
}

// words are what an object is called after: its name, or what it connects.
func (w *writer) words(o *Object) []string {
	of := func(attribute string) string {
		ref, _ := referenceOf(o.Type, attribute)
		return w.called(o, ref, held(o, attribute))
	}
	switch o.Type {
	case raffRole:
		return []string{held(o, "slug")}
	case raffIP:
		return []string{noun(raffIP), held(o, "ip_address")}
	case raffVMNote:
		if held(o, "type") == "account" {
			return []string{of("vm_id")}
		}
		return []string{of("vm_id"), held(o, "type")}
	case raffVPCAttachment:
		return []string{of("vm_id"), of("vpc_id")}
	case raffGroupAttachment:
		return []string{of("vm_id"), of("security_group_id")}
	case raffIPAttachment:
		return []string{of("ip_id")}
	case raffVolumeAttachment:
		return []string{of("volume_id")}
	case raffSchedule:
		return []string{of("vm_id"), held(o, "type")}
	case raffMember, raffProjectMember:
		if key := w.keyOf(o); key != nil {
			return []string{w.called(o, toKey, idOf(key))}
		}
		if id := held(o, "api_key_id"); id != "" {
			return []string{of("api_key_id")}
		}
		local, _, _ := strings.Cut(held(o, "email"), "@")
		return []string{local}
	case raffInvitation:
		local, _, _ := strings.Cut(held(o, "email"), "@")
		return []string{local}
	}
	return []string{o.name()}
}

// detail tells an object from others of its name, where its project does not.
func (w *writer) detail(o *Object) string {
	switch o.Type {
	case raffMember, raffProjectMember, raffInvitation:
		return held(o, "email")
	case raffGroupAttachment:
		return "interface_" + held(o, "nic_id")
	case raffBackup, raffSnapshot:
		ref, _ := referenceOf(o.Type, "vm_id")
		return w.called(o, ref, held(o, "vm_id"))
	}
	return ""
}

// called is what an object is called that another one holds something of.
func (w *writer) called(from *Object, ref reference, value string) string {
	target := w.referents.find(from, ref, value)
	if target == nil {
		first, _, _ := strings.Cut(value, "-")
		return first
	}
	if name, ok := w.labels[target]; ok {
		return name
	}
	return label(target.Type, w.words(target)...)
}

// projectName is the name of the project that an object is in.
func (w *writer) projectName(o *Object) string {
	if o.ProjectID == "" {
		return ""
	}
	return w.called(o, toProject, o.ProjectID)
}

// name is the name of an object; what people know it by where it has none.
func (o *Object) name() string {
	if name := held(o, "name"); name != "" {
		return name
	}
	return o.Name
}

// byAge sorts the oldest object first.
func byAge(a, b *Object) int {
	return cmp.Or(cmp.Compare(held(a, "created_at"), held(b, "created_at")), cmp.Compare(idOf(a), idOf(b)))
}
