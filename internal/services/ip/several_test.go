package ip_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

var unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// several is a VM and reserved IPv4 addresses, none of which it has yet.
type several struct {
	t   *testing.T
	b   *acctest.Backend
	vm  string
	ips []*client.IP
}

func newSeveral(t *testing.T, addresses int) *several {
	t.Helper()
	b := acctest.New(t)
	s := &several{t: t, b: b, vm: makeVMs(t, b, "web")[0]}
	for range addresses {
		s.ips = append(s.ips, reserve(t, b, b.Production(), client.IPv4))
	}
	return s
}

// of is an attachment of one of the addresses to the VM.
func (s *several) of(w *acctest.Walk, n int, extra ...string) (acctest.Object, tftypes.Value) {
	values := map[string]tftypes.Value{"project_id": text(s.b.Production()), "ip_id": text(s.ips[n].ID), "vm_id": text(s.vm)}
	if len(extra) > 0 {
		values["primary"] = tftypes.NewValue(tftypes.Bool, extra[0] == "primary")
	}
	return w.New("raff_ip_attachment", fmt.Sprintf("n%d", n), values)
}

// attach attaches one of the addresses.
func (s *several) attach(w *acctest.Walk, n int, extra ...string) acctest.Object {
	s.t.Helper()
	o, config := s.of(w, n, extra...)
	p := w.Plan(o, config)
	if len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
	done, errs, _ := w.Apply(p)
	if len(errs) > 0 {
		s.t.Fatal(errs)
	}
	return done
}

// has is the value of a flag in the state.
func has(t *testing.T, w *acctest.Walk, o acctest.Object, name string) string {
	t.Helper()
	v := w.Attributes(o.State)[name]
	var on bool
	switch {
	case v.IsNull():
		return "null"
	case v.As(&on) != nil:
		t.Fatalf("%s is %s", name, v)
	}
	return fmt.Sprint(on)
}

// primaryOf is the VM's primary address, as the API says.
func (s *several) primaryOf() string {
	s.t.Helper()
	vm, err := s.b.Client(s.t).GetVM(s.t.Context(), s.vm)
	if err != nil {
		s.t.Fatal(err)
	}
	return vm.PublicIPv4Address
}

// null is the plan that destroys an object.
func null(o acctest.Object) tftypes.Value { return tftypes.NewValue(o.State.Type(), nil) }

// A VM takes four addresses, the first of which is the primary one, and keeps it whatever else is detached. The fifth
// is refused at plan, where this run keeps the others.
func TestIPAttachment_four(t *testing.T) {
	s := newSeveral(t, 5)
	w := s.b.NewWalk(t, "")
	var all []acctest.Object
	for n := range 4 {
		o := s.attach(w, n)
		if got := has(t, w, o, "is_primary"); got != fmt.Sprint(n == 0) {
			t.Errorf("is_primary of the address %d is %s", n, got)
		}
		all = append(all, o)
	}
	w = s.b.NewWalk(t, "")
	for i, o := range all {
		fresh, errs, warnings := w.Refresh(o)
		if len(errs)+len(warnings) > 0 {
			t.Fatal(errs, warnings)
		}
		all[i] = fresh
		p := w.Plan(fresh, w.Config(fresh))
		if changes := w.Changes(p); len(changes)+len(p.Errors)+len(p.Warnings) > 0 {
			t.Errorf("the plan of %d changes %v: %v %v", i, changes, p.Errors, p.Warnings)
		}
	}
	fifth, config := s.of(w, 4)
	if p := w.Plan(fifth, config); !slices.ContainsFunc(p.Errors, func(e string) bool { return strings.Contains(e, "Too many addresses") }) {
		t.Errorf("the fifth address: %v", p.Errors)
	}
	// One goes in the same run: there is room.
	w = s.b.NewWalk(t, "")
	gone := w.Plan(all[2], null(all[2]))
	if len(gone.Warnings) > 0 {
		t.Errorf("nothing follows from the end of one that is not the primary one: %v", gone.Warnings)
	}
	p := w.Plan(fifth, config)
	if len(p.Errors)+len(p.Warnings) > 0 {
		t.Errorf("there is room: %v %v", p.Errors, p.Warnings)
	}
	if _, errs, _ := w.Apply(gone); len(errs) > 0 {
		t.Fatal(errs)
	}
	if _, errs, _ := w.Apply(p); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := s.primaryOf(); got != s.ips[0].Address {
		t.Errorf("the primary address is %s", got)
	}
	// Those of somebody else may go.
	w = s.b.NewWalk(t, "")
	again, config := s.of(w, 2)
	p = w.Plan(again, config)
	if len(p.Errors) > 0 || len(p.Warnings) != 4 {
		t.Errorf("four others have the places: %v %q", p.Errors, p.Warnings)
	}
}

