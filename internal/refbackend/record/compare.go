package record

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// inside reads a backend without a network in between.
type inside struct {
	backend *refbackend.Server
}

func (i inside) get(ctx context.Context, path string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("X-API-Key", i.backend.Account().OwnerKey)
	var w written
	i.backend.ServeHTTP(&w, request)
	return readAnswer(w.status, w.body.Bytes()), nil
}

// written is an answer in memory.
type written struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *written) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}
func (w *written) WriteHeader(status int)         { w.status = status }
func (w *written) Write(text []byte) (int, error) { return w.body.Write(text) }

// readBackend reads all that a backend answers.
func readBackend(ctx context.Context, d *description, options refbackend.Options) (map[string][]item, error) {
	options.NoRateLimit = true
	backend, err := refbackend.New(options)
	if err != nil {
		return nil, err
	}
	r := newReading(inside{backend}, d, newMasker())
	return r.lists, errors.Join(r.all(ctx), backend.Close())
}

// seeded starts a backend from a seed file and reads it. What the backend does not take is left out of the account, with
// the reason, until it takes the rest.
func seeded(ctx context.Context, d *description, a *account, report *Report) (map[string][]item, error) {
	directory, err := os.MkdirTemp("", "raff-record-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	file := filepath.Join(directory, "account.yaml")
	for {
		content, err := a.file(nil)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return nil, err
		}
		lists, err := readBackend(ctx, d, refbackend.Options{SeedFile: file})
		var refused *refbackend.SeedFileError
		if !errors.As(err, &refused) {
			return lists, err
		}
		what, ok := a.remove(refused.Path)
		if !ok {
			return nil, err
		}
		report.leaveOut(what, "left out: "+refused.Problem)
	}
}

// unstable are fields that reading an account changes.
var unstable = []string{"last_used_at"}

// compared are the operations of which a seeded backend has to answer what was recorded: all but the catalogue, and what
// is computed from other objects.
func compared() []string {
	return slices.DeleteFunc(slices.Clone(reads), func(id string) bool {
		return slices.Contains(catalogue, id) || id == "healthCheck" || id == "listVPCCIDRSuggestions"
	})
}

// compareAccount reports what a backend with the seed file shows otherwise than the recorded API.
func compareAccount(recorded, seeded map[string][]item, answered map[string]bool, report *Report) {
	for _, id := range compared() {
		if !answered[id] {
			continue // what could not be read is among the failures, or there was nothing to read
		}
		differences := map[string]*difference{}
		order := []string{}
		note := func(path, example string) {
			if differences[path] == nil {
				differences[path] = &difference{example: example}
				order = append(order, path)
			}
			differences[path].count++
		}
		compareLists(recorded[id], seeded[id], note)
		for _, path := range order {
			d := differences[path]
			report.leaveOut(strings.TrimSpace(id+" "+path), "a backend with the seed file answers otherwise: "+d.example+times(d.count))
		}
	}
}

type difference struct {
	example string
	count   int
}

func compareLists(recorded, seeded []item, note func(path, example string)) {
	rest := map[string]item{}
	var order []string
	for i, found := range seeded {
		rest[keyOf(found, i)] = found
		order = append(order, keyOf(found, i))
	}
	var kept []string
	for i, found := range recorded {
		key := keyOf(found, i)
		other, ok := rest[key]
		if !ok {
			note("", fmt.Sprintf("%s is not there", nameOfObject(found.value)))
			continue
		}
		delete(rest, key)
		kept = append(kept, key)
		compareValues("", found.value, other.value, note)
	}
	for i, found := range seeded {
		if _, more := rest[keyOf(found, i)]; more {
			note("", fmt.Sprintf("%s is there too", nameOfObject(found.value)))
		}
	}
	order = slices.DeleteFunc(order, func(key string) bool { return !slices.Contains(kept, key) })
	if !slices.Equal(order, kept) {
		note("", "in another order")
	}
}

// keyOf tells the objects of a list apart.
func keyOf(found item, at int) string {
	key := strings.Join(found.parents, "/")
	for _, field := range []string{"id", "nic_id", "name"} {
		if found.value[field] != nil {
			return fmt.Sprintf("%s/%v", key, found.value[field])
		}
	}
	if len(found.parents) > 0 {
		return key
	}
	return fmt.Sprint(at)
}

func nameOfObject(object map[string]any) string {
	for _, field := range []string{"name", "ip_address", "email", "ip", "id"} {
		if text, ok := object[field].(string); ok && text != "" {
			return fmt.Sprintf("%q", text)
		}
	}
	return "one"
}

func compareValues(path string, recorded, seeded any, note func(path, example string)) {
	left, isObject := recorded.(map[string]any)
	right, both := seeded.(map[string]any)
	if !isObject || !both {
		if a, b := short(recorded), short(seeded); !reflect.DeepEqual(recorded, seeded) {
			note(path, fmt.Sprintf("%s for %s", b, a))
		}
		return
	}
	fields := sorted(left)
	for _, field := range sorted(right) {
		if _, ok := left[field]; !ok {
			fields = append(fields, field)
		}
	}
	for _, field := range fields {
		if !slices.Contains(unstable, field) {
			compareValues(join(path, field), left[field], right[field], note)
		}
	}
}

// short is a value as JSON, cut where it is long.
func short(value any) string {
	const most = 60
	text, err := json.Marshal(value)
	if err != nil || value == nil {
		return "nothing"
	}
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}
