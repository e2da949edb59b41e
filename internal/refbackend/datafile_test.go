package refbackend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// kept starts a backend on a data file, with a clock that stands still.
func kept(t testing.TB, file string, o Options) *backend {
	t.Helper()
	o.DataFile, o.NoRateLimit = file, true
	b := newBackend(t, o)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// crash leaves a backend as if its process had been killed: nothing more is written, and the file is free.
func (b *backend) crash() {
	b.t.Helper()
	if err := b.data.close(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *backend) saved() string {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	return textOf(b.t, &b.state)
}

// textOf is a state as text, but for when keys were last used: that alone is not worth a record.
func textOf(t testing.TB, st *state) string {
	t.Helper()
	var copied state
	text, err := json.Marshal(st)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	for key := range copied.APIKeys.all() {
		key.UsedAt = nil
	}
	if err == nil {
		text, err = json.Marshal(&copied)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A restarted backend has everything: objects, changes under way, schedules, and the ids to come.
func TestDataFileSurvivesARestart(t *testing.T) {
	for name, stop := range map[string]func(*backend){
		"closed":  func(b *backend) { _ = b.Close() },
		"crashed": (*backend).crash,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "account")
			b := kept(t, file, Options{Seed: 7, Timing: Realistic})
			c := b.production()
			id := c.makeVM("web", "skip_vpc", nil, "extra_storage", 20, "backup_type", "daily")
			before := b.saved()
			stop(b)

			again := kept(t, file, Options{Seed: 7, Timing: Realistic})
			if after := again.saved(); after != before {
				t.Fatalf("got\n%s\nwant\n%s", after, before)
			}
			if again.account.OwnerKey != b.account.OwnerKey || again.project("staging") != b.project("staging") {
				t.Errorf("account %+v, before %+v", again.account, b.account)
			}
			c = again.production()
			c.get("/api/v1/vms/"+id).want(200).expect("data.status", "initiating")
			again.clock.Advance(2 * time.Minute)
			c.get("/api/v1/vms/"+id).want(200).expect("data.status", "active")
			again.clock.Advance(25 * time.Hour)
			c.get("/api/v1/backups").want(200).expect("total", 1)
			c.makeVM("next")
			again.checkInvariants()
		})
	}
}

// What a call changes is recorded, whatever the call: after each step, the file gives the very state that is in memory.
func TestDataFileRecordsEveryChange(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{Timing: Realistic, Pace: []PaceRule{{Flow: "vm.stop", Reads: 2}}})
	ubuntu, debian := b.templateID("Ubuntu", "24.04x64"), b.templateID("Debian", "13x64")
	r := rand.New(rand.NewPCG(1, 2))
	c := b.production()
	for round := range 40 {
		c.wander(r, fmt.Sprint("round-", round), ubuntu, debian)
		b.clock.Advance(time.Duration(r.IntN(90)) * time.Second)
		c.get("/api/v1/vms?limit=100").want(200)
		c.post("/api/v1/ssh-keys", object{"name": fmt.Sprint("key-", round), "public_key": testKey})
		b.expectOnDisk()
	}
}

// expectOnDisk fails the test when the data file tells another state than the one in memory.
func (b *backend) expectOnDisk() {
	b.t.Helper()
	content, err := os.ReadFile(b.data.path)
	if err != nil {
		b.t.Fatal(err)
	}
	st, _, err := readData(content)
	if err != nil {
		b.t.Fatal(err)
	}
	if onDisk, live := textOf(b.t, &st), b.saved(); onDisk != live {
		b.t.Fatalf("on disk\n%s\nin memory\n%s", onDisk, live)
	}
}

