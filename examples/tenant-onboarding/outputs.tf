output "projects" {
  description = "The ids of the projects by customer"
  value       = { for name, tenant in module.tenant : name => tenant.project_id }
}

output "keys" {
  description = "The API keys by customer"
  value       = { for name, tenant in module.tenant : name => tenant.key }
  sensitive   = true
}
