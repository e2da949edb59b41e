package chaos

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// What a step does.
const (
	applyStep   = "apply"
	destroyStep = "destroy"
	intrudeStep = "intrude" // a run with a wrong address, key or reach
	removeStep  = "remove"  // somebody deletes an object elsewhere
)

// step is one thing that happens. All of it is drawn before the seed is run.
type step struct {
	Does    string     `json:"does"`
	Edit    string     `json:"edit,omitempty"`
	Options []string   `json:"options,omitempty"`
	Faults  []fault    `json:"faults,omitempty"`
	Pace    []paceRule `json:"pace,omitempty"`
	Windows []window   `json:"windows,omitempty"`
	Signals []*trigger `json:"signals,omitempty"`
	Command string     `json:"command,omitempty"` // of an intrusion
	Mode    mode       `json:"mode,omitempty"`    // of an intrusion
	Other   bool       `json:"other,omitempty"`   // another process in another project runs at the same time
	Pick    int        `json:"pick,omitempty"`    // which object somebody deletes

	config     string
	configured map[string][]string
}

// plan is all that happens in a seed.
type plan struct {
	Seed        uint64        `json:"seed"`
	Timing      string        `json:"timing"`
	Offset      time.Duration `json:"clock_offset"`
	Parallelism int           `json:"parallelism"`
	// Process runs the backend as a process with its account in a file, to be killed.
	Process bool `json:"process"`
	// OwnKey has the provider use a key whose rights can be taken away.
	OwnKey bool `json:"own_key"`
	// Plants are objects of somebody else that look like those of the configuration.
	Plants []plant `json:"plants,omitempty"`
	// Untaint follows the advice to untaint, where it is given.
	Untaint bool   `json:"untaint"`
	Steps   []step `json:"steps"`

	other config // of the other process
}

// plant is an object that another pipeline has made.
type plant struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// plants are objects that look like those of a configuration whose names need not be unique.
func plants(c *config) []plant {
	var all []plant
	for _, r := range c.resources {
		if name := r.find("name"); name != nil && plantBody(plant{Type: r.Type}) != nil {
			all = append(all, plant{r.Type, strings.Trim(name.value, `"`)})
		}
	}
	return all
}

// plantBody is the request that makes such an object; nil for a type that is not planted.
func plantBody(p plant) map[string]any {
	switch p.Type {
	case "raff_volume":
		return map[string]any{"name": p.Name, "size": 10, "volume_type": "nvme", "region": "us-east"}
	case "raff_api_key":
		return map[string]any{"name": p.Name}
	case "raff_ssh_key":
		return map[string]any{"name": p.Name, "public_key": sshKey}
	}
	return nil
}

// Modes of an intrusion that are none of the gate's.
const (
	lostProject mode = "lostproject" // the key is no member of the project any more
	lostRights  mode = "lostrights"  // the key's role may not see the account
)

// drawPlan draws everything from the seed.
func drawPlan(seed uint64) plan {
	rng := rand.New(rand.NewPCG(seed, 0x63_68_61_6f_73)) // #nosec G404 -- a seed is to be replayed
	p := plan{
		Seed: seed, Timing: pick(rng, "instant", "instant", "fast"), Parallelism: pick(rng, 1, 4, 10, 10),
		Process: chance(rng, 10), OwnKey: chance(rng, 40), Untaint: chance(rng, 50),
	}
	if chance(rng, 40) {
		p.Offset = time.Duration(pick(rng, -20, -7, -3, 3, 7, 20)) * time.Minute
	}
	g := &generator{rng: rng, prefix: "x", features: features, later: seed >= laterSeeds}
	if g.later {
		g.features = slices.Concat(features, laterFeatures)
	}
	if seed%10 == 6 { // nothing of a project stops a run that sees another account
		g.features = accountFeatures
	}
	g.draw()
	if chance(rng, 20) {
		p.Plants = plants(&g.config)
	}
	p.other = collide(rng, &g.config)
	if chance(rng, 25) && len(p.other.resources) > 0 {
		p.draw(rng, g, step{Does: applyStep, Other: true})
	} else {
		p.draw(rng, g, step{Does: applyStep})
	}
	for range 1 + rng.IntN(2) {
		if chance(rng, 35) {
			p.intrude(rng, g)
		}
		if chance(rng, 10) {
			p.add(g, step{Does: removeStep, Pick: rng.IntN(100)})
		}
		s := step{Does: applyStep}
		s.Edit, s.Options = g.edit()
		p.draw(rng, g, s)
	}
	if chance(rng, 20) {
		p.intrude(rng, g)
	}
	if chance(rng, 35) {
		p.draw(rng, g, step{Does: destroyStep})
	}
	return p
}

