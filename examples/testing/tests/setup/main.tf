# What the tests find in the account that the backend starts with: see account.yaml.

terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

data "raff_project" "staging" {
  name = "staging"
}

data "raff_vms" "staging" {
  project_id = data.raff_project.staging.id
}

output "project_id" {
  value = data.raff_project.staging.id
}

output "servers" {
  value = [for vm in data.raff_vms.staging.vms : vm.name]
}
