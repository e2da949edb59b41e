package refbackend

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// projectHeader scopes a request to a project.
const projectHeader = "X-Project-ID"

// Options set a backend up. The zero value is a backend on the real clock, with instant changes, rate limits on and
// no quota.
type Options struct {
	Seed   uint64 // fixes every id, address and secret
	Timing Timing
	Clock  clock.Clock // nil: clock.Real

	// NoRateLimit switches the rate limits off.
	NoRateLimit bool
	// VMQuota is how many virtual machines the account may have; 0: no limit.
	VMQuota int
	// BackupsGoWithVM makes the deletion of a VM delete its backups; else they stay. Pages of the service say either.
	BackupsGoWithVM bool
	// SnapshotsGoAtReset makes a factory reset delete the VM's snapshots; else they stay. Pages of the service say either.
	SnapshotsGoAtReset bool
	// Pace and Faults are rules in force from the start; see PaceRule and Fault.
	Pace   []PaceRule
	Faults []Fault
	// SeedFile describes, in YAML or JSON, the account to start with; see the help of the backend command. "": one with
	// three projects and nothing in them.
	SeedFile string
	// DataFile is where the account is kept. What it holds already takes the place of the seeded account; a backend that
	// has one must be closed. "": the account ends with the process.
	DataFile string
	// DataFailed is told, once, when the data file cannot be written any more: from then on, every request is refused. It
	// must not call the Server. nil: nobody is told, and Close returns it.
	DataFailed func(error)
	// JournalLimit is how many requests the journal keeps; 0: 100,000.
	JournalLimit int
}

// Server is a backend with one account. It is an http.Handler, safe for concurrent use, and independent of every
// other Server.
type Server struct {
	options    Options
	seedFile   *seedFile // nil for the account that is built in
	clock      clock.Clock
	timing     Timing
	unlimited  bool
	vmQuota    int
	operations []*operation
	mux        *http.ServeMux
	among      *Accounts // that it is one of; nil when it is alone
	number     int       // in there
	restored   bool      // the account was found in the data file

	mu      sync.Mutex // guards all below
	state   state
	tracker *store.Tracker // what has changed since it was last saved; nil when nothing is saved
	data    *dataFile      // nil when nothing is saved
	// promised is the saved change that keeps the latest change of a call; 0 when there is none.
	promised uint64
	now      time.Time // the moment that is being dealt with, in UTC
	journal  journal
	faults   faultRules
	pace     []*PaceRule
	buckets  map[string]*bucket // by id of the key
}

