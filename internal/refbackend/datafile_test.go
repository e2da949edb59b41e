package refbackend

import (
	"bytes"
	"encoding/json"
	"errors"
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

// textOf is a state as text, but for when keys were last used: that alone is not saved at once.
func textOf(t testing.TB, st *state) string {
	t.Helper()
	var copied state
	text, err := json.Marshal(st)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	for key := range copied.APIKeys.All() {
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

// What a call changes is saved, whatever the call: after each step, the file gives the very state that is in memory.
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
	read, err := readData(content)
	if err != nil {
		b.t.Fatal(err)
	}
	if onDisk, live := textOf(b.t, &read.state), b.saved(); onDisk != live {
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
		if b.data.appended > int64(grown) {
			grown = int(b.data.appended)
		}
	}
	if grown < compactAbove/2 || grown > compactAbove+200_000 {
		t.Errorf("up to %d bytes of changes", grown)
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

// torn is what a process leaves that ends while it writes: the next one goes on from what was acknowledged.
func TestDataFileGoesOnAfterATornLine(t *testing.T) {
	lines, states := smallDataFile(t)
	torn := filepath.Join(t.TempDir(), "torn")
	if err := os.WriteFile(torn, joined(lines[0], lines[1], lines[2], lines[3][:len(lines[3])-5]), 0o600); err != nil {
		t.Fatal(err)
	}
	b := kept(t, torn, Options{})
	if b.saved() != states[2] {
		t.Error("not the state of before")
	}
	b.production().makeVPC("again", "10.9.0.0/24")
	b.expectOnDisk()
	content, err := os.ReadFile(torn)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := readData(content); err != nil || read.sequence != 3 {
		t.Errorf("change %d, %v: the numbers have to go on", read.sequence, err)
	}
}

// brokenDisk fails to write, after a part of it was, or to flush.
type brokenDisk struct {
	*os.File
	noWrite, noSync bool
}

var errBroken = errors.New("no space left")

func (d *brokenDisk) Write(p []byte) (int, error) {
	if d.noWrite {
		n, _ := d.File.Write(p[:len(p)/2])
		return n, errBroken
	}
	return d.File.Write(p)
}

func (d *brokenDisk) Sync() error {
	if d.noSync {
		return errBroken
	}
	return d.File.Sync()
}

// breakDisk makes the next write or flush fail.
func (b *backend) breakDisk(noWrite, noSync bool) {
	b.t.Helper()
	file, ok := b.data.file.(*os.File)
	if !ok {
		b.t.Fatal("the disk is broken already")
	}
	b.data.file = &brokenDisk{file, noWrite, noSync}
}

// When the disk fails, the change is refused and nothing is answered any more; what was refused is not there after a
// restart either, and what was acknowledged is.
func TestDataFileThatCannotBeWritten(t *testing.T) {
	for name, spoil := range map[string]func(*backend){
		"write": func(b *backend) { b.breakDisk(true, false) },
		"flush": func(b *backend) { b.breakDisk(false, true) },
		"closed": func(b *backend) {
			if err := b.data.file.Close(); err != nil {
				b.t.Fatal(err)
			}
		},
		"archive": func(b *backend) {
			b.data.archived, b.data.appended = 0, compactAbove+1
			if err := os.Mkdir(b.data.path+".new", 0o700); err != nil {
				b.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "account")
			var told []error
			b := kept(t, file, Options{DataFailed: func(err error) { told = append(told, err) }})
			c := b.production()
			kind := c.makeVPC("kept", "10.1.0.0/24")
			before := b.saved()
			spoil(b)
			const refusal = "every request is refused: the data file "
			c.post(vpcsPath, object{"name": "refused", "cidr": "10.2.0.0/24"}).want(500, refusal, "cannot be written")
			if last := b.Journal()[len(b.Journal())-1]; last.Status != 500 {
				t.Errorf("journal: %+v", last)
			}
			c.get(vpcsPath).want(500, refusal)
			c.get(vpcsPath+"/"+kind).want(500, refusal)
			c.delete(vpcsPath+"/"+kind, nil).want(500, refusal)
			b.look("/overview.json", nil).want(500, refusal)
			b.admin("GET", "snapshot", "").want(500, "cannot be written")
			b.admin("POST", "reset", "").want(500, "cannot be written")
			if len(told) != 1 || !strings.Contains(told[0].Error(), file) {
				t.Errorf("told %v", told)
			}
			if err := b.Close(); len(told) != 1 || !errors.Is(err, told[0]) {
				t.Errorf("closed with %v, told %v", err, told)
			}
			if err := os.RemoveAll(file + ".new"); err != nil {
				t.Fatal(err)
			}
			again := kept(t, file, Options{})
			if again.saved() != before {
				t.Error("after a restart, it is not as it was acknowledged")
			}
		})
	}
}

// Nobody is shown a change that may yet be refused: reads wait for it too.
func TestReadsWaitForTheDisk(t *testing.T) {
	b := kept(t, filepath.Join(t.TempDir(), "account"), Options{})
	c := b.production()
	b.breakDisk(false, true)
	b.data.syncing.Lock() // the change is made and written, and waits to be flushed
	statuses := make(chan int, 3)
	go func() { statuses <- c.post(vpcsPath, object{"name": "refused", "cidr": "10.2.0.0/24"}).status }()
	for made := false; !made; time.Sleep(time.Millisecond) {
		b.mu.Lock()
		made = b.state.VPCs.Len() == 1
		b.mu.Unlock()
	}
	go func() { statuses <- c.get(vpcsPath).status }()
	go func() { statuses <- b.look("/overview.json", nil).status }()
	waiting := cap(statuses)
	select {
	case status := <-statuses:
		waiting--
		t.Errorf("answered %d before anything was on the disk", status)
	case <-time.After(50 * time.Millisecond):
	}
	b.data.syncing.Unlock()
	for range waiting {
		if status := <-statuses; status != 500 {
			t.Errorf("status %d", status)
		}
	}
}

// All names of a file lead to one lock, and to one file.
func TestDataFileByOtherNames(t *testing.T) {
	directory := t.TempDir()
	t.Chdir(directory)
	file := filepath.Join(directory, "account")
	for _, link := range [][2]string{{"account", "symlink"}, {"symlink", "second"}, {directory, "elsewhere"}, {"loop", "loop"}} {
		if err := os.Symlink(link[0], link[1]); err != nil {
			t.Fatal(err)
		}
	}
	b := kept(t, "symlink", Options{}) // before there is a file
	b.production().makeVPC("net", "10.0.0.0/24")
	for _, name := range []string{"account", "./account", "second", file, "elsewhere/second", "elsewhere/../" + filepath.Base(directory) + "/account"} {
		if _, err := New(Options{DataFile: name}); err == nil || !strings.Contains(err.Error(), name+": it is in use by another backend") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	before := b.saved()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat("symlink"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link has become %v, %v", info.Mode(), err)
	}
	again := kept(t, "elsewhere/second", Options{})
	if again.saved() != before {
		t.Error("another name leads to another account")
	}

	if err := os.Link("account", "hard"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"hard":      "hard links",
		"loop":      "too many",
		".":         "no regular file",
		"no/where":  "no such file",
		"/dev/null": "no regular file",
	} {
		if _, err := New(Options{DataFile: name}); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v, want %q", name, err, text)
		}
	}
}
