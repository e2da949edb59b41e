# What a plan must refuse, so nothing is made here.
provider "raff" {}

variables {
  name     = "pool"
  servers  = 2
  cidr     = "10.51.0.0/24"
  ssh_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn test@example.com"]
}

run "account" {
  module {
    source = "./tests/setup"
  }
}

run "no_servers" {
  command = plan

  variables {
    project_id = run.account.project_id
    servers    = 0
  }

  expect_failures = [var.servers]
}

run "over_budget" {
  command = plan

  variables {
    project_id = run.account.project_id
    servers    = 20
    vcpu       = 8
    memory_gib = 16
  }

  expect_failures = [raff_vpc.pool]
}

run "within_budget" {
  command = plan

  variables {
    project_id     = run.account.project_id
    servers        = 1
    monthly_budget = 5
  }

  assert {
    condition     = raff_vm.server[0].pricing_id == 77
    error_message = "The plan is ${raff_vm.server[0].pricing_id}, not the cheapest one."
  }
}
