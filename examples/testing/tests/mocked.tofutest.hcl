# mocked.tftest.hcl for OpenTofu, which takes this file in its place: a mock_provider block has no source there, so that it
# has the defaults itself, of what the module uses.
mock_provider "raff" {
  mock_resource "raff_vm" {
    defaults = {
      private_ipv4_address = "10.0.0.2"
      status               = "active"
    }
  }

  mock_data "raff_vm_plan" {
    defaults = {
      monthly_price = "4.99"
    }
  }
}

variables {
  project_id = "00000000-0000-4000-8000-000000000001"
  name       = "pool"
  servers    = 2
  cidr       = "10.50.0.0/24"
  ssh_keys   = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn test@example.com"]
}

run "no_volumes" {
  assert {
    condition     = length(raff_vm.server) == 2 && length(raff_volume_attachment.data) == 0
    error_message = "A volume was made that nobody asked for."
  }
}

run "a_volume_each" {
  variables {
    data_size = 20
  }

  assert {
    condition     = [for a in raff_volume_attachment.data : a.vm_id] == raff_vm.server[*].id
    error_message = "Not every server has a volume."
  }

  assert {
    condition     = alltrue([for vm in raff_vm.server : vm.vpc_id == raff_vpc.pool.id && vm.status == "active"])
    error_message = "Not every server runs in the network of the pool."
  }
}

# The mocked price of a server is 4.99 USD a month.
run "over_budget" {
  command = plan

  variables {
    monthly_budget = 7
  }

  expect_failures = [raff_vpc.pool]
}
