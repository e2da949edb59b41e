package refbackend

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// A recorded account is a seed file with what an API has answered in place of create requests: its objects keep their
// ids, times and addresses, also where the API would not make them any more. Whatever an answer does not tell, such as
// the description of a VPC, is empty. Objects are at rest.

// recordedLists are the lists of a recorded account in the order in which they are loaded: what an object refers to
// comes before it.
var recordedLists = []recordedList{
	{"roles", loaded((*recording).loadRole)},
	{"projects", loaded((*recording).loadProject)},
	{"api_keys", loaded((*recording).loadAPIKey)},
	{"members", loaded((*recording).loadMember)},
	{"project_members", loaded((*recording).loadProjectMember)},
	{"ssh_keys", loaded((*recording).loadSSHKey)},
	{"templates", loaded((*recording).loadTemplate)},
	{"vpcs", loaded((*recording).loadVPC)},
	{"security_groups", loaded((*recording).loadSecurityGroup)},
	{"ips", loaded((*recording).loadIP)},
	{"vms", loaded((*recording).loadVM)},
	{"vm_networks", loaded((*recording).loadNetworks)},
	{"vm_notes", loaded((*recording).loadNote)},
	{"volumes", loaded((*recording).loadVolume)},
	{"snapshots", loaded((*recording).loadSnapshot)},
	{"backup_schedules", loaded((*recording).loadSchedule)},
	{"backups", loaded((*recording).loadBackup)},
}

type recordedList struct {
	name string
	load func(*recording, *seedEntry) error
}

// recording is a recorded account on its way into an empty backend.
type recording struct {
	*Server
	accesses []keyAccess
	secret   string // of the key of the entry that is being loaded
	owner    *apiKey
}

// keyAccess is a project that a key reaches, before it is known which member the key is there.
type keyAccess struct{ key, project, role string }

// loaded decodes an entry into what the API answers with, and hands it on.
func loaded[B any](load func(*recording, *B) error) func(*recording, *seedEntry) error {
	return func(r *recording, e *seedEntry) error {
		var body B
		content, err := json.Marshal(e.values)
		if err == nil {
			err = json.Unmarshal(content, &body)
		}
		var wrong *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrong):
			return e.problem("", "%s: must not be a %s", wrong.Field, wrong.Value)
		case err != nil:
			return e.problem("", "%v", err)
		}
		if err := load(r, &body); err != nil {
			return e.problem("", "%v", err)
		}
		return nil
	}
}

// seedRecorded fills an empty backend with a recorded account.
func (s *Server) seedRecorded(seed uint64, root, account *seedEntry) error {
	if err := root.nothingLeft(); err != nil {
		return err
	}
	r := &recording{Server: s}
	if err := r.begin(seed, account); err != nil {
		return err
	}
	for _, list := range recordedLists {
		if err := r.loadList(account, list); err != nil {
			return err
		}
	}
	if s.state.Projects.Len() == 0 {
		return account.problem("projects", "at least one project is required")
	}
	r.finish()
	return account.nothingLeft()
}

// begin makes an account with nothing in it but the system roles, unless the file has roles of its own.
func (r *recording) begin(seed uint64, account *seedEntry) error {
	r.state = state{IDs: newGenerator(seed), Jitter: newRandom(seed, 2)}
	r.state.Seeded.Projects = map[string]string{}
	id, _, err := takeSeed[string](account, "account_id", "a string")
	if err != nil {
		return err
	}
	name, _, err := takeSeed[string](account, "account_name", "a string")
	if err != nil {
		return err
	}
	r.state.AccountID = cmp.Or(id, r.state.IDs.uuid())
	r.state.AccountName = cmp.Or(name, "Recorded account")
	if _, ok := account.values["roles"]; !ok {
		for _, role := range systemRoles() {
			r.state.Roles.Put(role.ID, role)
		}
	}
	return nil
}

// loadList loads the entries of a list. Only those of keys have something that no answer has: a secret.
func (r *recording) loadList(account *seedEntry, list recordedList) error {
	entries, err := account.list(list.name)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if list.name == "api_keys" {
			if r.secret, _, err = r.takeSecret(entry, "secret"); err != nil {
				return err
			}
		}
		if err := list.load(r, entry); err != nil {
			return err
		}
	}
	return nil
}

