package refbackend

import (
	"math"
	"net/http"
	"strconv"
	"strings"
)

// The one region.
const regionCode = "us-east"

// The two types of plan.
const (
	planStandard = "standard"
	planPremium  = "premium"
)

// Monthly prices in USD. The service publishes no number for snapshots and backups in prose: they cost what
// volumes cost here.
const (
	priceVolumeGB   = 0.05
	priceSnapshotGB = 0.05
	priceBackupGB   = 0.05
	priceIPv4       = 3.00
	priceIPv6       = 1.00
)

// hoursPerMonth is what the service divides a monthly by to get an hourly price.
const hoursPerMonth = 720

// plan is a size of VM.
type plan struct {
	id, vcpu, memory, disk int // GiB
	monthly                float64
	kind                   string
}

var plans = []plan{
	{1, 1, 1, 25, 3.99, planPremium},
	{2, 1, 2, 50, 9.99, planPremium},
	{3, 2, 4, 80, 19.99, planPremium},
	{4, 4, 8, 120, 35.99, planPremium},
	{5, 8, 16, 180, 63.99, planPremium},
	{6, 8, 32, 240, 127.99, planPremium},
	{7, 16, 64, 480, 255.99, planPremium},
	{8, 32, 128, 960, 511.99, planPremium},
	{9, 2, 4, 50, 4.99, planStandard},
	{10, 4, 8, 120, 9.99, planStandard},
	{11, 8, 16, 240, 23.99, planStandard},
	{12, 12, 32, 360, 43.99, planStandard},
	{13, 16, 64, 480, 69.99, planStandard},
}

// planOf returns the plan with that id.
func planOf(id int) (plan, bool) {
	for _, p := range plans {
		if p.id == id {
			return p, true
		}
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

// templates is the public catalogue. Ids depend on name and version alone.
var templates = makeTemplates()

func makeTemplates() []template {
	var all []template
	add := func(osType, category string, cpu, ram, storage int, name string, versions ...string) {
		for _, v := range versions {
			all = append(all, template{
				id: catalogID("template", name+" "+v), name: name, version: v + "x64", osType: osType, category: category,
				cpu: cpu, ram: ram, storage: storage,
			})
		}
	}
	linux := func(name string, versions ...string) { add(osLinux, categoryOS, 1, 1, 25, name, versions...) }
	windows := func(name string, versions ...string) { add(osWindows, categoryOS, 2, 4, 50, name, versions...) }
	linux("Ubuntu", "24.04", "22.04", "20.04", "24.10")
	linux("Debian", "13", "12", "11")
	linux("AlmaLinux", "9", "8")
	linux("Rocky Linux", "9", "8")
	linux("CentOS Stream", "9")
	linux("Fedora", "42", "41", "40")
	linux("Alpine Linux", "3.21", "3.20")
	linux("openSUSE", "15")
	add(osFreeBSD, categoryOS, 1, 1, 25, "FreeBSD", "14")
	windows("Windows Server Standard", "2025", "2022", "2019")
	windows("Windows Server Datacenter", "2025", "2022")
	add(osLinux, categoryMarketplace, 1, 1, 25, "Docker", "27")
	add(osLinux, categoryMarketplace, 1, 1, 25, "WordPress", "6.7")
	add(osLinux, categoryMarketplace, 1, 2, 25, "n8n", "1.70")
	add(osFreeBSD, categoryMarketplace, 1, 2, 25, "OPNsense", "25.1")
	return all
}

// templateOf returns what a VM can be made of: a public template or an image of the account.
func (st *state) templateOf(id string) (template, bool) {
	for _, t := range templates {
		if t.id == id {
			return t, true
		}
	}
	if i, ok := st.Images.get(id); ok {
		return i.template(), true
	}
	return template{}, false
}

func catalogOperations() []*operation {
	region := filter{name: "region", values: []string{regionCode}}
	kinds := []string{planStandard, planPremium}
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

// listTemplates shows the public templates and, to a caller with a key, the images of its account. Windows is not
// offered on standard plans.
func (s *Server) listTemplates(c *call) (any, error) {
	all := []templateBody{}
	add := func(t template, description string) {
		if c.matches("category", t.category) && !(t.isWindows() && c.query["vm_type"] == planStandard) {
			all = append(all, showTemplate(t, description))
		}
	}
	for _, t := range templates {
		add(t, "")
	}
	if c.key != nil {
		for i := range s.state.Images.all() {
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
			VMType: p.kind, Region: regionCode,
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

// yearly and twoYears are the prices of the longer terms: 10 and 20 months.
func yearly(monthly float64) float64   { return cents(10 * monthly) }
func twoYears(monthly float64) float64 { return cents(20 * monthly) }

func cents(price float64) float64 { return math.Round(price*100) / 100 }

// hourlyText is an hourly price as objects carry it: "0.027764".
func hourlyText(monthly float64) string {
	return strconv.FormatFloat(hourly(monthly), 'f', 6, 64)
}

// missing names what a plan lacks for a template, or is empty.
func (p plan) missing(t template) string {
	var lacks []string
	for _, need := range []struct {
		what       string
		least, has int
	}{{"vCPU", t.cpu, p.vcpu}, {"GB RAM", t.ram, p.memory}, {"GB storage", t.storage, p.disk}} {
		if need.has < need.least {
			lacks = append(lacks, strconv.Itoa(need.least)+" "+need.what)
		}
	}
	return strings.Join(lacks, ", ")
}
