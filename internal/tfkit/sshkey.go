package tfkit

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/crypto/ssh"
)

// SSHPublicKey validates one public key in the form of an authorized_keys line.
func SSHPublicKey() validator.String { return sshPublicKey{} }

type sshPublicKey struct{}

func (sshPublicKey) Description(context.Context) string {
	return "a public SSH key, such as the content of id_ed25519.pub"
}

func (v sshPublicKey) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v sshPublicKey) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	key := req.ConfigValue.ValueString()
	if problem := sshKeyProblem(key); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid SSH key", "Expected "+v.Description(ctx)+", but "+problem+".")
	}
}

// sshKeyProblem says what is wrong with a key, without repeating it: it may be a private one.
func sshKeyProblem(key string) string {
	if strings.Contains(key, "PRIVATE KEY") {
		return "this is a private key, which must not leave its owner"
	}
	_, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(key))
	switch {
	case err != nil:
		return "this is none"
	case len(options) > 0:
		return "this one has options before the key"
	case strings.TrimSpace(string(rest)) != "":
		return "these are several"
	default:
		return ""
	}
}