// finish settles what needs all of the account.
func (r *recording) finish() {
	st := &r.state
	def, ok := st.Projects.First(func(p *project) bool { return p.IsDefault })
	if !ok {
		def, _ = st.Projects.First(func(*project) bool { return true })
		def.IsDefault = true
	}
	if _, ok := st.Seeded.Projects["default"]; !ok {
		st.Seeded.Projects["default"] = def.ID
	}
	r.finishSeries()
	st.restorePools()
	if r.owner == nil {
		r.addOwner()
	}
}

// addOwner makes a key that reaches everything, where the account has shown none.
func (r *recording) addOwner() {
	st := &r.state
	owner, ok := st.Roles.First((*role).isOwner)
	if !ok {
		for _, system := range systemRoles() {
			if system.isOwner() {
				owner = system
				st.Roles.Put(system.ID, system)
			}
		}
	}
	var by string
	if m, ok := st.Members.First(func(m *member) bool { return m.RoleID == owner.ID && m.UserID != "" }); ok {
		by = m.UserID
	}
	st.Seeded.OwnerKey, r.owner = r.addKey(apiKey{Name: "owner", RoleID: owner.ID, CreatedBy: by})
}

// fresh refuses an id that is empty or was there before.
func fresh[K cmp.Ordered, V any](in *store.Collection[K, V], id K) error {
	var none K
	switch {
	case id == none:
		return errors.New("id: required")
	case in.Has(id):
		return fmt.Errorf("id: %v is there already", id)
	}
	return nil
}

// inProject refuses an object of a project that is not there.
func (r *recording) inProject(id string) error {
	if !r.state.Projects.Has(id) {
		return fmt.Errorf("project_id: there is no project %q", id)
	}
	return nil
}

// integerTaken keeps an integer id from being given out again.
func (r *recording) integerTaken(n *noun, id int) {
	g := &r.state.IDs
	g.Counters[n.kind] = max(g.Counters[n.kind], id-g.First)
}

