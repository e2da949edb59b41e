package client

import (
	"net/http"
	"strings"
)

const projectHeader = "X-Project-ID"

// Scoped is a client of one project. It sends X-Project-ID with every request and has the mutations of
// project-scoped objects, which the API refuses without that header. It is safe for concurrent use.
type Scoped struct {
	Reader
}

// scope is the project that a request is made in; the zero value is no project.
type scope struct {
	limited bool
	project string
}

// Project returns a client of the project with the given id, which is taken as an opaque, non-empty string.
// It sends nothing: an unknown or unreachable project shows when the client is used.
func (c *Client) Project(id string) *Scoped {
	return &Scoped{Reader{core: c.core, scope: scope{limited: true, project: id}}}
}

// ReaderIn returns the reads of one project, or of everything that the key can reach when projectID is empty.
func (c *Client) ReaderIn(projectID string) Reader {
	if projectID == "" {
		return c.Reader
	}
	return c.Project(projectID).Reader
}

// ProjectID returns the id of the project, as it was given to [Client.Project].
func (s *Scoped) ProjectID() string {
	return s.scope.project
}

// valid reports whether the scope can be sent: an empty id would silently widen a list to all projects.
func (s scope) valid() bool {
	return !s.limited || isToken(s.project)
}

// place is how copies of what is in the project are told from others; empty for those of the account.
func (s scope) place() string { return strings.ToLower(s.project) }

// apply is the only place where X-Project-ID is written.
func (s scope) apply(header http.Header) {
	if s.limited {
		header.Set(projectHeader, s.project)
	}
}
