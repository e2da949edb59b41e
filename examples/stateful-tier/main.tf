terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# The default of everything below that holds data: a plan that would destroy it is refused.
provider "raff" {
  deletion_protection = var.protected
}

data "raff_project" "this" {
  name = var.project
}

# The newest Ubuntu, for a new server: ignore_changes keeps the one that exists on its own.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# An exact size stays on its plan when prices change or cheaper plans appear.
data "raff_vm_plan" "db" {
  vcpu       = var.size.vcpu
  memory_gib = var.size.memory_gib
  type       = "standard"
}

resource "raff_vpc" "db" {
  project_id = data.raff_project.this.id
  name       = var.name
  cidr       = var.network
}

# In the private network only.
resource "raff_vm" "db" {
  project_id  = data.raff_project.this.id
  name        = var.name
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.db.id
  ssh_keys    = var.ssh_keys
  vpc_id      = raff_vpc.db.id
  public_ipv4 = false
  tags        = [var.name]

  allow_stopping_for_update = true

  # Volumes are detached, not deleted, when the server goes. This is the default, and is said here because it matters.
  volume_action = "detach"

  lifecycle {
    ignore_changes = [template_id]
  }
}

resource "raff_volume" "data" {
  project_id      = data.raff_project.this.id
  name            = "${var.name}-data"
  size            = var.data_size
  filesystem_type = "xfs"
}

resource "raff_volume_attachment" "data" {
  project_id = data.raff_project.this.id
  volume_id  = raff_volume.data.id
  vm_id      = raff_vm.db.id
}

# The data as it was before the release, to go back to. The next release takes a new snapshot and deletes this one, which
# therefore has no deletion protection.
resource "raff_snapshot" "release" {
  for_each = toset(var.release == null ? [] : [var.release])

  project_id          = data.raff_project.this.id
  name                = "${var.name} before ${each.key}"
  volume_id           = raff_volume.data.id
  deletion_protection = false
}

resource "raff_backup_schedule" "nightly" {
  project_id = data.raff_project.this.id
  vm_id      = raff_vm.db.id
  type       = "daily"
  time       = "03:30" # UTC
  keep_count = 7
}

resource "raff_backup_schedule" "weekly" {
  project_id  = data.raff_project.this.id
  vm_id       = raff_vm.db.id
  type        = "weekly"
  day_of_week = "Sunday"
  time        = "05:30" # UTC
  keep_count  = 4
}
