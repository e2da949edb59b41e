package sshkey

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// model is what the API says of an SSH key. The resource and the data sources share it.
type model struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	PublicKey types.String `tfsdk:"public_key"`
	KeyType   types.String `tfsdk:"key_type"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// fromAPI fills the model. A key that is only written in another way stays as it was.
func (m *model) fromAPI(k *client.SSHKey) {
	m.ID = types.StringValue(k.ID)
	m.Name = types.StringValue(k.Name)
	m.PublicKey = framework.SSHKeyText.Keep(m.PublicKey, k.PublicKey)
	m.KeyType = types.StringValue(k.KeyType)
	m.CreatedAt = framework.OptionalTime(k.CreatedAt)
	m.UpdatedAt = framework.OptionalTime(k.UpdatedAt)
}

// object names the key in diagnostics.
func (m *model) object() string {
	return framework.Object("SSH key", m.Name.ValueString(), m.ID.ValueString(), "")
}
