package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// twice is unmarshal without the short cut.
func twice(body []byte, out any) error {
	body = wholeNumbers(body)
	decodeErr := json.Unmarshal(body, out)
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if err := check(reflect.TypeOf(out).Elem(), tree, ""); err != nil {
		return err
	}
	return decodeErr
}

// answers are what calls decode into.
func answers() []answer {
	return []answer{
		&page[VM]{}, &single[VM]{}, &single[VPC]{}, &page[Volume]{}, &single[APIKeyWithSecret]{}, &single[SecurityGroup]{},
		&page[VMNetwork]{}, &single[Role]{}, &bulkAnswer{}, &envelope{},
	}
}

func page100(tb testing.TB) []byte {
	tb.Helper()
	vm := strings.TrimSuffix(strings.SplitN(vmJSON, `"data":`, 2)[1], "}")
	vms := make([]string, 100)
	for i := range vms {
		vms[i] = strings.ReplaceAll(vm, testID, fmt.Sprintf("%08d-0000-4000-8000-000000000000", i))
	}
	return []byte(`{"success":true,"data":[` + strings.Join(vms, ",") + `],"total":100}`)
}

// The short cut says nothing that a look at the whole tree does not say.
func FuzzUnmarshal(f *testing.F) {
	for _, body := range append(bodies,
		vmJSON, `{"data":{"id":"a","id":null}}`, `{"data":{"i\u0064":"a"}}`, `{"Data":{"ID":"a"}}`, `{"data":[{"id":"a"},null]}`,
		`{"data":null,"success":null}`, `{"error":{"a":[1,{"b":"}"}]},"success":true}`, ` { "data" : [ ] , "success" : true } `,
		`{"data":{"id":"a"},"data":{"name":"b"}}`, `{"results":[{"id":"\\\"","success":true}],"total_count":1.0}`, `{"data":[{}]} x`,
	) {
		for i := range answers() {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, body string) {
		n := int(i) % len(answers())
		got, want := answers()[n], answers()[n]
		gotErr, wantErr := unmarshal([]byte(body), got), twice([]byte(body), want)
		if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
			t.Errorf("%T: got %v, want %v", got, gotErr, wantErr)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%T: got %+v, want %+v", got, got, want)
		}
	})
}

// Every type that is decoded has a shape, or each answer of it is decoded twice.
func TestShapes(t *testing.T) {
	eachAnswer(t, func(t *testing.T, call call, server *describedServer) {
		if _, err := server.ask(t, call); err != nil {
			t.Fatal(err)
		}
	})
	count := 0
	shapes.Range(func(typ, of any) bool {
		count++
		if of.(*shape) == nil {
			t.Errorf("%v has no shape", typ)
		}
		return true
	})
	if count < 40 {
		t.Errorf("there are %d types only", count)
	}
}

// An answer that has all is not looked at a second time.
func TestComplete(t *testing.T) {
	for _, test := range []struct {
		out      answer
		body     string
		complete bool
	}{
		{&page[VM]{}, string(page100(t)), true},
		{&single[VM]{}, vmJSON, true},
		{&single[VM]{}, strings.Replace(vmJSON, `"name"`, `"named"`, 1), false},
		{&single[VM]{}, strings.Replace(vmJSON, `"name":`, `"name":null,"x":`, 1), false},
		{&page[VM]{}, `{"data":[null]}`, false},
		{&page[VM]{}, `{"data":[{}]}`, false},
		{&page[VM]{}, `{"data":[],"more":{"a":[{"b":"]}"}]},"success":true}`, true},
	} {
		if got := shapeOf(reflect.TypeOf(test.out).Elem()).complete([]byte(test.body)); got != test.complete {
			t.Errorf("%s: got %v", test.body, got)
		}
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]int{
		`[]`: 0, `[1]`: 1, `[ 1 , [2,3], {"a":[4,5]}, "],"]`: 4, `null`: 0, `{}`: 0, `[null,true]`: 2, `["a\"]",-1.5e3]`: 2,
	} {
		if got := length([]byte(text)); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
}

// BenchmarkUnmarshal decodes a page of 100 VMs.
func BenchmarkUnmarshal(b *testing.B) {
	body := page100(b)
	b.ReportAllocs()
	for b.Loop() {
		var out page[VM]
		if err := unmarshal(body, &out); err != nil || len(out.Data.items) != 100 {
			b.Fatal(len(out.Data.items), err)
		}
	}
}

// A page of 100 VMs takes little more than the texts in it: no tree of the whole answer is built besides.
func TestUnmarshal_allocations(t *testing.T) {
	body := page100(t)
	got := testing.AllocsPerRun(20, func() {
		if err := unmarshal(body, &page[VM]{}); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%v allocations", got)
	if budget := 1100.0; got > budget {
		t.Errorf("it makes %v allocations, and its budget is %v", got, budget)
	}
}
