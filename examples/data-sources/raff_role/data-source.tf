data "raff_role" "project_admin" {
  slug = "project-admin"
}

output "permissions" {
  value = data.raff_role.project_admin.permissions
}
