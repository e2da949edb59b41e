package acctest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"testing"
)

// page is how many elements of a list the API sends at most.
const page = 100

// Shuffled starts an address of the backend where every list has another order, which pages keep to: the same one for the
// same seed. What an object holds as a list, such as its rules, is shuffled as well.
func (b *Backend) Shuffled(t *testing.T, seed uint64) *Intercepted {
	t.Helper()
	i := b.Intercept(t)
	i.Set(func(w http.ResponseWriter, r *http.Request) bool { return b.shuffled(w, r, seed) })
	return i
}

// shuffled answers a list, and tells whether the request was for one.
func (b *Backend) shuffled(w http.ResponseWriter, r *http.Request, seed uint64) bool {
	if r.Method != http.MethodGet {
		return false
	}
	query := r.URL.Query()
	answer, list := b.page(r, query, 0)
	if list == nil {
		return false
	}
	for len(list)%page == 0 && len(list) > 0 {
		_, more := b.page(r, query, len(list))
		if len(more) == 0 {
			break
		}
		list = append(list, more...)
	}
	shuffle(list, seed)
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = len(list) // all at once
	}
	offset, _ := strconv.Atoi(query.Get("offset")) // 0 where there is none
	offset = min(offset, len(list))
	answer["data"] = list[offset:min(offset+limit, len(list))]
	rewrite(answer["data"], func(object map[string]any) {
		for _, name := range []string{"tags", "rules", "permissions", "project_accesses"} {
			if elements, ok := object[name].([]any); ok {
				shuffle(elements, seed)
			}
		}
	})
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
	return true
}

// page is a page of a list, and the answer that it is in; nil where the request is for something else.
func (b *Backend) page(r *http.Request, query url.Values, offset int) (answer map[string]any, list []any) {
	again := r.Clone(r.Context())
	if query.Has("limit") {
		changed := r.URL.Query()
		changed.Set("limit", strconv.Itoa(page))
		changed.Set("offset", strconv.Itoa(offset))
		again.URL.RawQuery = changed.Encode()
	} else if offset > 0 {
		return nil, nil
	}
	again.RequestURI = again.URL.RequestURI()
	recorder := httptest.NewRecorder()
	b.ServeHTTP(recorder, again)
	content, err := io.ReadAll(recorder.Body)
	if err != nil || recorder.Code != http.StatusOK {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	if decoder.Decode(&answer) != nil {
		return nil, nil
	}
	list, _ = answer["data"].([]any)
	return answer, list
}

// shuffle puts elements into an order that depends on nothing but them and the seed.
func shuffle(list []any, seed uint64) {
	rank := func(element any) uint64 {
		text, err := json.Marshal(element)
		if err != nil {
			return 0
		}
		h := fnv.New64a()
		_, _ = h.Write(append(strconv.AppendUint(nil, seed, 10), text...))
		return h.Sum64()
	}
	slices.SortStableFunc(list, func(a, b any) int { return cmp.Compare(rank(a), rank(b)) })
}