func timeOr(t *time.Time, otherwise time.Time) time.Time {
	if t == nil {
		return otherwise
	}
	return *t
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (r *recording) loadRole(b *roleBody) error {
	if err := fresh(&r.state.Roles, b.ID); err != nil {
		return err
	}
	if b.Scope != scopeAccount && b.Scope != scopeProject {
		return fmt.Errorf("scope: must be %s or %s", scopeAccount, scopeProject)
	}
	r.state.Roles.Put(b.ID, &role{
		ID: b.ID, Name: b.Name, Slug: b.Slug, Description: b.Description, Scope: b.Scope, Permissions: b.Permissions,
		System: b.IsSystem, CreatedBy: b.CreatedBy, CreatedAt: timeOr(b.CreatedAt, time.Time{}), UpdatedAt: timeOr(b.UpdatedAt, time.Time{}),
	})
	return nil
}

func (r *recording) loadProject(b *projectBody) error {
	if err := fresh(&r.state.Projects, b.ID); err != nil {
		return err
	}
	if _, twice := r.state.Projects.First(func(p *project) bool { return p.IsDefault && b.IsDefault }); twice {
		return errors.New("is_default: another project is the default one already")
	}
	r.state.Projects.Put(b.ID, &project{
		ID: b.ID, Name: b.Name, Slug: b.Slug, Description: b.Description, Region: cmp.Or(b.Region, regionCode), IsDefault: b.IsDefault,
		CreatedBy: b.CreatedBy, stamps: stamps{b.CreatedAt, b.UpdatedAt},
	})
	r.state.Seeded.Projects[b.Name] = b.ID
	return nil
}

// loadAPIKey gives a key the secret of its entry, or a new one that nobody knows. The first key of an Owner that works
// is the one that the backend prints.
func (r *recording) loadAPIKey(b *apiKeyBody) error {
	if err := fresh(&r.state.APIKeys, b.ID); err != nil {
		return err
	}
	k := &apiKey{
		ID: b.ID, Name: b.Name, Tier: cmp.Or(b.RateLimitTier, tierStandard), RoleID: b.RoleID, ExpiresAt: b.ExpiresAt, UsedAt: b.LastUsedAt,
		Active: b.IsActive, CreatedBy: b.CreatedBy, CreatedAt: b.CreatedAt,
	}
	k.setSecret(cmp.Or(r.secret, r.state.IDs.secret()))
	r.state.APIKeys.Put(k.ID, k)
	for _, access := range b.ProjectAccesses {
		r.accesses = append(r.accesses, keyAccess{k.ID, access.ProjectID, access.RoleID})
	}
	works := k.Active && (k.ExpiresAt == nil || r.now.Before(*k.ExpiresAt))
	if owner, ok := r.state.Roles.Get(k.RoleID); ok && owner.isOwner() && works && r.secret != "" && r.owner == nil {
		r.owner, r.state.Seeded.OwnerKey = k, r.secret
	}
	return nil
}

func (r *recording) loadMember(b *memberBody) error {
	if err := fresh(&r.state.Members, b.ID); err != nil {
		return err
	}
	m := &member{
		ID: b.ID, UserID: text(b.UserID), APIKeyID: r.keyOf(b.membershipBody), Email: b.Email, RoleID: b.RoleID,
		Status: b.Status, InvitedBy: b.InvitedBy, AcceptedAt: b.AcceptedAt, stamps: stamps{b.CreatedAt, b.UpdatedAt},
	}
	m.Invitation = r.loadInvitation("", b.membershipBody)
	r.loadUser(b.membershipBody)
	r.state.Members.Put(m.ID, m)
	return nil
}

func (r *recording) loadProjectMember(b *projectMemberBody) error {
	if err := fresh(&r.state.ProjectMembers, b.ID); err != nil {
		return err
	}
	if err := r.inProject(b.ProjectID); err != nil {
		return err
	}
	m := &projectMember{
		ID: b.ID, Project: b.ProjectID, UserID: text(b.UserID), APIKeyID: r.keyOf(b.membershipBody), Email: b.Email,
		RoleID: b.RoleID, Status: b.Status, InvitedBy: b.InvitedBy, AcceptedAt: b.AcceptedAt,
		stamps: stamps{CreatedAt: b.CreatedAt, UpdatedAt: b.CreatedAt},
	}
	if m.UserID == "" && m.APIKeyID == "" && m.Status == memberActive {
		m.APIKeyID = r.keyWithAccess(m.Project, m.RoleID)
	}
	m.Invitation = r.loadInvitation(b.ProjectID, b.membershipBody)
	r.loadUser(b.membershipBody)
	r.state.ProjectMembers.Put(m.ID, m)
	return nil
}

// keyOf is the key that a membership names by its stand-in for an address; "" for none.
func (r *recording) keyOf(b membershipBody) string {
	k, ok := r.state.APIKeys.First(func(k *apiKey) bool { return keyEmail(k.ID) == b.Email })
	if !ok {
		return ""
	}
	return k.ID
}

// keyWithAccess is a key that reaches a project with a role and is no member there yet; "" for none.
func (r *recording) keyWithAccess(project, role string) string {
	at := slices.IndexFunc(r.accesses, func(a keyAccess) bool {
		_, member := r.state.ProjectMembers.First(func(m *projectMember) bool { return m.APIKeyID == a.key && m.Project == project })
		return a.project == project && a.role == role && !member
	})
	if at < 0 {
		return ""
	}
	return r.accesses[at].key
}

// loadUser remembers who is behind a membership.
func (r *recording) loadUser(b membershipBody) {
	if id := text(b.UserID); id != "" && !r.state.Users.Has(id) {
		r.state.Users.Put(id, &user{ID: id, Email: b.Email})
	}
}

// loadInvitation makes the invitation that a pending membership comes from, and returns its id; "" for none.
func (r *recording) loadInvitation(project string, b membershipBody) string {
	if b.Status != memberPending || b.InvitationID == "" || r.state.Invitations.Has(b.InvitationID) {
		return ""
	}
	i := &invitation{
		ID: b.InvitationID, Project: project, Email: b.Email, RoleID: b.RoleID, InvitedBy: b.InvitedBy,
		ExpiresAt: timeOr(b.InvitationExpiresAt, b.CreatedAt.Add(invitationLasts)), stamps: stamps{b.CreatedAt, b.CreatedAt},
	}
	r.state.Invitations.Put(i.ID, i)
	r.alarm(&invitationNoun, i.ID, i.ExpiresAt)
	return i.ID
}

func (r *recording) loadSSHKey(b *sshKeyBody) error {
	if err := fresh(&r.state.SSHKeys, b.ID); err != nil {
		return err
	}
	r.state.SSHKeys.Put(b.ID, &sshKey{ID: b.ID, Name: b.Name, PublicKey: b.PublicKey, stamps: stamps{b.CreatedAt, b.UpdatedAt}})
	return nil
}
