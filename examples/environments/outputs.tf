# The list of this environment. Taking the project from the VMs makes Terraform
# read the list after it has made them.
data "raff_vms" "environment" {
  project_id = coalesce(one(toset([for vm in raff_vm.server : vm.project_id])), raff_project.environment.id)
}

# The list of the whole fleet: no project, so those of every project that the
# API key can reach. It is read at plan; another environment's changes show at
# the next plan or refresh.
data "raff_vms" "fleet" {}

data "raff_projects" "all" {}

output "environment" {
  description = "The VMs of this environment and their states"
  value       = { for vm in data.raff_vms.environment.vms : vm.name => vm.status }
}

output "fleet" {
  description = "The VMs of every environment, by project"
  value = {
    for project in data.raff_projects.all.projects : project.name => [
      for vm in data.raff_vms.fleet.vms : vm.name if vm.project_id == project.id
    ]
  }
}

output "monthly_price" {
  description = "What this environment costs in USD a month"
  value       = sum(concat([0], [for vm in raff_vm.server : vm.monthly_price]))
}
