package sshkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*sshKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*sshKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*sshKeyDataSource)(nil)
)

type sshKeyDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_ssh_key data source.
func NewDataSource() datasource.DataSource { return &sshKeyDataSource{} }

func (d *sshKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_key"
}

func (d *sshKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = lookup("Id of the SSH key. Either this or `name`.")
	attributes["name"] = lookup("Name of the SSH key, exactly. It must be unique. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A public SSH key of the account, by id or by name: its `public_key` goes into the `ssh_keys` of a VM.",
		Attributes:          attributes,
	}
}

func lookup(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

func (d *sshKeyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *sshKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read SSH key", m.object(), err)
		return
	}
	m.fromAPI(key)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *sshKeyDataSource) find(ctx context.Context, m *model) (*client.SSHKey, error) {
	if !m.ID.IsNull() {
		return d.Client.GetSSHKey(ctx, m.ID.ValueString())
	}
	return framework.FindByName(d.Client.ListSSHKeys(ctx), m.Name.ValueString(), func(k *client.SSHKey) (name, id string) {
		return k.Name, k.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":         text("Id of the SSH key."),
		"name":       text("Name of the SSH key."),
		"public_key": text("The public key, as VMs take it."),
		"key_type":   text("Algorithm of the key, for example `ssh-ed25519`."),
		"created_at": text("When the key was added, RFC 3339."),
		"updated_at": text("When the key was last renamed, RFC 3339."),
	}
}
