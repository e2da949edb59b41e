data "raff_regions" "all" {}

output "regions" {
  value = data.raff_regions.all.regions[*].code
}
