// Package provider has the provider itself: its configuration, and what it offers.
package provider

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/apikey"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/backup"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/backupschedule"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/catalog"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/cost"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/ids"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/ip"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/member"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/project"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/role"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/securitygroup"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/snapshot"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/sshkey"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/vm"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/volume"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/vpc"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ provider.Provider                       = (*raffProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*raffProvider)(nil)
	_ provider.ProviderWithFunctions          = (*raffProvider)(nil)
	_ provider.ProviderWithListResources      = (*raffProvider)(nil)
	_ provider.ProviderWithActions            = (*raffProvider)(nil)
)

type raffProvider struct {
	version string
	opened  *tfkit.Opened
	data    atomic.Pointer[tfkit.ProviderData]
}

// New returns a function that makes the provider. version goes into the user agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return newProvider(version, tfkit.NewOpened()) }
}

func newProvider(version string, opened *tfkit.Opened) *raffProvider {
	return &raffProvider{version: version, opened: opened}
}

// ResourceData implements fastpath.Provider. Without a client there is nothing to read or to plan by, and it is nil.
func (p *raffProvider) ResourceData() any {
	data := p.data.Load()
	if data == nil || data.Client == nil {
		return nil // of no type, as the framework has it
	}
	return data
}

type providerModel struct {
	APIKey              types.String  `tfsdk:"api_key"`
	APIURL              types.String  `tfsdk:"api_url"`
	Profile             types.String  `tfsdk:"profile"`
	AllowedAccountIDs   types.Set     `tfsdk:"allowed_account_ids"`
	AllowedProjectIDs   types.Set     `tfsdk:"allowed_project_ids"`
	AllowAccountChanges types.Bool    `tfsdk:"allow_account_changes"`
	DeletionProtection  types.Bool    `tfsdk:"deletion_protection"`
	RequestsPerSecond   types.Float64 `tfsdk:"requests_per_second"`
	MaxRetries          types.Int64   `tfsdk:"max_retries"`
	RequestTimeout      types.String  `tfsdk:"request_timeout"`
	CAFile              types.String  `tfsdk:"ca_file"`
	AllowInsecureHTTP   types.Bool    `tfsdk:"allow_insecure_http"`
	DefaultTags         types.Set     `tfsdk:"default_tags"`
}

func (p *raffProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "raff"
	resp.Version = p.version
}

// allowedProjects describes allowed_project_ids.
const allowedProjects = "Ids of the only projects that this configuration may change, whatever the key can reach. Default: no restriction. While it is set, a plan is refused if it contains one of the following:\n" +
	"    - a resource in any other project, or one that leaves such a project. `project_id` of the resource decides, also for `raff_project_member`.\n" +
	"    - a `raff_project` with another `id`. A new one is refused too, since its id cannot be on the list.\n" +
	"    - a change of the account, unless `allow_account_changes` is set: a `raff_role`, `raff_api_key`, `raff_ssh_key`, `raff_member` or a `raff_invitation` " +
	"without `project_id` that is created, changed or destroyed, or an ephemeral `raff_api_key` with `role_id` that is opened. Those that do not change are allowed.\n" +
	"    - an ephemeral `raff_api_key` that reaches any other project.\n\n" +
	"  Data sources read whatever the key can read."

// apiKey describes api_key.
const apiKey = "API key, `raff_…`. Default: the environment variable `RAFF_API_KEY`, then the key of the profile. " +
	"Functions and the data sources of the catalogue (templates, plans, regions and prices) work without one."

