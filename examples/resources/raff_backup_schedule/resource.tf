resource "raff_project" "staging" {
  name = "shop-staging"
}

data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

data "raff_vm_plan" "db" {
  vcpu       = 2
  memory_gib = 4
  type       = "standard"
}

resource "raff_vm" "db" {
  project_id  = raff_project.staging.id
  name        = "db-1"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.db.id
  ssh_keys    = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkT7Q6/6tTB2+BdMTHQmts/Pt4n9dtwurfL4JFQN7wB ops@example.com"]

  # A newer Ubuntu is for new VMs.
  lifecycle {
    ignore_changes = [template_id]
  }
}

resource "raff_backup_schedule" "daily" {
  project_id = raff_project.staging.id
  vm_id      = raff_vm.db.id
  type       = "daily"
  time       = "02:30" # UTC
  keep_count = 7
}

resource "raff_backup_schedule" "weekly" {
  project_id  = raff_project.staging.id
  vm_id       = raff_vm.db.id
  type        = "weekly"
  day_of_week = "Saturday"
  time        = "8am"
  keep_count  = 4
}