// Attachments of one apply that start in any order: the one that is to be the primary one is.
func TestIPAttachment_primaryComesFirst(t *testing.T) {
	s := newSeveral(t, 3)
	w := s.b.NewWalk(t, "")
	var plans []acctest.Planned
	for n, role := range []string{"other", "primary", "other"} {
		o, config := s.of(w, n, role)
		p := w.Plan(o, config)
		if len(p.Errors)+len(p.Warnings) > 0 {
			t.Fatal(p.Errors, p.Warnings)
		}
		plans = append(plans, p)
	}
	type result struct {
		o    acctest.Object
		errs []string
	}
	results := make(chan result)
	for _, p := range plans[:1] { // it has to wait
		go func() {
			o, errs, _ := w.Apply(p)
			results <- result{o, errs}
		}()
	}
	for len(s.b.Requests("listVMNetworks")) == 0 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	for _, p := range plans[1:] {
		go func() {
			o, errs, _ := w.Apply(p)
			results <- result{o, errs}
		}()
	}
	for range plans {
		r := <-results
		if len(r.errs) > 0 {
			t.Errorf("%s: %s", r.o.Address(), r.errs)
			continue
		}
		if got := has(t, w, r.o, "is_primary"); got != fmt.Sprint(r.o.Name == "n1") {
			t.Errorf("is_primary of %s is %s", r.o.Address(), got)
		}
	}
	if got := s.primaryOf(); got != s.ips[1].Address {
		t.Errorf("the primary address is %s", got)
	}
}

// Where the primary address goes, the plan says which one takes its place; where another one is to come in its place and
// would not get it, the plan is refused.
func TestIPAttachment_primaryGoes(t *testing.T) {
	s := newSeveral(t, 4)
	first := s.b.NewWalk(t, "")
	a, b := s.attach(first, 0, "primary"), s.attach(first, 1)

	w := s.b.NewWalk(t, "")
	a, b = refreshed(t, w, a), refreshed(t, w, b)
	stays := w.Plan(b, w.Config(b))
	gone := w.Plan(a, null(a))
	said(t, append(gone.Warnings, gone.Errors...), "The primary address changes", s.ips[1].Address)
	if changes := w.Changes(stays); len(changes) > 0 {
		t.Errorf("the other one changes %v", changes)
	}

	w = s.b.NewWalk(t, "")
	a, b = refreshed(t, w, a), refreshed(t, w, b)
	w.Plan(b, w.Config(b))
	_, other := s.of(w, 2, "primary")
	said(t, w.Plan(a, other).Errors, "Another address would become the primary one", s.ips[1].Address)

	// Nobody asks for it: it is said.
	w = s.b.NewWalk(t, "")
	a, b = refreshed(t, w, a), refreshed(t, w, b)
	w.Plan(b, w.Config(b))
	_, other = s.of(w, 2)
	p := w.Plan(a, other)
	if len(p.Errors) > 0 || !slices.Equal(p.Replaces, []string{"ip_id"}) {
		t.Errorf("%v %v", p.Errors, p.Replaces)
	}
	said(t, p.Warnings, "The primary address changes", s.ips[1].Address)

	// All of them go: nothing follows.
	w = s.b.NewWalk(t, "")
	a, b = refreshed(t, w, a), refreshed(t, w, b)
	plans := []acctest.Planned{w.Plan(b, null(b)), w.Plan(a, null(a))}
	if len(plans[1].Warnings) > 0 {
		t.Errorf("all go, and that is said to change the primary address: %v", plans[1].Warnings)
	}
	if _, errs, _ := w.Apply(plans[1]); len(errs) > 0 {
		t.Fatal(errs)
	}
	if b = refreshed(t, s.b.NewWalk(t, ""), b); has(t, w, b, "is_primary") != "true" {
		t.Error("the other one has not become the primary one")
	}
	// It cannot be given back by saying so.
	w = s.b.NewWalk(t, "")
	late := s.attach(w, 3)
	late = refreshed(t, w, late)
	_, config := s.of(w, 3, "primary")
	said(t, w.Plan(late, config).Errors, "The address is not the primary one", "-replace")
}