// The file has neither keys nor passwords, and is nobody else's business.
func TestDataFileHoldsNoSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{})
	c := b.production()
	c.makeVM("web", "password", "Correct-Horse-42")
	secret := b.owner("").post("/api/v1/api-keys", object{"name": "ci"}).want(201).str("data.secret")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{b.account.OwnerKey, b.account.ProductionKey, secret, "Correct-Horse-42"} {
		if bytes.Contains(content, []byte(text)) {
			t.Errorf("%s is in the file", text)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	b.crash()
	again := kept(t, file, Options{})
	caller{again, secret, ""}.get("/api/v1/projects").want(200)
}

// A line that was not written to its end is no harm: it was never acknowledged. Any cut of the last line is tolerated.
func TestDataFileWithATruncatedTail(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "account")
	b := kept(t, file, Options{})
	c := b.production()
	one := c.makeVM("one")
	c.get("/api/v1/vms/"+one).expect("data.status", "active")
	before := b.saved()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c.makeVM("two")
	after := b.saved()
	longer, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut <= len(longer); cut++ {
		st, _, err := readData(longer[:cut])
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		text := textOf(t, &st)
		if want := map[bool]string{true: after, false: before}[cut == len(longer)]; text != want {
			t.Fatalf("cut at %d: got\n%s\nwant\n%s", cut, text, want)
		}
	}

	torn := filepath.Join(directory, "torn")
	if err := os.WriteFile(torn, longer[:len(longer)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	again := kept(t, torn, Options{})
	again.production().get("/api/v1/vms/" + one).want(200)
	again.production().makeVM("two")
	again.expectOnDisk()
}

func TestDataFileRefuses(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "account")
	b := kept(t, file, Options{})
	b.production().makeVM("one")
	b.production().makeVM("two")
	b.crash()
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := bytes.Cut(good, []byte{'\n'})
	archive := first[checksumLength+1:]
	newer := sealed(bytes.Replace(archive, []byte(`"version":1`), []byte(`"version":2`), 1))
	for text, content := range map[string][]byte{
		"not a data file":    []byte("hello\nworld\n"),
		"not a data file of": good[:len(first)-7],
		"written by a newer version of the reference backend (format 2; this one reads up to 1)": newer,
		"line 2 is damaged":   append(append(append([]byte{}, first...), "\n00000000 {}\n"...), rest...),
		"line 2: unknown":     append(append(append([]byte{}, first...), '\n'), sealed([]byte(`{"rows":{"Nonsense":[{}]}}`))...),
		"line 2: unknown fie": append(append(append([]byte{}, first...), '\n'), sealed([]byte(`{"fields":{"Nonsense":1}}`))...),
	} {
		odd := filepath.Join(directory, "odd")
		if err := os.WriteFile(odd, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{DataFile: odd}); err == nil || !strings.Contains(err.Error(), text) || !strings.Contains(err.Error(), odd) {
			t.Errorf("got %v, want %q", err, text)
		}
		if left, err := os.ReadFile(odd); err != nil || !bytes.Equal(left, content) {
			t.Errorf("%s: the file was changed", text)
		}
	}

	inUse := kept(t, filepath.Join(directory, "in-use"), Options{})
	if _, err := New(Options{DataFile: inUse.data.path}); err == nil || !strings.Contains(err.Error(), "in use by another") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Options{DataFile: filepath.Join(directory, "nowhere", "account")}); err == nil {
		t.Error("a file in no directory was made")
	}
}

// When the disk fails, the change is not acknowledged, and there are no more changes.
func TestDataFileThatCannotBeWritten(t *testing.T) {
	b := kept(t, filepath.Join(t.TempDir(), "account"), Options{})
	c := b.production()
	id := c.makeVM("web")
	_ = b.data.file.Close()
	c.post("/api/v1/vms/"+id+"/stop", nil).want(500, "cannot be written")
	c.post("/api/v1/vms/"+id+"/start", nil).want(500, "nothing is changed any more")
	c.get("/api/v1/vms/" + id).want(200)
}

// The file does not grow without end, and what replaces it is whole.
func TestDataFileIsCompacted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{})
	c := b.production()
	id := c.makeVM("web")
	b.data.archived = 0
	grown := 0
	for i := range 200 {
		c.put("/api/v1/vms/"+id+"/notes/account", object{"content": strings.Repeat(fmt.Sprint(i%10), 100_000)}).want(200)
		if b.data.recorded > int64(grown) {
			grown = int(b.data.recorded)
		}
	}
	if grown < compactAbove/2 || grown > compactAbove+200_000 {
		t.Errorf("up to %d bytes of records", grown)
	}
	b.expectOnDisk()
	if left, err := filepath.Glob(file + ".new"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A clock that was moved ahead does not fall back at a restart.
func TestDataFileKeepsTheClock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{})
	b.clock.Advance(100 * time.Hour)
	b.production().makeVM("web")
	b.crash()
	again := kept(t, file, Options{})
	if now := again.clock.Now(); !now.Equal(epoch.Add(100 * time.Hour)) {
		t.Errorf("the clock shows %v", now)
	}
}

// A restore and a reset last, too.
func TestDataFileKeepsARestoredState(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, Options{})
	c := b.production()
	id := c.makeVM("web")
	snapshot := b.admin("GET", "snapshot", "").want(200).text
	b.admin("POST", "reset", "").want(200)
	b.expectOnDisk()
	c.get("/api/v1/vms/" + id).want(404)
	b.admin("POST", "restore", snapshot).want(200)
	b.expectOnDisk()
	c.post("/api/v1/vms/"+id+"/stop", nil).want(200)
	b.expectOnDisk()
	b.crash()
	kept(t, file, Options{}).production().get("/api/v1/vms/"+id).want(200).expect("data.status", "passive")
}
