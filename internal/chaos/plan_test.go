package chaos

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A seed is the same each time.
func TestDrawPlan_repeats(t *testing.T) {
	for seed := range uint64(50) {
		first, second := drawPlan(seed), drawPlan(seed)
		if first.String() != second.String() || first.other.render() != second.other.render() {
			t.Fatalf("seed %d is another one the second time", seed)
		}
		for i := range first.Steps {
			if first.Steps[i].config != second.Steps[i].config {
				t.Fatalf("seed %d: step %d has another configuration the second time", seed, i)
			}
		}
	}
}

// The later seeds can all be drawn, and some have what only they draw.
func TestDrawPlan_later(t *testing.T) {
	policies, several := 0, 0
	for seed := uint64(laterSeeds); seed < laterSeeds+2000; seed++ {
		for _, s := range drawPlan(seed).Steps {
			if strings.TrimSpace(s.config) == "" {
				t.Fatalf("seed %d has nothing in its configuration", seed)
			}
			if strings.Contains(s.config, "console_require_mfa") {
				policies++
			}
			if strings.Count(s.config, `resource "raff_ip_attachment"`) > 1 {
				several++
			}
		}
	}
	if policies == 0 || several == 0 {
		t.Errorf("%d steps with a console policy, %d with several addresses", policies, several)
	}
}

// 500 seeds draw everything that there is.
func TestDrawPlan_coversEverything(t *testing.T) {
	drawn := map[string]int{}
	for seed := range uint64(500) {
		p := drawPlan(seed)
		for _, s := range p.Steps {
			count(drawn, p, s)
		}
	}
	want := []string{
		"process", "own key", "planted", "other", "remove", "clock", "moved", "for_each", "count",
		"429", "500", "502", "503", "504", "408", "499", "403", "404", "html", "reset", "reset, committed", "5xx, committed", "truncated", "late",
		"hidden", "shown", "stuck", "fails",
		interrupt, interruptTwice, killTerraform, killProvider, killBackend,
	}
	for typ := range operationsOf {
		want = append(want, typ)
	}
	for _, m := range []mode{ingress, proxyPage, loginPage, kong, elsewhere, unknown} {
		want = append(want, "window "+string(m), "intrusion "+string(m))
	}
	want = append(want, "intrusion "+string(lostProject), "intrusion "+string(lostRights))
	for _, command := range []string{"plan", "apply", "destroy", "refresh-only"} {
		want = append(want, "command "+command)
	}
	for _, edit := range []string{"rename", "change", "remove", "add", "replace", "move", "put"} {
		want = append(want, "edit "+edit)
	}
	for _, what := range want {
		if drawn[what] == 0 {
			t.Errorf("no seed has %s; there are %v", what, slices.Sorted(maps.Keys(drawn)))
		}
	}
}

func count(drawn map[string]int, p plan, s step) {
	add := func(what string, when bool) {
		if when {
			drawn[what]++
		}
	}
	add("process", p.Process)
	add("own key", p.OwnKey)
	add("planted", len(p.Plants) > 0)
	add("clock", p.Offset != 0)
	add("other", s.Other)
	add("remove", s.Does == removeStep)
	add("moved", strings.Contains(s.config, "moved {"))
	add("for_each", strings.Contains(s.config, "for_each"))
	add("count", strings.Contains(s.config, "count ="))
	for typ := range s.configured {
		drawn[typ]++
	}
	for _, f := range s.Faults {
		add(map[int]string{
			429: "429", 500: "500", 502: "502", 503: "503", 504: "504", 408: "408", 499: "499", 403: "403", 404: "404",
		}[f.Status], f.Status != 0)
		add("html", f.HTML)
		add("reset", f.Reset && !f.Commit)
		add("reset, committed", f.Reset && f.Commit)
		add("5xx, committed", f.Status >= 500 && f.Commit)
		add("truncated", f.Truncate)
		add("late", f.Latency != "")
		add("hidden", f.HideNew > 0)
		add("shown", f.ShowDeleted > 0)
	}
	for _, rule := range s.Pace {
		add("stuck", rule.StuckIn != "")
		add("fails", rule.FailAt != "")
	}
	for _, w := range s.Windows {
		drawn["window "+string(w.As)]++
	}
	for _, trigger := range s.Signals {
		drawn[trigger.Signal]++
	}
	if s.Does == intrudeStep {
		drawn["intrusion "+string(s.Mode)]++
		drawn["command "+s.Command]++
	}
	if s.Edit != "" {
		drawn["edit "+strings.Fields(s.Edit)[0]]++
	}
}

// The operations that faults name are some that the backend has: it refuses any other.
func TestFaults_namesOfOperations(t *testing.T) {
	b := startForTest(t)
	for typ, of := range operationsOf {
		for _, operation := range slices.Concat(of.create, of.update, of.remove, of.read) {
			if err := b.setFaults(t.Context(), []fault{{Operation: operation, Latency: "1ms"}}, nil); err != nil {
				t.Errorf("%s: %v", typ, err)
			}
		}
	}
	if err := b.setFaults(t.Context(), []fault{{Operation: "noSuchOperation", Latency: "1ms"}}, nil); err == nil {
		t.Error("an unknown operation is taken")
	}
}

// A backend that cannot be started is an error of the seed.
func TestNewWorld_withoutABackend(t *testing.T) {
	p := plan{Seed: 1, Timing: "instant", Process: true}
	if _, err := newWorld(t.Context(), p, t.TempDir(), Tools{Provider: "/nowhere"}); err == nil {
		t.Error("it is none")
	}
}
