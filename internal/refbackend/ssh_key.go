package refbackend

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// maxLabel is the longest name of an SSH key or API key.
const maxLabel = 128

// sshKeyTypes are the algorithms of the keys that an account takes.
var sshKeyTypes = []string{
	ssh.KeyAlgoRSA, ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
}

// sshKey is a public key kept by the account.
type sshKey struct {
	ID        string
	Name      string
	PublicKey string // algorithm, key and comment, with one space between them
	stamps
}

var sshKeyNoun = noun{
	kind: "ssh_key", name: "SSH key", plural: "SSH keys",
	find: func(st *state, id string) (string, bool) { return "", st.SSHKeys.Has(id) },
}

// sshKeyOperations need no permission: none of the 21 of the account is about SSH keys.
func sshKeyOperations() []*operation {
	const path = "/api/v1/ssh-keys"
	return []*operation{
		{id: "listSSHKeys", method: http.MethodGet, path: path, kind: account, handle: (*Server).listSSHKeys},
		{
			id: "createSSHKey", method: http.MethodPost, path: path, kind: account, body: requiredBody,
			status: http.StatusCreated, handle: (*Server).createSSHKey,
		},
		{
			id: "getSSHKey", method: http.MethodGet, path: path + "/{id}", kind: account, on: &sshKeyNoun,
			handle: (*Server).getSSHKey,
		},
		{
			id: "updateSSHKey", method: http.MethodPut, path: path + "/{id}", kind: account, on: &sshKeyNoun,
			body: requiredBody, handle: (*Server).updateSSHKey,
		},
		{
			id: "deleteSSHKey", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &sshKeyNoun,
			handle: (*Server).deleteSSHKey,
		},
	}
}

type sshKeyBody struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	PublicKey string    `json:"public_key"`
	KeyType   string    `json:"key_type"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func showSSHKey(k *sshKey) any {
	algorithm, _, _ := strings.Cut(k.PublicKey, " ")
	return sshKeyBody{
		ID: k.ID, Name: k.Name, PublicKey: k.PublicKey, KeyType: algorithm, CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt,
	}
}

func (s *Server) listSSHKeys(c *call) (any, error) {
	return listing[*sshKey]{
		noun: &sshKeyNoun,
		id:   func(k *sshKey) string { return k.ID },
		show: showSSHKey,
	}.answer(s, c, s.state.SSHKeys.All()), nil
}

func (s *Server) getSSHKey(c *call) (any, error) {
	k, _ := s.state.SSHKeys.Get(c.id())
	return data(showSSHKey(k)), nil
}

func (s *Server) createSSHKey(c *call) (any, error) {
	in := c.input
	k := &sshKey{
		Name:      in.String("name").Required().Len(1, maxLabel).Value(),
		PublicKey: in.String("public_key").Required().Check(accountKeyProblem).Value(),
		stamps:    s.stamped(),
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	k.PublicKey = strings.Join(strings.Fields(k.PublicKey), " ")
	k.ID = s.state.IDs.uuid()
	s.state.SSHKeys.Put(k.ID, k)
	c.created(&sshKeyNoun, k.ID)
	return data(showSSHKey(k)), nil
}

// accountKeyProblem says why a string is not one public key of a supported type, or is empty.
func accountKeyProblem(key string) string {
	parsed, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(key))
	switch {
	case err != nil || len(options) > 0 || strings.TrimSpace(string(rest)) != "":
		return "must be one SSH public key like ssh-ed25519 AAAA... user@host"
	case !slices.Contains(sshKeyTypes, parsed.Type()) || !strings.HasPrefix(strings.TrimSpace(key), parsed.Type()):
		return "must be a key of one of the types " + strings.Join(sshKeyTypes, ", ")
	}
	return ""
}

func (s *Server) updateSSHKey(c *call) (any, error) {
	k, _ := s.state.SSHKeys.Get(c.id())
	name := c.input.String("name").Required().Len(1, maxLabel).Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	k.Name, k.UpdatedAt = name, s.now
	return data(showSSHKey(k)), nil
}

// deleteSSHKey answers with the key that is no more. Virtual machines keep what was put on them.
func (s *Server) deleteSSHKey(c *call) (any, error) {
	k, _ := s.state.SSHKeys.Get(c.id())
	s.state.SSHKeys.Remove(k.ID)
	return data(showSSHKey(k)), nil
}
