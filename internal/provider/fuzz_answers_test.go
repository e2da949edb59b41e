package provider_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// fuzzed is a backend with an object of every type, and the state of each as an import has it.
type fuzzed struct {
	t       *testing.T
	b       *acctest.Backend
	mutated *acctest.Mutated
	ids     map[string]string
	types   []string
}

// fuzzLimit is how long a call may take: what waits for a state that does not come is cut off, as by an interrupt.
const fuzzLimit = 300 * time.Millisecond

func newFuzzed(t *testing.T) *fuzzed {
	t.Helper()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	f := &fuzzed{t: t, b: b, mutated: b.Mutate(t), ids: b.Furnish(t)}
	f.types = slices.Sorted(maps.Keys(f.ids))
	return f
}

// walk begins a walk over the mutated answers, without retries, whose calls are limited.
func (f *fuzzed) walk() *acctest.Walk {
	f.t.Helper()
	w := f.b.NewWalkWith(f.t, f.mutated.URL, map[string]tftypes.Value{"max_retries": tftypes.NewValue(tftypes.Number, 0)})
	w.Limit = fuzzLimit
	return w
}

// object imports the object of a type, with the answers as they are.
func (f *fuzzed) object(typeName string) acctest.Object {
	f.t.Helper()
	o, errs := f.b.NewWalk(f.t, "").Import(typeName, f.ids[typeName])
	if len(errs) > 0 {
		f.t.Fatalf("%s: %s", typeName, errs)
	}
	return o
}

// The API's answer is not what it should be: one value of it is missing, of another type, or another one. The outcome is a
// diagnostic, or a state that has the id that was asked for and says what the answer says.
func FuzzRead(f *testing.F) {
	seedMutations(f, func(typ uint8, m acctest.Mutation) {
		f.Add(typ, true, m.Answer, m.Node, m.How)
		f.Add(typ, false, m.Answer, m.Node, m.How)
	})
	f.Fuzz(func(t *testing.T, typ uint8, imported bool, answer uint8, node uint16, how uint8) {
		z := newFuzzed(t)
		m := acctest.Mutation{Answer: answer % 8, Node: node, How: how}
		z.read(z.types[int(typ)%len(z.types)], imported, &m)
	})
}

// Whatever is missing in what the API says of an object, of any type: a diagnostic, or a state that the next plan does not
// replace the object for.
func TestReadWithoutAnyField(t *testing.T) {
	t.Parallel()
	z := newFuzzed(t)
	for _, typeName := range z.types {
		for node, values := uint16(0), 1; int(node) <= values; node++ {
			m := acctest.Mutation{Node: node} // the first kind: missing
			z.read(typeName, node%2 == 0, &m)
			for _, a := range z.mutated.Seen() {
				values = max(values, a.Values)
			}
			z.mutated.Set(nil)
		}
	}
}

// seedMutations adds the mutations of the first answers' first values.
func seedMutations(f *testing.F, add func(typ uint8, m acctest.Mutation)) {
	f.Helper()
	const types, perType = 20, 4
	for typ := range uint8(types) {
		for i := range uint8(perType) {
			how := (typ*perType + i) % uint8(acctest.Mutations()) // #nosec G115 -- there are few
			add(typ, acctest.Mutation{Answer: i % 3, Node: uint16(typ) + uint16(i), How: how})
		}
	}
}

func (f *fuzzed) read(typeName string, imported bool, m *acctest.Mutation) {
	f.t.Helper()
	before := f.object(typeName)
	w := f.walk()
	f.mutated.Set(m)
	var after acctest.Object
	var errs []string
	if imported {
		after, errs = w.Import(typeName, f.ids[typeName])
	} else {
		after, errs, _ = w.Refresh(before)
	}
	answers := f.mutated.Seen()
	f.sound(typeName, m.String(), errs)
	switch {
	case len(errs) > 0:
	case after.State.IsNull():
		released := typeName == "raff_ip" // where it is no longer reserved
		if !attached(typeName) && !released && !slices.ContainsFunc(answers, func(a acctest.Answered) bool { return a.Status == http.StatusNotFound }) {
			f.t.Errorf("%s, %s: it is forgotten", typeName, m)
		}
	default:
		f.truthful(w, m, before, after, answers)
	}
}

// attached are types whose objects are no longer there where another object says nothing of them.
func attached(typeName string) bool {
	return strings.HasSuffix(typeName, "_attachment") || typeName == "raff_vm_note" || typeName == "raff_invitation"
}

// framework are complaints of the plugin framework about what it takes apart itself, before the provider sees it.
var framework = regexp.MustCompile(`Error Decoding Private State|cannot be represented as a 64-bit|is not an integer`)

