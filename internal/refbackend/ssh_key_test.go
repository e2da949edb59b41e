package refbackend

import (
	"strings"
	"testing"
)

const sshKeysPath = "/api/v1/ssh-keys"

// SSH keys of each supported type, without comments.
const (
	ed25519Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn"
	ecdsaKey   = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMREZE0LsvNrOa7YOBxqw9WpDIedP+s6gZNf5vZzobwfgp+NRfYzB2ZeMKOvnmRXnLF3cDLu6JQk/6+GLilljb4="
)

// makeSSHKey adds a key and returns its id.
func (c caller) makeSSHKey(name string) string {
	c.t.Helper()
	return c.post(sshKeysPath, object{"name": name, "public_key": testKey}).want(201).str("data.id")
}

func TestSSHKeyLifecycle(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	made := c.post(sshKeysPath, object{"name": "laptop", "public_key": "  ssh-ed25519   " + strings.Fields(testKey)[1] + "\tuser@host\n"})
	made.want(201).expect("data.name", "laptop", "data.public_key", testKey, "data.key_type", "ssh-ed25519",
		"data.created_at", "2026-03-02T12:00:00Z")
	path := sshKeysPath + "/" + made.str("data.id")
	c.get(path).want(200).expect("data.public_key", testKey)

	b.clock.Advance(1e9)
	c.put(path, object{"name": "desktop"}).want(200).expect("data.name", "desktop", "data.public_key", testKey,
		"data.created_at", "2026-03-02T12:00:00Z", "data.updated_at", "2026-03-02T12:00:01Z")
	c.put(path, object{"name": "desktop", "public_key": testKey}).want(400, "public_key: unknown field")
	c.delete(path, nil).want(200).expect("success", true, "data.name", "desktop")
	c.get(path).want(404, "SSH key not found")
}

// Supported key types: RSA, ECDSA, Ed25519; the type is parsed from the key.
func TestSSHKeyForms(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	c.post(sshKeysPath, object{"name": "k", "public_key": ecdsaKey}).want(201).expect("data.key_type", "ecdsa-sha2-nistp256")
	c.post(sshKeysPath, object{"name": "k", "public_key": ed25519Key}).want(201).expect("data.public_key", ed25519Key)
	for name, key := range map[string]string{
		"empty":    "",
		"no key":   "ssh-ed25519",
		"private":  "-----BEGIN OPENSSH PRIVATE KEY-----",
		"two keys": ed25519Key + "\n" + ecdsaKey,
		"options":  "no-pty " + ed25519Key,
		"lies":     "ssh-rsa " + strings.Fields(ed25519Key)[1],
		"hardware": "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIHqRmSNC0vVbBQjUYoFZ4BvZ8aCzcTLR2RVa7bVtjv4CAAAABHNzaDo=",
	} {
		t.Run(name, func(t *testing.T) {
			c.post(sshKeysPath, object{"name": "k", "public_key": key}).want(400, "public_key: must be")
		})
	}
	c.post(sshKeysPath, object{"name": "", "public_key": ed25519Key}).want(400, "name: ")
	c.post(sshKeysPath, object{"name": strings.Repeat("n", 129), "public_key": ed25519Key}).want(400, "name: ")
	c.post(sshKeysPath, object{"name": strings.Repeat("n", 128), "public_key": ed25519Key}).want(201)
}

// No paging: VPCs, security groups, SSH keys. They belong to the account, so that every valid key sees all of them.
func TestSSHKeyListIsWhole(t *testing.T) {
	b := newBackend(t, quiet())
	for range 120 {
		b.owner("").makeSSHKey("k")
	}
	for _, c := range []caller{b.owner(""), b.production(), b.keyWith("account", "account.audit.view")} {
		answer := c.get(sshKeysPath).want(200)
		if n := len(answer.list("data", "id")); n != 120 {
			t.Errorf("%d keys, want 120", n)
		}
	}
	b.owner("").get(sshKeysPath+"?limit=1").want(400, "limit: unknown query parameter")
}
