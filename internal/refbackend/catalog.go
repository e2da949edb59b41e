package refbackend

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The one region.
const regionCode = "us-east"

// The types of plan. Windows has one of its own.
const (
	planStandard = "standard"
	planPremium  = "premium"
	planWindows  = "windows"
)

// Monthly prices in USD. Backups and snapshots cost what is beyond the free pool of the account.
const (
	priceVolumeGB   = 0.05
	priceSnapshotGB = 0.06
	priceBackupGB   = 0.06
	priceIPv4       = 3.00
	priceIPv6       = 1.00
)

// hoursPerMonth is what the service divides a monthly by to get an hourly price.
const hoursPerMonth = 720

// plan is a size of VM. The licence of Windows is a line of the bill of its own, and in no price here.
type plan struct {
	id, vcpu, memory, disk int // GiB
	monthly                float64
	kind                   string
	outOfStock             bool // for your information: it can be ordered all the same
}

var plans = []plan{
	{id: 77, vcpu: 1, memory: 1, disk: 25, monthly: 4.99, kind: planStandard},
	{id: 9, vcpu: 1, memory: 2, disk: 50, monthly: 8.99, kind: planStandard},
	{id: 78, vcpu: 2, memory: 4, disk: 80, monthly: 17.99, kind: planStandard},
	{id: 10, vcpu: 4, memory: 8, disk: 160, monthly: 33.99, kind: planStandard},
	{id: 11, vcpu: 8, memory: 16, disk: 240, monthly: 71.99, kind: planStandard},
	{id: 12, vcpu: 12, memory: 24, disk: 320, monthly: 109.99, kind: planStandard},
	{id: 1, vcpu: 1, memory: 1, disk: 25, monthly: 15.99, kind: planPremium},
	{id: 3, vcpu: 2, memory: 4, disk: 80, monthly: 36.99, kind: planPremium},
	{id: 4, vcpu: 4, memory: 8, disk: 120, monthly: 72.99, kind: planPremium},
	{id: 5, vcpu: 8, memory: 16, disk: 180, monthly: 144.99, kind: planPremium},
	{id: 6, vcpu: 8, memory: 32, disk: 240, monthly: 192.99, kind: planPremium},
	{id: 79, vcpu: 16, memory: 32, disk: 360, monthly: 288.99, kind: planPremium, outOfStock: true},
	{id: 80, vcpu: 2, memory: 4, disk: 80, monthly: 22.99, kind: planWindows},
	{id: 81, vcpu: 4, memory: 8, disk: 120, monthly: 40.99, kind: planWindows},
	{id: 82, vcpu: 8, memory: 32, disk: 240, monthly: 137.99, kind: planWindows},
}

// retiredPlans are no longer in the catalogue. A VM may be on one that was made before.
var retiredPlans = []plan{
	{id: 2, vcpu: 1, memory: 2, disk: 50, monthly: 9.99, kind: planPremium},
	{id: 7, vcpu: 16, memory: 64, disk: 480, monthly: 255.99, kind: planPremium},
	{id: 8, vcpu: 32, memory: 128, disk: 960, monthly: 511.99, kind: planPremium},
	{id: 13, vcpu: 16, memory: 64, disk: 480, monthly: 69.99, kind: planStandard},
}

// offeredPlan returns the plan of the catalogue with that id.
func offeredPlan(id int) (plan, bool) { return planIn(plans, id) }

// planOf returns the plan with that id, which may be retired.
func planOf(id int) plan {
	p, ok := offeredPlan(id)
	if !ok {
		p, _ = planIn(retiredPlans, id)
	}
	return p
}

func planIn(list []plan, id int) (plan, bool) {
	if at := slices.IndexFunc(list, func(p plan) bool { return p.id == id }); at >= 0 {
		return list[at], true
	}
	return plan{}, false
}

// template is an operating system image to make VMs of.
type template struct {
	id, name, version, osType, category string
	cpu, ram, storage                   int // the least that a plan must have
}

