output "project_id" {
  description = "The project of this environment"
  value       = data.raff_project.environment.id
}

output "servers" {
  description = "The public addresses of this environment's servers"
  value       = { for vm in raff_vm.server : vm.name => vm.public_ipv4_address }
}

output "monthly_price" {
  description = "What this environment costs a month"
  value       = format("%.2f USD", sum(concat([0], values(raff_vm.server)[*].monthly_price)))
}
