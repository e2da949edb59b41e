# A pool of servers in a private network of their own: the module under test.

# The newest Ubuntu, for new servers: ignore_changes keeps those that exist on theirs.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# An exact size stays on its plan when prices change or cheaper plans appear.
data "raff_vm_plan" "server" {
  vcpu       = var.vcpu
  memory_gib = var.memory_gib
  type       = "standard"
}

resource "raff_vpc" "pool" {
  project_id = var.project_id
  name       = var.name
  cidr       = var.cidr

  lifecycle {
    precondition {
      condition     = var.servers * data.raff_vm_plan.server.monthly_price <= var.monthly_budget
      error_message = "The pool would cost more than ${var.monthly_budget} USD a month."
    }
  }
}

resource "raff_vm" "server" {
  count = var.servers

  project_id  = var.project_id
  name        = "${var.name}-${count.index + 1}"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.server.id
  ssh_keys    = var.ssh_keys
  vpc_id      = raff_vpc.pool.id
  public_ipv4 = false

  allow_stopping_for_update = true

  lifecycle {
    ignore_changes = [template_id]
  }
}

resource "raff_volume" "data" {
  count = var.data_size > 0 ? var.servers : 0

  project_id = var.project_id
  name       = "${var.name}-${count.index + 1}-data"
  size       = var.data_size
}

resource "raff_volume_attachment" "data" {
  count = length(raff_volume.data)

  project_id = var.project_id
  volume_id  = raff_volume.data[count.index].id
  vm_id      = raff_vm.server[count.index].id
}