func (p *raffProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the projects of a Raff account, the virtual machines, storage and networks in them, and who may use them.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: apiKey,
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"api_url": schema.StringAttribute{
				MarkdownDescription: "Address of the API, with or without `/api/v1` at its end. Default: the environment variable `RAFF_API_URL`, then the address of the profile, then `" + DefaultURL + "`. " +
					"Where the environment variable `RAFF_ONLY_API_URL` names an address, as under `terraform-provider-raff backend run`, any other address is refused, and no profile is read.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"profile": schema.StringAttribute{
				MarkdownDescription: "Profile in `~/.raff/config.yaml` of the Raff CLI to take the key and the address from, unless they are given otherwise. " +
					"Default: the environment variable `RAFF_PROFILE`, then the current profile of the CLI if there is no key yet.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"allowed_account_ids": schema.SetAttribute{
				MarkdownDescription: "Ids of the only accounts that the API key may belong to. A key of any other account is refused before any other request is made, in plan and apply. " +
					"Default: the environment variable `RAFF_ALLOWED_ACCOUNT_IDS`, ids separated by commas, then no restriction.",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
			},
			"allowed_project_ids": schema.SetAttribute{
				MarkdownDescription: allowedProjects,
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
			},
			"allow_account_changes": schema.BoolAttribute{
				MarkdownDescription: "Whether this configuration may change what belongs to the account rather than to a project, even though `allowed_project_ids` is set: roles, API keys, " +
					"SSH keys, members and invitations to the account. They can give access to every project. Without `allowed_project_ids` it has no effect. Default: `false`.",
				Optional: true,
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Default of `deletion_protection` of every resource that has it, for example in a production workspace. A value on a resource takes precedence. " +
					"A change plans an update of these resources that sends nothing to the API. Default: `false`.",
				Optional: true,
			},
			"requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "Maximum number of requests per second to the API, at least 0.1. Runs that use the same key at the same time share its limit by themselves. " +
					"Default: the limit that the API states for the key, `30` for a standard one.",
				Optional:   true,
				Validators: []validator.Float64{float64validator.AtLeast(0.1)},
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Number of times that a failed request is retried, 0 to 100: after 502, 503, 504 and broken connections, " +
					"if a retry is harmless. A request over the rate limit (429) is retried for at least two minutes, regardless of this number, since others may use the same key. " +
					"`0` turns all retries off. Default: `5`.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "How long one request may take, for example `30s` or `2m`. Default: `1m`.",
				Optional:            true,
				Validators:          []validator.String{durationValidator{}},
			},
			"ca_file": schema.StringAttribute{
				MarkdownDescription: "PEM file with certificate authorities to trust besides those of the system, 1 MiB at most. Default: none.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"allow_insecure_http": schema.BoolAttribute{
				MarkdownDescription: "Whether `api_url` may be an `http://` address of another machine, to which the key is sent unencrypted. " +
					"An address of this machine is always allowed. Default: the environment variable `RAFF_ALLOW_INSECURE_HTTP`, then `false`.",
				Optional: true,
			},
			"default_tags": schema.SetAttribute{
				MarkdownDescription: "Tags that every VM gets besides its own, at most 20, each 1 to 64 characters. See `effective_tags` of `raff_vm`. Default: none.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtMost(20), setvalidator.ValueStringsAre(tfkit.NameLength())},
			},
		},
	}
}

