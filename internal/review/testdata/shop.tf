# The environment that the prepared changes are changes of.

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

data "raff_template" "debian" {
  name    = "Debian"
  version = "13"
}

locals {
  project      = "$PRODUCTION"
  web_template = data.raff_template.ubuntu.id
  db_template  = data.raff_template.ubuntu.id
  ssh_keys     = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B ops"]
}

resource "raff_vpc" "private" {
  project_id = local.project
  name       = "shop"
  cidr       = "10.1.0.0/24"
}

resource "raff_vm" "web" {
  project_id                = local.project
  name                      = "shop-web"
  template_id               = local.web_template
  pricing_id                = 9
  ssh_keys                  = local.ssh_keys
  vpc_id                    = raff_vpc.private.id
  tags                      = ["web"]
  allow_stopping_for_update = true
  rebuild_policy            = "reinstall"
}

resource "raff_security_group" "web" {
  project_id = local.project
  name       = "shop-web"

  inbound = [
    { protocol = "TCP", ports = "80,443" },
    { protocol = "TCP", ports = "22", ip = "203.0.113.0", size = 24 },
  ]

  outbound = [{ protocol = "ALL" }]
}

resource "raff_security_group_attachment" "web" {
  project_id        = local.project
  vm_id             = raff_vm.web.id
  security_group_id = raff_security_group.web.id
}

resource "raff_snapshot" "web" {
  project_id = local.project
  name       = "before-the-upgrade"
  vm_id      = raff_vm.web.id
}

resource "raff_backup" "web" {
  project_id = local.project
  name       = "first"
  vm_id      = raff_vm.web.id
}

resource "raff_vm" "db" {
  project_id                = local.project
  name                      = "shop-db"
  template_id               = local.db_template
  pricing_id                = 10
  ssh_keys                  = local.ssh_keys
  vpc_id                    = raff_vpc.private.id
  public_ipv4               = false
  volume_action             = "delete"
  allow_stopping_for_update = true
  rebuild_policy            = "replace"
}

resource "raff_volume" "data" {
  project_id = local.project
  name       = "shop-data"
  size       = 100
}

resource "raff_volume_attachment" "data" {
  project_id = local.project
  volume_id  = raff_volume.data.id
  vm_id      = raff_vm.db.id
}

resource "raff_backup_schedule" "db" {
  project_id = local.project
  vm_id      = raff_vm.db.id
  type       = "daily"
  time       = "03:30"
  keep_count = 14
}

resource "raff_ip" "entry" {
  project_id = local.project
}

resource "raff_ip_attachment" "entry" {
  project_id = local.project
  ip_id      = raff_ip.entry.id
  vm_id      = raff_vm.db.id
}

resource "raff_role" "deployer" {
  name        = "Shop deployer"
  slug        = "shop-deployer"
  scope       = "project"
  permissions = ["vm.view", "vm.power", "volume.view"]
}

resource "raff_api_key" "ci" {
  name             = "shop-ci"
  rotation_trigger = "2026-10"
}

resource "raff_project_member" "ci" {
  project_id = local.project
  api_key_id = raff_api_key.ci.id
  role_id    = raff_role.deployer.id
}

output "address" {
  value = raff_vm.web.public_ipv4_address
}
