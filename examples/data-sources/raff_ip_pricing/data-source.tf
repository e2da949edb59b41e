data "raff_ip_pricing" "current" {}

output "usd_per_reserved_ipv4_and_month" {
  value = data.raff_ip_pricing.current.ipv4.monthly_price
}