// add appends a step with the configuration as it is by then.
func (p *plan) add(g *generator, s step) {
	s.config, s.configured = g.config.render(), g.config.configured()
	p.Steps = append(p.Steps, s)
}

// draw appends a run with what goes wrong in it.
func (p *plan) draw(rng *rand.Rand, g *generator, s step) {
	types := g.config.types()
	destroying := s.Does == destroyStep
	if s.Edit != "" { // what is not changed is not written
		types = append(types, g.touched, g.touched, g.touched, g.touched, g.touched)
	}
	if chance(rng, 75) {
		s.Faults = drawFaults(rng, types, s)
	}
	if g.later && slices.Contains(types, "raff_vm") && chance(rng, 15) {
		f := fault{Operation: "setVMConsolePolicy", Nth: 1, Count: 1}
		f.spoilChange(rng)
		s.Faults = append(s.Faults, f)
	}
	ambiguous := false
	for _, f := range s.Faults {
		ambiguous = ambiguous || f.Commit || f.Reset || f.Truncate || f.HTML || f.Status >= 500 || f.Status == 408 || f.Status == 499
	}
	for i := range s.Faults {
		if read := s.Faults[i].Operation; ambiguous && (strings.HasPrefix(read, "get") || strings.HasPrefix(read, "list")) {
			s.Faults[i].Count = 1 // or nothing could settle what is ambiguous
		}
	}
	if !destroying && chance(rng, 12) {
		s.Pace = drawPace(rng, types)
	}
	if !ambiguous && chance(rng, 20) {
		s.Windows = []window{{From: 1 + rng.IntN(25), Count: 1 + rng.IntN(4), As: pick(rng, ingress, proxyPage, loginPage, kong, elsewhere, unknown)}}
	}
	if chance(rng, 30) {
		s.Signals = p.drawSignal(rng)
	}
	p.add(g, s)
}

// drawSignal draws a signal, and the request at which it comes: a change, before it is carried out or before its answer.
func (p *plan) drawSignal(rng *rand.Rand) []*trigger {
	kinds := []string{interrupt, interrupt, interruptTwice, killTerraform, killProvider}
	if p.Process {
		kinds = []string{killBackend, killBackend, killBackend, interrupt, killTerraform}
	}
	t := &trigger{Nth: 1 + rng.IntN(5), After: chance(rng, 50), Signal: pick(rng, kinds...)}
	if chance(rng, 40) {
		t.Match = "POST "
	}
	if t.Signal != interruptTwice {
		return []*trigger{t}
	}
	// Terraform takes the second one at any request after the first.
	first := &trigger{Nth: t.Nth, After: t.After, Match: t.Match, Signal: interrupt}
	return []*trigger{first, {Nth: 1, Match: anyRequest, Signal: interruptTwice, following: first}}
}

// intrude appends a run that must not do anything.
func (p *plan) intrude(rng *rand.Rand, g *generator) {
	modes := []mode{ingress, proxyPage, loginPage, kong, elsewhere, unknown, elsewhere}
	if p.OwnKey {
		modes = append(modes, lostProject, lostRights, lostProject, lostRights)
	}
	p.add(g, step{Does: intrudeStep, Mode: pick(rng, modes...), Command: pick(rng, "plan", "apply", "destroy", "refresh-only")})
}

// calm takes everything out that goes wrong.
func (p *plan) calm() {
	p.Plants = nil
	p.Steps = slices.DeleteFunc(p.Steps, func(s step) bool { return s.Does == intrudeStep || s.Does == removeStep })
	for i := range p.Steps {
		s := &p.Steps[i]
		s.Faults, s.Pace, s.Windows, s.Signals, s.Other = nil, nil, nil, nil, false
	}
}

// String is the plan as JSON.
func (p *plan) String() string {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}
