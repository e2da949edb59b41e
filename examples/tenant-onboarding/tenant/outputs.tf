output "project_id" {
  description = "Id of the project"
  value       = raff_project.this.id
}

output "key" {
  description = "The API key, which is in the state"
  value       = raff_api_key.this.secret
  sensitive   = true
}
