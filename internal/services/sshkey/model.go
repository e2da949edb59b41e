package sshkey

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of an SSH key, and the resource and the data sources share.
type model struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	PublicKey types.String `tfsdk:"public_key"`
	KeyType   types.String `tfsdk:"key_type"`
	CreatedAt types.String `tfsdk:"created_at"`
}

// dataModel adds what only the data sources have.
type dataModel struct {
	model
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// fromAPI fills the model. A key that is only written in another way stays as it was.
func (m *model) fromAPI(k *client.SSHKey) {
	m.ID = types.StringValue(k.ID)
	m.Name = types.StringValue(k.Name)
	m.PublicKey = tfkit.SSHKeyText.Keep(m.PublicKey, k.PublicKey)
	m.KeyType = types.StringValue(k.KeyType)
	m.CreatedAt = tfkit.OptionalTime(k.CreatedAt)
}

func (m *dataModel) fromAPI(k *client.SSHKey) {
	m.model.fromAPI(k)
	m.UpdatedAt = tfkit.OptionalTime(k.UpdatedAt)
}

// Object names the key in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("SSH key", m.Name.ValueString(), m.ID.ValueString(), "")
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.AccountIdentity{ID: m.ID} }

// keyType is the algorithm of the public key, known as soon as that is.
func (m *model) keyType() types.String {
	if !tfkit.Known(m.PublicKey) {
		return types.StringUnknown()
	}
	algorithm, _, _ := strings.Cut(strings.TrimSpace(m.PublicKey.ValueString()), " ")
	return types.StringValue(algorithm)
}