const (
	osLinux   = "linux"
	osWindows = "windows"
	osFreeBSD = "freebsd"

	categoryOS          = "os"
	categoryMarketplace = "marketplace"
)

func (t template) isWindows() bool { return t.osType == osWindows }

// templates is the public catalogue, and retiredTemplates what has left it: VMs that were made of those run on, and may be
// reinstalled unchanged. Ids depend on name and version alone.
var (
	templates        = offeredTemplates()
	retiredTemplates = formerTemplates()
)

// templateFamily makes templates that differ by their version only. They need 1 GB of RAM and 25 GB of disk at least.
func templateFamily(osType, category, name string, versions ...string) []template {
	var all []template
	for _, v := range versions {
		all = append(all, template{
			id: catalogID("template", name+" "+v), name: name, version: v + "x64", osType: osType, category: category,
			cpu: 1, ram: 1, storage: 25,
		})
	}
	return all
}

// larger makes templates need 2 GB of RAM.
func larger(family []template) []template {
	for i := range family {
		family[i].ram = 2
	}
	return family
}

func linux(name string, versions ...string) []template {
	return templateFamily(osLinux, categoryOS, name, versions...)
}

func windows(name string, versions ...string) []template {
	family := larger(templateFamily(osWindows, categoryOS, name, versions...))
	for i := range family {
		family[i].storage = 50
	}
	return family
}

func marketplace(osType, name, version string) []template {
	return templateFamily(osType, categoryMarketplace, name, version)
}

func offeredTemplates() []template {
	return slices.Concat(
		linux("Ubuntu", "26.04", "24.04", "22.04"),
		linux("Debian", "13", "12"),
		larger(linux("AlmaLinux", "10", "9")),
		linux("AlmaLinux", "8"),
		larger(linux("Rocky Linux", "10", "9")),
		linux("Rocky Linux", "8"),
		larger(linux("CentOS Stream", "9")),
		larger(linux("Fedora", "44", "43")),
		linux("Alpine Linux", "3.24", "3.23", "3.21"),
		larger(linux("openSUSE Leap", "16")),
		templateFamily(osFreeBSD, categoryOS, "FreeBSD", "14"),
		windows("Windows Server Standard", "2025", "2022", "2019"),
		windows("Windows Server Datacenter", "2025", "2022"),
		marketplace(osLinux, "Docker", "27"),
		marketplace(osLinux, "WordPress", "6.7"),
		marketplace(osLinux, "n8n", "1.70"),
		marketplace(osFreeBSD, "OPNsense", "26.1"),
		marketplace(osLinux, "OpenClaw", "1"),
	)
}

func formerTemplates() []template {
	return slices.Concat(
		linux("Ubuntu", "20.04", "24.10"),
		linux("Debian", "11"),
		linux("Fedora", "42", "41", "40"),
		linux("Alpine Linux", "3.20"),
		linux("openSUSE", "15"),
		marketplace(osFreeBSD, "OPNsense", "25.1"),
	)
}

// offeredTemplate returns what a VM can be made of: a public template or an image of the account.
func (st *state) offeredTemplate(id string) (template, bool) {
	if t, ok := templateIn(templates, id); ok {
		return t, true
	}
	if i, ok := st.Images.Get(id); ok {
		return i.template(), true
	}
	return template{}, false
}

// templateOf returns what a VM was made of, which may be retired.
func (st *state) templateOf(id string) template {
	t, ok := st.offeredTemplate(id)
	if !ok {
		t, _ = templateIn(retiredTemplates, id)
	}
	return t
}

func templateIn(list []template, id string) (template, bool) {
	if at := slices.IndexFunc(list, func(t template) bool { return t.id == id }); at >= 0 {
		return list[at], true
	}
	return template{}, false
}

