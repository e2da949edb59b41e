resource "raff_project" "staging" {
  name = "shop-staging"
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

# The cheapest plan with at least 2 vCPUs and 4 GB of RAM.
data "raff_vm_plan" "small" {
  min_vcpu       = 2
  min_memory_gib = 4
}

resource "raff_vm" "web" {
  project_id  = raff_project.staging.id
  name        = "web-1"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.small.id
  disk_size   = 100
  tags        = ["web"]
  ssh_keys    = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkT7Q6/6tTB2+BdMTHQmts/Pt4n9dtwurfL4JFQN7wB ops@example.com"]

  # A larger plan or disk needs the VM stopped for a moment.
  allow_stopping_for_update = true
}
