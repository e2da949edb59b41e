package client

import (
	"context"
	"iter"
	"net/http"
	"strconv"
)

// Region is a data center region.
type Region struct {
	ID           int64  `json:"id" api:"required"`
	Code         string `json:"code" api:"required"` // what requests name it by
	Name         string `json:"name" api:"required"`
	CountryCode  string `json:"country_code" api:"required"`
	Flag         string `json:"flag"`
	DisplayOrder *int64 `json:"display_order"`
	IsDefault    bool   `json:"is_default" api:"required"`
}

func (r Region) identity() string { return r.Code }

// Template is an operating system image. CPU, RAM (GB) and Storage (GB) are the least that it needs.
type Template struct {
	ID          string `json:"id" api:"required"`
	Name        string `json:"name" api:"required"`
	Version     string `json:"version" api:"required"`
	CPU         int64  `json:"cpu" api:"required"`
	RAM         int64  `json:"ram" api:"required"`
	Storage     int64  `json:"storage" api:"required"`
	IsWindows   bool   `json:"is_windows" api:"required"`
	OSType      string `json:"os_type" api:"required"`
	Category    string `json:"category" api:"required"` // os or marketplace
	Description string `json:"description"`
	Region      string `json:"region" api:"required"`
}

func (t Template) identity() string { return t.ID }

// TemplateFilter narrows the templates; empty fields do not.
type TemplateFilter struct {
	Category string // os or marketplace
	VMType   string // of the plans that the template runs on: PlanStandard, PlanPremium or PlanWindows
	Region   string
}

// Families of plans. A Windows template takes a plan of PlanWindows, and no other template does.
const (
	PlanStandard = "standard"
	PlanPremium  = "premium"
	PlanWindows  = "windows"
)

// VMPricingPlan is a plan for VMs. Prices are USD.
type VMPricingPlan struct {
	ID                   int64   `json:"id" api:"required"` // the pricing_id of a VM
	VCPU                 int64   `json:"vcpu" api:"required"`
	MemoryGiB            int64   `json:"memory_gib" api:"required"`
	SSDGiB               int64   `json:"ssd_gib" api:"required"`
	TransferGiB          int64   `json:"transfer_gib" api:"required"` // a month
	PricePerHour         float64 `json:"price_per_hour" api:"required"`
	MonthlyPrice         float64 `json:"monthly_price" api:"required"`
	YearlyPrice          float64 `json:"yearly_price" api:"required"`
	TwentyFourMonthPrice float64 `json:"twenty_four_month_price" api:"required"`
	VMType               string  `json:"vm_type" api:"required"` // standard, premium or windows
	Region               string  `json:"region" api:"required"`
	OutOfStock           bool    `json:"out_of_stock"` // such a plan can still be ordered
}

func (p VMPricingPlan) identity() string { return integerID(p.ID) }

// VMPlanFilter narrows the plans; empty fields do not.
type VMPlanFilter struct {
	Type   string // standard, premium or windows
	Region string
}

// StoragePricing is what storage costs per GB, in USD; nil where the API does not say.
type StoragePricing struct {
	ID                        int64    `json:"id"` // 0 where the API has none
	PricePerGBHour            *float64 `json:"price_per_gb_hour"`
	PricePerGBMonth           *float64 `json:"price_per_gb_month"`
	YearlyPricePerGB          *float64 `json:"yearly_price_per_gb"`
	TwentyFourMonthPricePerGB *float64 `json:"twenty_four_month_price_per_gb"`
	Region                    string   `json:"region"`
}

// IPPricing is what public addresses cost, by family.
type IPPricing struct {
	IPv4 IPPricingTier `json:"ipv4"`
	IPv6 IPPricingTier `json:"ipv6"`
}

// IPPricingTier is what addresses of one family cost, in USD; nil where the API does not say.
type IPPricingTier struct {
	PricePerHour         *float64 `json:"price_per_hour"`
	MonthlyPrice         *float64 `json:"monthly_price"`
	YearlyPrice          *float64 `json:"yearly_price"`
	TwentyFourMonthPrice *float64 `json:"twenty_four_month_price"`
}

