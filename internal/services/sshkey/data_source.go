package sshkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*sshKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*sshKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*sshKeyDataSource)(nil)
)

type sshKeyDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_ssh_key data source.
func NewDataSource() datasource.DataSource { return &sshKeyDataSource{} }

func (d *sshKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_key"
}

func (d *sshKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = tfkit.Lookup("Id of the SSH key. Either this or `name`.")
	attributes["name"] = tfkit.Lookup("Name of the SSH key, exactly. It must be unique. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A public SSH key of the account, by id or by name: its `public_key` goes into the `ssh_keys` of a VM.",
		Attributes:          attributes,
	}
}

func (d *sshKeyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *sshKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	key, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read SSH key", m.Object(), err)
		return
	}
	m.fromAPI(key)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *sshKeyDataSource) find(ctx context.Context, m *dataModel) (*client.SSHKey, error) {
	if !m.ID.IsNull() {
		return d.Client.GetSSHKey(ctx, m.ID.ValueString())
	}
	return tfkit.FindByName(d.Client.ListSSHKeys(ctx), m.Name.ValueString(), func(k *client.SSHKey) (name, id string) {
		return k.Name, k.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         tfkit.Text("Id of the SSH key."),
		"name":       tfkit.Text("Name of the SSH key."),
		"public_key": tfkit.Text("The public key, as VMs take it."),
		"key_type":   tfkit.Text("Algorithm of the key, for example `ssh-ed25519`."),
		"created_at": tfkit.Text("Time at which the key was added, in RFC 3339."),
		"updated_at": tfkit.Text("Time at which the key was last renamed, in RFC 3339."),
	}
}
