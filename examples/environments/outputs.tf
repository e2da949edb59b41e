output "project_id" {
  description = "The project of this environment"
  value       = data.raff_project.environment.id
}

output "servers" {
  description = "The public addresses of this environment's servers"
  value       = { for vm in raff_vm.server : vm.name => vm.public_ipv4_address }
}

# Known at plan, with what the plan adds. Backups are charged beyond the free pool of the account: raff_cost has them.
output "monthly_price" {
  description = "What the servers and volumes of this environment cost a month"
  value       = anytrue([for price in local.prices : price == null]) ? "not known" : format("%.2f USD", sum(concat([0], local.prices)))
}

locals {
  prices = concat(values(raff_vm.server)[*].monthly_price, values(raff_volume.data)[*].monthly_price)
}
