package refbackend

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// overviewRows is how many objects of a type and project the overview names. It counts them all, and its filter looks
// through all of them.
const overviewRows = 500

// The overview is what the page shows: names, ids and states. It holds no secret.
type (
	overviewBody struct {
		Account  string        `json:"account"`
		ID       string        `json:"id"`
		Clock    clockBody     `json:"clock"`
		Timing   string        `json:"timing"`
		Faults   int           `json:"faults"` // rules in force
		Pace     int           `json:"pace"`   // rules in force
		Projects []projectView `json:"projects"`
		Groups   []groupView   `json:"groups"`   // what belongs to the account itself
		Number   int           `json:"number"`   // of the account, where there are several
		Accounts []int         `json:"accounts"` // the numbers of all; none where there is only one, or where they are not to be seen
	}
	projectView struct {
		ID      string      `json:"id"`
		Name    string      `json:"name"`
		Default bool        `json:"default"`
		Groups  []groupView `json:"groups"`
	}
	groupView struct {
		Title    string         `json:"title"`
		Total    int            `json:"total"`
		States   map[string]int `json:"states"`
		Matching int            `json:"matching"` // how many fit the filter, named or not
		Items    []itemView     `json:"items"`
	}
	itemView struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		State  string `json:"state"`
		Detail string `json:"detail"`
	}
)

// viewer tells whether somebody who looks holds a permission in a project, or in the account.
type viewer func(permission, project string) bool

// serveOverview answers what the page polls: /overview.json?filter=web active. It counts neither as a request nor as a
// read.
func (s *Server) serveOverview(w http.ResponseWriter, r *http.Request) {
	accounts := s.among.numbers()
	s.mu.Lock()
	body, err := s.overviewFor(r, accounts)
	promised := s.promised
	s.mu.Unlock()
	if failed := s.data.sync(promised); failed != nil {
		err = unsaved(failed)
	}
	w.Header().Set("Cache-Control", "no-store")
	newReply(&call{}, body, err).send(w)
}

func (s *Server) overviewFor(r *http.Request, accounts []int) (any, error) {
	may, err := s.viewerOf(r)
	if err != nil {
		return nil, err
	}
	body := s.overview(may)
	body.narrow(filterOf(r.URL.Query().Get("filter")))
	body.Number, body.Accounts = s.number, []int{}
	if isLocal(r) && r.Header.Get("X-API-Key") == "" {
		body.Accounts = accounts
	}
	return body, nil
}

// viewerOf finds out who looks. On the machine itself no key is needed: names and states of an account that is not real
// are no secret there. From elsewhere the key decides what is to be seen.
func (s *Server) viewerOf(r *http.Request) (viewer, error) {
	if err := s.checkData(nil); err != nil {
		return nil, err
	}
	s.settle(s.moment())
	if isLocal(r) {
		return func(string, string) bool { return true }, nil
	}
	key, err := s.validKey(r.Header.Get("X-API-Key"))
	if err != nil {
		return nil, err
	}
	return func(permission, project string) bool { return s.holds(key, permission, project) }, nil
}

// isLocal tells whether a request comes from this machine and means it. The first alone is not enough: any page in a
// browser on this machine can send requests from there.
func isLocal(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() && namesThisMachine(r.Host)
}

func (s *Server) overview(may viewer) overviewBody {
	body := overviewBody{
		Account:  legible(s.state.AccountName),
		ID:       s.state.AccountID,
		Clock:    s.showClock(),
		Timing:   s.timing.String(),
		Faults:   len(s.faults.rules),
		Pace:     len(s.pace),
		Projects: []projectView{},
		Groups:   s.accountGroups(may),
	}
	for p := range s.state.Projects.All() {
		groups := s.projectGroups(p.ID, may)
		if len(groups) > 0 || may("account.projects.view", "") {
			body.Projects = append(body.Projects, projectView{ID: p.ID, Name: p.Name, Default: p.IsDefault, Groups: groups})
		}
	}
	return body
}