func (p *raffProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !onlyAddress().allows(&m, &resp.Diagnostics) {
		return
	}
	if m.unknown() && req.ClientCapabilities.DeferralAllowed {
		p.data.Store(nil)
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		return
	}
	how := p.connect(ctx, &m, req.TerraformVersion, &resp.Diagnostics)
	data := m.prepare(ctx, how.client, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if how.client != nil {
		noKey := checkAPI(ctx, data, allowedAccounts(ctx, m.AllowedAccountIDs, &resp.Diagnostics), &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		if noKey != nil {
			how = how.withoutKey(noKey, &resp.Diagnostics)
			data = m.prepare(ctx, nil, &resp.Diagnostics)
		}
	}
	if how.client == nil {
		data.NoKey = how.noKey
		data.ReadCatalog(how.public)
	}
	if how.client != nil {
		allowed := knownStrings(ctx, m.AllowedProjectIDs, &resp.Diagnostics)
		if !data.CheckProjectIDs(ctx, path.Root("allowed_project_ids"), allowed, &resp.Diagnostics) {
			return
		}
	}
	data.Opened = p.opened
	p.data.Store(data)
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// prepare returns what the parts of the provider get. c is nil without a key that can be used.
func (m *providerModel) prepare(ctx context.Context, c *client.Client, diags *diag.Diagnostics) *tfkit.ProviderData {
	data := tfkit.NewProviderData(c, knownStrings(ctx, m.DefaultTags, diags), knownStrings(ctx, m.AllowedProjectIDs, diags))
	data.DeletionProtection = m.DeletionProtection
	if m.AllowAccountChanges.ValueBool() {
		data.Projects.AllowAccountChanges()
	}
	return data
}

// unknown tells whether the client cannot be made yet. Terraform configures a provider at plan even
// where a value is only known after apply.
func (m *providerModel) unknown() bool {
	return m.APIKey.IsUnknown() || m.APIURL.IsUnknown() || m.Profile.IsUnknown() || m.CAFile.IsUnknown() || m.AllowInsecureHTTP.IsUnknown() ||
		m.RequestsPerSecond.IsUnknown() || m.MaxRetries.IsUnknown() || m.RequestTimeout.IsUnknown() || m.AllowAccountChanges.IsUnknown() ||
		hasUnknown(m.AllowedAccountIDs) || hasUnknown(m.AllowedProjectIDs) || hasUnknown(m.DefaultTags)
}

func hasUnknown(set types.Set) bool {
	return set.IsUnknown() || slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown)
}

// knownStrings returns the strings of a set, or nil for one that is null or not known yet.
func knownStrings(ctx context.Context, set types.Set, diags *diag.Diagnostics) []string {
	if set.IsNull() || hasUnknown(set) {
		return nil
	}
	var values []string
	diags.Append(set.ElementsAs(ctx, &values, false)...)
	slices.Sort(values)
	return values
}

func (p *raffProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		apikey.NewResource,
		backup.NewResource,
		backupschedule.NewResource,
		ip.NewAttachmentResource,
		ip.NewResource,
		member.NewInvitationResource,
		member.NewProjectMemberResource,
		member.NewResource,
		project.NewResource,
		role.NewResource,
		securitygroup.NewAttachmentResource,
		securitygroup.NewResource,
		snapshot.NewResource,
		sshkey.NewResource,
		vm.NewNoteResource,
		vm.NewResource,
		volume.NewAttachmentResource,
		volume.NewResource,
		vpc.NewAttachmentResource,
		vpc.NewResource,
	}
}

func (p *raffProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		apikey.NewDataSource,
		apikey.NewListDataSource,
		backup.NewDataSource,
		backup.NewListDataSource,
		backupschedule.NewDataSource,
		backupschedule.NewListDataSource,
		catalog.NewBackupPricingDataSource,
		catalog.NewIPPricingDataSource,
		catalog.NewRegionsDataSource,
		catalog.NewSnapshotPricingDataSource,
		catalog.NewTemplateDataSource,
		catalog.NewTemplatesDataSource,
		catalog.NewVMPlanDataSource,
		catalog.NewVMPlansDataSource,
		catalog.NewVolumePricingDataSource,
		cost.NewDataSource,
		ip.NewDataSource,
		ip.NewListDataSource,
		member.NewDataSource,
		member.NewListDataSource,
		member.NewProjectMemberDataSource,
		member.NewProjectMembersDataSource,
		project.NewDataSource,
		project.NewListDataSource,
		role.NewDataSource,
		role.NewListDataSource,
		role.NewPermissionsDataSource,
		securitygroup.NewDataSource,
		securitygroup.NewListDataSource,
		securitygroup.NewTemplatesDataSource,
		snapshot.NewDataSource,
		snapshot.NewListDataSource,
		sshkey.NewDataSource,
		sshkey.NewListDataSource,
		vm.NewDataSource,
		vm.NewListDataSource,
		vm.NewNetworksDataSource,
		volume.NewDataSource,
		volume.NewListDataSource,
		vpc.NewDataSource,
		vpc.NewListDataSource,
		vpc.NewSuggestionsDataSource,
	}
}

func (p *raffProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		apikey.NewListResource,
		backup.NewListResource,
		backupschedule.NewListResource,
		ip.NewAttachmentListResource,
		ip.NewListResource,
		member.NewInvitationListResource,
		member.NewListResource,
		member.NewProjectMemberListResource,
		project.NewListResource,
		role.NewListResource,
		securitygroup.NewAttachmentListResource,
		securitygroup.NewListResource,
		snapshot.NewListResource,
		sshkey.NewListResource,
		vm.NewListResource,
		vm.NewNoteListResource,
		volume.NewAttachmentListResource,
		volume.NewListResource,
		vpc.NewAttachmentListResource,
		vpc.NewListResource,
	}
}

func (p *raffProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		backup.NewCreateAction,
		backup.NewRestoreAction,
		backup.NewSeriesResetAction,
		ip.NewChangeAction,
		snapshot.NewRestoreAction,
		vm.NewFactoryResetAction,
		vm.NewPowerAction,
		vm.NewReinstallAction,
		vm.NewResetPasswordAction,
		vm.NewSaveImageAction,
	}
}

func (p *raffProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		apikey.NewEphemeralResource,
	}
}

// Functions implements provider.ProviderWithFunctions. They need no key, and ask nobody.
func (p *raffProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		ids.NewBuildFunction,
		ids.NewSplitFunction,
		securitygroup.NewRuleFunction,
		securitygroup.NewRuleTextFunction,
		securitygroup.NewRulesFunction,
	}
}
