# Defaults of resources for mock_provider "raff". Ids are left out: Terraform makes up another one for each object.
# So are lists of objects, which it leaves empty. What a configuration may give comes last in each block, as "optional":
# OpenTofu refuses a default of what it gives.

mock_resource "raff_api_key" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    key_prefix = "raff_00000000"
    role_slug  = "viewer"
    scope      = "public"
    secret     = "raff_0000000000000000000000000000000000000000000000000000000000000000"

    # optional
    deletion_protection = false
    expires_at          = "2040-01-02T03:04:05Z"
    is_active           = true
    rate_limit_tier     = "standard"
  }
}

mock_resource "raff_backup" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "4.32"
    price_per_hour = "0.006000"
    region         = "us-east"
    status         = "ready"

    # optional
    delete_series       = false
    deletion_protection = false
    name                = "mock"
  }
}

mock_resource "raff_backup_schedule" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    name       = "mock"
    region     = "us-east"
    runtime    = "Daily at 8am"

    # optional
    deletion_protection = false
  }
}

mock_resource "raff_invitation" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    expires_at = "2040-01-02T03:04:05Z"
    status     = "pending"
  }
}

mock_resource "raff_ip" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    ip_address     = "198.18.0.3"
    monthly_price  = "3.00"
    price_per_hour = "0.004167"
    reserved       = true

    # optional
    deletion_protection = false
    region              = "us-east"
    type                = "IPv4"
  }
}

mock_resource "raff_ip_attachment" {
  defaults = {
    ip_address = "198.18.0.3"
    is_primary = true
    mac        = "02:00:00:00:00:01"
    nic_id     = 1
  }
}

mock_resource "raff_member" {
  defaults = {
    accepted_at           = "2026-01-02T03:04:05Z"
    created_at            = "2026-01-02T03:04:05Z"
    invitation_expires_at = "2040-01-02T03:04:05Z"
    invited_at            = "2026-01-02T03:04:05Z"
    role_slug             = "viewer"
    status                = "active"

    # optional
    email     = "mock@example.com"
    suspended = false
  }
}

mock_resource "raff_project" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    is_active  = true
    is_default = false
    slug       = "mock"

    # optional
    default_region      = "us-east"
    deletion_protection = false
    description         = ""
  }
}

mock_resource "raff_project_member" {
  defaults = {
    accepted_at           = "2026-01-02T03:04:05Z"
    created_at            = "2026-01-02T03:04:05Z"
    invitation_expires_at = "2040-01-02T03:04:05Z"
    invited_at            = "2026-01-02T03:04:05Z"
    role_slug             = "viewer"
    status                = "active"

    # optional
    email     = "mock@example.com"
    suspended = false
  }
}

mock_resource "raff_role" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    is_system  = false

    # optional
    description = ""
  }
}

mock_resource "raff_security_group" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"

    # optional
    deletion_protection = false
    description         = ""
  }
}

mock_resource "raff_security_group_attachment" {
  defaults = {
    # optional
    nic_id = 0
  }
}

mock_resource "raff_snapshot" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "4.32"
    price_per_hour = "0.006000"
    size           = "1.5 GB"
    target_size    = "25 GB"
    type           = "vm"

    # optional
    deletion_protection = false
  }
}

mock_resource "raff_ssh_key" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    key_type   = "ssh-ed25519"
  }
}

mock_resource "raff_vm" {
  defaults = {
    added_storage        = 0
    billing_type         = "payg"
    cpu                  = 1
    created_at           = "2026-01-02T03:04:05Z"
    effective_tags       = []
    monthly_price        = "4.99"
    price_per_hour       = "0.006836"
    private_ipv4_address = "10.0.0.2"
    public_ipv4_address  = "198.18.0.2"
    public_ipv6_address  = "2001:db8::2"
    ram                  = 1
    status               = "active"
    storage              = 25
    template_name        = "Ubuntu"
    template_version     = "24.04x64"
    total_storage        = 25

    # optional
    allow_stopping_for_update = false
    console_require_mfa       = false
    delete_vpc                = false
    deletion_protection       = false
    disk_size                 = 25
    extra_storage             = 0
    extra_storage_type        = "ext4"
    password_wo_version       = 0
    public_ipv4               = true
    public_ipv6               = false
    rebuild_policy            = "error"
    region                    = "us-east"
    ssh_keys                  = []
    tags                      = []
    volume_action             = "detach"
  }
}

mock_resource "raff_vm_note" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"

    # optional
    type = "account"
  }
}

mock_resource "raff_volume" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "4.32"
    price_per_hour = "0.006000"

    # optional
    deletion_protection = false
    region              = "us-east"
    volume_type         = "nvme"
  }
}

mock_resource "raff_vpc" {
  defaults = {
    created_at   = "2026-01-02T03:04:05Z"
    dns          = "10.0.0.1"
    gateway      = "10.0.0.1"
    gateway_type = "none"
    status       = "active"
    total_ips    = 256

    # optional
    deletion_protection = false
    description         = ""
    region              = "us-east"
  }
}

mock_resource "raff_vpc_attachment" {
  defaults = {
    gateway = "10.0.0.1"
    mac     = "02:00:00:00:00:01"
    nic_id  = 1

    # optional
    ip = "10.0.0.2"
  }
}
