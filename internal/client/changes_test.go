package client

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Every change that the API's description has is in the table, once, and the table has nothing else.
func TestEffectsCoverTheDescription(t *testing.T) {
	doc, _ := describedAPI(t)
	id := regexp.MustCompile(`\{[^}]+\}`)
	wanted := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if method != http.MethodGet {
				wanted[id.ReplaceAllString(strings.TrimPrefix(path, "/api/v1/"), "*")] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, e := range effects {
		if seen[e.path] || !wanted[e.path] {
			t.Errorf("the row of %s is there twice, or for no change", e.path)
		}
		if len(e.nouns) == 0 {
			t.Errorf("%s changes nothing", e.path)
		}
		seen[e.path] = true
	}
	for path := range wanted {
		if !seen[path] {
			t.Errorf("no row says what a change of %s can have changed", path)
		}
	}
}

func TestAffected(t *testing.T) {
	for path, want := range map[string][]noun{
		"vms/x/rename":            {nounVM},
		"vms/x/notes/account":     {nounNotes},
		"vms/bulk":                ofProject,
		"vms/x/vpc/0":             {nounVM, nounNetworks, nounVPC},
		"projects/p":              everything,
		"something/else":          everything, // that nobody has thought of
		"vms/x/something":         everything,
		"snapshots/7/rename":      {nounSnapshot},
		"api-keys/x/regenerate":   ofGrants,
		"vms/x/security-groups":   {nounNetworks, nounGroup},
		"volumes/7/attach":        ofStorage,
		"ips/x/reserve":           {nounIP},
		"projects/p/invitations":  ofGrants,
		"vms/x/backups/something": everything,
	} {
		if got := affected(v1(strings.Split(path, "/")...)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	if got := affected([]string{"health"}); !slices.Equal(got, everything) {
		t.Errorf("a path of no version: got %v", got)
	}
}

// Everything that is waited for, deletions included, has its place: what is not known changes everything.
func TestAlongWith(t *testing.T) {
	for _, object := range []any{VM{}, Volume{}, Snapshot{}, Backup{}} {
		if got := alongWith(object); len(got) >= len(everything) || !slices.Contains(got, nounVM) {
			t.Errorf("%T: got %v", object, got)
		}
	}
	if got := alongWith(BackupSchedule{}); len(got) != len(everything) {
		t.Errorf("what nobody waits for: got %v", got)
	}
}

// A change empties what it can have changed, where it can, and nothing else.
func TestChangesEmpty(t *testing.T) {
	const other = "another-project"
	read := func(ctx context.Context, r Reader) (name string, volume string) {
		vm, err := r.ReadVM(ctx, "1")
		if err != nil {
			return err.Error(), ""
		}
		v, err := r.ReadVolume(ctx, 1)
		if err != nil {
			return "", err.Error()
		}
		return vm.Name, v.Name
	}
	for _, c := range []struct {
		name                    string
		do                      func(ctx context.Context, c *Client, s *Scoped) error
		vms, volumes, elsewhere bool // are read anew
	}{
		{"a rename", func(ctx context.Context, _ *Client, s *Scoped) error { return s.RenameVM(ctx, "1", "n") }, true, false, false},
		{"an address", func(ctx context.Context, _ *Client, s *Scoped) error { return s.ReleaseIP(ctx, "1") }, false, false, false},
		{"a deletion", func(ctx context.Context, _ *Client, s *Scoped) error { return s.DeleteVM(ctx, "1", DeleteVMRequest{}) }, true, true, false},
		{"a key", func(ctx context.Context, c *Client, _ *Scoped) error { return c.DeleteSSHKey(ctx, "1") }, false, false, false},
		{"a project", func(ctx context.Context, c *Client, _ *Scoped) error { return c.DeleteProject(ctx, "x") }, true, true, true},
		{"a wait", func(ctx context.Context, _ *Client, s *Scoped) error { _, err := s.WaitForVM(ctx, "1"); return err }, true, true, false},
		{"another spelling", func(ctx context.Context, c *Client, s *Scoped) error {
			return c.Project(strings.ToUpper(s.ProjectID())).RenameVM(ctx, "1", "n")
		}, true, false, false},
		{"a read", func(ctx context.Context, c *Client, s *Scoped) error {
			_, err := s.GetVM(ctx, "1")
			_, more := Collect(c.ListVMs(ctx, VMFilter{}))
			if err == nil {
				err = more
			}
			return err
		}, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &fleetServer{n: 5, name: "old"}
				client := server.client(t)
				project, elsewhere := client.Project(testProject), client.Project(other)
				_, _ = read(t.Context(), project.Reader)
				_, _ = read(t.Context(), elsewhere.Reader)
				server.rename("new")
				if err := c.do(t.Context(), client, project); err != nil {
					t.Fatal(err)
				}
				names := map[bool]string{false: "old", true: "new"}
				if vm, volume := read(t.Context(), project.Reader); vm != names[c.vms] || volume != names[c.volumes] {
					t.Errorf("read the VM %q and the volume %q", vm, volume)
				}
				if vm, volume := read(t.Context(), elsewhere.Reader); vm != names[c.elsewhere] || volume != names[c.elsewhere] {
					t.Errorf("elsewhere: read the VM %q and the volume %q", vm, volume)
				}
			})
		})
	}
}

// What is fetched while a change is under way may be from before it: nobody who asks after the change gets it.
func TestChangesDuringReads(t *testing.T) {
	for _, first := range []string{"the read", "the change"} {
		t.Run(first, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &fleetServer{n: 300, name: "old", latency: time.Second}
				project := server.client(t).Project(testProject)
				for id := range plainGets {
					if _, err := project.ReadVM(t.Context(), strconv.Itoa(id)); err != nil {
						t.Fatal(err)
					}
				}
				reads := make(chan error, 20)
				startReads := func() {
					for id := range 20 {
						go func() {
							_, err := project.ReadVM(t.Context(), strconv.Itoa(10*id))
							reads <- err
						}()
					}
				}
				change := func() {
					server.rename("new") // the answers on their way still have the old name
					if err := project.RenameVM(t.Context(), "1", "new"); err != nil {
						t.Error(err)
					}
				}
				changed := make(chan struct{})
				if first == "the read" {
					startReads()
					time.Sleep(time.Second / 2)
					change()
					close(changed)
				} else {
					go func() {
						defer close(changed)
						if err := project.RenameVM(t.Context(), "1", "new"); err != nil {
							t.Error(err)
						}
						server.rename("new")
					}()
					time.Sleep(time.Second / 2)
					startReads()
				}
				<-changed
				wantName(t, project.Reader, "new")
				for range cap(reads) {
					if err := <-reads; err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}