// New returns a backend with a seeded account; see [Server.Account].
func New(o Options) (*Server, error) {
	if o.Timing < Instant || o.Timing > Realistic {
		return nil, fmt.Errorf("unknown timing %d", int(o.Timing))
	}
	s := &Server{
		options:    o,
		clock:      o.Clock,
		timing:     o.Timing,
		unlimited:  o.NoRateLimit,
		vmQuota:    o.VMQuota,
		operations: operations(),
		mux:        http.NewServeMux(),
	}
	if s.clock == nil {
		s.clock = clock.Real()
	}
	for _, op := range s.operations {
		s.mux.HandleFunc(op.method+" "+op.path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	s.mux.HandleFunc("GET /{$}", servePage)
	s.mux.HandleFunc("GET "+overviewPath, s.serveOverview)
	s.mux.HandleFunc("GET "+requestsPath, s.serveRequests)
	s.mux.HandleFunc("GET /openapi.yaml", serveOpenAPI)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) })
	if o.SeedFile != "" {
		file, err := readSeedFile(o.SeedFile)
		if err != nil {
			return nil, fmt.Errorf("seed file: %w", err)
		}
		s.seedFile = file
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	if o.DataFile != "" {
		if err := s.openData(o.DataFile); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// start brings the server to its beginning: the seeded account, the rules of the options, an empty journal and rate
// limits of which nothing is used. The clock goes on.
func (s *Server) start() error {
	s.now = s.moment()
	s.journal = newJournal(s.options.JournalLimit)
	s.buckets = map[string]*bucket{}
	s.faults = newFaultRules(s.options.Seed)
	s.pace = nil
	if s.seedFile == nil {
		s.seed(s.options.Seed)
	} else if err := s.seedFrom(s.options.Seed, s.seedFile); err != nil {
		return fmt.Errorf("seed file: %w", err)
	}
	for _, f := range s.options.Faults {
		s.faults.add(f)
	}
	s.setPace(s.options.Pace)
	return nil
}

// moment is the clock's time, as the API shows it.
func (s *Server) moment() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// ServeHTTP answers one request of the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setDate(w.Header(), s.moment())
	if !isClean(r) {
		s.serve(w, r, nil)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// setDate makes an answer tell the backend's time, in place of the machine's: clients compare it with timestamps.
func setDate(header http.Header, moment time.Time) {
	header.Set("Date", moment.Format(http.TimeFormat))
}

// isClean tells whether a path is in its shortest form: any other, the ServeMux would redirect.
func isClean(r *http.Request) bool { return path.Clean(r.URL.Path) == r.URL.Path }

// serve answers a request to an operation; op is nil when no route fits.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, op *operation) {
	began := time.Now()
	c := &call{request: r, op: op, header: http.Header{}}
	c.raw, c.rawErr = input.Read(r)
	fault := s.faultOf(c)
	if fault.Latency > 0 && s.clock.Sleep(r.Context(), fault.Latency) != nil {
		return // the client has gone, and the call was not begun
	}
	answer, written := s.answer(c, fault)
	if err := s.data.sync(written); err != nil {
		answer = newReply(c, nil, unsaved(err))
		s.correct(c.entry, answer.status)
	}
	s.timed(c.entry, time.Since(began))
	answer.send(w)
}

// faultOf counts a call against the fault rules, and returns the one that applies.
func (s *Server) faultOf(c *call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.ruleFor(c)
}

// answer judges a call, carries it out and writes it into the journal, all at one moment. What it has changed is on the
// disk once the data file is synced up to the returned number.
func (s *Server) answer(c *call, fault Fault) (r reply, written uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.moment())
	c.fault = fault.ID

	var replaced bool
	r, replaced = fault.instead(c)
	if !replaced {
		r = s.carryOut(c, fault)
	} else if fault.Commit {
		s.carryOut(c, fault)
	}
	if fault.Truncate && !replaced {
		r.sever = midway
	}
	setDate(r.header, s.now) // the moment of the change, however long the disk takes
	c.entry = s.log(c, r.status)
	return r, s.save(c)
}

// carryOut performs a call, and begins the stale reads of its object that a fault demands.
func (s *Server) carryOut(c *call, fault Fault) reply {
	deleted := s.keepForStaleReads(c, fault)
	if c.mutates() {
		defer s.tracker.Following()()
	}
	body, err := s.perform(c)
	if err == nil {
		c.changed = c.mutates()
		s.beginStaleReads(c, fault, deleted)
	}
	return newReply(c, body, err)
}

// perform judges a call and carries it out. The order of the checks is that of the package documentation.
func (s *Server) perform(c *call) (any, error) {
	for _, check := range []func(*call) error{
		s.checkData,
		s.authenticate,
		s.throttle,
		s.checkRoute,
		s.checkProject,
		s.checkObject,
		s.checkPermission,
		s.checkBody,
	} {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	if c.stale != nil {
		return c.stale.answer, nil
	}
	body, err := c.op.handle(s, c)
	if err == nil && c.op.reads() {
		s.observed(c.op.on, c.id())
	}
	return body, err
}

// checkRoute refuses unknown routes, malformed path parameters and bad queries.
func (s *Server) checkRoute(c *call) error {
	if c.op == nil {
		return s.noRoute(c.request)
	}
	if err := c.parsePath(); err != nil {
		return err
	}
	return c.parseQuery()
}

// noRoute says whether the path or only the method is unknown.
func (s *Server) noRoute(r *http.Request) error {
	var allowed []string
	for _, method := range []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); isClean(r) && pattern != "" && pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return notFound("no such route: %s", r.URL.Path)
	}
	refused := refuse(http.StatusMethodNotAllowed, "%s is not allowed here", r.Method)
	refused.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	return refused
}

// checkProject takes X-Project-ID as the kind of the operation wants it.
func (s *Server) checkProject(c *call) error {
	if c.op.kind != list && c.op.kind != mutation {
		return nil
	}
	c.project = strings.ToLower(c.request.Header.Get(projectHeader))
	switch {
	case c.project == "" && c.op.kind == mutation:
		return badRequest("%s required", projectHeader)
	case c.project != "" && !s.reaches(c.key, c.project):
		return forbidden("no access to project %s", c.project)
	}
	return nil
}

// checkObject finds the object that {id} names. An object out of reach does not exist for the caller, and neither
// does, for a mutation, one that lies in another project than the header's.
func (s *Server) checkObject(c *call) error {
	n := c.op.on
	if n == nil {
		if c.op.kind == mutation {
			c.objectProject = c.project
		}
		return nil
	}
	c.object = c.id()
	project, ok := n.find(&s.state, c.id())
	c.objectProject = project
	switch {
	case ok:
		ok = s.visible(c, project) && !(c.op.reads() && s.hides(c, n, c.id()))
	case c.op.reads():
		if c.stale, ok = s.staleObjectOf(c, objectKey{n.kind, c.id()}); ok {
			c.objectProject = c.stale.project
		}
	}
	if !ok {
		return notFound("%s not found", n.name)
	}
	return nil
}

// visible tells whether an object of that project exists for the caller.
func (s *Server) visible(c *call, project string) bool {
	switch {
	case c.op.on == &projectNoun:
		return s.seesProject(c.key, project)
	case c.op.kind == mutation:
		return project == c.project
	case c.op.kind == account:
		return true
	}
	return s.reaches(c.key, project)
}

// checkBody checks the form of the body.
func (s *Server) checkBody(c *call) error { return c.parseBody() }

// created tells the journal and the faults about a new object.
func (c *call) created(n *noun, id string) { c.made, c.object = n, id }

// beginStaleReads makes reads of the object that a call created or deleted show what was before, if a fault says so.
func (s *Server) beginStaleReads(c *call, fault Fault, deleted *staleObject) {
	if deleted != nil {
		s.faults.deleted = append(s.faults.deleted, deleted)
	}
	if c.made != nil && fault.HideNew > 0 {
		s.faults.hidden[objectKey{c.made.kind, c.object}] = &staleReads{fault.ID, fault.HideNew}
	}
}
