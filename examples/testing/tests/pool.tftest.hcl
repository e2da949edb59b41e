# The provider finds the backend by RAFF_API_URL and RAFF_API_KEY.
provider "raff" {}

variables {
  name     = "pool"
  servers  = 2
  cidr     = "10.50.0.0/24"
  ssh_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn test@example.com"]
}

run "account" {
  module {
    source = "./tests/setup"
  }
}

run "makes_a_pool" {
  variables {
    project_id = run.account.project_id
    data_size  = 20
  }

  assert {
    condition     = alltrue([for vm in raff_vm.server : vm.status == "active"])
    error_message = "Not every server is running."
  }

  assert {
    condition     = sort(output.addresses) == tolist(["10.50.0.2", "10.50.0.3"])
    error_message = "The servers have the addresses ${join(", ", output.addresses)}."
  }

  assert {
    condition     = alltrue([for vm in raff_vm.server : vm.public_ipv4_address == null])
    error_message = "A server can be reached from outside."
  }
}

# The servers that are there stay as they are. What another run has left is compared by way of a variable, since a
# condition in OpenTofu knows no other runs.
run "grows" {
  variables {
    project_id = run.account.project_id
    data_size  = 20
    servers    = 3
    before     = run.makes_a_pool.ids
  }

  assert {
    condition     = slice(output.ids, 0, 2) == var.before
    error_message = "A server was replaced."
  }
}

# A larger plan stops the servers for a moment, and keeps them.
run "gets_larger" {
  variables {
    project_id = run.account.project_id
    data_size  = 20
    servers    = 3
    vcpu       = 2
    memory_gib = 4
    before     = run.grows.ids
  }

  assert {
    condition     = output.ids == var.before && alltrue([for vm in raff_vm.server : vm.ram == 4 && vm.status == "active"])
    error_message = "The servers were not resized in place."
  }
}

# What was there before is none of the pool's business.
run "leaves_others_alone" {
  module {
    source = "./tests/others"
  }

  variables {
    project_id = run.account.project_id
  }

  assert {
    condition     = contains(output.servers, "legacy") && length(output.servers) == 4
    error_message = "The project has ${join(", ", output.servers)}."
  }
}
