data "raff_roles" "project" {
  scope = "project"
}

# Which roles may delete a VM?
output "may_delete_vms" {
  value = [for role in data.raff_roles.project.roles : role.name if contains(role.permissions, "vm.delete")]
}
