package refbackend

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	overviewPath = "/overview.json"
	requestsPath = "/requests.json"
	// requestRows is how many requests are shown at most. The journal has the rest, and the filter looks through all of it.
	requestRows = 500
)

// isForPeople tells whether a request is one of the page's, which can choose among several accounts.
func isForPeople(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == overviewPath || r.URL.Path == requestsPath)
}

// The live view shows what was asked of the API, and how it was answered. It holds no more than the journal does.
type (
	requestsBody struct {
		Run      string        `json:"run"`      // another one: the backend has begun again, and so have the numbers
		First    int           `json:"first"`    // number of the oldest that the journal has
		Last     int           `json:"last"`     // number of the latest one looked at: what comes later is ?after= it
		Matching int           `json:"matching"` // how many fit the filter, shown or not
		Requests []requestView `json:"requests"` // the latest first
	}
	requestView struct {
		Number       int       `json:"number"`
		Time         time.Time `json:"time"`
		Method       string    `json:"method"`
		Path         string    `json:"path"` // with the query
		Operation    string    `json:"operation"`
		Project      string    `json:"project"`      // of the object, or else of the header
		ProjectName  string    `json:"project_name"` // "" where there is no such project
		Status       int       `json:"status"`       // 0: the connection was dropped without an answer
		Fault        int       `json:"fault"`        // rule that applied; 0 for none
		Milliseconds float64   `json:"milliseconds"`
	}
)

// serveRequests answers the requests after a number that fit a filter: /requests.json?after=17&filter=post vms. Like the
// overview, it is itself no request.
func (s *Server) serveRequests(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	body, err := s.requestsFor(r)
	s.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	newReply(&call{}, body, err).send(w)
}

func (s *Server) requestsFor(r *http.Request) (any, error) {
	may, err := s.viewerOf(r)
	if err != nil {
		return nil, err
	}
	const permission = "account.audit.view"
	if !may(permission, "") {
		return nil, forbidden("missing permission %s", permission)
	}
	query := r.URL.Query()
	after, err := strconv.Atoi(query.Get("after"))
	if err != nil {
		after = 0
	}
	return s.requestsAfter(after, filterOf(query.Get("filter"))), nil
}

// requestsAfter looks at the requests after a number, up to the first that is not answered yet.
func (s *Server) requestsAfter(after int, wanted filterWords) requestsBody {
	j := &s.journal
	if after > j.total { // a number of another run
		after = 0
	}
	first := j.total - len(j.entries) + 1
	begin := max(0, after-first+1)
	end := begin
	for end < len(j.entries) && j.took[end] > 0 {
		end++
	}
	body := requestsBody{Run: j.run, First: first, Last: max(after, first+end-1), Requests: []requestView{}}
	for i := end - 1; i >= begin; i-- {
		view := s.viewRequest(j.entries[i], j.took[i])
		if len(wanted) > 0 && !wanted.fit(view.text()) {
			continue
		}
		body.Matching++
		if len(body.Requests) < requestRows {
			view.Path, view.ProjectName = legible(view.Path), legible(view.ProjectName)
			body.Requests = append(body.Requests, view)
		}
	}
	return body
}

func (s *Server) viewRequest(e Entry, took time.Duration) requestView {
	view := requestView{
		Number: e.Sequence, Time: e.Time, Method: e.Method, Path: e.Path, Operation: e.Operation, Project: e.ObjectProject,
		Status: e.Status, Fault: e.Fault, Milliseconds: float64(took.Microseconds()) / 1000,
	}
	if e.Query != "" {
		view.Path += "?" + e.Query
	}
	if view.Project == "" {
		view.Project = legible(e.HeaderProject)
	}
	if p, ok := s.state.Projects.Get(view.Project); ok {
		view.ProjectName = p.Name
	}
	return view
}

// text is what a filter is held against.
func (v *requestView) text() []string {
	status := "no answer"
	if v.Status != 0 {
		status = strconv.Itoa(v.Status)
	}
	fault := ""
	if v.Fault != 0 {
		fault = "fault " + strconv.Itoa(v.Fault)
	}
	return []string{v.Method, v.Path, v.Operation, v.Project, v.ProjectName, status, fault}
}

// filterWords are the words that what is shown must have, in lower case.
type filterWords []string

func filterOf(text string) filterWords { return strings.Fields(strings.ToLower(text)) }

// fit tells whether each word is somewhere in the texts.
func (words filterWords) fit(texts []string) bool {
	if len(words) == 0 {
		return true
	}
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range words {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
