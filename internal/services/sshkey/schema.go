package sshkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *sshKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A public SSH key, kept by the account under a name. It belongs to no project. " +
			"VMs take the text of keys (`ssh_keys` of `raff_vm`), so the account's list is a place to keep and find them: " +
			"removing a key here does not remove it from any VM.",
		Attributes: map[string]schema.Attribute{
			"id": tfkit.IDAttribute("SSH key"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 128 characters. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 128)},
			},
			"public_key": schema.StringAttribute{
				MarkdownDescription: "Public key of the type RSA, ECDSA or Ed25519, as in `id_ed25519.pub`. Another key replaces the object. " +
					"Another comment or other spaces are no change.",
				Required:      true,
				Validators:    []validator.String{tfkit.SSHPublicKey()},
				PlanModifiers: []planmodifier.String{tfkit.SSHKeyText.KeepInPlan(), tfkit.Replaces()},
			},
			"key_type":   tfkit.ComputedString("Algorithm of the key, for example `ssh-ed25519`."),
			"created_at": tfkit.ComputedString("Time at which the key was added, in RFC 3339."),
		},
	}
}
