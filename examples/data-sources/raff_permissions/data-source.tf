data "raff_permissions" "project" {
  scope = "project"
}

output "permissions" {
  value = { for p in data.raff_permissions.project.permissions : p.name => p.description }
}
