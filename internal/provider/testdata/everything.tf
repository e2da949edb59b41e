# Every resource type that there is, most of them once with as little as possible and once with as
# much. $PRODUCTION, $STAGING and $SUFFIX are filled in by the tests.

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

locals {
  ssh_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B test"]
}

resource "raff_project" "least" {
  name = "least$SUFFIX"
}

resource "raff_project" "most" {
  name                = "most$SUFFIX"
  description         = "Everything that can be set"
  default_region      = "us-east"
  deletion_protection = false
}

resource "raff_vm" "least" {
  project_id  = "$PRODUCTION"
  name        = "least$SUFFIX"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = local.ssh_keys
}

resource "raff_vm" "most" {
  project_id                = "$STAGING"
  name                      = "most$SUFFIX"
  template_id               = data.raff_template.ubuntu.id
  pricing_id                = 9
  region                    = "us-east"
  disk_size                 = 70
  ssh_keys                  = local.ssh_keys
  password_wo               = "Correct-Horse-42"
  password_wo_version       = 1
  public_ipv4               = true
  public_ipv6               = true
  tags                      = ["a", "b"]
  power_state               = "active"
  rebuild_policy            = "reinstall"
  allow_stopping_for_update = true
  deletion_protection       = false
  volume_action             = "delete"
  delete_vpc                = false
  extra_storage             = 20
  extra_storage_type        = "xfs"

  timeouts = {
    create = "5m"
    update = "5m"
    delete = "5m"
  }
}

resource "raff_vpc" "least" {
  project_id = "$PRODUCTION"
  name       = "least$SUFFIX"
  cidr       = "10.1.0.0/24"
}

resource "raff_vpc" "most" {
  project_id  = "$STAGING"
  name        = "most$SUFFIX"
  cidr        = "10.2.0.0/24"
  region      = "us-east"
  description = "Everything that can be set"

  timeouts = {
    delete = "5m"
  }
}

resource "raff_vpc_attachment" "least" {
  project_id = "$PRODUCTION"
  vm_id      = raff_vm.least.id
  vpc_id     = raff_vpc.least.id
}

resource "raff_vpc_attachment" "most" {
  project_id = "$STAGING"
  vm_id      = raff_vm.most.id
  vpc_id     = raff_vpc.most.id
  ip         = "10.2.0.42"

  timeouts = {
    create = "5m"
    delete = "5m"
  }
}
