package refbackend

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A seed file describes the account that a backend starts with, in YAML or JSON. What it lists are the bodies of the
// API's own create requests, with names in place of ids, and it is carried out by the API's own handlers: what the API
// refuses, a seed file cannot contain.

// seedList is a list of a seed file: what it is called, and what makes each of its entries.
type seedList struct {
	name      string
	operation string
	refs      []seedRef
	// before takes out of an entry what is no field of the request, and returns what is done with it once the object
	// is there. May be nil.
	before func(s *Server, entry *seedEntry) (after func(made string) error, err error)
}

// seedRef is a field that names an object where the API wants its id.
type seedRef struct {
	name, field string
	find        func(s *Server, project, name string) (id any, ok bool)
	also        map[string]any // other fields that follow from it
}

var (
	seedAccountLists = []seedList{
		{name: "ssh_keys", operation: "createSSHKey"},
		{name: "roles", operation: "createRole"},
		{name: "api_keys", operation: "createApiKey", refs: []seedRef{accountRoleRef}, before: (*Server).seedSecret},
		{name: "members", operation: "addMember", refs: []seedRef{accountRoleRef, apiKeyRef}},
	}
	seedProjectLists = []seedList{
		{name: "vpcs", operation: "createVPC"},
		{name: "security_groups", operation: "createSecurityGroup"},
		{name: "vms", operation: "createVM", refs: []seedRef{templateRef, vpcRef}, before: (*Server).seedMachine},
		{name: "ips", operation: "reserveIP", before: (*Server).seedAttachment},
		{name: "volumes", operation: "createVolume", refs: []seedRef{vmRef}, before: setDefault("volume_type", volumeType)},
		{name: "snapshots", operation: "createSnapshot", refs: []seedRef{
			{name: "vm", field: "resource_id", find: findVM, also: map[string]any{"resource_type": snapshotOfVM}},
			{name: "volume", field: "volume_id", find: findVolume, also: map[string]any{"resource_type": snapshotOfVolume}},
		}},
		{name: "backups", operation: "createBackup", refs: []seedRef{vmRef}},
		{name: "backup_schedules", operation: "createBackupSchedule", refs: []seedRef{vmRef}},
		{name: "members", operation: "addProjectMember", refs: []seedRef{projectRoleRef, apiKeyRef}},
		{name: "invitations", operation: "createProjectInvitation", refs: []seedRef{projectRoleRef}},
	}

	accountRoleRef = seedRef{name: "role", field: "role_id", find: findRole(scopeAccount)}
	projectRoleRef = seedRef{name: "role", field: "role_id", find: findRole(scopeProject)}
	apiKeyRef      = seedRef{name: "api_key", field: "api_key_id", find: findAPIKey}
	templateRef    = seedRef{name: "template", field: "template_id", find: findTemplate}
	vpcRef         = seedRef{name: "vpc", field: "vpc_id", find: findVPC}
	vmRef          = seedRef{name: "vm", field: "vm_id", find: findVM}
)

func findRole(scope string) func(*Server, string, string) (any, bool) {
	return func(s *Server, _, name string) (any, bool) {
		r, ok := s.state.Roles.First(func(r *role) bool { return r.Scope == scope && (r.Name == name || r.Slug == name) })
		if !ok {
			return nil, false
		}
		return r.ID, true
	}
}

func findAPIKey(s *Server, _, name string) (any, bool) {
	k, ok := s.state.APIKeys.First(func(k *apiKey) bool { return k.Name == name })
	if !ok {
		return nil, false
	}
	return k.ID, true
}

// findTemplate takes a template's name and version: "Ubuntu 24.04x64"; the x64 may be left out.
func findTemplate(_ *Server, _, name string) (any, bool) {
	for _, t := range templates {
		if full := t.name + " " + t.version; full == name || strings.TrimSuffix(full, "x64") == name {
			return t.id, true
		}
	}
	return nil, false
}

func findVPC(s *Server, project, name string) (any, bool) {
	v, ok := s.state.VPCs.First(func(v *vpc) bool { return v.Project == project && v.Name == name })
	if !ok {
		return nil, false
	}
	return v.ID, true
}

