package client

import "strings"

// dispensable are the fields that every answer of the reference backend has, and that calls do without, by their schema:
// the service does not promise them, or answered without them once. Nothing that makes an object what it is belongs here.
var dispensable = fields(map[string]string{
	"APIKey":                 "account_id created_at created_by project_accesses rate_limit_tier scope",
	"APIKeyProjectAccess":    "project_id project_name",
	"APIKeyWithSecret":       "account_id created_at created_by project_accesses rate_limit_tier scope",
	"AttachedIP":             "mac nic_id vm_id",
	"Backup":                 "account_id created_at created_by increment_id price_per_hour product_vm project_id region",
	"BackupSchedule":         "account_id consecutive_failures created_at created_by enabled price_per_hour product_vm project_id region runtime size",
	"BulkDeleteVMItemResult": "id success",
	"CIDRSuggestion":         "available_ips cidr size",
	"FloatingIP":             "account_id created_at project_id region updated_at",
	"IPPricing":              "ipv4 ipv6",
	"IPPricingTier":          "monthly_price price_per_hour twenty_four_month_price yearly_price",
	"Invitation":             "account_id account_name created_at expires_at role_id role_name",
	"Member":                 "account_id created_at updated_at user_id",
	"Permission":             "description",
	"Project":                "created_by description",
	"ProjectMember":          "created_at project_id user_id",
	"Region":                 "display_order flag",
	"Role":                   "description",
	"SSHKey":                 "created_at updated_at",
	"SecurityGroup":          "created_at description project_id updated_at vm_count",
	"SecurityGroupTemplate":  "description",
	"Snapshot":               "account_id created_at created_by price_per_hour project_id size status target_size",
	"StoragePricing":         "price_per_gb_hour price_per_gb_month region twenty_four_month_price_per_gb yearly_price_per_gb",
	"Template":               "description",
	"VM":                     "backup_type billing_type console_require_mfa created_by private_ipv6_address project_id public_ipv6_address tags",
	"VMImage":                "created_at description is_windows os_type version",
	"VMNetwork":              "gateway is_primary mac",
	"VMPricingPlan":          "out_of_stock",
	"VPC":                    "account_id created_at dns gateway gateway_type project_id total_ips updated_at used_ips",
	"VPCDetail":              "ip_range_end ip_range_start leases",
	"Volume":                 "account_id created_at price_per_hour project_id region updated_at",
})

// fields takes lists of names apart: Volume.name for each schema and each name.
func fields(bySchema map[string]string) map[string]bool {
	all := map[string]bool{}
	for schema, names := range bySchema {
		for name := range strings.FieldsSeq(names) {
			all[schema+"."+name] = true
		}
	}
	return all
}
