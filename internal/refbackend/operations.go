package refbackend

import (
	"net/http"
	"slices"
	"strings"
)

// kind says how an operation takes its project; see the scoping table of the API.
type kind int

const (
	// public needs no key and knows no project.
	public kind = iota
	// account works on account-level objects; X-Project-ID is not taken.
	account
	// list takes X-Project-ID to narrow the list to one project; without it, it covers every project in reach.
	list
	// get finds its object by the id alone; X-Project-ID is ignored, whatever it names.
	get
	// mutation requires X-Project-ID, and an object in the path must lie in that project.
	mutation
)

// bodyRule says whether an operation takes a JSON object.
type bodyRule int

const (
	noBody       bodyRule = iota // nothing, or an empty object
	optionalBody                 // nothing counts as an empty object
	requiredBody
)

// handler carries an operation out. It runs under the server's lock after everything that the operation's row
// declares was checked. It returns the whole answer body, built afresh, an *apiError or an *input.Error, and changes nothing
// before its last check has passed.
type handler func(*Server, *call) (any, error)

// operation is one row of the table of operations.
type operation struct {
	id         string // operationId of the API description
	method     string
	path       string // ServeMux pattern
	kind       kind
	permission string   // what the key must hold; "" where nothing is needed
	on         *noun    // what {id} in the path names; nil when there is no {id}
	query      []filter // query parameters, limit and offset apart
	page       int      // default limit; 0 when the list is not paged
	body       bodyRule
	status     int // of a success; 0 is 200
	handle     handler
}

// HasOperation tells whether there is an operation of that id.
func (s *Server) HasOperation(id string) bool {
	return slices.ContainsFunc(s.operations, func(o *operation) bool { return o.id == id })
}

// PermissionOf names the permission that an operation needs; "" for one that needs none, or that there is not.
func (s *Server) PermissionOf(id string) string {
	for _, op := range s.operations {
		if op.id == id {
			return op.permission
		}
	}
	return ""
}

// operations is the table of all operations.
func operations() []*operation {
	var all []*operation
	for _, group := range [][]*operation{
		catalogOperations(),
		projectOperations(),
		vmOperations(),
		vmPowerOperations(),
		vmResizeOperations(),
		vmImageOperations(),
		vmTagOperations(),
		vmNetworkOperations(),
		noteOperations(),
		vpcOperations(),
		ipOperations(),
		securityGroupOperations(),
		volumeOperations(),
		snapshotOperations(),
		backupOperations(),
		scheduleOperations(),
		sshKeyOperations(),
		memberOperations(),
		projectMemberOperations(),
		roleOperations(),
		apiKeyOperations(),
		invitationOperations(),
	} {
		all = append(all, group...)
	}
	return all
}

// reads tells whether the operation reads one object.
func (op *operation) reads() bool {
	return op.method == http.MethodGet && strings.HasSuffix(op.path, "/{id}")
}

// filter is a query parameter of a list.
type filter struct {
	name    string
	integer bool
	uuid    bool
	boolean bool
	values  []string // the allowed values, where they are few
}
