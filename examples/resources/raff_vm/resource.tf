resource "raff_project" "staging" {
  name = "shop-staging"
}

# The newest Ubuntu, for new VMs: see ignore_changes below.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# A plan of an exact size stays the same one when prices change or cheaper plans appear.
data "raff_vm_plan" "small" {
  vcpu       = 2
  memory_gib = 4
  type       = "standard"
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

  # A template that is released or withdrawn leaves this VM as it is. To move it on to the newest one, replace it:
  # terraform apply -replace raff_vm.web
  lifecycle {
    ignore_changes = [template_id]
  }
}