func findVM(s *Server, project, name string) (any, bool) {
	v, ok := s.state.VMs.First(func(v *vm) bool { return v.Project == project && v.Name == name })
	if !ok {
		return nil, false
	}
	return v.ID, true
}

func findVolume(s *Server, project, name string) (any, bool) {
	v, ok := s.state.Volumes.First(func(v *volume) bool { return v.Project == project && v.Name == name })
	if !ok {
		return nil, false
	}
	return v.ID, true
}

// seedFile is a parsed seed file.
type seedFile struct {
	name string
	root *yaml.Node
}

// readSeedFile parses a seed file; what is in it is judged when it is carried out.
func readSeedFile(path string) (*seedFile, error) {
	content, err := readLimited(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("%s: %s", name, seedProblem(err))
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more than one document", name)
	}
	return &seedFile{name: name, root: document.Content[0]}, nil
}

// readLimited reads a file that may be a pipe, but not one without an end.
func readLimited(path string) ([]byte, error) {
	const most = 16 << 20
	file, err := os.Open(path) // #nosec G304 -- whoever starts the backend names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && len(content) > most {
		err = fmt.Errorf("%s is larger than %d MiB", path, most>>20)
	}
	return content, err
}

// seedProblem is an error of the YAML library without its name.
func seedProblem(err error) string {
	if errors.Is(err, io.EOF) {
		return "empty"
	}
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
}

// seedEntry is an object of a seed file.
type seedEntry struct {
	file   *seedFile
	path   string // "projects[0].vms[1]"
	node   *yaml.Node
	values map[string]any
}

// entry decodes a mapping.
func (f *seedFile) entry(path string, node *yaml.Node) (*seedEntry, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	e := &seedEntry{file: f, path: path, node: node, values: map[string]any{}}
	if node.Kind != yaml.MappingNode {
		return nil, e.problem("", "must be a mapping")
	}
	if err := node.Decode(&e.values); err != nil {
		return nil, fmt.Errorf("%s: %s", f.name, seedProblem(err))
	}
	return e, nil
}

// line is where a field stands; where the entry begins, for one that is not in it.
func (e *seedEntry) line(field string) int {
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		if e.node.Content[i].Value == field {
			return e.node.Content[i].Line
		}
	}
	return e.node.Line
}

// SeedFileError is what is wrong at one place of a seed file.
type SeedFileError struct {
	File    string
	Line    int
	Path    string // "projects[0].vms[1].name"; "" for the whole file
	Problem string
}

// Error implements error.
func (e *SeedFileError) Error() string {
	where := e.Path
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%s:%d: %s%s", e.File, e.Line, where, e.Problem)
}

// problem is an error that names the line and, if there is one, the field.
func (e *seedEntry) problem(field, format string, args ...any) error {
	where := strings.Trim(e.path+"."+field, ".")
	return &SeedFileError{File: e.file.name, Line: e.line(field), Path: where, Problem: fmt.Sprintf(format, args...)}
}

// takeSeed takes a field that must be of one type out of the entry, if it is there.
func takeSeed[T any](e *seedEntry, field, typeName string) (value T, ok bool, err error) {
	raw, ok := e.values[field]
	if !ok {
		return value, false, nil
	}
	if value, ok = raw.(T); !ok {
		return value, false, e.problem(field, "must be %s", typeName)
	}
	delete(e.values, field)
	return value, true, nil
}

// list takes a list of mappings out of the entry.
func (e *seedEntry) list(field string) ([]*seedEntry, error) {
	if _, ok := e.values[field]; !ok {
		return nil, nil
	}
	delete(e.values, field)
	var list *yaml.Node
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		if e.node.Content[i].Value == field {
			list = e.node.Content[i+1]
		}
	}
	if list != nil && list.Kind == yaml.AliasNode {
		list = list.Alias
	}
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, e.problem(field, "must be a list")
	}
	entries := make([]*seedEntry, 0, len(list.Content))
	for i, node := range list.Content {
		entry, err := e.file.entry(strings.TrimPrefix(fmt.Sprintf("%s.%s[%d]", e.path, field, i), "."), node)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// mapping takes a mapping out of the entry; nil where there is none.
func (e *seedEntry) mapping(field string) (*seedEntry, error) {
	if _, ok := e.values[field]; !ok {
		return nil, nil
	}
	delete(e.values, field)
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		if e.node.Content[i].Value == field {
			return e.file.entry(strings.TrimPrefix(e.path+"."+field, "."), e.node.Content[i+1])
		}
	}
	return nil, e.problem(field, "must be a mapping")
}

