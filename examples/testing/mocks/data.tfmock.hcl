# Defaults of data sources for mock_provider "raff". Ids are left out: Terraform makes up another one for each object.
# So are lists of objects, which it leaves empty. What a configuration may give comes last in each block, as "optional":
# OpenTofu refuses a default of what it gives.

mock_data "raff_api_key" {
  defaults = {
    created_at      = "2026-01-02T03:04:05Z"
    expires_at      = "2040-01-02T03:04:05Z"
    is_active       = true
    key_prefix      = "raff_00000000"
    last_used_at    = "2026-01-02T03:04:05Z"
    rate_limit_tier = "standard"
    role_name       = "Viewer"
    role_slug       = "viewer"
    scope           = "public"

    # optional
    name = "mock"
  }
}

mock_data "raff_backup" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    expire_date    = "2040-01-02T03:04:05Z"
    increment_id   = 0
    monthly_price  = "4.32"
    price_per_hour = "0.006000"
    region         = "us-east"
    status         = "ready"
    storage_size   = 1024

    # optional
    name = "mock"
  }
}

mock_data "raff_backup_pricing" {
  defaults = {
    price_per_gb_hour              = "0.000100"
    price_per_gb_month             = "0.08"
    twenty_four_month_price_per_gb = "1.50"
    yearly_price_per_gb            = "0.80"

    # optional
    region = "us-east"
  }
}

mock_data "raff_backup_schedule" {
  defaults = {
    consecutive_failures = 0
    created_at           = "2026-01-02T03:04:05Z"
    day_of_week          = "Monday"
    enabled              = true
    keep_count           = 3
    last_run_at          = "2026-01-02T03:04:05Z"
    last_run_status      = "succeeded"
    next_run_at          = "2040-01-02T03:04:05Z"
    price_per_hour       = "0.006000"
    region               = "us-east"
    runtime              = "Daily at 8am"
    size                 = "1.5 GB"
    time                 = "8am"
    type                 = "daily"

    # optional
    name = "mock"
  }
}

mock_data "raff_cost" {
  defaults = {
    free_pool_discount = "0.00"
    free_pool_gib      = 50
    monthly_price      = "4.99"
    unknown            = 0
  }
}

mock_data "raff_ip" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "3.00"
    price_per_hour = "0.004167"
    region         = "us-east"
    reserved       = true
    status         = "free"
    type           = "IPv4"
    updated_at     = "2026-01-02T03:04:05Z"

    # optional
    ip_address = "198.18.0.3"
  }
}

mock_data "raff_ip_pricing" {
  defaults = {
    ipv4 = {
      monthly_price           = "3.99"
      price_per_hour          = "0.006000"
      twenty_four_month_price = "69.90"
      yearly_price            = "39.90"
    }
    ipv6 = {
      monthly_price           = "3.99"
      price_per_hour          = "0.006000"
      twenty_four_month_price = "69.90"
      yearly_price            = "39.90"
    }
  }
}

mock_data "raff_member" {
  defaults = {
    accepted_at           = "2026-01-02T03:04:05Z"
    created_at            = "2026-01-02T03:04:05Z"
    invitation_expires_at = "2040-01-02T03:04:05Z"
    invited_at            = "2026-01-02T03:04:05Z"
    role_name             = "Viewer"
    role_slug             = "viewer"
    status                = "active"
    updated_at            = "2026-01-02T03:04:05Z"

    # optional
    email = "mock@example.com"
  }
}

mock_data "raff_permissions" {
  defaults = {
    names = ["vm.view"]
  }
}

mock_data "raff_project" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    default_region = "us-east"
    description    = ""
    is_active      = true
    is_default     = false
    slug           = "mock"
    updated_at     = "2026-01-02T03:04:05Z"

    # optional
    name = "mock"
  }
}

mock_data "raff_project_member" {
  defaults = {
    accepted_at           = "2026-01-02T03:04:05Z"
    created_at            = "2026-01-02T03:04:05Z"
    invitation_expires_at = "2040-01-02T03:04:05Z"
    invited_at            = "2026-01-02T03:04:05Z"
    role_name             = "Viewer"
    role_slug             = "viewer"
    status                = "active"

    # optional
    email = "mock@example.com"
  }
}

mock_data "raff_role" {
  defaults = {
    created_at  = "2026-01-02T03:04:05Z"
    description = ""
    is_system   = false
    permissions = ["vm.view"]
    updated_at  = "2026-01-02T03:04:05Z"

    # optional
    name  = "mock"
    scope = "account"
    slug  = "mock"
  }
}

