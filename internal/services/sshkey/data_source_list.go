package sshkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*sshKeysDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*sshKeysDataSource)(nil)
)

type sshKeysDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_ssh_keys data source.
func NewListDataSource() datasource.DataSource { return &sshKeysDataSource{} }

type listModel struct {
	SSHKeys []model `tfsdk:"ssh_keys"`
}

func (d *sshKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_keys"
}

func (d *sshKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All public SSH keys of the account.",
		Attributes: map[string]schema.Attribute{
			"ssh_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The SSH keys, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *sshKeysDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	m := listModel{SSHKeys: []model{}}
	for key, err := range d.Client.ListSSHKeys(ctx) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list SSH keys", "SSH keys", err)
			return
		}
		var item model
		item.fromAPI(key)
		m.SSHKeys = append(m.SSHKeys, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
