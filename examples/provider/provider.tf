terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# The key and the address of the API come from the environment or from the
# Raff CLI's profile; see "Authentication" below.
provider "raff" {}

resource "raff_project" "staging" {
  name        = "shop-staging"
  description = "Where changes are tested before they go to production"
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

data "raff_vm_plan" "small" {
  min_vcpu       = 2
  min_memory_gib = 4
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}

resource "raff_vm" "web" {
  project_id  = raff_project.staging.id
  name        = "web-1"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.small.id
  ssh_keys    = var.ssh_keys
}
