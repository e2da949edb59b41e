package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// SSHKey is a public key of the account.
type SSHKey struct {
	ID        string     `json:"id" api:"required"`
	Name      string     `json:"name" api:"required"`
	PublicKey string     `json:"public_key" api:"required"`
	KeyType   string     `json:"key_type" api:"required"` // the algorithm, such as ssh-ed25519
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (k SSHKey) identity() string { return k.ID }

// CreateSSHKeyRequest describes a new key; both fields are required.
type CreateSSHKeyRequest struct {
	Name      string `json:"name"` // 1 to 128 characters
	PublicKey string `json:"public_key"`
}

// GetSSHKey returns the key with the given id.
func (c *Client) GetSSHKey(ctx context.Context, id string) (*SSHKey, error) {
	return payload[SSHKey](ctx, c.Reader, request{method: http.MethodGet, path: v1("ssh-keys", id), about: id})
}

// ReadSSHKey is [Client.GetSSHKey] for reading many; see [Reader.ReadVM].
func (c *Client) ReadSSHKey(ctx context.Context, id string) (*SSHKey, error) {
	return c.fleets.sshKeys.get(ctx, c.Reader, "", id, func(ctx context.Context) (*SSHKey, error) { return c.GetSSHKey(ctx, id) })
}

// ListSSHKeys yields the keys of the account. The API does not page them.
func (c *Client) ListSSHKeys(ctx context.Context) iter.Seq2[*SSHKey, error] {
	return whole[SSHKey](ctx, c.Reader, v1("ssh-keys"), nil)
}

// CreateSSHKey adds a key to the account.
func (c *Client) CreateSSHKey(ctx context.Context, body CreateSSHKeyRequest) (*SSHKey, error) {
	return payload[SSHKey](ctx, c.Reader, request{method: http.MethodPost, path: v1("ssh-keys"), body: body})
}

// RenameSSHKey gives a key another name; the key itself never changes.
func (c *Client) RenameSSHKey(ctx context.Context, id, name string) (*SSHKey, error) {
	body := struct {
		Name string `json:"name"`
	}{name}
	return payload[SSHKey](ctx, c.Reader, request{method: http.MethodPut, path: v1("ssh-keys", id), about: id, body: body})
}

// DeleteSSHKey removes a key from the account. VMs that have it keep it.
func (c *Client) DeleteSSHKey(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("ssh-keys", id)})
}
