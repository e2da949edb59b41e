package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// requirements are what a configuration needs of the CLI.
const requirements = `terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}
`

// moduleRequirements are those of a module that another one calls.
const moduleRequirements = `terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}
`

// writeFrame writes what the configuration needs around its objects.
func (w *writer) writeFrame() {
	versions := place{"", "versions.tf"}
	w.layout.add(versions, piece{address: requirementsAddress, text: requirements})
	w.layout.add(versions, piece{
		rank: 1, address: providerAddress, text: "# The key and the address of the API come from the environment, or from a profile of the Raff CLI.\nprovider \"raff\" {}\n",
	})
}

// module is the module that an object is in; empty for the root module.
func (w *writer) module(o *Object) string {
	if !w.options.Modules || o.Type == raffProject {
		return ""
	}
	return w.modules[o.ProjectID]
}

// nameModules names a module for each project that objects are in.
func (w *writer) nameModules() {
	w.modules = map[string]string{}
	if !w.options.Modules {
		return
	}
	taken := map[string]bool{}
	var projects []*Object
	for _, o := range w.objects {
		if o.ProjectID != "" && o.Type != raffProject && w.modules[o.ProjectID] == "" {
			w.modules[o.ProjectID] = "?"
			project := w.referents.find(o, toProject, o.ProjectID)
			if project == nil {
				project = &Object{Type: raffProject, ID: o.ProjectID, Name: o.ProjectID}
			}
			projects = append(projects, project)
		}
	}
	slices.SortFunc(projects, byAge)
	for _, project := range projects {
		for _, candidate := range w.candidates(project) {
			if !taken[candidate] {
				taken[candidate] = true
				w.modules[idOf(project)] = candidate
				break
			}
		}
	}
}

// writeModules writes the calls of the modules, and the variables that they have.
func (w *writer) writeModules() {
	calls := map[string][]string{}
	for _, at := range slices.SortedFunc(maps.Keys(w.variables), byVariable) {
		calls[at.module] = append(calls[at.module], at.name+" = "+w.variables[at].expression)
		w.declare(at.module, at.name, w.variables[at].declaration)
	}
	for _, module := range w.modules {
		source := "source = " + quote("./"+place{module, ""}.path())
		w.layout.add(place{"", "modules.tf"}, piece{label: module, address: blockAddress("module", module), text: block(fmt.Sprintf("module %q", module), append([]string{source, ""}, calls[module]...))})
		w.layout.add(place{module, "versions.tf"}, piece{address: requirementsAddress, text: moduleRequirements})
	}
}

func byVariable(a, b variable) int { return strings.Compare(a.module+" "+a.name, b.module+" "+b.name) }

// declare declares a variable of a module.
func (w *writer) declare(module, name string, lines []string) {
	w.layout.add(place{module, "variables.tf"}, piece{label: name, address: blockAddress("variable", name), text: block(fmt.Sprintf("variable %q", name), lines)})
}

// ask is an expression for a variable of the root module, in the module of an object.
func (w *writer) ask(o *Object, name string, declaration []string) string {
	w.declare("", name, declaration)
	if module := w.module(o); module != "" {
		w.variables[variable{module, name}] = argument{"var." + name, declaration}
	}
	return "var." + name
}

// sshKeys are the keys for VMs whose keys nobody knows.
func (w *writer) sshKeys(o *Object) string {
	return w.ask(o, "ssh_keys", []string{
		"description = " + quote("Public SSH keys for VMs that are created from this configuration. Raff does not say which ones a VM has: it stays as it is where this is null"),
		"type = set(string)", "default = null",
	})
}

// password is the password of a VM, which nobody can read.
func (w *writer) password(o *Object) string {
	name := w.labels[o] + "_password"
	if module := w.module(o); module != "" {
		name = module + "_" + name
	}
	text := fmt.Sprintf("Password of the VM %s, for when it is created or rebuilt from this configuration. It stays as it is where this is null", o.name())
	w.secrets = append(w.secrets, Secret{Variable: name, Address: w.address(o), Text: text})
	return w.ask(o, name, []string{
		"description = " + quote(text), "type = string", "default = null", "ephemeral = true", "sensitive = true",
	})
}
