// Package catalog has the data sources of the public catalogue: regions, templates and VM plans.
package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure = (*templateDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*templatesDataSource)(nil)
)

// templateModel is what the API says of a template.
type templateModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Version     types.String `tfsdk:"version"`
	OSType      types.String `tfsdk:"os_type"`
	Category    types.String `tfsdk:"category"`
	Description types.String `tfsdk:"description"`
	IsWindows   types.Bool   `tfsdk:"is_windows"`
	CPU         types.Int64  `tfsdk:"cpu"`
	RAM         types.Int64  `tfsdk:"ram"`
	Storage     types.Int64  `tfsdk:"storage"`
	Region      types.String `tfsdk:"region"`
}

func (m *templateModel) fromAPI(t *client.Template) {
	m.ID = types.StringValue(t.ID)
	m.Name = types.StringValue(t.Name)
	m.Version = types.StringValue(t.Version)
	m.OSType = types.StringValue(t.OSType)
	m.Category = types.StringValue(t.Category)
	m.Description = types.StringValue(t.Description)
	m.IsWindows = types.BoolValue(t.IsWindows)
	m.CPU = types.Int64Value(t.CPU)
	m.RAM = types.Int64Value(t.RAM)
	m.Storage = types.Int64Value(t.Storage)
	m.Region = types.StringValue(t.Region)
}

func templateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          tfkit.Text("Id of the template, the `template_id` of a VM."),
		"name":        tfkit.Text("Name of the operating system or application, for example `Ubuntu`."),
		"version":     tfkit.Text("Version of the template, for example `24.04x64`."),
		"os_type":     tfkit.Text("Type of the operating system, for example `linux`."),
		"category":    tfkit.Text("Category: `os` or `marketplace`."),
		"description": tfkit.Text("Description."),
		"is_windows":  tfkit.Flag("Whether this is Windows, which needs a plan of the type `windows` and a password."),
		"cpu":         tfkit.Number("Number of vCPUs that it needs at least."),
		"ram":         tfkit.Number("RAM in GiB that it needs at least."),
		"storage":     tfkit.Number("Disk in GiB that it needs at least."),
		"region":      tfkit.Text("Code of the region that offers it."),
	}
}

// templateFilter is what both data sources filter by.
type templateFilter struct {
	name, version, osType, category, region types.String
	vmType                                  types.String // of the plans that a template runs on
}

func templateFilterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":     tfkit.Filter("Only templates of this name, in any letter case, for example `ubuntu`."),
		"version":  tfkit.Filter("Only templates of this version: the whole version (`24.04x64`), or its beginning up to a dot or letter (`24.04`, `24`)."),
		"os_type":  tfkit.Filter("Only templates of this type of operating system, for example `linux`."),
		"category": tfkit.Filter("Only templates of this category: `os` or `marketplace`."),
		"region":   tfkit.Filter("Only templates that this region offers."),
		"vm_type":  vmTypeFilter(),
	}
}

// vmTypeFilter is left to the API, which knows what runs on what.
func vmTypeFilter() schema.Attribute {
	return tfkit.Filter("Only templates that run on plans of this type: `standard`, `premium` or `windows`.",
		tfkit.Choice(client.PlanStandard, client.PlanPremium, client.PlanWindows))
}

func (f templateFilter) matches(t *client.Template) bool {
	return equalFold(f.name, t.Name) && equalFold(f.osType, t.OSType) && equalFold(f.category, t.Category) && equalFold(f.region, t.Region) &&
		(f.version.IsNull() || versionMatches(t.Version, f.version.ValueString()))
}

// find returns the matching templates, newest version of each name first.
func (f templateFilter) find(ctx context.Context, c *tfkit.Catalog) ([]*client.Template, error) {
	var found []*client.Template
	for t, err := range c.FindTemplates(ctx, client.TemplateFilter{VMType: f.vmType.ValueString()}) {
		if err != nil {
			return nil, err
		}
		if f.matches(t) {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b *client.Template) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), compareVersions(b.Version, a.Version))
	})
	return found, nil
}

type templateDataSource struct {
	tfkit.DataSourceBase
}

// NewTemplateDataSource returns the raff_template data source.
func NewTemplateDataSource() datasource.DataSource { return &templateDataSource{} }

type templateDataSourceModel struct {
	templateModel
	MostRecent types.Bool   `tfsdk:"most_recent"`
	VMType     types.String `tfsdk:"vm_type"`
}

func (d *templateDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_template"
}