// nothingLeft refuses fields that nobody asked for.
func (e *seedEntry) nothingLeft() error {
	for _, field := range sortedKeys(e.values) {
		return e.problem(field, "unknown field")
	}
	return nil
}

// seedFrom fills an empty backend with the account of a seed file. Everything is in its last state at once.
func (s *Server) seedFrom(seed uint64, f *seedFile) error {
	timing, unlimited := s.timing, s.unlimited
	s.timing, s.unlimited = Instant, true
	defer func() { s.timing, s.unlimited = timing, unlimited }()

	root, err := f.entry("", f.root)
	if err != nil {
		return err
	}
	if account, err := root.mapping("recorded"); err != nil || account != nil {
		if err != nil {
			return err
		}
		return s.seedRecorded(seed, root, account)
	}
	owner := s.seedOwner(seed)
	if err := s.seedNames(root, owner); err != nil {
		return err
	}
	for _, list := range seedAccountLists {
		if err := s.seedList(root, list, ""); err != nil {
			return err
		}
	}
	if err := s.seedProjects(root); err != nil {
		return err
	}
	return root.nothingLeft()
}

// seedNames sets the account's name and the Owner's email address and key.
func (s *Server) seedNames(root *seedEntry, owner *apiKey) error {
	name, ok, err := takeSeed[string](root, "account", "a string")
	if err != nil {
		return err
	}
	if ok {
		s.state.AccountName = name
	}
	email, ok, err := takeSeed[string](root, "owner_email", "a string")
	if err != nil {
		return err
	}
	if ok {
		if problem := emailProblem(email); problem != "" {
			return root.problem("owner_email", "%s", problem)
		}
		for u := range s.state.Users.All() {
			u.Email = email
		}
		for m := range s.state.Members.All() {
			m.Email = email
		}
	}
	secret, ok, err := s.takeSecret(root, "owner_key")
	if ok {
		owner.setSecret(secret)
		s.state.Seeded.OwnerKey = secret
	}
	return err
}

var secretPattern = regexp.MustCompile(`^raff_[0-9a-f]{64}$`)

// takeSecret takes a key's secret out of an entry.
func (s *Server) takeSecret(e *seedEntry, field string) (string, bool, error) {
	secret, ok, err := takeSeed[string](e, field, "a string")
	if !ok || err != nil {
		return "", false, err
	}
	if !secretPattern.MatchString(secret) {
		return "", false, e.problem(field, "must be raff_ and 64 hex digits in lower case")
	}
	if _, taken := s.state.keyWith(secret); taken {
		return "", false, e.problem(field, "another key has the same secret")
	}
	return secret, true, nil
}

// seedSecret gives an API key the secret of its entry.
func (s *Server) seedSecret(e *seedEntry) (func(string) error, error) {
	secret, ok, err := s.takeSecret(e, "secret")
	if !ok || err != nil {
		return nil, err
	}
	return func(id string) error {
		k, _ := s.state.APIKeys.Get(id)
		k.setSecret(secret)
		return nil
	}, nil
}

// setDefault fills in a field that has one value only.
func setDefault(field string, value any) func(*Server, *seedEntry) (func(string) error, error) {
	return func(_ *Server, e *seedEntry) (func(string) error, error) {
		if _, ok := e.values[field]; !ok {
			e.values[field] = value
		}
		return nil, nil
	}
}

