terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

provider "raff" {}

data "raff_project" "this" {
  name = var.project
}

# The newest Ubuntu, for new servers: ignore_changes keeps those that exist on theirs.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# An exact size stays on its plan when prices change or cheaper plans appear.
data "raff_vm_plan" "web" {
  vcpu       = var.size.vcpu
  memory_gib = var.size.memory_gib
  type       = "standard"
}

resource "raff_vpc" "web" {
  project_id = data.raff_project.this.id
  name       = var.name
  cidr       = var.network
}

resource "raff_vm" "web" {
  for_each = toset([for n in range(1, var.servers + 1) : "${var.name}-${n}"])

  project_id  = data.raff_project.this.id
  name        = each.key
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.web.id
  ssh_keys    = var.ssh_keys
  vpc_id      = raff_vpc.web.id
  tags        = [var.name]

  # The reserved address below is the only public one.
  public_ipv4               = false
  allow_stopping_for_update = true

  lifecycle {
    ignore_changes = [template_id]
  }
}

resource "raff_ip" "web" {
  for_each = raff_vm.web

  project_id          = data.raff_project.this.id
  deletion_protection = var.protected
}

resource "raff_ip_attachment" "web" {
  for_each = raff_vm.web

  project_id = data.raff_project.this.id
  ip_id      = raff_ip.web[each.key].id
  vm_id      = each.value.id
}

resource "raff_security_group" "web" {
  project_id  = data.raff_project.this.id
  name        = var.name
  description = "HTTP and HTTPS for everybody, SSH for the office"

  inbound = concat(
    [{ protocol = "TCP", ports = "80,443" }],
    [for network in var.office : {
      protocol = "TCP"
      ports    = "22"
      ip       = split("/", network)[0]
      size     = tonumber(split("/", network)[1])
    }],
  )

  outbound = [{ protocol = "ALL" }]
}

# A group goes on the public interface, which a server has once its address is attached.
resource "raff_security_group_attachment" "web" {
  for_each = raff_ip_attachment.web

  project_id        = data.raff_project.this.id
  vm_id             = each.value.vm_id
  security_group_id = raff_security_group.web.id
}