mock_data "raff_security_group" {
  defaults = {
    created_at  = "2026-01-02T03:04:05Z"
    description = ""
    updated_at  = "2026-01-02T03:04:05Z"
    vm_count    = 1

    # optional
    name = "mock"
  }
}

mock_data "raff_snapshot" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "4.32"
    price_per_hour = "0.006000"
    size           = "1.5 GB"
    status         = ""
    target_size    = "25 GB"
    type           = "vm"

    # optional
    name = "mock"
  }
}

mock_data "raff_snapshot_pricing" {
  defaults = {
    price_per_gb_hour              = "0.000100"
    price_per_gb_month             = "0.08"
    twenty_four_month_price_per_gb = "1.50"
    yearly_price_per_gb            = "0.80"

    # optional
    region = "us-east"
  }
}

mock_data "raff_ssh_key" {
  defaults = {
    created_at = "2026-01-02T03:04:05Z"
    key_type   = "ssh-ed25519"
    public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn mock@example.com"
    updated_at = "2026-01-02T03:04:05Z"

    # optional
    name = "mock"
  }
}

mock_data "raff_template" {
  defaults = {
    cpu         = 1
    description = ""
    is_windows  = false
    ram         = 1
    storage     = 25

    # optional
    category = "os"
    name     = "Ubuntu"
    os_type  = "linux"
    region   = "us-east"
    version  = "24.04x64"
  }
}

mock_data "raff_vm" {
  defaults = {
    active               = true
    added_storage        = 0
    backup_type          = ""
    billing_type         = "payg"
    console_require_mfa  = false
    cpu                  = 1
    created_at           = "2026-01-02T03:04:05Z"
    monthly_price        = "4.99"
    price_per_hour       = "0.006836"
    pricing_id           = 77
    private_ipv4_address = "10.0.0.2"
    private_ipv6_address = "fd00::2"
    public_ipv4_address  = "198.18.0.2"
    public_ipv6_address  = "2001:db8::2"
    ram                  = 1
    region               = "us-east"
    status               = "active"
    storage              = 25
    tags                 = []
    template_name        = "Ubuntu"
    template_version     = "24.04x64"
    total_storage        = 25
    updated_at           = "2026-01-02T03:04:05Z"
    version              = "1"

    # optional
    name = "mock"
  }
}

mock_data "raff_vm_plan" {
  defaults = {
    memory_gib              = 1
    monthly_price           = "4.99"
    out_of_stock            = false
    price_per_hour          = "0.006836"
    ssd_gib                 = 25
    transfer_gib            = 1024
    twenty_four_month_price = "89.82"
    vcpu                    = 1
    yearly_price            = "49.90"

    # optional
    id     = 77
    region = "us-east"
    type   = "standard"
  }
}

mock_data "raff_volume" {
  defaults = {
    created_at     = "2026-01-02T03:04:05Z"
    monthly_price  = "4.32"
    price_per_hour = "0.006000"
    region         = "us-east"
    size           = 10
    status         = "available"
    updated_at     = "2026-01-02T03:04:05Z"
    volume_type    = "nvme"

    # optional
    name = "mock"
  }
}

mock_data "raff_volume_pricing" {
  defaults = {
    price_per_gb_hour              = "0.000100"
    price_per_gb_month             = "0.08"
    twenty_four_month_price_per_gb = "1.50"
    yearly_price_per_gb            = "0.80"

    # optional
    region = "us-east"
  }
}

mock_data "raff_vpc" {
  defaults = {
    cidr             = "10.0.0.0/24"
    created_at       = "2026-01-02T03:04:05Z"
    dns              = "10.0.0.1"
    gateway          = "10.0.0.1"
    gateway_type     = "none"
    ip_range_end     = "10.0.0.254"
    ip_range_start   = "10.0.0.2"
    region           = "us-east"
    router_public_ip = "198.18.0.1"
    router_status    = "active"
    status           = "active"
    total_ips        = 256
    updated_at       = "2026-01-02T03:04:05Z"
    used_ips         = 2

    # optional
    name = "mock"
  }
}

mock_data "raff_vpc_cidr_suggestions" {
  defaults = {
    existing_count = 1
    suggested      = "10.1.0.0/24"
    suggested_ips  = 253
  }
}
