// Package parity knows, for each operation of the API, what holds the project to it, and writes the page that says so.
// Nothing of it reaches the released binary.
package parity

import (
	_ "embed" // the tables
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Test is a test of the provider.
type Test struct {
	Package string `json:"package"` // below the module: "internal/services/vm"
	Name    string `json:"name"`
}

//go:embed terraform.json
var terraform []byte

//go:embed service.yaml
var service []byte

// Terraform returns, by operationId, a test in which the provider itself calls the operation. That it does is checked
// whenever the test runs: see acctest.
func Terraform() (map[string]Test, error) {
	tests := map[string]Test{}
	err := json.Unmarshal(terraform, &tests)
	return tests, err
}

// Service is what is known of the real service.
type Service struct {
	// Recorded tells when the answers of an operation were held against the description with "backend record", by
	// operationId: a date, or whatever tells the recording apart.
	Recorded map[string]string `yaml:"recorded"`
	// Differs tells what is known, or decided without knowing, to be otherwise in the backend, by operationId.
	Differs map[string]string `yaml:"differs"`
}

func knownService() (Service, error) {
	var known Service
	err := yaml.Unmarshal(service, &known)
	return known, err
}

// Operation is an operation of the API.
type Operation struct {
	ID, Method, Path, Tag string
}

// Operations lists the operations of an OpenAPI description in YAML, by tag and in the order of the paths.
func Operations(description []byte) ([]Operation, error) {
	var document struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	if err := yaml.Unmarshal(description, &document); err != nil {
		return nil, err
	}
	var all []Operation
	for path, item := range document.Paths {
		for method, node := range item {
			var operation struct {
				ID   string   `yaml:"operationId"`
				Tags []string `yaml:"tags"`
			}
			if node.Kind != yaml.MappingNode {
				continue // what all operations of a path share
			}
			if err := node.Decode(&operation); err != nil {
				return nil, err
			}
			if operation.ID == "" || len(operation.Tags) == 0 {
				return nil, fmt.Errorf("%s %s has no operationId or no tag", method, path)
			}
			all = append(all, Operation{operation.ID, strings.ToUpper(method), path, operation.Tags[0]})
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return strings.Compare(a.Tag+"\x00"+a.Path+"\x00"+a.Method, b.Tag+"\x00"+b.Path+"\x00"+b.Method)
	})
	return all, nil
}

// Problems lists what is wrong with the tables: operations that there are not, and tests that there are not below root,
// the directory of the module.
func Problems(root string, operations []Operation) ([]string, error) {
	tests, err := Terraform()
	if err != nil {
		return nil, fmt.Errorf("terraform.json: %w", err)
	}
	known, err := knownService()
	if err != nil {
		return nil, fmt.Errorf("service.yaml: %w", err)
	}
	ids := map[string]bool{}
	for _, o := range operations {
		ids[o.ID] = true
	}
	var problems []string
	unknown := func(table, id string) {
		if !ids[id] {
			problems = append(problems, fmt.Sprintf("%s: there is no operation %s", table, id))
		}
	}
	for id, test := range tests {
		unknown("terraform.json", id)
		if !exists(root, test) {
			problems = append(problems, fmt.Sprintf("terraform.json: %s: there is no test %s in %s", id, test.Name, test.Package))
		}
	}
	for id := range known.Recorded {
		unknown("service.yaml", id)
	}
	for id := range known.Differs {
		unknown("service.yaml", id)
	}
	slices.Sort(problems)
	return problems, nil
}

// exists tells whether a package has a test of that name.
func exists(root string, test Test) bool {
	declared := regexp.MustCompile(`(?m)^func ` + regexp.QuoteMeta(test.Name) + `\(`)
	files, _ := filepath.Glob(filepath.Join(root, filepath.FromSlash(test.Package), "*_test.go"))
	return slices.ContainsFunc(files, func(file string) bool {
		source, err := os.ReadFile(file) // #nosec G304 -- a file of the project
		return err == nil && declared.Match(source)
	})
}