// narrow leaves what fits a filter, and of that no more than is shown.
func (b *overviewBody) narrow(wanted filterWords) {
	narrowGroups(b.Groups, wanted, "account")
	for i := range b.Projects {
		project := &b.Projects[i]
		narrowGroups(project.Groups, wanted, project.Name, project.ID)
		project.Name = legible(project.Name)
	}
}

// narrowGroups narrows groups; a filter can name where they are, too.
func narrowGroups(groups []groupView, wanted filterWords, where ...string) {
	for i := range groups {
		group := &groups[i]
		fitting := group.Items[:0]
		for _, item := range group.Items {
			if wanted.fit(append([]string{group.Title, item.Name, item.ID, item.State, item.Detail}, where...)) {
				fitting = append(fitting, item)
			}
		}
		group.Matching = len(fitting)
		group.Items = fitting[:min(len(fitting), overviewRows)]
		for k := range group.Items {
			item := &group.Items[k]
			item.Name, item.Detail = legible(item.Name), legible(item.Detail)
		}
	}
}

// gather shows the objects of a collection that belong to a project.
func gather[T any, K int | string](title string, items *store.Collection[K, T], belongs func(T) bool, show func(T) itemView) groupView {
	group := groupView{Title: title, States: map[string]int{}, Items: []itemView{}}
	for item := range items.Where(belongs) {
		view := show(item)
		group.Total++
		if view.State != "" {
			group.States[view.State]++
		}
		group.Items = append(group.Items, view)
	}
	return group
}

// projectGroups are the types of objects that somebody may see in a project.
func (s *Server) projectGroups(project string, may viewer) []groupView {
	st := &s.state
	groups := []groupView{}
	add := func(permission string, gathered func() groupView) {
		if may(permission, project) {
			groups = append(groups, gathered())
		}
	}
	add("vm.view", func() groupView {
		return gather("VMs", &st.VMs, func(v *vm) bool { return v.Project == project }, s.viewVM)
	})
	add("volume.view", func() groupView {
		return gather("Volumes", &st.Volumes, func(v *volume) bool { return v.Project == project }, func(v *volume) itemView {
			return itemView{strconv.Itoa(v.ID), v.Name, v.Status, fmt.Sprintf("%d GB%s", v.Size, st.onVM(v.VM))}
		})
	})
	add("snapshot.view", func() groupView {
		return gather("Snapshots", &st.Snapshots, func(sn *snapshot) bool { return sn.Project == project }, s.viewSnapshot)
	})
	add("vm.view", func() groupView {
		return gather("Backups", &st.Backups, func(b *backup) bool { return b.Project == project }, func(b *backup) itemView {
			return itemView{b.ID, b.Name, b.Status, st.ofVM(b.VM)}
		})
	})
	add("vm.view", func() groupView {
		return gather("Backup schedules", &st.Schedules, func(sc *schedule) bool { return sc.Project == project }, func(sc *schedule) itemView {
			return itemView{strconv.Itoa(sc.ID), sc.Name, sc.LastEnd, st.viewRuns(sc)}
		})
	})
	add("vpc.view", func() groupView {
		return gather("VPCs", &st.VPCs, func(v *vpc) bool { return v.Project == project }, func(v *vpc) itemView {
			return itemView{v.ID, v.Name, "", fmt.Sprintf("%s, in use: %d", v.CIDR, len(v.Leases))}
		})
	})
	add("ip.view", func() groupView {
		return gather("Public IPs", &st.IPs, func(ip *floatingIP) bool { return ip.Project == project }, s.viewIP)
	})
	add("security_group.view", func() groupView {
		return gather("Security groups", &st.SecurityGroups, func(g *securityGroup) bool { return g.Project == project },
			func(g *securityGroup) itemView {
				return itemView{g.ID, g.Name, "", fmt.Sprintf("rules: %d", len(g.Rules))}
			})
	})
	return groups
}

