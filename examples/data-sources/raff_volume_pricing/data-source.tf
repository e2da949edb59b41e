data "raff_volume_pricing" "current" {}

output "usd_per_100_gb_and_month" {
  value = data.raff_volume_pricing.current.price_per_gb_month * 100
}
