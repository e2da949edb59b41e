package review

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// secrets takes sensitive values out of texts: the effects of a change name objects by values that a plan may mark.
type secrets struct {
	texts   *strings.Replacer
	numbers *regexp.Regexp // nil for none
}

// shortest is from how many characters on a sensitive text is taken out wherever it stands; a shorter one only in quotes.
const shortest = 4

// secretsOf collects what a plan marks as sensitive.
func secretsOf(p *plan) secrets {
	found := map[string]bool{}
	numbers := map[string]bool{}
	for _, c := range slices.Concat(p.ResourceChanges, p.ResourceDrift) {
		collect(c.Change.Before, c.Change.BeforeSensitive, found, numbers)
		collect(c.Change.After, c.Change.AfterSensitive, found, numbers)
	}
	for _, r := range p.prior() {
		collect(any(r.Values), r.Sensitive, found, numbers)
	}
	// The longest first: one may be a part of another.
	ordered := sortedByLength(found)
	pairs := make([]string, 0, 2*len(ordered))
	for _, s := range ordered {
		if len(s) >= shortest {
			pairs = append(pairs, s, string(hidden))
		} else {
			pairs = append(pairs, `"`+s+`"`, string(hidden))
		}
	}
	all := secrets{texts: strings.NewReplacer(pairs...)}
	if len(numbers) > 0 {
		patterns := sortedByLength(numbers)
		for i, n := range patterns {
			patterns[i] = regexp.QuoteMeta(n)
		}
		all.numbers = regexp.MustCompile(`(^|[^0-9.])(` + strings.Join(patterns, "|") + `)\b`)
	}
	return all
}

func sortedByLength(set map[string]bool) []string {
	all := make([]string, 0, len(set))
	for s := range set {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return all
}

// collect adds the sensitive texts and numbers of a value.
func collect(value, sensitive any, found, numbers map[string]bool) {
	if sensitive == nil || sensitive == false {
		return
	}
	switch v := value.(type) {
	case string:
		if v != "" {
			found[v] = true
		}
	case json.Number:
		if len(v) > 1 {
			numbers[v.String()] = true
		}
	case []any:
		marks, _ := sensitive.([]any)
		for i, element := range v {
			collect(element, inherit(sensitive, at(marks, i)), found, numbers)
		}
	case map[string]any:
		marks := attributesOf(sensitive)
		for name, element := range v {
			collect(element, inherit(sensitive, marks[name]), found, numbers)
		}
	}
}

// inherit is the mark of a part: that of the whole, where this is marked.
func inherit(whole, own any) any {
	if whole == true {
		return true
	}
	return own
}

// hide takes the sensitive values out of a text.
func (s secrets) hide(from string) string {
	from = s.texts.Replace(from)
	if s.numbers != nil {
		from = s.numbers.ReplaceAllString(from, "${1}"+string(hidden))
	}
	return from
}
