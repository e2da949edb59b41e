# The shop. Each environment is a workspace and has a project of its own:
#
#   terraform workspace select -or-create staging
#   terraform plan -var-file staging.tfvars

resource "raff_project" "environment" {
  name        = "shop-${terraform.workspace}"
  description = "The shop, ${terraform.workspace}"

  lifecycle {
    precondition {
      condition     = terraform.workspace != "default"
      error_message = "Choose an environment first: terraform workspace select -or-create staging"
    }
  }
}

data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

# The cheapest plan that is large enough for each server.
data "raff_vm_plan" "server" {
  for_each = var.servers

  min_vcpu       = each.value.cpu
  min_memory_gib = each.value.ram
}

resource "raff_vm" "server" {
  for_each = var.servers

  project_id  = raff_project.environment.id
  name        = "shop-${terraform.workspace}-${each.key}"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = data.raff_vm_plan.server[each.key].id
  ssh_keys    = var.ssh_keys
  vpc_id      = raff_vpc.private.id
  tags        = [each.key]

  allow_stopping_for_update = true
}
