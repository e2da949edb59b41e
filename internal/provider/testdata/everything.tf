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
  console_require_mfa       = true
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
  project_id          = "$STAGING"
  name                = "most$SUFFIX"
  cidr                = "10.2.0.0/24"
  region              = "us-east"
  description         = "Everything that can be set"
  deletion_protection = false

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

resource "raff_vm" "third" {
  project_id  = "$PRODUCTION"
  name        = "third$SUFFIX"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 10
  ssh_keys    = local.ssh_keys
  public_ipv4 = false
  vpc_id      = raff_vpc.least.id
}

resource "raff_vm_note" "least" {
  project_id = "$PRODUCTION"
  vm_id      = raff_vm.least.id
  content    = "What this is for"
}

resource "raff_vm_note" "most" {
  project_id = "$STAGING"
  vm_id      = raff_vm.most.id
  type       = "personal"
  content    = "What I think of it"
}

resource "raff_volume" "least" {
  project_id = "$PRODUCTION"
  name       = "least$SUFFIX"
  size       = 10
}

resource "raff_volume" "most" {
  project_id          = "$STAGING"
  name                = "most$SUFFIX"
  size                = 20
  volume_type         = "nvme"
  filesystem_type     = "xfs"
  region              = "us-east"
  deletion_protection = false

  timeouts = {
    create = "5m"
    update = "5m"
    delete = "5m"
  }
}

resource "raff_volume_attachment" "least" {
  project_id = "$PRODUCTION"
  volume_id  = raff_volume.least.id
  vm_id      = raff_vm.least.id
}

resource "raff_snapshot" "least" {
  project_id = "$PRODUCTION"
  name       = "least$SUFFIX"
  vm_id      = raff_vm.least.id
}

resource "raff_snapshot" "most" {
  project_id          = "$STAGING"
  name                = "most$SUFFIX"
  volume_id           = raff_volume.most.id
  deletion_protection = false

  timeouts = {
    create = "5m"
    delete = "5m"
  }
}

resource "raff_backup" "least" {
  project_id = "$PRODUCTION"
  vm_id      = raff_vm.least.id
}

resource "raff_backup" "most" {
  project_id          = "$STAGING"
  vm_id               = raff_vm.most.id
  name                = "most$SUFFIX"
  delete_series       = true
  deletion_protection = false

  timeouts = {
    create = "5m"
    delete = "5m"
  }
}

resource "raff_backup_schedule" "least" {
  project_id = "$PRODUCTION"
  vm_id      = raff_vm.least.id
  type       = "daily"
  time       = "08:00"
  keep_count = 3
}

resource "raff_backup_schedule" "most" {
  project_id          = "$STAGING"
  vm_id               = raff_vm.most.id
  type                = "weekly"
  time                = "13:00"
  day_of_week         = "Saturday"
  keep_count          = 3
  deletion_protection = false
}

resource "raff_ssh_key" "least" {
  name       = "least$SUFFIX"
  public_key = local.ssh_keys[0]
}

resource "raff_role" "least" {
  name        = "least$SUFFIX"
  slug        = "least$SUFFIX"
  scope       = "account"
  permissions = ["account.projects.view"]
}

resource "raff_role" "most" {
  name        = "most$SUFFIX"
  slug        = "most$SUFFIX"
  description = "Everything that can be set"
  scope       = "project"
  permissions = ["vm.view", "vm.power"]
}

resource "raff_api_key" "least" {
  name = "least$SUFFIX"
}

resource "raff_api_key" "most" {
  name                = "most$SUFFIX"
  role_id             = raff_role.least.id
  rate_limit_tier     = "standard"
  expires_at          = "2040-01-02T03:04:05Z"
  is_active           = true
  rotation_trigger    = "1"
  deletion_protection = false
}

resource "raff_member" "least" {
  email   = "least$SUFFIX@example.com"
  role_id = raff_role.least.id
}

resource "raff_project_member" "least" {
  project_id = "$PRODUCTION"
  api_key_id = raff_api_key.least.id
  role_id    = raff_role.most.id
}

resource "raff_invitation" "least" {
  email   = "invited$SUFFIX@example.com"
  role_id = raff_role.least.id
}

resource "raff_invitation" "most" {
  project_id = "$STAGING"
  email      = "invited-most$SUFFIX@example.com"
  role_id    = raff_role.most.id
}

resource "raff_ip" "least" {
  project_id = "$PRODUCTION"
}

resource "raff_ip" "most" {
  project_id          = "$PRODUCTION"
  type                = "IPv6"
  region              = "us-east"
  billing_period      = "yearly"
  deletion_protection = false

  timeouts = {
    delete = "5m"
  }
}

resource "raff_vm" "private" {
  project_id  = "$PRODUCTION"
  name        = "private$SUFFIX"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = local.ssh_keys
  vpc_id      = raff_vpc.least.id
  public_ipv4 = false
}

resource "raff_ip_attachment" "least" {
  project_id = "$PRODUCTION"
  ip_id      = raff_ip.least.id
  vm_id      = raff_vm.private.id
}

resource "raff_ip_attachment" "most" {
  project_id = "$PRODUCTION"
  ip_id      = raff_ip.most.id
  vm_id      = raff_vm.private.id

  timeouts = {
    create = "5m"
    update = "5m"
    delete = "5m"
  }
}

resource "raff_security_group" "least" {
  project_id = "$PRODUCTION"
  name       = "least$SUFFIX"
}

resource "raff_security_group" "most" {
  project_id          = "$STAGING"
  name                = "most$SUFFIX"
  description         = "Everything that can be set"
  template_id         = "web-server"
  deletion_protection = false

  inbound = [
    { protocol = "TCP", ports = "130:200", ip = "192.0.2.0", size = 24 },
    { protocol = "TCP", ports = "443,80", ip = "0.0.0.0", size = 0 },
    { protocol = "ICMP", icmp_type = 0 },
  ]

  outbound = [
    { protocol = "ALL" },
  ]

  timeouts = {
    delete = "5m"
  }
}

resource "raff_security_group" "seeded" {
  project_id  = "$STAGING"
  name        = "seeded$SUFFIX"
  template_id = "ssh-only"
}

resource "raff_security_group_attachment" "least" {
  project_id        = "$PRODUCTION"
  vm_id             = raff_vm.least.id
  security_group_id = raff_security_group.least.id
}

resource "raff_security_group_attachment" "reserved" {
  project_id        = "$PRODUCTION"
  vm_id             = raff_vm.private.id
  nic_id            = raff_ip_attachment.most.nic_id
  security_group_id = raff_security_group.least.id
}

resource "raff_security_group_attachment" "most" {
  project_id        = "$STAGING"
  vm_id             = raff_vm.most.id
  nic_id            = 0
  security_group_id = raff_security_group.most.id

  timeouts = {
    create = "5m"
    delete = "5m"
  }
}