func (d *templateDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := templateAttributes()
	for name, filter := range templateFilterAttributes() {
		attributes[name] = tfkit.Lookup(filter.GetMarkdownDescription())
	}
	attributes["id"] = tfkit.Lookup("Only the template with this id.")
	attributes["vm_type"] = vmTypeFilter()
	attributes["most_recent"] = schema.BoolAttribute{
		MarkdownDescription: "Whether to take the highest version if several templates match, instead of failing. The same version under several names takes the first name in the alphabet. Default: `false`.",
		Optional:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One operating system template, for the `template_id` of a VM. It fails if none or several match.",
		Attributes:          attributes,
	}
}

func (d *templateDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.CatalogQuestion[templateDataSourceModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	found, err := templateFilter{m.Name, m.Version, m.OSType, m.Category, m.Region, m.VMType}.find(ctx, d.Catalog)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "templates", err)
		return
	}
	found = slices.DeleteFunc(found, func(t *client.Template) bool { return !m.ID.IsNull() && t.ID != m.ID.ValueString() })
	switch {
	case len(found) == 0:
		resp.Diagnostics.AddError("No template matches", "The catalogue has no such template. The raff_templates data source lists all that there are."+
			withoutImages(d.Catalog))
		return
	case len(found) > 1 && !m.MostRecent.ValueBool():
		resp.Diagnostics.AddError("Several templates match", "These match: "+templateNames(found)+
			". Narrow the search, or set most_recent = true to take the highest version.")
		return
	}
	m.fromAPI(mostRecent(found))
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

// withoutImages says what a search without a key does not see.
func withoutImages(catalog *tfkit.Catalog) string {
	if catalog.HasKey() {
		return ""
	}
	return " This search had no API key, or not yet, and so it did not see the images of an account."
}

type templatesDataSource struct {
	tfkit.DataSourceBase
}

// NewTemplatesDataSource returns the raff_templates data source.
func NewTemplatesDataSource() datasource.DataSource { return &templatesDataSource{} }

type templatesModel struct {
	Name      types.String    `tfsdk:"name"`
	Version   types.String    `tfsdk:"version"`
	OSType    types.String    `tfsdk:"os_type"`
	Category  types.String    `tfsdk:"category"`
	Region    types.String    `tfsdk:"region"`
	VMType    types.String    `tfsdk:"vm_type"`
	Templates []templateModel `tfsdk:"templates"`
}

func (d *templatesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_templates"
}

func (d *templatesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := templateFilterAttributes()
	attributes["templates"] = tfkit.List("The templates, by name, and the highest version of each first.", templateAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The operating system templates that match.",
		Attributes:          attributes,
	}
}

func (d *templatesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.CatalogQuestion[templatesModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	found, err := templateFilter{m.Name, m.Version, m.OSType, m.Category, m.Region, m.VMType}.find(ctx, d.Catalog)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "templates", err)
		return
	}
	m.Templates = make([]templateModel, len(found))
	for i, t := range found {
		m.Templates[i].fromAPI(t)
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

// mostRecent returns the first of the templates with the highest version.
func mostRecent(templates []*client.Template) *client.Template {
	return slices.MaxFunc(templates, func(a, b *client.Template) int { return compareVersions(a.Version, b.Version) })
}

func templateNames(templates []*client.Template) string {
	names := make([]string, len(templates))
	for i, t := range templates {
		names[i] = fmt.Sprintf("%s %s (%s)", t.Name, t.Version, t.ID)
	}
	return strings.Join(names, ", ")
}

// versionMatches tells whether version is wanted, or begins with it at a boundary: "24.04" and "24"
// match "24.04x64", "2" does not.
func versionMatches(version, wanted string) bool {
	if strings.EqualFold(version, wanted) {
		return true
	}
	rest, found := strings.CutPrefix(strings.ToLower(version), strings.ToLower(wanted))
	return found && wanted != "" && (rest[0] < '0' || rest[0] > '9')
}

// compareVersions compares the numbers in two versions from left to right: "9" is less than "24.04x64".
// What is not a number decides only where all numbers are equal.
func compareVersions(a, b string) int {
	return cmp.Or(slices.Compare(versionNumbers(a), versionNumbers(b)), strings.Compare(a, b))
}

func versionNumbers(version string) []int {
	version, _, _ = strings.Cut(version, "x64") // the architecture is no part of the order
	var numbers []int
	for _, field := range strings.FieldsFunc(version, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(field); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func equalFold(wanted types.String, value string) bool {
	return wanted.IsNull() || strings.EqualFold(wanted.ValueString(), value)
}