type regionsAnswer struct {
	envelope
	Regions elements[Region] `json:"regions"`
}

func (a *regionsAnswer) incomplete() error { return a.Regions.incomplete() }

type plansAnswer struct {
	envelope
	Plans elements[VMPricingPlan] `json:"plans"`
}

func (a *plansAnswer) incomplete() error { return a.Plans.incomplete() }

type pricingAnswer[T any] struct {
	envelope
	Pricing *T `json:"pricing"`
}

func (a *pricingAnswer[T]) incomplete() error {
	if a.Pricing == nil {
		return errNoData
	}
	return nil
}

// healthAnswer is the one answer that has no envelope.
type healthAnswer struct {
	envelope
	Status string `json:"status"`
}

func (a *healthAnswer) incomplete() error {
	if a.Status == "" {
		return errNoData
	}
	return nil
}

// Health asks the API whether it is well and returns its word for it, "healthy". It needs no valid key.
func (c *Client) Health(ctx context.Context) (string, error) {
	var out healthAnswer
	err := c.do(ctx, request{method: http.MethodGet, path: []string{"health"}}, &out)
	return out.Status, err
}

// ListRegions returns all regions.
func (p *Public) ListRegions(ctx context.Context) ([]Region, error) {
	var out regionsAnswer
	err := p.reader.do(ctx, request{method: http.MethodGet, path: v1("public", "regions")}, &out)
	return out.Regions.items, err
}

// ListTemplates yields the public templates and, with a key, the images of its account.
func (p *Public) ListTemplates(ctx context.Context, f TemplateFilter) iter.Seq2[*Template, error] {
	query := filter("category", f.Category, "vm_type", f.VMType, "region", f.Region)
	return whole[Template](ctx, p.reader, v1("public", "templates"), query)
}

// ListVMPlans returns the plans for VMs.
func (p *Public) ListVMPlans(ctx context.Context, f VMPlanFilter) ([]VMPricingPlan, error) {
	var out plansAnswer
	query := filter("type", f.Type, "region", f.Region)
	err := p.reader.do(ctx, request{method: http.MethodGet, path: v1("public", "pricing", "vm"), query: query}, &out)
	return out.Plans.items, err
}

// GetVolumePricing returns what volumes cost in a region, or in the default one when region is empty.
func (p *Public) GetVolumePricing(ctx context.Context, region string) (*StoragePricing, error) {
	return pricing[StoragePricing](ctx, p.reader, "volume", region)
}

// GetSnapshotPricing returns what snapshots cost in a region, or in the default one when region is empty.
func (p *Public) GetSnapshotPricing(ctx context.Context, region string) (*StoragePricing, error) {
	return pricing[StoragePricing](ctx, p.reader, "snapshot", region)
}

// GetBackupPricing returns what backups cost in a region, or in the default one when region is empty.
func (p *Public) GetBackupPricing(ctx context.Context, region string) (*StoragePricing, error) {
	return pricing[StoragePricing](ctx, p.reader, "backup", region)
}

// GetIPPricing returns what reserved public addresses cost.
func (p *Public) GetIPPricing(ctx context.Context) (*IPPricing, error) {
	return pricing[IPPricing](ctx, p.reader, "ip", "")
}

// caller makes calls: a Reader, or what has one.
type caller interface {
	do(ctx context.Context, req request, out answer) error
}

func pricing[T any](ctx context.Context, c caller, kind, region string) (*T, error) {
	var out pricingAnswer[T]
	req := request{method: http.MethodGet, path: v1("public", "pricing", kind), query: filter("region", region)}
	if err := c.do(ctx, req, &out); err != nil {
		return nil, err
	}
	return out.Pricing, nil
}

// integerID returns an integer id as text, empty for what no object has: ids are positive.
func integerID(id int64) string {
	if id < 1 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