// Two cannot both be the primary one, and neither can one that comes to a VM that has others.
func TestIPAttachment_primaryIsTaken(t *testing.T) {
	s := newSeveral(t, 2)
	w := s.b.NewWalk(t, "")
	o, config := s.of(w, 0, "primary")
	if p := w.Plan(o, config); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	o, config = s.of(w, 1, "primary")
	said(t, w.Plan(o, config).Errors, "Another address is to be the primary one", s.ips[0].ID)

	first := s.attach(s.b.NewWalk(t, ""), 0)
	w = s.b.NewWalk(t, "")
	said(t, w.Plan(o, config).Warnings, "The VM has another address", s.ips[0].Address)
	w = s.b.NewWalk(t, "")
	first = refreshed(t, w, first)
	w.Plan(first, w.Config(first))
	said(t, w.Plan(o, config).Errors, "The VM has another primary address", s.ips[0].Address)

	// What is not known yet is refused by nobody.
	w = s.b.NewWalk(t, "")
	if p := w.Plan(o, w.With(config, map[string]tftypes.Value{"vm_id": unknownText, "ip_id": unknownText})); len(p.Errors)+len(p.Warnings) > 0 {
		t.Errorf("%v %v", p.Errors, p.Warnings)
	}
	// There is one IPv6 address.
	s.ips = append(s.ips, reserve(t, s.b, s.b.Production(), client.IPv6))
	o, config = s.of(w, 2, "primary")
	said(t, w.Plan(o, config).Errors, "Only IPv4 addresses can be the primary one", s.ips[2].Address)
}

// An attachment that is not the primary one is imported by its address, and found again where it was moved elsewhere.
func TestIPAttachment_importOfAnotherThanThePrimary(t *testing.T) {
	s := newSeveral(t, 2)
	w := s.b.NewWalk(t, "")
	s.attach(w, 0)
	second := s.attach(w, 1)
	w = s.b.NewWalk(t, "")
	imported, errs := w.Import("raff_ip_attachment", s.ips[1].ID)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if p := w.Plan(imported, w.Config(second)); len(w.Changes(p)) > 0 || len(p.Errors) > 0 {
		t.Errorf("the import plans %v %v", w.Changes(p), p.Errors)
	}
	if got := has(t, w, imported, "is_primary"); got != "false" {
		t.Errorf("is_primary is %s", got)
	}
}

// Answers of before is_primary still read: the only address is the primary one, of several nothing is known.
func TestIPAttachment_answersOfEarlier(t *testing.T) {
	s := newSeveral(t, 2)
	i := s.b.Intercept(t)
	i.Set(func(w http.ResponseWriter, r *http.Request) bool { return s.b.Without(w, r, "is_primary") })
	w := s.b.NewWalk(t, i.URL)
	first := s.attach(w, 0)
	if got := has(t, w, first, "is_primary"); got != "true" {
		t.Errorf("is_primary of the only address is %s", got)
	}
	second := s.attach(w, 1)
	if got := has(t, w, second, "is_primary"); got != "null" {
		t.Errorf("is_primary of a second address is %s", got)
	}
	w = s.b.NewWalk(t, i.URL)
	second = refreshed(t, w, second)
	if changes := w.Changes(w.Plan(second, w.Config(second))); len(changes) > 0 {
		t.Errorf("the plan changes %v", changes)
	}
	i.Set(nil)
	w = s.b.NewWalk(t, i.URL)
	if second = refreshed(t, w, second); has(t, w, second, "is_primary") != "false" {
		t.Error("is_primary is not read once the API says it")
	}
}

func refreshed(t *testing.T, w *acctest.Walk, o acctest.Object) acctest.Object {
	t.Helper()
	fresh, errs, _ := w.Refresh(o)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return fresh
}

// said checks that one of the diagnostics has all the texts.
func said(t *testing.T, diagnostics []string, texts ...string) {
	t.Helper()
	for _, d := range diagnostics {
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(d, text) }) {
			return
		}
	}
	t.Errorf("want %q in one of %q", texts, diagnostics)
}
