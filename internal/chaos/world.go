package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// world is everything that a seed happens in: an account, another one, the gate before them, and two workspaces.
type world struct {
	plan
	dir    string
	target *backend
	second *backend // another account
	gate   *gate
	main   *workspace
	side   *workspace // of the other process, in another project

	key        string // of the provider
	keyID      string // "" for the Owner's, which cannot lose anything
	roleID     string // of that key
	membership map[string]string
	template   string
	hour       string // at which schedules are due: the one that is just over
	log        *os.File
}

// newWorld starts everything.
func newWorld(ctx context.Context, p plan, dir string, tools Tools) (*world, error) {
	w := &world{plan: p, dir: dir}
	err := w.start(ctx, tools)
	if err != nil {
		w.close()
	}
	return w, err
}

func (w *world) start(ctx context.Context, tools Tools) error {
	err := os.MkdirAll(w.dir, 0o700)
	if err != nil {
		return err
	}
	if w.log, err = os.Create(filepath.Join(w.dir, "requests.log")); err != nil {
		return err
	}
	timing, err := refbackend.ParseTiming(w.Timing)
	if err != nil {
		return err
	}
	if w.Process {
		w.target, err = startProcess(ctx, processOptions{tools.Provider, filepath.Join(w.dir, "account.raff"), w.Seed, w.Timing, w.Offset})
	} else {
		w.target, err = startBackend(refbackend.Options{Seed: w.Seed, Timing: timing}, w.Offset)
	}
	if err != nil {
		return err
	}
	if w.second, err = startBackend(refbackend.Options{Seed: w.Seed + 1<<32}, w.Offset); err != nil {
		return err
	}
	if w.gate, err = newGate(w.target, w.second, w.log); err != nil {
		return err
	}
	if w.main, err = newWorkspace(w.dir, "main", tools.CLI, tools.Provider); err != nil {
		return err
	}
	if w.side, err = newWorkspace(w.dir, "side", tools.CLI, tools.Provider); err != nil {
		return err
	}
	return w.furnish(ctx)
}

func (w *world) close() {
	if w.gate != nil {
		w.gate.stop()
	}
	for _, b := range []*backend{w.target, w.second} {
		if b != nil && b.stop != nil {
			b.stop()
		}
	}
	if w.log != nil {
		_ = w.log.Close()
	}
}

// furnish looks up what the configurations need, and makes the provider's key.
func (w *world) furnish(ctx context.Context) error {
	answer, err := w.target.request(ctx, http.MethodGet, w.target.api+"/api/v1/public/templates", "", nil)
	if err != nil {
		return err
	}
	var catalogue struct {
		Data []struct{ ID, Name, Version string }
	}
	if err := json.Unmarshal(answer, &catalogue); err != nil {
		return err
	}
	for _, t := range catalogue.Data {
		if t.Name == "Ubuntu" && strings.HasPrefix(t.Version, "24.04") {
			w.template = t.ID
		}
	}
	w.hour = time.Now().Add(w.Offset - time.Hour).UTC().Format("15:00")
	w.key = w.target.owner
	if !w.OwnKey {
		return nil
	}
	return w.makeKey(ctx)
}

// allOfAccount are the permissions of a role that may do everything in the account.
var allOfAccount = []string{
	"account.projects.view", "account.projects.create", "account.projects.manage", "account.projects.delete",
	"account.members.view", "account.members.invite", "account.members.manage", "account.members.remove",
	"account.roles.view", "account.roles.create", "account.roles.manage", "account.roles.delete",
	"account.apikeys.view", "account.apikeys.create", "account.apikeys.manage", "account.apikeys.revoke",
	"account.settings.view", "account.settings.manage",
}

// makeKey makes a key of the provider's own, which may do everything in the account and in both projects.
func (w *world) makeKey(ctx context.Context) error {
	var err error
	w.roleID, err = w.target.make(ctx, "/roles", "", map[string]any{"name": "machine", "slug": "machine", "scope": "account", "permissions": allOfAccount})
	if err != nil {
		return err
	}
	made, err := w.target.call(ctx, http.MethodPost, "/api-keys", "", map[string]any{"name": "machine", "role_id": w.roleID})
	if err != nil {
		return err
	}
	var key struct{ ID, Secret string }
	if err := json.Unmarshal(made, &key); err != nil {
		return err
	}
	w.key, w.keyID, w.membership = key.Secret, key.ID, map[string]string{}
	for _, name := range []string{"production", "staging"} {
		if err := w.join(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// join gives the provider's key all rights in a project.
func (w *world) join(ctx context.Context, name string) error {
	roles, err := w.target.call(ctx, http.MethodGet, "/roles?limit=100", "", nil)
	if err != nil {
		return err
	}
	var listed []struct{ ID, Name string }
	if err := json.Unmarshal(roles, &listed); err != nil {
		return err
	}
	for _, role := range listed {
		if role.Name == "Project Admin" {
			w.membership[name], err = w.target.make(ctx, "/projects/"+w.target.projects[name]+"/members", "",
				map[string]any{"api_key_id": w.keyID, "role_id": role.ID})
			return err
		}
	}
	return fmt.Errorf("there is no role Project Admin")
}

// settings is the part of a configuration that is not drawn: where to go, and how.
func (w *world) settings(project string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

provider "raff" {
  api_url             = %q
  api_key             = %q
  requests_per_second = 1000
  max_retries         = 2
  request_timeout     = "5s"
}

variable "project" {
  default = %q
}

variable "template" {
  default = %q
}

variable "hour" {
  default = %q
}

`, w.gate.url, w.key, w.target.projects[project], w.template, w.hour)
}

func (w *world) workspace(name string) *workspace {
	if name == w.side.name {
		return w.side
	}
	return w.main
}

// states are those of both workspaces together.
func (w *world) states() (State, error) {
	main, err := w.main.state()
	if err != nil {
		return nil, err
	}
	side, err := w.side.state()
	return append(main, side...), err
}
