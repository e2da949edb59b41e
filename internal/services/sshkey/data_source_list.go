package sshkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*sshKeysDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*sshKeysDataSource)(nil)
)

type sshKeysDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_ssh_keys data source.
func NewListDataSource() datasource.DataSource { return &sshKeysDataSource{} }

type listModel struct {
	SSHKeys []dataModel `tfsdk:"ssh_keys"`
}

func (d *sshKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_keys"
}

func (d *sshKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All public SSH keys of the account.",
		Attributes: map[string]schema.Attribute{
			"ssh_keys": tfkit.List("The SSH keys, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *sshKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.SSHKeys, err = tfkit.Items(d.Client.ListSSHKeys(ctx), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "SSH keys", "", err, resp)
}
