package bench

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []int
		want   int
	}{
		{nil, 0}, {[]int{3}, 3}, {[]int{9, 1}, 1}, {[]int{5, 1, 9}, 5}, {[]int{5, 1, 9, 2, 100}, 5},
	} {
		given := slices.Clone(test.values)
		if got := median(test.values); got != test.want || !slices.Equal(given, test.values) {
			t.Errorf("median of %v: %d, and they are %v", given, got, test.values)
		}
	}
}

// measured are three runs, the second of which makes the most requests and takes the longest.
func measured() []measurement {
	var all []measurement
	for i, n := range []int{2, 9, 3} {
		all = append(all, measurement{
			traffic: traffic{requests: 100 * n, refused: i, span: time.Duration(n) * time.Second},
			walls:   []time.Duration{time.Duration(n) * time.Second, time.Second},
			cli:     time.Duration(n) * 100 * time.Millisecond, provider: time.Duration(n) * 10 * time.Millisecond,
			peak: int64(n) << 20,
		})
	}
	return all
}

func TestLine(t *testing.T) {
	if !launcher.Measures {
		t.Skip("CPU and memory are not measured on this system")
	}
	c := &benchCase{name: "x", kind: "plan", labels: []label{{"vms", "1000"}}, objects: 1000}
	floor := []measurement{{walls: []time.Duration{2 * time.Second}, cli: time.Second, peak: 5 << 20}}
	got := c.line(measured(), floor).String()
	want := "plan vms=1000 requests=900 429s=2 wall_s=3.00 floor_wall_s=2.00 ratio=1.50 provider_cpu_s=0.03 terraform_cpu_s=0.30 peak_mib=3 " +
		"floor_provider_cpu_s=0.00 floor_terraform_cpu_s=1.00 floor_peak_mib=5 runs=3"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	c = &benchCase{name: "x", kind: "four_processes", labels: []label{{"vms", "4x100"}}, objects: 400, perObject: true, countsErrors: true}
	got = c.line(measured(), nil).String()
	want = "four_processes vms=4x100 requests=900 requests_per_vm=2.25 429s=2 errors=0 rate_share=3.33 fairness=0.33 wall_s=3.00 " +
		"provider_cpu_s=0.03 terraform_cpu_s=0.30 peak_mib=3 runs=3"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestOver(t *testing.T) {
	runs := measured()[:2]
	runs[1].errors = 1
	for _, test := range []struct {
		budget budget
		want   []string
	}{
		{noBudget, []string{"1 processes failed"}},
		{budget{requests: 900, perObject: -1, refused: 1}, []string{"1 processes failed"}},
		{budget{requests: 899, perObject: -1, refused: 1}, []string{"900 requests", "1 processes failed"}},
		{requests(900), []string{"1 times refused", "1 processes failed"}},
		{perObject(2), []string{"9.00 requests a VM", "1 times refused", "1 processes failed"}},
	} {
		problems := (&benchCase{name: "x", objects: 100, budget: test.budget}).over(runs)
		if len(problems) != len(test.want) {
			t.Errorf("%+v: %q", test.budget, problems)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(problems[i], want) {
				t.Errorf("%+v: %q, and not %s", test.budget, problems[i], want)
			}
		}
	}
}
