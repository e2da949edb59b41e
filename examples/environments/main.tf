# The shop. Each environment is a workspace with a project of its own, which the account layer has created:
#
#   terraform workspace select -or-create staging
#   terraform plan -var-file staging.tfvars

# The newest Ubuntu, for new servers. Those that exist stay on theirs, whatever is released or withdrawn; see below.
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# A plan of an exact size stays the same one when prices change or cheaper plans appear.
data "raff_vm_plan" "server" {
  for_each = var.servers

  vcpu       = each.value.vcpu
  memory_gib = each.value.memory_gib
  type       = "standard"
}

resource "raff_vm" "server" {
  for_each = var.servers

  project_id  = data.raff_project.environment.id
  name        = "shop-${var.environment}-${each.key}"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.server[each.key].id
  ssh_keys    = var.ssh_keys
  vpc_id      = raff_vpc.private.id
  tags        = [each.key]

  allow_stopping_for_update = true

  # Other SSH keys take a reinstallation, which wipes the OS disk: not where the environment is protected.
  rebuild_policy = var.protected ? "error" : "reinstall"

  # To move a server on to the newest Ubuntu, replace it: terraform apply -replace 'raff_vm.server["web"]'
  lifecycle {
    ignore_changes = [template_id]
  }
}
