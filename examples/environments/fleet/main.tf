# What an auditor sees: every environment from outside. There is nothing to
# manage here, only lists to read.

terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

provider "raff" {}

data "raff_projects" "all" {}

# A list with a project holds the VMs of that project and no other.
data "raff_vms" "environment" {
  for_each = { for project in data.raff_projects.all.projects : project.name => project.id }

  project_id = each.value
}

# A list without one holds those of every project that the API key can reach.
data "raff_vms" "fleet" {}

output "environments" {
  description = "The VMs of each project, with their states"
  value = {
    for project, list in data.raff_vms.environment : project => { for vm in list.vms : vm.name => vm.status }
  }
}

output "fleet" {
  description = "The VMs of every project, with their states"
  value       = { for vm in data.raff_vms.fleet.vms : vm.name => vm.status }
}

# The same goes for everything else that lives in a project.
data "raff_vpcs" "fleet" {}

data "raff_volumes" "fleet" {}

output "networks" {
  description = "The private networks of every project, with their ranges"
  value       = { for vpc in data.raff_vpcs.fleet.vpcs : vpc.name => vpc.cidr }
}

output "volumes" {
  description = "The volumes of every project, with their states"
  value       = { for volume in data.raff_volumes.fleet.volumes : volume.name => volume.status }
}