func catalogOperations() []*operation {
	region := filter{name: "region", values: []string{regionCode}}
	kinds := []string{planStandard, planPremium, planWindows}
	pricing := func(id, what string, query []filter, handle handler) *operation {
		return &operation{
			id: id, method: http.MethodGet, path: "/api/v1/public/pricing/" + what, kind: public, query: query, handle: handle,
		}
	}
	return []*operation{
		{id: "healthCheck", method: http.MethodGet, path: "/health", kind: public, handle: (*Server).health},
		{
			id: "listRegions", method: http.MethodGet, path: "/api/v1/public/regions", kind: public,
			handle: (*Server).listRegions,
		},
		{
			id: "listTemplates", method: http.MethodGet, path: "/api/v1/public/templates", kind: public,
			query: []filter{
				{name: "category", values: []string{categoryOS, categoryMarketplace}}, {name: "vm_type", values: kinds}, region,
			},
			handle: (*Server).listTemplates,
		},
		pricing("listVMPricing", "vm", []filter{{name: "type", values: kinds}, region}, (*Server).listVMPricing),
		pricing("listVolumePricing", "volume", []filter{region}, storagePricing(1, priceVolumeGB)),
		pricing("listSnapshotPricing", "snapshot", []filter{region}, storagePricing(0, priceSnapshotGB)),
		pricing("listBackupPricing", "backup", []filter{region}, storagePricing(0, priceBackupGB)),
		pricing("listIPPricing", "ip", nil, (*Server).listIPPricing),
	}
}

func (s *Server) health(*call) (any, error) {
	return struct {
		Status string `json:"status"`
	}{"healthy"}, nil
}

type regionBody struct {
	ID           int    `json:"id"`
	Code         string `json:"code"`
	Name         string `json:"name"`
	CountryCode  string `json:"country_code"`
	Flag         string `json:"flag"`
	DisplayOrder int    `json:"display_order"`
	IsDefault    bool   `json:"is_default"`
}

func (s *Server) listRegions(*call) (any, error) {
	return struct {
		Success bool         `json:"success"`
		Regions []regionBody `json:"regions"`
	}{true, []regionBody{{1, regionCode, "US East", "US", "\U0001F1FA\U0001F1F8", 1, true}}}, nil
}

type templateBody struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Version     string `json:"version"`
	CPU         int    `json:"cpu"`
	RAM         int    `json:"ram"`
	Storage     int    `json:"storage"`
	IsWindows   bool   `json:"is_windows"`
	OSType      string `json:"os_type"`
	Category    string `json:"category"`
	Description string `json:"description"`
	Region      string `json:"region"`
}

func showTemplate(t template, description string) templateBody {
	return templateBody{
		ID: t.id, Name: t.name, Version: t.version, CPU: t.cpu, RAM: t.ram, Storage: t.storage, IsWindows: t.isWindows(),
		OSType: t.osType, Category: t.category, Description: description, Region: regionCode,
	}
}

// listTemplates shows the public templates and, to a caller with a key, the images of its account, of those that go with
// the type of plan.
func (s *Server) listTemplates(c *call) (any, error) {
	all := []templateBody{}
	add := func(t template, description string) {
		kind, sent := c.query["vm_type"]
		if c.matches("category", t.category) && (!sent || t.isWindows() == (kind == planWindows)) {
			all = append(all, showTemplate(t, description))
		}
	}
	for _, t := range templates {
		add(t, "")
	}
	if c.key != nil {
		for i := range s.state.Images.All() {
			add(i.template(), i.Description)
		}
	}
	return pageBody{Success: true, Data: all, Total: len(all)}, nil
}

type planBody struct {
	ID         int     `json:"id"`
	VCPU       int     `json:"vcpu"`
	MemoryGiB  int     `json:"memory_gib"`
	SSDGiB     int     `json:"ssd_gib"`
	Transfer   int     `json:"transfer_gib"`
	Hourly     float64 `json:"price_per_hour"`
	Monthly    float64 `json:"monthly_price"`
	Yearly     float64 `json:"yearly_price"`
	TwentyFour float64 `json:"twenty_four_month_price"`
	VMType     string  `json:"vm_type"`
	Region     string  `json:"region"`
	OutOfStock bool    `json:"out_of_stock"`
}