// sound checks what the diagnostics say: not that the provider is at fault, and nothing that cannot be shown.
func (f *fuzzed) sound(what, m string, errs []string) {
	f.t.Helper()
	for _, text := range errs {
		fault := strings.Contains(text, "error in the provider") || strings.Contains(text, "eport this") || strings.Contains(text, "json:")
		fault = fault && !framework.MatchString(text)
		if fault || !utf8.ValidString(text) || len(text) > 20_000 {
			f.t.Errorf("%s, %s: %s", what, m, text)
		}
	}
}

// truthful compares a state with what was asked for and with what the answers say.
func (f *fuzzed) truthful(w *acctest.Walk, m *acctest.Mutation, before, after acctest.Object, answers []acctest.Answered) {
	f.t.Helper()
	if !after.State.IsFullyKnown() {
		f.t.Errorf("%s, %s: the state is not known: %s", after.Type, m, after.State)
	}
	if got, want := text(w, after, "id"), text(w, before, "id"); got != want {
		f.t.Errorf("%s, %s: the id is %q, asked for was %q", after.Type, m, got, want)
	}
	prior := w.Attributes(before.State)
	said, original := mainAnswer(after.Type, text(w, before, "id"), answers)
	for name, got := range w.Attributes(after.State) {
		if identifies(name) && got.IsNull() && !prior[name].IsNull() {
			f.t.Errorf("%s, %s: %s is null, which replaces the object", after.Type, m, name)
		}
		if _, ok := original[name]; ok && said != nil && sameForm(after.Type, name) && !says(said, name, got, prior[name]) {
			f.t.Errorf("%s, %s: %s is %s, the answer says %v", after.Type, m, name, got, said[name])
		}
	}
}

// identifies tells of attributes that every object has that has them, and whose change replaces it.
func identifies(name string) bool { return name == "project_id" || name == "vm_id" }

// mainAnswer is what the mutated answer says of the object itself, and what it was before; nil where none does.
func mainAnswer(typeName, id string, answers []acctest.Answered) (said, original map[string]any) {
	if attached(typeName) {
		return nil, nil
	}
	for _, a := range answers {
		if a.Mutated && a.Method == http.MethodGet && strings.HasSuffix(a.Path, "/"+id) {
			return payload(a.Body), payload(a.Original)
		}
	}
	return nil, nil
}

// payload is the object that a body is about.
func payload(body []byte) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var answer struct{ Data map[string]any }
	if decoder.Decode(&answer) != nil {
		return nil
	}
	if vpc, ok := answer.Data["vpc"].(map[string]any); ok {
		return vpc
	}
	return answer.Data
}

// sameForm tells of attributes that the API has under the same name and in the same form.
func sameForm(typeName, name string) bool {
	switch name {
	case "deletion_protection", "timeouts", "time", "suspended", "id":
		return false
	case "type", "vm_id": // of another kind than the API's
		return typeName != "raff_snapshot" && typeName != "raff_backup" && typeName != "raff_backup_schedule"
	case "public_ipv4_address", "public_ipv6_address", "private_ipv4_address", "public_ipv6":
		return typeName != "raff_vm" // those of attachments are not the VM's
	case "role_id", "role_slug": // which a key was created with, and never changes
		return typeName != "raff_api_key"
	case "price_per_hour": // before the free pool, which the API takes into account
		return typeName != "raff_snapshot" && typeName != "raff_backup" && typeName != "data.raff_snapshot" && typeName != "data.raff_backup"
	case "description": // which the API does not return
		return typeName != "raff_vpc"
	}
	return true
}

// says tells whether a value is what an answer says of it. Where it says nothing, the value is empty, or the one before.
func says(said map[string]any, name string, got, prior tftypes.Value) bool {
	var str string
	var flag bool
	number := new(big.Float)
	switch value := said[name].(type) {
	case string:
		unsaid := value == "" && (got.IsNull() || got.Equal(prior))
		return unsaid || got.As(&str) != nil || !got.IsNull() && (str == value || sameTime(str, value))
	case bool:
		return got.As(&flag) != nil || !got.IsNull() && flag == value
	case json.Number:
		want, _, err := big.ParseFloat(value.String(), 10, 512, big.ToNearestEven)
		return err != nil || got.As(number) != nil || !got.IsNull() && number.Cmp(want) == 0
	case nil:
		empty := got.As(&[]tftypes.Value{}) == nil || got.As(&str) == nil && str == ""
		return got.IsNull() || got.Equal(prior) || empty
	}
	return true
}

func sameTime(a, b string) bool {
	first, err := time.Parse(time.RFC3339, a)
	if err != nil {
		return false
	}
	second, err := time.Parse(time.RFC3339, b)
	return err == nil && first.Truncate(time.Second).Equal(second.Truncate(time.Second))
}