// accountGroups are the types of objects that somebody may see in the account.
func (s *Server) accountGroups(may viewer) []groupView {
	st := &s.state
	groups := []groupView{}
	if may("account.members.view", "") {
		groups = append(groups, gather("Members", &st.Members, all, func(m *member) itemView {
			return itemView{m.ID, m.Email, m.Status, st.roleName(m.RoleID)}
		}))
	}
	if may("account.apikeys.view", "") {
		groups = append(groups, gather("API keys", &st.APIKeys, all, s.viewAPIKey))
	}
	if may("account.roles.view", "") {
		custom := func(r *role) bool { return !r.System }
		groups = append(groups, gather("Custom roles", &st.Roles, custom, func(r *role) itemView {
			return itemView{r.ID, r.Name, "", fmt.Sprintf("%s, permissions: %d", r.Scope, len(r.Permissions))}
		}))
	}
	if may("account.settings.view", "") {
		groups = append(groups, gather("SSH keys", &st.SSHKeys, all, func(k *sshKey) itemView {
			return itemView{ID: k.ID, Name: k.Name}
		}))
	}
	return groups
}

func all[T any](T) bool { return true }

func (s *Server) viewVM(v *vm) itemView {
	p := planOf(v.Plan)
	detail := fmt.Sprintf("%d vCPU, %d GB, %d GB disk", p.vcpu, p.memory, v.totalStorage())
	for _, n := range v.NICs {
		detail += ", " + n.Address.String()
	}
	if v.ConsoleMFA {
		detail += ", console needs MFA"
	}
	return itemView{v.ID, v.Name, v.Status, detail}
}

// viewRuns says when a schedule runs; how its last run ended is its state.
func (st *state) viewRuns(sc *schedule) string {
	detail := sc.runtime() + " " + st.ofVM(sc.VM) + ", next at " + sc.NextRun.Format(time.RFC3339)
	if sc.Failures > 0 {
		detail += fmt.Sprintf(", failures in a row: %d", sc.Failures)
	}
	return detail
}

func (s *Server) viewSnapshot(sn *snapshot) itemView {
	detail := s.state.ofVM(sn.VM)
	if sn.Volume != 0 {
		detail = fmt.Sprintf("of volume %d", sn.Volume)
		if v, ok := s.state.Volumes.Get(sn.Volume); ok {
			detail = "of volume " + v.Name
		}
	}
	return itemView{strconv.Itoa(sn.ID), sn.Name, sn.Status, detail}
}

func (s *Server) viewIP(ip *floatingIP) itemView {
	view := itemView{ID: ip.ID, Name: ip.Address.String(), State: ipFree, Detail: ip.Family + s.state.onVM(ip.VM)}
	if ip.VM != "" {
		view.State = ipInUse
	}
	if ip.Reserved {
		view.Detail += ", reserved"
	}
	return view
}

func (s *Server) viewAPIKey(k *apiKey) itemView {
	view := itemView{ID: k.ID, Name: k.Name, State: "active", Detail: k.Prefix + "…"}
	switch {
	case !k.Active:
		view.State = "revoked"
	case k.ExpiresAt != nil && !s.now.Before(*k.ExpiresAt):
		view.State = "expired"
	}
	if name := s.state.roleName(k.RoleID); name != "" {
		view.Detail += ", " + name
	}
	return view
}

func (st *state) roleName(id string) string {
	if r, ok := st.Roles.Get(id); ok {
		return r.Name
	}
	return ""
}

// vmName names a VM; one that is no more, by its id.
func (st *state) vmName(id string) string {
	if v, ok := st.VMs.Get(id); ok {
		return v.Name
	}
	return cmp.Or(id, "no VM")
}

func (st *state) ofVM(id string) string { return "of " + st.vmName(id) }

// onVM says where something is attached; nothing when it is not.
func (st *state) onVM(id string) string {
	if id == "" {
		return ""
	}
	return " on " + st.vmName(id)
}
