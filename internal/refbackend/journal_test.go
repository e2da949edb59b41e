package refbackend

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// play sends the same requests each time.
func play(b *backend) {
	c := b.production()
	c.get("/api/v1/vms?limit=5")
	id := c.makeVM("web", "skip_vpc", nil, "password", "Correct-Horse-42", "extra_storage", 10)
	b.clock.Advance(time.Minute)
	c.get("/api/v1/vms/" + id)
	c.in("").delete("/api/v1/vms/"+id, nil)
	b.owner("staging").delete("/api/v1/vms/"+id, nil)
	c.delete("/api/v1/vms/"+id, object{"volume_action": "detach"})
	c.post(projectsPath, object{"name": "x"})
	caller{backend: b}.get("/api/v1/vms")
	caller{backend: b, key: "raff_" + strings.Repeat("5", 64)}.get("/nowhere")
	c.in(c.key).get("/api/v1/vms/" + c.key + "?x=" + c.key)
}

// The same seed and requests give the same journal, byte for byte.
func TestJournalIsDeterministic(t *testing.T) {
	journalOf := func(seed uint64) string {
		o := quiet()
		o.Seed, o.Timing = seed, Realistic
		b := newBackend(t, o)
		play(b)
		text, err := json.Marshal(b.Journal())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one := journalOf(1)
	if again := journalOf(1); again != one {
		t.Errorf("got\n%s\nthen\n%s", one, again)
	}
	if journalOf(2) == one {
		t.Error("the seed changes nothing")
	}
}

func TestJournalSaysWhatHappened(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	c.get("/api/v1/vms?limit=5")
	c.get("/api/v1/vms/" + id)
	b.owner("staging").delete("/api/v1/vms/"+id, nil)
	entries := b.Journal()[1:] // after the look at the templates
	production, staging := b.project("production"), b.project("staging")
	prefix := b.account.ProductionKey[:13]
	for i, want := range []Entry{
		{
			Sequence: 2, Time: epoch, Method: "POST", Path: "/api/v1/vms", Operation: "createVM", HeaderProject: production,
			ObjectProject: production, Object: id, KeyPrefix: prefix, Status: 201,
		},
		{
			Sequence: 3, Time: epoch, Method: "GET", Path: "/api/v1/vms", Query: "limit=5", Operation: "listVMs",
			HeaderProject: production, KeyPrefix: prefix, Status: 200,
		},
		{
			Sequence: 4, Time: epoch, Method: "GET", Path: "/api/v1/vms/" + id, Operation: "getVM", HeaderProject: production,
			ObjectProject: production, Object: id, KeyPrefix: prefix, Status: 200,
		},
		{
			Sequence: 5, Time: epoch, Method: "DELETE", Path: "/api/v1/vms/" + id, Operation: "deleteVM", HeaderProject: staging,
			ObjectProject: production, Object: id, KeyPrefix: b.account.OwnerKey[:13], Status: 404,
		},
	} {
		if entries[i] != want {
			t.Errorf("got  %+v\nwant %+v", entries[i], want)
		}
	}
	b.ClearJournal()
	c.get("/api/v1/vms")
	if entries := b.Journal(); len(entries) != 1 || entries[0].Sequence != 6 {
		t.Errorf("after clearing: %+v", entries)
	}
}

// Keys and passwords are never in it, nor in what the server keeps.
func TestJournalHoldsNoSecret(t *testing.T) {
	b := newBackend(t, quiet())
	play(b)
	text, err := json.Marshal(b.Journal())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{b.account.OwnerKey, b.account.ProductionKey, strings.Repeat("5", 8), "Correct-Horse-42"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is in the journal", secret)
		}
	}
	state, err := json.Marshal(b.state)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(state), "Correct-Horse-42") {
		t.Error("a password is in the state")
	}
}

func TestJournalIsBounded(t *testing.T) {
	o := quiet()
	o.JournalLimit = 20
	b := newBackend(t, o)
	for range 100 {
		b.owner("").get("/api/v1/vms")
	}
	entries := b.Journal()
	if len(entries) > 20 || len(entries) < 18 || entries[len(entries)-1].Sequence != 100 {
		t.Errorf("%d entries, last %d", len(entries), entries[len(entries)-1].Sequence)
	}
}

// Ids, addresses, MACs and secrets come from the seed alone.
func TestSeedFixesEverything(t *testing.T) {
	look := func(seed uint64) string {
		o := quiet()
		o.Seed = seed
		b := newBackend(t, o)
		c := b.production()
		id := c.makeVM("web", "skip_vpc", nil, "extra_storage", 10)
		return c.get("/api/v1/vms/"+id).text + c.get("/api/v1/vms/"+id+"/networks").text + b.account.OwnerKey + b.project("staging")
	}
	if one, again := look(1), look(1); one != again {
		t.Error("two backends of one seed differ")
	}
	if look(1) == look(2) {
		t.Error("two seeds give the same")
	}
}

// The whole state survives being saved as JSON, and goes on as if nothing had happened.
func TestStateSurvivesJSON(t *testing.T) {
	run := func(save bool) string {
		o := quiet()
		o.Timing = Realistic
		b := newBackend(t, o)
		play(b)
		id := b.production().makeVM("more")
		if save {
			saved, err := json.Marshal(b.state)
			if err != nil {
				t.Fatal(err)
			}
			b.state = state{}
			if err := json.Unmarshal(saved, &b.state); err != nil {
				t.Fatal(err)
			}
		}
		b.clock.Advance(40 * time.Second)
		b.checkInvariants()
		last := b.production().makeVM("last", "skip_vpc", nil)
		b.clock.Advance(time.Hour)
		return b.production().get("/api/v1/vms").text + b.production().get("/api/v1/vms/"+last).text + id
	}
	if plain, restored := run(false), run(true); plain != restored {
		t.Errorf("got\n%s\nwant\n%s", restored, plain)
	}
}
