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

# The newest Ubuntu, for new VMs: see ignore_changes below.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# A plan of an exact size stays the same one when prices change or cheaper plans appear.
data "raff_vm_plan" "small" {
  vcpu       = 2
  memory_gib = 4
  type       = "standard"
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

  # A template that is released or withdrawn leaves this VM as it is. To move it on to the newest one, replace it:
  # terraform apply -replace raff_vm.web
  lifecycle {
    ignore_changes = [template_id]
  }
}