func (s *Server) listVMPricing(c *call) (any, error) {
	all := []planBody{}
	for _, p := range plans {
		if !c.matches("type", p.kind) {
			continue
		}
		all = append(all, planBody{
			ID: p.id, VCPU: p.vcpu, MemoryGiB: p.memory, SSDGiB: p.disk,
			Transfer: 1000 * p.memory, // 4,000 GiB for 4 GiB of RAM in the API description
			Hourly:   hourly(p.monthly), Monthly: p.monthly, Yearly: yearly(p.monthly), TwentyFour: twoYears(p.monthly),
			VMType: p.kind, Region: regionCode, OutOfStock: p.outOfStock,
		})
	}
	return struct {
		Success bool       `json:"success"`
		Plans   []planBody `json:"plans"`
	}{true, all}, nil
}

type storagePricingBody struct {
	ID         int     `json:"id,omitempty"`
	Hourly     float64 `json:"price_per_gb_hour"`
	Monthly    float64 `json:"price_per_gb_month"`
	Yearly     float64 `json:"yearly_price_per_gb"`
	TwentyFour float64 `json:"twenty_four_month_price_per_gb"`
	Region     string  `json:"region"`
}

type pricingBody struct {
	Success bool `json:"success"`
	Pricing any  `json:"pricing"`
}

// storagePricing answers with the price of a GB and month of storage; only volume prices have an id.
func storagePricing(id int, monthly float64) handler {
	return func(*Server, *call) (any, error) {
		return pricingBody{true, storagePricingBody{
			ID: id, Hourly: hourly(monthly), Monthly: monthly, Yearly: yearly(monthly), TwentyFour: twoYears(monthly),
			Region: regionCode,
		}}, nil
	}
}

type ipPricingTier struct {
	Hourly     float64 `json:"price_per_hour"`
	Monthly    float64 `json:"monthly_price"`
	Yearly     float64 `json:"yearly_price"`
	TwentyFour float64 `json:"twenty_four_month_price"`
}

func (s *Server) listIPPricing(*call) (any, error) {
	tier := func(monthly float64) ipPricingTier {
		return ipPricingTier{hourly(monthly), monthly, yearly(monthly), twoYears(monthly)}
	}
	return pricingBody{true, struct {
		IPv4 ipPricingTier `json:"ipv4"`
		IPv6 ipPricingTier `json:"ipv6"`
	}{tier(priceIPv4), tier(priceIPv6)}}, nil
}

// hourly is a monthly price by the hour, in millionths of a dollar.
func hourly(monthly float64) float64 { return math.Round(monthly/hoursPerMonth*1e6) / 1e6 }

// yearly and twoYears are the prices of the longer terms: 10 and 18 months.
func yearly(monthly float64) float64   { return cents(10 * monthly) }
func twoYears(monthly float64) float64 { return cents(18 * monthly) }

func cents(price float64) float64 { return math.Round(price*100) / 100 }

// hourlyText is an hourly price as objects carry it: "0.027764".
func hourlyText(monthly float64) string {
	return strconv.FormatFloat(hourly(monthly), 'f', 6, 64)
}

// missing names what a plan with an OS disk of that many GB lacks for a template, or is empty.
func (p plan) missing(t template, disk int) string {
	var lacks []string
	for _, need := range []struct {
		what       string
		least, has int
	}{{"vCPU", t.cpu, p.vcpu}, {"GB RAM", t.ram, p.memory}, {"GB storage", t.storage, disk}} {
		if need.has < need.least {
			lacks = append(lacks, strconv.Itoa(need.least)+" "+need.what)
		}
	}
	return strings.Join(lacks, ", ")
}
