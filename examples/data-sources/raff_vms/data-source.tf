data "raff_project" "production" {
  name = "production"
}

# The VMs of one environment.
data "raff_vms" "production" {
  project_id = data.raff_project.production.id
  status     = "active"
}

# Without a project: those of every project that the API key can reach.
data "raff_vms" "fleet" {}

output "vms_per_project" {
  value = { for vm in data.raff_vms.fleet.vms : vm.project_id => vm.name... }
}