// seedProjects makes the projects and what is in them. One of them is the default one: the first, unless another is
// marked.
func (s *Server) seedProjects(root *seedEntry) error {
	entries, err := root.list("projects")
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return root.problem("projects", "at least one project is required")
	}
	ids := make([]string, len(entries))
	chosen := -1
	for i, e := range entries {
		marked, _, err := takeSeed[bool](e, "default", "true or false")
		if err != nil {
			return err
		}
		if marked && chosen >= 0 {
			return e.problem("default", "another project is the default one already")
		}
		if marked {
			chosen = i
		}
		if ids[i], err = s.seedProject(e); err != nil {
			return err
		}
	}
	p, _ := s.state.Projects.Get(ids[max(chosen, 0)])
	p.IsDefault = true
	if _, ok := s.state.Seeded.Projects["default"]; !ok {
		s.state.Seeded.Projects["default"] = p.ID
	}
	return nil
}

func (s *Server) seedProject(e *seedEntry) (id string, err error) {
	contents := map[string][]*seedEntry{}
	for _, list := range seedProjectLists {
		if contents[list.name], err = e.list(list.name); err != nil {
			return "", err
		}
	}
	if id, err = s.seedObject(e, seedList{operation: "createProject"}, ""); err != nil {
		return "", err
	}
	p, _ := s.state.Projects.Get(id)
	s.state.Seeded.Projects[p.Name] = id
	for _, list := range seedProjectLists {
		for _, entry := range contents[list.name] {
			if _, err := s.seedObject(entry, list, id); err != nil {
				return "", err
			}
		}
	}
	return id, nil
}

func (s *Server) seedList(e *seedEntry, list seedList, project string) error {
	entries, err := e.list(list.name)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if _, err := s.seedObject(entry, list, project); err != nil {
			return err
		}
	}
	return nil
}

// seedObject makes one object by the API's own request, and returns its id.
func (s *Server) seedObject(e *seedEntry, list seedList, project string) (id string, err error) {
	for _, ref := range list.refs {
		if err := s.resolve(e, ref, project); err != nil {
			return "", err
		}
	}
	var after func(string) error
	if list.before != nil {
		if after, err = list.before(s, e); err != nil {
			return "", err
		}
	}
	c, err := s.seedCall(e, list.operation, project)
	if err != nil {
		return "", err
	}
	s.settle(s.now)
	if _, err := s.perform(c); err != nil {
		return "", e.refusal(err)
	}
	s.settle(s.now)
	if after != nil {
		err = after(c.object)
		s.settle(s.now)
	}
	return c.object, err
}

// resolve puts the id of what a field names in its place.
func (s *Server) resolve(e *seedEntry, ref seedRef, project string) error {
	name, ok, err := takeSeed[string](e, ref.name, "a name")
	if !ok || err != nil {
		return err
	}
	if _, twice := e.values[ref.field]; twice {
		return e.problem(ref.name, "cannot be combined with %s", ref.field)
	}
	id, ok := ref.find(s, project, name)
	if !ok {
		return e.problem(ref.name, "there is no %q", name)
	}
	e.values[ref.field] = id
	for field, value := range ref.also {
		e.values[field] = value
	}
	return nil
}

// seedCall is a request of the Owner.
func (s *Server) seedCall(e *seedEntry, operationID, project string) (*call, error) {
	body, err := json.Marshal(e.values)
	if err != nil {
		return nil, e.problem("", "%v", err)
	}
	var op *operation
	for _, row := range s.operations {
		if row.id == operationID {
			op = row
		}
	}
	r := &http.Request{Method: op.method, URL: &url.URL{Path: op.path}, Header: http.Header{}}
	r.Header.Set("X-API-Key", s.state.Seeded.OwnerKey)
	r.Header.Set(projectHeader, project)
	r.SetPathValue("id", project) // of what belongs to a project without being in it
	return &call{request: r, op: op, raw: body, header: http.Header{}}, nil
}

// refusal is what the API says to an entry, with the line of the field that it names.
func (e *seedEntry) refusal(err error) error {
	message := asAPIError(err).message
	field, rest, ok := strings.Cut(message, ": ")
	top, _, _ := strings.Cut(field, ".")
	top, _, _ = strings.Cut(top, "[")
	if !ok || strings.ContainsAny(top, " ") {
		return e.problem("", "%s", message)
	}
	where := e.path + "." + field
	if field == "body" {
		where = e.path
	}
	return &SeedFileError{File: e.file.name, Line: e.line(top), Path: where, Problem: rest}
}
