package bench

import (
	"fmt"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
)

// line says what was measured of a case. Counts are the most of all runs, times and memory the median.
func (c *benchCase) line(ours, floor []measurement) *line {
	l := newLine(c.kind)
	for _, label := range c.labels {
		l.add(label.key, label.value)
	}
	asked := slices.Max(each(ours, func(m measurement) int { return m.requests }))
	l.count("requests", asked)
	if c.perObject {
		l.number("requests_per_vm", float64(asked)/float64(c.objects))
	}
	l.count("429s", slices.Max(each(ours, func(m measurement) int { return m.refused })))
	if c.countsErrors {
		l.count("errors", slices.Max(each(ours, func(m measurement) int { return m.errors })))
		l.number("rate_share", median(each(ours, func(m measurement) float64 { return m.share() })))
		l.number("fairness", median(each(ours, fairness)))
	}
	wall := median(each(ours, measurement.wall))
	l.seconds("wall_s", wall)
	if len(floor) > 0 {
		floorWall := median(each(floor, measurement.wall))
		l.seconds("floor_wall_s", floorWall)
		l.number("ratio", wall.Seconds()/floorWall.Seconds())
	}
	usageOf(l, "", ours)
	if len(floor) > 0 {
		usageOf(l, "floor_", floor)
	}
	l.count("runs", len(ours))
	return l
}

// usageOf adds what processes have cost.
func usageOf(l *line, prefix string, of []measurement) {
	if !launcher.Measures {
		for _, key := range []string{"provider_cpu_s", "terraform_cpu_s", "peak_mib"} {
			l.add(prefix+key, unknown)
		}
		return
	}
	l.seconds(prefix+"provider_cpu_s", median(each(of, func(m measurement) time.Duration { return m.provider })))
	l.seconds(prefix+"terraform_cpu_s", median(each(of, func(m measurement) time.Duration { return m.cli })))
	l.count(prefix+"peak_mib", int(median(each(of, func(m measurement) int64 { return m.peak }))>>20))
}

// fairness is 1 where all processes have taken equally long.
func fairness(m measurement) float64 {
	return slices.Min(m.walls).Seconds() / slices.Max(m.walls).Seconds()
}

// over says what is over the budget of the case.
func (c *benchCase) over(ours []measurement) []string {
	var problems []string
	for _, m := range ours {
		if most := c.budget.requests; most >= 0 && m.requests > most {
			problems = append(problems, fmt.Sprintf("%s: %d requests, and %d are the budget", c.name, m.requests, most))
		}
		if most := c.budget.perObject; most >= 0 && float64(m.requests) > most*float64(c.objects) {
			problems = append(problems, fmt.Sprintf("%s: %.2f requests a VM, and %.2f are the budget", c.name, float64(m.requests)/float64(c.objects), most))
		}
		if most := c.budget.refused; most >= 0 && m.refused > most {
			problems = append(problems, fmt.Sprintf("%s: %d times refused with 429, and %d are the budget", c.name, m.refused, most))
		}
		if m.errors > 0 {
			problems = append(problems, fmt.Sprintf("%s: %d processes failed", c.name, m.errors))
		}
	}
	return problems
}
