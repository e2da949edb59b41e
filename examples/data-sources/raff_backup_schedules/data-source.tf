data "raff_project" "production" {
  name = "production"
}

data "raff_vms" "production" {
  project_id = data.raff_project.production.id
}

data "raff_backup_schedules" "production" {
  project_id = data.raff_project.production.id
}

output "vms_without_backups" {
  value = [
    for vm in data.raff_vms.production.vms : vm.name
    if !contains(data.raff_backup_schedules.production.schedules[*].vm_id, vm.id)
  ]
}
