// Package provider has the provider itself: its configuration, and what it offers.
package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/apikey"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/backup"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/backupschedule"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/catalog"
	"github.com/rafftechnologies/terraform-provider-raff/internal/services/cost"
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

const (
	defaultMaxRetries     = 5
	defaultRequestTimeout = time.Minute
)

var (
	_ provider.Provider                       = (*raffProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*raffProvider)(nil)
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

// ResourceData implements fastpath.Provider.
func (p *raffProvider) ResourceData() any {
	data := p.data.Load()
	if data == nil {
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

func (p *raffProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the projects of a Raff account, the virtual machines, storage and networks in them, and who may use them.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: "API key, `raff_…`. Default: the environment variable `RAFF_API_KEY`, then the key of the profile.",
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
	var c *client.Client
	if !m.unknown() {
		c = p.client(ctx, &m, req.TerraformVersion, &resp.Diagnostics)
	}
	data := tfkit.NewProviderData(c,
		knownStrings(ctx, m.DefaultTags, &resp.Diagnostics), knownStrings(ctx, m.AllowedProjectIDs, &resp.Diagnostics))
	data.DeletionProtection = m.DeletionProtection
	if m.AllowAccountChanges.ValueBool() {
		data.Projects.AllowAccountChanges()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if c != nil && !checkAPI(ctx, data, allowedAccounts(ctx, m.AllowedAccountIDs, &resp.Diagnostics), &resp.Diagnostics) {
		return
	}
	if c != nil && !data.CheckProjectIDs(ctx, path.Root("allowed_project_ids"), knownStrings(ctx, m.AllowedProjectIDs, &resp.Diagnostics), &resp.Diagnostics) {
		return
	}
	data.Opened = p.opened
	p.data.Store(data)
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
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

// client makes the client, or adds a diagnostic at the attribute that is wrong.
func (p *raffProvider) client(ctx context.Context, m *providerModel, terraformVersion string, diags *diag.Diagnostics) *client.Client {
	s, err := onlyAddress().resolve(m.APIKey.ValueString(), m.APIURL.ValueString(), m.Profile.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("profile"), "Unable to read the profile", err.Error()+". Correct it, or give api_key and api_url.")
		return nil
	}
	if s.apiKey == "" {
		diags.AddAttributeError(path.Root("api_key"), "Missing API key",
			"Set the environment variable "+envAPIKey+", or api_key in the provider's configuration, or a profile of the Raff CLI. "+
				"To try the provider without an account, start its reference backend: terraform-provider-raff backend.")
		return nil
	}
	tflog.Info(ctx, "Configuring the Raff client", map[string]any{"api_url": s.apiURL, "default_url": s.apiURL == DefaultURL})
	warnOfReaders(s.source, diags)
	if problem, corrected := addressProblem(s.apiURL); problem != "" {
		diags.AddAttributeError(path.Root("api_url"), "Invalid address of the API", fmt.Sprintf(
			"The address %q, which comes from api_url, %s or the profile, %s. Nothing was sent. Write %q.", s.apiURL, envURL, problem, corrected))
		return nil
	}
	if plaintext(s.apiURL) && !insecureHTTPAllowed(m.AllowInsecureHTTP) {
		diags.AddAttributeError(path.Root("api_url"), "The API key would be sent unencrypted",
			"The address "+s.apiURL+" is not on this machine and does not use https, so the key could be read on the way. Nothing was sent. "+
				"Use an https address or, on a network that nobody else can listen to, set allow_insecure_http = true or "+envInsecureHTTP+"=true.")
		return nil
	}
	transport, err := httpClient(m.CAFile.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("ca_file"), "Unable to read the certificate authorities", err.Error())
		return nil
	}
	maxRetries := defaultMaxRetries
	if !m.MaxRetries.IsNull() {
		maxRetries = int(m.MaxRetries.ValueInt64())
	}
	timeout := defaultRequestTimeout
	if !m.RequestTimeout.IsNull() {
		timeout, err = time.ParseDuration(m.RequestTimeout.ValueString())
		if err != nil { // the validator has refused it already
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", err.Error())
			return nil
		}
	}
	c, err := client.New(client.Options{
		URL:               s.apiURL,
		APIKey:            s.apiKey,
		UserAgent:         userAgent(p.version, terraformVersion),
		HTTPClient:        transport,
		RequestsPerSecond: m.RequestsPerSecond.ValueFloat64(),
		MaxRetries:        maxRetries,
		RequestTimeout:    timeout,
	})
	if err != nil {
		at := path.Root("api_url")
		if errors.Is(err, client.ErrInvalidKey) {
			at = path.Root("api_key")
		}
		diags.AddAttributeError(at, "Invalid provider configuration", err.Error()+".")
		return nil
	}
	return c
}

// warnOfReaders warns of a file with keys in it that others may read.
func warnOfReaders(file cliSource, diags *diag.Diagnostics) {
	if othersMayRead(file.mode) {
		diags.AddAttributeWarning(path.Root("profile"), "Others may read the API keys of the Raff CLI", fmt.Sprintf(
			"%s has the mode %04o, so that other users of this machine may read or change the keys in it. Run: chmod 600 %s",
			file.path, file.mode.Perm(), file.path))
	}
}

// userAgent names the provider and Terraform with their versions, and what the user adds.
func userAgent(version, terraformVersion string) string {
	agent := fmt.Sprintf("terraform-provider-raff/%s Terraform/%s", version, terraformVersion)
	if extra := strings.TrimSpace(os.Getenv("TF_APPEND_USER_AGENT")); extra != "" {
		agent += " " + extra
	}
	return agent
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
