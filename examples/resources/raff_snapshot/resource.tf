resource "raff_project" "staging" {
  name = "shop-staging"
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" "db" {
  project_id  = raff_project.staging.id
  name        = "db-1"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkT7Q6/6tTB2+BdMTHQmts/Pt4n9dtwurfL4JFQN7wB ops@example.com"]
}

resource "raff_volume" "data" {
  project_id = raff_project.staging.id
  name       = "db-data"
  size       = 100
}

resource "raff_snapshot" "system" {
  project_id = raff_project.staging.id
  name       = "before the upgrade"
  vm_id      = raff_vm.db.id
}

resource "raff_snapshot" "data" {
  project_id = raff_project.staging.id
  name       = "before the upgrade"
  volume_id  = raff_volume.data.id
}
