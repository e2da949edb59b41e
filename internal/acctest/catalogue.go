package acctest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// Catalogue is a catalogue that has moved since something was created from it.
type Catalogue struct {
	backend *Backend
	// Withdrawn are the versions of templates that are no longer offered.
	Withdrawn []string
	// WithdrawnPlans are the ids of plans that are no longer offered.
	WithdrawnPlans []int64
	// Added are versions of templates that are offered beside another one: the other one by the new one.
	Added map[string]string
	// Repriced has every price be another one, and for every plan there be one of the same size, and a larger one, at
	// half the price.
	Repriced bool
}

// NewCatalogue is a catalogue as the backend has it. With its Answer, it is the one that an Intercepted shows.
func (b *Backend) NewCatalogue() *Catalogue { return &Catalogue{backend: b} }

// Answer answers a request for templates or prices from the catalogue, and tells whether it was one.
func (c *Catalogue) Answer(w http.ResponseWriter, r *http.Request) bool {
	templates, prices := strings.HasSuffix(r.URL.Path, "/public/templates"), strings.Contains(r.URL.Path, "/public/pricing/")
	if !templates && !prices {
		return false
	}
	recorder := httptest.NewRecorder()
	c.backend.ServeHTTP(recorder, r)
	var body map[string]any
	if json.Unmarshal(recorder.Body.Bytes(), &body) != nil || recorder.Code != http.StatusOK {
		return false // as the backend answers it
	}
	if list, ok := body["data"].([]any); ok && templates {
		body["data"] = c.templates(list)
		body["total"] = len(body["data"].([]any)) //nolint:forcetypeassert // set on the line above
	}
	if plans, ok := body["plans"].([]any); ok && prices {
		body["plans"] = c.plans(plans)
	}
	if prices && c.Repriced {
		rewrite(body, reprice)
		if list, ok := body["plans"].([]any); ok {
			body["plans"] = cheaper(list)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
	return true
}

// templates are those that the catalogue offers.
func (c *Catalogue) templates(list []any) []any {
	var all []any
	for _, item := range list {
		template, _ := item.(map[string]any)
		version, _ := template["version"].(string)
		if !slices.Contains(c.Withdrawn, version) {
			all = append(all, template)
		}
		if newer, ok := c.Added[version]; ok {
			added := maps.Clone(template)
			id, _ := template["id"].(string)
			added["id"], added["version"] = flipped(id), newer
			all = append(all, added)
		}
	}
	return all
}

// plans are those that the catalogue offers.
func (c *Catalogue) plans(list []any) []any {
	return slices.DeleteFunc(list, func(item any) bool {
		plan, _ := item.(map[string]any)
		id, ok := plan["id"].(float64)
		return ok && slices.Contains(c.WithdrawnPlans, int64(id))
	})
}

// flipped is another id of the same form.
func flipped(id string) string {
	if last := len(id) - 1; last >= 0 && id[last] != '0' {
		return id[:last] + "0"
	}
	return id[:len(id)-1] + "1"
}

// reprice has every price of an object be a tenth more.
func reprice(object map[string]any) {
	for name, value := range object {
		if price, ok := value.(float64); ok && strings.Contains(name, "price") {
			object[name] = price * 1.1
		}
	}
}

// cheaper adds plans that are cheaper: one of the same size and one of twice the size for each.
func cheaper(plans []any) []any {
	const ids = 1000 // beyond those of the catalogue
	all := slices.Clone(plans)
	for _, item := range plans {
		plan, _ := item.(map[string]any)
		for times := range 2 {
			added := maps.Clone(plan)
			id, _ := plan["id"].(float64)
			added["id"] = id + ids*float64(times+1)
			for name, value := range added {
				number, ok := value.(float64)
				switch {
				case !ok:
				case strings.Contains(name, "price"):
					added[name] = number / 2
				case name == "vcpu" || name == "memory_gib" || name == "ssd_gib":
					added[name] = number * float64(times+1)
				}
			}
			all = append(all, added)
		}
	}
	return all
}
