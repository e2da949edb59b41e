# The servers that a project has, whoever has made them.

terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

variable "project_id" {
  type = string
}

data "raff_vms" "all" {
  project_id = var.project_id
}

output "servers" {
  value = [for vm in data.raff_vms.all.vms : vm.name]
}
